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
    ENQUEUE = "", ["clock", "stamp", "wake", "born", "stands"], "enqueue";
    CLAIM = " flags=allow-oom", ["clock", "wake", "born", "note"], "claim";
    FINISH = " flags=allow-oom", [], "finish";
    PUT_BACK = " flags=allow-oom", ["clock", "wake", "note"], "put_back";
    BURY = " flags=allow-oom", ["clock", "note"], "bury";
    EXTEND = " flags=allow-oom", ["clock"], "extend";
    REVIVE = " flags=allow-oom", ["wake"], "revive";
    SHOW = " flags=no-writes", ["stands"], "show";
    HOLD = " flags=allow-oom", ["clock"], "hold";
    RENEW = " flags=allow-oom", ["clock"], "renew";
    LET_GO = " flags=allow-oom", [], "let_go";
    FIRE = "", ["clock", "stamp", "wake", "born"], "fire";
}
