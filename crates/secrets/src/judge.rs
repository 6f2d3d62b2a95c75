//! Is the value of a name with a secret ring a credential?

use palisade_core::Confidence;

use crate::assign::Form;
use crate::bytes::contains_folded;
use crate::name::Kind;
use crate::score::{entropy, identifier, placeholder, random, uuid, varied, wordiness};

/// Passwords that stand in every tutorial and every development set-up.
const WELL_KNOWN: &[&[u8]] = &[
    b"password",
    b"passwd",
    b"pass",
    b"pwd",
    b"postgres",
    b"mysql",
    b"mariadb",
    b"mongo",
    b"redis",
    b"admin",
    b"root",
    b"secret",
    b"guest",
    b"user",
    b"username",
    b"default",
    b"rabbitmq",
    b"minio",
    b"minioadmin",
    b"token",
    b"test",
    b"dev",
    b"local",
    b"localhost",
    b"development",
    b"sa",
    b"app",
    b"12345678",
    b"123456",
    b"1234",
    b"qwerty",
    b"none",
    b"null",
    b"true",
    b"false",
    b"empty",
    b"db",
    b"undefined",
    b"nil",
    b"string",
    b"str",
    b"optional",
    b"required",
    b"hidden",
    b"text",
    b"key",
    b"apikey",
    b"api_key",
    b"api-key",
    b"basic",
    b"bearer",
    b"auth",
];

/// How sure we are that `value` is what its name promises. `None`: it is not.
pub(crate) fn judge(kind: Kind, name: &str, value: &[u8], form: Form) -> Option<Confidence> {
    if value.len() < 4 || placeholder(value) || reference(value) {
        return None;
    }
    if WELL_KNOWN.iter().any(|w| value.eq_ignore_ascii_case(w)) {
        return form.env.then_some(Confidence::Low);
    }
    let upper_name = !name.bytes().any(|b| b.is_ascii_lowercase());
    match kind {
        Kind::Key if key_prefix(value) => machine_made(value, form),
        Kind::Key => (upper_name && value.len() >= 24 && random(value) && !uuid(value))
            .then_some(Confidence::Medium)
            .filter(|_| !value.iter().any(|b| code_byte(*b))),
        Kind::Secret => {
            let found = machine_made(value, form);
            if found.is_none() && form.env && upper_name && !value.contains(&b' ') {
                return (!identifier(value) || value.len() >= 8).then_some(Confidence::Low);
            }
            found
        }
        Kind::Password => password(value, form, upper_name),
    }
}

/// Paths, URLs and hashes: where a secret is, or what it hashes to.
fn reference(value: &[u8]) -> bool {
    const STARTS: &[&[u8]] = &[
        b"/",
        b"./",
        b"../",
        b"~/",
        b"http",
        b"sha1-",
        b"sha256",
        b"sha384",
        b"sha512",
        b"md5:",
        b"^",
        b"data:",
        b"urn:",
        b"projects/",
        b"com.",
        b"org.",
        b"process.env",
        b"os.environ",
        b"import.meta",
        b"System.",
        b"self.",
        b"this.",
        b"Deno.env",
        b"secrets.",
        b"github.",
        b"var.",
        b"local.",
        b"data.",
        b"module.",
        b"std::",
        b"env(",
        b"min:",
        b"max:",
        b"required",
        b"-----BEGIN",
        b"--",
        b"gAAAAA",
    ];
    STARTS.iter().any(|s| value.starts_with(s))
        || value.windows(3).any(|w| w == b"://")
        || matches!(value, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic())
        || typed_number(value)
}

