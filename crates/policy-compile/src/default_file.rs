//! The commented policy file a person starts from.

use std::fmt::Write as _;

use palisade_core::{Mode, Profile};
use palisade_policy::{Column, RowId, Table, profile_rationale};

const HEAD: &str = "\
# Palisade policy. Reference: docs/policy.md. Check it: palisade policy check
#
# Every line that is commented out shows the default. A policy in a project can
# only tighten; to loosen, use ~/.config/palisade/policy.toml.
schema = 1
";

const ROLE: &str = "\
# developer: staging to look at, production closed.  senior: production to look at.
# operations: everything, the agent with a second person. Without one, only the rows count.
# role = \"developer\"
";

const RULES: &str = r#"
# Branches that take changes by pull request only. In a project, more of them.
# [git]
# protected = ["main", "master", "production", "prod", "release", "release/*", "stable"]

# Paths: "/x" from the workspace, "~/x" from home, "//x" from the file system's
# root, anything else at any depth. A deny always wins.
# [[paths]]
# pattern = ["/production/**", "*.sqlite"]
# access = "any"             # read, write, delete, any
# verdict = "deny"
# match = ["production/db.toml"]
# not_match = ["src/production.rs"]

# Hosts: a name, an address, a range, or "localhost" for this machine in every spelling.
# [[hosts]]
# pattern = "*.internal"
# methods = ["POST", "PUT", "PATCH", "DELETE"]
# verdict = "deny"

# Commands, however they are spelled: options in any order, bundled or written
# out, in scripts, `bash -c` and other wrappers. "*" alone is any words.
# [[commands]]
# pattern = ["rm -rf *", "git push --force *"]
# verdict = "deny"
# match = ["rm -fr build", "git push origin main -f"]
# not_match = ["rm build.log", "git push"]

# Tools of MCP servers.
# [[mcp]]
# server = "github"
# tool = "delete_*"
# verdict = "deny"

# An objection lifted for a while. It needs an owner, a reason and an end.
# [[exemptions]]
# rule = "git.force-push"
# on = ["topic/*"]
# owner = "you"
# reason = "rewriting history until the import is done"
# until = 2027-01-31
"#;

/// The file `protect` writes: what is chosen, and every row with its default
/// commented out. What equals the default is commented out as well, so that
/// the file says nothing it does not mean.
pub fn default_policy_toml(mode: Mode, profile: Profile) -> String {
    let mut out = String::from(HEAD);
    let mark = |is_default: bool| if is_default { "# " } else { "" };
    write!(
        out,
        "\n# {}\n{}profile = \"{}\"\n",
        profile_rationale(profile),
        mark(profile == Profile::default()),
        profile.as_str()
    )
    .ok();
    write!(
        out,
        "# observe: record only.  warn: tell, and go on.  enforce: stop or ask.\n{}mode = \"{}\"\n",
        mark(mode == Mode::default()),
        mode.as_str()
    )
    .ok();
    out.push_str(ROLE);
    out.push_str("\n[rows]\n# What is done, and the verdict [inside the workspace, elsewhere, in production]:\n# allow, ask (nobody there to ask: deny), deny.\n");
    let mut group = None;
    for (id, row) in &Table::builtin(profile).rows {
        let here = RowId::group(*id);
        if group != Some(here) {
            group = Some(here);
            write!(out, "\n# {}\n", here.title()).ok();
        }
        let cells = Column::ALL
            .map(|c| format!("\"{}\"", row.verdict(c).as_str()))
            .join(", ");
        let key = format!("\"{id}\"");
        writeln!(
            out,
            "# {key:<25} = {:<27} # {}",
            format!("[{cells}]"),
            id.text()
        )
        .ok();
    }
    out.push_str(RULES);
    out
}
