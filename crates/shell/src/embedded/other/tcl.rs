//! Tcl and expect: commands of words, code in braces and brackets.

use super::super::cursor::NESTING;
use super::super::lex::Chars;
use super::super::tree::{Expr, Piece, Stmt};
use crate::holes::is_hole;

pub(super) fn parse(text: &str) -> (Vec<Stmt>, bool) {
    let mut p = Reader {
        c: Chars::new(text),
        depth: 0,
        limited: false,
    };
    let out = p.script(None);
    (out, p.limited)
}

struct Reader {
    c: Chars,
    depth: usize,
    limited: bool,
}

/// A word, and what is in it when it was in braces.
struct Word {
    value: Expr,
    braced: Option<String>,
}

impl Reader {
    fn script(&mut self, end: Option<char>) -> Vec<Stmt> {
        let mut out = Vec::new();
        if self.depth >= NESTING {
            self.limited = true;
            self.c.at = usize::MAX / 2;
            return out;
        }
        self.depth += 1;
        while let Some(c) = self.c.peek() {
            if Some(c) == end {
                self.c.next();
                break;
            }
            if c.is_whitespace() || c == ';' {
                self.c.next();
            } else if c == '#' {
                self.c.skip_line();
            } else {
                let before = self.c.at;
                let words = self.command(end);
                self.meaning(words, &mut out);
                if self.c.at == before {
                    self.c.next();
                }
            }
        }
        self.depth -= 1;
        out
    }

    fn command(&mut self, end: Option<char>) -> Vec<Word> {
        let mut out = Vec::new();
        while let Some(c) = self.c.peek() {
            match c {
                '\n' | ';' => break,
                c if Some(c) == end => break,
                '\\' if self.c.look(1) == Some('\n') => self.c.at += 2,
                c if c.is_whitespace() => {
                    self.c.next();
                }
                '{' => {
                    self.c.next();
                    let text = self.braced();
                    out.push(Word {
                        value: Expr::text(&text),
                        braced: Some(text),
                    });
                }
                _ => {
                    let value = self.word(end);
                    out.push(Word {
                        value,
                        braced: None,
                    });
                }
            }
        }
        out
    }

    fn braced(&mut self) -> String {
        let mut out = String::new();
        let mut depth = 1_usize;
        while let Some(c) = self.c.next() {
            match c {
                '{' => depth += 1,
                '}' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                '\\' => {
                    out.push(c);
                    out.extend(self.c.next());
                    continue;
                }
                _ => {}
            }
            out.push(c);
        }
        out
    }

