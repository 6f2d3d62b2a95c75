//! `palisade guard`: ask the guard, see why.

mod check;
mod explain;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use palisade_core::{AgentKind, ToolCall};
use palisade_guard::Places;
use serde_json::{Map, Value};

use self::check::Check;
use self::explain::Explain;
use crate::error::{Error, Outcome};

#[derive(Debug, Subcommand)]
pub(crate) enum Guard {
    Check(Check),
    Explain(Explain),
}

impl Guard {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        match self {
            Self::Check(check) => check.run(places),
            Self::Explain(explain) => explain.run(places),
        }
    }
}

/// A tool call in Claude Code's words.
pub(super) fn tool_call(tool: &str, input: &Value, cwd: &Path) -> Result<ToolCall, String> {
    let mut line = Map::new();
    line.insert("tool_name".to_owned(), tool.into());
    line.insert("tool_input".to_owned(), input.clone());
    check::read_call(AgentKind::Claude, &line, cwd)
}

/// Where the call happens: the named directory or the current one.
fn working_directory(named: Option<&PathBuf>) -> Result<PathBuf, Error> {
    let here = std::env::current_dir()?;
    Ok(named.map_or_else(|| here.clone(), |c| here.join(c)))
}
