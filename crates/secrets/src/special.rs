//! Matchers whose shape is not one run after another: URLs, headers, flags,
//! markup, encoded pipes.

use palisade_core::Confidence;

use crate::assign::{self, Assignment, Form};
use crate::bytes::{at, before, contains_folded, range, skip_blanks};
use crate::decode;
use crate::judge::{judge, user_password};
use crate::name;
use crate::score::{placeholder, random, uuid};

/// A value found by a handler: byte offsets and how sure it is.
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) confidence: Confidence,
}

/// Schemes whose credentials open a data store or a server.
const STORES: &[&str] = &[
    "postgres",
    "postgresql",
    "mysql",
    "mysql2",
    "mariadb",
    "mongodb",
    "mongodb+srv",
    "redis",
    "rediss",
    "valkey",
    "amqp",
    "amqps",
    "mssql",
    "sqlserver",
    "clickhouse",
    "cockroachdb",
    "cassandra",
    "couchdb",
    "elasticsearch",
    "neo4j",
    "bolt",
    "ldap",
    "ldaps",
    "smtp",
    "smtps",
    "ftp",
    "ftps",
    "sftp",
    "ssh",
    "nats",
    "kafka",
    "mqtt",
    "mqtts",
    "influxdb",
    "snowflake",
    "oracle",
    "db2",
    "libsql",
];

/// `scheme://user:password@host` with `://` at `colon`. The flag is true for
/// data stores.
pub(crate) fn url(bytes: &[u8], colon: usize) -> Option<(Hit, bool)> {
    let start = colon + 3;
    let window = range(bytes, start, start + 400);
    let length = window
        .iter()
        .take_while(|b| {
            !b.is_ascii_whitespace()
                && !matches!(
                    b,
                    b'/' | b'?' | b'#' | b'"' | b'\'' | b'`' | b'\\' | b'<' | b'>'
                )
        })
        .count();
    let authority = range(window, 0, length);
    let sign = authority.iter().rposition(|b| *b == b'@')?;
    let info = range(authority, 0, sign);
    let scheme_length = range(bytes, colon.saturating_sub(20), colon)
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        .count();
    let scheme = range(bytes, colon - scheme_length, colon);
    let store = STORES.iter().any(|s| {
        scheme
            .split(|b| *b == b'+')
            .next()
            .is_some_and(|head| head.eq_ignore_ascii_case(s.as_bytes()))
    });
    let Some(split) = info.iter().position(|b| *b == b':') else {
        // `https://token@host`.
        let found = info.len() >= 20
            && random(info)
            && !uuid(info)
            && !store
            && !contains_folded(authority, b"sentry");
        return found.then_some((
            Hit {
                start,
                end: start + sign,
                confidence: Confidence::Medium,
            },
            false,
        ));
    };
    let user = range(info, 0, split);
    let password = range(info, split + 1, info.len());
    let mut confidence = user_password(user, password)?;
    let host = range(authority, sign + 1, authority.len());
    // `http://user:pw@example.com` is how documentation writes a URL.
    if contains_folded(host, b"example.") && !store && !random(password) {
        confidence = Confidence::Low;
    }
    Some((
        Hit {
            start: start + split + 1,
            end: start + sign,
            confidence,
        },
        store,
    ))
}

/// What follows `Bearer `.
pub(crate) fn bearer(bytes: &[u8], from: usize) -> Option<Hit> {
    let start = skip_blanks(bytes, from, 4);
    let length = range(bytes, start, start + assign::VALUE)
        .iter()
        .take_while(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'~' | b'+' | b'/' | b'=' | b'-')
        })
        .count();
    let value = range(bytes, start, start + length);
    let next = at(bytes, start + length);
    if length < 16
        || length == assign::VALUE
        || placeholder(value)
        || !random(value)
        || matches!(next, b'$' | b'{' | b'(')
    {
        return None;
    }
    let confidence = if length >= 24 {
        Confidence::High
    } else {
        Confidence::Medium
    };
    Some(Hit {
        start,
        end: start + length,
        confidence,
    })
}

