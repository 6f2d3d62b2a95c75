//! Reads JSON the strict way.
//!
//! The agent's runtime and this program must read the same call. Where two
//! readers may differ (a key given twice, trailing bytes, extreme depth) the
//! input is refused. The agent itself writes none of that.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use palisade_core::limits;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::hook::DecodeError;

/// Parses one object.
pub(crate) fn object(input: &[u8]) -> Result<Map<String, Value>, DecodeError> {
    if input.len() > limits::HOOK_INPUT_BYTES {
        return Err(DecodeError::TooLarge { bytes: input.len() });
    }
    if input.iter().all(u8::is_ascii_whitespace) {
        return Err(DecodeError::Empty);
    }
    let value = match value(input) {
        Err(error @ DecodeError::Syntax { .. }) => match mend_surrogates(input) {
            Cow::Borrowed(_) => Err(error),
            Cow::Owned(mended) => value(&mended),
        },
        other => other,
    }?;
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(DecodeError::NotAnObject),
    }
}

fn value(input: &[u8]) -> Result<Value, DecodeError> {
    let flaw = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(input);
    let seed = Strict {
        depth: 0,
        flaw: &flaw,
    };
    let parsed = seed
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    parsed.map_err(|error| {
        flaw.take().unwrap_or(DecodeError::Syntax {
            line: error.line(),
            column: error.column(),
        })
    })
}

struct Strict<'a> {
    depth: usize,
    flaw: &'a RefCell<Option<DecodeError>>,
}

impl Strict<'_> {
    fn deeper<E: de::Error>(&self) -> Result<Self, E> {
        if self.depth >= limits::JSON_DEPTH {
            return Err(self.refuse(DecodeError::TooDeep));
        }
        Ok(Self {
            depth: self.depth + 1,
            flaw: self.flaw,
        })
    }

    fn refuse<E: de::Error>(&self, flaw: DecodeError) -> E {
        let error = E::custom(&flaw);
        self.flaw.replace(Some(flaw));
        error
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(Number::from_f64(v).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::String(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(Value::String(v))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.deeper()?)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            if map.contains_key(&key) {
                let key = key.chars().take(64).collect();
                return Err(self.refuse(DecodeError::DuplicateKey { key }));
            }
            let value = access.next_value_seed(self.deeper()?)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// JavaScript strings may hold half of a surrogate pair, for instance where a
/// long output was cut, and write it as an escape that is not Unicode. The
/// agent's runtime hands such a half to the operating system as U+FFFD; so
/// does this.
fn mend_surrogates(input: &[u8]) -> Cow<'_, [u8]> {
    let mut out: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(&byte) = input.get(at) {
        let mut step = 1;
        let mut lone = false;
        if byte == b'\\' {
            step = 2;
            if let Some(unit) = escaped_unit(input, at) {
                step = 6;
                match unit {
                    0xD800..=0xDBFF => {
                        let pair = escaped_unit(input, at + 6)
                            .is_some_and(|low| (0xDC00..=0xDFFF).contains(&low));
                        if pair {
                            step = 12;
                        } else {
                            lone = true;
                        }
                    }
                    0xDC00..=0xDFFF => lone = true,
                    _ => {}
                }
            }
        }
        let end = (at + step).min(input.len());
        let piece = input.get(at..end).unwrap_or_default();
        if lone {
            out.get_or_insert_with(|| input.get(..at).unwrap_or_default().to_vec())
                .extend_from_slice(b"\\ufffd");
        } else if let Some(out) = &mut out {
            out.extend_from_slice(piece);
        }
        at = end;
    }
    out.map_or(Cow::Borrowed(input), Cow::Owned)
}

/// The code unit of the escape `\uXXXX` at `at`.
fn escaped_unit(input: &[u8], at: usize) -> Option<u32> {
    let escape = input.get(at..at.checked_add(6)?)?;
    let digits = escape.strip_prefix(b"\\u")?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_two_readers_may_read_differently() {
        assert!(matches!(
            object(br#"{"a":{"b":1,"b":2}}"#),
            Err(DecodeError::DuplicateKey { key }) if key == "b"
        ));
        // The same key through an escape.
        assert!(matches!(
            object(br#"{"a":1,"\u0061":2}"#),
            Err(DecodeError::DuplicateKey { .. })
        ));
        assert!(matches!(
            object(br#"{"a":1}{"a":2}"#),
            Err(DecodeError::Syntax { .. })
        ));
        assert!(matches!(object(b" \n"), Err(DecodeError::Empty)));
        assert!(matches!(object(b"[]"), Err(DecodeError::NotAnObject)));
        assert!(matches!(
            object(b"{\"a\":\"\xff\"}"),
            Err(DecodeError::Syntax { .. })
        ));
    }

    #[test]
    fn depth_is_capped_exactly() {
        let nested = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        assert!(object(nested(limits::JSON_DEPTH).as_bytes()).is_ok());
        assert_eq!(
            object(nested(limits::JSON_DEPTH + 1).as_bytes()),
            Err(DecodeError::TooDeep)
        );
        assert!(object("[".repeat(1_000_000).as_bytes()).is_err());
    }

    #[test]
    fn size_is_capped() {
        let big = vec![b' '; limits::HOOK_INPUT_BYTES + 1];
        assert!(matches!(object(&big), Err(DecodeError::TooLarge { .. })));
    }

    #[test]
    fn half_surrogates_become_the_replacement_character() {
        for (json, expected) in [
            (r#"{"a":"x\ud83d"}"#, "x\u{fffd}"),
            (r#"{"a":"\ude80x"}"#, "\u{fffd}x"),
            (r#"{"a":"\ud83d\ude80"}"#, "🚀"),
            (r#"{"a":"\ud83d\ud83d\ude80"}"#, "\u{fffd}🚀"),
            (r#"{"a":"\\ud83d \ud83d"}"#, "\\ud83d \u{fffd}"),
        ] {
            let map = object(json.as_bytes()).unwrap();
            assert_eq!(map["a"], expected, "{json}");
        }
    }
}
