//! The decision table: rows with their statements, and the rules beside them.
//!
//! A cell is not one verdict but the verdicts that bind it, one per layer that
//! spoke. The strictest counts. That is what keeps "a lower layer may only
//! tighten" true without the decision having to know any history: an allow of
//! a layer lifts only the statements that layer is in charge of.

use std::collections::BTreeMap;
use std::fmt;

use palisade_core::{EffectKind, Environment, Mode, Profile, Verdict};
use serde::{Deserialize, Serialize};

use crate::{
    CedarRule, CommandRule, DataRule, Declared, Exemption, Roles, RowId, builtin,
    command_pattern_matches, glob, profiles,
};

/// Who said something. Later ones are lower: they may only tighten what an
/// earlier one said, unless it was delegated to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Layer {
    /// Shipped with the program. Organisation and user are in charge of it.
    BuiltIn,
    /// `/etc/palisade/policy.d`.
    Organisation,
    /// The user's own file.
    User,
    /// `.palisade/policy.toml` of the project, which anybody may have written.
    Project,
    /// Chosen for one session.
    Session,
}

impl Layer {
    /// The spelling used in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BuiltIn => "built in",
            Self::Organisation => "organisation",
            Self::User => "user",
            Self::Project => "project",
            Self::Session => "session",
        }
    }

    /// Whether what this layer says replaces what `other` says, looser or not.
    pub fn overrides(self, other: Self) -> bool {
        self == other || (other == Self::BuiltIn && self < Self::Project)
    }
}

/// Where a statement was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceRef {
    /// By the profile of this name.
    BuiltIn(Profile),
    /// In a policy file.
    File {
        /// Its path.
        path: String,
        /// Line, from 1.
        line: u32,
    },
}

impl fmt::Display for SourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(profile) => write!(f, "built in ({})", profile.as_str()),
            Self::File { path, line } => write!(f, "{path}:{line}"),
        }
    }
}

/// Which cell of a row applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Inside the workspace, or on this machine.
    Inside,
    /// Elsewhere.
    Elsewhere,
    /// Production was observed.
    Production,
}

impl Column {
    /// Every column, in order.
    pub const ALL: [Self; 3] = [Self::Inside, Self::Elsewhere, Self::Production];

    /// The key used in policy files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Elsewhere => "elsewhere",
            Self::Production => "production",
        }
    }
}

/// What one layer says about one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Who.
    pub layer: Layer,
    /// The verdicts, for the columns it speaks about: inside, elsewhere, production.
    pub cells: [Option<Verdict>; 3],
    /// Where.
    pub source: SourceRef,
}

impl Statement {
    /// The verdict for a column, if it has one.
    pub fn cell(&self, column: Column) -> Option<Verdict> {
        let [inside, elsewhere, production] = self.cells;
        match column {
            Column::Inside => inside,
            Column::Elsewhere => elsewhere,
            Column::Production => production,
        }
    }
}

/// A row with everything that binds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The statements in force, highest layer first. All bind.
    pub statements: Vec<Statement>,
    /// Layers that leave this row to the layers below them.
    pub delegated_by: Vec<Layer>,
    /// A mode of its own.
    pub mode: Option<Mode>,
}

impl Row {
    /// The verdict of a column and the statement it comes from, leaving out
    /// what the layers in `lifted` lift. `None`: nothing binds any more.
    pub(crate) fn binding(
        &self,
        column: Column,
        lifted: &[Layer],
    ) -> Option<(Verdict, &Statement)> {
        let mut best: Option<(Verdict, &Statement)> = None;
        for statement in &self.statements {
            let Some(verdict) = statement.cell(column) else {
                continue;
            };
            if lifted
                .iter()
                .any(|by| self.may_override(*by, statement.layer))
            {
                continue;
            }
            if best.is_none_or(|(v, _)| verdict > v) {
                best = Some((verdict, statement));
            }
        }
        best
    }

    /// The verdict of a column.
    pub fn verdict(&self, column: Column) -> Verdict {
        self.binding(column, &[])
            .map_or(Verdict::Allow, |(verdict, _)| verdict)
    }

