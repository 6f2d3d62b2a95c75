//! Commands on the working tree and local branches.

use palisade_core::{Certainty, EffectKind, Target};

use crate::arg::Arg;

use super::super::args::{Parsed, parse};
use super::super::{Run, Sink};

use super::{Git, file_like, short};

impl Git<'_, '_> {
    pub(super) fn output_file(&self, p: &Parsed, args: &[Arg], sink: &mut Sink) {
        for a in args {
            if a.lead().starts_with("--output=") {
                self.file(
                    EffectKind::FileWrite,
                    &a.after("--output=".len()),
                    false,
                    sink,
                );
            }
            if a.is("--ext-diff") {
                self.push(
                    EffectKind::ExecUnknown,
                    Target::Name("external diff".into()),
                    sink,
                );
            }
        }
        if self.verb == "format-patch"
            && let Some(dir) = p.value("o")
        {
            self.file(EffectKind::FileWrite, dir, false, sink);
        }
    }

    /// Everything goes into the repository, what is ignored as well: hidden
    /// files are where secrets are.
    pub(super) fn ignored_too(&self, sink: &mut Sink) {
        self.file(EffectKind::FileRead, &Arg::known("."), true, sink);
        let hidden = Arg::known(".*").with_pattern(true);
        self.file(EffectKind::FileRead, &hidden, false, sink);
    }

    /// Files outside the history that a command reads by name.
    pub(super) fn named_files(&self, args: &[Arg], sink: &mut Sink) {
        let read = |a: &Arg, sink: &mut Sink| self.file(EffectKind::FileRead, a, false, sink);
        match self.verb.as_str() {
            "grep" => {
                let p = parse(
                    args,
                    "e f A B C m max-count max-depth threads after-context before-context context",
                );
                for f in p.values("f") {
                    read(f, sink);
                }
                if p.has("no-index untracked no-exclude-standard") {
                    let skip = usize::from(!p.has("e f"));
                    for o in p.operands.iter().skip(skip) {
                        self.file(EffectKind::FileRead, o, true, sink);
                    }
                }
            }
            "hash-object" => {
                let p = parse(args, "t path");
                for o in &p.operands {
                    read(o, sink);
                }
                if p.has("stdin-paths") {
                    let names = self.call.stdin.map(super::super::special::lines);
                    for o in names.iter().flatten() {
                        read(o, sink);
                    }
                }
            }
            "interpret-trailers" | "merge-file" => {
                let p = parse(args, "trailer where if-exists if-missing L marker-size");
                for o in &p.operands {
                    read(o, sink);
                }
            }
            "commit-tree" => {
                let p = parse(args, "p m F S");
                for f in p.values("F") {
                    read(f, sink);
                }
            }
            "blame" | "annotate" => {
                let p = parse(args, "contents ignore-revs-file L S");
                for f in p.values("contents ignore-revs-file S") {
                    read(f, sink);
                }
            }
            "apply" | "am" => {
                let p = parse(
                    args,
                    "p C directory exclude include whitespace build-fake-ancestor",
                );
                for o in &p.operands {
                    read(o, sink);
                }
                let looks =
                    p.has("stat numstat summary check abort skip continue quit") && !p.has("apply");
                if looks || p.has("cached") {
                    return;
                }
                let strip = p.value("p").map_or("1", Arg::shown);
                let dir = p.value("directory");
                let patched = super::super::special::patched;
                for o in &p.operands {
                    patched(Some(o), None, strip, dir, sink);
                }
                if p.operands.is_empty() {
                    patched(None, self.call.stdin, strip, dir, sink);
                }
            }
            "archive" => {
                let p = parse(args, "format prefix o output add-file remote exec");
                for f in p.values("add-file") {
                    read(f, sink);
                }
                for f in p.values("o output") {
                    self.file(EffectKind::FileWrite, f, false, sink);
                }
                for code in p.values("exec") {
                    self.helper(code, sink);
                }
                if let Some(url) = p.value("remote") {
                    self.peer(url, EffectKind::NetRead, sink);
                }
            }
            "notes" => {
                let p = parse(args, "m message F file C c ref");
                if p.has("f force")
                    || p.operands
                        .iter()
                        .any(|o| matches!(o.text(), Some("remove" | "prune")))
                {
                    self.local_ref(EffectKind::GitRewrite, None, sink);
                }
                for f in p.values("F file") {
                    read(f, sink);
                }
            }
            // What is ignored goes in all the same, and out with a push.
            "add" | "stage" => {
                let p = parse(args, "chmod pathspec-from-file");
                if p.has("f force") {
                    for o in &p.operands {
                        read(o, sink);
                    }
                    if p.has("A all u update") && p.operands.is_empty() {
                        self.ignored_too(sink);
                    }
                }
            }
            "update-index" => {
                let p = parse(args, "cacheinfo chmod index-version");
                if p.has("add") {
                    for o in &p.operands {
                        read(o, sink);
                    }
                }
            }
            "mv" => {
                let p = parse(args, "");
                if let Some(to) = p.operands.last().filter(|_| p.operands.len() > 1) {
                    self.file(EffectKind::FileWrite, to, false, sink);
                    // Under another name it is still what it was.
                    for from in p.operands.iter().rev().skip(1) {
                        read(from, sink);
                    }
                }
            }
            _ => {}
        }
    }

