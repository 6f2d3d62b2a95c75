//! git settings, for one call or written.

use palisade_core::{EffectKind, Target};

use crate::arg::Arg;

use super::super::args::parse;
use super::super::{Run, Sink};

use super::Git;

/// Settings that say how git shows and names things, and run nothing: written
/// for every repository they are what they are for one.
const PREFERENCES: &[&str] = &[
    "user.name",
    "user.email",
    "user.signingkey",
    "init.defaultbranch",
    "pull.",
    "push.default",
    "push.autosetupremote",
    "push.followtags",
    "fetch.",
    "merge.conflictstyle",
    "merge.ff",
    "diff.algorithm",
    "diff.colormoved",
    "diff.renames",
    "diff.mnemonicprefix",
    "color.",
    "column.",
    "core.autocrlf",
    "core.eol",
    "core.quotepath",
    "core.ignorecase",
    "core.longpaths",
    "core.filemode",
    "core.abbrev",
    "core.precomposeunicode",
    "core.whitespace",
    "rebase.",
    "rerere.",
    "branch.autosetup",
    "branch.sort",
    "tag.sort",
    "log.",
    "advice.",
    "help.autocorrect",
    "commit.gpgsign",
    "commit.verbose",
    "tag.gpgsign",
    "gpg.format",
    "status.",
    "stash.",
    "feature.",
    "index.",
    "pack.",
    "http.postbuffer",
    "http.lowspeed",
    "safe.directory",
    "submodule.recurse",
    "lfs.",
    "checkout.",
    "versionsort.",
    "transfer.fsckobjects",
];

fn preference(key: &str, value: Option<&Arg>) -> bool {
    let key = key.to_ascii_lowercase();
    let alias = key.starts_with("alias.")
        && value.is_some_and(|v| v.text().is_some_and(|t| !t.starts_with('!')));
    alias || PREFERENCES.iter().any(|p| key.starts_with(p))
}

impl Git<'_, '_> {
    /// A setting made for one call or written.
    pub(super) fn setting(&self, key: &str, value: Option<&Arg>, sink: &mut Sink) {
        let key = key.to_ascii_lowercase();
        let shown = value.map_or("", Arg::shown);
        let name = Target::Name(key.clone());
        let plain_program = matches!(
            shown,
            "" | "cat"
                | "less"
                | "true"
                | "false"
                | ":"
                | "vim"
                | "vi"
                | "nano"
                | "nvim"
                | "emacs"
                | "delta"
                | "code --wait"
                | "less -FRX"
                | "diff-so-fancy"
                | "head"
                | "more"
                | "store"
                | "cache"
                | "osxkeychain"
                | "manager"
                | "manager-core"
                | "libsecret"
                | "!gh auth git-credential"
                | "ssh"
                | "bat"
        );
        let runs = (key.starts_with("alias.")
            && (shown.starts_with('!') || value.is_none_or(|v| v.text().is_none())))
            || matches!(
                key.as_str(),
                "core.sshcommand"
                    | "core.fsmonitor"
                    | "core.editor"
                    | "core.pager"
                    | "core.askpass"
                    | "core.gitproxy"
                    | "core.alternaterefscommand"
                    | "sequence.editor"
                    | "diff.external"
                    | "gpg.program"
                    | "init.templatedir"
                    | "uploadpack.packobjectshook"
                    | "include.path"
                    | "core.attributesfile"
                    | "web.browser"
                    | "http.proxyauthmethod"
                    | "interactive.difffilter"
                    | "receive.procreceiverefs"
                    | "ssh.variant"
                    | "sendemail.smtpserver"
            )
            || key.starts_with("credential.")
            || key.starts_with("includeif.")
            || key.starts_with("pager.")
            || (key.starts_with("filter.") && !key.ends_with(".required"))
            || (key.starts_with("diff.")
                && (key.ends_with(".command") || key.ends_with(".textconv")))
            || (key.starts_with("merge.") && key.ends_with(".driver"))
            || ((key.starts_with("difftool.") || key.starts_with("mergetool."))
                && key.rsplit('.').next() == Some("cmd"))
            || (key.starts_with("remote.")
                && (key.ends_with(".uploadpack")
                    || key.ends_with(".receivepack")
                    || key.rsplit('.').next() == Some("vcs")))
            || (key.starts_with("gpg.") && key.ends_with(".program"))
            || (key.starts_with("trailer.")
                && (key.ends_with(".command") || key.rsplit('.').next() == Some("cmd")))
            || (["difftool.", "mergetool.", "browser.", "man.", "guitool."]
                .iter()
                .any(|s| key.starts_with(s))
                && matches!(key.rsplit('.').next(), Some("cmd" | "path")))
            || (key.starts_with("protocol.")
                && key.rsplit('.').next() == Some("allow")
                && shown == "always")
            || (key.starts_with("remote.")
                && matches!(key.rsplit('.').next(), Some("pushurl" | "url" | "proxy")))
            || (key.starts_with("submodule.")
                && key.ends_with(".update")
                && shown.starts_with('!'))
            || matches!(key.as_str(), "http.proxy" | "https.proxy" | "core.sshproxy")
            || (key.starts_with("http.") && key.rsplit('.').next() == Some("proxy"))
            || (key == "safe.directory" && shown == "*");
        let plain = (key == "core.fsmonitor" && matches!(shown, "true" | "false"))
            || (key == "core.sshcommand"
                && shown.starts_with("ssh -i ")
                && !shown.to_ascii_lowercase().contains("command"))
            || (key.starts_with("credential.") && !key.contains("helper"));
        if key.starts_with("gc.") && key.contains("expire") && matches!(shown, "now" | "all" | "0")
        {
            // What nothing refers to any more is what a mistake is undone with.
            self.local_ref(EffectKind::GitRewrite, None, sink);
        }
        if key == "core.hookspath" {
            self.push(EffectKind::GitSkipHooks, name, sink);
            if !matches!(
                shown,
                "" | "/dev/null" | ".husky" | ".husky/_" | ".githooks"
            ) {
                self.push(EffectKind::EnvInject, Target::Name(key.clone()), sink);
            }
        } else if runs && !plain_program && !plain {
            self.push(EffectKind::EnvInject, name, sink);
        } else if (key == "http.sslverify" && matches!(shown, "false" | "0"))
            || (key.starts_with("url.") && key.ends_with("insteadof"))
        {
            self.push(EffectKind::EnvInject, Target::Name(key.clone()), sink);
        }
        // What an alias stands for is run under another name.
        if key.starts_with("alias.")
            && let Some(v) = value
        {
            let code = if v.lead().starts_with('!') {
                v.after(1)
            } else {
                let mut code = Arg::known("git ");
                code.push(v);
                code
            };
            sink.runs.push(Run::Shell {
                code,
                args: Vec::new(),
            });
        }
    }

