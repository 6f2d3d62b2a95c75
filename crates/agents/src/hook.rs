//! The parts of a hook call that are the same for every agent.

use std::path::PathBuf;

use palisade_core::Attendance;

/// What the hook learns from its environment rather than from its input.
///
/// The environment of a hook is not neutral ground: a project's own settings
/// can add variables to it. Nothing here may therefore widen a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HookEnv {
    /// Top of the project the agent was started in.
    pub project_dir: Option<PathBuf>,
    /// Whether the agent says that a person is there.
    pub attended: Option<bool>,
    /// The agent's version.
    pub version: Option<String>,
}

impl HookEnv {
    /// Reads `CLAUDE_PROJECT_DIR`, `CLAUDE_CODE_SESSION_ATTENDED` and `AI_AGENT`.
    pub fn from_process() -> Self {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// The same, from any source of variables.
    pub fn from_lookup(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            project_dir: get("CLAUDE_PROJECT_DIR")
                .map(PathBuf::from)
                .filter(|p| p.is_absolute()),
            attended: get("CLAUDE_CODE_SESSION_ATTENDED").and_then(|v| match v.as_str() {
                "1" | "true" => Some(true),
                "0" | "false" => Some(false),
                _ => None,
            }),
            version: get("AI_AGENT").as_deref().and_then(version_of),
        }
    }

    /// Whether somebody can answer.
    pub const fn attendance(&self) -> Attendance {
        match self.attended {
            Some(true) => Attendance::Attended,
            Some(false) => Attendance::Headless,
            None => Attendance::Unknown,
        }
    }
}

/// `claude-code_2-1-329_harness` → `2.1.329`.
fn version_of(agent: &str) -> Option<String> {
    let mut parts = agent.split('_');
    if parts.next() != Some("claude-code") {
        return None;
    }
    let version = parts.next()?;
    let fits = version.len() <= 40
        && version.starts_with(|c: char| c.is_ascii_digit())
        && version
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits.then(|| version.replace('-', "."))
}

/// What the hook process prints and how it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HookOutput {
    /// Nothing, or one JSON object.
    pub stdout: String,
    /// Nothing, or one line.
    pub stderr: String,
    /// The process's exit code.
    pub exit_code: u8,
}

/// Why a hook call could not be understood. The guard denies on any of these.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Nothing was written to the hook.
    #[error("the hook call is empty")]
    Empty,
    /// More than [`palisade_core::limits::HOOK_INPUT_BYTES`].
    #[error("the hook call has {bytes} bytes, more than are read")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// Not JSON, or not UTF-8.
    #[error("the hook call is not JSON (line {line}, column {column})")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Deeper than [`palisade_core::limits::JSON_DEPTH`].
    #[error("the hook call is nested too deeply")]
    TooDeep,
    /// A key occurs twice in one object, so that two readers may see two different calls.
    #[error("the hook call has the key {key:?} twice in one object")]
    DuplicateKey {
        /// The key, shortened.
        key: String,
    },
    /// JSON, but not an object.
    #[error("the hook call is not a JSON object")]
    NotAnObject,
    /// A required field is missing or has the wrong type.
    #[error("{tool}: the field {field} is missing or has the wrong type")]
    Field {
        /// The tool, or the event when no tool is involved.
        tool: String,
        /// The field.
        field: &'static str,
    },
}

/// What can be told of a call that could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sniff {
    /// The event, when the call names exactly one.
    pub event: Option<String>,
    /// A denial can still stop something. True when the event is not known.
    pub blockable: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_environment() {
        let env = HookEnv::from_lookup(|name| match name {
            "CLAUDE_PROJECT_DIR" => Some("/home/dev/shop".into()),
            "CLAUDE_CODE_SESSION_ATTENDED" => Some("0".into()),
            "AI_AGENT" => Some("claude-code_2-1-329_harness".into()),
            _ => None,
        });
        assert_eq!(env.version.as_deref(), Some("2.1.329"));
        assert_eq!(env.attendance(), Attendance::Headless);
        assert_eq!(env.project_dir, Some(PathBuf::from("/home/dev/shop")));
    }

    #[test]
    fn doubts_the_environment() {
        let env = HookEnv::from_lookup(|name| match name {
            "CLAUDE_PROJECT_DIR" => Some("relative".into()),
            "CLAUDE_CODE_SESSION_ATTENDED" => Some("maybe".into()),
            "AI_AGENT" => Some("claude-code_\u{1b}[2J_harness".into()),
            _ => None,
        });
        assert_eq!(env, HookEnv::default());
        assert_eq!(env.attendance(), Attendance::Unknown);
    }
}