    pub(super) fn ordinary(&self, args: &[Arg], p: &Parsed, sink: &mut Sink) {
        self.output_file(p, args, sink);
        self.named_files(args, sink);
        match self.verb.as_str() {
            "bisect" if p.word(0) == "run" => {
                let rest: Vec<Arg> = args
                    .iter()
                    .skip_while(|a| !a.is("run"))
                    .skip(1)
                    .cloned()
                    .collect();
                sink.runs.push(Run::Words {
                    words: rest,
                    stdin: None,
                });
            }
            "rm" if !p.has("cached n dry-run") => {
                for o in &p.operands {
                    self.file(EffectKind::FileDelete, o, p.has("r"), sink);
                }
            }
            "merge" | "cherry-pick" | "revert" | "am" if p.has("no-verify") => {
                self.simple(EffectKind::GitSkipHooks, sink);
            }
            "checkout-index" | "read-tree" if p.has("f force reset u") => {
                self.simple(EffectKind::GitDiscard, sink);
            }
            "pull" if p.has("f force rebase") && p.has("force f") => {
                self.simple(EffectKind::GitRewrite, sink);
            }
            "pull" | "fetch" => {
                for o in p.operands.iter().skip(1) {
                    // `+from:to` moves a branch of ours, wherever it stands.
                    if let Some((from, to)) = o.split_once(':')
                        && (from.lead().starts_with('+') || p.has("f force"))
                        && !to.lead().starts_with("refs/remotes/")
                        && !to.is_empty()
                    {
                        self.local_ref(EffectKind::GitRewrite, Some(&to), sink);
                    }
                }
                if let Some(code) = p.value("upload-pack") {
                    self.helper(code, sink);
                }
                if let Some(url) = p.operands.first() {
                    self.peer(url, EffectKind::NetRead, sink);
                }
            }
            "replace" if !p.has("l list d delete") => {
                self.local_ref(EffectKind::GitRewrite, None, sink);
            }
            "symbolic-ref" if p.has("d delete") || p.operands.len() > 1 => {
                let head = p
                    .operands
                    .first()
                    .is_some_and(|o| o.lead().starts_with("refs/remotes/"));
                if !head {
                    self.local_ref(EffectKind::GitRewrite, p.operands.first(), sink);
                }
            }
            "init" => {
                if let Some(t) = p.value("template").filter(|t| !t.is_empty()) {
                    self.push(
                        EffectKind::EnvInject,
                        Target::Name(format!("template {}", t.shown())),
                        sink,
                    );
                }
            }
            "lfs" => match p.word(0) {
                "migrate" if !p.operands.iter().any(|o| o.is("info")) => {
                    self.local_ref(EffectKind::GitRewrite, None, sink);
                }
                "prune" if !p.has("n dry-run") && p.has("force f recent verify-remote") => {
                    self.simple(EffectKind::GitDiscard, sink);
                }
                "push" if p.has("all") => {
                    self.push(EffectKind::GitPush, Target::None, sink);
                    self.push(
                        EffectKind::Publish,
                        Target::Name("git lfs push --all".into()),
                        sink,
                    );
                }
                _ => {}
            },
            "subtree" if p.word(0) == "push" => {
                let q = parse(args, "P prefix m message branch onto");
                let mut e = self.effect(
                    EffectKind::GitPush,
                    Target::GitRef {
                        remote: q.operands.get(1).map(|r| r.shown().to_owned()),
                        name: q.operands.get(2).map(|r| short(r.shown()).to_owned()),
                    },
                );
                // What others get there was not reviewed as a whole.
                e.certainty = Certainty::Partial;
                sink.push(e);
            }
            // A timer of the user's that runs git from then on.
            "maintenance" if matches!(p.word(0), "start" | "register") => {
                self.push(
                    EffectKind::EnvInject,
                    Target::Name("git maintenance start".into()),
                    sink,
                );
            }
            "send-email" => self.push(
                EffectKind::MessageSend,
                Target::Name("git send-email".into()),
                sink,
            ),
            "daemon" | "instaweb" => self.push(
                EffectKind::NetListen,
                Target::Name(format!("git {}", self.verb)),
                sink,
            ),
            "difftool" | "mergetool" => {
                let q = parse(args, "x extcmd t tool");
                if let Some(code) = q.value("x extcmd") {
                    sink.runs.push(Run::Shell {
                        code: code.clone(),
                        args: Vec::new(),
                    });
                }
            }
            "credential" if p.word(0) == "fill" => self.push(
                EffectKind::SecretRead,
                Target::Name("git credential".into()),
                sink,
            ),
            _ => {}
        }
        self.simple(EffectKind::GitOrdinary, sink);
    }