    /// Where the verdict of a column comes from.
    pub fn source(&self, column: Column) -> Option<&SourceRef> {
        self.binding(column, &[]).map(|(_, s)| &s.source)
    }

    /// Whether `by` may replace what `layer` said here.
    pub(crate) fn may_override(&self, by: Layer, layer: Layer) -> bool {
        by.overrides(layer)
            || self
                .delegated_by
                .iter()
                .any(|d| *d < by && (*d == layer || layer == Layer::BuiltIn))
    }
}

/// What a path rule covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Reading.
    Read,
    /// Writing; a deny or ask covers deleting too.
    Write,
    /// Deleting.
    Delete,
    /// All of it, listing included. An allow does not extend to deleting,
    /// which has to be named.
    #[default]
    Any,
}

/// A rule about paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathRule {
    /// `/x` from the workspace, `~/x` from home, `//x` from the root, else any depth.
    pub pattern: String,
    /// What it covers.
    pub access: Access,
    /// What it says.
    pub verdict: Verdict,
    /// Who says it.
    pub layer: Layer,
    /// Where.
    pub source: SourceRef,
}

/// A rule about network peers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostRule {
    /// Name with `*`, address, range, or `localhost`.
    pub pattern: String,
    /// Request methods in upper case; empty means all.
    pub methods: Vec<String>,
    /// What it says.
    pub verdict: Verdict,
    /// Who says it.
    pub layer: Layer,
    /// Where.
    pub source: SourceRef,
}

/// A rule about tools of MCP servers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct McpRule {
    /// Server name, with `*`.
    pub server: String,
    /// Tool name, with `*`.
    pub tool: String,
    /// What it says.
    pub verdict: Verdict,
    /// Who says it.
    pub layer: Layer,
    /// Where.
    pub source: SourceRef,
}

/// A rule about programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramRule {
    /// Program, or program and subcommand: `cargo`, `npm test`.
    pub name: String,
    /// What it says.
    pub verdict: Verdict,
    /// Who says it.
    pub layer: Layer,
    /// Where.
    pub source: SourceRef,
}

/// A pattern somebody added to a list of names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The pattern.
    pub pattern: String,
    /// Who added it.
    pub layer: Layer,
}

/// Names that policy files add to the built-in ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// Secret files.
    pub secret: Vec<Named>,
    /// What is not a secret file although it looks like one.
    pub secret_except: Vec<Named>,
    /// What runs later.
    pub deferred: Vec<Named>,
    /// What does not, although it looks so.
    pub deferred_except: Vec<Named>,
    /// Guard files.
    pub guard: Vec<Named>,
    /// System paths.
    pub system: Vec<Named>,
    /// Temporary folders.
    pub temp: Vec<Named>,
    /// Administrative endpoints, as URL path patterns.
    pub sensitive: Vec<Named>,
    /// Folders that can be made again.
    pub regenerable: Vec<String>,
    /// Words that name production.
    pub production: Vec<String>,
    /// Words that name staging.
    pub staging: Vec<String>,
}

/// The whole policy, ready to decide with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The profile it starts from.
    pub profile: Profile,
    /// What happens to a verdict that is not allow.
    pub mode: Mode,
    /// The rows.
    pub rows: BTreeMap<RowId, Row>,
    /// Rules about paths.
    pub paths: Vec<PathRule>,
    /// Rules about network peers.
    pub hosts: Vec<HostRule>,
    /// Rules about MCP tools.
    pub mcp: Vec<McpRule>,
    /// Rules about programs.
    pub programs: Vec<ProgramRule>,
    /// Rules about commands.
    pub commands: Vec<CommandRule>,
    /// Policies written in Cedar.
    pub cedar: Vec<CedarRule>,
    /// Where data of a class is.
    pub data: Vec<DataRule>,
    /// Branches that take changes by pull request.
    pub protected_branches: Vec<String>,
    /// Names that were added.
    pub names: Names,
    /// How often the same may be asked of a host.
    pub rates: Rates,
    /// Who has to answer.
    pub approvals: Approvals,
    /// Who may reach which environment.
    pub roles: Roles,
    /// What automated uses do, and nothing else.
    pub declared: Vec<Declared>,
    /// Objections that are lifted for a while.
    pub exemptions: Vec<Exemption>,
    /// Nothing at all goes on without a record.
    pub record_required: bool,
    /// Why this policy was chosen, in the words of its writers.
    pub because: Vec<(Layer, String)>,
}

