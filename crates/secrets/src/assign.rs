//! One tokenizer for every way to write `name = value`: environment files,
//! YAML, JSON, TOML, INI, source code, URLs, headers and command-line flags.
//!
//! It is called at every `=` and `:` of a text, so it looks at the last letters
//! of the name and the first of the value before anything else, and back and
//! ahead a bounded number of bytes only.

use crate::bytes::{after_escape, at, before, range, skip_blanks};
use crate::name::{self, Kind};

/// Longest name looked at, in bytes.
const NAME: usize = 100;
/// Longest value looked at, in bytes.
pub(crate) const VALUE: usize = 512;
/// Most blanks between name, operator and value.
const BLANKS: usize = 40;

/// How a value is written; decides how much it has to prove.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Form {
    /// In quotes.
    pub(crate) quoted: bool,
    /// Could just as well be an expression of a program.
    pub(crate) code: bool,
    /// `NAME=value` as a shell or an environment file has it.
    pub(crate) env: bool,
}

/// A name with a secret ring and its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assignment<'a> {
    pub(crate) name: &'a str,
    pub(crate) kind: Kind,
    /// Byte offsets of the value, without quotes.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) form: Form,
}

/// The assignment whose operator is the `=` or `:` at `separator`.
pub(crate) fn at_separator(text: &str, separator: usize) -> Option<Assignment<'_>> {
    let bytes = text.as_bytes();
    let (left, right) = operator(bytes, separator)?;
    let typed =
        || at(bytes, separator) == b'=' && literal(bytes, skip_blanks(bytes, right, BLANKS));
    if !telling_end(bytes, left) && !typed() {
        return None;
    }
    around(text, left, right, at(bytes, separator))
}

/// The assignment around an operator that reaches from `left` to `right` and
/// means `sign`, also where it is written as an escape such as `\u003d`.
pub(crate) fn around(text: &str, left: usize, right: usize, sign: u8) -> Option<Assignment<'_>> {
    let bytes = text.as_bytes();
    let mut named = name_before(text, left)?;
    let mut kind = name::classify(named.text);
    if named.text.eq_ignore_ascii_case("value") {
        // `name: DB_PASSWORD` and, next to it, `value: …`.
        named.text = name_of_value(text, named.start)?;
        kind = name::classify(named.text);
    } else if kind.is_none() && sign == b'=' {
        named = name_before_type(text, named.start)?;
        kind = name::classify(named.text);
    }
    let kind = kind?;
    // A placeholder of ours: `[REDACTED:some-token:0123456789ab]`.
    if range(bytes, named.start.saturating_sub(9), named.start) == b"REDACTED:" {
        return None;
    }
    let opener = previous_visible(bytes, named.start);
    let tight = !matches!(at(bytes, right), b' ' | b'\t') && named.end == left;
    let upper = named.text.bytes().all(|b| !b.is_ascii_lowercase());
    let env = sign == b'='
        && tight
        && (named.line_start || upper)
        && !matches!(opener, b'(' | b',' | b'{');
    let (start, end, mut form) = value(bytes, right, env)?;
    // `const NAME: Type = …`: what follows the colon is a type.
    if sign == b':' && !form.quoted {
        let next = skip_blanks(bytes, end, BLANKS);
        if at(bytes, next) == b'=' && at(bytes, next + 1) != b'=' && next > end {
            return None;
        }
    }
    if env && !upper && !form.quoted && expression(range(bytes, start, end)) {
        return None;
    }
    if !form.quoted && tight && matches!(opener, b';' | b'&' | b'?') {
        // `Server=db;Password=…;` and `?user=a&password=…` are no programs.
        form.code = false;
    } else if !form.quoted && !form.env {
        form.code |= match sign {
            // `image-token:1a2b3c4d` is a name with a tag.
            b':' if tight && kind != Kind::Password => true,
            // `password: value,` and `{ password: value }` are objects.
            b':' => !named.line_start && matches!(opener, b'(' | b',' | b'{'),
            // `password = value` is anything; `f(password=value)` is code.
            _ => !tight || matches!(opener, b'(' | b',' | b'{'),
        };
    }
    Some(Assignment {
        name: named.text,
        kind,
        start,
        end,
        form,
    })
}

