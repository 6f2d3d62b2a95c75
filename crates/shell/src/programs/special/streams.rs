//! Programs that read files and write streams: sed, awk, sort, tar, dd.

use palisade_core::EffectKind;

use crate::arg::Arg;

use super::super::args::parse;
use super::super::{Call, Run, Sink};

pub(super) fn dd(call: &Call<'_>, sink: &mut Sink) {
    for a in call.args {
        if let Some((name, value)) = a.split_once('=') {
            match name.text() {
                Some("if") => sink.file(call, EffectKind::FileRead, &value),
                Some("of") => sink.file(call, EffectKind::FileWrite, &value),
                _ => {}
            }
        }
    }
}

pub(super) fn sed(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "e expression f file l line-length");
    let in_place = p.options.iter().any(|(o, _)| o == "in-place")
        || call.args.iter().any(|a| {
            let t = a.shown();
            t.starts_with("-i")
                || (t.starts_with('-') && !t.starts_with("--") && t.contains('i') && t.len() < 5)
        });
    let mut operands = p.operands.as_slice();
    // `sed -i '' …`, the BSD form.
    if in_place
        && let Some((first, rest)) = operands.split_first()
        && first.is_empty()
    {
        operands = rest;
    }
    let mut scripts: Vec<Arg> = p.values("e expression").cloned().collect();
    for f in p.values("f file") {
        sink.file(call, EffectKind::FileRead, f);
        sink.runs.push(Run::File {
            language: Some("sed"),
            path: f.clone(),
            args: Vec::new(),
        });
    }
    if scripts.is_empty()
        && !p.has("f file")
        && let Some((first, rest)) = operands.split_first()
    {
        scripts.push(first.clone());
        operands = rest;
    }
    for f in operands {
        sink.file(call, EffectKind::FileRead, f);
        if in_place {
            sink.file(call, EffectKind::FileWrite, f);
        }
    }
    for code in scripts {
        sink.runs.push(Run::Embedded {
            language: "sed",
            code,
            args: Vec::new(),
        });
    }
}

pub(super) fn awk(call: &Call<'_>, sink: &mut Sink) {
    let p = super::super::args::parse_leading(
        call.args,
        "F field-separator v assign f file i include E exec l load",
    );
    let mut operands = p.operands.as_slice();
    let has_file = p.has("f file E exec");
    for f in p.values("f file E exec") {
        sink.file(call, EffectKind::FileRead, f);
        sink.runs.push(Run::File {
            language: Some("awk"),
            path: f.clone(),
            args: Vec::new(),
        });
    }
    let mut code = None;
    if !has_file && let Some((first, rest)) = operands.split_first() {
        code = Some(first.clone());
        operands = rest;
    }
    for f in operands.iter().filter(|f| !f.lead().contains('=')) {
        sink.file(call, EffectKind::FileRead, f);
        if p.value("i include").is_some_and(|i| i.is("inplace")) {
            sink.file(call, EffectKind::FileWrite, f);
        }
    }
    if let Some(known) = super::super::text::known(call) {
        sink.output = Some(known);
        return;
    }
    if let Some(code) = code {
        sink.runs.push(Run::Embedded {
            language: "awk",
            code,
            args: operands.to_vec(),
        });
    }
}

pub(super) fn tar(call: &Call<'_>, sink: &mut Sink) {
    let mut args: Vec<Arg> = call.args.to_vec();
    // `tar xzf a`: the old form without a dash.
    if let Some(first) = args.first_mut()
        && let Some(t) = first.text()
        && !t.starts_with('-')
        && !t.is_empty()
        && t.chars().all(|c| c.is_ascii_alphabetic())
    {
        *first = Arg::known(format!("-{t}"));
    }
    let p = parse(
        &args,
        "f file C directory I use-compress-program to-command checkpoint-action T files-from X exclude-from exclude transform strip-components H format owner group mode rsh-command F info-script new-volume-script b",
    );
    for code in
        p.values("I use-compress-program to-command F info-script new-volume-script rsh-command")
    {
        if !matches!(
            code.text(),
            Some("pigz" | "zstd" | "pbzip2" | "xz" | "gzip" | "lz4" | "zstdmt" | "pixz")
        ) {
            sink.runs.push(Run::Shell {
                code: code.clone(),
                args: Vec::new(),
            });
        }
    }
    for action in p.values("checkpoint-action") {
        if action.lead().starts_with("exec=") {
            sink.runs.push(Run::Shell {
                code: action.after(5),
                args: Vec::new(),
            });
        }
    }
    let archive = p.value("f file");
    let directory = p.value("C directory").cloned();
    let inside = |a: &Arg| match (&directory, a.text()) {
        (Some(d), Some(t)) if !t.starts_with('/') => {
            let mut out = d.clone();
            out.push_text("/");
            out.push(a);
            out
        }
        _ => a.clone(),
    };
    for f in p.values("T files-from X exclude-from") {
        sink.file(call, EffectKind::FileRead, f);
    }
    let listed: Vec<Arg> = p
        .values("T files-from")
        .filter_map(Arg::content)
        .chain(
            call.stdin
                .filter(|_| p.values("T files-from").any(|f| f.is("-"))),
        )
        .flat_map(lines)
        .collect();
    if p.has("c create r append u update A") {
        for o in p.operands.iter().chain(&listed) {
            sink.tree(call, EffectKind::FileRead, &inside(o));
        }
        if let Some(a) = archive {
            sink.file(call, EffectKind::FileWrite, a);
        }
        if p.has("remove-files") {
            for o in &p.operands {
                sink.tree(call, EffectKind::FileDelete, &inside(o));
            }
        }
        return;
    }
    if let Some(a) = archive {
        sink.file(call, EffectKind::FileRead, a);
    }
    if p.has("x extract get") && !p.has("O to-stdout") {
        for o in p.operands.iter().chain(&listed) {
            sink.tree(call, EffectKind::FileWrite, &inside(o));
        }
        let to = directory.unwrap_or_else(|| Arg::known("."));
        sink.tree(call, EffectKind::FileWrite, &to);
        if p.has("P absolute-names") {
            sink.tree(call, EffectKind::FileWrite, &Arg::known("/"));
        }
    }
}

