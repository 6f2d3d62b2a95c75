//! What one statement does.

use palisade_core::{Certainty, EffectKind};

use super::Reader;
use super::condition::always;
use super::lex::Token;
use crate::holes::has_hole;

/// Words a statement may begin with.
const VERBS: &[&str] = &[
    "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "UPSERT", "CREATE", "ALTER",
    "DROP", "TRUNCATE", "GRANT", "REVOKE", "WITH", "EXPLAIN", "SHOW", "DESCRIBE", "COPY", "CALL",
    "EXECUTE", "EXEC", "DO", "PRAGMA", "ATTACH", "VACUUM", "RENAME", "COMMENT", "LOAD", "SET",
];

/// Whether SQL statements begin with this word.
pub(super) fn is_verb(word: &str) -> bool {
    VERBS.contains(&word)
}

/// Whether rows follow the statement in the text.
pub(super) fn copies_from_stdin(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|t| t.is("COPY"))
        && tokens
            .windows(2)
            .any(|w| matches!(w, [from, stdin] if from.is("FROM") && stdin.is("STDIN")))
}

pub(super) fn word(token: Option<&Token>) -> &str {
    match token {
        Some(Token::Word(upper, _)) => upper,
        _ => "",
    }
}

pub(super) fn text_of(token: Option<&Token>) -> Option<&str> {
    match token {
        Some(Token::Text(text) | Token::Quoted(text)) => Some(text),
        _ => None,
    }
}

/// The text after the first of these words.
fn text_after<'t>(tokens: &'t [Token], words: &[&str]) -> Option<&'t str> {
    let at = tokens.iter().position(|t| words.iter().any(|w| t.is(w)))?;
    text_of(tokens.get(at + 1))
}

/// A name as written: `a.b`, after words that only lead to it.
fn object(tokens: &[Token]) -> String {
    const LEADING: &[&str] = &[
        "TABLE",
        "IF",
        "EXISTS",
        "NOT",
        "ONLY",
        "INTO",
        "FROM",
        "LOW_PRIORITY",
        "QUICK",
        "IGNORE",
        "DELAYED",
        "OR",
        "REPLACE",
        "CONCURRENTLY",
        "UNIQUE",
        "MATERIALIZED",
        "OVERWRITE",
        "TEMPORARY",
        "TEMP",
        "ROLLBACK",
        "ABORT",
        "FAIL",
        "UNLOGGED",
        "TOP",
    ];
    let mut out = String::new();
    let mut expects_part = true;
    for token in tokens {
        match token {
            Token::Word(upper, _) if out.is_empty() && LEADING.contains(&upper.as_str()) => {}
            Token::Punct('[') if out.is_empty() => {}
            Token::Punct('.') if !out.is_empty() => {
                out.push('.');
                expects_part = true;
            }
            Token::Word(_, text) | Token::Quoted(text) if expects_part => {
                out.push_str(text);
                expects_part = false;
            }
            Token::Hole(h) => {
                out.push(*h);
                expects_part = false;
            }
            _ => break,
        }
        if out.len() > 200 {
            break;
        }
    }
    out
}

