//! What text tools print when what they are given is known.

mod lines;
mod regex;

use crate::arg::{Arg, Origin};
use crate::decode;

use super::args::{Parsed, parse};
use super::{Call, Sink};

/// `echo`.
pub(crate) fn echo(args: &[Arg]) -> Arg {
    let mut rest = args;
    let (mut newline, mut escapes) = (true, false);
    while let Some((a, tail)) = rest.split_first() {
        let Some(flags) = a.text().and_then(|t| t.strip_prefix('-')) else {
            break;
        };
        if flags.is_empty() || !flags.chars().all(|c| "neE".contains(c)) {
            break;
        }
        newline &= !flags.contains('n');
        escapes = flags.contains('e') || (escapes && !flags.contains('E'));
        rest = tail;
    }
    let mut out = crate::expand::joined(rest);
    if escapes {
        out = map_known(&out, |t| decode::escapes(t).0);
    }
    if newline {
        out.push_text("\n");
    }
    out
}

/// Applies `f` to the known stretches between holes.
fn map_known(a: &Arg, f: impl Fn(&str) -> String) -> Arg {
    let mut out = Arg::default();
    let mut at = 0;
    for h in a.holes() {
        out.push_text(&f(a.shown().get(at..h.start).unwrap_or_default()));
        out.push_hole(a.shown().get(h.start..h.end).unwrap_or_default(), h.origin);
        at = h.end;
    }
    out.push_text(&f(a.shown().get(at..).unwrap_or_default()));
    out.flow(a.from());
    out
}

/// How often `printf` uses its format before the rest is unknown.
const REPEATS: usize = 1_024;

/// `printf`.
pub(crate) fn printf(args: &[Arg]) -> Arg {
    let Some((format, values)) = args.split_first() else {
        return Arg::default();
    };
    let Some(format) = format.text() else {
        let mut out = format.clone();
        for v in values {
            out.push_text(" ");
            out.push(v);
        }
        return out;
    };
    let mut out = Arg::default();
    let mut values = values.iter();
    // The format is used again until the values are spent.
    for _ in 0..REPEATS {
        let before = values.len();
        once(format, &mut values, &mut out);
        if values.len() == 0 || values.len() == before {
            return out;
        }
    }
    out.push_hole("$(printf …)", Origin::Unknown);
    out
}

fn once<'a>(format: &str, values: &mut impl Iterator<Item = &'a Arg>, out: &mut Arg) {
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        let (text, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_text(&decode::escapes(text).0);
        let spec = after.get(1..).unwrap_or_default();
        let end = spec
            .find(|c: char| !("-+ #0.'".contains(c) || c.is_ascii_digit() || c == '*'))
            .unwrap_or(spec.len());
        let (_, conversion) = spec.split_at_checked(end).unwrap_or((spec, ""));
        let mut c = conversion.chars();
        match c.next() {
            Some('%') => out.push_text("%"),
            Some('b') => {
                if let Some(v) = values.next() {
                    out.push(&map_known(v, |t| decode::escapes(t).0));
                }
            }
            Some('q') => {
                if let Some(v) = values.next() {
                    out.push(&crate::lower::quoted(v));
                }
            }
            Some('c') => {
                if let Some(v) = values.next() {
                    match v.text().and_then(|t| t.chars().next()) {
                        Some(c) => out.push_text(c.encode_utf8(&mut [0; 4])),
                        None => out.push(v),
                    }
                }
            }
            Some('x' | 'X' | 'o') => {
                values.next();
                out.push_hole("$(printf …)", Origin::Unknown);
            }
            Some(_) => {
                if let Some(v) = values.next() {
                    out.push(v);
                }
            }
            None => {}
        }
        rest = c.as_str();
    }
    out.push_text(&decode::escapes(rest).0);
}

/// Fills in what a text tool prints. The effects on files are the tables'.
pub(crate) fn output(call: &Call<'_>, sink: &mut Sink) {
    let out = match call.program {
        "base64" | "gbase64" => decoded(call, "d decode D", decode::base64),
        "base32" => decoded(call, "d decode", decode::base32),
        "xxd" => decoded(call, "r", decode::hex),
        "basename" | "dirname" => path_part(call),
        "seq" => seq(call),
        "ls" | "gls" | "dir" => listed(call),
        "mktemp" => mktemp(call),
        "rev" | "tac" => reversed(call),
        "tr" => translated(call),
        "gunzip" | "zcat" | "bzcat" | "xzcat" | "unxz" | "zstdcat" | "bunzip2" | "uncompress"
        | "uudecode" => Some(Arg::hole(format!("$({} …)", call.program), Origin::Decoded)),
        "gzip" | "xz" | "bzip2" | "zstd" if parse(call.args, "").has("d decompress uncompress") => {
            Some(Arg::hole(
                format!("$({} -d …)", call.program),
                Origin::Decoded,
            ))
        }
        "tee" => call.stdin.cloned(),
        "grep" | "egrep" | "fgrep" | "rg" => filtered(call),
        "head" | "tail" | "sort" | "uniq" | "cut" | "sed" | "awk" | "gawk" | "fold" | "fmt"
        | "nl" | "column" | "paste" | "jq" | "yq" | "strings" | "od" | "hexdump" | "expand"
        | "unexpand" | "iconv" | "dos2unix" | "less" | "more" | "bat" | "batcat" | "cut2"
        | "sponge" | "pv" | "colrm" | "ts" => passed(call),
        _ => None,
    };
    if let Some(mut o) = out {
        if let Some(s) = call.stdin {
            o.flow(s.from());
        }
        for a in call.args {
            o.flow(a.from());
        }
        sink.output = Some(o);
    }
}

