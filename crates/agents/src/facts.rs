//! What is known about each agent's contract, for people who choose by it. The
//! tables of `docs/agents.md` are made from this.

use palisade_core::AgentKind;

/// Where the knowledge comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// By running this version against a local endpoint.
    Run(&'static str),
    /// From its documentation.
    Documented,
}

/// One agent's contract in a few words.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The agent.
    pub agent: AgentKind,
    /// Where it comes from.
    pub evidence: Evidence,
    /// What an `ask` becomes.
    pub asks: &'static str,
    /// What becomes of a secret in a result.
    pub results: &'static str,
    /// What the agent does when the hook fails (is killed, missing, too slow).
    pub fails: &'static str,
    /// What reaches no hook, or cannot be done.
    pub gaps: &'static [&'static str],
}

/// Every agent.
pub const FACTS: &[Facts] = &[
    Facts {
        agent: AgentKind::Claude,
        evidence: Evidence::Run("2.1.329"),
        asks: "the agent's own question; headless a denial with a code",
        results: "replaced",
        fails: "the call does not run (`onFailure: block`)",
        gaps: &[
            "a failing command's output is kept in only by ending the run",
            "a project or an option can switch the user's hooks off; managed hooks stay",
        ],
    },
    Facts {
        agent: AgentKind::Codex,
        evidence: Evidence::Run("0.169.0"),
        asks: "a denial with a code: an `ask` lets the call run",
        results: "replaced",
        fails: "**the call runs**; what the guard catches itself is a denial",
        gaps: &[
            "what is written to a running command (`write_stdin`) reaches no hook, so a command that would wait for input asks",
            "`view_image`, the `shell` argument of a command and hosted tools reach no hook",
            "hooks run only when trusted; `protect` writes the trust into `config.toml`",
            "`hooks = false` in the user's or a trusted project's configuration switches them off; managed hooks stay",
        ],
    },
    Facts {
        agent: AgentKind::Gemini,
        evidence: Evidence::Run("0.61.0"),
        asks: "the agent's own question before a terminal, else a denial with a code",
        results: "replaced",
        fails: "a missing hook blocks; **one that is too slow lets the call run**",
        gaps: &[
            "calls carry no identifier: a result is not matched to its verdict",
            "`hooksConfig` in the user's settings switches hooks off; managed hooks stay",
        ],
    },
    Facts {
        agent: AgentKind::Copilot,
        evidence: Evidence::Run("1.0.102"),
        asks: "the agent's own question; headless a denial",
        results: "replaced; a tool that failed is recorded only",
        fails: "a missing or failing hook blocks; **one that is too slow lets the call run**",
        gaps: &[
            "`disableAllHooks` is documented to switch the user's hooks off (this version did not obey it); managed hooks stay",
            "calls carry no identifier",
        ],
    },
    Facts {
        agent: AgentKind::OpenCode,
        evidence: Evidence::Run("1.18.33"),
        asks: "a denial with a code: a plugin cannot ask",
        results: "replaced; a tool that failed is not seen",
        fails: "the call does not run: the plugin throws",
        gaps: &["another plugin of the same process can do what it likes"],
    },
    Facts {
        agent: AgentKind::Cursor,
        evidence: Evidence::Documented,
        asks: "the agent's own question for commands and MCP; else a denial with a code",
        results: "recorded only",
        fails: "the call does not run (`failClosed`)",
        gaps: &[],
    },
    Facts {
        agent: AgentKind::Windsurf,
        evidence: Evidence::Documented,
        asks: "a denial with a code",
        results: "not seen",
        fails: "**the call runs**",
        gaps: &[],
    },
    Facts {
        agent: AgentKind::Cline,
        evidence: Evidence::Documented,
        asks: "a denial with a code",
        results: "recorded only",
        fails: "not documented",
        gaps: &[],
    },
    Facts {
        agent: AgentKind::Kiro,
        evidence: Evidence::Documented,
        asks: "a denial with a code",
        results: "recorded only",
        fails: "not documented",
        gaps: &[
            "hooks belong to agent files: `protect` does not install there, `palisade-hook kiro` can be named in them",
        ],
    },
    Facts {
        agent: AgentKind::VsCode,
        evidence: Evidence::Documented,
        asks: "the agent's own question",
        results: "replaced, if it obeys what Claude Code does",
        fails: "not documented",
        gaps: &[
            "it executes the hooks of Claude Code's settings, so `protect` covers it with them",
        ],
    },
];

/// The facts as Markdown.
pub fn markdown() -> String {
    let mut out = String::from(
        "| agent | known from | an ask becomes | secrets in results | when the hook fails |\n|---|---|---|---|---|\n",
    );
    for f in FACTS {
        let known = match f.evidence {
            Evidence::Run(version) => format!("running {version}"),
            Evidence::Documented => "its documentation".to_owned(),
        };
        out.push_str(&format!(
            "| {} (`{}`) | {known} | {} | {} | {} |\n",
            f.agent.title(),
            f.agent.as_str(),
            f.asks,
            f.results,
            f.fails
        ));
    }
    out.push_str("\n## Gaps\n");
    for f in FACTS.iter().filter(|f| !f.gaps.is_empty()) {
        out.push_str(&format!("\n**{}**\n\n", f.agent.title()));
        for gap in f.gaps {
            out.push_str(&format!("- {gap}\n"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: &str = "<!-- agents: generated, see crates/agents/src/facts.rs -->\n";
    const END: &str = "<!-- end of agents -->";

    #[test]
    fn every_agent_has_its_facts() {
        let known: Vec<AgentKind> = FACTS.iter().map(|f| f.agent).collect();
        assert_eq!(known, AgentKind::ALL);
    }

    /// With `PALISADE_BLESS=1` the page is brought up to date instead.
    #[test]
    fn the_page_says_what_is_known_here() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/agents.md");
        let text = std::fs::read_to_string(page).unwrap();
        let (before, rest) = text.split_once(BEGIN).unwrap();
        let (old, after) = rest.split_once(END).unwrap();
        let new = markdown();
        if old != new && std::env::var_os("PALISADE_BLESS").is_some() {
            std::fs::write(page, format!("{before}{BEGIN}{new}{END}{after}")).unwrap();
            return;
        }
        assert_eq!(old, new, "run again with PALISADE_BLESS=1");
    }
}
