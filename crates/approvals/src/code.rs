//! Codes that people read from one screen and type into another.

/// No letter that is taken for another one, and no vowel: no words.
const ALPHABET: &[u8; 28] = b"23456789BCDFGHJKLMNPQRSTVWXZ";

/// The shortest code that is given out.
const SHORTEST: usize = 4;

/// A code for a digest: the same request has the same code. `taken` says
/// whether another request has it already; then the code is longer.
pub fn code_of(digest: &[u8; 32], taken: impl Fn(&str) -> bool) -> String {
    let mut code = String::new();
    for byte in digest {
        let letter = ALPHABET.get(usize::from(*byte) % ALPHABET.len());
        code.push(char::from(letter.copied().unwrap_or(b'2')));
        if code.len() >= SHORTEST && !taken(&code) {
            break;
        }
    }
    code
}

/// Whether a text can be a code: what becomes a file name.
pub(crate) fn is_code(text: &str) -> bool {
    (SHORTEST..=32).contains(&text.len()) && text.bytes().all(|b| ALPHABET.contains(&b))
}

/// As it was meant: case and spaces do not matter.
pub(crate) fn normal(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_and_its_own() {
        let digest = [7; 32];
        let first = code_of(&digest, |_| false);
        assert_eq!(first.len(), 4);
        assert!(is_code(&first));
        let second = code_of(&digest, |c| c == first);
        assert_eq!(second.len(), 5);
        assert!(second.starts_with(&first));
        assert_eq!(normal(&format!(" {} ", first.to_lowercase())), first);
    }

    #[test]
    fn a_code_names_no_other_file() {
        for text in ["", "../a", "AB/C", "7q4k", "7Q4", "7Q4K.json"] {
            assert!(!is_code(text), "{text}");
        }
    }
}