/// The text a tool works on: standard input, when no file is named.
fn input<'a>(call: &'a Call<'_>, p: &Parsed) -> Option<&'a Arg> {
    if let Some(file) = p.operands.first()
        && !file.is("-")
    {
        return call.args.iter().find(|a| *a == file).and_then(Arg::content);
    }
    call.stdin
}

fn decoded(call: &Call<'_>, flags: &str, f: fn(&str) -> Option<String>) -> Option<Arg> {
    let p = parse(call.args, "w wrap c l s o cols len seek input i output");
    if !p.has(flags) {
        return passed(call);
    }
    let known = input(call, &p).and_then(Arg::text).and_then(f);
    Some(match known {
        Some(t) => Arg::known(t),
        None => {
            let fetched = input(call, &p).and_then(Arg::origin) == Some(Origin::Fetched);
            let origin = if fetched {
                Origin::Fetched
            } else {
                Origin::Decoded
            };
            Arg::hole(format!("$({} -d …)", call.program), origin)
        }
    })
}

/// What a tool prints for an input that is known.
pub(crate) fn known(call: &Call<'_>) -> Option<Arg> {
    let stdin = call.stdin?;
    let mut out = Arg::known(lines::printed(call, stdin.text()?)?);
    out.flow(stdin.from());
    Some(out)
}

/// The input comes out again, changed: its worst origin stays.
fn passed(call: &Call<'_>) -> Option<Arg> {
    let p = parse(call.args, "");
    if let Some(known) = known(call) {
        return Some(known);
    }
    let source = call
        .stdin
        .into_iter()
        .chain(p.operands.iter().filter_map(Arg::content))
        .max_by_key(|a| a.origin())?;
    let secret = source
        .holes()
        .iter()
        .find(|h| h.origin == Origin::Secret)
        .filter(|_| !names_only(call.program, &p, call.args));
    let mut out = Arg::default();
    if let Some(h) = secret {
        out.push_hole(
            source.shown().get(h.start..h.end).unwrap_or_default(),
            Origin::Secret,
        );
        if source.origin() == Some(Origin::Secret) {
            return Some(out);
        }
    }
    let origin = source
        .origin()
        .filter(|o| *o != Origin::Secret)
        .unwrap_or(Origin::Unknown)
        .max(Origin::Unknown);
    out.push_hole(&format!("$({} …)", call.program), origin);
    Some(out)
}

/// `env | cut -d= -f1`: of `NAME=value` only the names come out.
fn names_only(program: &str, p: &Parsed, args: &[Arg]) -> bool {
    let has = |words: &[&str]| words.iter().any(|w| args.iter().any(|a| a.is(w)));
    let first = p.operands.first().and_then(Arg::text).unwrap_or_default();
    match program {
        "cut" => {
            (has(&["-d=", "--delimiter=="])
                || args
                    .windows(2)
                    .any(|w| matches!(w, [d, v] if d.is("-d") && v.is("="))))
                && (has(&["-f1", "--fields=1"])
                    || args
                        .windows(2)
                        .any(|w| matches!(w, [f, v] if f.is("-f") && v.is("1"))))
        }
        "awk" | "gawk" => {
            (has(&["-F="])
                || args
                    .windows(2)
                    .any(|w| matches!(w, [f, v] if f.is("-F") && v.is("="))))
                && args
                    .iter()
                    .any(|a| a.text().is_some_and(|t| t.replace(' ', "") == "{print$1}"))
        }
        "sed" => matches!(
            first,
            "s/=.*//"
                | "s/=.*$//"
                | "s/=.*/=/"
                | "s/=.*/=***/"
                | "s/=.*/=<redacted>/"
                | "s/=.*/=REDACTED/"
        ),
        "grep" | "egrep" | "rg" => {
            args.iter()
                .any(|a| matches!(a.text(), Some("-o" | "-oE" | "-oP" | "--only-matching")))
                && matches!(
                    first,
                    "^[^=]*" | "^[^=]+" | "^[A-Z_]*" | "^[A-Z_]+" | "^[A-Z0-9_]*" | "^[A-Z0-9_]+"
                )
        }
        _ => false,
    }
}