/// `bool(x`, `None):`: an argument on a line of its own, not a setting.
fn expression(value: &[u8]) -> bool {
    let called = value.iter().position(|b| matches!(b, b'(' | b'['));
    let call = called.is_some_and(|at| {
        at > 0
            && range(value, 0, at)
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
    });
    call || value.ends_with(b"):")
}

/// Where the operator around `separator` begins and ends.
fn operator(bytes: &[u8], separator: usize) -> Option<(usize, usize)> {
    let previous = before(bytes, separator);
    let next = at(bytes, separator + 1);
    if at(bytes, separator) == b':' {
        let other = matches!(next, b':' | b'=') || previous == b':';
        let scheme = next == b'/' && at(bytes, separator + 2) == b'/';
        return (!other && !scheme).then_some((separator, separator + 1));
    }
    match (previous, next) {
        (b'=' | b'!' | b'<' | b'>' | b'~', _) | (_, b'=' | b'~') => None,
        (b':' | b'?' | b'+', _) => Some((separator - 1, separator + 1)),
        (_, b'>') => Some((separator, separator + 2)),
        _ => Some((separator, separator + 1)),
    }
}

/// Whether what stands in front of `end` ends as a secret's name can.
fn telling_end(bytes: &[u8], end: usize) -> bool {
    let closers = range(bytes, end.saturating_sub(BLANKS + 4), end)
        .iter()
        .rev()
        .take_while(|b| !b.is_ascii_alphanumeric())
        .count();
    name::may_end(range(bytes, 0, end - closers))
}

/// Whether a value that begins at `start` is text and no expression: what
/// `name: Type = …` needs.
fn literal(bytes: &[u8], start: usize) -> bool {
    matches!(
        range(bytes, start, start + 2),
        [b'"' | b'\'' | b'`' | b'\\', ..]
            | [
                b'r' | b'b' | b'u' | b'R' | b'B' | b'U' | b'L' | b'@',
                b'"' | b'\''
            ]
    ) || WRAPPERS
        .iter()
        .any(|w| range(bytes, start, start + w.len()) == w.as_bytes())
}

struct Name<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    line_start: bool,
}

/// The name that ends in front of `end`, through blanks, quotes and brackets.
fn name_before(text: &str, end: usize) -> Option<Name<'_>> {
    let bytes = text.as_bytes();
    let mut end = end - blanks_before(bytes, end);
    // `config["password"] = …`, but not `[a pass]: …`.
    if matches!(
        range(bytes, end.saturating_sub(2), end),
        [b'"' | b'\'' | b'`', b']']
    ) {
        end -= 1;
    }
    if matches!(before(bytes, end), b'"' | b'\'' | b'`') {
        end -= 1;
        if before(bytes, end) == b'\\' {
            end -= 1;
        }
    }
    let length = range(bytes, end.saturating_sub(NAME), end)
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        .count();
    let mut start = end - length;
    // `\nNAME` inside a quoted string: the n belongs to the escape.
    if start > 0 && after_escape(bytes, start + 1) && before(bytes, start) == b'\\' {
        start += 1;
    }
    // `%3Fname` in a URL: so do two digits.
    if before(bytes, start) == b'%' && after_escape(bytes, start + 2) {
        start += 2;
    }
    while matches!(at(bytes, start), b'-' | b'.') && start < end {
        start += 1;
    }
    // "API key: …" in a sentence.
    if range(bytes, start, end).eq_ignore_ascii_case(b"key") && before(bytes, start) == b' ' {
        let word = range(bytes, start.saturating_sub(21), start - 1)
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric())
            .count();
        if word > 0 {
            start -= word + 1;
        }
    }
    let text = text.get(start..end).filter(|n| !n.is_empty())?;
    Some(Name {
        text,
        start,
        end,
        line_start: line_start(bytes, start),
    })
}

/// The name in `name: type =` or `string name =`, when `type_start` is where
/// the last word begins.
fn name_before_type(text: &str, type_start: usize) -> Option<Name<'_>> {
    let bytes = text.as_bytes();
    let window = range(bytes, type_start.saturating_sub(40), type_start);
    let kept = window
        .iter()
        .rev()
        .take_while(|b| {
            b.is_ascii_alphanumeric()
                || matches!(b, b'&' | b'\'' | b'<' | b'[' | b' ' | b'_' | b'.')
        })
        .count();
    let colon = (type_start - kept).checked_sub(1)?;
    if at(bytes, colon) == b':' && before(bytes, colon) != b':' {
        return name_before(text, colon);
    }
    None
}

