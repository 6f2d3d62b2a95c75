//! awk: `system`, pipes, and files that are written or read.

use std::collections::BTreeMap;

use palisade_core::EffectKind;

use super::super::lex::{Chars, Raw, Tok};
use super::{EmbedContext, Out, Sink};
use crate::arg::Arg;
use crate::holes::{ANY, is_hole};
use crate::url::peer;

const OPERATORS: &[&str] = &[
    "|&", ">>", "&&", "||", "==", "!=", "<=", ">=", "!~", "+=", "-=", "*=", "/=", "%=", "^=", "**",
    "++", "--", "|", ">", "<", "=", "(", ")", "[", "]", "{", "}", ",", ";", "?", ":", "~", "!",
    "+", "-", "*", "/", "%", "^", "$", "@",
];
/// Tokens of one program.
const TOKENS: usize = 7_000;

/// Understands an awk program.
pub(in crate::embedded) fn understand(code: &Arg, cx: &EmbedContext<'_>, sink: &mut Sink) {
    let mut out = Out::new(cx, sink);
    let text = out.holes.encode(code);
    let (toks, complete) = tokens(&text);
    if !complete {
        let effect = super::super::limit("awk program", cx.by);
        out.push(effect);
    }
    let mut program = Program {
        values: constants(&toks),
        toks,
        out,
    };
    program.run();
}

fn tokens(text: &str) -> (Vec<Tok>, bool) {
    let mut chars = Chars::new(text);
    let mut out: Vec<Tok> = Vec::new();
    while let Some(c) = chars.peek() {
        if out.len() >= TOKENS {
            return (out, false);
        }
        match c {
            '#' => chars.skip_line(),
            '\\' if chars.look(1) == Some('\n') => chars.at += 2,
            '\n' => {
                chars.next();
                out.push(Tok::Newline);
            }
            c if c.is_whitespace() => {
                chars.next();
            }
            '"' => {
                chars.next();
                let mut text = String::new();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    if c == '\\' {
                        text.extend(chars.escape());
                    } else {
                        text.push(c);
                    }
                }
                out.push(Tok::Str(vec![Raw::Text(text)]));
            }
            '/' if regex_here(&out) => {
                chars.next();
                let mut class = false;
                while let Some(c) = chars.next() {
                    match c {
                        '\\' => {
                            chars.next();
                        }
                        '[' => class = true,
                        ']' => class = false,
                        '/' if !class => break,
                        '\n' => break,
                        _ => {}
                    }
                }
                out.push(Tok::Regex);
            }
            c if is_hole(c) => {
                chars.next();
                out.push(Tok::Hole(c));
            }
            c if c.is_ascii_digit() => {
                let n = chars.number();
                out.push(Tok::Num(n));
            }
            c if c.is_alphabetic() || c == '_' => {
                out.push(Tok::Name(chars.take_while(|c| {
                    (c.is_alphanumeric() || c == '_') && !is_hole(c)
                })));
            }
            _ => match chars.operator(OPERATORS) {
                Some(op) => out.push(Tok::Op(op)),
                None => {
                    chars.next();
                }
            },
        }
    }
    (out, true)
}

fn regex_here(out: &[Tok]) -> bool {
    match out.last() {
        None | Some(Tok::Newline) => true,
        Some(Tok::Op(op)) => !matches!(*op, ")" | "]" | "$" | "++" | "--"),
        Some(Tok::Name(name)) => matches!(name.as_str(), "print" | "in" | "return" | "case"),
        Some(_) => false,
    }
}

