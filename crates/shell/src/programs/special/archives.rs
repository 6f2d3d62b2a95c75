//! Archives and patches: what goes in is read, what comes out is written.

use palisade_core::EffectKind;

use crate::arg::{Arg, Origin};

use super::super::args::parse;
use super::super::{Call, Run, Sink};
use super::streams::lines;

pub(super) fn archive(call: &Call<'_>, sink: &mut Sink) {
    match call.program {
        "ar" => ar(call, sink),
        "cpio" => cpio(call, sink),
        _ => seven(call, sink),
    }
}

/// `7z` and `rar`: a letter, the archive, members.
fn seven(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "o p t m x i w ap op");
    let Some(archive) = p.operands.get(1) else {
        return;
    };
    let members = p.operands.get(2..).unwrap_or_default();
    match p.word(0) {
        "a" | "u" | "m" | "f" => {
            sink.file(call, EffectKind::FileWrite, archive);
            for m in members {
                sink.tree(call, EffectKind::FileRead, m);
                if p.word(0) == "m" || p.has("sdel") {
                    sink.tree(call, EffectKind::FileDelete, m);
                }
            }
        }
        "x" | "e" => {
            sink.file(call, EffectKind::FileRead, archive);
            if p.has("so") {
                sink.output_from(call, Origin::Decoded);
                return;
            }
            let to = p.value("o op").cloned().unwrap_or_else(|| Arg::known("."));
            for m in members {
                sink.tree(call, EffectKind::FileWrite, &below(&to, m));
            }
            sink.tree(call, EffectKind::FileWrite, &to);
        }
        "d" | "rn" => sink.file(call, EffectKind::FileWrite, archive),
        _ => sink.file(call, EffectKind::FileRead, archive),
    }
}

fn below(dir: &Arg, member: &Arg) -> Arg {
    if dir.is(".") || member.lead().starts_with('/') {
        return member.clone();
    }
    let mut out = dir.clone();
    out.push_text("/");
    out.push(member);
    out
}

fn ar(call: &Call<'_>, sink: &mut Sink) {
    let Some((mode, rest)) = call.args.split_first() else {
        return;
    };
    let Some((archive, members)) = rest.split_first() else {
        return;
    };
    let mode = mode.shown().trim_start_matches('-');
    let changes = mode.starts_with(['r', 'q', 'd', 'm']);
    let kind = if changes {
        EffectKind::FileWrite
    } else {
        EffectKind::FileRead
    };
    sink.file(call, kind, archive);
    for m in members {
        if mode.starts_with(['r', 'q']) {
            sink.file(call, EffectKind::FileRead, m);
        } else if mode.starts_with('x') {
            sink.file(call, EffectKind::FileWrite, m);
        }
    }
}

fn cpio(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "F file I O D directory H format C E pattern-file R owner",
    );
    for f in p.values("I E pattern-file") {
        sink.file(call, EffectKind::FileRead, f);
    }
    for f in p.values("O") {
        sink.file(call, EffectKind::FileWrite, f);
    }
    let to = p
        .value("D directory")
        .cloned()
        .unwrap_or_else(|| Arg::known("."));
    let listed: Vec<Arg> = call.stdin.map(lines).unwrap_or_default();
    if p.has("o create") {
        for m in &listed {
            sink.file(call, EffectKind::FileRead, &below(&to, m));
        }
        for f in p.values("F file") {
            sink.file(call, EffectKind::FileWrite, f);
        }
    } else if p.has("p pass-through") {
        for m in &listed {
            sink.file(call, EffectKind::FileRead, m);
        }
        for d in &p.operands {
            sink.tree(call, EffectKind::FileWrite, d);
        }
    } else {
        for f in p.values("F file") {
            sink.file(call, EffectKind::FileRead, f);
        }
        if p.has("i extract") && !p.has("t list to-stdout") {
            for m in &p.operands {
                sink.file(call, EffectKind::FileWrite, &below(&to, m));
            }
            sink.tree(call, EffectKind::FileWrite, &to);
        }
    }
}

pub(super) fn unzip(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "d x P");
    let Some((archive, members)) = p.operands.split_first() else {
        return;
    };
    sink.file(call, EffectKind::FileRead, archive);
    if p.has("p c") {
        sink.output_from(call, Origin::Decoded);
        return;
    }
    if p.has("l t v Z z") {
        return;
    }
    let to = p.value("d").cloned().unwrap_or_else(|| Arg::known("."));
    // After `-x` come members that are left out.
    if !p.has("x") {
        for m in members {
            sink.file(call, EffectKind::FileWrite, &below(&to, m));
        }
    }
    sink.tree(call, EffectKind::FileWrite, &to);
}

/// `patch`: the file it is told, else those the patch names.
pub(super) fn patch(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "i input p strip d directory o output r reject-file B Y z F fuzz D",
    );
    for f in p.values("o output r reject-file") {
        sink.file(call, EffectKind::FileWrite, f);
    }
    let input = p.value("i input").or_else(|| p.operands.get(1));
    if let Some(f) = input {
        sink.file(call, EffectKind::FileRead, f);
    }
    if p.has("dry-run C check") {
        return;
    }
    if let Some(f) = p.operands.first() {
        sink.file(call, EffectKind::FileRead, f);
        if !p.has("o output") {
            sink.file(call, EffectKind::FileWrite, f);
        }
        return;
    }
    if p.has("o output") {
        return;
    }
    let strip = p.value("p strip").map_or("", Arg::shown);
    patched(input, call.stdin, strip, p.value("d directory"), sink);
}

/// Leaves the patch to be looked into. `strip` as for `-p`.
pub(in crate::programs) fn patched(
    file: Option<&Arg>,
    stdin: Option<&Arg>,
    strip: &str,
    directory: Option<&Arg>,
    sink: &mut Sink,
) {
    let mut args = vec![Arg::known(strip)];
    args.extend(directory.cloned());
    match (file.filter(|f| !f.is("-")), stdin) {
        (Some(f), _) => sink.runs.push(Run::File {
            language: Some("patch"),
            path: f.clone(),
            args,
        }),
        (None, Some(code)) => sink.runs.push(Run::Embedded {
            language: "patch",
            code: code.clone(),
            args,
        }),
        (None, None) => {}
    }
}
