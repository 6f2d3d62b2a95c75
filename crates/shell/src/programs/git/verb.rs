//! What each verb of git does.

use palisade_core::{Certainty, EffectKind, Target};

use super::{CURRENT_BRANCH, Git, short};
use crate::arg::{Arg, Origin};
use crate::programs::args::{parse, parse_leading};
use crate::programs::{Place, Run, Sink};
use crate::project::{Tool, Wanted};

impl Git<'_, '_> {
    pub(super) fn verb(&self, args: &[Arg], sink: &mut Sink) {
        let p = parse(
            args,
            "m message F file C c author date n b B o format pretty since until grep L S G stat skip max-count t s X strategy onto depth branch j jobs filter reference separate-git-dir template u upload-pack receive-pack server-option recurse-submodules-default exec x expire prune-now conflict pathspec-from-file fixup squash trailer cleanup color sort contains merged no-merged points-at orphan source i set-upstream-to e",
        );
        match self.verb.as_str() {
            "status" | "log" | "diff" | "show" | "blame" | "shortlog" | "describe"
            | "rev-parse" | "rev-list" | "ls-files" | "ls-tree" | "cat-file" | "show-ref"
            | "for-each-ref" | "name-rev" | "merge-base" | "cherry" | "whatchanged"
            | "count-objects" | "fsck" | "grep" | "annotate" | "var" | "version" | "help"
            | "check-ignore" | "check-attr" | "diff-tree" | "diff-index" | "diff-files"
            | "range-diff" | "verify-commit" | "verify-tag" | "show-branch"
            | "check-ref-format" | "patch-id" | "get-tar-commit-id" | "hash-object" | "column"
            | "stripspace" | "merge-tree" | "merge-file" => {
                self.simple(EffectKind::GitRead, sink);
                self.output_file(&p, args, sink);
                self.named_files(args, sink);
                let outside = p.operands.iter().any(|o| o.lead().starts_with('/'));
                if self.verb == "diff" && (p.has("no-index") || outside) {
                    for o in &p.operands {
                        self.file(EffectKind::FileRead, o, false, sink);
                    }
                }
                if self.verb == "grep"
                    && let Some(a) = args.iter().find(|a| {
                        a.lead().starts_with("-O") || a.lead().starts_with("--open-files-in-pager")
                    })
                    && let Some(code) = a
                        .shown()
                        .strip_prefix("-O")
                        .filter(|c| !c.is_empty())
                        .or_else(|| a.shown().strip_prefix("--open-files-in-pager="))
                {
                    sink.runs.push(Run::Shell {
                        code: Arg::known(code),
                        args: Vec::new(),
                    });
                }
                let patch = args.iter().take_while(|a| !a.is("--")).any(|a| {
                    matches!(a.text(), Some("-p" | "-u" | "--patch" | "--cc" | "-c"))
                        || a.lead().starts_with("-U")
                });
                let shows = match self.verb.as_str() {
                    "log" | "whatchanged" => patch,
                    "diff" | "show" => !p.has("stat name-only name-status numstat shortstat quiet"),
                    "blame" | "annotate" => true,
                    _ => false,
                };
                if shows {
                    self.printed(args, sink);
                }
                if matches!(self.verb.as_str(), "show" | "cat-file") {
                    // `git show HEAD:.env` prints a file as it was.
                    for o in &p.operands {
                        if let Some((_, path)) = o.split_once(':')
                            && !path.is_empty()
                        {
                            self.file(EffectKind::FileRead, &path, false, sink);
                        }
                    }
                }
            }
            "add" | "stage" | "rm" | "mv" | "am" | "apply" | "init" | "notes" | "bundle"
            | "archive" | "mergetool" | "difftool" | "cherry-pick" | "revert" | "merge"
            | "pull" | "fetch" | "bisect" | "sparse-checkout" | "maintenance" | "pack-refs"
            | "repack" | "write-tree" | "commit-tree" | "read-tree" | "update-index"
            | "checkout-index" | "format-patch" | "request-pull" | "replace" | "lfs" | "flow"
            | "instaweb" | "daemon" | "subtree" | "send-email" | "remote-https"
            | "interpret-trailers" | "credential" | "symbolic-ref" => {
                self.ordinary(args, &p, sink);
            }
            "commit" => self.commit(args, sink),
            "push" => self.git_push(args, sink),
            "checkout" => self.checkout(args, sink),
            "switch" => {
                if p.has("f force discard-changes C force-create") {
                    self.simple(EffectKind::GitDiscard, sink);
                } else {
                    self.simple(EffectKind::GitOrdinary, sink);
                }
            }
            "restore" => {
                let q = parse(args, "s source pathspec-from-file conflict");
                if q.has("staged S") && !q.has("worktree W") {
                    self.simple(EffectKind::GitOrdinary, sink);
                } else {
                    self.paths(EffectKind::GitDiscard, &q.operands, sink);
                }
            }
            "reset" => {
                if p.has("hard merge keep") {
                    self.simple(EffectKind::GitDiscard, sink);
                    if p.operands
                        .first()
                        .is_some_and(|r| !matches!(r.text(), Some("HEAD" | "@")))
                    {
                        self.local_ref(EffectKind::GitRewrite, None, sink);
                    }
                } else {
                    self.simple(EffectKind::GitOrdinary, sink);
                }
            }
            "clean" => {
                let q = parse(args, "e exclude");
                let unasked = self.call.args.iter().any(|a| {
                    a.shown()
                        .to_ascii_lowercase()
                        .contains("clean.requireforce=false")
                });
                if q.has("n dry-run") || !(q.has("f force") || unasked) {
                    self.simple(EffectKind::GitRead, sink);
                } else {
                    self.paths(EffectKind::GitDiscard, &q.operands, sink);
                }
            }
            "stash" => match p.word(0) {
                "drop" | "clear" => self.simple(EffectKind::GitDiscard, sink),
                "list" => self.simple(EffectKind::GitRead, sink),
                "show" => {
                    self.simple(EffectKind::GitRead, sink);
                    self.printed(args, sink);
                }
                _ => {
                    if p.has("a all") && matches!(p.word(0), "" | "push" | "save") {
                        self.ignored_too(sink);
                    }
                    self.simple(EffectKind::GitOrdinary, sink);
                }
            },
            "branch" => self.branch(args, sink),
            "tag" => {
                let q = parse(
                    args,
                    "m message F file u local-user n sort format contains merged",
                );
                for f in q.values("F file") {
                    self.file(EffectKind::FileRead, f, false, sink);
                }
                if q.has("d delete") {
                    for t in &q.operands {
                        self.local_ref(EffectKind::GitRewrite, Some(t), sink);
                    }
                } else if q.has("f force") {
                    self.local_ref(EffectKind::GitRewrite, q.operands.first(), sink);
                } else if q.operands.is_empty() || q.has("l list v verify contains merged") {
                    self.simple(EffectKind::GitRead, sink);
                } else {
                    self.simple(EffectKind::GitOrdinary, sink);
                }
            }
            "rebase" => {
                let q = parse(args, "onto s strategy X strategy-option x exec C S");
                for code in q.values("x exec") {
                    sink.runs.push(Run::Shell {
                        code: code.clone(),
                        args: Vec::new(),
                    });
                }
                if q.has("no-verify") {
                    self.simple(EffectKind::GitSkipHooks, sink);
                }
                if q.has("abort continue quit skip show-current-patch edit-todo") {
                    // Given up, everything is as it was before it began; skipped,
                    // a commit is not.
                    let kind = if q.has("skip") {
                        EffectKind::GitDiscard
                    } else {
                        EffectKind::GitOrdinary
                    };
                    self.simple(kind, sink);
                } else {
                    self.local_ref(EffectKind::GitRewrite, None, sink);
                    // Other than to move the branch to where another stands now.
                    let edits = q.has("root i interactive onto x exec autosquash")
                        || q.operands.len() != 1
                        || q.operands.iter().any(|o| o.shown().contains(['~', '^']));
                    for e in sink.effects.iter_mut().filter(|_| edits) {
                        "git rebase --interactive".clone_into(&mut e.by);
                    }
                }
            }
            "filter-branch" | "filter-repo" => {
                for code in args.windows(2).filter_map(|w| match w {
                    [o, code]
                        if o.lead().ends_with("-filter") || o.lead().ends_with("-callback") =>
                    {
                        Some(code)
                    }
                    _ => None,
                }) {
                    if self.verb == "filter-branch" {
                        sink.runs.push(Run::Shell {
                            code: code.clone(),
                            args: Vec::new(),
                        });
                    }
                }
                self.local_ref(EffectKind::GitRewrite, None, sink);
            }
            "rerere" => match p.word(0) {
                "forget" | "clear" => self.simple(EffectKind::GitDiscard, sink),
                _ => self.simple(EffectKind::GitRead, sink),
            },
            "reflog" => match p.word(0) {
                "expire" | "delete" | "drop" => self.local_ref(EffectKind::GitRewrite, None, sink),
                _ => self.simple(EffectKind::GitRead, sink),
            },
            "gc" | "prune" => {
                let now = (self.verb == "prune" && !p.has("n dry-run"))
                    || args.iter().any(|a| {
                        a.lead().starts_with("--prune=now")
                            || a.lead().starts_with("--prune=all")
                            || a.is("--aggressive")
                                && args.iter().any(|b| b.lead().starts_with("--prune"))
                    });
                if now {
                    self.local_ref(EffectKind::GitRewrite, None, sink);
                } else {
                    self.simple(EffectKind::GitOrdinary, sink);
                }
            }
            "update-ref" => {
                let q = parse(args, "m");
                self.local_ref(EffectKind::GitRewrite, q.operands.first(), sink);
            }
            "worktree" => match p.word(0) {
                "list" => self.simple(EffectKind::GitRead, sink),
                "remove" => {
                    if let Some(dir) = p.operands.get(1) {
                        if p.has("f force") {
                            self.file(EffectKind::FileDelete, dir, true, sink);
                            self.simple(EffectKind::GitDiscard, sink);
                        } else {
                            // Refused by git when something would be lost.
                            self.simple(EffectKind::GitOrdinary, sink);
                        }
                    }
                }
                "add" => {
                    self.simple(EffectKind::GitOrdinary, sink);
                    let q = parse(args, "b B reason");
                    if let Some(dir) = q.operands.get(1) {
                        self.file(EffectKind::FileWrite, dir, true, sink);
                    }
                }
                _ => self.simple(EffectKind::GitOrdinary, sink),
            },
            "config" => self.config(args, sink),
            "remote" => match p.word(0) {
                "" | "show" | "get-url" | "-v" => self.simple(EffectKind::GitRead, sink),
                // Pushes go somewhere else than what is fetched.
                "set-url" if p.has("push") => {
                    let q = parse(args, "");
                    for url in q.operands.iter().skip(2) {
                        if url.shown().contains([':', '/']) || url.text().is_none() {
                            self.push(
                                EffectKind::EnvInject,
                                Target::Name(format!("pushurl {}", url.shown())),
                                sink,
                            );
                        }
                    }
                    self.simple(EffectKind::GitOrdinary, sink);
                }
                // Whether it is the same place in another spelling is looked up.
                "set-url" => {
                    let q = parse(args, "");
                    if let Some(url) = q.operands.get(2) {
                        self.peer(url, EffectKind::EnvInject, sink);
                    }
                    self.simple(EffectKind::GitOrdinary, sink);
                }
                "add" => {
                    let q = parse(args, "t m");
                    if let Some(url) = q.operands.get(2)
                        && url.lead().starts_with("ext::")
                    {
                        self.peer(url, EffectKind::NetRead, sink);
                    }
                    self.simple(EffectKind::GitOrdinary, sink);
                }
                _ => self.simple(EffectKind::GitOrdinary, sink),
            },
            "submodule" => {
                let q = parse_leading(args, "");
                match q.word(0) {
                    "foreach" => {
                        let code = q.operands.get(1..).unwrap_or_default();
                        let code: Vec<Arg> = code
                            .iter()
                            .filter(|a| !matches!(a.text(), Some("--recursive" | "--quiet")))
                            .cloned()
                            .collect();
                        let code = match code.as_slice() {
                            [one] => one.clone(),
                            many => crate::expand::joined(many),
                        };
                        sink.runs.push(Run::Shell {
                            code,
                            args: Vec::new(),
                        });
                    }
                    "status" | "summary" | "" => self.simple(EffectKind::GitRead, sink),
                    "deinit"
                        if args
                            .iter()
                            .any(|a| matches!(a.text(), Some("-f" | "--force"))) =>
                    {
                        self.simple(EffectKind::GitDiscard, sink);
                    }
                    "update"
                        if args
                            .iter()
                            .any(|a| matches!(a.text(), Some("-f" | "--force"))) =>
                    {
                        self.simple(EffectKind::GitDiscard, sink);
                    }
                    "add" => {
                        self.simple(EffectKind::GitOrdinary, sink);
                        if let Some(url) = q.operands.get(1) {
                            self.peer(url, EffectKind::NetRead, sink);
                        }
                    }
                    _ => self.simple(EffectKind::GitOrdinary, sink),
                }
            }
            "clone" => {
                let q = parse(
                    args,
                    "b branch o origin depth j jobs c config u upload-pack reference template separate-git-dir filter shallow-since shallow-exclude server-option",
                );
                for kv in q.values("c config") {
                    if let Some((k, v)) = kv.split_once('=') {
                        self.setting(k.shown(), Some(&v), sink);
                    }
                }
                if let Some(t) = q.value("template") {
                    self.push(
                        EffectKind::EnvInject,
                        Target::Name(format!("template {}", t.shown())),
                        sink,
                    );
                }
                if let Some(code) = q.value("u upload-pack") {
                    self.helper(code, sink);
                }
                self.simple(EffectKind::GitOrdinary, sink);
                if let Some(url) = q.operands.first() {
                    self.peer(url, EffectKind::NetRead, sink);
                    if let Some(dir) = q.operands.get(1) {
                        self.file(EffectKind::FileWrite, dir, true, sink);
                    }
                }
            }
            "ls-remote" | "fetch-pack" => {
                self.simple(EffectKind::GitRead, sink);
                for code in p.values("upload-pack exec receive-pack") {
                    self.helper(code, sink);
                }
                if let Some(url) = p.operands.first() {
                    self.peer(url, EffectKind::NetRead, sink);
                }
                if self.verb == "send-pack" {
                    // A push without any of its checks.
                    let forced = p.has("force f mirror")
                        || p.operands.iter().any(|o| o.lead().starts_with('+'));
                    let kind = if forced {
                        EffectKind::GitForcePush
                    } else {
                        EffectKind::GitPush
                    };
                    for r in p.operands.iter().skip(1) {
                        let to = r.shown().rsplit(':').next().unwrap_or_default();
                        let mut e = self.effect(
                            kind,
                            Target::GitRef {
                                remote: p.operands.first().map(|r| r.shown().to_owned()),
                                name: Some(short(to.trim_start_matches('+')).to_owned()),
                            },
                        );
                        if r.text().is_none() {
                            e.certainty = Certainty::Partial;
                        }
                        sink.push(e);
                    }
                    if p.operands.len() < 2 {
                        self.push(kind, Target::None, sink);
                    }
                }
            }
            "http-push" | "svn" | "p4" | "cvsexportcommit" | "imap-send" => {
                self.beyond(&p, sink);
            }
            "update-server-info" | "fast-import" | "fast-export" | "mktag" | "mktree"
            | "pack-objects" | "unpack-objects" | "index-pack" => {
                self.simple(EffectKind::GitOrdinary, sink);
            }
            "credential-osxkeychain"
            | "credential-store"
            | "credential-cache"
            | "credential-manager"
            | "credential-libsecret"
            | "credential-wincred" => {
                if p.operands.iter().any(|o| o.is("get")) {
                    self.push(
                        EffectKind::SecretRead,
                        Target::Name(format!("git {}", self.verb)),
                        sink,
                    );
                }
            }
            "hook" => self.simple(EffectKind::ExecProject, sink),
            other => {
                // An alias or a program named `git-…`.
                let e = self
                    .effect(
                        EffectKind::ExecUnknown,
                        Target::Name(format!("git {other}")),
                    )
                    .with_certainty(Certainty::Opaque);
                sink.push(e);
                let mut wanted = Wanted::new(Tool::Git).named(&[other]);
                wanted.args = args.to_vec();
                wanted.file.clone_from(&self.git_dir);
                sink.runs.push(Run::Recipe(Box::new(wanted)));
            }
        }
        let current = match self.verb.as_str() {
            "branch" => args.len() == 1 && p.has("show-current"),
            "rev-parse" => {
                p.has("abbrev-ref") && matches!(p.operands.as_slice(), [r] if r.is("HEAD"))
            }
            "symbolic-ref" => {
                p.has("short") && matches!(p.operands.as_slice(), [r] if r.is("HEAD"))
            }
            _ => false,
        };
        if current {
            sink.output = Some(Arg::hole(CURRENT_BRANCH, Origin::Unknown));
        }
        if sink.output.is_none() && sink.runs.is_empty() {
            sink.output = Some(Arg::hole(
                format!("$(git {} …)", self.verb),
                Origin::Unknown,
            ));
        }
        if let Some(d) = &self.dir {
            for run in std::mem::take(&mut sink.runs) {
                sink.runs.push(Run::In(
                    Place::Directory(Arg::known(d.clone())),
                    Box::new(run),
                ));
            }
        }
    }

    /// `git log -p -- .env` prints a file as it was.
    fn printed(&self, args: &[Arg], sink: &mut Sink) {
        let paths = args.iter().skip_while(|a| !a.is("--")).skip(1);
        for path in paths.take(32) {
            self.file(EffectKind::FileRead, path, false, sink);
        }
    }
}
