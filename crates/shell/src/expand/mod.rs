//! Words become values.
//!
//! What is constant is evaluated as bash would; what is not becomes a hole
//! that remembers where it comes from.

mod arith;
mod brace;
mod param;
pub(crate) mod pattern;

use palisade_core::limits;

use crate::arg::{Arg, Origin};
use crate::ast::{Part, Word};
use crate::state::{State, Var};
use crate::understand::Interp;

/// A piece of a word while it is taken apart: active characters, and the rest.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Atom<'w> {
    /// Unquoted.
    Char(char),
    /// Quoted or expanded.
    Part(&'w Part),
}

/// Fields under construction.
#[derive(Debug, Default)]
struct Fields {
    done: Vec<Arg>,
    open: Arg,
    /// The open field exists even when it is empty (`""`).
    exists: bool,
}

impl Fields {
    fn close(&mut self) {
        if self.exists || !self.open.is_empty() {
            self.done.push(std::mem::take(&mut self.open));
        }
        self.exists = false;
    }

    fn finish(mut self) -> Vec<Arg> {
        self.close();
        self.done
    }
}

/// Steps that one argument out of an expansion counts for.
const FIELD_STEPS: usize = 16;

impl Interp<'_> {
    /// The fields of several words: a command line.
    pub(crate) fn fields(&mut self, words: &[Word], state: &mut State) -> Vec<Arg> {
        let mut out = Vec::new();
        for w in words {
            if out.len() > limits::SHELL_COMMANDS {
                self.limit("too many words");
                break;
            }
            self.fields_of(w, state, &mut out);
        }
        out
    }

    fn fields_of(&mut self, word: &Word, state: &mut State, out: &mut Vec<Arg>) {
        if let [Part::Plain(text)] = word.parts.as_slice()
            && !text.contains(['{', '~', '*', '?', '[', '('])
        {
            if self.spend(text.len() + 1) {
                out.push(Arg::known(text.clone()));
            }
            return;
        }
        for atoms in brace::expand(extended(atoms(word)), self) {
            let mut f = Fields::default();
            self.field(&atoms, state, &mut f, true);
            let fields = f.finish();
            // Every argument is looked at by a program's table: an array that
            // is expanded again and again costs more than the text says.
            if fields.len() > 1 && !self.spend(fields.len() * FIELD_STEPS) {
                return;
            }
            if state.dotglob {
                let hidden: Vec<Arg> = fields.iter().filter_map(with_hidden).collect();
                out.extend(hidden);
            }
            out.extend(fields);
        }
    }

    /// The value of a word where nothing is split: assignments, redirections,
    /// here-documents.
    pub(crate) fn value(&mut self, word: &Word, state: &mut State) -> Arg {
        let mut f = Fields::default();
        self.field(&atoms(word), state, &mut f, false);
        joined(&f.finish())
    }

    fn field(&mut self, atoms: &[Atom<'_>], state: &mut State, f: &mut Fields, split: bool) {
        if self.depth > limits::SHELL_DEPTH {
            self.limit("nested too deeply");
            f.open.push_hole("$(…)", Origin::Unknown);
            return;
        }
        let mut rest = self.tilde(atoms, state, f);
        let mut after_colon = false;
        // bash expands the tilde in `of=~/x` too, whatever the command.
        let mut name = split && rest.len() == atoms.len();
        let mut named = 0;
        while let Some((first, tail)) = rest.split_first() {
            let starts_value = name && named > 0 && matches!(first, Atom::Char('='));
            name &= matches!(first, Atom::Char(c)
                if *c == '_' || c.is_ascii_alphabetic() || (named > 0 && c.is_ascii_digit()));
            named += 1;
            match first {
                Atom::Char('=') if starts_value => {
                    f.open.push_text("=");
                    rest = self.tilde(tail, state, f);
                    continue;
                }
                Atom::Char('~') if after_colon && !split => {
                    rest = self.tilde(rest, state, f);
                    after_colon = false;
                    if rest.len() > tail.len() {
                        f.open.push_text("~");
                        rest = tail;
                    }
                    continue;
                }
                Atom::Char(c) => {
                    if !self.spend(1) {
                        break;
                    }
                    if matches!(c, '*' | '?' | '[') {
                        f.open.set_pattern();
                    }
                    after_colon = *c == ':';
                    f.open.push_text(c.encode_utf8(&mut [0; 4]));
                }
                Atom::Part(part) => {
                    after_colon = false;
                    let letter = match tail.first() {
                        Some(Atom::Char(c)) => c.is_ascii_alphanumeric(),
                        _ => false,
                    };
                    if !(letter && self.nothing_here(part, state, f)) {
                        self.part(part, state, f, split);
                    }
                }
            }
            rest = tail;
        }
    }

    /// Whether a variable that splits a name (`/e${x}tc`) is looked at as not
    /// set. What the environment says is not known, and mostly it says nothing.
    fn nothing_here(&mut self, part: &Part, state: &State, f: &Fields) -> bool {
        let Part::Param(p) = part else { return false };
        let open = &f.open;
        let inside = open.tail().ends_with(|c: char| c.is_ascii_alphanumeric());
        let plain = p.op == crate::ast::ParamOp::Plain
            && p.index.is_none()
            && p.name
                .starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !inside || !plain || self.var(&p.name, state) != Var::Outside {
            return false;
        }
        self.choices = self.choices.max(2);
        self.choice % 2 == 1
    }

    /// A leading tilde; gives what follows it.
    fn tilde<'a, 'w>(
        &mut self,
        atoms: &'a [Atom<'w>],
        state: &mut State,
        f: &mut Fields,
    ) -> &'a [Atom<'w>] {
        let Some((Atom::Char('~'), mut rest)) = atoms.split_first() else {
            return atoms;
        };
        let mut user = String::new();
        while let Some((first, tail)) = rest.split_first() {
            match first {
                Atom::Char('/' | ':') => break,
                Atom::Char(c) => user.push(*c),
                // `~"x"` is not a tilde expansion.
                Atom::Part(_) => return atoms_text(atoms, f),
            }
            rest = tail;
        }
        match user.as_str() {
            "" => match self.var("HOME", state) {
                Var::Scalar(home) => f.open.push(&home),
                _ => f.open.push_text(&self.ctx.home.clone()),
            },
            "+" => match self.cwd(state) {
                Some(c) => f.open.push_text(c),
                None => f.open.push_hole("~+", Origin::Environment),
            },
            "-" => match state.previous.as_slice() {
                [one] => f.open.push_text(one),
                _ => f.open.push_hole("~-", Origin::Environment),
            },
            "root" => f.open.push_text("/root"),
            name => {
                let home = self.ctx.home.clone();
                if home.rsplit('/').next() == Some(name) {
                    f.open.push_text(&home);
                } else {
                    f.open.push_hole(&format!("~{name}"), Origin::Environment);
                }
            }
        }
        rest
    }

    fn part(&mut self, part: &Part, state: &mut State, f: &mut Fields, split: bool) {
        if !self.spend(4) {
            return;
        }
        match part {
            Part::Plain(t) => {
                if t.contains(['*', '?', '[']) {
                    f.open.set_pattern();
                }
                f.open.push_text(t);
            }
            Part::Escaped(c) => {
                f.exists = true;
                f.open.push_text(c.encode_utf8(&mut [0; 4]));
            }
            Part::Single(t) | Part::AnsiC(t) => {
                f.exists = true;
                if self.spend(t.len()) {
                    f.open.push_text(t);
                }
            }
            Part::Double(parts) => self.double(parts, state, f),
            Part::Param(p) => {
                let values = self.param(p, state, false);
                let many = values.many;
                for (i, v) in values.fields.iter().enumerate() {
                    if i > 0 {
                        if split {
                            f.close();
                        } else if many {
                            f.open.push_text(" ");
                        }
                    }
                    self.unquoted(v, state, f, split);
                }
            }
            Part::Command(script) => {
                let v = self.substitute(script, state);
                self.unquoted(&v, state, f, split);
            }
            Part::Process { read, script } => {
                let v = self.process(*read, script, state);
                f.open.push(&v);
            }
            Part::Arith(w) => {
                let v = self.arith_word(w, state);
                f.open.push(&v);
            }
        }
    }

    fn double(&mut self, parts: &[Part], state: &mut State, f: &mut Fields) {
        let only_list =
            matches!(parts, [Part::Param(p)] if p.name == "@" || p.index.as_deref() == Some("@"));
        if !only_list {
            f.exists = true;
        }
        for (i, part) in parts.iter().enumerate() {
            let letter = match parts.get(i + 1) {
                Some(Part::Single(t) | Part::Plain(t)) => {
                    t.starts_with(|c: char| c.is_ascii_alphanumeric())
                }
                _ => false,
            };
            if letter && self.nothing_here(part, state, f) {
                continue;
            }
            match part {
                Part::Param(p) => {
                    let values = self.param(p, state, true);
                    for (i, v) in values.fields.iter().enumerate() {
                        if i > 0 {
                            f.exists = true;
                            f.close();
                        }
                        f.open.push(v);
                        f.exists = true;
                    }
                }
                Part::Command(script) => {
                    let v = self.substitute(script, state);
                    f.open.push(&v);
                }
                Part::Double(inner) => self.double(inner, state, f),
                Part::Plain(t) => f.open.push_text(t),
                other => self.part(other, state, f, false),
            }
        }
    }

    /// An unquoted expansion: split at IFS, globbed.
    fn unquoted(&mut self, v: &Arg, state: &mut State, f: &mut Fields, split: bool) {
        if !split {
            f.open.push(v);
            return;
        }
        let ifs = match self.var("IFS", state) {
            Var::Scalar(a) => a.text().map(str::to_owned),
            _ => None,
        };
        let ifs = ifs.as_deref().unwrap_or(" \t\n");
        if !self.spend(v.shown().len()) {
            return;
        }
        let known = v.holes().is_empty();
        let mut start = 0;
        let mut holes = v.holes().iter().peekable();
        // A blank has just ended a field: a separator right after it belongs
        // to the same gap.
        let mut gap = false;
        for (i, c) in v.shown().char_indices() {
            while holes.peek().is_some_and(|h| h.end <= i) {
                holes.next();
            }
            let inside = !known && holes.peek().is_some_and(|h| h.start <= i);
            if inside || !ifs.contains(c) {
                gap = false;
                continue;
            }
            let blank = matches!(c, ' ' | '\t' | '\n');
            let something = i > start || f.exists || !f.open.is_empty();
            if i > start {
                push_globbed(f, v.slice(start, i));
            }
            if !blank && !something && !gap {
                f.exists = true;
            }
            f.close();
            gap = blank && (something || gap);
            start = i + c.len_utf8();
        }
        if start < v.shown().len() {
            push_globbed(f, v.slice(start, v.shown().len()));
        }
    }
}

