//! What a push may mean.

use palisade_core::{Certainty, EffectKind, Target};

use crate::arg::Arg;

use super::super::Sink;
use super::super::args::parse;

use super::{CURRENT_BRANCH, Git, short};

impl Git<'_, '_> {
    pub(super) fn git_push(&self, args: &[Arg], sink: &mut Sink) {
        let p = parse(
            args,
            "o push-option repo receive-pack exec recurse-submodules",
        );
        if p.has("n dry-run") {
            self.simple(EffectKind::GitRead, sink);
            return;
        }
        for code in p.values("receive-pack exec") {
            self.helper(code, sink);
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

/// The words of an `ext::` address: blanks part them, `% ` is a blank.
pub(super) fn transport_words(code: &Arg) -> Vec<Arg> {
    let Some(t) = code.text() else {
        return vec![code.clone()];
    };
    let mut words = vec![String::new()];
    let mut chars = t.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' => words.push(String::new()),
            '%' => match chars.next() {
                Some(c @ (' ' | '%')) => {
                    if let Some(w) = words.last_mut() {
                        w.push(c);
                    }
                }
                Some('S') => {
                    if let Some(w) = words.last_mut() {
                        w.push_str("git-upload-pack");
                    }
                }
                _ => {}
            },
            c => {
                if let Some(w) = words.last_mut() {
                    w.push(c);
                }
            }
        }
    }
    words
        .into_iter()
        .filter(|w| !w.is_empty())
        .map(Arg::known)
        .collect()
}
