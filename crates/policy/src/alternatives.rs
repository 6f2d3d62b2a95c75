//! What an agent may do instead. Every command here has to be allowed itself;
//! a test holds the list to that.

use crate::RowId;

/// A permitted way to what was probably wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The row whose objection it answers.
    pub row: RowId,
    /// In words.
    pub text: &'static str,
    /// As a command. `{path}` stands for the path that was denied.
    pub command: Option<&'static str>,
}

const fn say(row: RowId, text: &'static str) -> Alternative {
    Alternative {
        row,
        text,
        command: None,
    }
}

const fn run(row: RowId, text: &'static str, command: &'static str) -> Alternative {
    Alternative {
        row,
        text,
        command: Some(command),
    }
}

/// Every alternative, at most one per row.
pub const ALTERNATIVES: &[Alternative] = &[
    run(
        RowId::SecretRead,
        "read a copy with the values removed",
        "palisade redact {path}",
    ),
    say(
        RowId::SecretEnvironment,
        "print the one variable that is needed, by its name",
    ),
    say(
        RowId::SecretFetch,
        "name the variable and let the program that needs it read it",
    ),
    say(
        RowId::SecretSend,
        "name the secret by its variable or file name, without its value",
    ),
    say(RowId::FileWrite, "write inside the workspace or below /tmp"),
    say(
        RowId::FileWriteSystem,
        "write inside the workspace and tell the user where it belongs",
    ),
    say(
        RowId::FileExpose,
        "give access to the owner only, for example chmod u+rwx",
    ),
    say(
        RowId::FileDeleteTree,
        "delete files that are committed one by one, or leave it and say what could go",
    ),
    say(
        RowId::FileDeleteUncommitted,
        "leave the file and say that it is no longer needed",
    ),
    say(
        RowId::FileDeleteRoot,
        "delete what you made inside the workspace by name",
    ),
    say(
        RowId::GuardTouch,
        "propose the change to the user, who can make it",
    ),
    say(RowId::AgentUnguarded, "start the agent the ordinary way"),
    say(
        RowId::AgentBypass,
        "start the agent with its permission checks on",
    ),
    say(RowId::EnvInject, "pass what is needed as an argument"),
    say(
        RowId::DeferredWrite,
        "show the change and let the user apply it",
    ),
    say(
        RowId::DeferredWriteSevere,
        "show the change and let the user apply it",
    ),
    say(RowId::DeniedAgain, "stop, and ask the user how to go on"),
    run(
        RowId::GitProtectedBranches,
        "push to a branch and open a pull request",
        "git push -u origin HEAD:topic/my-change",
    ),
    run(
        RowId::GitForcePush,
        "push to a new branch",
        "git push -u origin HEAD:topic/my-change",
    ),
    run(
        RowId::GitPushUnknown,
        "name the branch",
        "git push -u origin HEAD:topic/my-change",
    ),
    run(
        RowId::GitDiscard,
        "keep the work first",
        "git stash push --include-untracked",
    ),
    run(
        RowId::GitRewrite,
        "undo by a new commit",
        "git revert --no-edit HEAD",
    ),
    say(
        RowId::GitSkipHooks,
        "let the hooks run and repair what they report",
    ),
    say(
        RowId::ExecFetched,
        "download to a file and read it before it is run",
    ),
    say(RowId::ExecOpaque, "write the command out in full"),
    say(RowId::LimitReached, "do it in smaller steps"),
    say(
        RowId::NetWrite,
        "write the request to a file and let the user send it",
    ),
    say(
        RowId::NetSensitive,
        "write the request to a file and let the user send it",
    ),
    say(
        RowId::NetReadAfterSecret,
        "work with what is on this machine",
    ),
    say(RowId::DataRead, "work with made-up data of the same shape"),
    say(
        RowId::NetReadCarrying,
        "ask without putting data into the URL",
    ),
    say(RowId::NetRepeat, "use the result of the earlier call"),
    say(
        RowId::GitPushLarge,
        "leave the file out of the commit, or keep it with git lfs",
    ),
    say(RowId::DbSchema, "write the migration to a file for review"),
    say(RowId::DbDestroy, "write the statement to a file for review"),
    say(RowId::Deploy, "show the plan and let the user apply it"),
    say(
        RowId::InfraDestroy,
        "show the plan and let the user apply it",
    ),
    say(
        RowId::MessageSend,
        "write the message to a file and let the user send it",
    ),
    say(RowId::Privilege, "do it without elevated privilege"),
];

/// The alternative for a row.
pub(crate) fn find(row: RowId) -> Option<&'static Alternative> {
    ALTERNATIVES.iter().find(|a| a.row == row)
}
