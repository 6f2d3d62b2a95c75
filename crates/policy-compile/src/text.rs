//! A policy file's text and where things are in it.

use std::ops::Range;
use std::sync::Arc;

use palisade_policy::SourceRef;

/// A file with its name as people know it.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) path: Arc<str>,
    pub(crate) content: Arc<str>,
}

impl Text {
    /// The line a byte lies on, from 1.
    pub(crate) fn line(&self, at: usize) -> u32 {
        let before = self.content.as_bytes().iter().take(at);
        let newlines = before.filter(|b| **b == b'\n').count();
        u32::try_from(newlines + 1).unwrap_or(u32::MAX)
    }

    /// The bytes of a line, without its end.
    pub(crate) fn span_of_line(&self, line: u32) -> Option<Range<usize>> {
        let mut start = 0;
        for (number, text) in (1_u32..).zip(self.content.split_inclusive('\n')) {
            if number == line {
                return Some(start..start + text.trim_end().len());
            }
            start += text.len();
        }
        None
    }

    pub(crate) fn source(&self, span: &Range<usize>) -> SourceRef {
        SourceRef::File {
            path: self.path.to_string(),
            line: self.line(span.start),
        }
    }
}