/// `dc` and `m4`: calculators of their own kind, each with a way to a shell.
pub(super) fn macros(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "e expression f file D I U L F R");
    for f in p.operands.iter().chain(p.values("f file")) {
        sink.file(call, EffectKind::FileRead, f);
    }
    let inner = p.operands.iter().filter_map(Arg::content);
    let texts = p.values("e expression").chain(call.stdin).chain(inner);
    for text in texts {
        for line in text.shown().lines().take(256) {
            let code = if call.program == "dc" {
                line.split_once('!')
                    .map(|(_, code)| code)
                    .filter(|c| !c.starts_with(['<', '>', '=']))
            } else {
                ["esyscmd(", "syscmd("]
                    .iter()
                    .find_map(|w| line.split_once(w))
                    .map(|(_, code)| code.trim_matches(['`', '\'', ')']))
            };
            if let Some(code) = code {
                sink.runs.push(Run::Shell {
                    code: Arg::known(code),
                    args: Vec::new(),
                });
            }
        }
    }
}

/// The names in a list of names, one a line.
pub(in crate::programs) fn lines(list: &Arg) -> Vec<Arg> {
    list.text()
        .map(|t| {
            t.split(['\n', '\0'])
                .filter(|l| !l.is_empty())
                .take(256)
                .map(Arg::known)
                .collect()
        })
        .unwrap_or_default()
}

pub(super) fn sort(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "k key t field-separator o output T temporary-directory S buffer-size parallel compress-program files0-from",
    );
    for o in &p.operands {
        sink.file(call, EffectKind::FileRead, o);
    }
    for f in p.values("files0-from") {
        sink.file(call, EffectKind::FileRead, f);
    }
    if let Some(o) = p.value("o output") {
        sink.file(call, EffectKind::FileWrite, o);
    }
    if let Some(code) = p.value("compress-program") {
        sink.runs.push(Run::Words {
            words: vec![code.clone()],
            stdin: None,
        });
    }
}

pub(super) fn yq(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "o p output-format input-format I indent arg argjson",
    );
    for o in p.operands.iter().skip(1) {
        sink.file(call, EffectKind::FileRead, o);
        if p.has("i inplace") {
            sink.file(call, EffectKind::FileWrite, o);
        }
    }
}

pub(super) fn jq(call: &Call<'_>, sink: &mut Sink) {
    let mut rest = call.args;
    let mut program = None;
    let mut from_file = false;
    let mut data = false;
    while let Some((a, tail)) = rest.split_first() {
        rest = tail;
        match a.text() {
            Some("--arg" | "--argjson") => rest = tail.get(2..).unwrap_or_default(),
            Some("--rawfile" | "--slurpfile" | "--argfile") => {
                if let Some(f) = tail.get(1) {
                    sink.file(call, EffectKind::FileRead, f);
                }
                rest = tail.get(2..).unwrap_or_default();
            }
            Some("--indent" | "-L" | "--library-path") => {
                rest = tail.get(1..).unwrap_or_default();
            }
            Some("-f" | "--from-file") => {
                from_file = true;
                if let Some(f) = tail.first() {
                    sink.file(call, EffectKind::FileRead, f);
                    sink.runs.push(Run::File {
                        language: Some("jq"),
                        path: f.clone(),
                        args: Vec::new(),
                    });
                }
                rest = tail.get(1..).unwrap_or_default();
            }
            Some("--args" | "--jsonargs") => data = true,
            Some(t) if t.len() > 1 && t.starts_with('-') => {}
            _ if program.is_none() && !from_file => program = Some(a.clone()),
            _ if data => {}
            _ => sink.file(call, EffectKind::FileRead, a),
        }
    }
    if let Some(code) = program {
        sink.runs.push(Run::Embedded {
            language: "jq",
            code,
            args: Vec::new(),
        });
    }
}
