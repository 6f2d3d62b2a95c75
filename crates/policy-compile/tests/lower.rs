//! The agents' own rules: what they hold, and that they are never wider.

use std::collections::BTreeSet;

use palisade_core::Verdict::{Allow, Ask, Deny};
use palisade_core::{AgentKind, Mode, Profile, Verdict};
use palisade_policy::{
    Access, CommandRule, HostRule, Layer, McpRule, PathRule, ProgramRule, SourceRef, Table,
    command_pattern_matches,
};
use palisade_policy_compile::{
    Knowledge, LOWERED, Lowered, New, Permission, compile, import, lower,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::compile::Files;

fn lowered(table: &Table, agent: AgentKind) -> Lowered {
    lower(table, agent).unwrap()
}

fn table(text: &str) -> Table {
    let files = Files::new().with("user", &format!("schema = 1\n{text}"));
    compile(&files.sources()).unwrap().snapshot.table
}

/// One policy in the words of every agent, with what did not come through.
#[test]
fn in_every_agents_words() {
    let table = table(
        r#"
[rows]
"secret.read" = "allow"
"net.read" = "deny"
"git.force-push" = "deny"
"net.write" = { mode = "observe" }
"file.write" = { elsewhere = "deny" }

[[paths]]
pattern = ["/production/**", "plans/q*", "~/notes/**", "//srv/{a,b}"]
verdict = "deny"

[[paths]]
pattern = "*.sqlite"
access = "delete"
verdict = "ask"

[[hosts]]
pattern = ["*.internal.example.com", "10.0.0.0/8", "evil.example"]
verdict = "deny"

[[mcp]]
server = "github"
tool = ["delete_repo", "get_*"]
verdict = "deny"

[[mcp]]
server = "jira"
tool = "*"
verdict = "ask"

[[programs]]
name = "kubectl"
verdict = "deny"

[[commands]]
pattern = ["npm {publish,unpublish} *", "npm test", "* --force *", "rm -rf *"]
verdict = "deny"

[[commands]]
pattern = "terraform apply *"
verdict = "ask"
"#,
    );
    let mut out = String::new();
    for agent in LOWERED {
        let lowered = lowered(&table, agent);
        out.push_str(&format!("=== {}\n", agent.title()));
        for file in &lowered.files {
            out.push_str(&format!("--- {}\n{}", file.path, file.content));
        }
        for (word, remarks) in [("stricter", &lowered.stricter), ("cannot", &lowered.unsaid)] {
            for remark in remarks {
                if !remark.source.starts_with("built in") {
                    out.push_str(&format!("{word}: {}: {}\n", remark.what, remark.why));
                }
            }
        }
    }
    insta::assert_snapshot!(out);
}

#[test]
fn agents_without_rules_have_none() {
    let table = Table::builtin(Profile::Standard);
    assert_eq!(lower(&table, AgentKind::Cline), None);
}

/// What is only observed must not be carried out by somebody else.
#[test]
fn what_is_observed_is_left_to_the_guard() {
    let mut table = Table::builtin(Profile::Strict);
    table.mode = Mode::Observe;
    for agent in LOWERED {
        assert_eq!(lowered(&table, agent).files, []);
    }
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![Just(Allow), Just(Ask), Just(Deny)]
}

fn source() -> SourceRef {
    SourceRef::File {
        path: "p.toml".into(),
        line: 1,
    }
}

/// Tables with any rules beside the rows.
fn tables() -> impl Strategy<Value = Table> {
    let layer = Layer::User;
    let path = "(/|~/|//|)[a-z.]{1,4}(/[a-z*]{1,3})?(/\\*\\*)?";
    let access = prop_oneof![
        Just(Access::Read),
        Just(Access::Write),
        Just(Access::Delete),
        Just(Access::Any)
    ];
    let paths = prop::collection::vec((path, access, verdict()), 0..4);
    let host = "(\\*\\.)?[a-z]{1,5}\\.(com|internal)|10\\.0\\.0\\.0/8|localhost";
    let hosts = prop::collection::vec((host, any::<bool>(), verdict()), 0..4);
    let mcp = prop::collection::vec(("[a-z]{1,4}\\*?", "(\\*|[a-z_]{1,5}\\*?)", verdict()), 0..4);
    let word = "[a-z]{2,5}( [a-z]{1,4})?";
    let programs = prop::collection::vec((word, verdict()), 0..3);
    let command = "[a-z]{2,5}( --?[a-z]{1,5}| [a-z]{1,4}){0,2}( \\*)?";
    let commands = prop::collection::vec((command, prop_oneof![Just(Ask), Just(Deny)]), 0..4);
    let profile = prop::sample::select(palisade_policy::PROFILES);
    (profile, paths, hosts, mcp, programs, commands).prop_map(
        move |(profile, paths, hosts, mcp, programs, commands)| {
            let mut t = Table::builtin(profile);
            for (pattern, access, verdict) in paths {
                let source = source();
                t.paths.push(PathRule {
                    pattern,
                    access,
                    verdict,
                    layer,
                    source,
                });
            }
            for (pattern, writes, verdict) in hosts {
                let methods = if writes {
                    vec!["POST".to_owned()]
                } else {
                    Vec::new()
                };
                let source = source();
                t.hosts.push(HostRule {
                    pattern,
                    methods,
                    verdict,
                    layer,
                    source,
                });
            }
            for (server, tool, verdict) in mcp {
                let source = source();
                t.mcp.push(McpRule {
                    server,
                    tool,
                    verdict,
                    layer,
                    source,
                });
            }
            for (name, verdict) in programs {
                let source = source();
                t.programs.push(ProgramRule {
                    name,
                    verdict,
                    layer,
                    source,
                });
            }
            for (pattern, verdict) in commands {
                let source = source();
                t.commands.push(CommandRule {
                    pattern,
                    verdict,
                    layer,
                    source,
                });
            }
            t
        },
    )
}

/// The lists of a settings file of Claude Code as the importer gets them.
fn permissions(lowered: &Lowered) -> Vec<Permission> {
    let Some(file) = lowered.files.first() else {
        return Vec::new();
    };
    let settings: Value = serde_json::from_str(&file.content).unwrap();
    let mut out = Vec::new();
    for (list, verdict) in [("deny", Deny), ("ask", Ask)] {
        let rules = settings["permissions"][list].as_array();
        for rule in rules.into_iter().flatten() {
            let text = rule.as_str().unwrap().to_owned();
            let (tool, argument) = match text.split_once('(') {
                Some((tool, rest)) => (tool, rest.strip_suffix(')').map(str::to_owned)),
                None => (text.as_str(), None),
            };
            out.push(Permission {
                verdict,
                tool: tool.to_owned(),
                argument,
                place: "settings.json:1".to_owned(),
                root: String::new(),
                text: text.clone(),
            });
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// What was lowered and imported again says the same.
    #[test]
    fn lowering_and_import_round_trip(table in tables()) {
        let lowered = lowered(&table, AgentKind::Claude);
        let knowledge = Knowledge { effects: &|_| Vec::new(), may_allow: true };
        let back = import(&permissions(&lowered), &knowledge);
        let has = |rule: New, verdict: Verdict| back.rules.iter().any(|(r, v, _)| *r == rule && *v == verdict);
        let said: BTreeSet<&str> = lowered.said.iter().map(|s| s.what.as_str()).collect();
        for r in table.paths.iter().filter(|r| r.verdict != Allow && r.access != Access::Delete) {
            for access in [Access::Read, Access::Write] {
                if r.access == access || r.access == Access::Any {
                    prop_assert!(has(New::Path(r.pattern.clone(), access.as_str()), r.verdict), "{:?} in {:?}", r, back.rules);
                }
            }
        }
        for r in table.hosts.iter().filter(|r| said.contains(format!("host {}", r.pattern).as_str()) && r.verdict != Allow && r.methods.is_empty()) {
            prop_assert!(has(New::Host(r.pattern.clone(), &[]), r.verdict), "{:?}", r);
        }
        for r in table.mcp.iter().filter(|r| said.contains(format!("mcp {} {}", r.server, r.tool).as_str()) && r.verdict != Allow) {
            prop_assert!(has(New::Mcp(r.server.clone(), r.tool.clone()), r.verdict), "{:?} in {:?}", r, back.rules);
        }
        for r in table.programs.iter().filter(|r| r.verdict != Allow) {
            prop_assert!(has(New::Command(format!("{} *", r.name)), r.verdict), "{:?}", r);
        }
        for r in &table.commands {
            prop_assert!(has(New::Command(r.pattern.clone()), r.verdict), "{:?} in {:?}", r, back.rules);
        }
    }

    /// Nothing that is written could free anything.
    #[test]
    fn lowering_never_widens(table in tables()) {
        for agent in LOWERED {
            for file in lowered(&table, agent).files {
                let text = &file.content;
                match agent {
                    AgentKind::Claude => {
                        let json: Value = serde_json::from_str(text).unwrap();
                        for (key, value) in json["permissions"].as_object().unwrap() {
                            let narrows = match key.as_str() {
                                "ask" | "deny" => value.is_array(),
                                key => key.starts_with("block") && *value == Value::Bool(true),
                            };
                            prop_assert!(narrows, "{}", text);
                        }
                        let sandbox = json.get("sandbox").map(|s| s["network"].as_object().unwrap().keys().collect::<Vec<_>>());
                        prop_assert!(sandbox.is_none_or(|keys| keys == ["deniedDomains"]), "{}", text);
                    }
                    AgentKind::Codex if file.path.contains("/rules/") => {
                        for line in text.lines() {
                            let narrows = line.ends_with("decision = \"forbidden\")") || line.ends_with("decision = \"prompt\")");
                            prop_assert!(line.starts_with("prefix_rule(") && narrows, "{}", line);
                        }
                    }
                    AgentKind::Codex => {
                        let parsed: toml_edit::DocumentMut = text.parse().unwrap();
                        for (key, value) in parsed.iter() {
                            let narrows = match key {
                                "sandbox_mode" => value.as_str() == Some("read-only"),
                                "sandbox_workspace_write" => value["network_access"].as_bool() == Some(false),
                                "mcp_servers" => value.as_table_like().unwrap().iter().all(|(_, server)| {
                                    server.as_table_like().unwrap().iter().all(|(key, value)| match key {
                                        "enabled" => value.as_bool() == Some(false),
                                        key => key == "disabled_tools",
                                    })
                                }),
                                _ => false,
                            };
                            prop_assert!(narrows, "{}", text);
                        }
                    }
                    AgentKind::Gemini => {
                        let parsed: toml_edit::DocumentMut = text.parse().unwrap();
                        for rule in parsed["rule"].as_array_of_tables().unwrap() {
                            prop_assert_eq!(rule["decision"].as_str(), Some("deny"));
                        }
                    }
                    _ => {
                        let json: Value = serde_json::from_str(text).unwrap();
                        prop_assert_eq!(&json["permissions"]["allow"], &Value::Array(Vec::new()));
                    }
                }
            }
        }
    }

    /// A command the agent's own rule stops is one the policy stops.
    #[test]
    fn no_command_is_stopped_that_the_policy_lets_pass(table in tables()) {
        let objects = |command: &str| {
            let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
            let by_rule = table.commands.iter().any(|r| command_pattern_matches(&r.pattern, &words));
            let by_program = table.programs.iter().any(|r| r.verdict != Allow && (command == r.name || command.starts_with(&format!("{} ", r.name))));
            by_rule || by_program
        };
        let rows = |what: &str| what.starts_with("row ");
        for agent in LOWERED {
            for said in lowered(&table, agent).said.iter().filter(|s| !rows(&s.what)) {
                for rule in &said.rules {
                    let example = match agent {
                        AgentKind::Claude => rule.strip_prefix("Bash(").and_then(|r| r.strip_suffix(')')).map(|r| r.replace('*', "x")),
                        AgentKind::Codex => rule.strip_prefix("prefix_rule(pattern = [").and_then(|r| r.split_once(']')).map(|(words, _)| words.replace(['"', ','], "") + " x"),
                        AgentKind::Gemini => rule.split("commandPrefix = \"").nth(1).and_then(|r| r.split_once('"')).map(|(words, _)| format!("{words} x")),
                        _ => rule.strip_prefix("Shell(").and_then(|r| r.strip_suffix(')')).map(|r| format!("{r} x")),
                    };
                    if let Some(command) = example {
                        prop_assert!(objects(&command), "{}: {} stops {}", agent.title(), rule, command);
                    }
                }
            }
        }
    }
}
