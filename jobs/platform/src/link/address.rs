//! What `REDIS_URL` may say.
//!
//! - `redis://[user:password@]host[:6379][/db]`, `rediss://…` over TLS, `unix:///path`: one server.
//! - Several `redis://…` or `rediss://…`, separated by commas: seed nodes of a cluster. It has only
//!   database 0, and every node is spoken to with the credentials of the first URL. Later seeds may
//!   be just `host:port`.
//! - `redis-sentinel://[user:password@]host[:26379][,host2[:26379]…]/service[/db]`: sentinels, and
//!   what they call the master. User and password are the **master's**; those of the sentinels, if
//!   they have any, are `?sentinel_username=…&sentinel_password=…`. `rediss-sentinel://…` speaks TLS
//!   with both.
//!
//! A comma, `@`, `/`, `?` or `#` within a password is percent-encoded. What is refused is never
//! repeated in the refusal: it may hold a password.

use redis::{
    Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, TlsMode,
    sentinel::SentinelNodeConnectionInfo,
};

use super::sentinel::Sentinels;
use crate::QueueError;

pub(crate) enum Address {
    Single(Client),
    Sentinel(Sentinels),
    Cluster(Vec<ConnectionInfo>),
}

impl Address {
    pub(crate) fn read(url: &str) -> Result<Self, QueueError> {
        let url = url.trim();
        if let Some(rest) = url.strip_prefix("redis-sentinel://") {
            sentinels("redis", rest).map(Self::Sentinel)
        } else if let Some(rest) = url.strip_prefix("rediss-sentinel://") {
            sentinels("rediss", rest).map(Self::Sentinel)
        } else if url.contains(',') {
            cluster(url).map(Self::Cluster)
        } else {
            let client = Client::open(url).map_err(|error| wrong(&error.to_string()));
            client.map(Self::Single)
        }
    }
}

fn wrong(why: &str) -> QueueError {
    QueueError::invalid(format!(
        "REDIS_URL must look like redis://host:6379/0 or rediss://…, several of them separated by \
         commas for a cluster, or redis-sentinel://host:26379,host2:26379/service: {why}"
    ))
}

fn cluster(url: &str) -> Result<Vec<ConnectionInfo>, QueueError> {
    let scheme = url.split("://").next().unwrap_or_default();
    if !["redis", "rediss"].contains(&scheme) {
        return Err(wrong(
            "the nodes of a cluster are redis:// or rediss:// each",
        ));
    }
    let seeds = url.split(',').map(|seed| match seed.trim() {
        "" => Err(wrong("there is nothing between two commas")),
        seed if seed.contains("://") && !seed.starts_with(&format!("{scheme}://")) => {
            Err(wrong("all nodes of a cluster speak TLS, or none"))
        }
        seed if seed.contains("://") => server(seed),
        seed => server(&format!("{scheme}://{seed}")),
    });
    let seeds: Vec<_> = seeds.collect::<Result<_, _>>()?;
    if seeds.iter().any(|seed| seed.redis_settings().db() != 0) {
        return Err(wrong("a cluster has only database 0"));
    }
    Ok(seeds)
}

fn sentinels(scheme: &str, rest: &str) -> Result<Sentinels, QueueError> {
    let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (master, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (service, db) = path.split_once('/').unwrap_or((path, ""));
    if service.is_empty() {
        return Err(wrong(
            "it lacks the service, by which the sentinels know the master",
        ));
    }
    let own = credentials(options)?;
    let to_ask = hosts.split(',').map(|host| match host.trim() {
        "" => Err(wrong("a sentinel has no name")),
        host => server(&format!("{scheme}://{own}{}/", with_port(host))),
    });
    let to_ask: Vec<_> = to_ask.collect::<Result<_, _>>()?;
    let at = if master.is_empty() { "" } else { "@" };
    // The sentinels tell the host; this is only to read the rest.
    let master = server(&format!("{scheme}://{master}{at}master/{db}"))?;
    let mut settings = SentinelNodeConnectionInfo::default()
        .set_redis_connection_info(master.redis_settings().clone());
    if let ConnectionAddr::TcpTls { .. } = master.addr() {
        settings = settings.set_tls_mode(TlsMode::Secure);
    }
    Ok(Sentinels {
        to_ask,
        service: service.to_owned(),
        master: settings,
    })
}

/// What the sentinels themselves ask for, as `user:password@`.
fn credentials(options: &str) -> Result<String, QueueError> {
    let (mut user, mut password) = ("", None);
    for option in options.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("sentinel_username", value)) => user = value,
            Some(("sentinel_password", value)) => password = Some(value),
            _ => {
                let known = "after ? there may be sentinel_username=… and sentinel_password=…";
                return Err(wrong(known));
            }
        }
    }
    Ok(password.map_or_else(String::new, |password| format!("{user}:{password}@")))
}

fn with_port(host: &str) -> String {
    let has_one = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    if has_one {
        host.to_owned()
    } else {
        format!("{host}:26379")
    }
}

fn server(url: &str) -> Result<ConnectionInfo, QueueError> {
    url.into_connection_info()
        .map_err(|error| wrong(&error.to_string()))
}
