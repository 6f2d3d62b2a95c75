//! Text tools on constants: what `sed s/a/b/`, `cut`, `head` and the like
//! print when what they are given is known. Anything they are asked that is
//! not described here leaves the output unknown.

use crate::arg::Arg;
use crate::decode;

use super::super::Call;
use super::super::args::parse;
use super::regex::{Match, Regex};

/// Bytes of a text that is worked on.
const BYTES: usize = 8 * 1024;

/// What the program prints for this input.
pub(super) fn printed(call: &Call<'_>, text: &str) -> Option<String> {
    if text.len() > BYTES || call.args.iter().any(|a| a.text().is_none()) {
        return None;
    }
    match call.program {
        "head" => head(call, text),
        "tail" => tail(call, text),
        "cut" => cut(call, text),
        "sed" | "gsed" => sed(call, text),
        "grep" | "egrep" | "fgrep" => grep(call, text),
        "paste" => paste(call, text),
        "sort" => sort(call, text),
        "uniq" if call.args.is_empty() => Some(uniq(text)),
        "fold" => fold(call, text),
        "awk" | "gawk" | "mawk" => field(call, text),
        "pv" | "sponge" | "expand" | "unexpand" if call.args.is_empty() => Some(text.to_owned()),
        _ => None,
    }
}

/// `-n 5`, `-5`, `-c 5`: how many, and whether of bytes.
fn count(call: &Call<'_>) -> Option<(String, bool)> {
    let mut amount = ("10".to_owned(), false);
    let mut rest = call.args.iter().filter_map(Arg::text);
    while let Some(a) = rest.next() {
        let (kind, value) = match a.strip_prefix('-') {
            Some("q" | "s") => continue,
            Some(o) if o.starts_with(['n', 'c']) => {
                let (kind, value) = o.split_at_checked(1)?;
                let value = if value.is_empty() {
                    rest.next()?
                } else {
                    value.trim_start_matches('=')
                };
                (kind, value)
            }
            Some(o) if !o.is_empty() && o.bytes().all(|b| b.is_ascii_digit()) => ("n", o),
            None if a.starts_with('+') => ("n", a),
            _ => return None,
        };
        amount = (value.to_owned(), kind == "c");
    }
    Some(amount)
}

fn head(call: &Call<'_>, text: &str) -> Option<String> {
    let (n, bytes) = count(call)?;
    let n: usize = n.parse().ok()?;
    if bytes {
        return text.get(..n.min(text.len())).map(str::to_owned);
    }
    Some(text.split_inclusive('\n').take(n).collect())
}

fn tail(call: &Call<'_>, text: &str) -> Option<String> {
    let (n, bytes) = count(call)?;
    let from_start = n.strip_prefix('+');
    let number: usize = from_start.unwrap_or(&n).parse().ok()?;
    let skip = |all: usize| match from_start {
        Some(_) => number.saturating_sub(1),
        None => all.saturating_sub(number),
    };
    if bytes {
        return text
            .get(skip(text.len()).min(text.len())..)
            .map(str::to_owned);
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    Some(lines.iter().skip(skip(lines.len())).copied().collect())
}

/// `1,3-5`, `2-`: the places chosen, from 1.
fn chosen(list: &str, at: usize) -> Option<bool> {
    for part in list.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let from: usize = if from.is_empty() {
            1
        } else {
            from.parse().ok()?
        };
        let to: usize = if to.is_empty() {
            usize::MAX
        } else {
            to.parse().ok()?
        };
        if (from..=to).contains(&at) {
            return Some(true);
        }
    }
    Some(false)
}

