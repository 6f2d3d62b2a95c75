//! Programs that run a command for every item they read: xargs, parallel.

use palisade_core::EffectKind;

use crate::arg::{Arg, Origin};
use crate::expand::joined;
use crate::programs::args::{Parsed, parse_leading};
use crate::programs::{Call, Run, Sink};

use super::shell;

/// Calls of one `parallel` that are looked at one by one.
const COMBINATIONS: usize = 256;

/// The items a known standard input is split into.
pub(super) fn items(call: &Call<'_>, p: &Parsed, lines: bool) -> Option<Vec<Arg>> {
    let stdin = match p.value("a arg-file") {
        Some(file) => file.content()?,
        None => call.stdin?,
    };
    let text = stdin.text()?;
    let words: Vec<String> = if p.has("0 null d delimiter") {
        // Nothing but the delimiter is special, also no newline.
        let sep = match p.value("d delimiter").and_then(Arg::text) {
            Some(d) => crate::decode::escapes(d).0.chars().next().unwrap_or('\0'),
            None => '\0',
        };
        let end = text.strip_suffix(sep).unwrap_or(text);
        end.split(sep).map(str::to_owned).collect()
    } else if lines {
        text.lines().map(str::to_owned).collect()
    } else if p.has("I i replace J") {
        // One item a line, quotes removed all the same.
        text.lines()
            .map(|l| unquoted_words(l.trim_start()).join(" "))
            .collect()
    } else {
        unquoted_words(text)
    };
    let item = |w: String| {
        let mut a = Arg::known(w).with_pattern(stdin.pattern());
        a.flow(stdin.from());
        a
    };
    let items: Vec<Arg> = words
        .into_iter()
        .filter(|w| !w.trim().is_empty())
        .map(item)
        .collect();
    (items.len() <= 256).then_some(items)
}

/// Words as `xargs` splits them: quotes and backslashes as in a shell.
fn unquoted_words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '\\') => word.get_or_insert_default().extend(chars.next()),
            (None, c) if c.is_whitespace() => out.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    out
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
    let known = items(call, &p, false);
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
        for item in list.iter().take(256) {
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
        for some in list.chunks(n).take(256) {
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
    let mut groups: Vec<Vec<Arg>> = Vec::new();
    for w in &p.operands {
        if matches!(w.text(), Some(":::" | ":::+")) {
            groups.push(Vec::new());
        } else if matches!(w.text(), Some("::::" | "::::+")) {
            groups.push(vec![Arg::hole("$(parallel)", Origin::Unknown)]);
        } else if let Some(group) = groups.last_mut() {
            group.push(w.clone());
        } else {
            command.push(w.clone());
        }
    }
    if p.has("pipe spreadstdin pipepart") && !command.is_empty() {
        // What comes in goes to the command, and is no argument of it.
        sink.runs.push(shell(joined(&command)));
        return;
    }
    if groups.is_empty() {
        groups.push(items(call, &p, true).unwrap_or_else(|| unknown_items(call)));
    }
    let line = joined(&command);
    for items in combinations(&groups) {
        let code = if command.is_empty() {
            joined(&items)
        } else {
            filled(&line, &items)
        };
        sink.runs.push(shell(code));
    }
}

/// One item of each group, in every combination.
fn combinations(groups: &[Vec<Arg>]) -> Vec<Vec<Arg>> {
    let mut all = vec![Vec::new()];
    for group in groups {
        let longer = |base: &Vec<Arg>| {
            let base = base.clone();
            group.iter().map(move |item| {
                let mut one = base.clone();
                one.push(item.clone());
                one
            })
        };
        all = all.iter().flat_map(longer).take(COMBINATIONS).collect();
    }
    if all.len() == COMBINATIONS {
        // The rest is not looked at one by one.
        all.push(vec![Arg::hole("$(parallel)", Origin::Unknown)]);
    }
    all
}

/// A command line of `parallel` with its items in their places.
fn filled(line: &Arg, items: &[Arg]) -> Arg {
    let quoted: Vec<Arg> = items.iter().map(crate::lower::quoted).collect();
    let mut marks: Vec<(String, Arg)> = quoted
        .iter()
        .enumerate()
        .map(|(i, item)| (format!("{{{}}}", i + 1), item.clone()))
        .collect();
    marks.push(("{}".to_owned(), joined(&quoted)));
    let before = line.shown().to_owned();
    let mut out = vec![line.clone()];
    for (mark, item) in &marks {
        out = replaced(&out, mark, item);
    }
    let mut code = out.pop().unwrap_or_default();
    if code.shown() == before {
        code.push_text(" ");
        code.push(&joined(&quoted));
    }
    code
}
