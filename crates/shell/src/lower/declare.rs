//! Commands that set variables: `declare` and its like, `read`, `mapfile`.

use std::rc::Rc;

use crate::arg::{Arg, Origin};
use crate::state::{State, Var};
use crate::understand::Interp;

/// Lines of an array that `mapfile` makes; more are unknown.
const LINES: usize = 256;
/// Calls of one `mapfile -C` with lines that are known.
const CALLBACKS: usize = 16;

impl Interp<'_> {
    pub(super) fn declare(&mut self, name: &str, args: &[Arg], state: &mut State, out: &mut Arg) {
        let mut array = false;
        let mut functions = false;
        let mut reference = false;
        let mut integer = false;
        let mut print = args.is_empty();
        let mut export = name == "export";
        let mut names = 0;
        for a in args {
            let shown = a.shown();
            if let Some(flags) = a.text().and_then(|t| t.strip_prefix(['-', '+']))
                && !flags.is_empty()
                && !flags.contains('=')
            {
                array |= flags.contains(['a', 'A']);
                functions |= flags.contains(['f', 'F']);
                integer |= flags.contains('i');
                reference |= flags.contains('n') && a.lead().starts_with('-') && name != "export";
                export |= flags.contains('x');
                print |= flags.contains('p') || flags.contains('x') && args.len() == 1;
                continue;
            }
            names += 1;
            match a.split_once('=') {
                Some((left, value)) => {
                    let Some(left) = left.text() else { continue };
                    let (left, append) = match left.strip_suffix('+') {
                        Some(l) => (l, true),
                        None => (left, false),
                    };
                    let plain = left.split('[').next().unwrap_or(left);
                    if name == "local" || (name != "export" && !state.frames.is_empty()) {
                        state.local(plain);
                    }
                    if reference {
                        state.refer(plain, &value);
                        continue;
                    }
                    let value = if array
                        || (value.shown().starts_with('(') && value.shown().ends_with(')'))
                    {
                        let inner = value.shown().trim_matches(['(', ')']);
                        let words = inner.split_whitespace().map(Arg::known).collect();
                        if value.text().is_some() {
                            Var::Array(words)
                        } else {
                            Var::Scalar(Arg::hole(format!("${plain}"), Origin::Unknown))
                        }
                    } else if append {
                        match self.var(plain, state) {
                            Var::Scalar(mut old) => {
                                old.push(&value);
                                Var::Scalar(old)
                            }
                            _ => Var::Scalar(value),
                        }
                    } else {
                        Var::Scalar(value)
                    };
                    if integer && let Var::Scalar(v) = &value {
                        let text = v.shown().to_owned();
                        self.evaluated(&text, state);
                        self.arith(&text, state);
                    }
                    self.assign(plain, value, state);
                    if export {
                        state.exported.insert(plain.to_owned());
                    }
                }
                None if functions => {
                    if export {
                        // No variable is named so.
                        state.touch();
                        state.exported.insert(format!("{shown}()"));
                    }
                }
                None => {
                    if name == "local" {
                        state.local(shown);
                        state.unset(shown);
                    } else if export {
                        state.exported.insert(shown.to_owned());
                    }
                }
            }
        }
        if functions && !export {
            let named = args.iter().filter(|a| !a.shown().starts_with('-'));
            for a in named.filter_map(Arg::text) {
                for body in state.functions.get(a).into_iter().flatten().flatten() {
                    let text = crate::print::command(body);
                    if self.spend(text.len()) {
                        out.push_text(&format!("{a} () {text}\n"));
                    }
                }
            }
        }
        if print && names == 0 && !functions && name != "local" {
            out.push_hole("environment", Origin::Secret);
        } else if print && !functions {
            for a in args.iter().filter(|a| !a.shown().starts_with('-')) {
                if let Var::Scalar(v) = self.var(a.shown(), state) {
                    out.push(&v);
                }
            }
        }
    }

    pub(super) fn read(&mut self, args: &[Arg], state: &mut State) {
        let o = Options::of(args, "adinNptu", "REPLY");
        let raw = o.has('r');
        let stdin = match o.value('u').and_then(|v| v.text()?.parse::<u64>().ok()) {
            Some(fd) if fd != 0 => descriptor(fd, state),
            _ => state.stdin.clone(),
        };
        let end = match o.value('d').map(Arg::text) {
            Some(Some(d)) => Some(d.chars().next().unwrap_or('\0')),
            Some(None) => None,
            None => Some('\n'),
        };
        let most = o
            .value('N')
            .or_else(|| o.value('n'))
            .and_then(|v| v.text()?.parse::<usize>().ok());
        let piece = stdin.as_deref().and_then(|s| {
            let end = end?;
            let stop = s
                .shown()
                .char_indices()
                .enumerate()
                .find(|(n, (i, c))| Some(*n) == most || (*c == end && !s.in_hole(*i)))
                .map(|(_, (i, c))| (i, if c == end { c.len_utf8() } else { 0 }));
            let (at, skip) = stop.unwrap_or((s.shown().len(), 0));
            Some((s.slice(0, at), s.after(at + skip)))
        });
        let Some((line, rest)) = piece.filter(|(l, _)| !l.is_empty()) else {
            for n in o.names {
                let v = Arg::hole(format!("${n}"), Origin::Unknown);
                state.set_scalar(n, v);
            }
            return;
        };
        if o.value('u').is_none() {
            state.stdin = Some(Rc::new(rest));
        }
        let line = match line.text() {
            Some(t) if !raw && t.contains('\\') => {
                let mut plain = Arg::known(t.replace("\\\\", "\u{1}").replace('\\', ""));
                plain.flow(line.from());
                plain
            }
            _ => line,
        };
        let ifs = match self.var("IFS", state) {
            Var::Scalar(a) => a.text().map(str::to_owned),
            _ => None,
        };
        let ifs = ifs.as_deref().unwrap_or(" \t\n");
        if let Some(name) = o.value('a') {
            let words = split(&line, ifs, usize::MAX);
            self.assign(name.shown(), Var::Array(words), state);
            return;
        }
        if o.has('N') {
            if let Some(n) = o.names.first() {
                self.assign(n, Var::Scalar(line), state);
            }
            return;
        }
        let mut words = split(&line, ifs, o.names.len()).into_iter();
        for n in o.names {
            let value = words.next().unwrap_or_default();
            self.assign(n, Var::Scalar(value), state);
        }
    }

    pub(super) fn mapfile(&mut self, args: &[Arg], state: &mut State, out: &mut Arg) {
        let o = Options::of(args, "CcdnOsu", "MAPFILE");
        let name = o.names.first().copied().unwrap_or("MAPFILE");
        let end = match o.value('d').map(Arg::text) {
            Some(Some(d)) => Some(d.chars().next().unwrap_or('\0')),
            Some(None) => None,
            None => Some('\n'),
        };
        let stdin = match o.value('u').and_then(|v| v.text()?.parse::<u64>().ok()) {
            Some(fd) if fd != 0 => descriptor(fd, state),
            _ => state.stdin.clone(),
        };
        let keep = !o.has('t');
        let lines: Option<Vec<Arg>> = stdin.as_deref().and_then(|s| {
            let (t, end) = (s.text()?, end?);
            let pieces = t.split_inclusive(end);
            if pieces.clone().count() > LINES {
                return None;
            }
            let line = |l: &str| {
                let l = if keep {
                    l
                } else {
                    l.strip_suffix(end).unwrap_or(l)
                };
                let mut a = Arg::known(l);
                a.flow(s.from());
                a
            };
            Some(pieces.map(line).collect())
        });
        let unknown = || {
            let origin = stdin.as_deref().and_then(Arg::origin);
            let origin = origin.unwrap_or(Origin::Unknown).max(Origin::Unknown);
            let mut a = Arg::hole(format!("${{{name}[@]}}"), origin);
            if let Some(s) = stdin.as_deref() {
                a.flow(s.from());
            }
            vec![a]
        };
        let lines = lines.unwrap_or_else(unknown);
        if let Some(callback) = o.value('C') {
            // Runs with the place and the line as further words.
            let some = lines.get(..CALLBACKS).map(<[Arg]>::to_vec);
            let some = some.map_or_else(
                || lines.clone(),
                |mut some| {
                    some.push(Arg::hole("$2", Origin::Unknown));
                    some
                },
            );
            for line in &some {
                let mut code = callback.clone();
                code.push_text(" 0 ");
                code.push(&super::quoted(line));
                self.code(&code, state, out);
            }
            if lines.is_empty() {
                self.code(&callback.clone(), state, out);
            }
        }
        state.set(name, Var::Array(lines));
    }
}