fn cut(call: &Call<'_>, text: &str) -> Option<String> {
    let p = parse(
        call.args,
        "c characters b bytes f fields d delimiter output-delimiter",
    );
    if !p.operands.is_empty() || p.has("complement s only-delimited output-delimiter") {
        return None;
    }
    let mut out = String::new();
    for line in text.lines() {
        if let Some(list) = p.value("c characters b bytes").and_then(Arg::text) {
            for (i, c) in line.chars().enumerate() {
                if chosen(list, i + 1)? {
                    out.push(c);
                }
            }
        } else {
            let list = p.value("f fields")?.text()?;
            let between = p.value("d delimiter").map_or(Some("\t"), Arg::text)?;
            if line.contains(between) {
                let mut fields = Vec::new();
                for (i, f) in line.split(between).enumerate() {
                    if chosen(list, i + 1)? {
                        fields.push(f);
                    }
                }
                out.push_str(&fields.join(between));
            } else {
                out.push_str(line);
            }
        }
        out.push('\n');
    }
    Some(out)
}

fn paste(call: &Call<'_>, text: &str) -> Option<String> {
    let p = parse(call.args, "d delimiters");
    if !p.has("s serial") || p.operands.iter().any(|o| !o.is("-")) {
        return None;
    }
    let between = p.value("d delimiters").map_or(Some("\t"), Arg::text)?;
    let between = decode::escapes(between)
        .0
        .replace("\\0", "")
        .replace('\0', "");
    if between.chars().count() > 1 {
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    Some(format!("{}\n", lines.join(&between)))
}

fn sort(call: &Call<'_>, text: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    for a in call.args {
        match a.text()? {
            "-r" => lines.reverse(),
            "-u" => lines.dedup(),
            _ => return None,
        }
    }
    Some(lines.iter().flat_map(|l| [*l, "\n"]).collect())
}

fn uniq(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.dedup();
    lines.iter().flat_map(|l| [*l, "\n"]).collect()
}

fn fold(call: &Call<'_>, text: &str) -> Option<String> {
    let p = parse(call.args, "w width");
    let width: usize = p
        .value("w width")
        .map_or(Some("80"), Arg::text)?
        .parse()
        .ok()?;
    if width == 0 || p.has("s b") || !p.operands.is_empty() {
        return None;
    }
    let mut out = String::new();
    for line in text.lines() {
        for (i, c) in line.chars().enumerate() {
            if i > 0 && i % width == 0 {
                out.push('\n');
            }
            out.push(c);
        }
        out.push('\n');
    }
    Some(out)
}

/// `awk '{print $2}'`.
fn field(call: &Call<'_>, text: &str) -> Option<String> {
    let p = parse(call.args, "F field-separator");
    let [code] = p.operands.as_slice() else {
        return None;
    };
    let inner = code.text()?.trim();
    let n = inner
        .strip_prefix('{')?
        .strip_suffix('}')?
        .trim()
        .trim_end_matches(';')
        .strip_prefix("print")?
        .trim()
        .strip_prefix('$')?;
    let between = p.value("F field-separator").map(Arg::text);
    let mut out = String::new();
    for line in text.lines() {
        let fields: Vec<&str> = match between {
            None | Some(Some(" ")) => line.split_whitespace().collect(),
            Some(Some(t)) if t.chars().count() == 1 && !"|\\^$.[(*+?".contains(t) => {
                line.split(t).collect()
            }
            _ => return None,
        };
        let one = match n {
            "NF" => fields.last().copied(),
            "0" => Some(line),
            n => fields
                .get(n.parse::<usize>().ok()?.checked_sub(1)?)
                .copied(),
        };
        out.push_str(one.unwrap_or_default());
        out.push('\n');
    }
    Some(out)
}

fn grep(call: &Call<'_>, text: &str) -> Option<String> {
    let p = parse(call.args, "e regexp m max-count");
    let known =
        "e regexp E extended-regexp F fixed-strings i ignore-case v invert-match o only-matching h";
    let mut patterns: Vec<&Arg> = p.values("e regexp").collect();
    if patterns.is_empty() {
        patterns.extend(p.operands.first());
    }
    let files = p.operands.len() - usize::from(!p.has("e regexp"));
    let [pattern] = patterns.as_slice() else {
        return None;
    };
    if files > 0
        || p.options
            .iter()
            .any(|(o, _)| !known.split(' ').any(|k| k == o))
    {
        return None;
    }
    let pattern = pattern.text()?;
    let fixed = call.program == "fgrep" || p.has("F fixed-strings");
    let pattern = if fixed {
        pattern.chars().flat_map(|c| ['\\', c]).collect()
    } else {
        pattern.to_owned()
    };
    let extended = call.program == "egrep" || p.has("E extended-regexp");
    let regex = Regex::new(&pattern, extended && !fixed, p.has("i ignore-case"))?;
    let mut out = String::new();
    for line in text.lines() {
        let chars: Vec<char> = line.chars().collect();
        let mut found = regex.find(&chars, 0).ok()?;
        if p.has("o only-matching") {
            while let Some(m) = found.filter(|m| m.end > m.start) {
                out.extend(chars.get(m.start..m.end)?);
                out.push('\n');
                found = regex.find(&chars, m.end).ok()?;
            }
        } else if found.is_some() != p.has("v invert-match") {
            out.push_str(line);
            out.push('\n');
        }
    }
    Some(out)
}

