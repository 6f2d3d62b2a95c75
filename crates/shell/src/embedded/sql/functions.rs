//! Functions that reach out of the database.

use palisade_core::{Certainty, EffectKind};

use super::Reader;
use super::lex::Token;
use super::statement::{text_of, word};

impl Reader<'_> {
    /// Functions that reach out of the database.
    pub(super) fn functions(&mut self, tokens: &[Token]) {
        for (at, pair) in tokens.windows(2).enumerate() {
            let [name, open] = pair else { continue };
            if !open.is_punct('(') {
                continue;
            }
            let first = tokens.get(at + 2);
            let text = text_of(first).map(str::to_owned);
            match word(Some(name)) {
                "LOAD_FILE"
                | "PG_READ_FILE"
                | "PG_READ_BINARY_FILE"
                | "LO_IMPORT"
                | "PG_STAT_FILE"
                | "READFILE"
                | "READ_CSV"
                | "READ_CSV_AUTO"
                | "READ_PARQUET"
                | "READ_JSON"
                | "READ_TEXT"
                | "READ_BLOB"
                | "PG_LS_DIR" => match text {
                    Some(path) => self.file(EffectKind::FileRead, &path),
                    None => {
                        self.effect_with(EffectKind::FileRead, word(Some(name)), Certainty::Opaque);
                    }
                },
                "WRITEFILE" | "PG_FILE_WRITE" => match text {
                    Some(path) => self.file(EffectKind::FileWrite, &path),
                    None => {
                        self.effect_with(
                            EffectKind::FileWrite,
                            word(Some(name)),
                            Certainty::Opaque,
                        );
                    }
                },
                "LO_EXPORT" => {
                    let path = tokens
                        .get(at + 2..)
                        .unwrap_or_default()
                        .iter()
                        .find_map(|t| text_of(Some(t)));
                    if let Some(path) = path {
                        let path = path.to_owned();
                        self.file(EffectKind::FileWrite, &path);
                    }
                }
                "SYS_EXEC" | "SYS_EVAL" => match text {
                    Some(code) => self.shell(&code),
                    None => self.opaque("sys_exec"),
                },
                "LOAD_EXTENSION" | "EDIT" => self.opaque(&word(Some(name)).to_ascii_lowercase()),
                "DBLINK_EXEC" | "DBLINK" | "DBLINK_SEND_QUERY" | "QUERY_TO_XML" => {
                    self.effect_with(EffectKind::DbWrite, word(Some(name)), Certainty::Opaque);
                }
                "PG_TERMINATE_BACKEND" => {
                    self.effect(EffectKind::ProcessSignal, word(Some(name)));
                }
                "PG_DROP_REPLICATION_SLOT"
                | "LO_UNLINK"
                | "PG_REPLICATION_ORIGIN_DROP"
                | "PG_WAL_REPLAY_PAUSE"
                | "PG_PROMOTE" => {
                    self.effect(EffectKind::DbDestroy, word(Some(name)));
                }
                // ClickHouse: tables that are files and pages.
                "FILE" if self.cx.by.starts_with("clickhouse") => {
                    if let Some(path) = text {
                        self.file(EffectKind::FileRead, &path);
                    }
                }
                "URL" | "S3" | "REMOTE" | "REMOTESECURE" | "GCS" | "AZUREBLOBSTORAGE"
                    if self.cx.by.starts_with("clickhouse") =>
                {
                    let into = tokens.first().is_some_and(|t| t.is("INSERT"));
                    let kind = if into {
                        EffectKind::NetWrite
                    } else {
                        EffectKind::NetRead
                    };
                    let host = text.unwrap_or_default();
                    let url = crate::url::Url::split(&host);
                    let effect = url.effect(kind, "POST", self.cx.by, &self.holes);
                    self.sink.push(effect);
                }
                "SETVAL" | "PG_CANCEL_BACKEND" | "PG_RELOAD_CONF" | "PG_ROTATE_LOGFILE"
                | "LO_CREATE" | "LO_FROM_BYTEA" => {
                    self.effect(EffectKind::DbWrite, word(Some(name)));
                }
                _ => {}
            }
        }
    }
}
