//! Copying, moving, linking, here and to other machines.

use palisade_core::{EffectKind, Target};

use crate::arg::Arg;

use super::super::args::{Parsed, parse};
use super::super::{Call, Run, Sink};
use super::system::raises;

use super::search::found;

/// Options of a copy, sources and destination.
pub(super) fn sources_and_target(call: &Call<'_>) -> (Parsed, Vec<Arg>, Option<Arg>, bool) {
    let mut p = parse(
        call.args,
        "t target-directory S suffix m mode o owner g group",
    );
    let mut into = true;
    let to = match p.value("t target-directory").cloned() {
        Some(dir) => Some(dir),
        None if p.operands.len() > 1 => {
            into = p.operands.len() > 2
                || p.operands
                    .last()
                    .is_some_and(|d| d.shown().ends_with('/') || d.is(".") || d.is(".."));
            p.operands.pop()
        }
        None => None,
    };
    let sources = std::mem::take(&mut p.operands);
    (p, sources, to, into)
}

/// The places where the copies come to lie.
pub(super) fn write_target(
    call: &Call<'_>,
    sources: &[Arg],
    to: &Arg,
    into: bool,
    tree: bool,
    sink: &mut Sink,
) {
    let kind = EffectKind::FileWrite;
    if !into {
        if tree {
            sink.tree(call, kind, to);
        } else {
            sink.file(call, kind, to);
        }
        return;
    }
    for s in sources {
        let name = s
            .shown()
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let mut at = to.clone();
        let named = s.text().is_some() && !matches!(name, "" | "." | "..");
        if named {
            if !to.shown().ends_with('/') {
                at.push_text("/");
            }
            at.push_text(name);
            if s.pattern() {
                at.set_pattern();
            }
        }
        if tree {
            sink.tree(call, kind, &at);
        } else {
            sink.file(call, kind, &at);
        }
    }
}

pub(super) fn copy(call: &Call<'_>, sink: &mut Sink) {
    let (p, sources, to, into) = sources_and_target(call);
    let tree = p.has("r R a archive recursive");
    if call.program == "install" && p.has("d directory") {
        for s in sources.iter().chain(&to) {
            sink.file(call, EffectKind::FileWrite, s);
        }
        return;
    }
    let mode = p.value("m mode").map(Arg::shown);
    if let Some(mode) = mode.filter(|m| call.program == "install" && raises(m)) {
        sink.name(call, EffectKind::Privilege, format!("install -m {mode}"));
    }
    for s in &sources {
        if tree {
            sink.tree(call, EffectKind::FileRead, s);
        } else {
            sink.file(call, EffectKind::FileRead, s);
        }
    }
    if let Some(to) = to {
        write_target(call, &sources, &to, into, tree, sink);
    }
}

pub(super) fn move_files(call: &Call<'_>, sink: &mut Sink) {
    let (_, sources, to, into) = sources_and_target(call);
    for s in &sources {
        // The content stays somewhere: a change of this place, not a loss.
        sink.file(call, EffectKind::FileRead, s);
        sink.file(call, EffectKind::FileWrite, s);
    }
    if let Some(to) = to {
        write_target(call, &sources, &to, into, false, sink);
    }
}

pub(super) fn link(call: &Call<'_>, sink: &mut Sink) {
    let (p, sources, to, into) = sources_and_target(call);
    // A second name for a file gives what is in it. What a relative symbolic
    // link names is counted from where the link lies.
    let folder = to
        .as_ref()
        .filter(|_| p.has("s symbolic") && !into)
        .and_then(|t| t.text()?.rsplit_once('/'))
        .map(|(dir, _)| dir.to_owned());
    for s in &sources {
        let place = match (&folder, s.text()) {
            (Some(dir), Some(t)) if !t.starts_with('/') => Arg::known(format!("{dir}/{t}")),
            _ => s.clone(),
        };
        sink.file(call, EffectKind::FileRead, &place);
    }
    match to {
        Some(to) => write_target(call, &sources, &to, into, false, sink),
        None => {
            for s in &sources {
                write_target(
                    call,
                    std::slice::from_ref(s),
                    &Arg::known("./"),
                    true,
                    false,
                    sink,
                );
            }
        }
    }
}

