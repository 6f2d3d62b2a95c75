//! Environment variables that change where the agent's traffic goes, what it
//! is held to, or which code it loads.
//!
//! A repository can set any of them through `env` in its settings, and in a
//! headless run they apply without a question.

/// What a variable does when somebody else sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Concern {
    /// Prompts, code and the key go somewhere else.
    Redirects,
    /// The provider or its authentication changes.
    Provider,
    /// Requests are changed.
    Shapes,
    /// A control is weakened.
    Weakens,
    /// The machine's policy comes from somewhere else.
    Policy,
    /// Other code is loaded, by the agent or by programs it starts.
    LoadsCode,
    /// A credential.
    Credential,
}

impl Concern {
    /// Completes "sets NAME, …".
    pub(super) const fn effect(self) -> &'static str {
        match self {
            Self::Redirects => "which sends the agent's traffic and your key elsewhere",
            Self::Provider => "which changes the model provider or skips its authentication",
            Self::Shapes => "which changes every model request",
            Self::Weakens => "which weakens the agent's own controls",
            Self::Policy => "which changes where the machine's policy is read from",
            Self::LoadsCode => "which makes programs load other code",
            Self::Credential => "which puts a credential into a settings file",
        }
    }
}

/// What is known about a variable.
pub(super) fn concern(name: &str) -> Option<Concern> {
    for (names, concern) in [
        (REDIRECTS, Concern::Redirects),
        (PROVIDER, Concern::Provider),
        (SHAPES, Concern::Shapes),
        (WEAKENS, Concern::Weakens),
        (POLICY, Concern::Policy),
        (LOADS_CODE, Concern::LoadsCode),
        (CREDENTIALS, Concern::Credential),
    ] {
        if names.contains(&name) {
            return Some(concern);
        }
    }
    let upper = name.to_ascii_uppercase();
    if upper.ends_with("_BASE_URL")
        || matches!(upper.as_str(), "HTTP_PROXY" | "HTTPS_PROXY" | "ALL_PROXY")
    {
        return Some(Concern::Redirects);
    }
    ["LD_", "DYLD_", "GIT_CONFIG"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
        .then_some(Concern::LoadsCode)
}

const REDIRECTS: &[&str] = &[
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_UNIX_SOCKET",
    "CLAUDE_BRIDGE_BASE_URL",
    "CLAUDE_CODE_HTTP_PROXY",
    "CLAUDE_CODE_HTTPS_PROXY",
    "CLAUDE_CODE_PROXY_HOST",
    "CLAUDE_CODE_PROXY_URL",
    "CLAUDE_CODE_PROXY_RESOLVES_HOSTS",
    "CLAUDE_CODE_HOST_HTTP_PROXY_PORT",
    "CLAUDE_CODE_HOST_SOCKS_PROXY_PORT",
    "MCP_PROXY_URL",
    "MCP_PROXY_PATH",
    "CLAUDE_CODE_PLUGIN_ARCHIVE_URL",
    "CLAUDE_CODE_AGENT_PROXY_GIT_CONFIG",
    "CLAUDE_CODE_AGENT_PROXY_GIT_HOSTS",
    "CLAUDE_CODE_CERT_STORE",
    "CLAUDE_CODE_CLIENT_CERT",
    "NODE_EXTRA_CA_CERTS",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "NO_PROXY",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
];

const PROVIDER: &[&str] = &[
    "CLAUDE_CODE_USE_BEDROCK",
    "CLAUDE_CODE_USE_VERTEX",
    "CLAUDE_CODE_USE_FOUNDRY",
    "CLAUDE_CODE_USE_MANTLE",
    "CLAUDE_CODE_USE_ANTHROPIC_AWS",
    "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD",
    "CLAUDE_CODE_USE_GATEWAY",
    "CLAUDE_CODE_SKIP_BEDROCK_AUTH",
    "CLAUDE_CODE_SKIP_VERTEX_AUTH",
    "CLAUDE_CODE_SKIP_FOUNDRY_AUTH",
    "CLAUDE_CODE_SKIP_MANTLE_AUTH",
    "CLAUDE_CODE_SKIP_ANTHROPIC_AWS_AUTH",
    "CLAUDE_CODE_SKIP_ANTHROPIC_GOOGLE_CLOUD_AUTH",
];

const SHAPES: &[&str] = &[
    "ANTHROPIC_CUSTOM_HEADERS",
    "CLAUDE_CODE_EXTRA_BODY",
    "CLAUDE_CODE_GATEWAY_HINT_HEADERS",
];

const WEAKENS: &[&str] = &[
    "CLAUDE_CODE_EVEN_MORE_DANGEROUSLY_SKIP_PERMISSIONS",
    "CLAUDE_CODE_STOP_HOOK_BLOCK_CAP",
    "CLAUDE_CODE_IGNORE_PERSISTED_TRUST",
    "CLAUDE_CODE_RELAUNCH_HOME_TRUST",
    "CLAUDE_BG_WORKSPACE_TRUSTED",
    "CLAUDE_CODE_AUTO_MODE_EXTERNAL_PERMISSIONS",
    "CLAUDE_CODE_ENABLE_AUTO_MODE",
    "CLAUDE_CODE_DISABLE_INLINE_SHELL_RM_PROMPT",
    "CLAUDE_CODE_DISABLE_SUBSTITUTION_RM_PROMPT",
    "CLAUDE_CODE_DISABLE_MOUNTED_DRIVE_RM_PROMPT",
    "CLAUDE_CODE_DISABLE_EXPORTED_VARIABLE_PROMPT",
    "CLAUDE_CODE_DISABLE_POWERSHELL_CMD_RM_DENY",
    "CLAUDE_CODE_DISABLE_FILE_CHECKPOINTING",
    "CLAUDE_CODE_SANDBOXED",
    "IS_SANDBOX",
];

/// Variables that take all hooks of a person out of service when the person's
/// own settings set them. From a project's settings the agent ignores them.
pub(super) const HOOKS_OFF: &[(&str, &str)] = &[
    ("CLAUDE_CONFIG_DIR", "env.CLAUDE_CONFIG_DIR"),
    ("CLAUDE_CODE_SAFE_MODE", "env.CLAUDE_CODE_SAFE_MODE"),
    ("CLAUDE_CODE_SIMPLE", "env.CLAUDE_CODE_SIMPLE"),
];

const POLICY: &[&str] = &[
    "CLAUDE_CODE_MANAGED_SETTINGS_PATH",
    "CLAUDE_CODE_REMOTE_SETTINGS_PATH",
    "CLAUDE_CODE_REMOTE_SETTINGS_POLL_MS",
    "CLAUDE_CODE_MOCK_REMOTE_SETTINGS",
    "CLAUDE_CODE_DISABLE_ADMIN_ENV_UNION",
    "CLAUDE_CODE_POLICY_HELPER_PS1_PATH",
    "CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST",
];

const LOADS_CODE: &[&str] = &[
    "PATH",
    "BASH_ENV",
    "ENV",
    "SHELL",
    "NODE_OPTIONS",
    "NODE_PATH",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PERL5LIB",
    "PERL5OPT",
    "RUBYOPT",
    "RUBYLIB",
    "JAVA_TOOL_OPTIONS",
    "GCONV_PATH",
    "EDITOR",
    "PAGER",
    "GIT_DIR",
    "GIT_EXEC_PATH",
    "GIT_EDITOR",
    "GIT_PAGER",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_ASKPASS",
    "GIT_EXTERNAL_DIFF",
    "GIT_PROXY_COMMAND",
    "GIT_TEMPLATE_DIR",
    "RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CLAUDE_CODE_PLUGIN_DIRS",
    "CLAUDE_CODE_PLUGIN_SEED_DIR",
    "CLAUDE_CODE_PLUGIN_CACHE_DIR",
    "CLAUDE_CODE_REMOTE_MCP_CONFIG",
    "CLAUDE_CODE_SHELL_MCP_SERVERS",
    "CLAUDE_CODE_MCP_ALLOWLIST_ENV",
    "MCP_SERVERS",
    "CLAUDE_CODE_SHELL",
    "CLAUDE_CODE_SHELL_PREFIX",
    "CLAUDE_CODE_SHELL_LAUNCHER_SCRIPT",
    "CLAUDE_CODE_GIT_BASH_PATH",
    "CLAUDE_CODE_ENABLE_FUNCTION_HOOKS",
    "ENABLE_PREUPDATE_HOOK",
];

const CREDENTIALS: &[&str] = &[
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_AWS_API_KEY",
    "ANTHROPIC_FOUNDRY_API_KEY",
    "ANTHROPIC_FOUNDRY_AUTH_TOKEN",
    "ANTHROPIC_IDENTITY_TOKEN",
    "CLAUDE_API_KEY",
    "CLAUDE_CODE_OAUTH_TOKEN",
    "CLAUDE_CODE_OAUTH_REFRESH_TOKEN",
    "CLAUDE_CODE_GATEWAY_TOKEN",
];