/// Who has to answer, where a row asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approvals {
    /// Rows that need another person where production was observed.
    pub second_in_production: Vec<RowId>,
    /// Rows that need another person anywhere.
    pub second_anywhere: Vec<RowId>,
}

/// How often is too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// Identical requests…
    pub requests: u32,
    /// …within this many seconds.
    pub seconds: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            requests: 60,
            seconds: 300,
        }
    }
}

impl Access {
    /// The spelling used in policy files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
            Self::Any => "any",
        }
    }
}

impl Table {
    /// What a profile says when nobody has said anything else.
    pub fn builtin(profile: Profile) -> Self {
        let rows = profiles::cells(profile)
            .map(|(id, cells)| {
                let statement = Statement {
                    layer: Layer::BuiltIn,
                    cells: cells.map(Some),
                    source: SourceRef::BuiltIn(profile),
                };
                let row = Row {
                    statements: vec![statement],
                    ..Row::default()
                };
                (id, row)
            })
            .collect();
        Self {
            profile,
            mode: Mode::Enforce,
            rows,
            paths: Vec::new(),
            hosts: Vec::new(),
            mcp: Vec::new(),
            programs: Vec::new(),
            commands: Vec::new(),
            cedar: Vec::new(),
            data: Vec::new(),
            protected_branches: builtin::PROTECTED_BRANCHES
                .iter()
                .map(|b| (*b).to_owned())
                .collect(),
            names: Names::default(),
            rates: Rates::default(),
            approvals: Approvals {
                second_in_production: builtin::SECOND_IN_PRODUCTION.to_vec(),
                ..Approvals::default()
            },
            roles: Roles::default(),
            declared: Vec::new(),
            exemptions: Vec::new(),
            record_required: false,
            because: Vec::new(),
        }
    }

    /// Whether a rule speaks about a simple command.
    pub fn names_command(&self, words: &[String]) -> bool {
        let covers = |r: &CommandRule| command_pattern_matches(&r.pattern, words);
        self.cedar_names_commands() || self.commands.iter().any(covers)
    }

    /// Whether any rule speaks about commands as they are written out.
    pub fn speaks_of_commands(&self) -> bool {
        self.cedar_names_commands() || !self.commands.is_empty()
    }

    /// A Cedar policy for every action is not yet one about commands.
    fn cedar_names_commands(&self) -> bool {
        let named = |r: &CedarRule| r.kinds.contains(&EffectKind::ExecNamed);
        self.cedar.iter().any(named)
    }

    /// Whether another person has to answer where this row asks.
    pub(crate) fn needs_second(&self, row: RowId, production: bool) -> bool {
        let Approvals {
            second_in_production,
            second_anywhere,
        } = &self.approvals;
        second_anywhere.contains(&row) || (production && second_in_production.contains(&row))
    }

    /// Whether a branch takes changes by pull request only. Accepts
    /// `refs/heads/x` and `x`.
    pub fn protected_branch(&self, name: &str) -> bool {
        let short = name.strip_prefix("refs/heads/").unwrap_or(name);
        self.protected_branches
            .iter()
            .any(|pattern| glob::matches_exact(pattern, short))
    }