/// One command of a `sed` script.
enum Edit {
    Substitute {
        regex: Regex,
        with: Vec<char>,
        all: bool,
        print: bool,
    },
    Letters(Vec<char>, Vec<char>),
    Print,
}

fn sed(call: &Call<'_>, text: &str) -> Option<String> {
    let p = parse(call.args, "e expression");
    let mut scripts: Vec<&str> = p.values("e expression").filter_map(Arg::text).collect();
    let mut files = p.operands.len();
    if scripts.is_empty() {
        scripts.push(p.operands.first()?.text()?);
        files -= 1;
    }
    let known = "e expression n quiet silent r E regexp-extended u s";
    if files > 0
        || p.options
            .iter()
            .any(|(o, _)| !known.split(' ').any(|k| k == o))
    {
        return None;
    }
    let extended = p.has("r E regexp-extended");
    let mut edits = Vec::new();
    for script in scripts {
        let chars: Vec<char> = script.chars().collect();
        let mut rest = chars.as_slice();
        while let Some((c, tail)) = rest.split_first() {
            rest = match c {
                ';' | '\n' | ' ' => tail,
                'p' => {
                    edits.push(Edit::Print);
                    tail
                }
                's' | 'y' => edit(*c, tail, extended, &mut edits)?,
                _ => return None,
            };
        }
    }
    let mut out = String::new();
    for line in text.lines() {
        let mut now: Vec<char> = line.chars().collect();
        for e in &edits {
            match e {
                Edit::Print => push_line(&mut out, &now),
                Edit::Letters(from, to) => {
                    for c in &mut now {
                        if let Some(i) = from.iter().position(|f| f == c) {
                            *c = *to.get(i)?;
                        }
                    }
                }
                Edit::Substitute {
                    regex,
                    with,
                    all,
                    print,
                } => {
                    let (changed, text) = substituted(regex, with, *all, &now)?;
                    now = text;
                    if changed && *print {
                        push_line(&mut out, &now);
                    }
                }
            }
        }
        if !p.has("n quiet silent") {
            push_line(&mut out, &now);
        }
        if out.len() > BYTES * 4 {
            return None;
        }
    }
    Some(out)
}

fn push_line(out: &mut String, line: &[char]) {
    out.extend(line);
    out.push('\n');
}

/// Reads what follows `s` or `y`.
fn edit<'t>(
    kind: char,
    text: &'t [char],
    extended: bool,
    edits: &mut Vec<Edit>,
) -> Option<&'t [char]> {
    let (mark, mut rest) = text.split_first()?;
    let mut parts = [String::new(), String::new()];
    for part in &mut parts {
        loop {
            let (c, tail) = rest.split_first()?;
            rest = tail;
            if c == mark {
                break;
            }
            if *c == '\\' {
                let (next, tail) = rest.split_first()?;
                rest = tail;
                if next != mark {
                    part.push('\\');
                }
                part.push(*next);
            } else {
                part.push(*c);
            }
        }
    }
    let [from, to] = parts;
    if kind == 'y' {
        let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
        if from.len() != to.len() || from.contains(&'\\') {
            return None;
        }
        edits.push(Edit::Letters(from, to));
        return Some(rest);
    }
    let (mut all, mut print, mut ignore_case) = (false, false, false);
    while let Some((flag, tail)) = rest.split_first() {
        match flag {
            'g' => all = true,
            'p' => print = true,
            'i' | 'I' => ignore_case = true,
            ';' | '\n' | ' ' => break,
            _ => return None,
        }
        rest = tail;
    }
    edits.push(Edit::Substitute {
        regex: Regex::new(&from, extended, ignore_case)?,
        with: to.chars().collect(),
        all,
        print,
    });
    Some(rest)
}