/// The options of `read` and `mapfile`, and the names they set.
struct Options<'a> {
    given: Vec<(char, Option<Arg>)>,
    names: Vec<&'a str>,
}

impl<'a> Options<'a> {
    fn of(args: &'a [Arg], valued: &str, default: &'a str) -> Self {
        let mut given = Vec::new();
        let mut rest = args;
        while let Some((a, tail)) = rest.split_first() {
            let Some(flags) = a.lead().strip_prefix('-').filter(|f| !f.is_empty()) else {
                break;
            };
            rest = tail;
            if flags == "-" {
                break;
            }
            for (i, c) in flags.char_indices() {
                if !valued.contains(c) {
                    given.push((c, None));
                    continue;
                }
                let inside = a.after(1 + i + c.len_utf8());
                let value = if inside.is_empty() {
                    let next = rest.first().cloned();
                    rest = rest.get(1..).unwrap_or_default();
                    next
                } else {
                    Some(inside)
                };
                given.push((c, value));
                break;
            }
        }
        let mut names: Vec<&str> = rest.iter().map(Arg::shown).collect();
        if names.is_empty() {
            names.push(default);
        }
        Self { given, names }
    }

    fn has(&self, flag: char) -> bool {
        self.given.iter().any(|(c, _)| *c == flag)
    }

