//! Whose Redis it is that would be put under load, and when to let go of it.

use std::{io, net::IpAddr};

use tokio::signal::unix::{SignalKind, signal};

/// Whether a Redis is on this machine, and so most likely nobody else's. What sentinels would name is not
/// known before they are asked.
pub(super) fn is_here(urls: &str) -> bool {
    urls.split(',').all(|url| {
        let plain = ["redis://", "rediss://"];
        let rest = plain.iter().find_map(|scheme| url.strip_prefix(scheme));
        rest.is_some_and(|rest| is_loopback(host(rest)))
    })
}

fn host(rest: &str) -> &str {
    let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let place = place.rsplit('@').next().unwrap_or_default();
    match place.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => place.split(':').next().unwrap_or_default(),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|host: IpAddr| host.is_loopback())
}

/// Returns once the process is told to end, in any of the usual ways.
pub(super) async fn told_to_end() -> io::Result<()> {
    let (mut terminated, mut hung_up) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::hangup())?,
    );
    tokio::select! {
        ended = tokio::signal::ctrl_c() => ended?,
        _ = terminated.recv() => {}
        _ = hung_up.recv() => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_here;

    #[test]
    fn only_a_redis_on_this_machine_is_here() {
        for here in [
            "redis://127.0.0.1:6379/0",
            "redis://localhost",
            "rediss://ada:p@ss@[::1]:6379/",
            "redis://127.0.0.1:1,redis://127.0.0.1:2",
        ] {
            assert!(is_here(here), "{here}");
        }
        for elsewhere in [
            "redis://cache:6379/0",
            "redis://127.0.0.1@cache/",
            "redis://localhost.example.com/",
            "redis://127.0.0.1:1,redis://10.0.0.7:2",
            "redis-sentinel://127.0.0.1:26379/due",
            "",
        ] {
            assert!(!is_here(elsewhere), "{elsewhere}");
        }
    }
}