/// The name that a `key`, `name` or `variable` in front of `value` gives.
fn name_of_value(text: &str, value_start: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let from = value_start.saturating_sub(120);
    let window = range(bytes, from, value_start);
    let after = window.iter().enumerate().rev().find_map(|(index, byte)| {
        if !matches!(byte, b':' | b'=') {
            return None;
        }
        let label = range(window, 0, index);
        let label = label.trim_ascii_end();
        let label = label
            .strip_suffix(b"\"")
            .or_else(|| label.strip_suffix(b"'"))
            .unwrap_or(label);
        let label = label.strip_suffix(b"\\").unwrap_or(label);
        let known = [&b"name"[..], b"key", b"variable"].iter().any(|word| {
            label
                .len()
                .checked_sub(word.len())
                .and_then(|at| label.get(at..))
                .is_some_and(|end| end.eq_ignore_ascii_case(word))
        });
        known.then_some(from + index + 1)
    })?;
    let skip = range(bytes, after, value_start)
        .iter()
        .take_while(|b| matches!(b, b'"' | b'\'' | b'\\' | b' ' | b'\t'))
        .count();
    let start = after + skip;
    let length = range(bytes, start, value_start)
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        .count();
    text.get(start..start + length)
        .filter(|name| !name.is_empty())
}

/// Whether only indentation, a list dash, `export` or an opening quote stand
/// between the start of the line and `start`.
fn line_start(bytes: &[u8], start: usize) -> bool {
    let window = range(bytes, start.saturating_sub(48), start);
    let mut rest = window;
    for word in [&b"export "[..], b"set ", b"ENV ", b"ARG ", b"env ", b"- "] {
        rest = rest.strip_suffix(word).unwrap_or(rest);
    }
    let mut rest = rest
        .strip_suffix(b"\"")
        .or_else(|| rest.strip_suffix(b"'"))
        .unwrap_or(rest);
    while let [head @ .., b' ' | b'\t'] = rest {
        rest = head;
    }
    rest = rest.strip_suffix(b"-").unwrap_or(rest);
    while let [head @ .., b' ' | b'\t'] = rest {
        rest = head;
    }
    rest.is_empty() || matches!(rest, [.., b'\n' | b'\r'] | [.., b'\\', b'n'])
}

fn blanks_before(bytes: &[u8], end: usize) -> usize {
    range(bytes, end.saturating_sub(BLANKS), end)
        .iter()
        .rev()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count()
}

fn previous_visible(bytes: &[u8], start: usize) -> u8 {
    before(bytes, start - blanks_before(bytes, start))
}

/// The value that begins at or after `from`: start, end, how it is written.
pub(crate) fn value(bytes: &[u8], from: usize, env: bool) -> Option<(usize, usize, Form)> {
    let mut start = skip_blanks(bytes, from, BLANKS);
    if let Some(wrapper) = WRAPPERS
        .iter()
        .find(|w| range(bytes, start, start + w.len()) == w.as_bytes())
    {
        start += wrapper.len();
    }
    // String prefixes: r"…", b"…", u'…', @"…".
    if matches!(
        at(bytes, start),
        b'r' | b'b' | b'u' | b'R' | b'B' | b'U' | b'L' | b'@'
    ) && matches!(at(bytes, start + 1), b'"' | b'\'')
    {
        start += 1;
    }
    let escaped = at(bytes, start) == b'\\';
    let quote = at(bytes, start + usize::from(escaped));
    if matches!(quote, b'"' | b'\'' | b'`') {
        let mut start = start + 1 + usize::from(escaped);
        if !escaped && range(bytes, start, start + 2) == [quote; 2] {
            start += 2;
        }
        let end = closing_quote(bytes, start, quote, escaped)?;
        let form = Form {
            quoted: true,
            code: false,
            env,
        };
        return Some((start, end, form));
    }
    unquoted(bytes, start, env)
}

/// Constructors that only wrap a literal.
const WRAPPERS: &[&str] = &[
    "String::from(",
    "Some(",
    "SecretString::from(",
    "SecretString::new(",
    "Secret::new(",
    "std::string(",
    "new String(",
    "[]byte(",
];

