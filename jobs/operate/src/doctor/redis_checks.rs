//! Redis: its policy, what it writes down, what room it has, and its clock.

use jiff::SignedDuration;
use platform::{Clock, Queue, inspect::Server};

use super::Finding;
use crate::redis;

/// A worker or leader with a clock further off is not trusted.
const SKEW: SignedDuration = SignedDuration::from_secs(5);

pub(super) async fn all(queue: &Queue) -> Vec<Finding> {
    let server = match redis(queue.server()).await {
        Ok(server) => server,
        Err(trouble) => {
            return vec![
                Finding::critical("redis", trouble.to_string())
                    .mend("start it, or set REDIS_URL right; nothing is lost, what Postgres wants is enqueued again"),
            ];
        }
    };
    vec![
        version(&server),
        policy(&server),
        aof(&server),
        room(&server),
        clock(queue).await,
    ]
}

fn version(server: &Server) -> Finding {
    let major: u32 = server
        .version
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .unwrap_or_default();
    let found = format!("Redis {}", server.version);
    if major >= 7 {
        return Finding::ok("redis", found);
    }
    Finding::critical("redis", found).mend("the scripts need Redis 7 or newer")
}

fn policy(server: &Server) -> Finding {
    let found = format!("maxmemory-policy is {}", server.policy);
    if server.policy == "noeviction" {
        return Finding::ok("redis policy", found);
    }
    Finding::critical(
        "redis policy",
        format!("{found}: at maxmemory jobs would vanish"),
    )
    .mend("set `maxmemory-policy noeviction`")
}

fn aof(server: &Server) -> Finding {
    if !server.persists {
        return Finding::critical("redis aof", "its last write to disk failed")
            .mend("look at its disk and its log");
    }
    if server.aof {
        return Finding::ok("redis aof", "it writes down what changes");
    }
    Finding::warning("redis aof", "it forgets everything when it restarts")
        .mend("set `appendonly yes` and `appendfsync everysec`; until then a restart costs time, no message")
}

fn room(server: &Server) -> Finding {
    const MEGABYTE: u64 = 1024 * 1024;
    let Server {
        used_memory,
        maxmemory,
        ..
    } = *server;
    if maxmemory == 0 {
        let found = format!("{} MB used, without a limit", used_memory / MEGABYTE);
        return Finding::warning("redis memory", found)
            .mend("set maxmemory, or the kernel ends it when the machine is full");
    }
    let percent = used_memory.saturating_mul(100) / maxmemory;
    let found = format!("{percent} % of {} MB used", maxmemory / MEGABYTE);
    let remedy = "see with `honeydue queue ls` what piles up; give it more memory";
    match percent {
        0..70 => Finding::ok("redis memory", found),
        70..90 => Finding::warning("redis memory", found).mend(remedy),
        _ => Finding::critical(
            "redis memory",
            format!("{found}: new jobs are refused at its limit"),
        )
        .mend(remedy),
    }
}

async fn clock(queue: &Queue) -> Finding {
    let here = Clock::system();
    let before = here.now();
    match redis(queue.now()).await {
        Ok(redis) => skew("clock", "this machine's clock", before, redis),
        Err(trouble) => Finding::unknown("clock", &trouble),
    }
}

/// Redis's clock is the one that counts.
pub(super) fn skew(
    check: &'static str,
    whose: &str,
    theirs: jiff::Timestamp,
    redis: jiff::Timestamp,
) -> Finding {
    let off = theirs.duration_since(redis);
    let found = format!("{whose} is {:.1} s from Redis's", off.as_secs_f64().abs());
    if off.abs() <= SKEW {
        return Finding::ok(check, found);
    }
    Finding::warning(check, found)
        .mend("see that time is synchronised; a scheduler that far off does not lead")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_server_that_is_too_old_or_can_not_write_or_has_no_limit_is_found() {
        let well = Server {
            version: "7.2.4".to_owned(),
            maxmemory: 256 << 20,
            used_memory: 1 << 20,
            policy: "noeviction".to_owned(),
            aof: true,
            persists: true,
            replicas: 0,
        };
        let levels =
            |server: &Server| [version, policy, aof, room].map(|check| check(server).level);
        assert_eq!(levels(&well), [Level::Ok; 4]);
        let old = Server {
            version: "6.2.1".to_owned(),
            persists: false,
            maxmemory: 0,
            ..well.clone()
        };
        let found = [Level::Critical, Level::Ok, Level::Critical, Level::Warning];
        assert_eq!(levels(&old), found);
        let filling = |percent: u64| {
            room(&Server {
                used_memory: well.maxmemory / 100 * percent,
                ..well.clone()
            })
        };
        assert_eq!(filling(75).level, Level::Warning);
        assert_eq!(filling(95).level, Level::Critical);
    }

    #[test]
    fn a_clock_more_than_five_seconds_off_is_found_whichever_way() {
        let redis: jiff::Timestamp = "2026-11-21T09:00:00Z".parse().expect("an instant");
        let off = |seconds| {
            let theirs = redis + SignedDuration::from_secs(seconds);
            skew("clock", "this machine's clock", theirs, redis).level
        };
        assert_eq!((off(5), off(-5)), (Level::Ok, Level::Ok));
        assert_eq!((off(6), off(-3600)), (Level::Warning, Level::Warning));
    }
}
