//! What an action would do, independent of how it was spelled.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Band, Facts};

/// How sure the understanding is that the effect happens as described.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Every word that matters is a known constant.
    #[default]
    Proved,
    /// Known kind, target known only in part (`$x/build`, a glob).
    Partial,
    /// Known that something of this kind happens, not to what.
    Opaque,
}

/// What an effect touches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Nothing nameable.
    #[default]
    None,
    /// A path as the program would receive it, already joined to the working
    /// directory in force at that point of the script when that is known.
    /// Shell patterns (`*`, `?`, `[…]`) are kept and flagged by
    /// [`Effect::pattern`].
    Path(String),
    /// A network peer: the host as written, without brackets or port.
    Host {
        /// Host name or address, as spelled.
        host: String,
        /// Explicit port.
        port: Option<u16>,
        /// Path component of the URL, if any, beginning with `/`.
        path: String,
        /// Request method in upper case, `CONNECT` when not HTTP.
        method: Cow<'static, str>,
    },
    /// A git branch, tag or other ref, with the remote it is on.
    GitRef {
        /// Remote name or URL; `None` for a local ref.
        remote: Option<String>,
        /// Short name; `None` means the current branch or the configured default.
        name: Option<String>,
    },
    /// A program, package, database object, process or other named thing.
    Name(String),
    /// A simple command: the program and its arguments.
    Command(Vec<String>),
}

/// One thing an action does.
///
/// Understanding (`shell`, or the guard for other tools) fills everything but
/// [`Effect::facts`], which the guard observes before the policy is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// What kind of thing is done.
    pub kind: EffectKind,
    /// To what.
    pub target: Target,
    /// How sure we are.
    pub certainty: Certainty,
    /// The program or tool that does it, for reasons and rules: `rm`, `git push`, `Write`.
    pub by: String,
    /// Applies to a whole tree.
    pub recursive: bool,
    /// The target holds a pattern that names several things.
    pub pattern: bool,
    /// The working directory in force where this happens; `None` when unknown.
    pub dir: Option<String>,
    /// The script files this was found in, outermost first. Empty when it was
    /// typed, and when what was typed decides about the target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<String>,
    /// What was observed about the target; empty until the guard looks.
    pub facts: Facts,
}

impl Effect {
    /// An effect of `kind` on `target`, proved, done by `by`.
    pub fn new(kind: EffectKind, target: Target, by: impl Into<String>) -> Self {
        Self {
            kind,
            target,
            by: by.into(),
            ..Self::default()
        }
    }

    /// The same effect with another certainty.
    pub fn with_certainty(mut self, certainty: Certainty) -> Self {
        self.certainty = certainty;
        self
    }

    /// The path this effect touches, if it touches one.
    pub fn path(&self) -> Option<&str> {
        match &self.target {
            Target::Path(p) => Some(p),
            _ => None,
        }
    }
}

