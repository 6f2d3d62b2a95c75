//! Version control beside git, by what each command is in git's words.

use palisade_core::{EffectKind, Target};

use super::args::{Parsed, parse};
use super::table::{asks_for_help, phrase};
use super::{Call, Sink};

/// Understands one call; `false` when the program is none of these.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    let p = match call.program {
        "hg" | "chg" | "rhg" | "sl" => parse(
            call.args,
            "R repository cwd config r rev m message l logfile u user d date b branch B bookmark e ssh remotecmd",
        ),
        "svn" => parse(
            call.args,
            "m message F file r revision username password depth config-dir config-option c change x extensions diff-cmd",
        ),
        "jj" => parse(
            call.args,
            "R repository at-op config config-file r revision m message b bookmark remote d destination s source f from t to into",
        ),
        "gt" | "graphite" | "spr" | "git-town" | "bfg" => parse(call.args, "m message private"),
        _ => return false,
    };
    if asks_for_help(&p) {
        return true;
    }
    let kind = match call.program {
        "hg" | "chg" | "rhg" | "sl" => mercurial(&p),
        "svn" => subversion(&p),
        "jj" => jujutsu(&p),
        "bfg" => EffectKind::GitRewrite,
        _ if p.has("f force")
            && matches!(p.word(0), "submit" | "s" | "ss" | "stack" | "update") =>
        {
            EffectKind::GitForcePush
        }
        _ => match p.word(0) {
            "delete" | "dl" => EffectKind::GitRewrite,
            "merge" | "land" => EffectKind::GitPush,
            _ => EffectKind::GitOrdinary,
        },
    };
    let target = match kind {
        EffectKind::GitPush | EffectKind::GitForcePush | EffectKind::GitDeleteRemote => {
            Target::GitRef {
                remote: None,
                name: None,
            }
        }
        _ => Target::Name(phrase(call, &p.operands, 2)),
    };
    let mut e = call.effect(kind, target);
    if call.program == "svn" && kind == EffectKind::GitPush {
        // There is one line of history, and everybody is on it.
        e.certainty = palisade_core::Certainty::Partial;
    }
    sink.push(e);
    // Settings for one call: hooks, aliases and the program used to connect.
    for c in p.values("config config-option e ssh remotecmd diff-cmd") {
        let t = c.shown();
        if !matches!(
            t.split(['=', '.']).next(),
            Some("ui" | "user" | "progress" | "diff")
        ) {
            sink.name(call, EffectKind::EnvInject, t);
        }
    }
    true
}

fn mercurial(p: &Parsed) -> EffectKind {
    match p.word(0) {
        "strip" | "histedit" | "rollback" | "rebase" | "amend" | "fold" | "prune" | "uncommit"
        | "absorb" | "hide" => EffectKind::GitRewrite,
        "commit" | "ci" if p.has("amend") => EffectKind::GitRewrite,
        "debugstrip" => EffectKind::GitRewrite,
        "purge" | "clean" => EffectKind::GitDiscard,
        "revert" => EffectKind::GitDiscard,
        "update" | "up" | "checkout" | "co" | "goto" if p.has("C clean") => EffectKind::GitDiscard,
        "push" if p.has("f force") => EffectKind::GitForcePush,
        "push" => EffectKind::GitPush,
        "status" | "st" | "log" | "diff" | "summary" | "id" | "identify" | "branch"
        | "branches" | "heads" | "tip" | "cat" | "annotate" | "blame" | "paths" | "config"
        | "showconfig" | "root" | "manifest" | "files" | "locate" | "grep" | "outgoing"
        | "incoming" | "tags" | "version" | "" => EffectKind::GitRead,
        _ => EffectKind::GitOrdinary,
    }
}

fn subversion(p: &Parsed) -> EffectKind {
    let remote = p.operands.iter().skip(1).any(|o| o.shown().contains("://"));
    match p.word(0) {
        "revert" | "cleanup"
            if p.word(0) == "revert" || p.has("remove-unversioned remove-ignored") =>
        {
            EffectKind::GitDiscard
        }
        "delete" | "del" | "remove" | "rm" if remote => EffectKind::GitDeleteRemote,
        "copy" | "cp" | "move" | "mv" | "mkdir" | "import" if remote => EffectKind::GitPush,
        "delete" | "del" | "remove" | "rm" => EffectKind::GitOrdinary,
        "commit" | "ci" => EffectKind::GitPush,
        "propset" | "ps" | "propdel" if p.has("revprop") => EffectKind::GitRewrite,
        "status" | "st" | "log" | "diff" | "di" | "info" | "list" | "ls" | "cat" | "blame"
        | "praise" | "annotate" | "propget" | "pg" | "proplist" | "" => EffectKind::GitRead,
        _ => EffectKind::GitOrdinary,
    }
}

fn jujutsu(p: &Parsed) -> EffectKind {
    match (p.word(0), p.word(1)) {
        ("abandon", _) | ("op" | "operation", "abandon") | ("util", "gc") => EffectKind::GitRewrite,
        ("op" | "operation", "restore") | ("restore", _) => EffectKind::GitDiscard,
        ("git", "push") if p.has("deleted") => EffectKind::GitDeleteRemote,
        ("git", "push") if p.has("all tracked") => EffectKind::GitForcePush,
        ("git", "push") => EffectKind::GitPush,
        ("log" | "status" | "st" | "diff" | "show" | "evolog" | "", _)
        | ("op" | "operation", "log" | "show" | "diff") => EffectKind::GitRead,
        _ => EffectKind::GitOrdinary,
    }
}