/// What follows `Basic `: base64 of `user:password`.
pub(crate) fn basic(bytes: &[u8], from: usize) -> Option<Hit> {
    let start = skip_blanks(bytes, from, 4);
    let length = range(bytes, start, start + 400)
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_'))
        .count();
    if !(8..400).contains(&length) {
        return None;
    }
    let decoded = decode::base64(range(bytes, start, start + length), 400)?;
    let split = decoded.iter().position(|b| *b == b':')?;
    if std::str::from_utf8(&decoded).is_err() || decoded.iter().any(u8::is_ascii_control) {
        return None;
    }
    let user = range(&decoded, 0, split);
    let password = range(&decoded, split + 1, decoded.len());
    let confidence = if password.is_empty() {
        // `token:` is how several providers take a key.
        random(user).then_some(Confidence::Medium)?
    } else {
        user_password(user, password)?
    };
    Some(Hit {
        start,
        end: start + length,
        confidence,
    })
}

/// A value after a flag or phrase that names it: `--password hunter2`,
/// `password is hunter2`.
pub(crate) fn flag(bytes: &[u8], from: usize, anchor: &str) -> Option<Hit> {
    let named = anchor.trim_end_matches([' ', ':']);
    let named = named
        .strip_suffix(" is")
        .or_else(|| named.strip_suffix(" to"))
        .unwrap_or(named);
    let kind = match name::classify(named) {
        Some(kind) => kind,
        // `sshpass -p`: the program says what the argument is.
        None => name::Kind::Password,
    };
    let (start, mut end, mut form) = assign::value(bytes, from, true)?;
    if !form.quoted {
        while end > start && matches!(at(bytes, end - 1), b'.' | b',' | b'!' | b'?' | b';' | b':') {
            end -= 1;
        }
        let value = range(bytes, start, end);
        let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
        let entity = value.contains(&b'&') && value.contains(&b';');
        if value.starts_with(b"-") || digits == 0 || entity {
            return None;
        }
        form.env = false;
    }
    let confidence = judge(kind, named, range(bytes, start, end), form)?;
    Some(Hit {
        start,
        end,
        confidence,
    })
}

/// `-u user:password`.
pub(crate) fn user_flag(bytes: &[u8], from: usize) -> Option<Hit> {
    let (start, end, form) = assign::value(bytes, from, true)?;
    let value = range(bytes, start, end);
    let split = value.iter().position(|b| *b == b':')?;
    if !form.quoted && value.iter().any(|b| matches!(b, b'(' | b')')) {
        return None;
    }
    let user = range(value, 0, split);
    let password = range(value, split + 1, value.len());
    if password.is_empty() {
        return random(user).then_some(Hit {
            start,
            end: start + split,
            confidence: Confidence::Medium,
        });
    }
    // `docker run -u 1000:1000` is a user and a group.
    if password.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(Hit {
        start: start + split + 1,
        end,
        confidence: user_password(user, password)?,
    })
}

/// A password that sticks to its flag: `mysql -phunter2`.
pub(crate) fn attached(bytes: &[u8], from: usize) -> Option<Hit> {
    if matches!(at(bytes, from), b' ' | b'-' | b'=' | b'\t') {
        return None;
    }
    let (start, end, form) = assign::value(bytes, from, true)?;
    let value = range(bytes, start, end);
    let mixed = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    let form = Form { env: false, ..form };
    Some(Hit {
        start,
        end,
        confidence: judge(name::Kind::Password, "password", value, form).filter(|_| mixed)?,
    })
}

/// `NAME value` after a word that announces it.
pub(crate) fn name_value(text: &str, from: usize) -> Option<Assignment<'_>> {
    let bytes = text.as_bytes();
    let length = range(bytes, from, from + 80)
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        .count();
    let named = text.get(from..from + length)?;
    let kind = name::classify(named)?;
    if !matches!(at(bytes, from + length), b' ' | b'\t') {
        return None;
    }
    let (start, end, form) = assign::value(bytes, from + length, true)?;
    Some(Assignment {
        name: named,
        kind,
        start,
        end,
        form,
    })
}

/// The password in `user:password@tcp(host)`, whose `@` stands at `sign`.
pub(crate) fn dsn(bytes: &[u8], sign: usize) -> Option<Hit> {
    let window = range(bytes, sign.saturating_sub(160), sign);
    let length = window
        .iter()
        .rev()
        .take_while(|b| {
            !b.is_ascii_whitespace()
                && !matches!(b, b'"' | b'\'' | b'`' | b'=' | b'\\' | b'/' | b'(' | b')')
        })
        .count();
    let start = sign - length;
    let info = range(bytes, start, sign);
    let split = info.iter().position(|b| *b == b':')?;
    let password = range(info, split + 1, info.len());
    Some(Hit {
        start: start + split + 1,
        end: sign,
        confidence: user_password(range(info, 0, split), password)
            .filter(|_| std::str::from_utf8(password).is_ok())?,
    })
}

