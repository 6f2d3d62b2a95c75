//! Who runs this: a person, or an agent below one.
//!
//! An approval is worth something only when the agent could not have given it.
//! The guard refuses the agent's calls of our own verbs; this is the second
//! look, for an agent that runs unguarded or got around it. It is not proof
//! against a program that cuts every tie to its parents on purpose; SECURITY.md
//! says so.

use std::collections::BTreeSet;

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

/// Programs whose first argument is the program that runs.
const CARRIERS: &[&str] = &[
    "node", "nodejs", "bun", "deno", "python", "python3", "env", "sh", "bash", "dash", "zsh",
];

/// The agent a command line starts. Its arguments are not looked at: a session of
/// tmux or a file may be called `claude`.
fn agent(arguments: &[String]) -> Option<&'static str> {
    let base = |word: &str| word.rsplit('/').next().unwrap_or_default().to_owned();
    // The program as the system knows it, and as it calls itself.
    let mut named: Vec<&String> = arguments.iter().take(2).collect();
    if named
        .iter()
        .any(|word| CARRIERS.contains(&base(word).as_str()))
    {
        let script = arguments
            .iter()
            .skip(1)
            .find(|word| !word.starts_with('-') && !CARRIERS.contains(&base(word).as_str()));
        named.extend(script);
    }
    named.into_iter().find_map(|word| {
        let in_package = PACKAGES.iter().find(|p| word.contains(&format!("/{p}/")));
        let name = base(word);
        in_package
            .or_else(|| PROGRAMS.iter().find(|p| **p == name))
            .copied()
    })
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
    let program = std::fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
    out.insert(0, program.to_string_lossy().into_owned());
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
    let program = ps(pid, "comm=").unwrap_or_default();
    let command = ps(pid, "command=").unwrap_or_default();
    let words = command.split_whitespace().map(str::to_owned);
    std::iter::once(program).chain(words).collect()
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
        for (line, found) in [
            ("/opt/claude /usr/local/bin/claude -p hello", Some("claude")),
            ("/opt/v22/bin/node claude", Some("claude")),
            (
                "/usr/bin/node node --max-old-space-size=1 /opt/n/node_modules/@google/gemini-cli/bundle/gemini.js",
                Some("@google/gemini-cli"),
            ),
            (
                "/usr/bin/node /usr/bin/node /usr/bin/codex exec",
                Some("codex"),
            ),
            ("/bin/bash bash -c x", None),
            ("/bin/bash claude -c x", Some("claude")),
            ("/usr/bin/vim vim claude", None),
            ("/usr/bin/tmux tmux new -s claude", None),
            ("/usr/bin/ssh ssh codex", None),
            (
                "/Applications/Cursor.app/Contents/MacOS/Cursor Cursor",
                None,
            ),
        ] {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            assert_eq!(agent(&words), found, "{line}");
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
