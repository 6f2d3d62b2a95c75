//! The keys and values of a configuration file, by position.
//!
//! No parser of any one format: files that are slightly broken are the common
//! case, and every byte outside of a value must come through untouched.

use crate::bytes::{at, range};

/// A value and the key it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair<'a> {
    pub(crate) key: &'a str,
    /// Byte offsets of the value, without quotes.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Not quoted, in a format in which a bracket would change the type.
    pub(crate) bare: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Yaml,
    Lines,
    Netrc,
    Pgpass,
}

fn format(text: &str, name: &str) -> Format {
    let file = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or(name)
        .to_ascii_lowercase();
    let ends = |list: &[&str]| list.iter().any(|e| file.ends_with(e));
    if ends(&[".json", ".jsonc", ".json5", ".ipynb", ".tfstate"]) {
        Format::Json
    } else if ends(&[".yml", ".yaml"]) || file == "kubeconfig" {
        Format::Yaml
    } else if ends(&["netrc"]) {
        Format::Netrc
    } else if ends(&["pgpass", "pgpass.conf"]) {
        Format::Pgpass
    } else if text.trim_start().starts_with('{') {
        Format::Json
    } else {
        Format::Lines
    }
}

/// Every value of the file, in order, none overlapping.
pub(crate) fn pairs<'a>(text: &'a str, name: &str) -> Vec<Pair<'a>> {
    match format(text, name) {
        Format::Json => json(text),
        Format::Yaml => lines(text, true),
        Format::Lines => lines(text, false),
        Format::Netrc => netrc(text),
        Format::Pgpass => pgpass(text),
    }
}

fn json(text: &str) -> Vec<Pair<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut key = "";
    let mut position = 0;
    while position < bytes.len() {
        match at(bytes, position) {
            b'"' => {
                let start = position + 1;
                let end = string_end(bytes, start, b'"');
                let after = range(bytes, end + 1, bytes.len())
                    .iter()
                    .take_while(|b| b.is_ascii_whitespace())
                    .count();
                if at(bytes, end + 1 + after) == b':' {
                    key = text.get(start..end).unwrap_or("");
                } else {
                    found.push(Pair {
                        key,
                        start,
                        end,
                        bare: false,
                    });
                }
                // Blanks were read once to find the colon; do not read them again.
                position = end + 1 + after;
            }
            b'/' if at(bytes, position + 1) == b'/' => position = line_end(bytes, position),
            b'/' if at(bytes, position + 1) == b'*' => {
                position = memchr::memmem::find(range(bytes, position, bytes.len()), b"*/")
                    .map_or(bytes.len(), |n| position + n + 2);
            }
            b if b.is_ascii_digit() || b == b'-' => {
                let length = range(bytes, position, bytes.len())
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.'))
                    .count();
                found.push(Pair {
                    key,
                    start: position,
                    end: position + length,
                    bare: true,
                });
                position += length;
            }
            _ => position += 1,
        }
    }
    found
}

/// Where the string that begins at `start` ends: at its closing quote or at
/// the end of the text.
fn string_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut position = start;
    while position < bytes.len() {
        match at(bytes, position) {
            b'\\' if quote == b'"' => position += 2,
            b if b == quote => return position,
            _ => position += 1,
        }
    }
    bytes.len()
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', range(bytes, from, bytes.len())).map_or(bytes.len(), |n| from + n)
}

fn indent(line: &[u8]) -> usize {
    line.iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count()
}

/// Reads files made of lines: YAML, or `name = value` and its relatives.
struct Lines<'a> {
    text: &'a str,
    yaml: bool,
    found: Vec<Pair<'a>>,
}

