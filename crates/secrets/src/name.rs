//! What the name of a setting, field or variable says about its value.

/// What a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A password: chosen by people, can be short and hold words.
    Password,
    /// A key, token or secret: made by a machine.
    Secret,
    /// Some other `…_key`: far more often a cache key than a credential.
    Key,
}

/// Most words of one name that are looked at, from its end.
const WORDS: usize = 8;

/// Words after the deciding one that do not change what it is.
const SUFFIXES: &[&str] = &[
    "prod",
    "production",
    "dev",
    "development",
    "staging",
    "stage",
    "live",
    "sandbox",
    "main",
    "value",
    "base64",
    "b64",
    "plain",
    "plaintext",
    "raw",
    "str",
    "string",
    "env",
    "default",
    "old",
    "new",
    "base",
    "current",
    "primary",
    "secondary",
    "backup",
    "v1",
    "v2",
    "1",
    "2",
    "3",
    "literal",
    "hex",
    "pem",
];

/// Words in front of `key` that make it a credential.
const KEY_OWNERS: &[&str] = &[
    "api",
    "secret",
    "access",
    "private",
    "auth",
    "signing",
    "sign",
    "encryption",
    "encrypt",
    "decryption",
    "master",
    "account",
    "storage",
    "jwt",
    "app",
    "application",
    "admin",
    "service",
    "shared",
    "hmac",
    "cipher",
    "crypto",
    "aes",
    "webhook",
    "subscription",
    "ssh",
    "deploy",
    "license",
    "server",
    "client",
    "session",
    "cookie",
    "sas",
    "token",
    "openai",
    "anthropic",
    "claude",
    "stripe",
    "sendgrid",
    "mailgun",
    "twilio",
    "datadog",
    "algolia",
    "gemini",
    "groq",
    "mistral",
    "cohere",
    "aws",
    "azure",
    "gcp",
    "google",
    "github",
    "gitlab",
    "cloudflare",
    "supabase",
    "firebase",
    "openrouter",
    "huggingface",
    "consumer",
    "bearer",
    "registration",
    "integration",
    "ingestion",
];

/// Words in front of `key` that make it an ordinary one.
const PLAIN_KEYS: &[&str] = &[
    "public",
    "primary",
    "foreign",
    "partition",
    "sort",
    "cache",
    "row",
    "object",
    "index",
    "unique",
    "composite",
    "hash",
    "map",
    "dict",
    "json",
    "translation",
    "i18n",
    "message",
    "query",
    "group",
    "range",
    "routing",
    "idempotency",
    "host",
    "known",
    "pub",
    "publishable",
    "anon",
    "site",
    "lookup",
    "registry",
    "config",
    "settings",
    "search",
    "react",
    "issue",
    "project",
    "jira",
    "tenant",
    "block",
];

/// Words in front of `token` that make it an ordinary one.
const PLAIN_TOKENS: &[&str] = &[
    "csrf",
    "xsrf",
    "page",
    "next",
    "previous",
    "prev",
    "continuation",
    "pagination",
    "cursor",
    "sync",
    "cancellation",
    "cancel",
    "design",
    "pad",
    "eos",
    "bos",
    "unk",
    "sep",
    "cls",
    "mask",
    "end",
    "start",
    "stop",
    "special",
    "syntax",
    "lexer",
    "current",
    "max",
    "per",
    "idempotency",
    "resume",
    "watch",
    "first",
    "last",
    "num",
    "concurrency",
    "added",
    "input",
    "output",
];

/// Last words that say password.
const PASSWORDS: &[&str] = &[
    "password",
    "passwd",
    "passwort",
    "pwd",
    "pass",
    "passphrase",
    "passcode",
    "psw",
    "pw",
    "pword",
    "userpass",
    "passw",
    "kennwort",
];

/// What a last word that says password can end in.
const PASSWORD_ENDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "dbpass",
    "rootpass",
    "dbpwd",
    "userpwd",
];

/// Last words that say secret.
const SECRETS: &[&str] = &[
    "secret",
    "secrets",
    "credential",
    "credentials",
    "apikey",
    "creds",
    "pat",
];

/// What a last word that says secret can end in.
const SECRET_ENDS: &[&str] = &[
    "secret",
    "apikey",
    "secretkey",
    "privatekey",
    "accesskey",
    "authkey",
    "masterkey",
    "accountkey",
    "signingkey",
];

/// Last words `classify` and its callers treat on their own.
const OTHERS: &[&str] = &["key", "keys", "token", "auth", "authorization", "value"];