fn push_globbed(f: &mut Fields, piece: Arg) {
    let glob = piece.shown().contains(['*', '?', '[']);
    f.open.push(&piece);
    if glob {
        f.open.set_pattern();
    }
}

fn atoms_text<'a, 'w>(atoms: &'a [Atom<'w>], f: &mut Fields) -> &'a [Atom<'w>] {
    match atoms.split_first() {
        Some((_, rest)) => {
            f.open.push_text("~");
            rest
        }
        None => atoms,
    }
}

/// `@(a|b)` as `{a,b}`: each is looked at, whether there or not. What is not
/// matched by `!(…)` is any name.
fn extended(atoms: Vec<Atom<'_>>) -> Vec<Atom<'_>> {
    if !atoms.iter().any(|a| matches!(a, Atom::Char('('))) {
        return atoms;
    }
    let mut out = Vec::with_capacity(atoms.len());
    let mut rest = atoms.as_slice();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        let Atom::Char(kind @ ('@' | '?' | '*' | '+' | '!')) = first else {
            out.push(*first);
            continue;
        };
        let end = tail.iter().position(|a| matches!(a, Atom::Char(')')));
        let (Some(Atom::Char('(')), Some(end)) = (tail.first(), end) else {
            out.push(*first);
            continue;
        };
        let inner = tail.get(1..end).unwrap_or_default();
        if inner.iter().any(|a| matches!(a, Atom::Char('('))) || *kind == '!' {
            out.push(Atom::Char('*'));
        } else {
            let many = inner.iter().any(|a| matches!(a, Atom::Char('|'))) || *kind != '@';
            if many {
                out.push(Atom::Char('{'));
            }
            out.extend(inner.iter().map(|a| match a {
                Atom::Char('|') => Atom::Char(','),
                a => *a,
            }));
            if matches!(kind, '?' | '*') {
                out.push(Atom::Char(','));
            }
            if matches!(kind, '*' | '+') {
                out.extend([Atom::Char(','), Atom::Char('*')]);
            }
            if many {
                out.push(Atom::Char('}'));
                // With one choice only, the braces would stay.
                if *kind == '+' && inner.is_empty() {
                    out.push(Atom::Char('*'));
                }
            }
        }
        rest = tail.get(end + 1..).unwrap_or_default();
    }
    out
}

