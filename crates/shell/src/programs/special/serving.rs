//! Servers of a folder's files: which folder.

use palisade_core::{Certainty, EffectKind, Target};

use crate::arg::Arg;

use super::super::args::parse;
use super::super::{Call, Sink};

/// Programs, their options that take a value, those of them that name the
/// folder, and the operand that does.
const SERVERS: &[(&str, &str, &str, Option<usize>)] = &[
    (
        "serve http-server live-server lite-server sirv local-web-server ws",
        "l listen p port c config a d directory P proxy o host C cert K key open mount",
        "d directory",
        Some(0),
    ),
    (
        "miniserve dufs",
        "p port i interfaces a auth route-prefix b bind",
        "",
        Some(0),
    ),
    ("darkhttpd thttpd webfsd", "port addr d p", "d", Some(0)),
    ("updog", "d directory p port password", "d directory", None),
    (
        "gohttpserver simple-http-server",
        "r root p port a addr",
        "r root",
        Some(0),
    ),
];

/// Understands one call; `false` when the program serves no files.
pub(super) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    if call.program == "httpd" && call.args.iter().any(|a| a.is("-h")) {
        // Busybox.
        let p = parse(call.args, "p u c r h");
        folder(call, p.value("h"), sink);
        return true;
    }
    if call.program == "caddy" {
        let p = parse(call.args, "root r listen l domain d config adapter");
        return match p.word(0) {
            "file-server" => {
                folder(call, p.value("root r"), sink);
                true
            }
            "stop" | "reload" => {
                sink.name(call, EffectKind::Privilege, format!("caddy {}", p.word(0)));
                true
            }
            "run" | "start" | "reverse-proxy" | "respond" => {
                sink.name(call, EffectKind::NetListen, format!("caddy {}", p.word(0)));
                true
            }
            _ => false,
        };
    }
    let Some((_, options, names, at)) = SERVERS
        .iter()
        .find(|(programs, ..)| programs.split(' ').any(|p| p == call.program))
    else {
        return false;
    };
    let p = parse(call.args, options);
    if p.has("help version") {
        return true;
    }
    let dir = p
        .value(names)
        .or_else(|| at.and_then(|at| p.operands.get(at)));
    folder(call, dir, sink);
    true
}

/// Serves a folder, where it stands when none is named. A home, or a folder
/// that homes are in, is handed to everybody who asks.
pub(in crate::programs) fn folder(call: &Call<'_>, dir: Option<&Arg>, sink: &mut Sink) {
    let here = Arg::known(".");
    if let Some(dir) = dir {
        sink.tree(call, EffectKind::FileRead, dir);
    }
    let dir = dir.unwrap_or(&here);
    sink.name(call, EffectKind::NetListen, dir.shown());
    let Some(place) = call.path(dir).filter(|p| p.certainty == Certainty::Proved) else {
        return;
    };
    let path = place.path.trim_end_matches('/');
    let holds = call
        .home
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if holds {
        let mut e = call.effect(EffectKind::FileRead, Target::Path(place.path));
        e.recursive = true;
        e.facts.flows_to_network = true;
        sink.push(e);
    }
}
