//! Commands that set variables: `declare` and its like, `read`, `mapfile`.

use std::rc::Rc;

use crate::arg::{Arg, Origin};
use crate::state::{State, Var};
use crate::understand::Interp;

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
                    }
                    self.assign(plain, value, state);
                    if export {
                        state.exported.insert(plain.to_owned());
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
        if print && names == 0 && !functions && name != "local" {
            out.push_hole("environment", Origin::Secret);
        } else if print {
            for a in args.iter().filter(|a| !a.shown().starts_with('-')) {
                if let Var::Scalar(v) = self.var(a.shown(), state) {
                    out.push(&v);
                }
            }
        }
    }

    pub(super) fn read(&mut self, args: &[Arg], state: &mut State) {
        let mut names: Vec<&str> = Vec::new();
        let mut skip = false;
        let mut array = false;
        for a in args {
            if skip {
                skip = false;
                if array {
                    names.push(a.shown());
                }
                continue;
            }
            match a.text() {
                Some(t) if t.len() > 1 && t.starts_with('-') => {
                    skip = t.ends_with(['d', 'n', 'N', 'p', 't', 'u', 'i', 'a']);
                    array = t.ends_with('a');
                }
                _ => names.push(a.shown()),
            }
        }
        if names.is_empty() {
            names.push("REPLY");
        }
        let stdin = state.stdin.clone();
        let first_line = stdin.as_deref().map(|s| {
            let end = s
                .shown()
                .char_indices()
                .find(|(i, c)| *c == '\n' && !s.in_hole(*i))
                .map_or(s.shown().len(), |(i, _)| i);
            (s.slice(0, end), s.after(end + 1))
        });
        let Some((line, rest)) = first_line.filter(|(l, _)| !l.is_empty()) else {
            for n in names {
                let v = Arg::hole(format!("${n}"), Origin::Unknown);
                state.set_scalar(n, v);
            }
            return;
        };
        state.stdin = Some(Rc::new(rest));
        let several = names.len() > 1;
        let mut left = line;
        for (i, n) in names.iter().enumerate() {
            let last = i + 1 == names.len();
            let value = if last || !several {
                std::mem::take(&mut left)
            } else if let Some((word, more)) = left.split_once(' ') {
                left = more;
                word
            } else {
                std::mem::take(&mut left)
            };
            self.assign(n, Var::Scalar(value), state);
        }
    }

    pub(super) fn mapfile(&mut self, args: &[Arg], state: &mut State, out: &mut Arg) {
        let mut name = "MAPFILE";
        let mut it = args.iter();
        while let Some(a) = it.next() {
            match a.text() {
                Some("-C") => {
                    // Runs a command for every few lines.
                    if let Some(code) = it.next() {
                        self.code(&code.clone(), state, out);
                    }
                }
                Some("-t") => {}
                Some(t) if t.starts_with('-') => {
                    it.next();
                }
                Some(t) => name = t,
                None => {}
            }
        }
        let value = match state.stdin.as_deref().and_then(Arg::text) {
            Some(t) => Var::Array(t.lines().take(256).map(Arg::known).collect()),
            None => Var::Array(vec![Arg::hole(format!("${{{name}[@]}}"), Origin::Unknown)]),
        };
        state.set(name, value);
    }
}