/// `1304u32`, `-0x7ff8_i32`: a number of a program.
fn typed_number(value: &[u8]) -> bool {
    const TYPES: &[&[u8]] = &[
        b"u8", b"u16", b"u32", b"u64", b"u128", b"usize", b"i8", b"i16", b"i32", b"i64", b"i128",
        b"isize", b"f32", b"f64",
    ];
    let Some(digits) = TYPES.iter().find_map(|t| value.strip_suffix(*t)) else {
        return false;
    };
    let digits = digits.strip_prefix(b"-").unwrap_or(digits);
    let (digits, hex) = match digits.strip_prefix(b"0x") {
        Some(rest) => (rest, true),
        None => (digits, false),
    };
    let digit = |b: &u8| *b == b'_' || b.is_ascii_digit() || (hex && b.is_ascii_hexdigit());
    !digits.is_empty() && digits.len() <= 40 && digits.iter().all(digit)
}

fn code_byte(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(
            byte,
            b'(' | b')'
                | b'['
                | b']'
                | b'{'
                | b'}'
                | b'<'
                | b'>'
                | b';'
                | b','
                | b'"'
                | b'\''
                | b'`'
                | b'\\'
                | b'|'
        )
        || !byte.is_ascii()
}

/// `sk-…` and its relatives: the prefix alone says "key".
fn key_prefix(value: &[u8]) -> bool {
    const PREFIXES: &[&[u8]] = &[
        b"sk-", b"sk_", b"rk_", b"pk-", b"api-", b"key-", b"tok_", b"pat-", b"ghp_",
    ];
    PREFIXES.iter().any(|p| {
        value.strip_prefix(*p).is_some_and(|rest| {
            rest.len() >= 5
                && !rest.ends_with(b"-")
                && !rest.ends_with(b"_")
                && wordiness(rest) < 50
                && rest.iter().any(u8::is_ascii_digit)
        })
    })
}

/// Keys, tokens, secrets.
fn machine_made(value: &[u8], form: Form) -> Option<Confidence> {
    let expression = if form.quoted {
        let pair = |open: u8, close: u8| value.contains(&open) && value.contains(&close);
        pair(b'(', b')')
            || pair(b'{', b'}')
            || pair(b'<', b'>')
            || value.iter().any(u8::is_ascii_whitespace)
            || !value.is_ascii()
    } else {
        value.iter().any(|b| code_byte(*b))
    };
    if expression || contains_folded(value, b"test") {
        return None;
    }
    if key_prefix(value) {
        let long = value.len() >= 24 && random(value);
        return Some(if long {
            Confidence::High
        } else {
            Confidence::Medium
        });
    }
    if uuid(value) {
        return Some(Confidence::Medium);
    }
    if !random(value) {
        return None;
    }
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    if form.code && (value.len() < 20 || digits < 3 || dotted(value)) {
        return None;
    }
    match value.len() {
        0..=7 => None,
        // Short: `user2item4` is an identifier, `a8Kd03ls` is not.
        8..=15 => (digits >= 2 && wordiness(value) == 0).then_some(Confidence::Medium),
        16..=19 => Some(Confidence::Medium),
        _ if entropy(value) >= 350 || value.iter().all(u8::is_ascii_hexdigit) => {
            Some(Confidence::High)
        }
        _ => Some(Confidence::Medium),
    }
}

/// `a.b.c`, `a::b`, `a->b`: a path through a program.
fn dotted(value: &[u8]) -> bool {
    value
        .split(|b| matches!(b, b'.' | b':' | b'-' | b'>'))
        .filter(|part| !part.is_empty())
        .all(identifier)
}

