//! The scripts: one Lua file a change of state, each atomic, each bounded.
//!
//! Those that write carry `allow-oom`, but for the three that accept jobs, `enqueue`, `admit` and `fire`:
//! at `maxmemory` what was accepted must be able to finish, or the queue would deadlock.

use std::sync::LazyLock;

use redis::{Arg, Cmd, ToRedisArgs};

/// A script, called by its hash; its text travels only to a server that does not know it yet.
pub(crate) struct Script {
    source: &'static str,
    hash: String,
}

impl Script {
    fn new(source: &'static str) -> Self {
        let hash = redis::Script::new(source).get_hash().to_owned();
        Self { source, hash }
    }

    pub(crate) fn on(&'static self, keys: &[&String]) -> Call {
        let mut by_hash = redis::cmd("EVALSHA");
        by_hash.arg(&self.hash).arg(keys.len()).arg(keys);
        let source = self.source;
        Call { source, by_hash }
    }
}

/// One call of a script.
pub(crate) struct Call {
    source: &'static str,
    pub(crate) by_hash: Cmd,
}

impl Call {
    pub(crate) fn arg(&mut self, arg: impl ToRedisArgs) -> &mut Self {
        self.by_hash.arg(arg);
        self
    }

    /// The same with the whole script, which the server remembers.
    pub(crate) fn by_source(&self) -> Cmd {
        let mut whole = redis::cmd("EVAL");
        whole.arg(self.source);
        for arg in self.by_hash.args_iter().skip(2) {
            if let Arg::Simple(arg) = arg {
                whole.arg(arg);
            }
        }
        whole
    }
}

macro_rules! scripts {
    ($($name:ident = $flags:literal, [$($lib:literal),*], $file:literal;)*) => {$(
        pub(crate) static $name: LazyLock<Script> = LazyLock::new(|| Script::new(concat!(
            "#!lua", $flags, "\n",
            $(include_str!(concat!("lua/lib/", $lib, ".lua")),)*
            include_str!(concat!("lua/", $file, ".lua")),
        )));
    )*};
}

scripts! {
    ENQUEUE = "", ["clock", "partition", "line", "stamp", "wake", "born", "keyring", "stands"], "enqueue";
    CLAIM = " flags=allow-oom", ["clock", "partition", "line", "tombstones", "wake", "born", "note", "header", "release", "tally", "retire", "trim", "trim_keys", "limits"], "claim";
    FINISH = " flags=allow-oom", ["clock", "partition", "wake", "room", "trim", "tally"], "finish";
    PUT_BACK = " flags=allow-oom", ["clock", "partition", "wake", "room", "unlease", "note", "header", "release", "tally", "retire"], "put_back";
    BURY = " flags=allow-oom", ["clock", "partition", "wake", "room", "unlease", "note", "header", "release", "trim", "tally"], "bury";
    DROP = " flags=allow-oom", ["clock", "partition", "wake", "room", "unlease", "note", "header", "release", "tally", "retire"], "drop";
    CANCEL = " flags=allow-oom", ["clock", "partition", "tombstones", "note", "header", "release", "tally", "retire", "stands", "receipt"], "cancel";
    RESCHEDULE = " flags=allow-oom", ["clock", "partition", "line", "wake", "note", "stands"], "reschedule";
    PAUSE = " flags=allow-oom", ["clock", "partition", "wake", "limits"], "pause";
    EXTEND = " flags=allow-oom", ["clock", "partition"], "extend";
    RETRY = " flags=allow-oom", ["clock", "partition", "line", "wake", "header", "keyring", "stands", "receipt"], "retry";
    DELETE = " flags=allow-oom", ["clock", "partition", "header", "release", "stands", "receipt", "bin"], "delete";
    RESTORE = " flags=allow-oom", ["clock", "partition", "wake", "header", "keyring", "stands", "receipt", "bin"], "restore";
    BIN = " flags=no-writes", ["clock", "partition", "bin", "spot"], "bin";
    ERASE = " flags=allow-oom", ["clock", "partition", "tombstones", "header", "release", "stands", "receipt", "bin"], "erase";
    EDIT = " flags=allow-oom", ["clock", "partition", "stands"], "edit";
    HAND_ON = " flags=allow-oom", ["clock", "partition", "wake"], "hand_on";
    BEAT = " flags=allow-oom", ["clock"], "beat";
    WISH = " flags=allow-oom", [], "wish";
    ADMIT = "", ["clock", "partition", "stamp", "born", "note"], "admit";
    BREAK = " flags=allow-oom", ["clock", "partition"], "break";
    PAGE = " flags=no-writes", ["clock", "partition", "spot"], "page";
    SHOW = " flags=no-writes", ["clock", "partition", "stands"], "show";
    HOLD = " flags=allow-oom", ["clock"], "hold";
    RENEW = " flags=allow-oom", ["clock"], "renew";
    STEP_DOWN = " flags=allow-oom", [], "step_down";
    LET_GO = " flags=allow-oom", [], "let_go";
    TAKE = " flags=allow-oom", ["clock", "allowance", "limits"], "take";
    FIRE = "", ["clock", "partition", "line", "stamp", "wake", "born"], "fire";
}