    /// Whether a folder of this name can be made again: the files beside it
    /// of which one must exist (none: always). `None`: it cannot.
    pub fn regenerable(&self, folder: &str) -> Option<&'static [&'static str]> {
        if self.names.regenerable.iter().any(|n| n == folder) {
            return Some(&[]);
        }
        builtin::REGENERABLE
            .iter()
            .find(|(name, _)| {
                *name == folder
                    || folder.eq_ignore_ascii_case(name)
                    || name
                        .strip_prefix('*')
                        .is_some_and(|end| folder.len() > end.len() && folder.ends_with(end))
            })
            .map(|(_, by)| *by)
    }

    /// What the name of a host, context, profile or branch says about the
    /// environment: whole parts of the name count (`db-prod-1`, not `products`).
    pub fn environment_of(&self, name: &str) -> Environment {
        let name = name.to_lowercase();
        let known = |list: &[&str], own: &[String], part: &str, word: &str| {
            list.contains(&word)
                || own
                    .iter()
                    .any(|o| glob::matches_name(o, part) || glob::matches_name(o, word))
        };
        if self
            .names
            .production
            .iter()
            .any(|p| glob::matches_name(p, &name))
        {
            return Environment::Production;
        }
        let mut found = Environment::Unknown;
        let mut before = "";
        for part in name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|p| !p.is_empty())
        {
            let word = part.trim_end_matches(|c: char| c.is_ascii_digit());
            let here = if known(builtin::PRODUCTION, &self.names.production, part, word) {
                if builtin::NOT_PRODUCTION.contains(&before) {
                    Environment::Staging
                } else {
                    Environment::Production
                }
            } else if known(builtin::STAGING, &self.names.staging, part, word) {
                Environment::Staging
            } else if builtin::LOCAL.contains(&word) {
                Environment::Local
            } else {
                Environment::Unknown
            };
            found = match (found, here) {
                (Environment::Production, _) | (_, Environment::Production) => {
                    Environment::Production
                }
                (Environment::Unknown, e) | (e, Environment::Unknown) => e,
                (_, e) => e,
            };
            before = word;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_has_every_row() {
        for profile in profiles::ALL {
            let table = Table::builtin(*profile);
            let rows: Vec<_> = table.rows.keys().copied().collect();
            assert_eq!(rows, RowId::ALL, "{}", profile.as_str());
        }
    }

    #[test]
    fn production_is_never_looser() {
        for profile in profiles::ALL {
            for (id, row) in &Table::builtin(*profile).rows {
                let p = row.verdict(Column::Production);
                assert!(p >= row.verdict(Column::Inside), "{id}");
                assert!(p >= row.verdict(Column::Elsewhere), "{id}");
            }
        }
    }

    #[test]
    fn environments_are_read_from_whole_words() {
        let t = Table::builtin(Profile::Standard);
        for (name, want) in [
            ("db.prod.example.com", Environment::Production),
            (
                "arn:aws:eks:eu-1:1:cluster/shop-production",
                Environment::Production,
            ),
            ("prod2-db", Environment::Production),
            ("PROD", Environment::Production),
            ("live", Environment::Production),
            ("products.example.com", Environment::Unknown),
            ("reproduction", Environment::Unknown),
            ("livereload", Environment::Unknown),
            ("non-prod", Environment::Staging),
            ("nonprod", Environment::Staging),
            ("pre-prod", Environment::Staging),
            ("staging.example.com", Environment::Staging),
            ("minikube", Environment::Local),
            ("dev", Environment::Unknown),
        ] {
            assert_eq!(t.environment_of(name), want, "{name}");
        }
    }

    #[test]
    fn protected_branches() {
        let t = Table::builtin(Profile::Standard);
        for name in [
            "main",
            "master",
            "production",
            "prod",
            "release",
            "release/1.2",
            "stable",
            "refs/heads/main",
        ] {
            assert!(t.protected_branch(name), "{name}");
        }
        for name in [
            "feature/main",
            "maintenance",
            "fix/release",
            "releases",
            "dev",
        ] {
            assert!(!t.protected_branch(name), "{name}");
        }
    }

    #[test]
    fn what_can_be_made_again() {
        let t = Table::builtin(Profile::Standard);
        assert!(
            t.regenerable("node_modules")
                .unwrap()
                .contains(&"package-lock.json")
        );
        assert_eq!(t.regenerable("__pycache__"), Some(&[][..]));
        assert_eq!(t.regenerable("build"), None);
        assert_eq!(t.regenerable("src"), None);
    }
}