/// Variables that are only ever set to one constant.
fn constants(toks: &[Tok]) -> BTreeMap<String, String> {
    let mut values: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (at, pair) in toks.windows(2).enumerate() {
        let [Tok::Name(name), Tok::Op(op)] = pair else {
            continue;
        };
        if *op == "=" {
            let value = constant(toks.get(at + 2..).unwrap_or_default());
            let entry = values.entry(name.clone()).or_insert_with(|| value.clone());
            if *entry != value {
                *entry = None;
            }
        } else if op.ends_with('=') && !matches!(*op, "==" | "!=" | "<=" | ">=") {
            values.insert(name.clone(), None);
        }
    }
    // What is handed on by name may come back changed.
    for (at, tok) in toks.iter().enumerate() {
        let Tok::Name(name) = tok else { continue };
        match name.as_str() {
            "sub" | "gsub" | "split" | "patsplit" | "match" => {
                let call = toks.iter().skip(at + 1).take(64);
                for name in call.take_while(|t| !matches!(t, Tok::Op(";" | "}"))) {
                    if let Tok::Name(name) = name {
                        values.insert(name.clone(), None);
                    }
                }
            }
            "getline" => {
                if let Some(Tok::Name(name)) = toks.get(at + 1) {
                    values.insert(name.clone(), None);
                }
            }
            _ => {}
        }
    }
    values
        .into_iter()
        .filter_map(|(name, value)| value.map(|v| (name, v)))
        .collect()
}

/// The text of literals put side by side, up to the end of an expression.
fn constant(toks: &[Tok]) -> Option<String> {
    let mut out = String::new();
    for (n, tok) in toks.iter().enumerate() {
        match tok {
            Tok::Str(raw) => out.push_str(&text_of(raw)?),
            Tok::Newline | Tok::Op(";" | "}" | ")" | ",") if n > 0 => return Some(out),
            _ => return None,
        }
    }
    (!toks.is_empty()).then_some(out)
}

fn text_of(raw: &[Raw]) -> Option<String> {
    match raw {
        [Raw::Text(text)] => Some(text.clone()),
        _ => None,
    }
}

struct Program<'a> {
    toks: Vec<Tok>,
    values: BTreeMap<String, String>,
    out: Out<'a>,
}