/// One bit for every three last letters a telling name can have.
#[allow(
    clippy::indexing_slicing,
    reason = "a constant: a wrong index fails the build"
)]
static ENDS: [u64; 512] = {
    let mut bits = [0u64; 512];
    let lists = [
        SUFFIXES,
        PASSWORDS,
        PASSWORD_ENDS,
        SECRETS,
        SECRET_ENDS,
        OTHERS,
    ];
    let mut list = 0;
    while list < lists.len() {
        let mut word = 0;
        while word < lists[list].len() {
            let text = lists[list][word].as_bytes();
            let mut known = 0;
            let mut letter = if text.len() > 3 { text.len() - 3 } else { 0 };
            let length = text.len() - letter;
            while letter < text.len() {
                known = (known << 5) | letter_code(text[letter]) as usize;
                letter += 1;
            }
            // In front of a word of one or two letters anything may stand.
            let mut front = 0;
            while front < 1 << (5 * (3 - length)) {
                let code = (front << (5 * length)) | known;
                bits[code / 64] |= 1 << (code % 64);
                front += 1;
            }
            word += 1;
        }
        list += 1;
    }
    bits
};

/// Five bits for a byte: letters without their case, digits folded, the rest 0.
const fn letter_code(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a' + 1,
        b'A'..=b'Z' => byte - b'A' + 1,
        b'0'..=b'9' => 27 + (byte & 3),
        _ => 0,
    }
}

/// Whether a text ends as a telling name can: a look at three letters, for
/// the many names that say nothing.
pub(crate) fn may_end(text: &[u8]) -> bool {
    let code = |back: usize| {
        let byte = text.len().checked_sub(back).and_then(|at| text.get(at));
        usize::from(letter_code(byte.copied().unwrap_or(0)))
    };
    let code = (code(3) << 10) | (code(2) << 5) | code(1);
    ENDS.get(code / 64)
        .is_some_and(|word| (word >> (code % 64)) & 1 == 1)
}

