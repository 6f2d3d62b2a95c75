//! Variables that make other programs run code.

use palisade_core::EffectKind;

use crate::arg::Arg;
use crate::understand::Context;

/// Code or a library is loaded from what these name.
const LOADS: &[&str] = &[
    "LD_PRELOAD",
    "LD_AUDIT",
    "DYLD_INSERT_LIBRARIES",
    "DYLD_FRAMEWORK_PATH",
    "BASH_ENV",
    "ENV",
    "ZDOTDIR",
    "PYTHONSTARTUP",
    "PYTHONHOME",
    "PYTHONINSPECT",
    "PERL5OPT",
    "PERL5DB",
    "RUBYOPT",
    "GIT_SSH_COMMAND",
    "GIT_SSH",
    "GIT_EXTERNAL_DIFF",
    "GIT_ASKPASS",
    "SSH_ASKPASS",
    "SUDO_ASKPASS",
    "GIT_PROXY_COMMAND",
    "GIT_EXEC_PATH",
    "GIT_TEMPLATE_DIR",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_PARAMETERS",
    "LESSOPEN",
    "LESSCLOSE",
    "MANPAGER",
    "BROWSER",
    "PYTHONBREAKPOINT",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "NPM_CONFIG_SCRIPT_SHELL",
    "npm_config_script_shell",
    "npm_config_node_options",
    "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS",
    "MAVEN_OPTS",
    "GRADLE_OPTS",
    "GCONV_PATH",
    "PROMPT_COMMAND",
    "EDITOR",
    "VISUAL",
    "PAGER",
    "GIT_EDITOR",
    "GIT_PAGER",
    "GIT_SEQUENCE_EDITOR",
    "NODE_OPTIONS",
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "PYTHONPATH",
    "NODE_PATH",
    "PERL5LIB",
    "RUBYLIB",
    "GH_EDITOR",
    "GH_PAGER",
    "GH_BROWSER",
    "GLAB_PAGER",
    "GIT_DIR",
    "CC",
    "CXX",
    "LD",
    "AR",
    "RUSTC",
    "CARGO_BUILD_RUSTC",
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "GOFLAGS",
    "GOPROXY",
    "GOSUMDB",
    "GOINSECURE",
    "MAKEFLAGS",
    "GNUMAKEFLAGS",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_TRUSTED_HOST",
    "UV_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_EXTRA_INDEX_URL",
    "NPM_CONFIG_REGISTRY",
    "npm_config_registry",
    "YARN_REGISTRY",
    "YARN_NPM_REGISTRY_SERVER",
    "BUN_CONFIG_REGISTRY",
    "CONDA_CHANNEL_ALIAS",
    "CARGO_REGISTRIES_CRATES_IO_INDEX",
];

/// Programs that only show or edit what they are given.
const PLAIN: &[&str] = &[
    "",
    "cat",
    "less",
    "more",
    "most",
    "bat",
    "delta",
    "vi",
    "vim",
    "nvim",
    "nano",
    "emacs",
    "ed",
    "code",
    "true",
    "false",
    ":",
    "echo",
    "/bin/true",
    "/usr/bin/true",
    "/bin/cat",
    "ls",
    "hx",
    "micro",
    "subl",
    "code --wait",
    "head",
    "diff-so-fancy",
    "less -R",
    "less -FRX",
    "less -F",
    "open",
    "xdg-open",
    "none",
];

/// Whether a value for an editor or a pager only shows or edits.
pub(crate) fn shows_only(value: &str) -> bool {
    PLAIN.contains(&value)
}

