//! File programs whose arguments are a language of their own.

use palisade_core::{EffectKind, Target};

use crate::arg::{Arg, Origin};

use super::args::{Parsed, parse};
use super::{Call, Run, Sink};

/// Understands one call; `false` when the program is none of these.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        "cp" | "gcp" | "install" | "ditto" => copy(call, sink),
        "mv" | "gmv" | "rename" => move_files(call, sink),
        "ln" | "gln" | "link" => link(call, sink),
        "chmod" | "gchmod" => chmod(call, sink),
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
        "mount" => {
            if call.args.iter().all(|a| a.shown().starts_with('-')) {
                return true;
            }
            return false;
        }
        "lsof" | "fuser" => {
            if parse(call.args, "").has("k kill") {
                sink.name(call, EffectKind::ProcessSignal, "fuser -k");
            }
        }
        "crontab" => crontab(call, sink),
        "at" => {
            let code = call
                .stdin
                .cloned()
                .unwrap_or_else(|| Arg::hole("$(at …)", Origin::Unknown));
            sink.runs.push(Run::Shell {
                code,
                args: Vec::new(),
            });
        }
        "ed" | "ex" => {
            let p = parse(call.args, "p c");
            for o in &p.operands {
                sink.file(call, EffectKind::FileWrite, o);
            }
            if let Some(code) = call.stdin {
                bang_lines(code, sink);
            }
        }
        "systemctl" | "service" | "launchctl" | "initctl" | "rc-service" | "brew-services" => {
            services(call, sink);
        }
        "sysctl" => {
            let p = parse(call.args, "p load r");
            let writes = p.has("w write p load system")
                || p.operands.iter().any(|o| o.shown().contains('='));
            if writes {
                sink.name(call, EffectKind::PrivilegeSevere, "sysctl");
            }
        }
        "defaults" => {
            if matches!(
                call.args.first().and_then(Arg::text),
                Some("write" | "delete" | "import")
            ) {
                sink.name(call, EffectKind::Privilege, "defaults");
            }
        }
        "hostname" | "hostnamectl" | "date" | "timedatectl" | "localectl" => {
            let p = parse(call.args, "d date f file r reference");
            let sets = p.has("s set")
                || p.operands.iter().any(|o| o.shown().starts_with("set-"))
                || (call.program == "hostname" && !p.operands.is_empty());
            if sets {
                sink.name(call, EffectKind::Privilege, call.program);
            }
        }
        "open" | "xdg-open" | "code" | "cursor" | "subl" | "zed" => {
            let p = parse(call.args, "a b goto");
            for o in p.operands.iter().filter(|o| !o.shown().contains("://")) {
                sink.file(call, EffectKind::FileList, o);
            }
        }
        "openssl" => openssl(call, sink),
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
            let p = parse(call.args, "c i s t W w q p m b k y x f n");
            let name = p
                .operands
                .iter()
                .find(|o| !o.shown().starts_with(['@', '+']));
            if let Some(name) = name {
                // A name that is asked for is told to whoever answers.
                let mut e = call.effect(EffectKind::NetRead, peer(name.shown().to_owned(), "DNS"));
                if name.text().is_none() {
                    e.certainty = palisade_core::Certainty::Partial;
                }
                sink.push(e);
                sink.sends = true;
            }
        }
        "history" => {
            if parse(call.args, "").has("c d") {
                sink.file(
                    call,
                    EffectKind::FileWrite,
                    &Arg::known(format!("{}/.bash_history", call.home)),
                );
            }
        }
        _ => return false,
    }
    true
}

/// Options of a copy, sources and destination.
fn sources_and_target(call: &Call<'_>) -> (Parsed, Vec<Arg>, Option<Arg>, bool) {
    let mut p = parse(
        call.args,
        "t target-directory S suffix m mode o owner g group",
    );
    let mut into = true;
    let to = match p.value("t target-directory").cloned() {
        Some(dir) => Some(dir),
        None if p.operands.len() > 1 => {
            into = p.operands.len() > 2
                || p.operands
                    .last()
                    .is_some_and(|d| d.shown().ends_with('/') || d.is(".") || d.is(".."));
            p.operands.pop()
        }
        None => None,
    };
    let sources = std::mem::take(&mut p.operands);
    (p, sources, to, into)
}