impl Reader<'_> {
    pub(super) fn statement(&mut self, tokens: &[Token]) {
        self.classify(tokens, 0);
    }

    fn classify(&mut self, tokens: &[Token], depth: usize) {
        let start = tokens
            .iter()
            .position(|t| !t.is_punct('('))
            .unwrap_or(tokens.len());
        let tokens = tokens.get(start..).unwrap_or_default();
        let Some((first, rest)) = tokens.split_first() else {
            return;
        };
        if depth > 4 {
            return;
        }
        let verb = word(Some(first));
        if let Token::Hole(_) = first {
            self.effect_with(EffectKind::DbWrite, "statement", Certainty::Opaque);
            return;
        }
        match verb {
            "SELECT" | "TABLE" | "VALUES" | "FROM" => self.select(tokens),
            "SHOW" | "DESCRIBE" | "DESC" | "HELP" | "FETCH" | "ANALYZE" | "ANALYSE" | "CHECK"
            | "CHECKSUM" | "SUMMARIZE" => {
                self.effect(EffectKind::DbRead, verb);
                self.fetched();
            }
            "BEGIN" | "START" => self.transaction = Some(self.sink.effects.len()),
            "COMMIT" | "END" => self.transaction = None,
            "ROLLBACK" | "ABORT" => {
                // To a savepoint, or all of it.
                if !rest.iter().take(3).any(|t| t.is("TO")) {
                    self.rolled_back();
                }
            }
            "RESET"
                if matches!(
                    word(rest.first()),
                    "MASTER" | "BINARY" | "REPLICA" | "SLAVE" | "PERSIST"
                ) =>
            {
                self.effect(EffectKind::DbDestroy, &thing(verb, rest));
            }
            "USE" | "SAVEPOINT" | "RELEASE" | "LISTEN" | "UNLISTEN" | "CLOSE" | "DEALLOCATE"
            | "DISCARD" | "RESET" | "DELIMITER" | "CHECKPOINT" | "PRINT" | "GO" | "UNLOCK" => {}
            "SET" => {
                if matches!(word(rest.first()), "GLOBAL" | "PERSIST" | "PASSWORD") {
                    self.effect(EffectKind::DbSchema, &format!("SET {}", word(rest.first())));
                }
            }
            "DECLARE" => {
                if let Some(at) = rest.iter().position(|t| t.is("SELECT") || t.is("WITH")) {
                    self.classify(rest.get(at..).unwrap_or_default(), depth + 1);
                }
            }
            "PREPARE" => {
                let at = rest.iter().position(|t| t.is("AS") || t.is("FROM"));
                let inner = at.and_then(|at| rest.get(at + 1..)).unwrap_or_default();
                match inner.first() {
                    Some(Token::Text(text)) => {
                        let text = text.clone();
                        self.text(&text);
                    }
                    _ => self.classify(inner, depth + 1),
                }
            }
            "EXPLAIN" => self.explain(rest, depth),
            "WITH" => self.with(rest, depth),
            "INSERT" | "REPLACE" | "UPSERT" | "MERGE" => {
                let destroys = rest.first().is_some_and(|t| t.is("OVERWRITE"))
                    || (verb == "MERGE" && merges_everything(rest));
                let kind = if destroys {
                    EffectKind::DbDestroy
                } else {
                    EffectKind::DbWrite
                };
                self.effect(kind, &named(verb, rest));
                self.functions(tokens);
            }
            "UPDATE" | "DELETE" => self.conditional(verb, rest),
            "TRUNCATE" => {
                self.effect(EffectKind::DbDestroy, &named("TRUNCATE", rest));
            }
            "DROP" | "PURGE" | "RESTORE" | "FLASHBACK" | "REMOVE" => {
                if rest
                    .iter()
                    .take(2)
                    .any(|t| t.is("TEMPORARY") || t.is("TEMP"))
                {
                    self.effect(EffectKind::DbWrite, &thing(verb, rest));
                } else {
                    self.effect(EffectKind::DbDestroy, &thing(verb, rest));
                }
            }
            "ALTER" => self.alter(rest),
            "CREATE" => {
                let temporary = rest
                    .iter()
                    .take(3)
                    .any(|t| t.is("TEMPORARY") || t.is("TEMP"));
                self.effect(
                    if temporary {
                        EffectKind::DbWrite
                    } else {
                        EffectKind::DbSchema
                    },
                    &thing("CREATE", rest),
                );
                if rest.iter().any(|t| t.is("SELECT")) {
                    self.functions(tokens);
                }
            }
            "GRANT" | "REVOKE" | "DENY" => {
                self.effect(
                    EffectKind::DbSchema,
                    &format!("{verb} {}", word(rest.first())),
                );
            }
            // A library the server loads.
            "INSTALL" if matches!(word(rest.first()), "PLUGIN" | "COMPONENT" | "SONAME") => {
                self.opaque(&thing(verb, rest));
            }
            "RELATE" => self.effect(EffectKind::DbWrite, &thing(verb, rest)),
            "INFO" | "LIST" | "EXISTS" => self.effect(EffectKind::DbRead, verb),
            "RENAME" | "COMMENT" | "REINDEX" | "DEFINE" | "UNDEFINE" | "RECONFIGURE"
            | "CLUSTER" | "SECURITY" | "REASSIGN" | "IMPORT" | "UNDROP" | "SHUTDOWN" => {
                self.effect(EffectKind::DbSchema, &thing(verb, rest));
            }
            "VACUUM" => {
                if let Some(file) = text_after(rest, &["INTO"]) {
                    self.file(EffectKind::FileWrite, file);
                    self.effect(EffectKind::DbRead, "VACUUM INTO");
                } else if rest.iter().any(|t| t.is("FULL")) {
                    self.effect(EffectKind::DbSchema, "VACUUM FULL");
                } else {
                    self.effect(EffectKind::DbWrite, "VACUUM");
                }
            }
            "COPY" => self.copy_statement(rest, depth),
            "LOAD" => match text_after(rest, &["INFILE"]) {
                Some(file) => {
                    self.file(EffectKind::FileRead, file);
                    self.effect(EffectKind::DbWrite, "LOAD DATA");
                }
                None => self.opaque("LOAD"),
            },
            "UNLOAD" | "EXPORT" | "BACKUP" => {
                self.effect(EffectKind::DbRead, verb);
                if let Some(file) = text_after(rest, &["TO", "DATABASE", "DISK"]) {
                    self.file(EffectKind::FileWrite, file);
                }
            }
            "DO" => {
                self.effect_with(EffectKind::DbWrite, "DO", Certainty::Opaque);
                if let Some(body) = tokens.iter().find_map(|t| text_of(Some(t))) {
                    let body = body.to_owned();
                    self.body(&body);
                }
            }
            "CALL" | "EXEC" | "EXECUTE" => self.execute(rest),
            "PRAGMA" => self.pragma(rest),
            "ATTACH" => {
                let file = rest.iter().find_map(|t| text_of(Some(t)));
                if let Some(file) = file {
                    let file = file.to_owned();
                    self.scratch &= file == ":memory:";
                    self.file(EffectKind::FileRead, &file);
                }
            }
            "DETACH" | "HANDLER" | "XA" => {}
            "KILL" => self.effect(EffectKind::ProcessSignal, &thing("KILL", rest)),
            "FLUSH" | "LOCK" | "NOTIFY" | "REFRESH" | "OPTIMIZE" | "REPAIR" | "CACHE" | "BULK" => {
                self.effect(EffectKind::DbWrite, &thing(verb, rest));
            }
            "XP_CMDSHELL" => self.execute(tokens),
            _ => self.effect_with(EffectKind::DbWrite, verb, Certainty::Partial),
        }
    }

    fn select(&mut self, tokens: &[Token]) {
        let outfile = text_after(tokens, &["OUTFILE", "DUMPFILE"]);
        if let Some(file) = outfile {
            self.file(EffectKind::FileWrite, file);
        }
        let mut depth = 0_usize;
        let mut into = None;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::Punct('(') => depth += 1,
                Token::Punct(')') => depth = depth.saturating_sub(1),
                t if depth == 0 && t.is("INTO") => {
                    into = Some(at);
                    break;
                }
                _ => {}
            }
        }
        // `SELECT … INTO table`; not a file and not a variable.
        let into = into.and_then(|at| tokens.get(at + 1..)).filter(|t| {
            outfile.is_none()
                && t.first()
                    .is_some_and(|t| matches!(t, Token::Word(..) | Token::Quoted(_)))
        });
        match into {
            Some(rest) => self.effect(EffectKind::DbWrite, &named("SELECT INTO", rest)),
            None => {
                let from = tokens
                    .iter()
                    .position(|t| t.is("FROM"))
                    .and_then(|at| tokens.get(at + 1..))
                    .map(object)
                    .unwrap_or_default();
                let name = if from.is_empty() {
                    "SELECT".to_owned()
                } else {
                    format!("SELECT FROM {from}")
                };
                self.effect(EffectKind::DbRead, &name);
            }
        }
        self.fetched();
        self.functions(tokens);
        // Data-changing statements cannot be below a SELECT, except in a CTE.
        self.nested_verbs(tokens, 1);
    }

    fn explain(&mut self, rest: &[Token], depth: usize) {
        let verb = rest.iter().position(|t| {
            matches!(t, Token::Word(upper, _)
                if is_verb(upper) || matches!(upper.as_str(), "VALUES" | "TABLE"))
        });
        let options = rest.get(..verb.unwrap_or(rest.len())).unwrap_or_default();
        if options.iter().any(|t| t.is("ANALYZE") || t.is("ANALYSE")) {
            self.classify(
                rest.get(verb.unwrap_or(rest.len())..).unwrap_or_default(),
                depth + 1,
            );
        } else {
            self.effect(EffectKind::DbRead, "EXPLAIN");
            self.fetched();
        }
    }

    fn with(&mut self, rest: &[Token], depth: usize) {
        self.nested_verbs(rest, depth + 1);
        // The statement after the last common table expression.
        let mut level = 0_usize;
        for (at, token) in rest.iter().enumerate() {
            match token {
                Token::Punct('(') => level += 1,
                Token::Punct(')') => level = level.saturating_sub(1),
                Token::Word(upper, _)
                    if level == 0
                        && matches!(
                            upper.as_str(),
                            "SELECT"
                                | "INSERT"
                                | "UPDATE"
                                | "DELETE"
                                | "MERGE"
                                | "TABLE"
                                | "VALUES"
                                | "REPLACE"
                        ) =>
                {
                    self.classify(rest.get(at..).unwrap_or_default(), depth + 1);
                    return;
                }
                _ => {}
            }
        }
        self.effect(EffectKind::DbRead, "WITH");
    }

    /// Statements that change data right after an opening parenthesis.
    fn nested_verbs(&mut self, tokens: &[Token], depth: usize) {
        let mut opens = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::Punct('(') => opens.push(at),
                Token::Punct(')') => {
                    let Some(open) = opens.pop() else { continue };
                    let inner = tokens.get(open + 1..at).unwrap_or_default();
                    if matches!(
                        word(inner.first()),
                        "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "REPLACE"
                    ) && inner.get(1).is_some_and(|t| !t.is_punct('('))
                    {
                        self.classify(inner, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }

    fn conditional(&mut self, verb: &str, rest: &[Token]) {
        let mut level = 0_usize;
        let mut start = None;
        let mut end = rest.len();
        let mut bounded = false;
        for (at, token) in rest.iter().enumerate() {
            match token {
                Token::Punct('(') => level += 1,
                Token::Punct(')') => level = level.saturating_sub(1),
                t if level == 0 && t.is("WHERE") && start.is_none() => start = Some(at + 1),
                t if level == 0
                    && start.is_some()
                    && (t.is("RETURNING") || t.is("ORDER") || t.is("LIMIT") || t.is("OPTION")) =>
                {
                    end = end.min(at);
                    bounded |= t.is("LIMIT");
                }
                t if level == 0 && t.is("LIMIT") => bounded = true,
                _ => {}
            }
        }
        let condition = start
            .and_then(|s| rest.get(s..end.max(s)))
            .unwrap_or_default();
        let everything = (start.is_none() || always(condition, 0)) && !bounded;
        let name = named(verb, rest);
        if everything {
            self.effect(EffectKind::DbDestroy, &name);
        } else {
            let certainty = if condition.iter().any(|t| matches!(t, Token::Hole(_))) {
                Certainty::Partial
            } else {
                Certainty::Proved
            };
            let certainty = certainty.max(if has_hole(&name) {
                Certainty::Partial
            } else {
                Certainty::Proved
            });
            self.effect_with(EffectKind::DbWrite, &name, certainty);
        }
        self.functions(rest);
    }

    fn alter(&mut self, rest: &[Token]) {
        let mut destroys = false;
        for (at, token) in rest.iter().enumerate() {
            if token.is("TRUNCATE") {
                destroys = true;
            }
            if token.is("DROP") || token.is("DISCARD") {
                let next = rest.get(at + 1);
                destroys |= !matches!(
                    word(next),
                    "CONSTRAINT"
                        | "INDEX"
                        | "KEY"
                        | "DEFAULT"
                        | "NOT"
                        | "IDENTITY"
                        | "EXPRESSION"
                        | "PRIMARY"
                        | "FOREIGN"
                        | "CHECK"
                        | "ATTRIBUTE"
                        | "VALUE"
                        | "OWNED"
                );
            }
        }
        let kind = if destroys {
            EffectKind::DbDestroy
        } else {
            EffectKind::DbSchema
        };
        self.effect(kind, &thing("ALTER", rest));
    }

    fn copy_statement(&mut self, rest: &[Token], depth: usize) {
        self.functions(rest);
        let mut level = 0_usize;
        for (at, token) in rest.iter().enumerate() {
            match token {
                Token::Punct('(') => level += 1,
                Token::Punct(')') => level = level.saturating_sub(1),
                t if level == 0 && (t.is("FROM") || t.is("TO")) => {
                    let from = t.is("FROM");
                    if from {
                        self.effect(EffectKind::DbWrite, &named("COPY", rest));
                    } else {
                        self.effect(EffectKind::DbRead, "COPY");
                        self.nested_verbs(rest, depth + 1);
                    }
                    let program = rest.get(at + 1).is_some_and(|t| t.is("PROGRAM"));
                    let text = text_of(rest.get(at + 1 + usize::from(program)));
                    match (program, text.map(str::to_owned)) {
                        (true, Some(code)) => self.shell(&code),
                        (true, None) => self.opaque("COPY PROGRAM"),
                        (false, Some(file)) => {
                            let kind = if from {
                                EffectKind::FileRead
                            } else {
                                EffectKind::FileWrite
                            };
                            self.file(kind, &file);
                        }
                        (false, None) => {}
                    }
                    return;
                }
                _ => {}
            }
        }
    }

    fn execute(&mut self, rest: &[Token]) {
        let shell = rest
            .iter()
            .take(8)
            .any(|t| matches!(t, Token::Word(u, _) if u.ends_with("CMDSHELL")));
        let text = rest
            .iter()
            .find_map(|t| text_of(Some(t)))
            .map(str::to_owned);
        if shell {
            match text {
                Some(code) => self.shell(&code),
                None => self.opaque("xp_cmdshell"),
            }
            return;
        }
        // Procedures of SQL Server that change accounts and settings.
        let administers = rest.iter().take(4).any(|t| {
            matches!(t, Token::Word(u, _) if [
                "SP_ADD", "SP_DROP", "SP_GRANT", "SP_REVOKE", "SP_CONFIGURE", "SP_PASSWORD",
                "SP_RENAME", "SP_DETACH", "SP_ATTACH", "SP_CHANGE", "SP_DENY", "XP_REG",
                "XP_DELETE", "SP_SET",
            ]
            .iter()
            .any(|p| u.starts_with(p)))
        });
        let kind = if administers {
            EffectKind::DbSchema
        } else {
            EffectKind::DbWrite
        };
        self.effect_with(kind, &named("EXECUTE", rest), Certainty::Opaque);
        if let Some(text) = text.filter(|t| super::looks_like(t)) {
            self.text(&text);
        }
    }

    /// The body of a block: statements between procedural words.
    fn body(&mut self, body: &str) {
        let mut inner = body.trim();
        // `DECLARE … BEGIN … END`: only what is between is statements.
        if let Some(at) = inner.to_ascii_uppercase().find("BEGIN") {
            inner = inner.get(at + 5..).unwrap_or_default();
        }
        for part in inner.split(';').take(200) {
            let part = part.trim();
            let words = ["THEN", "ELSE", "LOOP", "PERFORM"];
            let upper = part.to_ascii_uppercase();
            let start = words
                .iter()
                .filter_map(|w| upper.rfind(w).map(|at| at + w.len()))
                .max()
                .unwrap_or(0);
            let statement = part.get(start..).unwrap_or(part).trim();
            if super::looks_like(statement) {
                self.text(statement);
            }
        }
    }

    fn pragma(&mut self, rest: &[Token]) {
        let name = object(rest);
        let has_value = rest.iter().any(|t| t.is_punct('=') || t.is_punct('('));
        let bare = name
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let reads = !has_value
            || matches!(
                bare.as_str(),
                "table_info"
                    | "table_xinfo"
                    | "index_list"
                    | "index_info"
                    | "index_xinfo"
                    | "foreign_key_list"
                    | "integrity_check"
                    | "quick_check"
                    | "foreign_key_check"
                    | "cache_size"
                    | "busy_timeout"
                    | "temp_store"
                    | "query_only"
                    | "case_sensitive_like"
            );
        if bare == "writable_schema" && has_value {
            self.effect(EffectKind::DbSchema, "PRAGMA writable_schema");
        } else if reads {
            self.effect(EffectKind::DbRead, &format!("PRAGMA {name}"));
        } else {
            self.effect(EffectKind::DbWrite, &format!("PRAGMA {name}"));
        }
    }
}

/// A merge that deletes whatever there is: its condition always holds, or
/// what the source does not have goes.
fn merges_everything(rest: &[Token]) -> bool {
    let on = rest.iter().position(|t| t.is("ON"));
    let when = rest.iter().position(|t| t.is("WHEN"));
    let condition = match (on, when) {
        (Some(on), Some(when)) => rest.get(on + 1..when).unwrap_or_default(),
        _ => return false,
    };
    let missing = rest
        .windows(2)
        .any(|w| matches!(w, [by, source] if by.is("BY") && source.is("SOURCE")));
    rest.iter().any(|t| t.is("DELETE")) && (missing || always(condition, 0))
}

/// `VERB object`.
fn named(verb: &str, rest: &[Token]) -> String {
    let object = object(rest);
    let joined = match verb {
        "DELETE" => format!("DELETE FROM {object}"),
        "INSERT" => format!("INSERT INTO {object}"),
        _ => format!("{verb} {object}"),
    };
    joined.trim().to_owned()
}

/// `VERB KIND object`, as in `DROP TABLE users`.
fn thing(verb: &str, rest: &[Token]) -> String {
    let mut kind = String::new();
    let mut at = 0;
    for token in rest.iter().take(6) {
        match word(Some(token)) {
            "OR" | "REPLACE" | "UNIQUE" | "CONCURRENTLY" | "TEMPORARY" | "TEMP" | "UNLOGGED" => {}
            "" => break,
            _ if kind.is_empty() => word(Some(token)).clone_into(&mut kind),
            _ => break,
        }
        at += 1;
    }
    let object = object(rest.get(at..).unwrap_or_default());
    format!("{verb} {kind} {object}").trim().replace("  ", " ")
}
