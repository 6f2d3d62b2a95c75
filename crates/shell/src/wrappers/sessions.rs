//! Commands that run in a session elsewhere or under a debugger.

use palisade_core::{EffectKind, Target};

use crate::arg::{Arg, Origin};
use crate::expand::joined;
use crate::programs::args::{parse, parse_leading};
use crate::programs::{Call, Place, Run, Sink};

use super::{push_words, shell};

pub(super) fn ssh(call: &Call<'_>, sink: &mut Sink) {
    const VALUES: &str = "b c D E e F I i J L l m O o P p Q R S W w B";
    let p = if call.program == "autossh" {
        parse_leading(call.args, &format!("{VALUES} M"))
    } else {
        parse_leading(call.args, VALUES)
    };
    for o in p.values("o") {
        let lower = o.shown().to_ascii_lowercase();
        if (lower.starts_with("proxycommand") || lower.starts_with("localcommand"))
            && let Some((_, code)) = o.split_once('=')
        {
            sink.runs.push(shell(code));
        }
    }
    for f in p.values("F").filter(|f| !f.is("none")) {
        sink.file(call, EffectKind::FileRead, f);
    }
    for f in p.values("E") {
        sink.file(call, EffectKind::FileWrite, f);
    }
    let Some((host, command)) = p.operands.split_first() else {
        return;
    };
    let shown = host.shown();
    let name = shown.strip_prefix("ssh://").unwrap_or(shown);
    let name = name.rsplit('@').next().unwrap_or(name).to_owned();
    let (name, mut port) = match name.split_once(':') {
        Some((n, p)) => (n.to_owned(), p.parse().ok()),
        None => (name, None),
    };
    if let Some(given) = p.value("p").and_then(Arg::text) {
        port = given.parse().ok();
    }
    for _ in p.values("L R D w") {
        sink.name(call, EffectKind::NetListen, name.clone());
    }
    let here = matches!(
        name.to_ascii_lowercase().as_str(),
        "localhost" | "127.0.0.1" | "::1" | "[::1]" | "0.0.0.0" | "ip6-localhost"
    ) || name.starts_with("127.");
    let runs = !command.is_empty() || call.stdin.is_some_and(|s| !s.is_empty());
    let asks = name == "github.com" || name == "gitlab.com" || p.has("V Q G");
    let kind = if runs {
        EffectKind::NetWrite
    } else {
        EffectKind::NetRead
    };
    if !asks {
        sink.push(call.effect(
            kind,
            Target::Host {
                host: name,
                port,
                path: String::new(),
                method: "SSH".into(),
            },
        ));
        sink.sends = runs;
    }
    let code = if command.is_empty() {
        call.stdin.cloned()
    } else {
        Some(joined(command))
    };
    if let Some(code) = code.filter(|c| !c.is_empty()) {
        // This machine is this machine, also through the network; it starts at
        // home.
        let place = if here {
            Place::Directory(Arg::known(call.home))
        } else {
            Place::Remote
        };
        sink.runs.push(Run::In(place, Box::new(shell(code))));
    }
    sink.output = Some(Arg::hole("$(ssh …)", Origin::Fetched));
}

pub(super) fn flock(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(call.args, "w wait timeout E conflict-exit-code");
    let rest = p.operands.get(1..).unwrap_or_default();
    match rest.split_first() {
        Some((c, code)) if matches!(c.text(), Some("-c" | "--command")) => {
            if let Some(code) = code.first() {
                sink.runs.push(shell(code.clone()));
            }
        }
        Some((x, words)) if matches!(x.text(), Some("-n" | "-x" | "-s" | "--")) => {
            push_words(sink, words);
        }
        _ => push_words(sink, rest),
    }
}

pub(super) fn debugger(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(
        call.args,
        "ex eval-command x command iex ix cd d p pid o O s S k",
    );
    for c in p.values("ex eval-command iex o O") {
        let t = c.shown();
        if let Some(at) = t
            .strip_prefix("shell ")
            .map(|_| 6)
            .or_else(|| t.strip_prefix("platform shell ").map(|_| 15))
            .or_else(|| t.strip_prefix('!').map(|_| 1))
        {
            sink.runs.push(shell(c.after(at)));
        } else if t.starts_with("python")
            || t.starts_with("script")
            || t.starts_with("call")
            || t.starts_with("pipe")
        {
            sink.name(call, EffectKind::ExecOpaque, t);
        }
    }
    for f in p.values("x command s S") {
        sink.file(call, EffectKind::FileRead, f);
    }
    if p.has("p pid") {
        sink.name(call, EffectKind::ProcessSignal, "attach");
    }
    push_words(sink, &p.operands);
}

pub(super) fn tmux(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(call.args, "L S f c");
    let verb = p.word(0).to_owned();
    let rest = p.operands.get(1..).unwrap_or_default();
    match verb.as_str() {
        "send-keys" | "send" => {
            let q = parse(rest, "t N");
            let keys: Vec<Arg> = q
                .operands
                .iter()
                .filter(|a| {
                    !matches!(
                        a.text(),
                        Some("Enter" | "C-m" | "C-c" | "C-d" | "C-l" | "C-u" | "Escape" | "q")
                    )
                })
                .cloned()
                .collect();
            sink.runs.push(shell(joined(&keys)));
        }
        "new-session" | "new" | "new-window" | "neww" | "split-window" | "splitw"
        | "respawn-pane" | "run-shell" | "run" | "pipe-pane" | "popup" | "display-popup" => {
            let values = match verb.as_str() {
                "popup" | "display-popup" => "b c d e h s S t T w x y",
                "run-shell" | "run" => "c d t",
                _ => "t s n c x y F e f l p",
            };
            let q = parse_leading(rest, values);
            match q.operands.as_slice() {
                [] => {}
                [one] => sink.runs.push(shell(one.clone())),
                many => push_words(sink, many),
            }
        }
        "if-shell" | "if" => {
            let q = parse_leading(rest, "t");
            for code in q.operands.iter().take(1) {
                sink.runs.push(shell(code.clone()));
            }
        }
        "kill-server" | "kill-session" | "killp" | "kill-pane" | "kill-window" => {
            sink.name(call, EffectKind::ProcessSignal, format!("tmux {verb}"));
        }
        _ => {}
    }
}

pub(super) fn screen(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(call.args, "S p c e h s t T");
    if p.has("X") {
        let rest = p.operands.get(1..).unwrap_or_default();
        if matches!(p.word(0), "stuff" | "exec") {
            sink.runs.push(shell(joined(rest)));
        } else if matches!(p.word(0), "quit" | "kill") {
            sink.name(call, EffectKind::ProcessSignal, "screen quit");
        }
        return;
    }
    push_words(sink, &p.operands);
}
