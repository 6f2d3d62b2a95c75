//! Redis commands.

use palisade_core::{Certainty, EffectKind};

use super::{EmbedContext, Out, Sink};
use crate::arg::Arg;
use crate::holes::has_hole;
use crate::url::peer;

/// Commands that only look. Others write, unless they are named below.
const READS: &[&str] = &[
    "ACL",
    "BITCOUNT",
    "BITPOS",
    "CLIENT",
    "CLUSTER",
    "COMMAND",
    "DBSIZE",
    "DUMP",
    "ECHO",
    "EXISTS",
    "EXPIRETIME",
    "FT.INFO",
    "FT.SEARCH",
    "GEODIST",
    "GEOHASH",
    "GEOPOS",
    "GEOSEARCH",
    "GET",
    "GETBIT",
    "GETRANGE",
    "HEXISTS",
    "HGET",
    "HGETALL",
    "HKEYS",
    "HLEN",
    "HMGET",
    "HRANDFIELD",
    "HSCAN",
    "HSTRLEN",
    "HVALS",
    "INFO",
    "JSON.GET",
    "JSON.TYPE",
    "KEYS",
    "LASTSAVE",
    "LATENCY",
    "LCS",
    "LINDEX",
    "LLEN",
    "LOLWUT",
    "LPOS",
    "LRANGE",
    "MEMORY",
    "MGET",
    "MONITOR",
    "OBJECT",
    "PEXPIRETIME",
    "PFCOUNT",
    "PING",
    "PSUBSCRIBE",
    "PTTL",
    "PUBSUB",
    "RANDOMKEY",
    "ROLE",
    "SCAN",
    "SCARD",
    "SDIFF",
    "SINTER",
    "SISMEMBER",
    "SLOWLOG",
    "SMEMBERS",
    "SMISMEMBER",
    "SRANDMEMBER",
    "SSCAN",
    "STRLEN",
    "SUBSCRIBE",
    "SUBSTR",
    "SUNION",
    "TIME",
    "TS.GET",
    "TS.RANGE",
    "TTL",
    "TYPE",
    "XINFO",
    "XLEN",
    "XPENDING",
    "XRANGE",
    "XREAD",
    "XREVRANGE",
    "ZCARD",
    "ZCOUNT",
    "ZDIFF",
    "ZLEXCOUNT",
    "ZMSCORE",
    "ZRANDMEMBER",
    "ZRANGE",
    "ZRANGEBYLEX",
    "ZRANGEBYSCORE",
    "ZRANK",
    "ZREVRANGE",
    "ZREVRANGEBYSCORE",
    "ZREVRANK",
    "ZSCAN",
    "ZSCORE",
];

/// Lines of commands, as `redis-cli` reads them from standard input.
pub(in crate::embedded) fn script(code: &Arg, cx: &EmbedContext<'_>, sink: &mut Sink) {
    let mut out = Out::new(cx, sink);
    let text = out.holes.encode(code);
    scripted(&text, &mut out);
    for line in text.lines().take(10_000) {
        let words: Vec<String> = line
            .split_whitespace()
            .take(64)
            .map(|w| w.trim_matches(['"', '\'']).to_owned())
            .collect();
        command(&words, &mut out);
    }
}

/// What the Lua of `EVAL` calls: `redis.call('DEL', key)`.
fn scripted(text: &str, out: &mut Out<'_>) {
    let mut listed = false;
    for call in text.split("call(").skip(1).take(200) {
        let call = call.trim_start();
        let Some(quote) = call
            .chars()
            .next()
            .filter(|c| matches!(c, '\'' | '"' | '\\'))
        else {
            continue;
        };
        let name: String = call
            .trim_start_matches(['\\', quote])
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        let name = name.to_ascii_uppercase();
        match name.as_str() {
            "FLUSHALL" | "FLUSHDB" | "SHUTDOWN" | "CONFIG" => {
                out.named(EffectKind::DbDestroy, &name, Certainty::Partial);
            }
            "KEYS" | "SCAN" => listed = true,
            // What a pattern found is deleted as a pattern.
            "DEL" | "UNLINK" if listed => {
                out.named(EffectKind::DbDestroy, &name, Certainty::Partial);
            }
            _ => {}
        }
    }
}

