//! What the guard observed about an effect's target.

use serde::{Deserialize, Serialize};

use crate::recorded::is_default;

/// Where a path lies, once links are resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Not a path, or not looked at.
    #[default]
    None,
    /// Inside the workspace.
    Workspace,
    /// Temporary or cache folders, where writing is harmless.
    Temp,
    /// Below the user's home, outside the workspace.
    Home,
    /// Anywhere else.
    System,
}

/// What git knows about a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tracking {
    /// Not in a repository, or not looked at.
    #[default]
    Unknown,
    /// Committed and unchanged: it can be had back.
    Committed,
    /// Tracked with changes that are in no commit.
    Modified,
    /// Not tracked and not ignored.
    Untracked,
    /// Ignored.
    Ignored,
}

/// The environment an effect reaches, observed rather than typed (requirement A3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Nothing observed says otherwise.
    #[default]
    Unknown,
    /// This machine.
    Local,
    /// A shared environment that is not production.
    Staging,
    /// Production.
    Production,
}

/// What kind of data something holds, from the least to the most delicate
/// (requirement A5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataClass {
    /// Anybody may see it.
    Public,
    /// For people of the organisation.
    Internal,
    /// Not announced yet: code, plans, figures.
    Unreleased,
    /// About customers.
    Customer,
    /// Invoices, payments, accounts.
    Billing,
    /// Under a law or contract of its own: health, cards, minors.
    Regulated,
}

impl DataClass {
    /// Every class, in order.
    pub const ALL: [Self; 6] = [
        Self::Public,
        Self::Internal,
        Self::Unreleased,
        Self::Customer,
        Self::Billing,
        Self::Regulated,
    ];

    /// The spelling used in policies and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Unreleased => "unreleased",
            Self::Customer => "customer",
            Self::Billing => "billing",
            Self::Regulated => "regulated",
        }
    }

    /// Whether a person has to agree before an agent gets it.
    pub const fn is_delicate(self) -> bool {
        !matches!(self, Self::Public | Self::Internal)
    }
}

/// Facts about one effect. Filled by the guard, read by the policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The absolute path after resolving `.`/`..` and every symbolic link.
    #[serde(skip_serializing_if = "is_default")]
    pub resolved: Option<String>,
    /// The absolute path before links were resolved; set only when it differs.
    #[serde(skip_serializing_if = "is_default")]
    pub lexical: Option<String>,
    /// Where the resolved path lies.
    #[serde(skip_serializing_if = "is_default")]
    pub scope: Scope,
    /// The file is on another machine or in a container: nothing here can be
    /// said about it but its name.
    #[serde(skip_serializing_if = "is_default")]
    pub elsewhere: bool,
    /// The path exists.
    #[serde(skip_serializing_if = "is_default")]
    pub exists: bool,
    /// The path is a directory.
    #[serde(skip_serializing_if = "is_default")]
    pub directory: bool,
    /// What git knows about it.
    #[serde(skip_serializing_if = "is_default")]
    pub tracking: Tracking,
    /// A lock file or manifest can bring the content back (`node_modules`, `target`).
    #[serde(skip_serializing_if = "is_default")]
    pub regenerable: bool,
    /// A second name of a protected file: hard link or link that leads there.
    #[serde(skip_serializing_if = "is_default")]
    pub alias_of: Option<String>,
    /// The workspace itself, the home directory, a file system root, or a folder
    /// that holds one of them.
    #[serde(skip_serializing_if = "is_default")]
    pub root: bool,
    /// Another repository (its top or something in it).
    #[serde(skip_serializing_if = "is_default")]
    pub other_repository: bool,
    /// The git ref is protected by policy or is the remote's default branch.
    #[serde(skip_serializing_if = "is_default")]
    pub protected_ref: Option<String>,
    /// What would be lost, in a person's words: `2 modified, 1 untracked file`.
    #[serde(skip_serializing_if = "is_default")]
    pub loss: Option<String>,
    /// The environment this reaches.
    #[serde(skip_serializing_if = "is_default")]
    pub environment: Environment,
    /// The command goes on to send what it reads to the network.
    #[serde(skip_serializing_if = "is_default")]
    pub flows_to_network: bool,
    /// What is read goes to the program that needs it, not to a screen.
    #[serde(skip_serializing_if = "is_default")]
    pub only_used: bool,
    /// Every script this was found in is the workspace's own, committed and
    /// unchanged.
    #[serde(skip_serializing_if = "is_default")]
    pub project_script: bool,
    /// Why a package is not what it seems to be, in a person's words.
    #[serde(skip_serializing_if = "is_default")]
    pub suspect: Option<String>,
    /// Rule ids of secrets found in the content involved.
    #[serde(skip_serializing_if = "is_default")]
    pub secrets: Vec<String>,
    /// Tables or collections of a database that a statement names.
    #[serde(skip_serializing_if = "is_default")]
    pub tables: Vec<String>,
    /// Classes of the data touched.
    #[serde(skip_serializing_if = "is_default")]
    pub classes: Vec<DataClass>,
    /// Where the code that would run came from, in a person's words.
    #[serde(skip_serializing_if = "is_default")]
    pub origin: Option<String>,
    /// The URL carries more than a question: a long encoded value, or what was
    /// read from a file.
    #[serde(skip_serializing_if = "is_default")]
    pub carries: bool,
    /// The same was asked so often, in a person's words, that once more is too much.
    #[serde(skip_serializing_if = "is_default")]
    pub repeated: Option<String>,
    /// What this touches was denied this often lately, or this cannot be read
    /// and something was.
    #[serde(skip_serializing_if = "is_default")]
    pub denied_before: u32,
    /// What commits about to leave hold.
    #[serde(skip_serializing_if = "is_default")]
    pub leaving: Leaving,
}

/// What was found in the commits of a push.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Leaving {
    /// Where the secrets of [`Facts::secrets`] are: commit and file.
    #[serde(skip_serializing_if = "is_default")]
    pub secret_at: Option<String>,
    /// Changed files that run or are obeyed elsewhere: CI, hooks, agent instructions.
    #[serde(skip_serializing_if = "is_default")]
    pub deferred: Vec<String>,
    /// A very large file, with its size.
    #[serde(skip_serializing_if = "is_default")]
    pub large: Option<String>,
    /// Why not everything was looked at.
    #[serde(skip_serializing_if = "is_default")]
    pub incomplete: Option<String>,
}