/// A quoted literal that begins like a key: `Client("sk-…")`; `quote` is where
/// the opening quote stands.
pub(crate) fn quoted_key(bytes: &[u8], quote: usize) -> Option<Hit> {
    let (start, end, form) = assign::value(bytes, quote, false)?;
    let value = range(bytes, start, end);
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let token = value
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if value.len() < 11 || digits < 2 || !token {
        return None;
    }
    Some(Hit {
        start,
        end,
        confidence: judge(name::Kind::Key, "key", value, form)?,
    })
}

/// The literal that a setter such as `setPassword("` gets; `quote` is where the
/// opening quote stands.
pub(crate) fn call(text: &str, quote: usize) -> Option<Hit> {
    let bytes = text.as_bytes();
    let name_end = quote.checked_sub(1)?;
    let length = range(bytes, name_end.saturating_sub(40), name_end)
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
        .count();
    let named = text.get(name_end - length..name_end)?;
    let bare = ["password", "passwd", "secret", "token", "apikey", "api_key"];
    let setter = ["set", "with", "Set", "With"];
    if !bare.iter().any(|b| named.eq_ignore_ascii_case(b))
        && !setter.iter().any(|s| named.starts_with(s))
    {
        return None;
    }
    let kind = name::classify(named)?;
    let (start, end, form) = assign::value(bytes, quote, false)?;
    let value = range(bytes, start, end);
    // `token("[a-z]+")`, `secret("db1")`: a name needs no variety, a secret does.
    let confidence = judge(kind, named, value, form)?;
    Some(Hit {
        start,
        end,
        confidence,
    })
}

/// The text of an element whose opening tag ends at `from`.
pub(crate) fn element(text: &str, from: usize) -> Option<Hit> {
    let bytes = text.as_bytes();
    let tag_end = from.checked_sub(1)?;
    let length = range(bytes, tag_end.saturating_sub(60), tag_end)
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':'))
        .count();
    let tag_start = tag_end - length;
    if before(bytes, tag_start) != b'<' {
        return None;
    }
    let tag = text.get(tag_start..tag_end)?;
    let kind = name::classify(tag)?;
    let window = range(bytes, from, from + assign::VALUE);
    let length = window.iter().position(|b| *b == b'<')?;
    let value = range(window, 0, length);
    if at(window, length + 1) != b'/' || value.contains(&b'\n') {
        return None;
    }
    let form = Form {
        quoted: true,
        ..Form::default()
    };
    Some(Hit {
        start: from,
        end: from + length,
        confidence: judge(kind, tag, value, form)?,
    })
}

/// The quoted password that ends an SQL clause.
pub(crate) fn sql(bytes: &[u8], from: usize) -> Option<Hit> {
    let length = range(bytes, from, from + 200)
        .iter()
        .position(|b| matches!(b, b'\'' | b'\n'))?;
    if at(bytes, from + length) != b'\'' {
        return None;
    }
    let form = Form {
        quoted: true,
        ..Form::default()
    };
    Some(Hit {
        start: from,
        end: from + length,
        confidence: judge(
            name::Kind::Password,
            "password",
            range(bytes, from, from + length),
            form,
        )?,
    })
}

/// The longest base64 run on the line in front of `anchor`, decoded.
pub(crate) fn piped(
    bytes: &[u8],
    anchor: usize,
    not_before: usize,
) -> Option<(usize, usize, String)> {
    let from = anchor.saturating_sub(1024).max(not_before);
    let window = range(bytes, from, anchor);
    let line = window
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |n| n + 1);
    let mut best: Option<(usize, usize)> = None;
    let mut run: Option<usize> = None;
    for position in line..=window.len() {
        let byte = at(window, position);
        let inside = position < window.len()
            && (byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_'));
        match (inside, run) {
            (true, None) => run = Some(position),
            (false, Some(start)) => {
                if best.is_none_or(|(s, e)| position - start > e - s) {
                    best = Some((start, position));
                }
                run = None;
            }
            _ => {}
        }
    }
    let (start, end) = best.filter(|(s, e)| e - s >= 16)?;
    let decoded = decode::base64(range(window, start, end), 1024)?;
    let text = String::from_utf8(decoded).ok()?;
    Some((from + start, from + end, text))
}