/// Classifies the last `WORDS` words of a name. `None`: nothing secret about it.
pub(crate) fn classify(name: &str) -> Option<Kind> {
    if !stem(name.as_bytes()) {
        return None;
    }
    let mut list = [""; WORDS];
    let count = split(name, &mut list);
    let mut words = list.get(..count)?;
    // Words are stored last first.
    while let [first, rest @ ..] = words {
        if !rest.is_empty() && SUFFIXES.iter().any(|s| first.eq_ignore_ascii_case(s)) {
            words = rest;
        } else {
            break;
        }
    }
    let (last, rest) = words.split_first()?;
    let previous = rest.first().copied().unwrap_or("");
    let is = |word: &str, list: &[&str]| list.iter().any(|w| word.eq_ignore_ascii_case(w));
    let ends = |word: &str, ends: &str| {
        word.len()
            .checked_sub(ends.len())
            .and_then(|at| word.get(at..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(ends))
    };
    if is(last, PASSWORDS) || PASSWORD_ENDS.iter().any(|e| ends(last, e)) {
        let harmless = is(
            previous,
            &[
                "no", "forgot", "reset", "change", "confirm", "show", "hide", "toggle", "by",
                "first", "second", "multi", "single", "one", "type",
            ],
        ) && !last.eq_ignore_ascii_case("password");
        return (!harmless).then_some(Kind::Password);
    }
    if is(last, &["key", "keys"]) {
        if is(previous, PLAIN_KEYS) {
            return None;
        }
        return Some(if is(previous, KEY_OWNERS) {
            Kind::Secret
        } else {
            Kind::Key
        });
    }
    if is(last, &["token"]) || ends(last, "token") {
        return (!is(previous, PLAIN_TOKENS)).then_some(Kind::Secret);
    }
    let secret = is(last, SECRETS)
        || SECRET_ENDS.iter().any(|e| ends(last, e))
        || (is(last, &["auth"]) && name.starts_with('_'))
        || is(last, &["authorization"]);
    secret.then_some(Kind::Secret)
}

/// Whether any part of a name hints at a secret, for files that are known to
/// hold configuration and where hiding too much is the smaller mistake.
pub(crate) fn suggestive(name: &str) -> bool {
    if classify(name).is_some_and(|k| k != Kind::Key) {
        return true;
    }
    const STEMS: &[&[u8]] = &[
        b"passw",
        b"passphrase",
        b"secret",
        b"token",
        b"credential",
        b"api_key",
        b"apikey",
        b"api-key",
        b"private",
        b"salt",
        b"dsn",
        b"cookie",
        b"signature",
        b"webhook",
        b"auth_",
        b"_auth",
        b"connection_string",
        b"connectionstring",
        b"conn_str",
        b"encryption",
        b"pincode",
        b"otp",
        b"seed",
        b"mnemonic",
        b"license_key",
        b"_pat",
    ];
    STEMS
        .iter()
        .any(|s| crate::bytes::contains_folded(name.as_bytes(), s))
}

/// A cheap look for any of the stems the classification knows.
fn stem(name: &[u8]) -> bool {
    name.windows(2).any(|pair| {
        if let [a, b] = pair {
            let second = b.to_ascii_lowercase();
            match a.to_ascii_lowercase() {
                b'p' => matches!(second, b'a' | b'w' | b's'),
                b's' | b'k' => second == b'e',
                b't' => second == b'o',
                b'c' => second == b'r',
                b'a' => second == b'u',
                b'r' => second == b't',
                _ => false,
            }
        } else {
            false
        }
    })
}

/// Splits a name into words, last first, at separators and at changes from
/// lower to upper case.
fn split<'a>(name: &'a str, list: &mut [&'a str; WORDS]) -> usize {
    let bytes = name.as_bytes();
    let mut count = 0;
    let mut end = bytes.len();
    let mut start = bytes.len();
    while let Some(previous) = start.checked_sub(1) {
        let byte = crate::bytes::at(bytes, previous);
        let separator = !byte.is_ascii_alphanumeric();
        let camel = start < end
            && crate::bytes::at(bytes, start).is_ascii_uppercase()
            && (byte.is_ascii_lowercase()
                || (byte.is_ascii_uppercase()
                    && crate::bytes::at(bytes, start + 1).is_ascii_lowercase()));
        if separator || camel {
            if let Some(word) = name.get(start..end).filter(|w| !w.is_empty()) {
                match list.get_mut(count) {
                    Some(slot) => *slot = word,
                    None => return count,
                }
                count += 1;
            }
            end = if separator { previous } else { start };
        }
        start = previous;
    }
    if let (Some(word), Some(slot)) = (
        name.get(start..end).filter(|w| !w.is_empty()),
        list.get_mut(count),
    ) {
        *slot = word;
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_name() {
        let mut list = [""; WORDS];
        let count = split("AWS_secretAccessKey", &mut list);
        assert_eq!(list[..count], ["Key", "Access", "secret", "AWS"]);
        let count = split("spring.datasource.db-password", &mut list);
        assert_eq!(list[..count], ["password", "db", "datasource", "spring"]);
        let count = split("DBPassword", &mut list);
        assert_eq!(list[..count], ["Password", "DB"]);
    }

    #[test]
    fn secret_names() {
        for name in [
            "password",
            "DB_PASSWORD",
            "dbPassword",
            "PGPASSWORD",
            "mysql_pwd",
            "user.passwd",
            "ROOT_PASS",
        ] {
            assert_eq!(classify(name), Some(Kind::Password), "{name}");
        }
        for name in [
            "ANTHROPIC_API_KEY",
            "apiKey",
            "apikey",
            "client_secret",
            "SECRET_KEY_BASE",
            "STRIPE_SECRET_KEY_PROD",
            "authToken",
            "_authToken",
            "GITHUB_TOKEN",
            "x-api-key",
        ] {
            assert_eq!(classify(name), Some(Kind::Secret), "{name}");
        }
        assert_eq!(classify("key"), Some(Kind::Key));
    }

    /// The look at three letters never hides what the classification knows.
    #[test]
    fn ends_of_names() {
        for list in [
            SUFFIXES,
            PASSWORDS,
            PASSWORD_ENDS,
            SECRETS,
            SECRET_ENDS,
            OTHERS,
        ] {
            for word in list {
                for name in [format!("db_{word}"), format!("a{}", word.to_uppercase())] {
                    assert!(may_end(name.as_bytes()), "{name}");
                }
            }
        }
        for name in ["", "usize", "self", "width", "i"] {
            assert!(!may_end(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn ordinary_names() {
        for name in [
            "max_tokens",
            "tokenizer",
            "passport",
            "compass",
            "monkey",
            "author",
            "public_key",
            "primaryKey",
            "password_hash_rounds",
            "secret_name",
            "token_url",
            "csrf_token",
            "next_page_token",
            "key_id",
            "bypass_cache",
            "passing",
            "assert",
            "id",
        ] {
            assert_eq!(classify(name), None, "{name}");
        }
    }
}
