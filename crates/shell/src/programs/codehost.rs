//! Code hosts: pull requests, issues, repositories, runs and their keys.

use palisade_core::{Certainty, EffectKind, Target};

use crate::arg::Arg;

use super::args::{Parsed, parse};
use super::names::{Index, name_index};
use super::table::{Cli, find_cli, lower_cli};
use super::{Call, Run, Sink};

const INDEX: Index = name_index!(CLIS);

/// Understands one call; `false` when the program is no code host's.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    let Some(cli) = find_cli(CLIS, INDEX, call.program) else {
        return false;
    };
    let p = parse(call.args, cli.options);
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    for f in p
        .values("F body-file input notes-file")
        .filter(|_| words.first() != Some(&"api"))
    {
        sink.file(call, EffectKind::FileRead, f);
        sink.sends = true;
    }
    match words.as_slice() {
        ["pr" | "mr" | "pulls" | "pull", "merge", ..] => {
            // Which branch it goes to the host knows.
            unknown_branch(call, sink);
            if p.has("admin") {
                sink.name(call, EffectKind::GitProtection, "pr merge --admin");
            }
            if p.has("d delete-branch remove-source-branch") {
                sink.name(call, EffectKind::IssueWrite, "pr merge");
            }
            return true;
        }
        ["pr", "close", ..] if p.has("d delete-branch") => {
            reference(call, EffectKind::GitDeleteRemote, None, sink);
        }
        // Approving stands for a person's word.
        ["pr", "review", ..] if p.has("a approve") => {
            host_write(call, "POST", "reviews", sink);
            return true;
        }
        ["pr", "update-branch", ..] if p.has("rebase") => {
            reference(call, EffectKind::GitForcePush, None, sink);
            return true;
        }
        ["repo", "sync", ..] if p.has("force") => {
            reference(call, EffectKind::GitForcePush, None, sink);
            return true;
        }
        ["auth", "status", ..] if p.has("t show-token") => {
            sink.name(call, EffectKind::SecretRead, "gh auth status");
            return true;
        }
        ["api", path @ ..] => {
            api(call, &p, path.first().copied().unwrap_or_default(), sink);
            return true;
        }
        ["gist" | "snippet", "create", ..] => {
            for o in p.operands.iter().skip(2) {
                sink.file(call, EffectKind::FileRead, o);
            }
            sink.sends = true;
        }
        ["release", "create" | "upload", ..] => {
            for o in p.operands.iter().skip(3) {
                let file = o.split_once('#').map_or_else(|| o.clone(), |(f, _)| f);
                sink.file(call, EffectKind::FileRead, &file);
            }
            sink.sends = true;
        }
        ["alias", "set", ..] => {
            for o in p.operands.iter().skip(3) {
                if o.lead().starts_with('!') {
                    sink.runs.push(Run::Shell {
                        code: o.after(1),
                        args: Vec::new(),
                    });
                }
            }
        }
        // On GitHub variables are what secrets are not.
        ["variable", "get", ..] if call.program == "glab" => {
            sink.name(call, EffectKind::SecretRead, "glab variable get");
            return true;
        }
        ["config", "set", key, ..] => {
            let value = p.operands.get(3).map_or("", Arg::shown);
            let runs = matches!(
                *key,
                "editor" | "pager" | "browser" | "http_unix_socket" | "display"
            );
            if runs && !super::env::shows_only(value) {
                sink.name(
                    call,
                    EffectKind::EnvInject,
                    format!("{} {key}", call.program),
                );
            }
            return true;
        }
        _ => {}
    }
    lower_cli(cli, call, sink);
    elsewhere(call, &p, sink);
    true
}

/// `-R owner/name`: whether that is the repository one works in, the
/// observer knows.
fn elsewhere(call: &Call<'_>, p: &Parsed, sink: &mut Sink) {
    let Some(named) = p.value("R repo") else {
        return;
    };
    for e in sink
        .effects
        .iter_mut()
        .filter(|e| e.kind == EffectKind::IssueWrite)
    {
        e.target = repository(call, named.shown(), "");
        if named.text().is_none() {
            e.certainty = Certainty::Partial;
        }
    }
}

