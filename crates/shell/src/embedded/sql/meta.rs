//! Lines that are for the client: `\!` of psql, `.shell` of sqlite3,
//! `system` of mysql.

use palisade_core::{Certainty, EffectKind};

use super::Reader;
use super::lex::Dialect;

impl Reader<'_> {
    /// `false`: nothing after this line is read.
    pub(super) fn meta(&mut self, line: &str) -> bool {
        if let Some(rest) = line.strip_prefix('.') {
            return self.dot(rest);
        }
        let Some(rest) = line.strip_prefix('\\') else {
            self.word_command(line);
            return true;
        };
        if let Some(command) = rest.strip_prefix('!') {
            self.shell(command);
            return true;
        }
        let split = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let (name, tail) = rest.split_at(split);
        let tail = tail.trim_start_matches('+').trim();
        if self.dialect == Dialect::Mysql {
            match name {
                "" if tail.starts_with('.') => self.script(unquote(tail.trim_start_matches('.'))),
                "T" => self.file(EffectKind::FileWrite, unquote(tail)),
                "P" if !tail.is_empty() => self.shell(tail),
                "q" => return false,
                _ => {}
            }
            return true;
        }
        match name {
            "q" | "quit" => return false,
            "copy" => self.copy(tail),
            "i" | "ir" | "include" | "include_relative" => self.script(unquote(tail)),
            "o" | "out" | "w" | "write" | "s" | "g" | "gx" if !tail.is_empty() => {
                match tail.strip_prefix('|') {
                    Some(command) => self.shell(command),
                    None => self.file(EffectKind::FileWrite, unquote(tail)),
                }
            }
            "e" | "edit" | "ef" | "ev" => self.opaque("editor"),
            "gexec" => self.effect_with(EffectKind::DbWrite, "\\gexec", Certainty::Opaque),
            "c" | "connect" => {}
            "lo_import" => self.file(EffectKind::FileRead, unquote(tail)),
            "lo_export" => {
                let file = tail.split_whitespace().nth(1).unwrap_or_default();
                self.file(EffectKind::FileWrite, unquote(file));
            }
            "lo_unlink" => self.effect(EffectKind::DbDestroy, "\\lo_unlink"),
            "password" => self.effect(EffectKind::DbSchema, "\\password"),
            "set" | "prompt" => {
                // Backquotes run a command.
                self.backquotes(tail);
            }
            _ => {
                self.backquotes(tail);
                if name.starts_with('d') || matches!(name, "l" | "list" | "z" | "sf" | "sv") {
                    self.effect(EffectKind::DbRead, &format!("\\{name}"));
                }
            }
        }
        true
    }

    fn backquotes(&mut self, text: &str) {
        let mut parts = text.split('`');
        parts.next();
        while let Some(command) = parts.next() {
            self.shell(command);
            parts.next();
        }
    }

    /// `\copy table from|to file|program command|stdin`.
    fn copy(&mut self, text: &str) {
        let mut depth = 0_usize;
        let mut quote = None;
        let mut word_start = None;
        let mut keyword: Option<(bool, usize)> = None;
        for (at, c) in text.char_indices() {
            match quote {
                Some(q) => {
                    if c == q {
                        quote = None;
                    }
                    continue;
                }
                None if c == '\'' || c == '"' => quote = Some(c),
                None => {}
            }
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if c.is_whitespace() || c == ')' {
                let word = word_start
                    .and_then(|s: usize| text.get(s..at))
                    .unwrap_or_default();
                if depth == 0 && c != ')' {
                    if word.eq_ignore_ascii_case("from") {
                        keyword = Some((true, at));
                        break;
                    }
                    if word.eq_ignore_ascii_case("to") {
                        keyword = Some((false, at));
                        break;
                    }
                }
                word_start = None;
            } else if word_start.is_none() {
                word_start = Some(at);
            }
        }
        let Some((from, at)) = keyword else {
            return;
        };
        let name = text.split_whitespace().next().unwrap_or_default();
        if from {
            self.effect(EffectKind::DbWrite, &format!("COPY {name}"));
        } else {
            self.effect(EffectKind::DbRead, "COPY");
        }
        let rest = text.get(at..).unwrap_or_default().trim();
        let lower = rest.to_ascii_lowercase();
        if lower.starts_with("program") {
            self.shell(unquote(rest.get(7..).unwrap_or_default()));
        } else if !lower.starts_with("std") && !lower.starts_with("pstd") {
            self.file(
                if from {
                    EffectKind::FileRead
                } else {
                    EffectKind::FileWrite
                },
                unquote(rest),
            );
        }
    }

    /// A dot command of sqlite3 or duckdb.
    fn dot(&mut self, rest: &str) -> bool {
        let (name, tail) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let tail = tail.trim();
        // Abbreviations are understood.
        let is = |full: &str, least: usize| name.len() >= least && full.starts_with(name);
        let last = last_word(tail);
        if is("shell", 2) || is("system", 2) {
            self.shell(tail);
        } else if is("import", 2) {
            let file = tail
                .split_whitespace()
                .find(|w| !w.starts_with('-'))
                .unwrap_or_default();
            match unquote(tail).strip_prefix('|') {
                Some(_) => self.shell(quoted_part(tail).trim_start_matches('|')),
                None => self.file(EffectKind::FileRead, unquote(file)),
            }
            self.effect(EffectKind::DbWrite, "import");
        } else if is("output", 1)
            || is("once", 2)
            || is("excel", 2)
            || is("log", 3)
            || is("trace", 3)
        {
            match unquote(tail).strip_prefix('|') {
                Some(command) => self.shell(command),
                None if matches!(tail, "" | "stdout" | "off" | "stderr") => {}
                None => self.file(EffectKind::FileWrite, last),
            }
        } else if is("read", 3) {
            match unquote(tail).strip_prefix('|') {
                Some(command) => self.shell(command),
                None => self.script(unquote(tail)),
            }
        } else if is("backup", 1) || is("save", 2) || is("clone", 2) {
            self.effect(EffectKind::DbRead, name);
            self.file(EffectKind::FileWrite, last);
        } else if is("restore", 3) {
            self.effect(EffectKind::DbDestroy, "restore");
            self.file(EffectKind::FileRead, last);
        } else if is("open", 3) {
            self.file(EffectKind::FileRead, last);
        } else if is("load", 2) {
            self.opaque(tail);
        } else if is("dump", 1)
            || is("tables", 2)
            || is("schema", 2)
            || is("indexes", 3)
            || is("databases", 2)
            || is("fullschema", 2)
            || is("sha3sum", 4)
            || is("recover", 3)
        {
            self.effect(EffectKind::DbRead, name);
        } else if is("archive", 2) {
            self.effect_with(EffectKind::FileWrite, "archive", Certainty::Opaque);
        } else if is("quit", 1) || is("exit", 3) {
            return false;
        }
        true
    }

    /// `system rm x`, `source f.sql`, `!!dir`.
    fn word_command(&mut self, line: &str) {
        if let Some(command) = line.strip_prefix(":!!").or_else(|| line.strip_prefix("!!")) {
            self.shell(command);
            return;
        }
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim().trim_end_matches(';');
        match word.to_ascii_lowercase().as_str() {
            "system" | "host" => self.shell(rest),
            "source" | ":r" => self.script(unquote(rest)),
            "tee" => self.file(EffectKind::FileWrite, unquote(rest)),
            "pager" => self.shell(rest),
            _ => {}
        }
    }
}

fn unquote(text: &str) -> &str {
    let text = text.trim();
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split(quote).next().unwrap_or_default();
        }
    }
    text.split_whitespace().next().unwrap_or_default()
}

fn quoted_part(text: &str) -> &str {
    let at = text.find(['\'', '"']).unwrap_or(0);
    let tail = text.get(at..).unwrap_or_default();
    unquote(tail)
}

fn last_word(text: &str) -> &str {
    match text.find(['\'', '"']) {
        Some(at) => unquote(text.get(at..).unwrap_or_default()),
        None => text.split_whitespace().next_back().unwrap_or_default(),
    }
}
