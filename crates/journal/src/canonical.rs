//! One text for one value: sorted keys, no white space.
//!
//! The order is made here and not left to `serde_json`, whose maps change
//! their order when any crate of a build asks for `preserve_order`.

use serde_json::Value;

/// Deeper values are left out; events are four levels deep.
const DEPTH: usize = 16;

/// Appends the canonical text of `value`.
pub(crate) fn write(value: &Value, out: &mut Vec<u8>) {
    write_at(value, out, DEPTH);
}

fn write_at(value: &Value, out: &mut Vec<u8>, depth: usize) {
    match value {
        Value::Array(items) if depth > 0 => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                write_at(item, out, depth - 1);
            }
            out.push(b']');
        }
        Value::Object(members) if depth > 0 => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(key, _)| *key);
            out.push(b'{');
            for (n, (key, member)) in members.into_iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                string(key, out);
                out.push(b':');
                write_at(member, out, depth - 1);
            }
            out.push(b'}');
        }
        Value::Array(_) | Value::Object(_) | Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(b) => out.extend_from_slice(if *b { b"true" } else { b"false" }),
        Value::Number(n) => out.extend_from_slice(n.to_string().as_bytes()),
        Value::String(s) => string(s, out),
    }
}

/// Appends a quoted string. Control characters are always escaped, so neither
/// RS nor LF ever stands in a record.
pub(crate) fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0C => out.extend_from_slice(b"\\f"),
            0..0x20 => {
                out.extend_from_slice(b"\\u00");
                out.push(digit(byte >> 4));
                out.push(digit(byte & 15));
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

const fn digit(n: u8) -> u8 {
    if n < 10 { b'0' + n } else { b'a' + n - 10 }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(digit(byte >> 4)));
        text.push(char::from(digit(byte & 15)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_sorted_at_every_level() {
        let value: Value =
            serde_json::from_str(r#"{"b":[{"z":1,"a":null}],"a":{"y":-2,"x":true}}"#).unwrap();
        let mut out = Vec::new();
        write(&value, &mut out);
        assert_eq!(out, br#"{"a":{"x":true,"y":-2},"b":[{"a":null,"z":1}]}"#);
    }

    #[test]
    fn depth_ends() {
        let mut value = Value::Null;
        for _ in 0..100 {
            value = Value::Array(vec![value]);
        }
        let mut out = Vec::new();
        write(&value, &mut out);
        assert_eq!(
            out,
            format!("{}null{}", "[".repeat(16), "]".repeat(16)).as_bytes()
        );
    }

    proptest! {
        #[test]
        fn strings_come_back_and_hold_no_control_bytes(text in any::<String>()) {
            let mut out = Vec::new();
            string(&text, &mut out);
            prop_assert!(out.iter().all(|b| *b >= 0x20));
            prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }
}
