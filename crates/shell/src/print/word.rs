//! Words and what they are made of.

use super::Printer;
use crate::ast::{Param, ParamOp, Part, Script, Word};

/// What surrounds a part, and so what has to be escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    Unquoted,
    Double,
    /// The word of `"${name:-word}"`.
    DoubleBrace,
    /// A here-document's body.
    Body,
    /// The word of `${name:-word}` in a body.
    BodyBrace,
}

impl Context {
    fn in_brace(self) -> Self {
        match self {
            Self::Unquoted => Self::Unquoted,
            Self::Double | Self::DoubleBrace => Self::DoubleBrace,
            Self::Body | Self::BodyBrace => Self::BodyBrace,
        }
    }
}

impl Printer {
    pub(super) fn word(&mut self, word: &Word) {
        match word.parts.as_slice() {
            [] => self.put("''"),
            // Alone before a line's end it would be white space.
            [Part::Plain(text)] if text == "\r" => self.put("\\"),
            _ => {}
        }
        self.parts(&word.parts, Context::Unquoted);
    }

    pub(super) fn parts(&mut self, parts: &[Part], context: Context) {
        for (position, part) in parts.iter().enumerate() {
            self.part(part, context);
            // A `$` that was only a `$` must not meet what follows.
            if matches!(part, Part::Plain(_))
                && position + 1 < parts.len()
                && self.text.ends_with('$')
                && !self.text.ends_with("\\$")
            {
                self.text.pop();
                self.put("\\$");
            }
        }
    }

    fn part(&mut self, part: &Part, context: Context) {
        match part {
            Part::Plain(text) => self.put(text),
            Part::Escaped(c) => {
                self.put("\\");
                self.text.push(*c);
            }
            Part::Single(text) if context == Context::Unquoted => {
                self.put(&format!("'{}'", text.replace('\'', "'\\''")));
            }
            Part::Single(text) => self.quoted_text(text, context),
            Part::AnsiC(text) => self.ansi_c(text),
            Part::Double(parts) => {
                self.put("\"");
                self.parts(parts, Context::Double);
                self.put("\"");
            }
            Part::Param(param) => self.param(param, context),
            Part::Command(script) => {
                self.put("$(");
                self.enclosed(script);
            }
            Part::Process { read, script } => {
                self.put(if *read { "<(" } else { ">(" });
                self.enclosed(script);
            }
            Part::Arith(word) => {
                // `$((…))` needs every parenthesis to have its partner, those
                // in quotes and substitutions included.
                let simple = |part: &Part| match part {
                    Part::Plain(_) => true,
                    Part::Param(param) => param.op == ParamOp::Plain && param.nested.is_empty(),
                    _ => false,
                };
                let simple = word.parts.iter().all(simple) && is_balanced(word, '(', ')');
                let (open, close) = if simple || !is_balanced(word, '[', ']') {
                    ("$((", "))")
                } else {
                    ("$[", "]")
                };
                self.put(open);
                self.parts(&word.parts, Context::Unquoted);
                self.put(close);
            }
        }
    }

    /// A script and `)`; on one line if it is a single item.
    fn enclosed(&mut self, script: &Script) {
        let mut inner = Self::default();
        match script.items.as_slice() {
            [item] => inner.item(item),
            _ => inner.script(script),
        }
        if !inner.documents.is_empty() {
            inner.newline();
        }
        if inner.text.starts_with('(') {
            self.put(" ");
        }
        self.put(&inner.text);
        self.put(")");
    }

    fn quoted_text(&mut self, text: &str, context: Context) {
        let brace = matches!(context, Context::DoubleBrace | Context::BodyBrace);
        for c in text.chars() {
            match c {
                '$' | '`' | '\\' => self.put("\\"),
                '"' if context != Context::Body => self.put("\\"),
                '}' if brace => self.put("\\"),
                // A process substitution would be looked for.
                '<' | '>' if brace => {
                    self.put("\"");
                    self.text.push(c);
                    self.put("\"");
                    continue;
                }
                '\'' if brace => {
                    self.put("\"'\"");
                    continue;
                }
                _ => {}
            }
            self.text.push(c);
        }
    }

    fn ansi_c(&mut self, text: &str) {
        self.put("$'");
        for c in text.chars() {
            match c {
                '\'' | '\\' => {
                    self.put("\\");
                    self.text.push(c);
                }
                '\n' => self.put("\\n"),
                '\t' => self.put("\\t"),
                c if c.is_ascii_control() => {
                    self.put(&format!("\\{:03o}", u32::from(c)));
                }
                c => self.text.push(c),
            }
        }
        self.put("'");
    }

    fn param(&mut self, param: &Param, context: Context) {
        self.put("${");
        match param.op {
            ParamOp::Length => self.put("#"),
            ParamOp::Indirect => self.put("!"),
            _ => {}
        }
        self.put(&param.name);
        if let Some(index) = &param.index {
            self.put(&format!("[{index}]"));
        }
        match &param.op {
            ParamOp::Plain | ParamOp::Length | ParamOp::Indirect => {}
            ParamOp::Default(word) => self.operand(":-", word, context.in_brace()),
            ParamOp::Assign(word) => self.operand(":=", word, context.in_brace()),
            ParamOp::Error(word) => self.operand(":?", word, context.in_brace()),
            ParamOp::Alternative(word) => self.operand(":+", word, context.in_brace()),
            ParamOp::Substring(offset, length) => {
                self.put(&format!(":{offset}"));
                if let Some(length) = length {
                    self.put(&format!(":{length}"));
                }
            }
            ParamOp::StripPrefix { pattern, longest } => {
                self.operand(
                    if *longest { "##" } else { "#" },
                    pattern,
                    Context::Unquoted,
                );
            }
            ParamOp::StripSuffix { pattern, longest } => {
                self.operand(
                    if *longest { "%%" } else { "%" },
                    pattern,
                    Context::Unquoted,
                );
            }
            ParamOp::Replace {
                pattern,
                replacement,
                all,
                anchor,
            } => {
                self.put(if *all { "//" } else { "/" });
                self.text.extend(*anchor);
                self.operand("", pattern, Context::Unquoted);
                if !replacement.parts.is_empty() {
                    self.operand("/", replacement, Context::Unquoted);
                }
            }
            ParamOp::Case(operator) => {
                self.put(operator);
                // The subscript comes first, if there is one.
                let before = usize::from(param.index.is_some());
                if let Some(pattern) = param.nested.get(before) {
                    self.operand("", pattern, Context::Unquoted);
                }
            }
            ParamOp::Transform(letter) => {
                self.put("@");
                self.text.push(*letter);
            }
        }
        self.put("}");
    }

    fn operand(&mut self, operator: &str, word: &Word, context: Context) {
        self.put(operator);
        self.parts(&word.parts, context);
    }
}

/// Every unquoted parenthesis in the expression has its partner.
fn is_balanced(word: &Word, opening: char, closing: char) -> bool {
    let mut open = 0_usize;
    let mut quoted = false;
    for part in &word.parts {
        let Part::Plain(text) = part else { continue };
        let mut escaped = false;
        for c in text.chars() {
            match c {
                _ if escaped => escaped = false,
                '\'' => quoted = !quoted,
                _ if quoted => {}
                '\\' => escaped = true,
                c if c == opening => open += 1,
                c if c == closing && open == 0 => return false,
                c if c == closing => open -= 1,
                _ => {}
            }
        }
    }
    open == 0
}