    fn word(&mut self, end: Option<char>) -> Expr {
        let quoted = self.c.eat('"');
        let mut pieces: Vec<Piece> = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.c.peek() {
            match c {
                '"' if quoted => {
                    self.c.next();
                    break;
                }
                '\n' | ';' if !quoted => break,
                c if !quoted && (c.is_whitespace() || Some(c) == end) => break,
                '\\' => {
                    self.c.next();
                    text.extend(self.c.escape());
                }
                '$' if self
                    .c
                    .look(1)
                    .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '{') =>
                {
                    self.c.next();
                    let name = if self.c.eat('{') {
                        self.c.until("}")
                    } else {
                        self.c.take_while(|c| {
                            (c.is_alphanumeric() || c == '_' || c == ':') && !is_hole(c)
                        })
                    };
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                    pieces.push(Piece::Code(Expr::Name(format!("${name}"))));
                }
                '[' => {
                    self.c.next();
                    let inner = self.script(Some(']'));
                    let code = inner
                        .into_iter()
                        .filter_map(|s| match s {
                            Stmt::Expr(e) => Some(e),
                            _ => None,
                        })
                        .collect();
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                    pieces.push(Piece::Code(Expr::Either(Vec::new(), code)));
                }
                c => {
                    self.c.next();
                    text.push(c);
                }
            }
        }
        if pieces.is_empty() {
            return Expr::text(text);
        }
        pieces.push(Piece::Text(text));
        Expr::Str(pieces)
    }

    fn meaning(&mut self, words: Vec<Word>, out: &mut Vec<Stmt>) {
        let name = match words.first().map(|w| &w.value) {
            Some(Expr::Str(pieces)) => match pieces.as_slice() {
                [Piece::Text(text)] => text.clone(),
                _ => "eval".to_owned(),
            },
            _ => return,
        };
        let computed = name == "eval"
            && words
                .first()
                .is_some_and(|w| matches!(&w.value, Expr::Str(p) if p.len() > 1));
        let control = matches!(
            name.as_str(),
            "if" | "while"
                | "for"
                | "foreach"
                | "proc"
                | "catch"
                | "eval"
                | "try"
                | "expect"
                | "namespace"
                | "uplevel"
                | "after"
                | "time"
                | "switch"
        );
        if control && !computed {
            // Bodies are code; so is a condition with a command in it.
            for word in &words {
                if let Some(text) = &word.braced {
                    if self.depth >= NESTING {
                        self.limited = true;
                        return;
                    }
                    let mut inner = Reader {
                        c: Chars::new(text),
                        depth: self.depth + 1,
                        limited: false,
                    };
                    let body = inner.script(None);
                    self.limited |= inner.limited;
                    out.push(Stmt::Branch(Vec::new(), vec![body, Vec::new()]));
                }
            }
        }
        let mut values: Vec<Expr> = words.into_iter().map(|w| w.value).collect();
        let text_at = |values: &[Expr], i: usize| match values.get(i) {
            Some(Expr::Str(p)) => match p.as_slice() {
                [Piece::Text(t)] => t.clone(),
                _ => String::new(),
            },
            _ => String::new(),
        };
        match name.as_str() {
            "set" if values.len() == 3 => {
                let target = format!("${}", text_at(&values, 1));
                if let Some(value) = values.pop() {
                    out.push(Stmt::Expr(Expr::Assign(
                        Box::new(Expr::Name(target)),
                        "=".to_owned(),
                        Box::new(value),
                    )));
                }
            }
            "file" => {
                let what = text_at(&values, 1);
                let operands: Vec<Expr> = values
                    .into_iter()
                    .skip(2)
                    .filter(|v| !matches!(v, Expr::Str(p) if matches!(p.as_slice(), [Piece::Text(t)] if t.starts_with('-'))))
                    .collect();
                for operand in operands {
                    out.push(Stmt::Expr(
                        Expr::Name(format!("file {what}")).call(vec![operand]),
                    ));
                }
            }
            "open" => {
                let target = text_at(&values, 1);
                let call = match target.strip_prefix('|') {
                    Some(code) => {
                        Expr::Name("open pipe".to_owned()).call(vec![Expr::text(code.trim())])
                    }
                    None => {
                        let writes = text_at(&values, 2).contains(['w', 'a', '+']);
                        let name = if writes { "open write" } else { "open read" };
                        Expr::Name(name.to_owned())
                            .call(values.into_iter().skip(1).take(1).collect())
                    }
                };
                out.push(Stmt::Expr(call));
            }
            "exec" | "spawn" => {
                // `exec -ignorestderr -- rm x`
                let args = values
                    .into_iter()
                    .skip(1)
                    .skip_while(|v| matches!(v, Expr::Str(p) if matches!(p.as_slice(), [Piece::Text(t)] if t.starts_with('-'))))
                    .collect();
                out.push(Stmt::Expr(Expr::Name(name).call(args)));
            }
            _ if computed => {
                let first = values.into_iter().next().unwrap_or(Expr::Nothing);
                out.push(Stmt::Expr(Expr::Name("eval".to_owned()).call(vec![first])));
            }
            _ => {
                let args = values.into_iter().skip(1).collect();
                out.push(Stmt::Expr(Expr::Name(name).call(args)));
            }
        }
    }
}