fn host(call: &Call<'_>) -> &'static str {
    match call.program {
        "gh" | "hub" => "api.github.com",
        "glab" => "gitlab.com",
        _ => "codehost",
    }
}

/// A repository of the code host as a target: `/owner/name/more`.
fn repository(call: &Call<'_>, name: &str, more: &str) -> Target {
    let name = name
        .trim_start_matches("https://")
        .trim_start_matches("github.com/")
        .trim_start_matches("gitlab.com/")
        .trim_end_matches(".git");
    Target::Host {
        host: host(call).to_owned(),
        port: None,
        path: format!("/{name}{more}"),
        method: "POST".into(),
    }
}

fn host_write(call: &Call<'_>, method: &str, path: &str, sink: &mut Sink) {
    sink.push(call.effect(
        EffectKind::NetWrite,
        Target::Host {
            host: host(call).to_owned(),
            port: None,
            path: format!("/{}", path.trim_start_matches('/')),
            method: method.to_owned().into(),
        },
    ));
}

fn reference(call: &Call<'_>, kind: EffectKind, name: Option<&str>, sink: &mut Sink) {
    sink.push(call.effect(
        kind,
        Target::GitRef {
            remote: Some("origin".into()),
            name: name.map(|n| n.strip_prefix("heads/").unwrap_or(n).to_owned()),
        },
    ));
}

/// A push to a branch only the host knows.
fn unknown_branch(call: &Call<'_>, sink: &mut Sink) {
    sink.push(
        call.effect(
            EffectKind::GitPush,
            Target::GitRef {
                remote: Some("origin".into()),
                name: None,
            },
        )
        .with_certainty(Certainty::Partial),
    );
}

/// A request to the host's interface.
fn api(call: &Call<'_>, p: &Parsed, path: &str, sink: &mut Sink) {
    let graphql = path == "graphql" || path.ends_with("/graphql");
    let fields = p.has("f raw-field F field input");
    let method = p
        .value("X method")
        .map_or(if fields && !graphql { "POST" } else { "GET" }, Arg::shown)
        .to_ascii_uppercase();
    for f in p.values("input") {
        sink.file(call, EffectKind::FileRead, f);
    }
    for f in p.values("F field f raw-field") {
        if let Some((_, v)) = f.split_once('=')
            && v.lead().starts_with('@')
        {
            sink.file(call, EffectKind::FileRead, &v.after(1));
        }
    }
    let path = path
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .trim_start_matches("https://api.github.com")
        .trim_matches('/');
    if graphql {
        if mutates(call, p) {
            sink.sends = true;
            host_write(call, "POST", "graphql", sink);
        } else {
            sink.name(
                call,
                EffectKind::CloudRead,
                format!("{} api graphql", call.program),
            );
        }
        return;
    }
    if matches!(method.as_str(), "GET" | "HEAD") {
        sink.name(
            call,
            EffectKind::CloudRead,
            format!("{} api {method} {path}", call.program),
        );
        return;
    }
    sink.sends = true;
    let shown = format!("{} api {method} {path}", call.program);
    let parts: Vec<&str> = path.split('/').collect();
    let field = |name: &str| {
        p.values("F field f raw-field")
            .find_map(|f| f.split_once('=').filter(|(n, _)| n.is(name)))
            .map(|(_, v)| v)
    };
    // `repos/owner/name/…` of GitHub, `projects/id/…` of GitLab.
    let rest = match parts.as_slice() {
        ["repos", _, _, rest @ ..] | ["projects", _, rest @ ..] => rest,
        _ => &[],
    };
    match (method.as_str(), rest) {
        _ if protection(rest) => {
            sink.name(call, EffectKind::GitProtection, shown);
        }
        ("DELETE", []) if parts.len() <= 3 => sink.name(call, EffectKind::InfraDestroy, shown),
        ("DELETE", ["git", "refs", name @ ..]) => {
            reference(
                call,
                EffectKind::GitDeleteRemote,
                Some(&name.join("/")),
                sink,
            );
        }
        ("PATCH" | "PUT", ["git", "refs", name @ ..]) => {
            let forced = field("force").is_some_and(|v| v.is("true"));
            let kind = if forced {
                EffectKind::GitForcePush
            } else {
                EffectKind::GitPush
            };
            reference(call, kind, Some(&name.join("/")), sink);
        }
        ("POST", ["git", "refs"]) => match field("ref").as_ref().and_then(Arg::text) {
            Some(name) => {
                let name = name.strip_prefix("refs/").unwrap_or(name);
                reference(call, EffectKind::GitPush, Some(name), sink);
                host_write(call, &method, path, sink);
            }
            None => unknown_branch(call, sink),
        },
        ("POST", ["merges"]) => match field("base").as_ref().and_then(Arg::text) {
            Some(base) => reference(call, EffectKind::GitPush, Some(base), sink),
            None => unknown_branch(call, sink),
        },
        (_, ["contents", ..] | ["repository", "files", ..]) => {
            match field("branch").as_ref().and_then(Arg::text) {
                Some(branch) => {
                    reference(call, EffectKind::GitPush, Some(branch), sink);
                    host_write(call, &method, path, sink);
                }
                None => unknown_branch(call, sink),
            }
        }
        (_, ["pulls" | "merge_requests", _, "merge"]) => unknown_branch(call, sink),
        _ if discussion(&method, rest) && !field("event").is_some_and(|v| v.is("APPROVE")) => {
            let mut e = call.effect(EffectKind::IssueWrite, Target::Name(shown));
            if let ["repos", owner, name, rest @ ..] = parts.as_slice()
                && !owner.contains(['{', ':', '$'])
            {
                e.target = repository(
                    call,
                    &format!("{owner}/{name}"),
                    &format!("/{}", rest.join("/")),
                );
            }
            sink.push(e);
        }
        _ => host_write(call, &method, path, sink),
    }
}

/// Who may do what to a repository and its branches.
fn protection(rest: &[&str]) -> bool {
    matches!(
        rest,
        [.., "protection"]
            | ["branches", _, "protection", ..]
            | [
                "rulesets" | "collaborators" | "members" | "protected_branches" | "invitations",
                ..
            ]
    )
}

/// Issues, pull requests and what is said about them.
fn discussion(method: &str, rest: &[&str]) -> bool {
    let said = ["comments", "labels", "assignees", "reactions", "notes"];
    match method {
        "POST" => match rest {
            ["issues" | "pulls" | "merge_requests"] | ["issues", _] => true,
            ["issues" | "commits", _, what] => said.contains(what),
            ["pulls", _, what] => {
                matches!(*what, "comments" | "requested_reviewers" | "reviews")
            }
            ["pulls", _, "comments", _, "replies"] => true,
            ["merge_requests", _, what, ..] => matches!(*what, "notes" | "discussions"),
            _ => false,
        },
        "PATCH" => matches!(
            rest,
            ["issues" | "pulls", _] | ["issues" | "pulls", "comments", _]
        ),
        "PUT" => matches!(
            rest,
            ["issues" | "merge_requests", _] | ["issues", _, "labels" | "assignees"]
        ),
        _ => false,
    }
}

/// Whether a GraphQL request changes something. What it says may be in a
/// file; then nobody here knows.
fn mutates(call: &Call<'_>, p: &Parsed) -> bool {
    let text = |v: &Arg| {
        let t = v.shown();
        let code = t.split_once('=').map_or(t, |(_, code)| code);
        code.contains("mutation")
    };
    let file = |v: &Arg| {
        v.split_once('=')
            .is_some_and(|(n, v)| n.is("query") && v.lead().starts_with('@'))
    };
    let unknown = |v: &Arg| {
        v.split_once('=')
            .is_some_and(|(n, v)| n.is("query") && v.starts_unknown())
    };
    let mut given = p.values("F field f raw-field");
    let from_stdin = |v: &Arg| v.shown() == "query=@-";
    let stdin = call.stdin.filter(|s| s.text().is_some());
    if p.values("input").next().is_some() {
        return stdin.is_none_or(|s| s.shown().contains("mutation"));
    }
    given.any(|v| {
        if from_stdin(v) {
            stdin.is_none_or(|s| s.shown().contains("mutation"))
        } else {
            text(v) || file(v) || unknown(v)
        }
    })
}

/// Every entry of the verbs tables here.
#[cfg(test)]
pub(crate) fn tables() -> &'static [Cli] {
    CLIS
}