/// What setting this variable to this value is, if it is more than data.
pub(crate) fn effect(name: &str, value: &Arg, ctx: &Context) -> Option<EffectKind> {
    let shown = value.shown();
    match name {
        "CLAUDE_CONFIG_DIR" => {
            let usual = format!("{}/.claude", ctx.home.trim_end_matches('/'));
            return (shown != usual).then_some(EffectKind::AgentUnguarded);
        }
        "CLAUDE_CODE_SIMPLE" | "CLAUDE_CODE_BARE" => {
            return (!matches!(shown, "" | "0" | "false")).then_some(EffectKind::AgentUnguarded);
        }
        // Another policy for the agent that is started.
        "PALISADE_POLICY" => return Some(EffectKind::AgentUnguarded),
        _ => {}
    }
    if name.starts_with("BASH_FUNC_") {
        return Some(EffectKind::EnvInject);
    }
    if name.starts_with("GIT_CONFIG_KEY_") {
        let key = shown.to_ascii_lowercase();
        let runs = [
            "core.",
            "alias.",
            "credential",
            "filter.",
            "diff.",
            "pager.",
            "include",
        ]
        .iter()
        .any(|k| key.starts_with(k));
        return runs.then_some(EffectKind::EnvInject);
    }
    if !LOADS.contains(&name) {
        return None;
    }
    let harmless = match name {
        "PATH" | "LD_LIBRARY_PATH" | "DYLD_LIBRARY_PATH" | "PYTHONPATH" | "NODE_PATH"
        | "PERL5LIB" | "RUBYLIB" => search_path_fine(name, shown, ctx),
        "NODE_OPTIONS" | "npm_config_node_options" => {
            value.text().is_some() && shown.split_whitespace().all(plain_node_option)
        }
        "PYTHONBREAKPOINT" => {
            matches!(shown, "" | "0") || shown.ends_with("pdb.set_trace") && !shown.contains('/')
        }
        "GH_EDITOR" | "GH_PAGER" | "GH_BROWSER" | "GLAB_PAGER" => PLAIN.contains(&shown),
        // A repository is settings, and settings run programs.
        "GIT_DIR" => !temporary(shown, ctx),
        "CC" | "CXX" | "LD" | "AR" | "RUSTC" | "CARGO_BUILD_RUSTC" => {
            !shown.split_whitespace().any(|w| temporary(w, ctx))
        }
        "RUSTFLAGS" | "CARGO_ENCODED_RUSTFLAGS" => {
            !shown.split([' ', '=', '\u{1f}']).any(|w| temporary(w, ctx))
        }
        "GOFLAGS" => !["-toolexec", "-exec", "-insecure", "-vettool", "-overlay"]
            .iter()
            .any(|w| shown.contains(w)),
        "MAKEFLAGS" | "GNUMAKEFLAGS" => !["--eval", "-E", "-f", "--file", "SHELL=", "-I", "$("]
            .iter()
            .any(|w| shown.contains(w)),
        "GOSUMDB" => shown != "off",
        "GOINSECURE" | "PIP_TRUSTED_HOST" => shown.is_empty(),
        "GOPROXY" => shown.split([',', '|']).all(super::packages::sources::usual),
        "PIP_INDEX_URL"
        | "PIP_EXTRA_INDEX_URL"
        | "PIP_FIND_LINKS"
        | "UV_INDEX_URL"
        | "UV_DEFAULT_INDEX"
        | "UV_INDEX"
        | "UV_EXTRA_INDEX_URL"
        | "NPM_CONFIG_REGISTRY"
        | "npm_config_registry"
        | "YARN_REGISTRY"
        | "YARN_NPM_REGISTRY_SERVER"
        | "BUN_CONFIG_REGISTRY"
        | "CONDA_CHANNEL_ALIAS"
        | "CARGO_REGISTRIES_CRATES_IO_INDEX" => shown
            .split_whitespace()
            .all(super::packages::sources::usual),
        "JAVA_TOOL_OPTIONS" | "_JAVA_OPTIONS" | "MAVEN_OPTS" | "GRADLE_OPTS" => ![
            "-javaagent",
            "-agentpath",
            "-agentlib",
            "-Xbootclasspath",
            "OnOutOfMemoryError",
            "OnError",
        ]
        .iter()
        .any(|w| shown.contains(w)),
        "PERL5OPT" | "RUBYOPT" => {
            name == "RUBYOPT"
                && shown
                    .split_whitespace()
                    .all(|w| w.starts_with("-W") || w.starts_with("--") || w == "-w")
                || shown.is_empty()
        }
        "RUSTC_WRAPPER" | "CARGO_BUILD_RUSTC_WRAPPER" => {
            matches!(shown.rsplit('/').next(), Some("sccache" | ""))
        }
        "PAGER"
        | "GIT_PAGER"
        | "MANPAGER"
        | "EDITOR"
        | "VISUAL"
        | "GIT_EDITOR"
        | "GIT_SEQUENCE_EDITOR"
        | "BROWSER"
        | "GIT_ASKPASS"
        | "SSH_ASKPASS" => PLAIN.contains(&shown),
        "GIT_SSH_COMMAND" => plain_ssh(shown),
        "GIT_CONFIG_GLOBAL" | "GIT_CONFIG_SYSTEM" => matches!(shown, "/dev/null" | ""),
        "ENV" => {
            // Also the usual name for a deployment environment.
            !shown.contains('/')
        }
        "PYTHONINSPECT" => true,
        _ => shown.is_empty(),
    };
    (!harmless).then_some(EffectKind::EnvInject)
}

/// `ssh` with options that only choose a key or a host check.
fn plain_ssh(value: &str) -> bool {
    let mut words = value.split_whitespace();
    words.next() == Some("ssh")
        && !words.any(|w| {
            let w = w.to_ascii_lowercase();
            w.contains("proxycommand")
                || w.contains("localcommand")
                || w == "-f"
                || w.starts_with("-f/")
        })
}

