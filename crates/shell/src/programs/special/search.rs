//! `find` and `fd`: what they find, and what they do with it.

use palisade_core::EffectKind;

use crate::arg::{Arg, Origin};

use super::super::args::parse;
use super::super::{Call, Run, Sink};

/// What `find` finds, as one argument that stands for many names.
pub(super) fn found(root: &Arg, name: Option<&Arg>) -> Arg {
    let mut out = root.clone();
    if !root.shown().ends_with('/') {
        out.push_text("/");
    }
    match name {
        Some(n) => out.push(n),
        None => out.push_text("*"),
    }
    out.with_pattern(true)
}

/// The file name a path pattern or an expression ends in.
fn last_part(a: &Arg, regex: bool) -> Arg {
    let Some(t) = a.text() else {
        return a.clone();
    };
    let last = t.rsplit('/').next().unwrap_or(t);
    if !regex {
        return Arg::known(last);
    }
    Arg::known(plain_name(last))
}

/// A regular expression as a pattern, when it is simple enough.
fn plain_name(regex: &str) -> String {
    let t = regex.trim_start_matches('^').trim_end_matches('$');
    let t = t.strip_prefix(".*").unwrap_or(t).replace("\\.", "\u{1}");
    if t.contains(['(', '[', '+', '?', '|', '\\', '{']) || t.contains('.') && t.len() < 2 {
        return "*".to_owned();
    }
    let t = t.replace(".*", "*").replace('.', "?").replace('\u{1}', ".");
    if t.is_empty() { "*".to_owned() } else { t }
}

pub(super) fn find(call: &Call<'_>, sink: &mut Sink) {
    let mut roots = Vec::new();
    let mut rest = call.args;
    while let Some((a, tail)) = rest.split_first() {
        match a.text() {
            Some("-H" | "-L" | "-P" | "-E" | "-X") => {}
            Some("-f") => {}
            Some(t) if t.starts_with('-') || t == "(" || t == "!" => break,
            _ => roots.push(a.clone()),
        }
        rest = tail;
    }
    if roots.is_empty() {
        roots.push(Arg::known("."));
    }
    for r in &roots {
        sink.tree(call, EffectKind::FileList, r);
    }
    let mut name = None;
    let mut negated = false;
    let mut expressions = rest;
    // Each with the name that was asked for before it.
    let mut commands: Vec<(Vec<Arg>, Option<Arg>)> = Vec::new();
    let mut deletes: Vec<Option<Arg>> = Vec::new();
    // What is printed when no action was given: the names of each alternative.
    let mut printed_names: Vec<Option<Arg>> = Vec::new();
    let mut depth = 0_usize;
    let mut pruned = false;
    while let Some((a, tail)) = expressions.split_first() {
        expressions = tail;
        match a.text() {
            Some("(") => depth += 1,
            Some(")") => depth = depth.saturating_sub(1),
            Some("-prune") => pruned = true,
            // An action belongs to its own alternative.
            Some("-o" | "-or" | ",") if depth == 0 => {
                let before = name.take();
                if !std::mem::take(&mut pruned) {
                    printed_names.push(before);
                }
            }
            Some(
                t @ ("-name" | "-iname" | "-path" | "-ipath" | "-wholename" | "-iwholename"
                | "-regex" | "-iregex"),
            ) => {
                if !negated {
                    let given = tail.first().map(|a| last_part(a, t.contains("regex")));
                    // Of several alternatives none is the whole.
                    name = match name {
                        None => given,
                        Some(_) => Some(Arg::known("*")),
                    };
                }
                expressions = tail.get(1..).unwrap_or_default();
            }
            Some("-not" | "!") => {
                negated = true;
                continue;
            }
            Some("-delete") => deletes.push(name.clone()),
            Some("-fprint" | "-fprint0" | "-fls") => {
                if let Some(f) = tail.first() {
                    sink.file(call, EffectKind::FileWrite, f);
                }
                expressions = tail.get(1..).unwrap_or_default();
            }
            Some("-fprintf") => {
                if let Some(f) = tail.first() {
                    sink.file(call, EffectKind::FileWrite, f);
                }
                expressions = tail.get(2..).unwrap_or_default();
            }
            Some("-files0-from") => {
                if let Some(f) = tail.first() {
                    sink.file(call, EffectKind::FileRead, f);
                }
            }
            Some("-exec" | "-execdir" | "-ok" | "-okdir") => {
                let end = tail
                    .iter()
                    .position(|w| w.is(";"))
                    .or_else(|| {
                        tail.windows(2)
                            .position(|w| matches!(w, [a, b] if a.is("{}") && b.is("+")))
                            .map(|i| i + 1)
                    })
                    .unwrap_or(tail.len());
                let words = tail.get(..end).unwrap_or_default().to_vec();
                commands.push((words, name.clone()));
                expressions = tail.get(end + 1..).unwrap_or_default();
            }
            _ => {}
        }
        negated = false;
    }
    if !pruned {
        printed_names.push(name.take());
    }
    // Of several alternatives none is the whole.
    let name = match printed_names.as_slice() {
        [one] => one.clone(),
        _ => Some(Arg::known("*")),
    };
    let mut printed = Arg::default();
    for r in &roots {
        for name in &deletes {
            let one = found(r, name.as_ref());
            sink.tree(call, EffectKind::FileDelete, &one);
        }
        for (c, name) in &commands {
            let one = found(r, name.as_ref());
            sink.runs.push(Run::Words {
                words: with_found(c, "{}", &one),
                stdin: None,
            });
        }
        let one = found(r, name.as_ref());
        printed.push(&one);
        printed.push_text("\n");
    }
    if commands.is_empty() {
        sink.output = Some(printed);
    }
}

