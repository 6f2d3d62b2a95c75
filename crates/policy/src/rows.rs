//! The rows of the decision table: what a policy can speak about.
//!
//! A row is an effect *in a person's words*, finer than an
//! [`palisade_core::EffectKind`] where the same kind of act deserves a
//! different answer (deleting `node_modules` and deleting home are both
//! `file.delete`). The identifier is public: it is what people write in policy
//! files and read in denials, so it never changes meaning.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The heading a row is shown under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Files and folders.
    Files,
    /// Deleting.
    Deleting,
    /// Secrets.
    Secrets,
    /// Data that a policy gave a class.
    Data,
    /// The guard, coding agents, and what runs later.
    Guard,
    /// Git.
    Git,
    /// Running programs and installing packages.
    Running,
    /// The network.
    Network,
    /// Databases.
    Databases,
    /// Other people, machines and money.
    Outside,
    /// This machine.
    Machine,
    /// MCP servers.
    Mcp,
    /// What the model gets to read.
    Incoming,
}

impl Group {
    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Files => "Files",
            Self::Deleting => "Deleting",
            Self::Secrets => "Secrets",
            Self::Data => "Classified data",
            Self::Guard => "The guard, agents, and what runs later",
            Self::Git => "Git",
            Self::Running => "Running and installing",
            Self::Network => "Network",
            Self::Databases => "Databases",
            Self::Outside => "Outside this machine",
            Self::Machine => "This machine",
            Self::Mcp => "MCP servers",
            Self::Incoming => "What comes in",
        }
    }
}

macro_rules! rows {
    ($( $group:ident { $( $name:ident = $id:literal, $text:literal; )+ } )+) => {
        /// A row of the table. Ordered as it is shown.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum RowId {
            $($( #[doc = $text] $name, )+)+
        }

        impl RowId {
            /// Every row, in the order it is shown.
            pub const ALL: &'static [Self] = &[$($( Self::$name, )+)+];

            /// The stable identifier.
            pub const fn id(self) -> &'static str {
                match self { $($( Self::$name => $id, )+)+ }
            }

            /// What it covers, in a person's words.
            pub const fn text(self) -> &'static str {
                match self { $($( Self::$name => $text, )+)+ }
            }

            /// The heading it is shown under.
            pub const fn group(self) -> Group {
                match self { $($( Self::$name => Group::$group, )+)+ }
            }

            /// The row with this identifier.
            pub fn from_id(id: &str) -> Option<Self> {
                match id { $($( $id => Some(Self::$name), )+)+ _ => None }
            }
        }
    };
}