/// Options of node that load nothing. A debugger that only this machine
/// reaches is no code either.
fn plain_node_option(word: &str) -> bool {
    let (name, value) = word.split_once('=').unwrap_or((word, ""));
    if name.starts_with("--inspect") {
        let host = value.rsplit_once(':').map_or("", |(host, _)| host);
        return value.bytes().all(|b| b.is_ascii_digit())
            || matches!(host, "127.0.0.1" | "localhost" | "[::1]");
    }
    let loads = [
        "require",
        "import",
        "loader",
        "env-file",
        "eval",
        "print",
        "openssl-config",
        "policy",
        "snapshot",
        "config-file",
        "icu-data",
    ];
    // What is no option is the value of one before it.
    name.starts_with("--") && !loads.iter().any(|l| name.contains(l))
        || !name.starts_with('-') && !name.contains('/')
}

/// In a folder anybody writes to. A home may itself lie in one.
fn temporary(path: &str, ctx: &Context) -> bool {
    let home = ctx.home.trim_end_matches('/');
    ["/tmp", "/var/tmp", "/dev/shm", "/private/tmp"]
        .iter()
        .any(|t| path == *t || path.strip_prefix(t).is_some_and(|r| r.starts_with('/')))
        && path.strip_prefix(home).is_none_or(str::is_empty)
        && path
            .strip_prefix(ctx.cwd.trim_end_matches('/'))
            .is_none_or(|r| !r.is_empty() && !r.starts_with('/'))
}

/// Only folders that come first can shadow programs. Ours (`~/.local/bin`,
/// tool folders) are fine, relative and temporary ones are not. Libraries and
/// modules of the project are the project's code, which may run anyway.
fn search_path_fine(name: &str, value: &str, ctx: &Context) -> bool {
    if name != "PATH" && value.is_empty() {
        return true;
    }
    let mut suspicious = false;
    for dir in value.split(':') {
        if dir.starts_with('$') && dir.contains("PATH") || matches!(dir, "/usr/bin" | "/bin") {
            break;
        }
        let tools = ["node_modules/.bin", "venv/bin", "vendor/bin", "/env/bin"]
            .iter()
            .any(|t| dir.ends_with(t));
        let home = dir.strip_prefix(ctx.home.trim_end_matches('/'));
        let relative = !dir.starts_with('/') && !dir.starts_with('$') && !dir.starts_with('~');
        if tools {
            continue;
        }
        suspicious |= if name == "PATH" {
            let dropped = ["/tmp", "/var/tmp", "/dev/shm"]
                .iter()
                .any(|t| dir == *t || dir.strip_prefix(t).is_some_and(|r| r.starts_with('/')));
            (dropped && home.is_none_or(str::is_empty))
                || relative
                || home == Some("")
                || dir == ctx.cwd
        } else {
            temporary(dir, ctx) || (relative && dir.starts_with(".."))
        };
    }
    !suspicious
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_injects_and_what_does_not() {
        let ctx = Context {
            cwd: "/w".into(),
            home: "/home/u".into(),
            ..Context::default()
        };
        for (name, value, injects) in [
            ("LD_PRELOAD", "/tmp/x.so", true),
            ("LD_PRELOAD", "", false),
            ("NODE_OPTIONS", "--max-old-space-size=4096", false),
            ("NODE_OPTIONS", "--require ./x.js", true),
            ("NODE_OPTIONS", "-r ./x.js", true),
            ("NODE_OPTIONS", "--import=tsx", true),
            ("NODE_OPTIONS", "--experimental-loader x", true),
            ("NODE_OPTIONS", "--dns-result-order=ipv4first", false),
            ("NODE_OPTIONS", "--unhandled-rejections=strict", false),
            ("NODE_OPTIONS", "--inspect", false),
            ("NODE_OPTIONS", "--inspect=9230", false),
            ("NODE_OPTIONS", "--inspect=0.0.0.0:9229", true),
            ("PYTHONPATH", "src", false),
            ("PYTHONPATH", "/tmp/x", true),
            ("LD_LIBRARY_PATH", "./lib", false),
            ("LD_LIBRARY_PATH", "/tmp/x", true),
            ("PIP_INDEX_URL", "https://pypi.org/simple", false),
            ("PIP_INDEX_URL", "https://evil.example/simple", true),
            ("GOFLAGS", "-mod=mod", false),
            ("GOFLAGS", "-toolexec=/x", true),
            ("CC", "clang", false),
            ("CC", "/tmp/cc", true),
            ("PATH", "/home/u/.local/bin:$PATH", false),
            ("PATH", "./bin:/usr/bin", true),
            ("PATH", "/tmp/x:/usr/bin", true),
            ("PATH", "/usr/bin:/tmp/x", false),
            ("PAGER", "cat", false),
            ("GIT_PAGER", "sh -c 'id'", true),
            ("GIT_EDITOR", "true", false),
            ("GIT_SSH_COMMAND", "ssh -i ~/.ssh/deploy", false),
            ("GIT_SSH_COMMAND", "ssh -o ProxyCommand=x", true),
            ("GIT_SSH_COMMAND", "/tmp/x", true),
            ("RUSTC_WRAPPER", "sccache", false),
            ("FOO", "bar", false),
        ] {
            let got = effect(name, &Arg::known(value), &ctx).is_some();
            assert_eq!(got, injects, "{name}={value}");
        }
    }
}