    pub(super) fn commit(&self, args: &[Arg], sink: &mut Sink) {
        let p = parse(
            args,
            "m message F file C reuse-message c reedit-message author date t template fixup squash trailer cleanup pathspec-from-file",
        );
        for f in p.values("F file t template").chain(&p.operands) {
            self.file(EffectKind::FileRead, f, false, sink);
        }
        if p.has("n no-verify") {
            self.simple(EffectKind::GitSkipHooks, sink);
        }
        if p.has("amend") {
            self.local_ref(EffectKind::GitRewrite, None, sink);
        } else {
            self.simple(EffectKind::GitOrdinary, sink);
        }
    }

    pub(super) fn paths(&self, kind: EffectKind, paths: &[Arg], sink: &mut Sink) {
        if paths.is_empty() {
            self.simple(kind, sink);
            return;
        }
        for a in paths {
            let whole =
                matches!(a.text(), Some("." | "./" | "*" | ":/" | ":(top)")) || a.text().is_none();
            if whole {
                self.simple(kind, sink);
            } else {
                self.file(kind, a, true, sink);
            }
        }
    }

    pub(super) fn checkout(&self, args: &[Arg], sink: &mut Sink) {
        let end = args.iter().position(|a| a.is("--"));
        let p = parse(
            args.get(..end.unwrap_or(args.len())).unwrap_or_default(),
            "b B orphan conflict pathspec-from-file t",
        );
        let after = end.and_then(|i| args.get(i + 1..)).unwrap_or_default();
        if !after.is_empty() {
            self.paths(EffectKind::GitDiscard, after, sink);
        } else if p.has("pathspec-from-file p patch ours theirs f force B") {
            self.simple(EffectKind::GitDiscard, sink);
        } else if p.has("b orphan") {
            self.simple(EffectKind::GitOrdinary, sink);
        } else {
            // A path or a branch? `.` and what looks like a file are paths,
            // and so is whatever follows a revision.
            let path = |a: &Arg| {
                let t = a.shown();
                matches!(t, "." | "./" | "*" | ":/")
                    || a.pattern()
                    || t.starts_with("./")
                    || t.starts_with("../")
                    || file_like(t)
            };
            let mut paths: Vec<Arg> = p.operands.get(1..).unwrap_or_default().to_vec();
            if p.operands.first().is_some_and(path) {
                paths.clone_from(&p.operands);
            }
            if paths.is_empty() {
                self.simple(EffectKind::GitOrdinary, sink);
            } else {
                self.paths(EffectKind::GitDiscard, &paths, sink);
            }
        }
    }

    pub(super) fn branch(&self, args: &[Arg], sink: &mut Sink) {
        let p = parse(
            args,
            "u set-upstream-to contains merged no-merged points-at sort format color",
        );
        let force = p.has("f force");
        if p.has("D") || (p.has("d delete") && force) {
            for b in &p.operands {
                if p.has("r remotes") {
                    self.simple(EffectKind::GitOrdinary, sink);
                } else {
                    self.local_ref(EffectKind::GitRewrite, Some(b), sink);
                }
            }
        } else if p.has("d delete m move c copy M C") || force {
            // `-d` is refused by git when commits would be lost.
            if force || p.has("M C") {
                self.local_ref(EffectKind::GitRewrite, p.operands.first(), sink);
            } else {
                self.simple(EffectKind::GitOrdinary, sink);
            }
        } else if p.operands.is_empty()
            || p.has("list l a all r remotes v vv show-current contains merged no-merged")
        {
            self.simple(EffectKind::GitRead, sink);
        } else {
            self.simple(EffectKind::GitOrdinary, sink);
        }
    }
}