/// A command with what was found in place of the mark; code keeps it unknown.
pub(super) fn with_found(words: &[Arg], mark: &str, found: &Arg) -> Vec<Arg> {
    words
        .iter()
        .map(|w| {
            let Some(t) = w.text() else { return w.clone() };
            if t == mark {
                return found.clone();
            }
            if !t.contains(mark) {
                return w.clone();
            }
            let mut out = Arg::default();
            for (i, piece) in t.split(mark).enumerate() {
                if i > 0 {
                    // Inside code a name is whatever somebody called a file.
                    if t.contains(' ') {
                        out.push_hole("{}", Origin::Unknown);
                    } else {
                        out.push(found);
                    }
                }
                out.push_text(piece);
            }
            out
        })
        .collect()
}

/// What the names `fd` looks for have in common. A plain word is a part of
/// many names; one with a dot in front is a hidden file.
fn fd_name(p: &super::super::args::Parsed) -> Option<Arg> {
    let t = p.operands.first()?.text()?;
    if p.has("g glob") {
        return Some(Arg::known(t));
    }
    if t.is_empty() || t == "." {
        return None;
    }
    let bare = t.trim_start_matches('^').trim_end_matches('$');
    let name = if p.has("F fixed-strings") {
        bare.to_owned()
    } else {
        plain_name(bare)
    };
    if name == "*" {
        return None;
    }
    // `.env` as an expression is any letter, then `env`.
    let name = name
        .strip_prefix('?')
        .map_or(name.clone(), |n| format!(".{n}"));
    let start = if t.starts_with('^') || name.starts_with('.') {
        ""
    } else {
        "*"
    };
    let end = if t.ends_with('$') { "" } else { "*" };
    Some(Arg::known(format!("{start}{name}{end}")))
}

pub(super) fn fd(call: &Call<'_>, sink: &mut Sink) {
    let at = call
        .args
        .iter()
        .position(|a| matches!(a.text(), Some("-x" | "-X" | "--exec" | "--exec-batch")));
    let (own, command) = match at {
        Some(i) => (
            call.args.get(..i).unwrap_or_default(),
            call.args.get(i + 1..).unwrap_or_default(),
        ),
        None => (call.args, &[][..]),
    };
    let p = parse(
        own,
        "e extension t type d max-depth E exclude S size c color j threads o owner base-directory changed-within changed-before",
    );
    let mut roots: Vec<Arg> = p.operands.get(1..).unwrap_or_default().to_vec();
    if roots.is_empty() {
        roots.push(Arg::known("."));
    }
    for r in &roots {
        sink.tree(call, EffectKind::FileList, r);
        let name = p
            .value("e extension")
            .and_then(Arg::text)
            .map(|e| Arg::known(format!("*.{e}")))
            .or_else(|| fd_name(&p));
        let one = found(r, name.as_ref());
        if command.is_empty() {
            continue;
        }
        let mut words = with_found(command, "{}", &one);
        if !command.iter().any(|w| w.shown().contains('{')) {
            words.push(one);
        }
        sink.runs.push(Run::Words {
            words,
            stdin: Some(Arg::default()),
        });
    }
}