/// `env | grep PATH` does not show a secret.
fn filtered(call: &Call<'_>) -> Option<Arg> {
    if let Some(names) = of_listing(call) {
        return Some(names);
    }
    let out = passed(call)?;
    let p = parse(call.args, "e f A B C m color colour");
    let pattern = p.value("e").or_else(|| p.operands.first());
    let telling = pattern.and_then(Arg::text).is_some_and(|t| {
        let upper = t.to_ascii_uppercase();
        let words = [
            "TOKEN", "SECRET", "KEY", "PASS", "CRED", "AUTH", "PWD", "_URL", "DATABASE",
        ];
        t.split(['|', '\\'])
            .all(|alt| alt.chars().filter(char::is_ascii_alphanumeric).count() >= 3)
            && !words.iter().any(|w| upper.contains(w))
            && !t.contains(".*")
    });
    let inverted = p.has("v invert-match");
    if telling && !inverted && out.origin() == Some(Origin::Secret) {
        let mut plain = Arg::hole(format!("$({} …)", call.program), Origin::Unknown);
        plain.flow(out.from());
        return Some(plain);
    }
    Some(out)
}

/// `ls -a | grep env`: the names of a folder with this in them.
fn of_listing(call: &Call<'_>) -> Option<Arg> {
    let listing = call.stdin.filter(|s| s.pattern())?;
    let p = parse(call.args, "e regexp");
    let pattern = p.value("e regexp").or_else(|| p.operands.first())?.text()?;
    let (start, end) = (pattern.starts_with('^'), pattern.ends_with('$'));
    let part = pattern
        .trim_start_matches('^')
        .trim_end_matches('$')
        .replace("\\.", ".")
        .replace(".*", "*");
    let plain = |c: char| c.is_alphanumeric() || "._-*".contains(c);
    if p.has("v invert-match c count f file") || !part.chars().all(plain) {
        return None;
    }
    let mut out = String::new();
    for line in listing.text()?.lines() {
        let (dir, name) = line.rsplit_once('/').map_or(("", line), |(d, n)| (d, n));
        let slash = if dir.is_empty() { "" } else { "/" };
        let hidden = match name {
            "*" => false,
            ".*" => true,
            _ => return None,
        };
        let before = if start { "" } else { "*" };
        let after = if end { "" } else { "*" };
        let dot = if hidden && !(start && part.starts_with('.')) {
            "."
        } else {
            ""
        };
        let shown = if hidden {
            part.trim_start_matches('.')
        } else {
            &part
        };
        let part = if dot.is_empty() { &part } else { shown };
        out.push_str(&format!("{dir}{slash}{dot}{before}{part}{after}\n"));
    }
    Some(Arg::known(out).with_pattern(true))
}

fn path_part(call: &Call<'_>) -> Option<Arg> {
    let p = parse(call.args, "s suffix");
    let path = p.operands.first()?;
    let Some(t) = path.text() else {
        // The folder of something unknown is as unknown, and no less.
        return Some(Arg::hole(
            format!("$({} {})", call.program, path.shown()),
            path.origin().unwrap_or(Origin::Unknown),
        ));
    };
    let t = if t.len() > 1 {
        t.trim_end_matches('/')
    } else {
        t
    };
    let out = if call.program == "basename" {
        let name = t.rsplit('/').next().unwrap_or(t);
        let suffix = p
            .value("s")
            .or_else(|| p.operands.get(1))
            .and_then(Arg::text);
        suffix
            .and_then(|s| name.strip_suffix(s))
            .filter(|n| !n.is_empty())
            .unwrap_or(name)
    } else {
        match t.rsplit_once('/') {
            Some(("", _)) => "/",
            Some((dir, _)) => dir,
            None => ".",
        }
    };
    Some(Arg::known(format!("{out}\n")).with_pattern(path.pattern()))
}

/// The names of a folder, as one that stands for many.
fn listed(call: &Call<'_>) -> Option<Arg> {
    let p = parse(
        call.args,
        "I ignore w width T sort time color block-size hide",
    );
    if p.has("l o n g s i S-x help version format") {
        return None;
    }
    if !p.operands.is_empty() && p.operands.iter().all(Arg::pattern) {
        let mut out = Arg::default();
        for one in &p.operands {
            out.push(one);
            out.push_text("\n");
        }
        return Some(out);
    }
    if !p.operands.is_empty() {
        return None;
    }
    let hidden = p.has("a A all almost-all f");
    let text = if hidden { ".*\n*\n" } else { "*\n" };
    Some(Arg::known(text).with_pattern(true))
}