/// `host:path` or `user@host:path`.
pub(crate) fn remote(a: &Arg) -> Option<(String, String)> {
    let t = a.shown();
    if let Some(rest) = t
        .strip_prefix("rsync://")
        .or_else(|| t.strip_prefix("scp://"))
    {
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.rsplit('@').next().unwrap_or(host);
        return Some((host.to_owned(), path.to_owned()));
    }
    let (host, path) = t.split_once(':')?;
    if host.contains('/') || host.is_empty() {
        return None;
    }
    let host = host.rsplit('@').next().unwrap_or(host);
    Some((host.to_owned(), path.trim_start_matches(':').to_owned()))
}

/// A peer reached by a protocol that is not HTTP.
pub(crate) fn peer(host: String, method: &'static str) -> Target {
    Target::Host {
        host,
        port: None,
        path: String::new(),
        method: method.into(),
    }
}

pub(super) fn transfer(
    call: &Call<'_>,
    operands: &[Arg],
    tree: bool,
    method: &'static str,
    sink: &mut Sink,
) {
    let Some((to, sources)) = operands.split_last() else {
        return;
    };
    for s in sources {
        match remote(s) {
            Some((host, _)) => sink.push(call.effect(EffectKind::NetRead, peer(host, method))),
            None if tree => sink.tree(call, EffectKind::FileRead, s),
            None => sink.file(call, EffectKind::FileRead, s),
        }
    }
    match remote(to) {
        Some((host, _)) => {
            sink.push(call.effect(EffectKind::NetWrite, peer(host, method)));
            sink.sends = true;
        }
        None if tree => sink.tree(call, EffectKind::FileWrite, to),
        None => sink.file(call, EffectKind::FileWrite, to),
    }
}

pub(super) fn rsync(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "e rsh exclude include exclude-from include-from files-from f filter rsync-path password-file bwlimit port log-file backup-dir B suffix max-size min-size timeout chmod chown out-format compare-dest link-dest copy-dest T temp-dir partial-dir",
    );
    if p.has("n dry-run") {
        for o in &p.operands {
            if remote(o).is_none() {
                sink.tree(call, EffectKind::FileList, o);
            }
        }
        return;
    }
    for code in p.values("e rsh") {
        if !matches!(code.shown().split(' ').next(), Some("ssh"))
            || code.shown().contains("Command")
        {
            sink.runs.push(Run::Shell {
                code: code.clone(),
                args: Vec::new(),
            });
        }
    }
    for code in p
        .values("rsync-path")
        .filter(|c| c.shown().contains([';', '|', '&', '$', '`', ' ']))
    {
        // The other side runs it, and that may be this machine.
        sink.runs.push(Run::Shell {
            code: code.clone(),
            args: Vec::new(),
        });
    }
    for f in p.values("exclude-from include-from files-from password-file") {
        sink.file(call, EffectKind::FileRead, f);
    }
    transfer(call, &p.operands, true, "RSYNC", sink);
    let deletes = p
        .options
        .iter()
        .any(|(o, _)| o.starts_with("delete") || o == "del");
    if deletes
        && let Some(to) = p.operands.last()
        && remote(to).is_none()
    {
        sink.tree(call, EffectKind::FileDelete, &found(to, None));
    }
    if p.has("remove-source-files") {
        for s in p
            .operands
            .iter()
            .rev()
            .skip(1)
            .filter(|s| remote(s).is_none())
        {
            sink.tree(call, EffectKind::FileDelete, s);
        }
    }
}

pub(super) fn scp(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "i P o F c l J S D X");
    for o in p.values("o") {
        if o.shown().to_ascii_lowercase().starts_with("proxycommand") {
            sink.runs.push(Run::Shell {
                code: o.after("proxycommand=".len()),
                args: Vec::new(),
            });
        }
    }
    transfer(call, &p.operands, p.has("r"), "SCP", sink);
}
