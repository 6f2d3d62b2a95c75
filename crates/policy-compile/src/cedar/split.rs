//! Where each policy of a file begins and ends.

use std::ops::Range;

/// The statements of a file, without the comments before them. What follows
/// the last `;` is one too, when it is more than a comment.
pub(super) fn statements(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start: Option<usize> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '/' if matches!(chars.peek(), Some((_, '/'))) => {
                while chars.next_if(|(_, c)| *c != '\n').is_some() {}
            }
            '"' => {
                start.get_or_insert(at);
                while let Some((_, c)) = chars.next() {
                    match c {
                        '\\' => {
                            chars.next();
                        }
                        '"' => break,
                        _ => {}
                    }
                }
            }
            ';' => out.push(start.take().unwrap_or(at)..at + 1),
            c if c.is_whitespace() => {}
            _ => {
                start.get_or_insert(at);
            }
        }
    }
    if let Some(start) = start {
        out.push(start..text.trim_end().len());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        statements(text)
            .into_iter()
            .filter_map(|r| text.get(r))
            .collect()
    }

    #[test]
    fn comments_and_strings_end_nothing() {
        assert_eq!(
            split("// a;\n@id(\"x;\\\"y\") permit(a);\n\nforbid( // no; end\nb);  // end\n"),
            ["@id(\"x;\\\"y\") permit(a);", "forbid( // no; end\nb);"]
        );
        assert_eq!(split("permit(a); forbid"), ["permit(a);", "forbid"]);
        assert_eq!(split(" ;"), [";"]);
        assert_eq!(split("// nothing"), Vec::<&str>::new());
        assert_eq!(split("\"open"), ["\"open"]);
    }
}