/// The places where the copies come to lie.
fn write_target(
    call: &Call<'_>,
    sources: &[Arg],
    to: &Arg,
    into: bool,
    tree: bool,
    sink: &mut Sink,
) {
    let kind = EffectKind::FileWrite;
    if !into {
        if tree {
            sink.tree(call, kind, to);
        } else {
            sink.file(call, kind, to);
        }
        return;
    }
    for s in sources {
        let name = s
            .shown()
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let mut at = to.clone();
        let named = s.text().is_some() && !matches!(name, "" | "." | "..");
        if named {
            if !to.shown().ends_with('/') {
                at.push_text("/");
            }
            at.push_text(name);
            if s.pattern() {
                at.set_pattern();
            }
        }
        if tree {
            sink.tree(call, kind, &at);
        } else {
            sink.file(call, kind, &at);
        }
    }
}

fn copy(call: &Call<'_>, sink: &mut Sink) {
    let (p, sources, to, into) = sources_and_target(call);
    let tree = p.has("r R a archive recursive");
    if call.program == "install" && p.has("d directory") {
        for s in sources.iter().chain(&to) {
            sink.file(call, EffectKind::FileWrite, s);
        }
        return;
    }
    for s in &sources {
        if tree {
            sink.tree(call, EffectKind::FileRead, s);
        } else {
            sink.file(call, EffectKind::FileRead, s);
        }
    }
    if let Some(to) = to {
        write_target(call, &sources, &to, into, tree, sink);
    }
}

fn move_files(call: &Call<'_>, sink: &mut Sink) {
    let (_, sources, to, into) = sources_and_target(call);
    for s in &sources {
        // The content stays somewhere: a change of this place, not a loss.
        sink.file(call, EffectKind::FileRead, s);
        sink.file(call, EffectKind::FileWrite, s);
    }
    if let Some(to) = to {
        write_target(call, &sources, &to, into, false, sink);
    }
}

fn link(call: &Call<'_>, sink: &mut Sink) {
    let (p, sources, to, into) = sources_and_target(call);
    // A second name for a file gives what is in it. What a relative symbolic
    // link names is counted from where the link lies.
    let folder = to
        .as_ref()
        .filter(|_| p.has("s symbolic") && !into)
        .and_then(|t| t.text()?.rsplit_once('/'))
        .map(|(dir, _)| dir.to_owned());
    for s in &sources {
        let place = match (&folder, s.text()) {
            (Some(dir), Some(t)) if !t.starts_with('/') => Arg::known(format!("{dir}/{t}")),
            _ => s.clone(),
        };
        sink.file(call, EffectKind::FileRead, &place);
    }
    match to {
        Some(to) => write_target(call, &sources, &to, into, false, sink),
        None => {
            for s in &sources {
                write_target(
                    call,
                    std::slice::from_ref(s),
                    &Arg::known("./"),
                    true,
                    false,
                    sink,
                );
            }
        }
    }
}

