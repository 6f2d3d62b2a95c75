//! Calls from before the guard was there: the agents' own transcripts.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use palisade_agents::transcript::{self, Remembered, Transcript};
use palisade_core::{AgentKind, Clock as _, SystemClock};
use palisade_guard::{Ambient, Past, Places, Scene, describe_call, judge};
use palisade_policy::Table;

use super::{Side, Tally};
use crate::error::Error;
use crate::output;
use crate::text;

/// Bytes of one line.
const LINE_BYTES: u64 = 32 * 1024 * 1024;
/// Depth of folders below the transcripts' own.
const DEPTH: usize = 6;

/// What calls are judged against.
pub(super) struct Sides<'a> {
    pub(super) places: &'a Places,
    pub(super) workspace: &'a Path,
    pub(super) now: &'a Table,
    pub(super) then: &'a Table,
}

pub(super) fn replay(sides: &Sides<'_>, tally: &mut Tally) -> Result<(), Error> {
    let mut files = 0_u64;
    for agent in [AgentKind::Claude, AgentKind::Codex] {
        let Some(folder) = transcript::folder(agent, &sides.places.home) else {
            continue;
        };
        let mut found = Vec::new();
        collect(&folder, DEPTH, &mut found);
        found.sort();
        for file in found {
            files += 1;
            sides.read(&file, agent, tally)?;
        }
    }
    if files == 0 {
        output::note("no transcripts of Claude Code or Codex were found");
    }
    Ok(())
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(t) if t.is_dir() && depth > 0 => collect(&path, depth - 1, found),
            Ok(t) if t.is_file() && path.extension().is_some_and(|e| e == "jsonl") => {
                found.push(path);
            }
            _ => {}
        }
    }
}

impl Sides<'_> {
    fn read(&self, file: &Path, agent: AgentKind, tally: &mut Tally) -> Result<(), Error> {
        let mut lines = BufReader::new(File::open(file)?);
        let mut transcript = Transcript::of(agent);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = lines
                .by_ref()
                .take(LINE_BYTES)
                .read_until(b'\n', &mut line)?;
            if read == 0 {
                break;
            }
            // The rest of a line that is too long is no line either.
            for one in transcript.line(&String::from_utf8_lossy(&line)) {
                if one.cwd.starts_with(self.workspace) {
                    let call = text::plain_line(&describe_call(&one.call));
                    let (now, then) = (self.side(&one, self.now), self.side(&one, self.then));
                    tally.compare(&one.call.name(), &call, now, then, &one.at);
                }
            }
        }
        Ok(())
    }

    fn side(&self, one: &Remembered, table: &Table) -> Side {
        let scene = Scene {
            places: self.places,
            table,
            cwd: &one.cwd,
            workspace: self.workspace,
            headless: false,
            ambient: &Ambient::default(),
            past: Past::at(SystemClock.now().0),
        };
        Side::of(&judge(&one.call, &scene).decision)
    }
}
