//! Modes and owners, processes, schedules, services, editors.

use palisade_core::{EffectKind, Target};

use crate::arg::{Arg, Origin};

use super::super::args::parse;
use super::super::{Call, Run, Sink};

pub(super) fn chmod(call: &Call<'_>, sink: &mut Sink) {
    // Modes like `-x` look like options.
    let mut mode = None;
    let mut files = Vec::new();
    let mut tree = false;
    let mut skip = false;
    for a in call.args {
        let t = a.shown();
        if skip {
            skip = false;
        } else if t.starts_with("--reference") {
            skip = t == "--reference";
            mode = Some(Arg::known("reference"));
        } else if t == "--recursive" {
            tree = true;
        } else if t.starts_with('-')
            && t.len() > 1
            && t.chars().skip(1).all(|c| "RfvcHLPh".contains(c))
        {
            tree |= t.contains('R');
        } else if t.starts_with("--") {
        } else if mode.is_none() {
            mode = Some(a.clone());
        } else {
            files.push(a.clone());
        }
    }
    let mode = mode.unwrap_or_default();
    let kind = if exposes(mode.shown()) {
        EffectKind::FileExpose
    } else {
        EffectKind::FileWrite
    };
    for f in &files {
        if tree {
            sink.tree(call, kind, f);
        } else {
            sink.file(call, kind, f);
        }
    }
    if raises(mode.shown()) {
        sink.name(
            call,
            EffectKind::Privilege,
            format!("chmod {}", mode.shown()),
        );
    }
}

/// Everybody may write afterwards.
pub(super) fn exposes(mode: &str) -> bool {
    if let Ok(n) = u32::from_str_radix(mode, 8) {
        return n & 0o002 != 0;
    }
    mode.split(',').any(|clause| {
        let Some(at) = clause.find(['+', '=']) else {
            return false;
        };
        let (who, what) = clause.split_at_checked(at).unwrap_or_default();
        what.contains('w') && (who.contains('o') || who.contains('a'))
    })
}

/// Sets the set-user or set-group bit.
pub(super) fn raises(mode: &str) -> bool {
    if let Ok(n) = u32::from_str_radix(mode, 8) {
        return n & 0o6000 != 0;
    }
    mode.split(',').any(|c| {
        c.split_once(['+', '='])
            .is_some_and(|(_, what)| what.contains('s'))
    })
}

pub(super) fn chown(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "reference from");
    let tree = p.has("R recursive");
    let files = if p.has("reference") {
        p.operands.as_slice()
    } else {
        p.operands.get(1..).unwrap_or_default()
    };
    for f in files {
        if tree {
            sink.tree(call, EffectKind::FileWrite, f);
        } else {
            sink.file(call, EffectKind::FileWrite, f);
        }
    }
}

/// Modes like `-i` look like options.
pub(super) fn chattr(call: &Call<'_>, sink: &mut Sink) {
    let mut tree = false;
    for a in call.args {
        let t = a.shown();
        if t.starts_with(['+', '-', '=']) {
            tree |= t == "-R";
        } else if tree {
            sink.tree(call, EffectKind::FileWrite, a);
        } else {
            sink.file(call, EffectKind::FileWrite, a);
        }
    }
}

/// Property lists: printed, checked, or changed in place.
pub(super) fn plist(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "o c s r e convert extract type");
    let writes = if call.program == "plutil" {
        p.has("o") && !p.value("o").is_some_and(|o| o.is("-"))
            || call.args.iter().any(|a| {
                matches!(
                    a.text(),
                    Some("-replace" | "-insert" | "-remove" | "-create")
                )
            })
            || (call.args.iter().any(|a| a.is("-convert")) && !p.has("o"))
    } else {
        p.values("c").any(|c| {
            let verb = c.shown().trim_start().to_ascii_lowercase();
            ["add", "set", "delete", "clear", "merge", "import", "copy"]
                .iter()
                .any(|v| verb.starts_with(v))
        })
    };
    let kind = if writes {
        EffectKind::FileWrite
    } else {
        EffectKind::FileRead
    };
    if let Some(file) = p.operands.last() {
        sink.file(call, kind, file);
    }
}

pub(super) fn kill(call: &Call<'_>, sink: &mut Sink) {
    let mut probe = false;
    let mut signal = false;
    let mut others = Vec::new();
    let mut skip = false;
    for a in call.args {
        let t = a.shown();
        if skip {
            skip = false;
            probe |= t == "0";
        } else if !signal && matches!(t, "-0" | "-l" | "-L" | "--list") {
            probe = true;
        } else if !signal && matches!(t, "-s" | "-n" | "--signal") {
            signal = true;
            skip = true;
        } else if t == "--" || (!signal && t.starts_with('-') && call.args.len() > 1) {
            signal = true;
        } else if t.starts_with('%') || t.starts_with("$!") || t == "0" {
            // A job of this very command, or its own group.
        } else {
            others.push(t.to_owned());
        }
    }
    if !probe && !others.is_empty() {
        sink.name(call, EffectKind::ProcessSignal, others.join(" "));
    }
}

pub(super) fn crontab(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "u");
    if p.has("l") && !p.has("r e") && p.operands.is_empty() {
        return;
    }
    // The table of scheduled commands is a file that runs later.
    sink.file(
        call,
        EffectKind::FileWrite,
        &Arg::known("/var/spool/cron/crontabs"),
    );
    for o in &p.operands {
        sink.file(call, EffectKind::FileRead, o);
    }
}