fn seq(call: &Call<'_>) -> Option<Arg> {
    let p = parse(call.args, "s f");
    let numbers: Option<Vec<i64>> = call
        .args
        .iter()
        .filter(|a| !matches!(a.text(), Some("-w" | "--equal-width")))
        .map(|a| a.text()?.parse().ok())
        .collect();
    let (first, step, last) = match numbers?.as_slice() {
        [last] => (1, 1, *last),
        [first, last] => (*first, 1, *last),
        [first, step, last] => (*first, *step, *last),
        _ => return None,
    };
    if step == 0 || p.has("s f") {
        return None;
    }
    let mut out = String::new();
    let mut n = first;
    for _ in 0..1_000 {
        if (step > 0 && n > last) || (step < 0 && n < last) {
            return Some(Arg::known(out));
        }
        out.push_str(&format!("{n}\n"));
        n = n.checked_add(step)?;
    }
    // Numbers, whichever they are.
    Some(Arg::hole("$(seq …)", Origin::Environment))
}

fn mktemp(call: &Call<'_>) -> Option<Arg> {
    let p = parse(call.args, "p tmpdir suffix");
    let dir = p
        .value("p tmpdir")
        .map_or("/tmp", |d| d.text().unwrap_or("/tmp"));
    let name = match p.operands.first() {
        Some(t) => t.text()?,
        None => "tmp.XXXXXXXXXX",
    };
    let place_in_tmp = p.operands.is_empty() || p.has("t p tmpdir");
    Some(if name.starts_with('/') {
        Arg::known(format!("{name}\n"))
    } else if place_in_tmp {
        Arg::known(format!("{dir}/{name}\n"))
    } else {
        Arg::known(format!("{}\n", super::join(call.cwd?, name)))
    })
}

fn reversed(call: &Call<'_>) -> Option<Arg> {
    let p = parse(call.args, "s");
    let Some(t) = input(call, &p).and_then(Arg::text) else {
        return passed(call);
    };
    let mut out = String::with_capacity(t.len());
    if call.program == "rev" {
        for line in t.lines() {
            out.extend(line.chars().rev());
            out.push('\n');
        }
    } else {
        for line in t.lines().rev() {
            out.push_str(line);
            out.push('\n');
        }
    }
    Some(Arg::known(out))
}

fn translated(call: &Call<'_>) -> Option<Arg> {
    let p = parse(call.args, "");
    let t = call.stdin.and_then(Arg::text);
    let set = |i: usize| p.operands.get(i).and_then(Arg::text).and_then(set);
    let (Some(t), Some(from)) = (t, set(0)) else {
        return passed(call);
    };
    if p.has("c C complement s") {
        return passed(call);
    }
    let out = if p.has("d delete") {
        t.chars().filter(|c| !from.contains(c)).collect()
    } else {
        let Some(to) = set(1) else {
            return passed(call);
        };
        t.chars()
            .map(|c| match from.iter().position(|f| *f == c) {
                Some(i) => to.get(i).or(to.last()).copied().unwrap_or(c),
                None => c,
            })
            .collect::<String>()
    };
    Some(Arg::known(out))
}

/// A set of `tr`.
fn set(text: &str) -> Option<Vec<char>> {
    let text = decode::escapes(text).0;
    let text = text
        .replace("[:upper:]", "A-Z")
        .replace("[:lower:]", "a-z")
        .replace("[:digit:]", "0-9")
        .replace("[:space:]", " \t\n\r");
    if text.contains("[:") || text.contains("[=") {
        return None;
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut rest = chars.as_slice();
    while let Some((c, tail)) = rest.split_first() {
        if let ['-', to, after @ ..] = tail {
            let (a, b) = (u32::from(*c), u32::from(*to));
            if a > b || b - a > 0x400 {
                return None;
            }
            out.extend((a..=b).filter_map(char::from_u32));
            rest = after;
        } else {
            out.push(*c);
            rest = tail;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printf_and_echo() {
        let a = |t: &[&str]| t.iter().map(|s| Arg::known(*s)).collect::<Vec<_>>();
        assert_eq!(printf(&a(&["%s-%s\\n", "a", "b"])).text(), Some("a-b\n"));
        assert_eq!(printf(&a(&["%s ", "a", "b"])).text(), Some("a b "));
        assert_eq!(printf(&a(&["\\x72m"])).text(), Some("rm"));
        assert_eq!(echo(&a(&["-n", "a", "b"])).text(), Some("a b"));
        assert_eq!(echo(&a(&["-e", "a\\tb"])).text(), Some("a\tb\n"));
    }
}