impl Program<'_> {
    fn run(&mut self) {
        let mut printing = false;
        let mut depth = 0_usize;
        let mut print_depth = 0;
        let mut start = 0;
        let mut at = 0;
        while let Some(tok) = self.toks.get(at) {
            match tok {
                Tok::Op("(" | "[") => depth += 1,
                Tok::Op(")" | "]") => depth = depth.saturating_sub(1),
                Tok::Newline | Tok::Op(";" | "{" | "}") => {
                    printing = false;
                    start = at + 1;
                }
                Tok::Name(name) => match name.as_str() {
                    "print" | "printf" => {
                        printing = true;
                        print_depth = depth;
                        start = at + 1;
                    }
                    "system" if self.is(at + 1, "(") => {
                        let code = self.value(at + 2);
                        self.out.shell(&code);
                    }
                    "getline" => self.getline(at, start),
                    "ENVIRON" => self.environment(at),
                    "include" | "load" if at > 0 && self.is(at - 1, "@") => {
                        let path = self.value(at + 1);
                        self.out.file(EffectKind::FileRead, &path);
                    }
                    // gawk: a function by its computed name.
                    _ if at > 0 && self.is(at - 1, "@") && self.is(at + 1, "(") => {
                        let known = self.values.get(name).cloned().unwrap_or_default();
                        if known.is_empty() || known == "system" {
                            let code = self.value(at + 2);
                            if known == "system" {
                                self.out.shell(&code);
                            } else {
                                self.out.opaque("function");
                            }
                        }
                    }
                    _ => {}
                },
                Tok::Op(op @ (">" | ">>" | "|" | "|&")) if printing && depth == print_depth => {
                    let op = *op;
                    let target = self.value(at + 1);
                    if op.starts_with('|') {
                        let printed = self.printed(start);
                        self.fed(&target, &printed);
                    } else {
                        self.write(&target);
                    }
                }
                // A coprocess: `"cmd" |& getline`.
                Tok::Op("|&") if !matches!(self.toks.get(at + 1), Some(Tok::Name(n)) if n == "getline") =>
                {
                    let target = self.value(at + 1);
                    self.pipe(&target);
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn is(&self, at: usize, op: &str) -> bool {
        matches!(self.toks.get(at), Some(Tok::Op(o)) if *o == op)
    }

    /// The text an expression beginning here gives, with holes.
    fn value(&self, from: usize) -> String {
        let mut out = String::new();
        let mut depth = 0_usize;
        for (n, tok) in self.toks.iter().skip(from).enumerate() {
            if n >= 200 {
                push_hole(&mut out);
                break;
            }
            match tok {
                Tok::Newline | Tok::Op(";" | "}" | "{" | ",") if depth == 0 => break,
                Tok::Op(")" | "]") => {
                    if depth == 0 {
                        break;
                    }
                    depth -= 1;
                }
                Tok::Op("(") => depth += 1,
                Tok::Op("[") => {
                    depth += 1;
                    push_hole(&mut out);
                }
                Tok::Op("|" | "|&" | "&&" | "||" | ">" | "<" | "==" | "!=") => break,
                Tok::Str(raw) => out.push_str(&text_of(raw).unwrap_or_default()),
                Tok::Num(Some(n)) if !out.ends_with(ANY) => out.push_str(&n.to_string()),
                Tok::Name(name) => match self.values.get(name) {
                    Some(text) => out.push_str(text),
                    None => push_hole(&mut out),
                },
                Tok::Hole(h) => out.push(*h),
                _ => push_hole(&mut out),
            }
            if out.len() > 16 * 1024 {
                push_hole(&mut out);
                break;
            }
        }
        out
    }

    /// What a `print` gives whose arguments begin here.
    fn printed(&self, from: usize) -> String {
        let mut out = self.value(from);
        let several = self
            .toks
            .iter()
            .skip(from)
            .take(200)
            .take_while(|t| !matches!(t, Tok::Newline | Tok::Op(";" | "}" | "|" | "|&")))
            .any(|t| matches!(t, Tok::Op(",")));
        if out.is_empty() || several {
            push_hole(&mut out);
        }
        out
    }

    /// A command that is given what is printed.
    fn fed(&mut self, code: &str, text: &str) {
        if self.network(code) {
            return;
        }
        self.out.fed(code, text);
    }

    fn pipe(&mut self, code: &str) {
        if self.network(code) {
            return;
        }
        self.out.shell(code);
    }

    fn write(&mut self, path: &str) {
        if !self.network(path) {
            self.out.file(EffectKind::FileWrite, path);
        }
    }

    /// `/inet/tcp/0/host/port` of gawk.
    fn network(&mut self, path: &str) -> bool {
        let mut parts = path.trim_start_matches('/').split('/');
        if !parts.next().is_some_and(|p| p.starts_with("inet")) || !path.starts_with("/inet") {
            return false;
        }
        let mut parts = parts.skip(2);
        let host = parts.next().unwrap_or_default();
        let port = parts.next().and_then(|p| p.parse().ok());
        let effect = peer(
            EffectKind::NetWrite,
            host,
            port,
            self.out.cx.by,
            &self.out.holes,
        );
        self.out.push(effect);
        self.out.sink.sends = true;
        true
    }

    fn getline(&mut self, at: usize, start: usize) {
        if at > 0 && (self.is(at - 1, "|") || self.is(at - 1, "|&")) {
            // The command is what is left of the bar.
            let mut from = at - 1;
            let mut depth = 0_usize;
            let start = start.max(at.saturating_sub(200));
            while from > start {
                match self.toks.get(from - 1) {
                    Some(Tok::Op(")" | "]")) => depth += 1,
                    Some(Tok::Op("(" | "[")) => {
                        if depth == 0 {
                            break;
                        }
                        depth -= 1;
                    }
                    Some(Tok::Op("&&" | "||" | "!" | "=")) if depth == 0 => break,
                    _ => {}
                }
                from -= 1;
            }
            let code = self.value(from);
            self.pipe(&code);
            return;
        }
        // `getline [variable] < file`
        let mut next = at + 1;
        if matches!(self.toks.get(next), Some(Tok::Name(_))) {
            next += 1;
        }
        if self.is(next, "<") {
            let path = self.value(next + 1);
            if !self.network(&path) {
                self.out.file(EffectKind::FileRead, &path);
            }
        }
    }

    fn environment(&mut self, at: usize) {
        match (self.is(at + 1, "["), self.toks.get(at + 2)) {
            (true, Some(Tok::Str(raw))) => {
                if let Some(name) = text_of(raw) {
                    self.out.shows_environment(Some(&name));
                }
            }
            _ => self.out.shows_environment(None),
        }
    }
}

fn push_hole(out: &mut String) {
    if !out.ends_with(ANY) {
        out.push(ANY);
    }
}