fn chmod(call: &Call<'_>, sink: &mut Sink) {
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
fn exposes(mode: &str) -> bool {
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
fn raises(mode: &str) -> bool {
    if let Ok(n) = u32::from_str_radix(mode, 8) {
        return n & 0o6000 != 0;
    }
    mode.split(',').any(|c| {
        c.split_once(['+', '='])
            .is_some_and(|(_, what)| what.contains('s'))
    })
}

fn chown(call: &Call<'_>, sink: &mut Sink) {
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

fn dd(call: &Call<'_>, sink: &mut Sink) {
    for a in call.args {
        if let Some((name, value)) = a.split_once('=') {
            match name.text() {
                Some("if") => sink.file(call, EffectKind::FileRead, &value),
                Some("of") => sink.file(call, EffectKind::FileWrite, &value),
                _ => {}
            }
        }
    }
}

/// What `find` finds, as one argument that stands for many names.
fn found(root: &Arg, name: Option<&Arg>) -> Arg {
    let mut out = root.clone();
    if !root.shown().ends_with('/') {
        out.push_text("/");
    }
    match name {
        Some(n) => out.push(n),
        None => out.push_text("*"),
    }
    out.with_pattern(true)
}

fn find(call: &Call<'_>, sink: &mut Sink) {
    let mut roots = Vec::new();
    let mut rest = call.args;
    while let Some((a, tail)) = rest.split_first() {
        match a.text() {
            Some("-H" | "-L" | "-P" | "-E" | "-X") => {}
            Some("-f") => {}
            Some(t) if t.starts_with('-') || t == "(" || t == "!" => break,
            _ => roots.push(a.clone()),
        }
        rest = tail;
    }
    if roots.is_empty() {
        roots.push(Arg::known("."));
    }
    for r in &roots {
        sink.tree(call, EffectKind::FileList, r);
    }
    let mut name = None;
    let mut negated = false;
    let mut expressions = rest;
    let mut commands: Vec<Vec<Arg>> = Vec::new();
    let mut deletes = false;
    while let Some((a, tail)) = expressions.split_first() {
        expressions = tail;
        match a.text() {
            Some("-name" | "-iname") => {
                if !negated {
                    // Of several alternatives none is the whole.
                    name = match name {
                        None => tail.first().cloned(),
                        Some(_) => Some(Arg::known("*")),
                    };
                }
                expressions = tail.get(1..).unwrap_or_default();
            }
            Some("-not" | "!") => {
                negated = true;
                continue;
            }
            Some("-delete") => deletes = true,
            Some("-fprint" | "-fprint0" | "-fls") => {
                if let Some(f) = tail.first() {
                    sink.file(call, EffectKind::FileWrite, f);
                }
                expressions = tail.get(1..).unwrap_or_default();
            }
            Some("-fprintf") => {
                if let Some(f) = tail.first() {
                    sink.file(call, EffectKind::FileWrite, f);
                }
                expressions = tail.get(2..).unwrap_or_default();
            }
            Some("-files0-from") => {
                if let Some(f) = tail.first() {
                    sink.file(call, EffectKind::FileRead, f);
                }
            }
            Some("-exec" | "-execdir" | "-ok" | "-okdir") => {
                let end = tail
                    .iter()
                    .position(|w| w.is(";"))
                    .or_else(|| {
                        tail.windows(2)
                            .position(|w| matches!(w, [a, b] if a.is("{}") && b.is("+")))
                            .map(|i| i + 1)
                    })
                    .unwrap_or(tail.len());
                commands.push(tail.get(..end).unwrap_or_default().to_vec());
                expressions = tail.get(end + 1..).unwrap_or_default();
            }
            _ => {}
        }
        negated = false;
    }
    let mut printed = Arg::default();
    for r in &roots {
        let one = found(r, name.as_ref());
        if deletes {
            sink.tree(call, EffectKind::FileDelete, &one);
        }
        for c in &commands {
            sink.runs.push(Run::Words {
                words: with_found(c, "{}", &one),
                stdin: Some(Arg::default()),
            });
        }
        printed.push(&one);
        printed.push_text("\n");
    }
    if commands.is_empty() {
        sink.output = Some(printed);
    }
}

/// A command with what was found in place of the mark; code keeps it unknown.
fn with_found(words: &[Arg], mark: &str, found: &Arg) -> Vec<Arg> {
    words
        .iter()
        .map(|w| {
            let Some(t) = w.text() else { return w.clone() };
            if t == mark {
                return found.clone();
            }
            if !t.contains(mark) {
                return w.clone();
            }
            let mut out = Arg::default();
            for (i, piece) in t.split(mark).enumerate() {
                if i > 0 {
                    // Inside code a name is whatever somebody called a file.
                    if t.contains(' ') {
                        out.push_hole("{}", Origin::Unknown);
                    } else {
                        out.push(found);
                    }
                }
                out.push_text(piece);
            }
            out
        })
        .collect()
}

fn fd(call: &Call<'_>, sink: &mut Sink) {
    let at = call
        .args
        .iter()
        .position(|a| matches!(a.text(), Some("-x" | "-X" | "--exec" | "--exec-batch")));
    let (own, command) = match at {
        Some(i) => (
            call.args.get(..i).unwrap_or_default(),
            call.args.get(i + 1..).unwrap_or_default(),
        ),
        None => (call.args, &[][..]),
    };
    let p = parse(
        own,
        "e extension t type d max-depth E exclude S size c color j threads o owner base-directory changed-within changed-before",
    );
    let mut roots: Vec<Arg> = p.operands.get(1..).unwrap_or_default().to_vec();
    if roots.is_empty() {
        roots.push(Arg::known("."));
    }
    for r in &roots {
        sink.tree(call, EffectKind::FileList, r);
        let name = p
            .value("e extension")
            .and_then(Arg::text)
            .map(|e| Arg::known(format!("*.{e}")));
        let one = found(r, name.as_ref());
        if command.is_empty() {
            continue;
        }
        let mut words = with_found(command, "{}", &one);
        if !command.iter().any(|w| w.shown().contains('{')) {
            words.push(one);
        }
        sink.runs.push(Run::Words {
            words,
            stdin: Some(Arg::default()),
        });
    }
}

fn sed(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "e expression f file l line-length");
    let in_place = p.options.iter().any(|(o, _)| o == "in-place")
        || call.args.iter().any(|a| {
            let t = a.shown();
            t.starts_with("-i")
                || (t.starts_with('-') && !t.starts_with("--") && t.contains('i') && t.len() < 5)
        });
    let mut operands = p.operands.as_slice();
    // `sed -i '' …`, the BSD form.
    if in_place
        && let Some((first, rest)) = operands.split_first()
        && first.is_empty()
    {
        operands = rest;
    }
    let mut scripts: Vec<Arg> = p.values("e expression").cloned().collect();
    for f in p.values("f file") {
        sink.file(call, EffectKind::FileRead, f);
        sink.runs.push(Run::File {
            language: Some("sed"),
            path: f.clone(),
            args: Vec::new(),
        });
    }
    if scripts.is_empty()
        && !p.has("f file")
        && let Some((first, rest)) = operands.split_first()
    {
        scripts.push(first.clone());
        operands = rest;
    }
    for f in operands {
        sink.file(call, EffectKind::FileRead, f);
        if in_place {
            sink.file(call, EffectKind::FileWrite, f);
        }
    }
    for code in scripts {
        sink.runs.push(Run::Embedded {
            language: "sed",
            code,
            args: Vec::new(),
        });
    }
}

fn awk(call: &Call<'_>, sink: &mut Sink) {
    let p = super::args::parse_leading(
        call.args,
        "F field-separator v assign f file i include E exec l load",
    );
    let mut operands = p.operands.as_slice();
    let has_file = p.has("f file E exec");
    for f in p.values("f file E exec") {
        sink.file(call, EffectKind::FileRead, f);
        sink.runs.push(Run::File {
            language: Some("awk"),
            path: f.clone(),
            args: Vec::new(),
        });
    }
    let mut code = None;
    if !has_file && let Some((first, rest)) = operands.split_first() {
        code = Some(first.clone());
        operands = rest;
    }
    for f in operands.iter().filter(|f| !f.lead().contains('=')) {
        sink.file(call, EffectKind::FileRead, f);
        if p.value("i include").is_some_and(|i| i.is("inplace")) {
            sink.file(call, EffectKind::FileWrite, f);
        }
    }
    if let Some(code) = code {
        sink.runs.push(Run::Embedded {
            language: "awk",
            code,
            args: operands.to_vec(),
        });
    }
}

fn tar(call: &Call<'_>, sink: &mut Sink) {
    let mut args: Vec<Arg> = call.args.to_vec();
    // `tar xzf a`: the old form without a dash.
    if let Some(first) = args.first_mut()
        && let Some(t) = first.text()
        && !t.starts_with('-')
        && !t.is_empty()
        && t.chars().all(|c| c.is_ascii_alphabetic())
    {
        *first = Arg::known(format!("-{t}"));
    }
    let p = parse(
        &args,
        "f file C directory I use-compress-program to-command checkpoint-action T files-from X exclude-from exclude transform strip-components H format owner group mode rsh-command F info-script new-volume-script b",
    );
    for code in
        p.values("I use-compress-program to-command F info-script new-volume-script rsh-command")
    {
        if !matches!(
            code.text(),
            Some("pigz" | "zstd" | "pbzip2" | "xz" | "gzip" | "lz4" | "zstdmt" | "pixz")
        ) {
            sink.runs.push(Run::Shell {
                code: code.clone(),
                args: Vec::new(),
            });
        }
    }
    for action in p.values("checkpoint-action") {
        if action.lead().starts_with("exec=") {
            sink.runs.push(Run::Shell {
                code: action.after(5),
                args: Vec::new(),
            });
        }
    }
    let archive = p.value("f file");
    let directory = p.value("C directory").cloned();
    let inside = |a: &Arg| match (&directory, a.text()) {
        (Some(d), Some(t)) if !t.starts_with('/') => {
            let mut out = d.clone();
            out.push_text("/");
            out.push(a);
            out
        }
        _ => a.clone(),
    };
    for f in p.values("T files-from X exclude-from") {
        sink.file(call, EffectKind::FileRead, f);
    }
    if p.has("c create r append u update A") {
        for o in &p.operands {
            sink.tree(call, EffectKind::FileRead, &inside(o));
        }
        if let Some(a) = archive {
            sink.file(call, EffectKind::FileWrite, a);
        }
        if p.has("remove-files") {
            for o in &p.operands {
                sink.tree(call, EffectKind::FileDelete, &inside(o));
            }
        }
        return;
    }
    if let Some(a) = archive {
        sink.file(call, EffectKind::FileRead, a);
    }
    if p.has("x extract get") && !p.has("O to-stdout") {
        let to = directory.unwrap_or_else(|| Arg::known("."));
        sink.tree(call, EffectKind::FileWrite, &to);
        if p.has("P absolute-names") {
            sink.tree(call, EffectKind::FileWrite, &Arg::known("/"));
        }
    }
}

/// `host:path` or `user@host:path`.
pub(crate) fn remote(a: &Arg) -> Option<(String, String)> {
    let t = a.shown();
    if let Some(rest) = t
        .strip_prefix("rsync://")
        .or_else(|| t.strip_prefix("scp://"))
    {
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.rsplit('@').next().unwrap_or(host);
        return Some((host.to_owned(), path.to_owned()));
    }
    let (host, path) = t.split_once(':')?;
    if host.contains('/') || host.is_empty() {
        return None;
    }
    let host = host.rsplit('@').next().unwrap_or(host);
    Some((host.to_owned(), path.trim_start_matches(':').to_owned()))
}

/// A peer reached by a protocol that is not HTTP.
pub(crate) fn peer(host: String, method: &'static str) -> Target {
    Target::Host {
        host,
        port: None,
        path: String::new(),
        method: method.into(),
    }
}

fn transfer(call: &Call<'_>, operands: &[Arg], tree: bool, method: &'static str, sink: &mut Sink) {
    let Some((to, sources)) = operands.split_last() else {
        return;
    };
    for s in sources {
        match remote(s) {
            Some((host, _)) => sink.push(call.effect(EffectKind::NetRead, peer(host, method))),
            None if tree => sink.tree(call, EffectKind::FileRead, s),
            None => sink.file(call, EffectKind::FileRead, s),
        }
    }
    match remote(to) {
        Some((host, _)) => {
            sink.push(call.effect(EffectKind::NetWrite, peer(host, method)));
            sink.sends = true;
        }
        None if tree => sink.tree(call, EffectKind::FileWrite, to),
        None => sink.file(call, EffectKind::FileWrite, to),
    }
}

fn rsync(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "e rsh exclude include exclude-from include-from files-from f filter rsync-path password-file bwlimit port log-file backup-dir B suffix max-size min-size timeout chmod chown out-format compare-dest link-dest copy-dest T temp-dir partial-dir",
    );
    if p.has("n dry-run") {
        for o in &p.operands {
            if remote(o).is_none() {
                sink.tree(call, EffectKind::FileList, o);
            }
        }
        return;
    }
    for code in p.values("e rsh") {
        if !matches!(code.shown().split(' ').next(), Some("ssh"))
            || code.shown().contains("Command")
        {
            sink.runs.push(Run::Shell {
                code: code.clone(),
                args: Vec::new(),
            });
        }
    }
    for f in p.values("exclude-from include-from files-from password-file") {
        sink.file(call, EffectKind::FileRead, f);
    }
    transfer(call, &p.operands, true, "RSYNC", sink);
    let deletes = p
        .options
        .iter()
        .any(|(o, _)| o.starts_with("delete") || o == "del");
    if deletes
        && let Some(to) = p.operands.last()
        && remote(to).is_none()
    {
        sink.tree(call, EffectKind::FileDelete, &found(to, None));
    }
    if p.has("remove-source-files") {
        for s in p
            .operands
            .iter()
            .rev()
            .skip(1)
            .filter(|s| remote(s).is_none())
        {
            sink.tree(call, EffectKind::FileDelete, s);
        }
    }
}

fn scp(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "i P o F c l J S D X");
    for o in p.values("o") {
        if o.shown().to_ascii_lowercase().starts_with("proxycommand") {
            sink.runs.push(Run::Shell {
                code: o.after("proxycommand=".len()),
                args: Vec::new(),
            });
        }
    }
    transfer(call, &p.operands, p.has("r"), "SCP", sink);
}

