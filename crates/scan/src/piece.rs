//! Bytes as text that keeps its places.

use std::borrow::Cow;

/// Bytes that are looked at to tell a binary file.
const SNIFF: usize = 8 * 1024;

/// A window of a file or object, as text.
#[derive(Debug)]
pub struct Piece<'b> {
    /// The text. Bytes that are no UTF-8 are replaced one by one, so that
    /// places in it are places in the bytes.
    pub text: Cow<'b, str>,
}

impl<'b> Piece<'b> {
    /// From bytes in UTF-8, or in UTF-16 with a byte order mark. `None` for
    /// what is binary.
    pub fn of(bytes: &'b [u8]) -> Option<Self> {
        if let Some(text) = utf16(bytes) {
            return Some(Self {
                text: Cow::Owned(text),
            });
        }
        (!is_binary(bytes)).then(|| Self::window(bytes))
    }

    /// From bytes in the middle of a file that is known to be text.
    pub fn window(bytes: &'b [u8]) -> Self {
        Self {
            text: match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => Cow::Owned(patched(bytes)),
            },
        }
    }

    /// The line around `at`, without its end, as far as `reach` bytes to either
    /// side: a line can be a whole file.
    pub fn line(&self, at: usize, reach: usize) -> (usize, &str) {
        let text = &*self.text;
        let whole = |mut at: usize| {
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let at = at.min(text.len());
        let (low, high) = (
            whole(at.saturating_sub(reach)),
            whole((at + reach).min(text.len())),
        );
        let before = text.get(low..whole(at)).unwrap_or_default();
        let start = before.rfind('\n').map_or(low, |newline| low + newline + 1);
        let after = text.get(whole(at)..high).unwrap_or_default();
        let end = after.find('\n').map_or(high, |newline| whole(at) + newline);
        let line = text.get(start..end).unwrap_or_default();
        (start, line.trim_end_matches('\r'))
    }

    /// For asking about places one after another.
    pub fn places(&self) -> Places<'_> {
        Places {
            text: &self.text,
            at: 0,
            line: 1,
            column: 1,
        }
    }
}

/// Lines and columns of ascending places: every byte is looked at once.
#[derive(Debug)]
pub struct Places<'p> {
    text: &'p str,
    at: usize,
    line: u32,
    column: u32,
}

impl Places<'_> {
    /// Line and column of a byte that is not before the last one asked about,
    /// from 1; columns count characters.
    pub fn of(&mut self, at: usize) -> (u32, u32) {
        let passed = self.text.get(self.at..at).unwrap_or_default();
        if let Some(newline) = passed.rfind('\n') {
            let lines = passed.matches('\n').count();
            self.line = self.line.saturating_add(count(lines));
            self.column = 1;
            let rest = passed.get(newline + 1..).unwrap_or_default();
            self.column = self.column.saturating_add(count(rest.chars().count()));
        } else {
            self.column = self.column.saturating_add(count(passed.chars().count()));
        }
        self.at = self.at.max(at);
        (self.line, self.column)
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Whether bytes are no text: a zero among the first of them.
pub fn is_binary(bytes: &[u8]) -> bool {
    bytes.get(..SNIFF).unwrap_or(bytes).contains(&0)
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let (little, rest) = match bytes {
        [0xff, 0xfe, rest @ ..] => (true, rest),
        [0xfe, 0xff, rest @ ..] => (false, rest),
        _ => return None,
    };
    let units = rest.chunks_exact(2).filter_map(|pair| {
        let pair: [u8; 2] = pair.try_into().ok()?;
        Some(if little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        })
    });
    Some(
        char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect(),
    )
}

/// Every byte that is part of no character becomes one that no secret has.
fn patched(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| '\u{1a}'));
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn places_are_lines_and_characters() {
        let piece = Piece::of("ä\nbü x\r\n".as_bytes()).unwrap();
        let at = piece.text.find('x').unwrap();
        let mut places = piece.places();
        assert_eq!(places.of(0), (1, 1));
        assert_eq!(places.of(at), (2, 4));
        assert_eq!(places.of(at), (2, 4));
        assert_eq!(piece.line(at, 100), (3, "bü x"));
        // No half characters at the edges.
        assert_eq!(piece.line(at, 2).1, "ü x");
    }

    #[test]
    fn other_encodings() {
        let little: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("a=é\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(Piece::of(&little).unwrap().text, "a=é\n");
        assert!(Piece::of(b"\x7fELF\0\0").is_none());
        assert_eq!(Piece::of(b"k=\xff\xfez").unwrap().text, "k=\u{1a}\u{1a}z");
    }

    proptest! {
        #[test]
        fn bytes_keep_their_places(bytes in prop::collection::vec(1_u8.., 0..64)) {
            let piece = Piece::window(&bytes);
            prop_assert_eq!(piece.text.len(), bytes.len());
            let mut places = piece.places();
            for at in 0..=bytes.len() {
                piece.line(at, 5);
                if piece.text.is_char_boundary(at) {
                    let lines = bytes[..at].split(|b| *b == b'\n').count() - 1;
                    prop_assert_eq!(places.of(at).0 as usize, lines + 1);
                }
            }
        }
    }
}
