//! A mail server that misbehaves on cue, a connection at a time.
//!
//! It speaks line by line what it was told to say, however wrong; the stand-in, which is a decent
//! server, can't.

mod tls;

use std::{
    io,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use tls::Identity;

/// What to do where a decent server would answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cue {
    Say(&'static str),
    /// Say this much, and close the connection.
    Mumble(&'static str),
    /// Never answer, and keep the connection.
    Silence,
    /// Close the connection.
    Cut,
}

pub(crate) struct Peer {
    port: u16,
    identity: Arc<Identity>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    /// `cues` replace the answer to a verb: `HELLO` is the greeting, `.` the end of the mail. It
    /// knows STARTTLS only if `EHLO` is told to mention it.
    pub(crate) async fn start(cues: &[(&'static str, Cue)]) -> Peer {
        Peer::listen(cues, false).await
    }

    /// TLS from the first byte.
    pub(crate) async fn start_in_tls(cues: &[(&'static str, Cue)]) -> Peer {
        Peer::listen(cues, true).await
    }

    async fn listen(cues: &[(&'static str, Cue)], in_tls: bool) -> Peer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let peer = Peer {
            port: listener.local_addr().expect("a bound listener").port(),
            identity: Arc::new(Identity::new()),
            heard: Arc::default(),
        };
        let (identity, heard) = (Arc::clone(&peer.identity), Arc::clone(&peer.heard));
        let cues = cues.to_vec();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let talk = Talk {
                    cues: cues.clone(),
                    identity: Arc::clone(&identity),
                    heard: Arc::clone(&heard),
                };
                tokio::spawn(talk.begin(stream, in_tls));
            }
        });
        peer
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp+plain://127.0.0.1:{}", self.port)
    }

    /// Whom to trust in order to trust this server, by the name `localhost`.
    pub(crate) fn ca(&self) -> &[u8] {
        self.identity.ca.as_bytes()
    }

    /// Every line so far, over all connections.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard
            .lock()
            .expect("nobody panics while holding it")
            .clone()
    }

    /// The verbs alone.
    pub(crate) fn verbs(&self) -> Vec<String> {
        let is_verb = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase());
        self.heard()
            .iter()
            .filter_map(|line| line.split(' ').next())
            .filter(|word| is_verb(word) || *word == ".")
            .map(str::to_owned)
            .collect()
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// One connection.
struct Talk {
    cues: Vec<(&'static str, Cue)>,
    identity: Arc<Identity>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Talk {
    async fn begin(self, stream: TcpStream, in_tls: bool) -> io::Result<()> {
        if in_tls {
            let stream = self.identity.accept(stream).await?;
            return self.go_on(Box::new(stream)).await;
        }
        self.go_on(Box::new(stream)).await
    }

    async fn go_on(self, mut stream: Box<dyn Stream>) -> io::Result<()> {
        let mut verb = "HELLO".to_owned();
        let mut in_mail = false;
        loop {
            self.answer(&mut stream, &verb).await?;
            if verb == "STARTTLS" {
                stream = Box::new(self.identity.accept(stream).await?);
            }
            in_mail = verb == "DATA" || (in_mail && verb != ".");
            verb = self.listen(&mut stream, in_mail).await?;
        }
    }

    async fn answer(&self, stream: &mut Box<dyn Stream>, verb: &str) -> io::Result<()> {
        let cue = self.cues.iter().find(|(on, _)| *on == verb);
        let cut = || Err(io::ErrorKind::ConnectionAborted.into());
        match cue.map_or(Cue::Say(decent(verb)), |(_, cue)| *cue) {
            Cue::Say(text) => stream.write_all(text.as_bytes()).await,
            Cue::Mumble(text) => stream.write_all(text.as_bytes()).await.and(cut()),
            Cue::Silence => std::future::pending().await,
            Cue::Cut => cut(),
        }
    }

    /// The next verb, or the end of the mail.
    async fn listen(&self, stream: &mut Box<dyn Stream>, in_mail: bool) -> io::Result<String> {
        loop {
            let line = read_line(stream).await?;
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_owned();
            let is_end = line == ".";
            self.heard
                .lock()
                .expect("nobody panics while holding it")
                .push(line);
            if !in_mail || is_end {
                return Ok(verb);
            }
        }
    }
}

/// A byte at a time: what follows STARTTLS is not ours to read.
async fn read_line(stream: &mut Box<dyn Stream>) -> io::Result<String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(stream.read_u8().await?);
    }
    line.truncate(line.len() - 2);
    String::from_utf8(line).map_err(io::Error::other)
}

fn decent(verb: &str) -> &'static str {
    match verb {
        "HELLO" => "220 peer ready\r\n",
        "EHLO" => "250-peer\r\n250 AUTH PLAIN LOGIN\r\n",
        "STARTTLS" => "220 go ahead\r\n",
        "AUTH" => "235 2.7.0 welcome\r\n",
        "DATA" => "354 go ahead\r\n",
        "." => "250 2.0.0 queued as 7\r\n",
        "QUIT" => "221 goodbye\r\n",
        _ => "250 2.1.0 fine\r\n",
    }
}
