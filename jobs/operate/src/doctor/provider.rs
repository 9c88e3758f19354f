//! A provider of pushes: it shakes hands, and would speak HTTP/2. What it thinks of our keys, only a
//! push can tell.

use std::path::Path;

use super::{
    Finding,
    peer::{Place, Unwell, nowhere},
    tls::Tls,
};

pub(super) async fn greet(name: &str, host: &str, ca: Option<&Path>) -> Finding {
    let host = host.split_once("://").map_or(host, |(_, host)| host);
    let Some(place) = Place::read(host.trim_end_matches('/'), 443) else {
        return nowhere(name);
    };
    place.judged(name, talk(&place, ca)).await
}

async fn talk(place: &Place, ca: Option<&Path>) -> Result<&'static str, Unwell> {
    let tls = Tls::believing("PUSH_CA_PATH", ca, &["h2"])?;
    tls.shake_hands(place, place.connect().await?).await?;
    Ok("over TLS")
}
