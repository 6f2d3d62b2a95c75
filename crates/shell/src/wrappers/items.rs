//! Programs that run a command for every item they read: xargs, parallel.

use palisade_core::EffectKind;

use crate::arg::{Arg, Origin};
use crate::expand::joined;
use crate::programs::args::{Parsed, parse_leading};
use crate::programs::{Call, Run, Sink};

use super::shell;

/// The items a known standard input is split into.
pub(super) fn items(call: &Call<'_>, p: &Parsed) -> Option<Vec<Arg>> {
    let stdin = match p.value("a arg-file") {
        Some(file) => file.content()?,
        None => call.stdin?,
    };
    let text = stdin.text()?;
    let by_line = p.has("I i replace L d delimiter 0 null");
    let pieces: Vec<&str> = if by_line {
        let sep = match p.value("d delimiter").and_then(Arg::text) {
            Some("\\n") | None => '\n',
            Some("\\0") => '\0',
            Some(d) => d.chars().next().unwrap_or('\n'),
        };
        text.split([sep, '\n', '\0']).collect()
    } else {
        text.split_whitespace().collect()
    };
    let items: Vec<Arg> = pieces
        .into_iter()
        .filter(|s| !s.trim().is_empty())
        .map(|s| {
            let s = if by_line { s.trim_start() } else { s };
            // Quotes and backslashes are removed, as in a shell.
            let plain: String = s
                .chars()
                .filter(|c| !matches!(c, '"' | '\'' | '\\'))
                .collect();
            let mut a = Arg::known(plain).with_pattern(stdin.pattern());
            a.flow(stdin.from());
            a
        })
        .collect();
    (items.len() <= 256).then_some(items)
}

pub(super) fn unknown_items(call: &Call<'_>) -> Vec<Arg> {
    let mut a = Arg::hole("$(xargs)", Origin::Unknown);
    if let Some(s) = call.stdin {
        if let Some(o) = s.origin() {
            a = Arg::hole("$(xargs)", o.max(Origin::Unknown));
        }
        a.flow(s.from());
    }
    vec![a]
}

pub(super) fn xargs(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(
        call.args,
        "I d E L n P s a R S J delimiter max-lines max-args max-procs max-chars arg-file process-slot-var",
    );
    let command = if p.operands.is_empty() {
        vec![Arg::known("echo")]
    } else {
        p.operands.clone()
    };
    for f in p.values("a arg-file") {
        sink.file(call, EffectKind::FileRead, f);
    }
    let known = items(call, &p);
    let certain = known.is_some();
    let list = known.unwrap_or_else(|| unknown_items(call));
    let mark = p
        .value("I J")
        .or_else(|| p.value("replace"))
        .and_then(Arg::text)
        .map(str::to_owned)
        .or_else(|| p.has("i replace").then(|| "{}".to_owned()));
    let stdin = Some(Arg::default());
    if let Some(mark) = mark {
        for item in list.iter().take(64) {
            sink.runs.push(Run::Words {
                words: replaced(&command, &mark, item),
                stdin: stdin.clone(),
            });
        }
        return;
    }
    let chunk = p
        .value("n L max-args max-lines")
        .and_then(|a| a.text()?.parse::<usize>().ok())
        .filter(|n| certain && *n > 0);
    if let Some(n) = chunk {
        for some in list.chunks(n).take(64) {
            let mut words = command.clone();
            words.extend_from_slice(some);
            sink.runs.push(Run::Words {
                words,
                stdin: stdin.clone(),
            });
        }
        return;
    }
    let mut words = command;
    // Unknown items are nothing alone: `xargs rm` may run with none.
    if certain || words.len() < 4_000 {
        words.extend(list);
    }
    sink.runs.push(Run::Words { words, stdin });
}

pub(super) fn replaced(words: &[Arg], mark: &str, item: &Arg) -> Vec<Arg> {
    if mark.is_empty() {
        return words.to_vec();
    }
    words
        .iter()
        .map(|w| {
            let Some(t) = w.text() else { return w.clone() };
            if !t.contains(mark) {
                return w.clone();
            }
            let mut out = Arg::default();
            for (i, piece) in t.split(mark).enumerate() {
                if i > 0 {
                    out.push(item);
                }
                out.push_text(piece);
            }
            out
        })
        .collect()
}

pub(super) fn parallel(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(
        call.args,
        "j jobs a arg-file S sshlogin I N n max-args d delimiter colsep C joblog results retries timeout delay tmpdir",
    );
    let mut command = Vec::new();
    let mut given = Vec::new();
    let mut after = false;
    for w in &p.operands {
        if matches!(w.text(), Some(":::" | ":::+")) {
            after = true;
        } else if w.is("::::") {
            after = true;
            given.push(Arg::hole("$(parallel)", Origin::Unknown));
        } else if after {
            given.push(w.clone());
        } else {
            command.push(w.clone());
        }
    }
    let list = if after {
        given
    } else {
        items(call, &p).unwrap_or_else(|| unknown_items(call))
    };
    for item in list.iter().take(64) {
        if command.is_empty() {
            sink.runs.push(shell(item.clone()));
            continue;
        }
        let line = joined(&command);
        let mut code = Arg::default();
        if line.shown().contains("{}") {
            for (i, piece) in line.shown().split("{}").enumerate() {
                if i > 0 {
                    code.push(&crate::lower::quoted(item));
                }
                code.push_text(piece);
            }
        } else {
            code.push(&line);
            code.push_text(" ");
            code.push(&crate::lower::quoted(item));
        }
        sink.runs.push(shell(code));
    }
}
