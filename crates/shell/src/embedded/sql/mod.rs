//! SQL, and the commands of the clients that read it.
//!
//! Statements are classified by what they do to data; nothing is known of
//! the schema. A name is for a person to recognise, not to decide on.

mod condition;
mod functions;
mod lex;
mod meta;
mod statement;

#[cfg(test)]
mod tests;

use palisade_core::{Certainty, EffectKind, Target};

use super::{EmbedContext, limit};
use crate::arg::{Arg, Origin};
use crate::holes::{Holes, has_hole, is_hole};
use crate::programs::{Run, Sink, path_target};
use lex::{Dialect, Lexer, Piece};

/// Statements of one text.
const STATEMENTS: usize = 2_000;
/// Texts run by texts.
const NESTED: usize = 4;

/// Understands a text given to a database client. [`EmbedContext::by`] says
/// which client, and so which dialect.
/// `scratch`: the database is gone with the client.
pub(super) fn understand(code: &Arg, scratch: bool, cx: &EmbedContext<'_>, sink: &mut Sink) {
    let mut holes = Holes::default();
    let text = holes.encode(code);
    let mut reader = Reader::new(cx.by, holes, cx, sink);
    reader.scratch = scratch;
    reader.text(&text);
}

/// The same for text that holds [`crate::holes`] already, sent by `client`.
pub(super) fn run(text: &str, client: &str, holes: Holes, cx: &EmbedContext<'_>, sink: &mut Sink) {
    Reader::new(client, holes, cx, sink).text(text);
}

/// Looks like SQL: worth being read as such.
pub(super) fn looks_like(text: &str) -> bool {
    let word: String = text
        .trim_start_matches(|c: char| c.is_whitespace() || c == '(')
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .collect();
    statement::is_verb(&word.to_ascii_uppercase())
}

/// Reads statements and puts what they do into the sink.
pub(super) struct Reader<'a> {
    dialect: Dialect,
    cx: &'a EmbedContext<'a>,
    sink: &'a mut Sink,
    holes: Holes,
    depth: usize,
    /// What is made and dropped here is nobody's.
    scratch: bool,
    /// Where the effects of an open transaction begin.
    transaction: Option<usize>,
}

impl<'a> Reader<'a> {
    fn new(client: &str, holes: Holes, cx: &'a EmbedContext<'a>, sink: &'a mut Sink) -> Self {
        Self {
            dialect: Dialect::of(client),
            cx,
            sink,
            holes,
            depth: 0,
            scratch: false,
            transaction: None,
        }
    }
}

impl Reader<'_> {
    fn text(&mut self, text: &str) {
        if self.depth >= NESTED {
            self.sink.push(limit("SQL", self.cx.by));
            return;
        }
        self.depth += 1;
        let mut lexer = Lexer::new(text, self.dialect);
        let mut count = 0;
        while let Some(piece) = lexer.next_piece() {
            count += 1;
            if count > STATEMENTS {
                self.sink.push(limit("SQL", self.cx.by));
                break;
            }
            match piece {
                Piece::Meta(line) => {
                    if !self.meta(&line) {
                        break;
                    }
                }
                Piece::Statement(tokens) => {
                    self.statement(&tokens);
                    if statement::copies_from_stdin(&tokens) {
                        lexer.skip_copy_data();
                    }
                }
            }
        }
        self.depth -= 1;
    }

    fn effect(&mut self, kind: EffectKind, name: &str) {
        let certainty = if name.chars().any(is_hole) {
            Certainty::Partial
        } else {
            Certainty::Proved
        };
        self.effect_with(kind, name, certainty);
    }

    fn effect_with(&mut self, kind: EffectKind, name: &str, certainty: Certainty) {
        let kind = match kind {
            EffectKind::DbSchema | EffectKind::DbDestroy if self.scratch => EffectKind::DbWrite,
            kind => kind,
        };
        let effect =
            palisade_core::Effect::new(kind, Target::Name(self.holes.show(name)), self.cx.by)
                .with_certainty(certainty);
        if !self.sink.effects.contains(&effect) {
            if self.sink.effects.len() >= palisade_core::limits::EFFECTS {
                return;
            }
            self.sink.push(effect);
        }
    }

    /// What a transaction did is undone. MySQL commits by itself before it
    /// changes a structure.
    fn rolled_back(&mut self) {
        let Some(start) = self.transaction.take() else {
            return;
        };
        let commits = self.dialect == Dialect::Mysql;
        for e in self.sink.effects.iter_mut().skip(start) {
            let structure = commits
                && matches!(&e.target, Target::Name(n)
                    if !n.starts_with("DELETE") && !n.starts_with("UPDATE"));
            if matches!(e.kind, EffectKind::DbSchema | EffectKind::DbDestroy) && !structure {
                e.kind = EffectKind::DbWrite;
            }
        }
    }

    fn file(&mut self, kind: EffectKind, path: &str) {
        let arg = self.holes.decode(path);
        if let Some(target) = path_target(&arg, self.cx.cwd, self.cx.home) {
            let effect = palisade_core::Effect::new(kind, Target::Path(target.path), self.cx.by)
                .with_certainty(target.certainty);
            self.sink.push(effect);
        }
    }

    fn shell(&mut self, code: &str) {
        if code.trim().is_empty() {
            return;
        }
        let run = Run::Shell {
            code: self.holes.decode(code.trim()),
            args: Vec::new(),
        };
        if !self.sink.runs.contains(&run) {
            self.sink.runs.push(run);
        }
    }

    fn opaque(&mut self, what: &str) {
        self.effect_with(EffectKind::ExecOpaque, what, Certainty::Opaque);
    }

    fn script(&mut self, path: &str) {
        if has_hole(path) {
            self.effect_with(EffectKind::DbWrite, "script", Certainty::Opaque);
        }
        let run = Run::File {
            language: Some("sql"),
            path: self.holes.decode(path),
            args: Vec::new(),
        };
        self.sink.runs.push(run);
    }

    fn fetched(&mut self) {
        if self.sink.output.is_none() {
            self.sink.output = Some(Arg::hole(format!("$({} …)", self.cx.by), Origin::Unknown));
        }
    }
}