    pub(super) fn config(&self, args: &[Arg], sink: &mut Sink) {
        let p = parse(args, "f file blob type default comment value");
        for f in p.values("f file") {
            self.file(EffectKind::FileRead, f, false, sink);
        }
        let mut words = p.operands.as_slice();
        let mut writes =
            p.has("add replace-all unset unset-all rename-section remove-section e edit");
        if let Some((first, rest)) = words.split_first() {
            match first.text() {
                Some("set") => {
                    writes = true;
                    words = rest;
                }
                Some("get" | "list" | "get-color" | "get-colorbool") => words = &[],
                Some("unset" | "rename-section" | "remove-section" | "edit") => {
                    writes = true;
                    words = rest;
                }
                _ => {}
            }
        }
        if p.has("get get-all get-regexp l list get-urlmatch") || (words.len() < 2 && !writes) {
            self.simple(EffectKind::GitRead, sink);
            return;
        }
        if let Some((key, rest)) = words.split_first() {
            if !p.has("unset unset-all") {
                self.setting(key.shown(), rest.first(), sink);
            }
            if key.text().is_none() {
                self.push(
                    EffectKind::EnvInject,
                    Target::Name(key.shown().to_owned()),
                    sink,
                );
            }
        }
        if let Some(f) = p.value("f file") {
            self.file(EffectKind::FileWrite, f, false, sink);
        }
        let preference = words
            .first()
            .is_some_and(|key| key.text().is_some_and(|k| preference(k, words.get(1))));
        if p.has("global") && preference {
            self.simple(EffectKind::GitOrdinary, sink);
        } else if p.has("global") {
            self.file(
                EffectKind::FileWrite,
                &Arg::known(format!("{}/.gitconfig", self.call.home)),
                false,
                sink,
            );
        } else if p.has("system") {
            self.file(
                EffectKind::FileWrite,
                &Arg::known("/etc/gitconfig"),
                false,
                sink,
            );
        } else {
            self.simple(EffectKind::GitOrdinary, sink);
        }
    }
}