fn closing_quote(bytes: &[u8], start: usize, quote: u8, escaped: bool) -> Option<usize> {
    let mut skip = false;
    for (offset, byte) in range(bytes, start, start + VALUE).iter().enumerate() {
        let position = start + offset;
        if skip {
            skip = false;
            continue;
        }
        match byte {
            b'\n' => return None,
            b'\\' if escaped => {
                if at(bytes, position + 1) == quote {
                    return Some(position);
                }
                skip = true;
            }
            b'\\' if quote != b'`' => skip = true,
            b if *b == quote => return Some(position),
            _ => {}
        }
    }
    None
}

fn unquoted(bytes: &[u8], start: usize, env: bool) -> Option<(usize, usize, Form)> {
    let stops = |b: u8| {
        let always =
            b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`' | b'\\' | b'<' | b'>');
        let outside_env = matches!(
            b,
            b',' | b';' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'&' | b'|'
        );
        always || (outside_env && !env)
    };
    let window = range(bytes, start, start + VALUE);
    let length = window.iter().take_while(|b| !stops(**b)).count();
    if length == 0 || length == VALUE {
        return None;
    }
    let mut end = start + length;
    let next = at(bytes, end);
    let called = matches!(next, b'(' | b'[' | b'{');
    if called || (next == b'<' && !env) {
        return None;
    }
    if env {
        // What only separates the assignment from what follows.
        while end > start
            && matches!(
                at(bytes, end - 1),
                b';' | b',' | b')' | b'&' | b'|' | b'}' | b']'
            )
        {
            end -= 1;
        }
        // `a=1&b=2`, `--set a=1,b=2`: the next pair is not part of the value.
        let held = range(bytes, start, end);
        if let Some(amp) = held.iter().position(|b| matches!(b, b'&' | b';'))
            && held.get(amp..).is_some_and(|tail| tail.contains(&b'='))
        {
            end = start + amp;
        }
        if end == start {
            return None;
        }
    } else {
        // A full stop ends a sentence.
        while end > start && matches!(at(bytes, end - 1), b'.' | b':') && at(bytes, end) != b'.' {
            if end >= 3 && range(bytes, end - 3, end) == b"..." {
                break;
            }
            end -= 1;
        }
        if end == start {
            return None;
        }
    }
    let form = Form {
        quoted: false,
        code: matches!(next, b',' | b';' | b')' | b'}' | b']') && !env,
        env,
    };
    Some((start, end, form))
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "a wrong slice fails the test")]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<(&str, &str)> {
        memchr::memchr2_iter(b'=', b':', text.as_bytes()).find_map(|at| {
            let found = at_separator(text, at)?;
            Some((found.name, &text[found.start..found.end]))
        })
    }

    #[test]
    fn every_way_to_write_it() {
        for (text, name, value) in [
            ("DB_PASSWORD=hunter2", "DB_PASSWORD", "hunter2"),
            ("export API_TOKEN='a b'", "API_TOKEN", "a b"),
            ("password: hunter2 # comment", "password", "hunter2"),
            (r#"{"db_password": "x\"y"}"#, "db_password", r#"x\"y"#),
            (r#"{\"password\": \"hunter2\"}"#, "password", "hunter2"),
            (
                r#""A=1\nDB_PASSWORD=hunter2\nB=2""#,
                "DB_PASSWORD",
                "hunter2",
            ),
            ("mysql --password=hunter2 -u root", "password", "hunter2"),
            ("let password: &str = \"hunter2\";", "password", "hunter2"),
            (
                "let p: String = String::from(\"x\"); let password = String::from(\"hunter2\")",
                "password",
                "hunter2",
            ),
            ("password := \"hunter2\"", "password", "hunter2"),
            ("'password' => 'hunter2',", "password", "hunter2"),
            ("config[\"password\"] = \"hunter2\"", "password", "hunter2"),
            ("?user=a&password=hunter2&x=1", "password", "hunter2"),
            ("X-Api-Key: abcdef", "X-Api-Key", "abcdef"),
            (
                "Server=db;Password=hunter2;Encrypt=true",
                "Password",
                "hunter2",
            ),
        ] {
            assert_eq!(first(text), Some((name, value)), "{text}");
        }
    }

    #[test]
    fn what_is_no_assignment() {
        for text in [
            "if password == \"x\" {}",
            "password != other",
            "std::secret::Token",
            "token://host",
            "password = get_password()",
            "    password=bool(p['x'])",
            "    password=None):",
            "[REDACTED:api-token:0123456789ab]",
            "password:",
        ] {
            assert_eq!(first(text), None, "{text}");
        }
    }
}
