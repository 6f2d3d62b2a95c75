//! Coding agents started by a coding agent, and the guard itself.

use palisade_core::{EffectKind, Target};

use crate::arg::Arg;

use super::args::{Parsed, parse};
use super::{Call, Sink};

/// Understands one call; `false` when the program is none of these.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        // AWS has a program of this name, whose first word is a verb.
        "copilot"
            if call
                .args
                .first()
                .is_some_and(|a| !a.lead().starts_with('-')) =>
        {
            return false;
        }
        "claude" | "codex" | "gemini" | "copilot" | "opencode" | "cursor-agent" | "aider"
        | "goose-agent" | "amp" | "crush" | "qwen" | "droid" | "kiro-cli" | "auggie" | "q" => {
            agent(call, sink);
        }
        "palisade" | "palisade-hook" => guard(call, sink),
        _ => return false,
    }
    true
}

fn agent(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "p-x permission-mode settings setting-sources model m add-dir allowedTools allowed-tools disallowedTools disallowed-tools output-format input-format system-prompt append-system-prompt mcp-config agents session-id c config sandbox s a ask-for-approval approval-mode C cd profile image i max-turns fallback-model permission-prompt-tool",
    );
    if p.has("version help v h") && !p.has("p print") {
        return;
    }
    let mut found = false;
    let mut say = |kind: EffectKind, what: &str| {
        found = true;
        sink.push(call.effect(kind, Target::Name(format!("{} {what}", call.program))));
    };
    let bypass = [
        "dangerously-skip-permissions",
        "allow-dangerously-skip-permissions",
        "yolo",
        "dangerously-bypass-approvals-and-sandbox",
        "allow-all-tools",
        "allow-all",
        "allow-all-paths",
        "full-auto",
        "yes-always",
        "trust-all-tools",
        "skip-permissions-unsafe",
        "force",
        "dangerously-allow-all",
    ];
    for b in bypass {
        if p.has(b) {
            say(EffectKind::AgentBypass, &format!("--{b}"));
        }
    }
    if call.program == "gemini" && p.has("y") {
        say(EffectKind::AgentBypass, "-y");
    }
    if call.program == "cursor-agent" && p.has("f") {
        say(EffectKind::AgentBypass, "-f");
    }
    for v in p.values("permission-mode approval-mode") {
        if matches!(
            v.shown(),
            "bypassPermissions" | "yolo" | "dontAsk" | "auto_edit"
        ) || v.text().is_none()
        {
            say(
                EffectKind::AgentBypass,
                &format!("--permission-mode {}", v.shown()),
            );
        }
    }
    if call.program == "codex" {
        let sandbox = p.values("sandbox s").any(|v| v.is("danger-full-access"));
        if sandbox {
            say(EffectKind::AgentBypass, "--sandbox danger-full-access");
        }
        for v in p.values("c config") {
            let t = v.shown().replace([' ', '"', '\''], "");
            if t.starts_with("features.hooks=false")
                || t.starts_with("hooks")
                || t.contains("disable_hooks")
            {
                say(EffectKind::AgentUnguarded, &format!("-c {t}"));
            }
            if t.contains("danger-full-access") || t == "approval_policy=never" {
                say(EffectKind::AgentBypass, &format!("-c {t}"));
            }
        }
        if p.has("dangerously-bypass-hook-trust") {
            say(
                EffectKind::AgentUnguarded,
                "--dangerously-bypass-hook-trust",
            );
        }
        if p.values("disable").any(|v| v.is("hooks"))
            || (p.has("disable") && p.operands.iter().any(|o| o.is("hooks")))
        {
            say(EffectKind::AgentUnguarded, "--disable hooks");
        }
    }
    if call.program == "opencode" {
        if p.has("auto") {
            say(EffectKind::AgentBypass, "--auto");
        }
        if p.has("pure") {
            say(EffectKind::AgentUnguarded, "--pure");
        }
    }
    if call.program == "codex" && p.word(0) == "features" && p.word(1) == "disable" {
        say(EffectKind::AgentUnguarded, "features disable");
    }
    if call.program == "claude" {
        unguarded(call, &p, &mut say);
    }
    for f in p
        .values("settings mcp-config")
        .filter(|f| !f.lead().trim_start().starts_with('{'))
    {
        sink.file(call, EffectKind::FileRead, f);
    }
    let manages = matches!(
        p.word(0),
        "mcp"
            | "config"
            | "doctor"
            | "update"
            | "login"
            | "logout"
            | "auth"
            | "install"
            | "plugin"
            | "setup-token"
            | "completion"
            | "features"
            | "extensions"
            | "models"
            | "stats"
    );
    if !found && !manages {
        sink.name(call, EffectKind::AgentStart, call.program);
    }
    if manages && matches!(p.word(0), "mcp" | "plugin" | "config" | "extensions") {
        let changes = matches!(
            p.word(1),
            "add"
                | "remove"
                | "add-json"
                | "add-from-claude-desktop"
                | "install"
                | "enable"
                | "disable"
                | "uninstall"
                | "set"
                | "marketplace"
                | "update"
                | "unset"
        );
        if changes {
            // Settings of the agent are files that run later.
            let file = match call.program {
                "claude" => ".claude.json",
                "codex" => ".codex/config.toml",
                "gemini" => ".gemini/settings.json",
                _ => ".config/agent",
            };
            sink.file(
                call,
                EffectKind::FileWrite,
                &Arg::known(format!("{}/{file}", call.home)),
            );
        }
    }
}

