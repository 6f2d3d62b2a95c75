//! git: every subcommand, the global options, and what a push may mean.

use palisade_core::{Certainty, Effect, EffectKind, Target};

use crate::arg::{Arg, Origin};

use super::args::{Parsed, parse, parse_leading};
use super::special::remote;
use super::{Call, Place, Run, Sink, join};

/// What asking for the current branch prints.
const CURRENT_BRANCH: &str = "$(git branch --show-current)";

/// A git call being understood.
struct Git<'c, 'a> {
    call: &'c Call<'a>,
    verb: String,
    /// Folder git works in, when it is not the shell's.
    dir: Option<String>,
    /// `-C` with something unknown.
    lost: bool,
}

/// Understands one call of git.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(
        call.args,
        "C c git-dir work-tree namespace exec-path super-prefix config-env list-cmds attr-source",
    );
    let mut git = Git {
        call,
        verb: String::new(),
        dir: None,
        lost: false,
    };
    for d in p.values("C") {
        match (d.text(), git.dir.as_deref().or(call.cwd)) {
            (Some(t), Some(base)) => git.dir = Some(join(base, t)),
            (Some(t), None) if t.starts_with('/') => git.dir = Some(t.to_owned()),
            _ => git.lost = true,
        }
    }
    if let Some(tree) = p.value("work-tree").and_then(Arg::text)
        && let Some(base) = call.cwd
    {
        git.dir = Some(join(base, tree));
    }
    for kv in p.values("c config-env") {
        if let Some((key, value)) = kv.split_once('=') {
            git.setting(key.shown(), Some(&value), sink);
        } else {
            git.setting(kv.shown(), None, sink);
        }
    }
    if p.value("exec-path").is_some() {
        git.push(
            EffectKind::EnvInject,
            Target::Name("git --exec-path".into()),
            sink,
        );
    }
    let Some((verb, rest)) = p.operands.split_first() else {
        return;
    };
    let Some(verb) = verb.text() else {
        let e = git
            .effect(
                EffectKind::ExecOpaque,
                Target::Name(verb.shown().to_owned()),
            )
            .with_certainty(Certainty::Opaque);
        sink.push(e);
        return;
    };
    verb.clone_into(&mut git.verb);
    git.verb(rest, sink);
}

impl Git<'_, '_> {
    fn effect(&self, kind: EffectKind, target: Target) -> Effect {
        let by = if self.verb.is_empty() {
            "git".to_owned()
        } else {
            format!("git {}", self.verb)
        };
        let mut e = Effect::new(kind, target, by);
        if self.lost {
            e.certainty = Certainty::Partial;
        }
        e.dir.clone_from(&self.dir);
        e
    }

    fn push(&self, kind: EffectKind, target: Target, sink: &mut Sink) {
        sink.push(self.effect(kind, target));
    }

    fn simple(&self, kind: EffectKind, sink: &mut Sink) {
        self.push(kind, Target::None, sink);
    }

    fn local_ref(&self, kind: EffectKind, name: Option<&Arg>, sink: &mut Sink) {
        let mut e = self.effect(
            kind,
            Target::GitRef {
                remote: None,
                name: name.map(|n| short(n.shown()).to_owned()),
            },
        );
        if name.is_some_and(|n| n.text().is_none()) {
            e.certainty = Certainty::Partial;
        }
        sink.push(e);
    }

    /// A file effect, counted from the folder git works in.
    fn file(&self, kind: EffectKind, a: &Arg, tree: bool, sink: &mut Sink) {
        let cwd = if self.lost {
            None
        } else {
            self.dir.as_deref().or(self.call.cwd)
        };
        if let Some(p) = super::path_target(a, cwd, self.call.home) {
            let mut e = self.effect(kind, Target::Path(p.path));
            e.certainty = e.certainty.max(p.certainty);
            e.pattern = p.pattern;
            e.recursive = tree;
            sink.push(e);
        }
    }

    fn peer(&self, url: &Arg, kind: EffectKind, sink: &mut Sink) {
        let t = url.shown();
        let target = match t.split_once("://") {
            Some(("ext", _)) => {
                self.push(EffectKind::ExecOpaque, Target::Name(t.to_owned()), sink);
                return;
            }
            Some(("file", _)) => return,
            Some((scheme, rest)) => {
                let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
                let authority = authority.rsplit('@').next().unwrap_or(authority);
                let (host, port) = match authority.rsplit_once(':') {
                    Some((h, p)) if p.chars().all(|c| c.is_ascii_digit()) => (h, p.parse().ok()),
                    _ => (authority, None),
                };
                Target::Host {
                    host: host.to_owned(),
                    port,
                    path: format!("/{path}"),
                    method: if scheme.starts_with("http") {
                        "GET".into()
                    } else {
                        "GIT".into()
                    },
                }
            }
            None if t.starts_with("ext::") => {
                let code = url.after("ext::".len());
                sink.runs.push(Run::Shell {
                    code,
                    args: Vec::new(),
                });
                return;
            }
            None => match remote(url) {
                Some((host, path)) => Target::Host {
                    host,
                    port: None,
                    path: format!("/{path}"),
                    method: "GIT".into(),
                },
                None => return,
            },
        };
        let mut e = self.effect(kind, target);
        if url.text().is_none() {
            e.certainty = Certainty::Partial;
        }
        sink.push(e);
    }