/// A pattern that also means hidden files, for those.
fn with_hidden(field: &Arg) -> Option<Arg> {
    let t = field.text().filter(|_| field.pattern())?;
    let (dir, name) = t.rsplit_once('/').map_or(("", t), |(d, n)| (d, n));
    if !name.starts_with(['*', '?', '[']) {
        return None;
    }
    let slash = if t.contains('/') { "/" } else { "" };
    let name = name.strip_prefix('?').unwrap_or(name);
    Some(Arg::known(format!("{dir}{slash}.{name}")).with_pattern(true))
}

/// The word as active characters and parts.
pub(crate) fn atoms(word: &Word) -> Vec<Atom<'_>> {
    let mut out = Vec::new();
    for part in &word.parts {
        match part {
            Part::Plain(text) => out.extend(text.chars().map(Atom::Char)),
            other => out.push(Atom::Part(other)),
        }
    }
    out
}

/// Several fields as one, separated by blanks.
pub(crate) fn joined(fields: &[Arg]) -> Arg {
    joined_by(fields, " ")
}

/// The same with another text between them.
fn joined_by(fields: &[Arg], between: &str) -> Arg {
    let mut out = Arg::default();
    for (i, f) in fields.iter().enumerate() {
        if i > 0 {
            out.push_text(between);
        }
        out.push(f);
    }
    out
}