fn lines(text: &str, yaml: bool) -> Vec<Pair<'_>> {
    let bytes = text.as_bytes();
    let mut reader = Lines {
        text,
        yaml,
        found: Vec::new(),
    };
    let mut key = "";
    let mut position = 0;
    while position < bytes.len() {
        let end = line_end(bytes, position);
        let mut next = end + 1;
        let line = range(bytes, position, end);
        let mut start = indent(line);
        while yaml && at(line, start) == b'-' && matches!(at(line, start + 1), b' ' | b'\t') {
            start += 1 + indent(range(line, start + 1, line.len()));
        }
        let comment =
            matches!(at(line, start), b'#' | b';' | b'!') || range(line, start, start + 2) == b"//";
        if start < line.len()
            && !comment
            && !(at(line, start) == b'['
                && !yaml
                && line.contains(&b']')
                && !line.contains(&b'=')
                && !line.contains(&b'"'))
        {
            if let Some((name, value)) = split(text, line, position, start, yaml) {
                key = name;
                next = reader.value(key, value, end, indent(line));
            } else if yaml || matches!(at(line, start), b'"' | b'\'') {
                // An element of a list: it belongs to the key above it.
                next = reader.value(key, position + start, end, indent(line));
            }
        }
        position = next.max(end + 1);
    }
    reader.found
}

/// Key and start of the value of a line.
fn split<'a>(
    text: &'a str,
    line: &[u8],
    offset: usize,
    start: usize,
    yaml: bool,
) -> Option<(&'a str, usize)> {
    let mut quote = 0u8;
    for (index, byte) in line.iter().enumerate().skip(start) {
        if quote != 0 {
            if *byte == quote {
                quote = 0;
            }
            continue;
        }
        let separator = match byte {
            b'"' | b'\'' => {
                quote = *byte;
                false
            }
            b':' if yaml => {
                index + 1 == line.len() || matches!(at(line, index + 1), b' ' | b'\t' | b'\r')
            }
            b':' | b'=' => !yaml,
            _ => false,
        };
        if separator {
            let name = text.get(offset + start..offset + index)?;
            let name = name.strip_prefix("export ").unwrap_or(name);
            return Some((name.trim().trim_matches(['"', '\'']), offset + index + 1));
        }
    }
    None
}

impl<'a> Lines<'a> {
    /// Adds the value that begins at or after `from`; returns where the next line
    /// to look at begins.
    fn value(&mut self, key: &'a str, from: usize, end: usize, depth: usize) -> usize {
        let bytes = self.text.as_bytes();
        let yaml = self.yaml;
        let blanks = range(bytes, from, end)
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t' | b'=' | b'>'))
            .count();
        let start = from
            + if yaml {
                indent(range(bytes, from, end))
            } else {
                blanks
            };
        let first = at(bytes, start);
        if start >= end {
            return end + 1;
        }
        match first {
            b'"' | b'\'' | b'`' => {
                let triple = range(bytes, start, start + 3) == [first; 3];
                let width = if triple { 3 } else { 1 };
                let close = if triple {
                    memchr::memmem::find(range(bytes, start + 3, bytes.len()), &[first; 3])
                        .map_or(bytes.len(), |n| start + 3 + n)
                } else {
                    string_end(bytes, start + 1, first)
                };
                // A quote that never closes is an apostrophe: take the line only.
                let close = if close >= bytes.len() { end } else { close };
                self.found.push(Pair {
                    key,
                    start: start + width,
                    end: close.max(start + width),
                    bare: false,
                });
                line_end(bytes, close) + 1
            }
            b'[' | b'{' => {
                // Flow and inline collections: every quoted string in the line.
                let mut position = start;
                while position < end {
                    let byte = at(bytes, position);
                    if matches!(byte, b'"' | b'\'') {
                        let close = string_end(bytes, position + 1, byte).min(end);
                        self.found.push(Pair {
                            key,
                            start: position + 1,
                            end: close,
                            bare: false,
                        });
                        position = close;
                    }
                    position += 1;
                }
                end + 1
            }
            b'|' | b'>' if yaml => self.block(key, end, depth),
            b'&' | b'*' | b'!' if yaml => end + 1,
            _ => {
                let line = range(bytes, start, end);
                let comment = line
                    .windows(2)
                    .position(|w| matches!(w, [b' ' | b'\t', b'#']))
                    .unwrap_or(line.len());
                let kept = range(line, 0, comment).trim_ascii_end();
                self.found.push(Pair {
                    key,
                    start,
                    end: start + kept.len(),
                    bare: yaml,
                });
                end + 1
            }
        }
    }