rows! {
    Files {
        FileRead = "file.read", "read a file, search in files";
        FileList = "file.list", "list files";
        FileReadSystem = "file.read-system", "read a secret of the system (/etc/shadow, host keys, another process's environment)";
        FileWrite = "file.write", "write or edit a file";
        FileWriteTemp = "file.write-temp", "write to temporary and cache folders";
        FileWriteSystem = "file.write-system", "write to system paths (/etc, /usr, /boot)";
        FileExpose = "file.expose", "make a path accessible to everybody (chmod 777)";
    }
    Deleting {
        FileDelete = "file.delete", "delete one file that is committed and unchanged";
        FileDeleteOwn = "file.delete-own", "delete temporary files and files this session wrote";
        FileDeleteUncommitted = "file.delete-uncommitted", "delete one file that no commit holds";
        FileDeleteRegenerable = "file.delete-regenerable", "delete an uncommitted folder that a lock file or manifest brings back (node_modules)";
        FileDeleteScript = "file.delete-script", "delete files of the workspace that no commit holds, by a committed script of the project (make clean)";
        FileDeleteTree = "file.delete-tree", "delete anything else recursively or by pattern";
        FileDeleteRoot = "file.delete-root", "delete home, a file system root, the workspace itself or another repository";
    }
    Secrets {
        SecretRead = "secret.read", "read a secret file (.env, keys, credentials, cloud and ssh folders, browser and password stores)";
        SecretFetch = "secret.fetch", "get a secret from a secret manager, password store or the environment";
        SecretEnvironment = "secret.environment", "print the whole environment (env, printenv)";
        SecretSend = "secret.send", "send secret content anywhere";
        SecretDelete = "secret.delete", "delete a secret file";
    }
    Data {
        DataRead = "data.read", "read unreleased, customer, billing or regulated data (see `[[data]]`)";
        DataSend = "data.send", "send such data to another machine";
    }
    Guard {
        GuardTouch = "guard.touch", "change the guard: its programs, policy, state, journal or wiring";
        AgentUnguarded = "agent.unguarded", "start a coding agent with its hooks off";
        AgentBypass = "agent.bypass", "start a coding agent with its permission checks bypassed";
        AgentStart = "agent.start", "start a coding agent or subagent the ordinary way";
        PlanStart = "plan.start", "begin to carry out a plan; where this asks, the commands in the plan are looked at too";
        EnvInject = "env.inject", "set what makes other programs run code (LD_PRELOAD, NODE_OPTIONS, core.fsmonitor)";
        DeferredWrite = "deferred.write", "write what runs later (git hooks, CI, shell profiles, editor tasks, agent instructions; build scripts by redirection)";
        DeferredWriteSevere = "deferred.write-severe", "write authorized keys, sudoers or what starts the machine";
        DeniedAgain = "denied.again", "go on after repeated denials: the same target in another way, or what cannot be read";
    }
    Git {
        GitRead = "git.read", "look at a repository (status, log, diff)";
        GitOrdinary = "git.ordinary", "commit, branch, fetch, pull, stash";
        GitPush = "git.push", "push an own branch";
        GitPushUnknown = "git.push-unknown", "push to a branch whose name is not known before it runs";
        GitPushDeferred = "git.push-deferred", "push changes of what runs or is obeyed elsewhere (CI, hooks, agent instructions)";
        GitPushLarge = "git.push-large", "push a very large file";
        GitPushUninspected = "git.push-uninspected", "push more than could be looked at";
        GitDiscard = "git.discard", "discard uncommitted work (reset --hard, clean, stash drop)";
        GitRewrite = "git.rewrite", "rewrite local history";
        GitSkipHooks = "git.skip-hooks", "skip git hooks (--no-verify)";
        GitForcePush = "git.force-push", "force-push to a branch that is not protected";
        GitDeleteRemote = "git.delete-remote", "delete a remote branch or tag that is not protected";
        GitProtectedBranches = "git.protected-branches", "push to, force-push to or delete a protected branch";
        GitProtection = "git.protection", "change branch protection or repository access";
    }
    Running {
        ExecProject = "exec.project", "run tests, builds, linters and project scripts";
        ExecUnknown = "exec.unknown", "run an unknown program with plain arguments";
        ExecFetched = "exec.fetched", "run code that came from the network";
        ExecOpaque = "exec.opaque", "run code that was decoded or is built from a variable";
        LimitReached = "limit.reached", "do more than can be understood within the limits";
        PackageLocked = "package.locked", "install dependencies from a lock file";
        PackageInstall = "package.install", "install packages by name";
        PackageSuspect = "package.suspect", "install a package whose name imitates another, or one from outside the registry";
    }
    Network {
        NetRead = "net.read", "read from a host (GET, fetch)";
        NetReadAfterSecret = "net.read-after-secret", "read from a host after this session read a secret";
        NetReadCarrying = "net.read-carrying", "put data of this machine into a URL after untrusted content came in";
        NetRepeat = "net.repeat", "ask a host the same more often than the rates allow";
        NetPrivate = "net.private", "reach a private address that is not listed";
        NetMetadata = "net.metadata", "reach a cloud metadata endpoint";
        NetWrite = "net.write", "send to an external host (POST, PUT, PATCH, DELETE, upload)";
        NetWriteLoopback = "net.write-loopback", "send to a service on this machine";
        NetSensitive = "net.sensitive", "change something through an administrative endpoint (/admin/, delete-all)";
        NetListen = "net.listen", "listen on a port";
        NetTunnel = "net.tunnel", "open a tunnel to another machine";
    }
    Databases {
        DbRead = "db.read", "read from a database";
        DbWrite = "db.write", "change rows";
        DbSchema = "db.schema", "change a schema";
        DbDestroy = "db.destroy", "drop, truncate, or change rows without a condition";
    }
    Outside {
        Publish = "publish", "publish a package, image or release";
        Deploy = "deploy", "deploy, apply infrastructure, change cloud resources";
        InfraDestroy = "infra.destroy", "destroy infrastructure or cloud resources";
        CloudRead = "cloud.read", "read-only cloud, cluster and platform queries";
        MessageSend = "message.send", "send mail or chat messages to people";
        IssueWrite = "issue.write", "write issues, pull requests and comments";
    }
    Machine {
        Privilege = "privilege", "gain or grant privilege (sudo, su, system modes and owners)";
        PrivilegeSevere = "privilege.severe", "put the machine at stake (disks, boot, firewall off, 777 on system paths)";
        ProcessSignal = "process.signal", "stop processes that this command did not start";
    }
    Mcp {
        McpRead = "mcp.read", "call an MCP tool that only reads";
        McpCall = "mcp.call", "call an MCP tool whose effect is unknown";
        McpWrite = "mcp.write", "call an MCP tool that changes or destroys something";
    }
    Incoming {
        InjectHidden = "inject.hidden", "hidden characters or hidden instructions in what the model reads (ask: taken out, and the model is told)";
        InjectInstructions = "inject.instructions", "instructions to the model in what it reads (ask: the model is told that they are data)";
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

// By name, not by position: a table compiled by another version must never
// come out with its rows shifted.
impl Serialize for RowId {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for RowId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = RowId;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the identifier of a policy row")
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<RowId, E> {
                RowId::from_id(v).ok_or_else(|| E::custom("unknown policy row"))
            }
        }
        d.deserialize_str(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn identifiers_are_unique_and_round_trip() {
        let ids: BTreeSet<_> = RowId::ALL.iter().map(|r| r.id()).collect();
        assert_eq!(ids.len(), RowId::ALL.len());
        for row in RowId::ALL {
            assert_eq!(RowId::from_id(row.id()), Some(*row));
        }
    }

    #[test]
    fn rows_are_declared_in_the_order_they_are_shown() {
        assert!(RowId::ALL.is_sorted());
        assert!(RowId::ALL.is_sorted_by_key(|r| r.group()));
    }
}