const OPTIONS: &str = "R repo hostname t title b body body-file F base B head H l label a assignee r reviewer m milestone milestone-title p project json jq q template T limit L state s S search author X method f raw-field field header input cache preview branch w workflow job message notes n notes-file org visibility target e env reason c comment subject description d source-branch target-branch per-page page output g group";

const CLIS: &[Cli] = &[
    Cli {
        names: "gh glab",
        options: OPTIONS,
        verbs: &[
            (
                "auth token|auth status --show-token|variable export|token list --show",
                "secret.read",
            ),
            (
                "auth login|auth refresh|auth setup-git|auth logout|auth switch",
                "env.inject",
            ),
            (
                "pr create|pr new|pr comment|pr edit|pr review|pr close|pr reopen|pr ready|pr unlock|issue create|issue new|issue comment|issue edit|issue close|issue reopen|issue pin|issue unpin|issue develop|issue unlock|label create|label edit|mr create|mr new|mr note|mr update|mr close|mr reopen|mr revoke|mr todo|issue note|issue update|issue subscribe|issue unsubscribe|mr subscribe|mr unsubscribe|discussion create|project item-add|project item-edit|project item-create|incident*|run rerun",
                "issue.write",
            ),
            (
                "pr checkout|mr checkout|repo clone|repo set-default|repo sync|co",
                "git.ordinary",
            ),
            (
                "repo delete|repo archive|repo transfer|project delete|project close|issue delete|mr delete|label delete|gist delete|snippet delete|secret delete|secret remove|variable delete|cache delete|run delete|codespace delete|cs delete|environment delete|ssh-key delete|gpg-key delete|runner delete|schedule delete|milestone delete|iteration delete|project item-delete|project field-delete|project unlink|pr delete|agent delete|cluster delete|runner-controller delete",
                "infra.destroy",
            ),
            (
                "issue transfer|issue lock|pr lock|label clone|mr approve|project create|project copy|project edit|project mark-template|project link|project item-archive|project field-create|gist create|gist edit|gist rename|snippet create|changelog publish|org create",
                "net.write",
            ),
            (
                "ruleset list|ruleset ls|ruleset view|ruleset check|rs list|rs ls|rs view|rs check|repo deploy-key list|repo autolink list|repo autolink view|repo members list",
                "cloud.read",
            ),
            (
                "repo create|repo edit|repo fork|repo rename|repo unarchive|repo deploy-key*|ruleset*|repo mirror|repo autolink*|repo members*|repo update|repo publish",
                "git.protection",
            ),
            (
                "release create|release new|release upload|release edit|release delete|release delete-asset",
                "publish",
            ),
            ("secret set|variable set|variable update", "secret.send"),
            (
                "job list|schedule list|schedule ls|runner list|job view|cs list|cs view|cs logs|codespace list|codespace view|codespace logs",
                "cloud.read",
            ),
            (
                "workflow run|workflow enable|workflow disable|run cancel|ci run*|ci trigger|ci retry|ci delete|ci cancel*|pipeline run*|pipeline cancel*|pipeline retry|pipeline delete|job*|schedule*|cluster agent bootstrap|codespace*|cs*|runner*|preview deploy|agent-task create|opentofu state delete|stack sync",
                "deploy",
            ),
            (
                "ssh-key add|gpg-key add|deploy-key add|deploy-key delete|token create|token revoke|token rotate",
                "privilege",
            ),
            (
                "extension install|ext install|extension upgrade|ext upgrade|extensions install",
                "exec.fetched",
            ),
            (
                "extension exec|alias set|alias import|duo update",
                "env.inject",
            ),
        ],
        otherwise: "cloud.read",
        dry: "dry-run",
        examples: &[
            ("gh pr list --state open", "cloud.read gh pr list"),
            (
                "gh pr create --title x --body 'rm -rf /'",
                "issue.write gh pr create",
            ),
            (
                "gh repo delete me/x --yes",
                "infra.destroy gh repo delete me/x",
            ),
            ("gh auth token", "secret.read gh auth token"),
            ("gh ruleset list", "cloud.read gh ruleset list"),
            (
                "gh extension install a/b",
                "exec.fetched gh extension install a/b",
            ),
        ],
    },
    Cli {
        names: "hub",
        options: OPTIONS,
        verbs: &[
            ("pull-request|issue create|gist create", "issue.write"),
            ("release create|release edit|release delete", "publish"),
            (
                "pr list|pr show|issue|issue show|release|release show|ci-status|browse|compare",
                "cloud.read",
            ),
            ("delete", "infra.destroy"),
            ("create|fork", "git.protection"),
            ("sync", "git.force-push"),
        ],
        otherwise: "cloud.read",
        dry: "",
        examples: &[
            ("hub pull-request", "issue.write hub pull-request"),
            ("hub delete a/b", "infra.destroy hub delete a/b"),
        ],
    },
    Cli {
        names: "tea forgejo gitea berg",
        options: OPTIONS,
        verbs: &[
            (
                "pull-request|issue create|issues create|pr create|pulls create|pull create|comment|issues close|issues reopen",
                "issue.write",
            ),
            (
                "release create|releases create|releases edit|releases delete|release delete",
                "publish",
            ),
            (
                "delete|repo delete|repos delete|repository delete|pulls clean|labels delete|milestones delete",
                "infra.destroy",
            ),
            (
                "logins add|login add|logins delete|login delete|pulls approve|pulls review|pr approve",
                "net.write",
            ),
            (
                "repos create|repo create|repos fork|admin*|repos migrate|branches protect|branches unprotect|webhooks*",
                "git.protection",
            ),
        ],
        otherwise: "cloud.read",
        dry: "",
        examples: &[
            ("tea pulls list", "cloud.read tea pulls list"),
            ("tea repos delete a/b", "infra.destroy tea repos delete a/b"),
        ],
    },
    Cli {
        names: "git-credential-manager git-credential-store git-credential-cache git-credential-osxkeychain git-credential-libsecret",
        options: "file socket",
        verbs: &[("get|fill", "secret.read"), ("erase|reject", "secret.read")],
        otherwise: "none",
        dry: "",
        examples: &[(
            "git-credential-manager get",
            "secret.read git-credential-manager get",
        )],
    },
];
