//! `palisade run`: an agent under a policy of its own.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::{Args, ValueHint};
use palisade_agents::claude::settings::wiring;
use palisade_agents::install::Wired;
use palisade_core::AgentKind;
use palisade_guard::{Places, SESSION_POLICY};
use palisade_policy::{PROFILES, profile_from_name, profile_rationale};
use toml_edit::{DocumentMut, value};

use crate::error::{Error, Outcome};
use crate::protection::Protection;

/// Bytes of a session's policy file.
const FILE_BYTES: usize = 256 * 1024;

/// Start an agent with a profile or policy for this session only
///
/// What organisation, user and project say holds; the session's own policy can only
/// tighten it. It is copied to where no agent can change it, and why it was chosen
/// stands in the journal.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade run review-only -- claude\n  palisade run write-in --because 'docs only' -- codex exec 'fix the typos'\n  palisade run --policy nightly.toml -- claude -p 'update the licences'\n\nProfiles:\n  review-only  reads only: no execution, no writes, no network, no MCP\n  ci           reads, and the programs the policy declares\n  write-in     writes inside the workspace, runs tests, reaches no MCP server\n  strict       what the default would only record needs an answer"
)]
pub(crate) struct Run {
    /// A profile by its name
    #[arg(value_parser = profiles(), hide_possible_values = true, required_unless_present = "policy")]
    profile: Option<String>,
    /// A policy file for this session
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    policy: Option<PathBuf>,
    /// Why, for whoever reads the journal later
    #[arg(long, value_name = "TEXT")]
    because: Option<String>,
    /// The agent and its arguments
    #[arg(last = true, required = true, value_name = "AGENT")]
    agent: Vec<String>,
}

fn profiles() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(PROFILES.iter().map(|p| p.as_str()))
}

impl Run {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let (program, args) = self
            .agent
            .split_first()
            .ok_or_else(|| Error::Other("name the agent to start".to_owned()))?;
        let workspace = super::workspace(None, &places.home)?;
        guarded(program, places, &workspace)?;
        let file = self.kept(places)?;
        let mut session = places.clone();
        session.session_policy = Some(file.clone());
        if let Some(problem) = super::policy::compile(&session, &workspace)? {
            return Err(Error::Policy(
                anstream::adapter::strip_str(&problem).to_string(),
            ));
        }
        palisade_guard::running::begin(places, &file)?;
        let failed = Command::new(program)
            .args(args)
            .env(SESSION_POLICY, &file)
            .exec();
        Err(Error::Other(format!(
            "`{program}` could not be started: {failed}"
        )))
    }

    /// The session's policy, where an agent cannot change it.
    fn kept(&self, places: &Places) -> Result<PathBuf, Error> {
        let text = match &self.policy {
            None => "schema = 1\n".to_owned(),
            Some(file) => {
                let named = file.display();
                let bytes = palisade_files::read_capped(file, FILE_BYTES)
                    .map_err(|e| Error::Other(format!("`{named}`: {e}")))?
                    .ok_or_else(|| Error::Other(format!("`{named}` is larger than 256 KiB")))?;
                String::from_utf8(bytes)
                    .map_err(|_| Error::Other(format!("`{named}` is not UTF-8")))?
            }
        };
        let mut document: DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| {
            Error::Other(format!("the policy is not valid TOML: {}", e.message()))
        })?;
        if let Some(name) = &self.profile {
            document.insert("profile", value(name));
        }
        let chosen = document.get("profile").and_then(|p| p.as_str());
        let chosen = chosen.and_then(profile_from_name);
        let because = self.because.as_deref().or(match chosen {
            Some(profile) if !document.contains_key("because") => Some(profile_rationale(profile)),
            _ => None,
        });
        if let Some(text) = because {
            document.insert("because", value(text));
        }
        let text = document.to_string();
        let name = palisade_guard::path_key(Path::new(&text));
        let file = places.session_policies().join(name).with_extension("toml");
        palisade_files::create_private_dir(&places.session_policies())?;
        palisade_files::write_atomic(&file, text.as_bytes(), Some(0o600))?;
        Ok(file)
    }
}

/// A profile that nothing carries out would be a promise.
fn guarded(program: &str, places: &Places, workspace: &Path) -> Result<(), Error> {
    let name = Path::new(program)
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let agent = match name.as_str() {
        "cursor-agent" => Some(AgentKind::Cursor),
        "code" => Some(AgentKind::VsCode),
        other => AgentKind::from_name(other),
    };
    let agent = agent.ok_or_else(|| {
        Error::Other(format!(
            "`{program}` is not an agent the guard is installed in; name claude, codex, gemini, copilot, opencode …"
        ))
    })?;
    let protection = Protection::new(places, workspace.to_owned());
    let on = match agent {
        AgentKind::Claude => wiring(&protection.layers()).is_complete(),
        other => protection
            .wired(other)
            .is_ok_and(|(wired, _)| wired == Wired::Complete),
    };
    if on {
        return Ok(());
    }
    Err(Error::Other(format!(
        "the guard is not installed in {}, so nothing would carry out this policy; run `palisade protect` first",
        agent.title()
    )))
}