    /// The indented lines of a YAML block scalar.
    fn block(&mut self, key: &'a str, header_end: usize, depth: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut position = header_end + 1;
        let mut start = None;
        let mut last = header_end;
        while position < bytes.len() {
            let end = line_end(bytes, position);
            let line = range(bytes, position, end);
            let inside = indent(line) > depth;
            if !inside && !line.trim_ascii().is_empty() {
                break;
            }
            if inside {
                start = start.or(Some(position + indent(line)));
                last = position + line.trim_ascii_end().len();
            }
            position = end + 1;
        }
        if let Some(start) = start {
            self.found.push(Pair {
                key,
                start,
                end: last.max(start),
                bare: false,
            });
        }
        position
    }
}

fn netrc(text: &str) -> Vec<Pair<'_>> {
    let mut found = Vec::new();
    let mut previous = "";
    let mut position = 0;
    for word in text.split_ascii_whitespace() {
        let Some(start) = text
            .get(position..)
            .and_then(|rest| rest.find(word))
            .map(|n| position + n)
        else {
            break;
        };
        position = start + word.len();
        if matches!(previous, "password" | "account") {
            found.push(Pair {
                key: "password",
                start,
                end: position,
                bare: false,
            });
        }
        previous = word;
    }
    found
}

fn pgpass(text: &str) -> Vec<Pair<'_>> {
    let mut found = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        let mut colons = 0;
        let mut escaped = false;
        for (index, byte) in body.bytes().enumerate() {
            if byte == b':' && !escaped {
                colons += 1;
                if colons == 4 && !body.starts_with('#') {
                    found.push(Pair {
                        key: "password",
                        start: offset + index + 1,
                        end: offset + body.len(),
                        bare: false,
                    });
                }
            }
            escaped = byte == b'\\' && !escaped;
        }
        offset += line.len();
    }
    found
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "a wrong slice fails the test")]
mod tests {
    use super::*;

    fn read<'a>(text: &'a str, name: &str) -> Vec<(&'a str, &'a str)> {
        pairs(text, name)
            .into_iter()
            .map(|p| (p.key, &text[p.start..p.end]))
            .collect()
    }

    #[test]
    fn environment_files() {
        let text = "# c\nexport A=1 # x\nB=\"two\nlines\"\nC='x # y'\n\n[section]\nd : e\n";
        assert_eq!(
            read(text, ".env"),
            [("A", "1"), ("B", "two\nlines"), ("C", "x # y"), ("d", "e")]
        );
    }

    #[test]
    fn yaml_with_lists_and_blocks() {
        let text = "a: 1\nkeys:\n  - one\n  - \"two\"\nb: |\n  x\n  y\nc: z # n\n- d: e\n";
        assert_eq!(
            read(text, "x.yaml"),
            [
                ("a", "1"),
                ("keys", "one"),
                ("keys", "two"),
                ("b", "x\n  y"),
                ("c", "z"),
                ("d", "e")
            ]
        );
    }

    #[test]
    fn json_with_comments() {
        let text = "{ // \"no\"\n \"a\": \"b\\\"c\", \"d\": [1, \"x\"] }";
        assert_eq!(
            read(text, "x.json"),
            [("a", "b\\\"c"), ("d", "1"), ("d", "x")]
        );
    }

    #[test]
    fn toml_lists_over_lines() {
        let text = "tokens = [\n  \"a\",\n  \"b\",\n]\n[[x]]\ny = { z = \"q\" }\n";
        assert_eq!(
            read(text, "x.toml"),
            [("tokens", "a"), ("tokens", "b"), ("y", "q")]
        );
    }

    #[test]
    fn netrc_and_pgpass() {
        assert_eq!(
            read("machine h login l password p\n", ".netrc"),
            [("password", "p")]
        );
        assert_eq!(
            read("# a\nh:5432:db:u:p:w\n", ".pgpass"),
            [("password", "p:w")]
        );
    }

    #[test]
    fn broken_files_end() {
        for text in [
            "A=\"never closed\nB=2\n",
            "a: 'it",
            "{\"a",
            "\"",
            "a: |",
            "=",
            ":",
            "- ",
            "{\"a\": \"\\",
        ] {
            for name in ["x.json", "x.yaml", ".env", ".netrc", ".pgpass"] {
                for (_, value) in read(text, name) {
                    assert!(value.len() <= text.len());
                }
            }
        }
    }
}