/// `at`: what comes in is run later. `-l` and `-c` only show.
pub(super) fn at(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "f q t");
    if p.has("l c V") {
        return;
    }
    sink.file(
        call,
        EffectKind::FileWrite,
        &Arg::known("/var/spool/cron/atjobs"),
    );
    for f in p.values("f") {
        sink.file(call, EffectKind::FileRead, f);
        sink.runs.push(Run::File {
            language: Some("sh"),
            path: f.clone(),
            args: Vec::new(),
        });
    }
    if p.has("d r f") {
        return;
    }
    sink.runs.push(Run::Shell {
        code: call
            .stdin
            .cloned()
            .unwrap_or_else(|| Arg::hole("$(at …)", Origin::Unknown)),
        args: Vec::new(),
    });
}

/// Commands that editors and pagers are started with. `false`: the tables
/// say the rest.
pub(super) fn viewer(call: &Call<'_>, sink: &mut Sink) -> bool {
    let p = parse(call.args, "c cmd P pager S u s eval E");
    let starts = p.operands.iter().filter(|o| o.lead().starts_with('+'));
    for c in p.values("c cmd").chain(starts) {
        let t = c.shown();
        if let Some((_, code)) = t.split_once('!') {
            let code = c.after(t.len() - code.len());
            sink.runs.push(Run::Shell {
                code,
                args: Vec::new(),
            });
        } else if editor_file(call, c, sink) {
        } else if ["system(", "py", "lua", "source", "so ", "luafile"]
            .iter()
            .any(|w| t.contains(w))
        {
            sink.push(
                call.effect(EffectKind::ExecOpaque, Target::Name(t.to_owned()))
                    .with_certainty(palisade_core::Certainty::Opaque),
            );
        }
    }
    if call.program == "man" {
        for f in p
            .operands
            .iter()
            .filter(|o| o.shown().contains('/') || p.has("l local-file"))
        {
            sink.file(call, EffectKind::FileRead, f);
        }
        for code in p.values("P pager") {
            sink.runs.push(Run::Shell {
                code: code.clone(),
                args: Vec::new(),
            });
        }
        return true;
    }
    if call.program == "emacs" {
        for code in p.values("eval execute f funcall") {
            sink.runs.push(Run::Embedded {
                language: "lisp",
                code: code.clone(),
                args: Vec::new(),
            });
        }
    }
    // Told what to do, an editor shows what it reads.
    let told = p.has("c cmd e s") || p.operands.iter().any(|o| o.lead().starts_with('+'));
    for f in p.operands.iter().filter(|o| !o.lead().starts_with('+')) {
        if told && !matches!(call.program, "less" | "more" | "view") {
            sink.file(call, EffectKind::FileRead, f);
        }
        let kind = if matches!(call.program, "less" | "more" | "view") {
            EffectKind::FileRead
        } else {
            EffectKind::FileWrite
        };
        sink.file(call, kind, f);
    }
    true
}

/// The parts of `openssl` that work on files.
pub(super) fn openssl(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "in out k kfile pass passin passout K iv e-x keyout key cert CA CAkey days subj newkey config extfile inkey sign verify signature inform outform",
    );
    for f in p.values("in kfile key cert CA CAkey inkey config extfile") {
        sink.file(call, EffectKind::FileRead, f);
    }
    for f in p.values("out keyout") {
        sink.file(call, EffectKind::FileWrite, f);
    }
    if matches!(p.word(0), "dgst" | "sha256" | "md5" | "rand" | "prime") {
        for f in p.operands.iter().skip(1).filter(|_| p.word(0) != "rand") {
            sink.file(call, EffectKind::FileRead, f);
        }
    }
    if p.options.iter().any(|(o, _)| o == "d") {
        let base64 = p.has("a A base64") || p.word(0) == "base64";
        let known = call
            .stdin
            .and_then(Arg::text)
            .filter(|_| base64 && !p.has("k K pass kfile"))
            .and_then(crate::decode::base64);
        match known {
            Some(t) => sink.output = Some(Arg::known(t)),
            None => sink.output_from(call, Origin::Decoded),
        }
    }
}

/// `!command` lines of an editor script, and the files others read or write.
pub(super) fn bang_lines(call: &Call<'_>, code: &Arg, sink: &mut Sink) {
    for line in code.shown().lines().take(256) {
        if let Some(at) = line.find('!')
            && line
                .get(..at)
                .is_some_and(|l| l.chars().all(|c| !c.is_alphabetic() || "rwgev".contains(c)))
        {
            sink.runs.push(Run::Shell {
                code: Arg::known(line.get(at + 1..).unwrap_or_default()),
                args: Vec::new(),
            });
        } else if code.text().is_some() {
            editor_file(call, &Arg::known(line), sink);
        }
    }
}

/// `:r file`, `e file`, `w file`. `false`: no such command.
fn editor_file(call: &Call<'_>, command: &Arg, sink: &mut Sink) -> bool {
    let t = command
        .shown()
        .trim_start_matches(['+', ':', ' ', '%', '$', '0']);
    let Some((verb, file)) = t.split_once(char::is_whitespace) else {
        return false;
    };
    let kind = match verb.trim_start_matches(|c: char| c.is_ascii_digit()) {
        "r" | "re" | "read" | "e" | "e!" | "edit" | "E" | "sp" | "split" | "vs" | "vsplit"
        | "tabe" | "tabedit" | "tabnew" | "new" | "view" | "badd" | "args" | "next" | "n" => {
            EffectKind::FileRead
        }
        "w" | "w!" | "write" | "write!" | "wq" | "sav" | "saveas" | "saveas!" | "W" | "x" => {
            EffectKind::FileWrite
        }
        _ => return false,
    };
    let cut = command.shown().len() - file.len();
    let file = command.after(cut);
    if !file.lead().starts_with('!') {
        sink.file(call, kind, &file);
    }
    true
}
