//! A request as a person reads it before answering.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use palisade_approvals::{Change, Need, Request};
use palisade_core::Timestamp;

use crate::error::Error;
use crate::output::{self, BAD, BOLD, DIM, GOOD, WARN, paint};
use crate::text;

/// Lines of a call or a change that are shown.
const LINES: usize = 40;
/// Files that are named; the rest is counted.
const NAMED: usize = 10;
/// Entries that are looked at; a larger tree is "more than".
const COUNTED: usize = 20_000;

/// One request in a list.
pub(super) fn line(request: &Request, now: Timestamp) -> Result<(), Error> {
    let rules = super::rules(request).join(", ");
    let call = request.call.lines().next().unwrap_or_default();
    output::hanging(
        8,
        format_args!(
            " {}  {}  {}  {}   {}",
            paint(BOLD, &request.code),
            paint(DIM, format_args!("{:<10}", ago(now, request.at))),
            request.agent,
            text::clip(&text::plain(call), 60),
            paint(DIM, rules)
        ),
    )
}

/// Everything about one request.
pub(super) fn show(request: &Request, now: Timestamp) -> Result<(), Error> {
    let session: String = request.session.chars().take(8).collect();
    let times = match request.times {
        0 | 1 => String::new(),
        n => format!(", {n} times"),
    };
    output::hanging(
        2,
        format_args!(
            "{} · {} {} · {} in {} · asked {}{times}\n",
            paint(BOLD, &request.code),
            text::plain(&request.agent),
            text::plain(&session),
            text::plain(&request.tool),
            text::plain(&request.cwd.to_string_lossy()),
            ago(now, request.at)
        ),
    )?;
    block(&request.call)?;
    output::line(format_args!("\n {}", paint(BOLD, "Needs your answer")))?;
    for need in &request.needs {
        output::hanging(
            5,
            format_args!(
                "   {}  {}   {}",
                paint(WARN, &need.rule),
                text::plain(&need.reason),
                paint(DIM, text::plain(&need.source))
            ),
        )?;
    }
    for need in &request.needs {
        lost(need)?;
    }
    if let Some(change) = &request.change {
        output::line(format_args!("\n {}", paint(BOLD, "Would be written")))?;
        diff(change)?;
    }
    if request.effects.len() > request.needs.len() {
        output::line(format_args!("\n {}", paint(BOLD, "Everything it would do")))?;
        for effect in &request.effects {
            output::hanging(5, format_args!("   {}", paint(DIM, text::plain(effect))))?;
        }
    }
    if !request.files.is_empty() {
        output::line(format_args!(
            "\n {}",
            paint(BOLD, "With these files as they are; a change asks again")
        ))?;
        for file in &request.files {
            let digest: String = file.digest.chars().take(12).collect();
            output::hanging(
                5,
                format_args!("   {}  {}", text::plain(&file.path), paint(DIM, digest)),
            )?;
        }
    }
    Ok(())
}

/// Text of several lines, set in.
fn block(what: &str) -> Result<(), Error> {
    let lines: Vec<&str> = what.lines().collect();
    for line in lines.iter().take(LINES) {
        output::hanging(4, format_args!("   {}", text::plain_line(line)))?;
    }
    if lines.len() > LINES {
        let more = text::count((lines.len() - LINES) as u64, "more line");
        output::line(paint(DIM, format_args!("   … {more}")))?;
    }
    Ok(())
}

/// What would be gone, as it is now.
fn lost(need: &Need) -> Result<(), Error> {
    if need.loss.is_none() && need.path.is_none() {
        return Ok(());
    }
    output::line(format_args!("\n {}", paint(BOLD, "Would be lost")))?;
    if let Some(loss) = &need.loss {
        output::hanging(5, format_args!("   {}", text::plain(loss)))?;
    }
    let path = need.path.as_deref().filter(|_| need.kind == "file.delete");
    if let Some(path) = path {
        let found = files(Path::new(path));
        for name in found.names.iter().take(NAMED) {
            output::hanging(
                5,
                format_args!("   {}", text::plain(&name.to_string_lossy())),
            )?;
        }
        let more = found.names.len().saturating_sub(NAMED);
        if more > 0 || found.more {
            let at_least = if found.more { "at least " } else { "" };
            let more = text::count(more as u64, "more file");
            output::line(paint(DIM, format_args!("   … {at_least}{more}")))?;
        }
    }
    Ok(())
}

struct Files {
    names: Vec<PathBuf>,
    more: bool,
}

/// The files at or below a path, links not followed.
fn files(top: &Path) -> Files {
    let mut out = Files {
        names: Vec::new(),
        more: false,
    };
    let mut todo = vec![top.to_owned()];
    while let Some(path) = todo.pop() {
        if out.names.len() >= COUNTED {
            out.more = true;
            break;
        }
        let Ok(meta) = fs::symlink_metadata(&path) else {
            continue;
        };
        if !meta.is_dir() {
            out.names.push(path);
            continue;
        }
        let Ok(entries) = fs::read_dir(&path) else {
            continue;
        };
        let mut below: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        below.sort_by(|a, b| b.cmp(a));
        todo.extend(below);
    }
    out
}

/// The change against what is there now.
fn diff(change: &Change) -> Result<(), Error> {
    let path = Path::new(&change.path);
    let old = match &change.old {
        Some(old) => old.clone(),
        None => palisade_files::read_capped(path, 1024 * 1024)
            .ok()
            .flatten()
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default(),
    };
    output::line(format_args!("   {}", text::plain(&change.path)))?;
    let diff = similar::TextDiff::from_lines(old.as_str(), change.new.as_str());
    let mut shown = 0;
    for hunk in diff.unified_diff().context_radius(2).iter_hunks() {
        for line in hunk.iter_changes() {
            if shown == LINES {
                return output::line(paint(DIM, "   … more"));
            }
            shown += 1;
            let (sign, style) = match line.tag() {
                similar::ChangeTag::Delete => ('-', BAD),
                similar::ChangeTag::Insert => ('+', GOOD),
                similar::ChangeTag::Equal => (' ', DIM),
            };
            let words = text::plain_line(line.value().trim_end_matches(['\n', '\r']));
            output::line(paint(style, format_args!("   {sign}{words}")))?;
        }
    }
    Ok(())
}

/// `just now`, `5 min ago`, `3 h ago`.
pub(crate) fn ago(now: Timestamp, then: Timestamp) -> String {
    let seconds = now.0.saturating_sub(then.0) / 1_000_000;
    let mut out = String::new();
    match seconds {
        0..60 => out.push_str("just now"),
        60..3_600 => write!(out, "{} min ago", seconds / 60).unwrap_or_default(),
        3_600..86_400 => write!(out, "{} h ago", seconds / 3_600).unwrap_or_default(),
        _ => write!(out, "{} d ago", seconds / 86_400).unwrap_or_default(),
    }
    out
}