fn kill(call: &Call<'_>, sink: &mut Sink) {
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

fn sort(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "k key t field-separator o output T temporary-directory S buffer-size parallel compress-program files0-from",
    );
    for o in &p.operands {
        sink.file(call, EffectKind::FileRead, o);
    }
    if let Some(o) = p.value("o output") {
        sink.file(call, EffectKind::FileWrite, o);
    }
    if let Some(code) = p.value("compress-program") {
        sink.runs.push(Run::Words {
            words: vec![code.clone()],
            stdin: None,
        });
    }
}

fn yq(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "o p output-format input-format I indent arg argjson",
    );
    for o in p.operands.iter().skip(1) {
        sink.file(call, EffectKind::FileRead, o);
        if p.has("i inplace") {
            sink.file(call, EffectKind::FileWrite, o);
        }
    }
}

fn crontab(call: &Call<'_>, sink: &mut Sink) {
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

fn services(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "t type p property n lines o output H host M root state",
    );
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    let reads = [
        "status",
        "show",
        "list-units",
        "list-unit-files",
        "is-active",
        "is-enabled",
        "is-failed",
        "cat",
        "list-timers",
        "list-sockets",
        "list-dependencies",
        "get-default",
        "list",
        "print",
        "help",
        "show-environment",
        "--status-all",
    ];
    let verb = if call.program == "service" {
        words.get(1)
    } else {
        words.first()
    };
    if call.args.is_empty() || verb.is_none_or(|v| reads.contains(v)) {
        return;
    }
    let severe = matches!(
        verb,
        Some(
            &("poweroff"
                | "reboot"
                | "halt"
                | "kexec"
                | "isolate"
                | "rescue"
                | "emergency"
                | "suspend"
                | "hibernate")
        )
    );
    let kind = if severe {
        EffectKind::PrivilegeSevere
    } else {
        EffectKind::Privilege
    };
    sink.name(call, kind, super::table::phrase(call, &p.operands, 2));
}

/// Commands that editors and pagers are started with. `false`: the tables
/// say the rest.
fn viewer(call: &Call<'_>, sink: &mut Sink) -> bool {
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
        for code in p.values("P pager") {
            sink.runs.push(Run::Shell {
                code: code.clone(),
                args: Vec::new(),
            });
        }
        return true;
    }
    if call.program == "emacs" {
        for code in p.values("eval") {
            sink.push(
                call.effect(
                    EffectKind::ExecOpaque,
                    Target::Name(code.shown().to_owned()),
                )
                .with_certainty(palisade_core::Certainty::Opaque),
            );
        }
    }
    for f in p.operands.iter().filter(|o| !o.lead().starts_with('+')) {
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
fn openssl(call: &Call<'_>, sink: &mut Sink) {
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

/// `!command` lines of an editor script.
fn bang_lines(code: &Arg, sink: &mut Sink) {
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
        }
    }
}