macro_rules! effect_kinds {
    ($( $(#[$doc:meta])* $name:ident = $id:literal, $band:ident; )+) => {
        /// The kinds of effect. The string is the stable identifier used in
        /// output and in policies.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum EffectKind {
            $( $(#[$doc])* #[serde(rename = $id)] $name, )+
        }

        impl EffectKind {
            /// Every kind, in declaration order.
            pub const ALL: &'static [Self] = &[$( Self::$name, )+];

            /// The stable identifier.
            pub const fn id(self) -> &'static str {
                match self { $( Self::$name => $id, )+ }
            }

            /// The band an effect of this kind belongs to.
            pub const fn band(self) -> Band {
                match self { $( Self::$name => Band::$band, )+ }
            }

            /// The kind with this identifier.
            pub fn from_id(id: &str) -> Option<Self> {
                match id { $( $id => Some(Self::$name), )+ _ => None }
            }
        }
    };
}

effect_kinds! {
    /// Reads the content of a file.
    #[default]
    FileRead = "file.read", Read;
    /// Learns that files exist: list, stat, search by name.
    FileList = "file.list", Read;
    /// Creates, overwrites, appends to, moves onto, or changes a file's metadata.
    FileWrite = "file.write", Write;
    /// Removes a file or tree ([`Effect::recursive`], [`Effect::pattern`]).
    FileDelete = "file.delete", Write;
    /// Makes a path accessible to everybody (`chmod 777`, `a+w`).
    FileExpose = "file.expose", Write;
    /// Runs a build tool, test runner, linter or a script of the workspace.
    ExecProject = "exec.project", Write;
    /// Runs a program we know nothing about, with plain arguments.
    ExecUnknown = "exec.unknown", Write;
    /// Runs a command that a rule of the policy names.
    ExecNamed = "exec.named", Read;
    /// Runs code that came over the network.
    ExecFetched = "exec.fetched", External;
    /// Runs code that cannot be read here: a variable as command word, a decoded
    /// blob, generated text fed to an interpreter.
    ExecOpaque = "exec.opaque", External;
    /// Understanding stopped at a cap ([`crate::limits`]).
    LimitReached = "limit.reached", External;
    /// Sets something that makes other programs run code (`LD_PRELOAD`,
    /// `NODE_OPTIONS`, `core.fsmonitor`, a writable folder in `PATH`).
    EnvInject = "env.inject", Write;
    /// Starts a coding agent with its permission checks bypassed.
    AgentBypass = "agent.bypass", Write;
    /// Starts a coding agent with hooks off, or otherwise out of our sight.
    AgentUnguarded = "agent.unguarded", Write;
    /// Starts a coding agent or subagent the ordinary way.
    AgentStart = "agent.start", Write;
    /// Begins to carry out a plan (`ExitPlanMode` and its equivalents).
    PlanStart = "plan.start", Read;
    /// Commit, branch, fetch, pull, stash, push of an own branch.
    GitOrdinary = "git.ordinary", Write;
    /// Reads repository state: status, log, diff, show.
    GitRead = "git.read", Read;
    /// Throws away uncommitted work: reset --hard, checkout/restore over changes,
    /// clean, stash drop.
    GitDiscard = "git.discard", Write;
    /// Rewrites local history or makes commits unreachable.
    GitRewrite = "git.rewrite", Write;
    /// Goes around hooks (`--no-verify`, `core.hooksPath`).
    GitSkipHooks = "git.skip-hooks", Write;
    /// Pushes commits to a branch of a remote, not forced.
    GitPush = "git.push", External;
    /// Overwrites history of a remote branch.
    GitForcePush = "git.force-push", External;
    /// Deletes a remote branch or tag.
    GitDeleteRemote = "git.delete-remote", External;
    /// Changes branch protection or repository access.
    GitProtection = "git.protection", External;
    /// Installs dependencies exactly as a lock file says.
    PackageLocked = "package.locked", External;
    /// Installs or updates packages by name.
    PackageInstall = "package.install", External;
    /// Publishes a package, image or release.
    Publish = "publish", External;
    /// Asks a network peer for something (GET, fetch, clone).
    NetRead = "net.read", External;
    /// Sends something to a network peer (POST, PUT, PATCH, DELETE, upload).
    NetWrite = "net.write", External;
    /// Opens a listening socket or a tunnel.
    NetListen = "net.listen", External;
    /// Reads from a database.
    DbRead = "db.read", External;
    /// Changes rows.
    DbWrite = "db.write", External;
    /// Changes a schema.
    DbSchema = "db.schema", External;
    /// Drops, truncates, or changes rows without a condition.
    DbDestroy = "db.destroy", External;
    /// Reads state of a cloud, cluster or platform.
    CloudRead = "cloud.read", External;
    /// Deploys, applies infrastructure, changes cloud resources.
    Deploy = "deploy", External;
    /// Destroys infrastructure or cloud resources.
    InfraDestroy = "infra.destroy", External;
    /// Gains or grants privilege: sudo, su, system modes and owners, capabilities.
    Privilege = "privilege", Write;
    /// Privilege with the machine at stake: disks, boot, firewall off, kernel.
    PrivilegeSevere = "privilege.severe", Write;
    /// Signals processes that are not children of this command.
    ProcessSignal = "process.signal", Write;
    /// Sends a message to people (mail, chat).
    MessageSend = "message.send", External;
    /// Writes to issues, pull requests and comments of a code host.
    IssueWrite = "issue.write", External;
    /// Asks a secret manager or password store for a secret, or prints one from
    /// the environment.
    SecretRead = "secret.read", Read;
    /// Content that holds a secret leaves the machine or enters the model.
    SecretSend = "secret.send", External;
    /// Calls a tool of an MCP server that only reads.
    McpRead = "mcp.read", External;
    /// Calls a tool of an MCP server whose effect is unknown.
    McpCall = "mcp.call", External;
    /// Calls a tool of an MCP server that changes or destroys something.
    McpWrite = "mcp.write", External;
    /// What the model is about to read holds something people do not see:
    /// characters that are not shown, hidden or encoded instructions.
    InjectHidden = "inject.hidden", Read;
    /// What the model is about to read holds instructions to the model.
    InjectInstructions = "inject.instructions", Read;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_round_trip() {
        for kind in EffectKind::ALL {
            assert_eq!(EffectKind::from_id(kind.id()), Some(*kind));
            let json = serde_json::to_string(kind).unwrap();
            assert_eq!(json, format!("\"{}\"", kind.id()));
        }
    }
}
