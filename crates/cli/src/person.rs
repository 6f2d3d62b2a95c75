//! Who runs this: a person, or an agent below one.
//!
//! An approval is worth something only when the agent could not have given it.
//! The guard refuses the agent's calls of our own verbs; this is the second
//! look, for an agent that runs unguarded or got around it. It is not proof
//! against a program that cuts every tie to its parents on purpose; SECURITY.md
//! says so.

use std::collections::BTreeSet;
use std::path::Path;

/// Steps up; a longer chain has no honest reason.
const STEPS: usize = 64;

/// Variables that agents set for what they start.
const MARKS: &[&str] = &[
    "CLAUDECODE",
    "CLAUDE_CODE_SESSION_ID",
    "AI_AGENT",
    "CODEX_SANDBOX",
    "CODEX_SANDBOX_NETWORK_DISABLED",
    "CODEX_THREAD_ID",
    "GEMINI_CLI",
    "COPILOT_CLI",
    "COPILOT_AGENT_SESSION_ID",
    "OPENCODE",
    "OPENCODE_PID",
    "CURSOR_AGENT",
    "CLINE_ACTIVE",
    "KIRO_AGENT",
];

/// Programs that are agents.
const PROGRAMS: &[&str] = &[
    "claude",
    "codex",
    "gemini",
    "copilot",
    "opencode",
    "cursor-agent",
    "kiro-cli",
    "cline",
    "aider",
    "goose",
    "amp",
    "qwen",
    "crush",
];

/// Packages whose scripts are agents, as they lie below `node_modules`.
const PACKAGES: &[&str] = &[
    "@anthropic-ai/claude-code",
    "@openai/codex",
    "@google/gemini-cli",
    "@github/copilot",
    "opencode-ai",
    "@sourcegraph/amp",
    "@qwen-code/qwen-code",
];

/// The agent this process was started by, at whatever distance.
pub(crate) fn agent_above() -> Option<String> {
    if let Some(mark) = MARKS.iter().find(|m| std::env::var_os(m).is_some()) {
        return Some(format!("{mark} is set"));
    }
    let mut seen = BTreeSet::new();
    let mut pid = std::process::id();
    for _ in 0..STEPS {
        if !seen.insert(pid) {
            break;
        }
        let parent = parent(pid)?;
        if parent <= 1 {
            break;
        }
        if let Some(found) = agent(&arguments(parent)) {
            return Some(format!("{found}, process {parent}"));
        }
        if let Some(mark) = marked(parent) {
            return Some(format!("{mark} is set in process {parent}"));
        }
        pid = parent;
    }
    None
}

/// The agent a command line starts.
fn agent(arguments: &[String]) -> Option<&'static str> {
    // `node /…/cli.js`, `/usr/bin/env claude`: the name is among the first words.
    for word in arguments.iter().take(4) {
        let in_package = PACKAGES
            .iter()
            .find(|p| word.contains(&format!("/{p}/")))
            .copied();
        let name = Path::new(word).file_name()?.to_str()?;
        let by_name = PROGRAMS.iter().find(|p| **p == name).copied();
        if let Some(found) = in_package.or(by_name) {
            return Some(found);
        }
    }
    None
}

#[cfg(target_os = "linux")]
fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything, parentheses too.
    let (_, after) = stat.rsplit_once(')')?;
    after.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(target_os = "linux")]
fn arguments(pid: u32) -> Vec<String> {
    let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let mut out: Vec<String> = words
        .split(|b| *b == 0)
        .filter(|w| !w.is_empty())
        .map(|w| String::from_utf8_lossy(w).into_owned())
        .collect();
    // What it calls itself may be another thing than what it is.
    if let Ok(program) = std::fs::read_link(format!("/proc/{pid}/exe")) {
        out.insert(0, program.to_string_lossy().into_owned());
    }
    out
}

/// The variables a parent was started with.
#[cfg(target_os = "linux")]
fn marked(pid: u32) -> Option<&'static str> {
    let environment = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
    let mut entries = environment.split(|b| *b == 0);
    entries.find_map(|entry| {
        let name = entry.split(|b| *b == b'=').next()?;
        MARKS.iter().find(|m| m.as_bytes() == name).copied()
    })
}

#[cfg(not(target_os = "linux"))]
fn ps(pid: u32, column: &str) -> Option<String> {
    let out = std::process::Command::new("/bin/ps")
        .args(["-o", column, "-p", &pid.to_string()])
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

#[cfg(not(target_os = "linux"))]
fn parent(pid: u32) -> Option<u32> {
    ps(pid, "ppid=")?.parse().ok()
}

#[cfg(not(target_os = "linux"))]
fn arguments(pid: u32) -> Vec<String> {
    ps(pid, "command=")
        .unwrap_or_default()
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

#[cfg(not(target_os = "linux"))]
fn marked(_: u32) -> Option<&'static str> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_are_known_by_their_command_lines() {
        let words =
            |line: &str| -> Vec<String> { line.split_whitespace().map(str::to_owned).collect() };
        for (line, found) in [
            ("/usr/local/bin/claude -p hello", Some("claude")),
            (
                "node /opt/n/node_modules/@google/gemini-cli/bundle/gemini.js",
                Some("@google/gemini-cli"),
            ),
            ("/usr/bin/node /usr/bin/codex exec", Some("codex")),
            ("/bin/bash", None),
            ("vim claude.md", None),
            ("/usr/bin/tmux new -s claude-work", None),
            ("/Applications/Cursor.app/Contents/MacOS/Cursor", None),
        ] {
            assert_eq!(agent(&words(line)), found, "{line}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_knows_its_parent() {
        let me = std::process::id();
        assert!(parent(me).is_some_and(|p| p > 0));
        assert!(!arguments(me).is_empty());
        assert_eq!(parent(u32::MAX), None);
    }
}
