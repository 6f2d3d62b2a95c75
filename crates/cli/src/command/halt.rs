//! `palisade halt`: the switch that stops agents at their next call.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use palisade_approvals::{Halt as Stop, HaltScope, Halts};
use palisade_core::{EventKind, SystemClock};
use palisade_guard::Places;
use serde_json::json;

use crate::args::{Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BAD, DIM, GOOD, paint};
use crate::text;

/// Stop agents at their next call: everything, a session, a repository, a server
///
/// Nothing goes on after that, not even a read, until a person lifts it. It works
/// without a network and without this program: `~/.local/state/palisade/halt`
/// stops a user's agents, `/etc/palisade/halt` everybody's on the machine; an
/// empty file is enough.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade halt --reason 'a key leaked'\n  palisade halt --mcp github\n  palisade halt --list\n  palisade halt --lift"
)]
pub(crate) struct Halt {
    /// Only this session
    #[arg(long, value_name = "ID", group = "scope")]
    session: Option<String>,
    /// Only this folder and what is below it
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, group = "scope")]
    repository: Option<PathBuf>,
    /// Only calls of this MCP server
    #[arg(long, value_name = "NAME", group = "scope")]
    mcp: Option<String>,
    /// Only this agent: claude, codex …
    #[arg(long, value_name = "NAME", group = "scope")]
    agent: Option<String>,
    /// Only agents of this user (for the file of the machine)
    #[arg(long, value_name = "NAME", group = "scope")]
    user: Option<String>,
    /// Everybody's agents on this machine (needs root)
    #[arg(long)]
    fleet: bool,
    /// Why, for whoever is stopped
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Lift it again
    #[arg(long, conflicts_with = "list")]
    lift: bool,
    /// Show what is stopped
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    output: Output,
}

impl Halt {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let [own, fleet] = palisade_guard::halt_files(places);
        if self.list {
            return self.show(&[own, fleet]);
        }
        let file = if self.fleet { fleet } else { own };
        let scope = self.scope()?;
        if self.lift {
            super::by_a_person("released")?;
            let all = self.names_nothing();
            let lifted = Halts::lift(&file, |s| all || *s == scope)?;
            if lifted > 0 {
                self.record(places, EventKind::GuardReleased, &scope)?;
            }
            return self.done(&format!("{} lifted", text::count(lifted as u64, "stop")));
        }
        let reason = self.reason.clone().unwrap_or_default();
        // First the switch: the record may have to wait for a disk.
        let stop = Stop {
            scope: scope.clone(),
            reason,
        };
        Halts::add(&file, &stop)?;
        self.record(places, EventKind::GuardHalted, &scope)?;
        self.done(&format!("{scope} stops at the next call"))
    }

    const fn names_nothing(&self) -> bool {
        self.session.is_none()
            && self.repository.is_none()
            && self.mcp.is_none()
            && self.agent.is_none()
            && self.user.is_none()
    }

    fn scope(&self) -> Result<HaltScope, Error> {
        let scope = if let Some(id) = &self.session {
            HaltScope::Session(id.clone())
        } else if let Some(dir) = &self.repository {
            let here = std::env::current_dir()?;
            HaltScope::Repository(palisade_files::resolve_path(dir, &here).real)
        } else if let Some(name) = &self.mcp {
            HaltScope::Mcp(name.clone())
        } else if let Some(name) = &self.agent {
            HaltScope::Agent(name.clone())
        } else if let Some(name) = &self.user {
            HaltScope::User(name.clone())
        } else {
            HaltScope::All
        };
        Ok(scope)
    }

    fn record(&self, places: &Places, kind: EventKind, scope: &HaltScope) -> Result<(), Error> {
        let mut event = palisade_guard::own_event(kind, None, &scope.to_string(), &SystemClock);
        event.reason = self.reason.clone().unwrap_or_default();
        if let HaltScope::Session(id) = scope {
            event.session.clone_from(id);
        }
        super::on_record(places, &event)
    }

    fn done(&self, words: &str) -> Result<Outcome, Error> {
        if self.output.format == Format::Json {
            output::json(&json!({"done": words}))?;
        } else {
            output::hanging(
                3,
                format_args!(" {} {}", paint(GOOD, "✓"), text::plain(words)),
            )?;
        }
        Ok(Outcome::Fine)
    }

    fn show(&self, files: &[PathBuf]) -> Result<Outcome, Error> {
        let halts = Halts::read(files.iter().map(PathBuf::as_path));
        if self.output.format == Format::Json {
            let rows: Vec<_> = halts
                .0
                .iter()
                .map(|h| json!({"scope": h.scope.to_string(), "reason": h.reason}))
                .collect();
            output::json(&rows)?;
        } else if halts.0.is_empty() {
            output::line("nothing is stopped")?;
        }
        if self.output.format == Format::Human {
            for halt in &halts.0 {
                output::hanging(
                    4,
                    format_args!(
                        " {}  {}",
                        paint(BAD, text::plain(&halt.scope.to_string())),
                        paint(DIM, text::plain(&halt.reason))
                    ),
                )?;
            }
        }
        Ok(if halts.0.is_empty() {
            Outcome::Fine
        } else {
            Outcome::Findings
        })
    }
}
