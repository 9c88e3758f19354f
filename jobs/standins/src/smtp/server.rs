//! Accepts connections, as many as it can look after.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::sleep,
};

use super::{Office, session::Session, wire::Wire};

const CONNECTIONS: usize = 200;
/// Out of descriptors: some connection has to end first.
const BREATH: Duration = Duration::from_millis(50);

/// Ends with its task, and so do the connections.
pub(super) async fn serve(listener: TcpListener, office: Arc<Office>) {
    let mut sessions = JoinSet::new();
    loop {
        let accepted = listener.accept().await;
        while sessions.try_join_next().is_some() {}
        match accepted {
            Ok((stream, _)) if sessions.len() >= CONNECTIONS => turn_away(&stream),
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true); // or each line of a reply waits 40 ms for the one before
                let session = Session::new(Arc::clone(&office), Wire::new(stream));
                sessions.spawn(session.run());
            }
            Err(_) => sleep(BREATH).await,
        }
    }
}

/// Best effort: whoever doesn't read this sees the connection end.
fn turn_away(stream: &TcpStream) {
    let _: io::Result<usize> = stream.try_write(b"421 4.3.2 too many connections\r\n");
}
