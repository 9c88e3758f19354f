//! The scripts: one Lua file a change of state, each atomic, each bounded.
//!
//! All but `enqueue` and `fire` carry `allow-oom`: at `maxmemory` what was accepted must be able to
//! finish, or the queue would deadlock.

use std::sync::LazyLock;

use redis::Script;

macro_rules! scripts {
    ($($(#[$doc:meta])* $name:ident = $flags:literal, [$($lib:literal),*], $file:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) static $name: LazyLock<Script> = LazyLock::new(|| Script::new(concat!(
            "#!lua", $flags, "\n",
            $(include_str!(concat!("lua/lib/", $lib, ".lua")),)*
            include_str!(concat!("lua/", $file, ".lua")),
        )));
    )*};
}

scripts! {
    ENQUEUE = "", ["clock", "stamp", "wake", "born", "keyring", "stands"], "enqueue";
    CLAIM = " flags=allow-oom", ["clock", "wake", "born", "note", "header", "release", "retire", "trim", "trim_keys", "limits"], "claim";
    FINISH = " flags=allow-oom", ["clock", "wake", "trim"], "finish";
    PUT_BACK = " flags=allow-oom", ["clock", "wake", "note", "header", "release", "retire"], "put_back";
    BURY = " flags=allow-oom", ["clock", "wake", "note", "header", "release", "trim"], "bury";
    DROP = " flags=allow-oom", ["clock", "wake", "note", "header", "release", "retire"], "drop";
    CANCEL = " flags=allow-oom", ["clock", "note", "header", "release", "retire", "stands"], "cancel";
    RESCHEDULE = " flags=allow-oom", ["clock", "wake", "stands"], "reschedule";
    PAUSE = " flags=allow-oom", ["clock", "wake"], "pause";
    EXTEND = " flags=allow-oom", ["clock"], "extend";
    REVIVE = " flags=allow-oom", ["clock", "wake", "header", "keyring"], "revive";
    SHOW = " flags=no-writes", ["stands"], "show";
    HOLD = " flags=allow-oom", ["clock"], "hold";
    RENEW = " flags=allow-oom", ["clock"], "renew";
    LET_GO = " flags=allow-oom", [], "let_go";
    FIRE = "", ["clock", "stamp", "wake", "born"], "fire";
}