/// Passwords: anything a person would type that is not plainly something else.
fn password(value: &[u8], form: Form, upper_name: bool) -> Option<Confidence> {
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let spaces = value.iter().filter(|b| b.is_ascii_whitespace()).count();
    let settings = form.env || upper_name;
    let low = settings.then_some(Confidence::Low);
    let markup = |open: u8, close: u8| value.contains(&open) && value.contains(&close);
    if spaces > 1
        || (spaces == 1 && digits == 0)
        || markup(b'{', b'}')
        || markup(b'[', b']')
        || markup(b'<', b'>')
        || markup(b'(', b')')
        || value
            .windows(2)
            .any(|w| matches!(w, [b'%', b's' | b'd' | b'v']))
        || value.windows(2).any(|w| w == b"(?")
        || value.iter().any(u8::is_ascii_control)
    {
        return None;
    }
    if !form.quoted {
        if form.code && dotted(value) {
            let long = value.len() >= 20 && digits >= 3 && random(value);
            return long.then_some(Confidence::Medium);
        }
        if value.starts_with(b"-") || value.iter().any(|b| matches!(b, b'\\' | b'<' | b'>')) {
            return None;
        }
    }
    let prefixed = value
        .get(..2)
        .is_some_and(|p| p.eq_ignore_ascii_case(b"0x"));
    if prefixed && value.iter().skip(2).all(u8::is_ascii_hexdigit) {
        return None;
    }
    if value.contains(&b'@') && digits == 0 && value.contains(&b'.') {
        // An address, as anonymous FTP wants it.
        return None;
    }
    if letters == 0 {
        // A number: somebody's PIN at best, more often a length or a limit.
        return if digits == value.len() {
            low
        } else {
            form.quoted.then_some(Confidence::Low)
        };
    }
    if contains_folded(value, b"pass") || contains_folded(value, b"test") {
        // `P@ssw0rd2024!` does not come here; `user_password` does.
        let effort = digits >= 2 && value.iter().any(u8::is_ascii_punctuation) && !dotted(value);
        return if effort {
            Some(Confidence::Medium)
        } else {
            low
        };
    }
    let symbols = value
        .iter()
        .filter(|b| {
            b.is_ascii_punctuation()
                && !matches!(
                    b,
                    b'-' | b'_' | b'.' | b':' | b'?' | b'*' | b',' | b'/' | b'\\'
                )
        })
        .count();
    let inner_symbol = symbols > 0
        && !matches!(value, [head @ .., _] if head.iter().all(u8::is_ascii_alphabetic) && wordiness(head) > 60);
    if digits == 0 && !inner_symbol {
        let unusual = letters == value.len()
            && value.len() >= 10
            && wordiness(value) < 30
            && varied(value)
            && !(value.iter().any(u8::is_ascii_lowercase)
                && value.iter().skip(1).any(u8::is_ascii_uppercase)
                && identifier(value)
                && !form.quoted);
        return if unusual {
            Some(Confidence::Medium)
        } else {
            low
        };
    }
    if !form.quoted && digits == 0 && symbols > 0 && dotted(value) {
        return None;
    }
    // "Passwort:", "Mot de passe *" and other labels in languages we do not know.
    if digits == 0 && !value.is_ascii() {
        return low;
    }
    if value.len() >= 12 && random(value) {
        return Some(Confidence::High);
    }
    Some(Confidence::Medium)
}

/// The password part of `user:password@host` and of `Basic` credentials.
pub(crate) fn user_password(user: &[u8], password: &[u8]) -> Option<Confidence> {
    if placeholder(password) || password.is_empty() {
        return None;
    }
    let name = identifier(password)
        && !password
            .iter()
            .any(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if name && password.len() > 3 {
        return None;
    }
    let documented = [
        &b"open sesame"[..],
        b"passw0rd",
        b"p4ssw0rd",
        b"pass",
        b"mypass",
        b"mypassword",
        b"userpass",
        b"bar",
        b"foo",
    ];
    if user.eq_ignore_ascii_case(password)
        || password.len() < 2
        || WELL_KNOWN.iter().any(|w| password.eq_ignore_ascii_case(w))
        || documented.iter().any(|w| password.eq_ignore_ascii_case(w))
        || contains_folded(password, b"password")
        || placeholder(user)
    {
        return Some(Confidence::Low);
    }
    Some(if password.len() >= 12 && random(password) {
        Confidence::High
    } else {
        Confidence::Medium
    })
}
