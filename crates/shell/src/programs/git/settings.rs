//! git settings, for one call or written.

use palisade_core::{EffectKind, Target};

use crate::arg::Arg;

use super::super::args::parse;
use super::super::{Run, Sink};

use super::Git;

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
            || (key.starts_with("gpg.") && key.ends_with(".program"));
        let plain = (key == "core.fsmonitor" && matches!(shown, "true" | "false"))
            || (key == "core.sshcommand"
                && shown.starts_with("ssh -i ")
                && !shown.to_ascii_lowercase().contains("command"))
            || (key.starts_with("credential.") && !key.contains("helper"));
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
        if key.starts_with("alias.")
            && let Some(v) = value
            && v.lead().starts_with('!')
        {
            sink.runs.push(Run::Shell {
                code: v.after(1),
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
        if p.has("global") {
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