    fn value(&self, flag: char) -> Option<&Arg> {
        self.given
            .iter()
            .rev()
            .find(|(c, _)| *c == flag)
            .and_then(|(_, v)| v.as_ref())
    }
}

/// What is open on a descriptor.
fn descriptor(fd: u64, state: &State) -> Option<Rc<Arg>> {
    let (open, content) = state.opened.as_ref()?;
    (*open == fd).then(|| Rc::clone(content))
}

/// A line as `read` splits it, the last of `most` pieces taking the rest.
fn split(line: &Arg, ifs: &str, most: usize) -> Vec<Arg> {
    let blank = |c: char| ifs.contains(c) && matches!(c, ' ' | '\t' | '\n');
    let mut out = Vec::new();
    let mut rest = line.clone();
    loop {
        let blanks = rest.lead().len() - rest.lead().trim_start_matches(blank).len();
        rest = rest.after(blanks);
        if rest.is_empty() || out.len() >= 4_000 {
            break;
        }
        let stop = rest
            .shown()
            .char_indices()
            .find(|(i, c)| ifs.contains(*c) && !rest.in_hole(*i));
        match stop {
            Some((at, c)) if out.len() + 1 < most => {
                out.push(rest.slice(0, at));
                let after = rest.after(at + c.len_utf8());
                // Blanks around a separator belong to it.
                let spaces = after.lead().len() - after.lead().trim_start_matches(blank).len();
                rest = after.after(spaces);
                if blank(c)
                    && let Some(next) = rest.lead().chars().next()
                    && ifs.contains(next)
                {
                    rest = rest.after(next.len_utf8());
                }
            }
            _ => {
                let end = match rest.text() {
                    Some(t) => t.trim_end_matches(blank).len(),
                    None => rest.shown().len(),
                };
                out.push(rest.slice(0, end));
                break;
            }
        }
    }
    out
}