/// One command.
fn command(words: &[String], out: &mut Out<'_>) {
    use EffectKind::{DbDestroy, DbRead, DbSchema, DbWrite};
    let Some(first) = words.first().filter(|w| !w.is_empty()) else {
        return;
    };
    if has_hole(first) {
        out.named(DbWrite, "command", Certainty::Opaque);
        return;
    }
    let name = first.to_ascii_uppercase();
    let second = words
        .get(1)
        .map(|w| w.to_ascii_uppercase())
        .unwrap_or_default();
    let key = words.get(1).map_or("", String::as_str);
    let both = format!("{name} {second}");
    match name.as_str() {
        "AUTH" | "SELECT" | "QUIT" | "HELLO" | "EXIT" | "MULTI" | "EXEC" | "WATCH" | "UNWATCH"
        | "DISCARD" | "READONLY" | "RESET" | "WAIT" | "HELP" => {}
        "FLUSHALL" | "FLUSHDB" | "SWAPDB" => out.named(DbDestroy, &name, Certainty::Proved),
        "SHUTDOWN" | "FAILOVER" | "RESTORE-ASKING" => out.named(DbSchema, &name, Certainty::Proved),
        "CONFIG" if second == "GET" => out.named(DbRead, &both, Certainty::Proved),
        "CONFIG" => {
            out.named(DbSchema, &both, Certainty::Proved);
            // `dir` and `dbfilename` choose a file that the server writes.
            let option = words.get(2).map(|w| w.to_ascii_lowercase());
            if second == "SET"
                && matches!(
                    option.as_deref(),
                    Some("dir" | "dbfilename" | "appenddirname")
                )
            {
                out.named(EffectKind::FileWrite, &both, Certainty::Opaque);
            }
        }
        "MODULE" if second.starts_with("LOAD") => out.opaque("MODULE LOAD"),
        "MODULE" => out.named(DbRead, &both, Certainty::Proved),
        "ACL" | "CLUSTER"
            if matches!(
                second.as_str(),
                "SETUSER"
                    | "DELUSER"
                    | "LOAD"
                    | "SAVE"
                    | "RESET"
                    | "FORGET"
                    | "FAILOVER"
                    | "MEET"
                    | "ADDSLOTS"
                    | "DELSLOTS"
                    | "SETSLOT"
                    | "REPLICATE"
                    | "FLUSHSLOTS"
            ) =>
        {
            out.named(DbSchema, &both, Certainty::Proved);
        }
        "CLIENT" if matches!(second.as_str(), "KILL" | "PAUSE") => {
            out.named(DbWrite, &both, Certainty::Proved);
        }
        "SLAVEOF" | "REPLICAOF" => {
            if second == "NO" {
                out.named(DbSchema, &name, Certainty::Proved);
            } else {
                // Everything here is replaced by what the other has.
                out.named(DbDestroy, &name, Certainty::Proved);
                let port = words.get(2).and_then(|p| p.parse().ok());
                let effect = peer(EffectKind::NetRead, key, port, out.cx.by, &out.holes);
                out.push(effect);
            }
        }
        "MIGRATE" => {
            out.named(DbWrite, &name, Certainty::Proved);
            let port = words.get(2).and_then(|p| p.parse().ok());
            let effect = peer(EffectKind::NetWrite, key, port, out.cx.by, &out.holes);
            out.push(effect);
        }
        "EVAL" | "EVALSHA" | "FCALL" | "EVAL_RO" => {
            out.named(DbWrite, &name, Certainty::Opaque);
        }
        "DEBUG" if matches!(second.as_str(), "SEGFAULT" | "PANIC" | "RESTART" | "OOM") => {
            out.named(EffectKind::ProcessSignal, &both, Certainty::Proved);
        }
        "FUNCTION" | "SCRIPT" | "DEBUG" => out.named(DbWrite, &both, Certainty::Opaque),
        _ if READS.contains(&name.as_str()) => {
            out.named(DbRead, format!("{name} {key}").trim(), Certainty::Proved);
        }
        _ => out.named(DbWrite, format!("{name} {key}").trim(), Certainty::Proved),
    }
}
