//! File programs whose arguments are a language of their own.

mod archives;
mod copies;
mod search;
mod serving;
mod streams;
mod system;

use palisade_core::EffectKind;

use crate::arg::{Arg, Origin};

use super::args::parse;
use super::{Call, Run, Sink};

pub(in crate::programs) use archives::patched;
use archives::{archive, patch, unzip};
use copies::{copy, link, move_files, rsync, scp};
pub(crate) use copies::{peer, remote};
use search::{fd, find};
pub(in crate::programs) use serving::folder as serve;
pub(in crate::programs) use streams::lines;
use streams::{awk, dd, jq, macros, sed, sort, tar, yq};
use system::{at, bang_lines, chattr, chmod, chown, crontab, kill, openssl, plist, viewer};

/// Understands one call; `false` when the program is none of these.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        "cp" | "gcp" | "install" | "ditto" => copy(call, sink),
        "mv" | "gmv" => move_files(call, sink),
        "ln" | "gln" | "link" => link(call, sink),
        "chmod" | "gchmod" => chmod(call, sink),
        "chattr" => chattr(call, sink),
        "plutil" | "PlistBuddy" | "plistbuddy" => plist(call, sink),
        "chown" | "chgrp" | "gchown" => chown(call, sink),
        "dd" => dd(call, sink),
        "find" | "gfind" => find(call, sink),
        "fd" | "fdfind" => fd(call, sink),
        "sed" | "gsed" => sed(call, sink),
        "awk" | "gawk" | "mawk" | "nawk" => awk(call, sink),
        "tar" | "gtar" | "bsdtar" => tar(call, sink),
        "rsync" => rsync(call, sink),
        "scp" => scp(call, sink),
        "kill" => kill(call, sink),
        "sort" | "gsort" => sort(call, sink),
        "yq" => yq(call, sink),
        "jq" | "gojq" | "jaq" => jq(call, sink),
        "7z" | "7za" | "7zz" | "7zr" | "rar" | "unrar" | "ar" | "cpio" => archive(call, sink),
        "unzip" => unzip(call, sink),
        "patch" => patch(call, sink),
        // No program: Codex carries the patch out itself when it sees this.
        "apply_patch" | "applypatch" => {
            let text = call.args.first().or(call.stdin);
            patched(None, text, "0", None, sink);
            if text.is_some_and(|t| t.text().is_none()) {
                sink.name(call, EffectKind::ExecOpaque, "a patch that cannot be read");
            }
        }
        "lsof" | "fuser" => {
            if parse(call.args, "").has("k kill") {
                sink.name(call, EffectKind::ProcessSignal, "fuser -k");
            }
        }
        "getent" => {
            let p = parse(call.args, "s i");
            if let t @ ("shadow" | "gshadow") = p.word(0) {
                let file = Arg::known(format!("/etc/{t}"));
                sink.file(call, EffectKind::FileRead, &file);
            }
        }
        "ps" => {
            // In the old form `e` shows every process with its environment.
            let shows = call.args.iter().take(1).any(|a| {
                a.text().is_some_and(|t| {
                    t.contains('e')
                        && t.len() <= 8
                        && t.bytes()
                            .all(|b| b"aAdeEfghjlLmMnNorSTuUvVwxXZ".contains(&b))
                }) || a.is("-E")
            });
            if !shows {
                return false;
            }
            sink.output = Some(Arg::hole("environment", Origin::Secret));
        }
        "rename" => {
            // Two spellings of what changes, or one expression; then files.
            let p = parse(call.args, "e E");
            let given = p.operands.first().filter(|_| !p.has("e E"));
            let code = p.values("e E").chain(given);
            for code in code.filter(|c| c.shown().contains(['(', '/', '`', ';'])) {
                sink.runs.push(Run::Embedded {
                    language: "perl",
                    code: code.clone(),
                    args: Vec::new(),
                });
            }
            for f in p.operands.iter().skip(usize::from(!p.has("e E"))) {
                sink.file(call, EffectKind::FileRead, f);
                sink.file(call, EffectKind::FileWrite, f);
            }
        }
        "gio"
            if call
                .args
                .first()
                .is_some_and(|a| a.is("trash") || a.is("remove")) =>
        {
            for o in parse(call.args, "").operands.iter().skip(1) {
                sink.tree(call, EffectKind::FileDelete, o);
            }
        }
        "gio" if call.args.first().is_some_and(|a| a.is("cat")) => {
            for o in parse(call.args, "").operands.iter().skip(1) {
                sink.file(call, EffectKind::FileRead, o);
            }
        }
        "crontab" => crontab(call, sink),
        "atq" | "atrm" => {}
        "at" | "batch" => at(call, sink),
        "ed" | "ex" => {
            let p = parse(call.args, "p c");
            for o in p.operands.iter().filter(|o| !o.lead().starts_with('+')) {
                sink.file(call, EffectKind::FileRead, o);
                sink.file(call, EffectKind::FileWrite, o);
            }
            for code in p
                .values("c")
                .chain(p.operands.iter().filter(|o| o.lead().starts_with('+')))
            {
                bang_lines(call, code, sink);
            }
            if let Some(code) = call.stdin {
                bang_lines(call, code, sink);
            }
        }
        "open" | "xdg-open" | "code" | "cursor" | "subl" | "zed" => {
            let p = parse(call.args, "a b goto");
            if call.program == "code" && p.word(0) == "tunnel" {
                sink.name(call, EffectKind::NetListen, "code tunnel");
                return true;
            }
            for o in p.operands.iter().filter(|o| !o.shown().contains("://")) {
                sink.file(call, EffectKind::FileList, o);
            }
        }
        "openssl" => openssl(call, sink),
        "dc" | "m4" => macros(call, sink),
        "ssh-copy-id" => {
            let p = parse(call.args, "i p o F");
            if let Some(host) = p.operands.last() {
                let name = host
                    .shown()
                    .rsplit('@')
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                sink.push(call.effect(EffectKind::NetWrite, peer(name, "SSH")));
            }
        }
        "ssh-keygen" => {
            let p = parse(call.args, "t b f C N P O V I n z D E m Y s r");
            for f in p.values("f") {
                let reads = p.has("y l F e");
                let kind = if reads {
                    EffectKind::FileRead
                } else {
                    EffectKind::FileWrite
                };
                sink.file(call, kind, f);
            }
        }
        "vi" | "vim" | "nvim" | "view" | "less" | "more" | "man" | "emacs" => {
            return viewer(call, sink);
        }
        "dig" | "nslookup" | "host" | "ping" | "ping6" | "traceroute" | "mtr" | "drill"
        | "doggo" => {
            let p = parse(call.args, "c i s t W w q p m b k y x f n rwc");
            let name = p
                .operands
                .iter()
                .find(|o| !o.shown().starts_with(['@', '+']));
            if let Some(name) = name {
                // A name that is asked for is told to whoever answers.
                let kind = if tells(name) {
                    EffectKind::NetWrite
                } else {
                    EffectKind::NetRead
                };
                let mut e = call.effect(kind, peer(name.shown().to_owned(), "DNS"));
                if name.text().is_none() {
                    e.certainty = palisade_core::Certainty::Partial;
                }
                sink.push(e);
                sink.sends = true;
            }
        }
        "history" => {
            let p = parse(call.args, "");
            if p.has("r") {
                // What it holds is printed by the next one.
                for o in &p.operands {
                    sink.file(call, EffectKind::FileRead, o);
                }
            }
            if p.has("w a") {
                for o in &p.operands {
                    sink.file(call, EffectKind::FileWrite, o);
                }
            }
            if p.has("c d") {
                sink.file(
                    call,
                    EffectKind::FileWrite,
                    &Arg::known(format!("{}/.bash_history", call.home)),
                );
            }
        }
        _ => return serving::lower(call, sink),
    }
    true
}

/// Whether a name that is looked up has output of a program put before a
/// domain: `$(base64 …).example.com`. Whoever serves the domain reads it.
fn tells(name: &Arg) -> bool {
    /// What these print is a name.
    const NAMES: &[&str] = &[
        "hostname",
        "basename",
        "kubectl",
        "docker",
        "jq",
        "yq",
        "terraform",
        "git",
    ];
    name.holes().iter().any(|hole| {
        let stands = name.shown().get(hole.start..hole.end).unwrap_or_default();
        let after = name.shown().get(hole.end..).unwrap_or_default();
        stands
            .strip_prefix("$(")
            .and_then(|s| s.split(' ').next())
            .is_some_and(|program| !NAMES.contains(&program.trim_end_matches(')')))
            && after
                .strip_prefix('.')
                .is_some_and(|domain| domain.contains('.'))
    })
}