/// Claude Code with hooks off, or with settings that are not the user's.
fn unguarded(call: &Call<'_>, p: &Parsed, say: &mut impl FnMut(EffectKind, &str)) {
    for o in ["bare", "safe-mode", "no-hooks"] {
        if p.has(o) {
            say(EffectKind::AgentUnguarded, &format!("--{o}"));
        }
    }
    for v in p.values("setting-sources") {
        if !v.shown().split(',').any(|s| s.trim() == "user") {
            say(
                EffectKind::AgentUnguarded,
                &format!("--setting-sources {}", v.shown()),
            );
        }
    }
    for v in p.values("settings") {
        let t = v.shown();
        // A file may turn hooks off as well, and may change until it is read.
        let inline = t.trim_start().starts_with('{');
        if !inline || v.text().is_none() || t.contains("disableAllHooks") {
            say(EffectKind::AgentUnguarded, "--settings");
        }
    }
    let _ = call;
}

/// The guard's own verbs: looking is free, changing is not the agent's.
fn guard(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "agent format config o since until");
    let looks = matches!(
        p.word(0),
        "" | "log"
            | "status"
            | "check"
            | "doctor"
            | "help"
            | "explain"
            | "redact"
            | "posture"
            | "version"
            | "scan"
            | "completions"
            | "report"
            | "why"
            | "show"
    ) || (p.word(0) == "guard"
        && matches!(p.word(1), "check" | "test" | "explain" | "status"))
        || (p.word(0) == "policy"
            && matches!(p.word(1), "check" | "show" | "diff" | "test" | "explain"))
        || (p.word(0) == "journal" && matches!(p.word(1), "verify" | "show" | "log" | ""));
    // What it shows is not for whoever runs under the guard.
    if p.word(0) == "scan" && p.has("show-secrets") {
        let shown = Target::Name("values of a scan".into());
        sink.push(call.effect(EffectKind::SecretRead, shown));
    }
    if p.has("help version") || looks {
        if matches!(p.word(0), "redact" | "scan") {
            for o in p.operands.iter().skip(1) {
                sink.file(call, EffectKind::FileList, o);
            }
        }
        return;
    }
    let e = call.effect(EffectKind::AgentUnguarded, Target::Name("palisade".into()));
    sink.push(e);
}