    /// A setting made for one call or written.
    fn setting(&self, key: &str, value: Option<&Arg>, sink: &mut Sink) {
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

    fn verb(&self, args: &[Arg], sink: &mut Sink) {
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
            | "check-ref-format" | "patch-id" | "rerere" | "get-tar-commit-id" | "hash-object"
            | "column" | "stripspace" | "merge-tree" => {
                self.simple(EffectKind::GitRead, sink);
                self.output_file(&p, args, sink);
                if self.verb == "diff" && p.has("no-index") {
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
            | "instaweb" | "daemon" | "subtree" | "svn" | "send-email" | "remote-https"
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
                if q.has("n dry-run") || !q.has("f force") {
                    self.simple(EffectKind::GitRead, sink);
                } else {
                    self.paths(EffectKind::GitDiscard, &q.operands, sink);
                }
            }
            "stash" => match p.word(0) {
                "drop" | "clear" => self.simple(EffectKind::GitDiscard, sink),
                "list" | "show" => self.simple(EffectKind::GitRead, sink),
                _ => self.simple(EffectKind::GitOrdinary, sink),
            },
            "branch" => self.branch(args, sink),
            "tag" => {
                let q = parse(
                    args,
                    "m message F file u local-user n sort format contains merged",
                );
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
                    let kind = if q.has("abort skip") {
                        EffectKind::GitDiscard
                    } else {
                        EffectKind::GitOrdinary
                    };
                    self.simple(kind, sink);
                } else {
                    self.local_ref(EffectKind::GitRewrite, None, sink);
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
            "reflog" => match p.word(0) {
                "expire" | "delete" | "drop" => self.local_ref(EffectKind::GitRewrite, None, sink),
                _ => self.simple(EffectKind::GitRead, sink),
            },
            "gc" | "prune" => {
                let now = self.verb == "prune"
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
                    sink.runs.push(Run::Shell {
                        code: code.clone(),
                        args: Vec::new(),
                    });
                }
                self.simple(EffectKind::GitOrdinary, sink);
                if let Some(url) = q.operands.first() {
                    self.peer(url, EffectKind::NetRead, sink);
                    if let Some(dir) = q.operands.get(1) {
                        self.file(EffectKind::FileWrite, dir, true, sink);
                    }
                }
            }
            "ls-remote" => {
                self.simple(EffectKind::GitRead, sink);
                if let Some(url) = p.operands.first() {
                    self.peer(url, EffectKind::NetRead, sink);
                }
            }
            "update-server-info" | "fast-import" | "fast-export" | "mktag" | "mktree"
            | "pack-objects" | "unpack-objects" | "index-pack" => {
                self.simple(EffectKind::GitOrdinary, sink);
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

    fn output_file(&self, p: &Parsed, args: &[Arg], sink: &mut Sink) {
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

    fn ordinary(&self, args: &[Arg], p: &Parsed, sink: &mut Sink) {
        self.output_file(p, args, sink);
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
            "merge" | "cherry-pick" | "revert" | "am" if p.has("abort") => {
                self.simple(EffectKind::GitDiscard, sink);
            }
            "checkout-index" | "read-tree" if p.has("f force reset u") => {
                self.simple(EffectKind::GitDiscard, sink);
            }
            "pull" if p.has("f force rebase") && p.has("force f") => {
                self.simple(EffectKind::GitRewrite, sink);
            }
            "pull" | "fetch" => {
                if let Some(url) = p.operands.first() {
                    self.peer(url, EffectKind::NetRead, sink);
                    if let Some(code) = p.value("upload-pack u") {
                        sink.runs.push(Run::Shell {
                            code: code.clone(),
                            args: Vec::new(),
                        });
                    }
                }
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

    fn commit(&self, args: &[Arg], sink: &mut Sink) {
        let p = parse(
            args,
            "m message F file C reuse-message c reedit-message author date t template fixup squash trailer cleanup pathspec-from-file",
        );
        for f in p.values("F file t template") {
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

    fn paths(&self, kind: EffectKind, paths: &[Arg], sink: &mut Sink) {
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

    fn checkout(&self, args: &[Arg], sink: &mut Sink) {
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

    fn branch(&self, args: &[Arg], sink: &mut Sink) {
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

    fn config(&self, args: &[Arg], sink: &mut Sink) {
        let p = parse(args, "f file blob type default comment value");
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

    fn git_push(&self, args: &[Arg], sink: &mut Sink) {
        let p = parse(
            args,
            "o push-option repo receive-pack exec recurse-submodules",
        );
        if p.has("n dry-run") {
            self.simple(EffectKind::GitRead, sink);
            return;
        }
        for code in p.values("receive-pack exec") {
            sink.runs.push(Run::Shell {
                code: code.clone(),
                args: Vec::new(),
            });
        }
        if p.has("no-verify") {
            self.simple(EffectKind::GitSkipHooks, sink);
        }
        let forced = p.has("f force force-with-lease force-if-includes") && !p.has("no-force");
        let remote_name = p.value("repo").or_else(|| p.operands.first());
        let refs = if p.has("repo") {
            p.operands.as_slice()
        } else {
            p.operands.get(1..).unwrap_or_default()
        };
        if let Some(r) = remote_name {
            self.peer(r, EffectKind::NetWrite, sink);
        }
        let kind = if forced {
            EffectKind::GitForcePush
        } else {
            EffectKind::GitPush
        };
        let mut push = |kind: EffectKind, name: Option<&str>, certain: bool| {
            let mut e = self.effect(
                kind,
                Target::GitRef {
                    remote: remote_name.map(|r| r.shown().to_owned()),
                    name: name.map(str::to_owned),
                },
            );
            if !certain || remote_name.is_some_and(|r| r.text().is_none()) {
                e.certainty = Certainty::Partial;
            }
            e.pattern = name.is_some_and(|n| n.contains('*'));
            sink.push(e);
        };
        if p.has("mirror") {
            push(EffectKind::GitForcePush, Some("*"), true);
            push(EffectKind::GitDeleteRemote, Some("*"), true);
            return;
        }
        if p.has("prune") {
            push(EffectKind::GitDeleteRemote, Some("*"), true);
        }
        if p.has("all branches") {
            push(kind, Some("*"), true);
        }
        if p.has("tags") && refs.is_empty() {
            push(kind, Some("refs/tags/*"), true);
            return;
        }
        if p.has("d delete") {
            for r in refs {
                push(
                    EffectKind::GitDeleteRemote,
                    Some(short(r.shown())),
                    r.text().is_some(),
                );
            }
            return;
        }
        if refs.is_empty() && !p.has("all branches") {
            push(kind, None, true);
        }
        let mut tag = false;
        for r in refs {
            let shown = r.shown();
            let certain = r.text().is_some();
            if shown == "tag" && !tag {
                tag = true;
                continue;
            }
            let (plus, spec) = match shown.strip_prefix('+') {
                Some(s) => (true, s),
                None => (false, shown),
            };
            let kind = if plus { EffectKind::GitForcePush } else { kind };
            match spec.split_once(':') {
                Some(("", "")) => push(kind, Some("*"), certain),
                Some(("", dst)) => push(EffectKind::GitDeleteRemote, Some(short(dst)), certain),
                Some((_, dst)) if dst == CURRENT_BRANCH && !certain => push(kind, None, true),
                Some((_, dst)) => push(kind, Some(short(dst)), certain),
                None if matches!(spec, "HEAD" | "@") => push(kind, None, certain),
                None if r.is_whole(CURRENT_BRANCH) => push(kind, None, true),
                None => push(kind, Some(short(spec)), certain),
            }
        }
    }
}

/// The short name of a branch or tag.
fn short(name: &str) -> &str {
    let name = name.strip_prefix("refs/").unwrap_or(name);
    name.strip_prefix("heads/").unwrap_or(name)
}

/// Ends like a file of source or configuration.
fn file_like(t: &str) -> bool {
    const ENDS: &[&str] = &[
        ".rs", ".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".py", ".go", ".java", ".kt", ".c",
        ".cc", ".cpp", ".h", ".hpp", ".rb", ".php", ".cs", ".swift", ".md", ".txt", ".json",
        ".yaml", ".yml", ".toml", ".lock", ".html", ".css", ".scss", ".sh", ".sql", ".xml", ".ini",
        ".cfg", ".env", ".vue", ".svelte", ".ipynb", ".csv", ".proto", ".tf", ".gradle",
    ];
    ENDS.iter().any(|e| t.ends_with(e))
        || matches!(t, "Makefile" | "Dockerfile" | "Cargo.toml" | "package.json")
        || t.ends_with('/')
}
