//! Objects by their names, as `git cat-file --batch` hands them out.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdout, Stdio};

use super::Repository;
use crate::ScanError;

/// Bytes of one object; larger ones are reported as missed.
pub(super) const OBJECT: u64 = 64 * 1024 * 1024;

/// A `git cat-file` that answers.
pub(super) struct Objects {
    child: Child,
    answers: BufReader<ChildStdout>,
}

/// An object.
pub(super) enum Got {
    /// Its type, and its content in the buffer.
    Object(String),
    /// It is not here.
    Missing,
    /// It is too large to be looked at.
    TooLarge(u64),
}

impl Objects {
    /// Asks for `names`, in order. Names go in while answers come out, so that
    /// neither side waits for the other.
    pub(super) fn of(repository: &Repository, names: Vec<String>) -> Result<Self, ScanError> {
        let mut child = repository
            .git(&["cat-file", "--batch", "--buffer"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(ScanError::NoGit)?;
        let (Some(mut questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(std::io::Error::other("git has no pipes").into());
        };
        std::thread::spawn(move || {
            let mut text = String::new();
            for name in names {
                text.push_str(&name);
                text.push('\n');
                if text.len() > 1 << 16 {
                    if questions.write_all(text.as_bytes()).is_err() {
                        return;
                    }
                    text.clear();
                }
            }
            // Whoever stopped reading has said so.
            questions.write_all(text.as_bytes()).ok();
        });
        Ok(Self {
            child,
            answers: BufReader::with_capacity(1 << 17, answers),
        })
    }

    /// The next answer, its content in `buffer`; `None` when git has ended.
    pub(super) fn next(&mut self, buffer: &mut Vec<u8>) -> std::io::Result<Option<Got>> {
        let mut head = String::new();
        if self.answers.read_line(&mut head)? == 0 {
            return Ok(None);
        }
        buffer.clear();
        let mut words = head.split_whitespace().rev();
        let (last, kind) = (words.next().unwrap_or_default(), words.next());
        let (Ok(size), Some(kind)) = (last.parse::<u64>(), kind) else {
            return Ok(Some(Got::Missing));
        };
        let kind = kind.to_owned();
        if size > OBJECT {
            std::io::copy(
                &mut self.answers.by_ref().take(size + 1),
                &mut std::io::sink(),
            )?;
            return Ok(Some(Got::TooLarge(size)));
        }
        self.answers.by_ref().take(size).read_to_end(buffer)?;
        let mut newline = [0];
        self.answers.read_exact(&mut newline)?;
        Ok(Some(Got::Object(kind)))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // It may have ended; either way it is waited for.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
