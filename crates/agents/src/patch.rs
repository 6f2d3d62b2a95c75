//! The patch format of Codex's `apply_patch`, which other agents took over.
//!
//! ```text
//! *** Begin Patch
//! *** Add File: docs/new.md
//! +text
//! *** Update File: src/a.rs
//! *** Move to: src/b.rs
//! @@ fn main
//!  context
//! -old
//! +new
//! *** Delete File: old.rs
//! *** End Patch
//! ```

use palisade_core::ToolCall;

/// The changes of a patch; `None` when it is not one.
pub(crate) fn changes(tool: &str, text: &str) -> Option<Vec<ToolCall>> {
    let mut out = Vec::new();
    let mut open: Option<File> = None;
    let mut began = false;
    for line in text.lines() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        // Codex accepts headers that are set in; what only looks like one is at
        // worst a file too many.
        let header = line.trim();
        let named = |words: &str| header.strip_prefix(words).map(str::trim);
        if header == "*** Begin Patch" {
            began = true;
        } else if header == "*** End Patch" || !began {
            // Whatever follows is looked at as well.
        } else if let Some(path) = named("*** Add File: ") {
            close(&mut open, tool, &mut out);
            open = Some(File::new(path, true));
        } else if let Some(path) = named("*** Update File: ") {
            close(&mut open, tool, &mut out);
            open = Some(File::new(path, false));
        } else if let Some(path) = named("*** Delete File: ") {
            close(&mut open, tool, &mut out);
            out.push(ToolCall::Delete {
                path: path.to_owned(),
            });
        } else if let Some(path) = named("*** Move to: ") {
            open.as_mut()?.moved = Some(path.to_owned());
        } else if let Some(file) = &mut open {
            file.line(line);
        } else if !header.is_empty() {
            return None;
        }
    }
    close(&mut open, tool, &mut out);
    (!out.is_empty()).then_some(out)
}

struct File {
    path: String,
    moved: Option<String>,
    add: bool,
    old: String,
    new: String,
}

impl File {
    fn new(path: &str, add: bool) -> Self {
        Self {
            path: path.to_owned(),
            moved: None,
            add,
            old: String::new(),
            new: String::new(),
        }
    }

    fn line(&mut self, line: &str) {
        let (old, new, text) = match line.split_at_checked(1) {
            Some(("+", text)) => (false, true, text),
            Some(("-", text)) => (true, false, text),
            Some((" ", text)) => (true, true, text),
            _ if line.is_empty() => (true, true, ""),
            // `@@ …` and `*** End of File` say where, not what.
            _ => return,
        };
        for (wanted, to) in [(old, &mut self.old), (new, &mut self.new)] {
            if wanted {
                to.push_str(text);
                to.push('\n');
            }
        }
    }
}

fn close(open: &mut Option<File>, tool: &str, out: &mut Vec<ToolCall>) {
    let Some(file) = open.take() else { return };
    if file.add {
        out.push(ToolCall::Write {
            path: file.path,
            content: file.new,
        });
        return;
    }
    if let Some(moved) = file.moved {
        out.push(ToolCall::Write {
            path: moved,
            content: file.new,
        });
        out.push(ToolCall::Delete { path: file.path });
        return;
    }
    out.push(ToolCall::Edit {
        tool: tool.to_owned(),
        path: file.path,
        old: file.old,
        new: file.new,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_a_patch_is_seen() {
        let text = "*** Begin Patch\n*** Add File: a.txt\n+one\n+two\n*** Update File: b.rs\n@@ fn main\n same\n-old\n+new\n*** Update File: c.rs\n*** Move to: d.rs\n+x\n*** Delete File: .env\n*** End Patch\n";
        let changes = changes("apply_patch", text).unwrap();
        assert_eq!(
            changes,
            [
                ToolCall::Write {
                    path: "a.txt".into(),
                    content: "one\ntwo\n".into()
                },
                ToolCall::Edit {
                    tool: "apply_patch".into(),
                    path: "b.rs".into(),
                    old: "same\nold\n".into(),
                    new: "same\nnew\n".into()
                },
                ToolCall::Write {
                    path: "d.rs".into(),
                    content: "x\n".into()
                },
                ToolCall::Delete {
                    path: "c.rs".into()
                },
                ToolCall::Delete {
                    path: ".env".into()
                },
            ]
        );
    }

    /// Codex 0.169.0 deletes the file of a header that is set in.
    #[test]
    fn a_header_that_is_set_in_is_one() {
        let text =
            "*** Begin Patch\n*** Add File: a.txt\n+x\n  *** Delete File: .env\n*** End Patch\n";
        let deleted = ToolCall::Delete {
            path: ".env".into(),
        };
        assert!(changes("apply_patch", text).unwrap().contains(&deleted));
    }

    #[test]
    fn what_is_no_patch_is_none() {
        for text in [
            "",
            "rm -rf ~",
            "*** Begin Patch\n*** End Patch",
            "*** Begin Patch\nhello\n",
        ] {
            assert_eq!(changes("apply_patch", text), None, "{text:?}");
        }
    }
}