fn substituted(
    regex: &Regex,
    with: &[char],
    all: bool,
    text: &[char],
) -> Option<(bool, Vec<char>)> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut changed = false;
    while let Some(m) = regex.find(text, at).ok()? {
        changed = true;
        out.extend(text.get(at..m.start)?);
        replacement(with, text, &m, &mut out)?;
        at = m.end;
        if m.end == m.start {
            out.extend(text.get(at));
            at += 1;
        }
        if !all || at > text.len() || out.len() > BYTES {
            break;
        }
    }
    out.extend(text.get(at..).unwrap_or_default());
    Some((changed, out))
}

fn replacement(with: &[char], text: &[char], m: &Match, out: &mut Vec<char>) -> Option<()> {
    let mut rest = with;
    while let Some((c, tail)) = rest.split_first() {
        rest = tail;
        match c {
            '&' => out.extend(text.get(m.start..m.end)?),
            '\\' => {
                let (next, tail) = rest.split_first()?;
                rest = tail;
                match next {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    d if d.is_ascii_digit() => {
                        let group = usize::try_from(d.to_digit(10)?).ok()?;
                        let (from, to) = if group == 0 {
                            (m.start, m.end)
                        } else {
                            m.groups.get(group).copied().flatten()?
                        };
                        out.extend(text.get(from..to)?);
                    }
                    c if c.is_ascii_alphabetic() => return None,
                    c => out.push(*c),
                }
            }
            c => out.push(*c),
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_programs_print() {
        for (command, text, expected) in [
            ("head -c2", "rmdir\n", Some("rm")),
            ("head -n 1", "a\nb\n", Some("a\n")),
            ("tail -n+2", "a\nb\n", Some("b\n")),
            ("tail -1", "a\nb\n", Some("b\n")),
            ("cut -c1-2", "rmdir\n", Some("rm\n")),
            ("cut -d: -f2", "a:b:c\n", Some("b\n")),
            ("cut -d : -f 1,3", "a:b:c\n", Some("a:c\n")),
            ("paste -sd ,", "a\nb\n", Some("a,b\n")),
            ("sort -r", "a\nb\n", Some("b\na\n")),
            ("fold -w1", "ab\n", Some("a\nb\n")),
            ("sed s/a/b/", "aa\n", Some("ba\n")),
            ("sed s/a/b/g", "aa\n", Some("bb\n")),
            (r"sed s/\(a\)\(b\)/\2\1/", "ab\n", Some("ba\n")),
            ("sed -E s/(a+)/<&>/", "aab\n", Some("<aa>b\n")),
            ("sed s,/x,/y,;s/y/z/", "/x\n", Some("/z\n")),
            ("sed y/ab/cd/", "ab\n", Some("cd\n")),
            ("sed -n s/^#//p", "#a\nb\n", Some("a\n")),
            ("sed s/a/b/e", "a\n", None),
            ("sed 1d", "a\n", None),
            ("grep b", "a\nb\n", Some("b\n")),
            ("grep -v b", "a\nb\n", Some("a\n")),
            ("grep -o .", "ab\n", Some("a\nb\n")),
            ("grep -c b", "a\nb\n", None),
            ("awk -F: {print$2}", "a:b\n", Some("b\n")),
        ] {
            let mut words = command.split(' ').map(Arg::known);
            let program = words.next().unwrap();
            let args: Vec<Arg> = words.collect();
            let call = Call {
                program: program.text().unwrap(),
                args: &args,
                cwd: None,
                home: "/",
                stdin: None,
            };
            assert_eq!(printed(&call, text).as_deref(), expected, "{command}");
        }
    }
}
