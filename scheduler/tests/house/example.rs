//! A scheduler process with a timetable of a test's own.

use standins::Process;

use crate::house::House;

/// At a `pace` at which a busy machine does not cost a leader its lease.
pub(crate) struct Example<'a> {
    pub(crate) house: &'a House,
    pub(crate) lines: String,
    pub(crate) pace: u32,
}

impl Example<'_> {
    pub(crate) fn start(&self, name: &str, version: u32) -> Process {
        let env = [
            ("REDIS_URL", self.house.redis.clone()),
            ("REDIS_PREFIX", self.house.prefix.clone()),
            ("DATABASE_URL", self.house.postgres.clone()),
            ("METRICS_LISTEN", "127.0.0.1:0".to_owned()),
            ("HOSTNAME", name.to_owned()),
            ("PACE", self.pace.to_string()),
            ("LOG_FORMAT", "json".to_owned()),
            ("LINES", self.lines.clone()),
            ("TIMETABLE_VERSION", version.to_string()),
        ];
        Process::spawn("examples/timetabled", &env).expect("it is built")
    }
}
