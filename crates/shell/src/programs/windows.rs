//! Programs of Windows, whoever calls them: PowerShell, cmd, or a shell of
//! Linux on Windows.

mod tools;

use palisade_core::{Certainty, EffectKind, Target};

use crate::arg::Arg;
use crate::embedded;

use super::names::{find, name_index};
use super::{Call, Run, Sink};
use tools::{TOOLS, Tool};

/// Understands a call; `false` when the program is another one.
pub(super) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        "reg" => reg(call, sink),
        "setx" => setx(call, sink),
        "wmic" => wmic(call, sink),
        "certutil" => certutil(call, sink),
        "bitsadmin" => bitsadmin(call, sink),
        "mshta" | "regsvr32" | "rundll32" | "hh" | "msxsl" | "cmstp" | "pcalua"
        | "desktopimgdownldr" => {
            proxy(call, sink);
        }
        "cscript" | "wscript" => script(call, sink),
        "msiexec" => msiexec(call, sink),
        "runas" | "psexec" | "psexec64" | "paexec" => other_user(call, sink),
        "forfiles" => forfiles(call, sink),
        "wsl" => wsl(call, sink),
        "attrib" | "xcopy" | "robocopy" | "makecab" | "esentutl" | "extrac32" => files(call, sink),
        "format" => {
            // A drive, so that a formatter of that name is left alone.
            let drive = |a: &&Arg| a.lead().len() == 2 && a.lead().ends_with(':');
            let Some(drive) = call.args.iter().find(drive) else {
                return false;
            };
            sink.name(
                call,
                EffectKind::PrivilegeSevere,
                format!("format {}", drive.shown()),
            );
        }
        program => {
            let tool = find(TOOLS, name_index!(TOOLS), program, |t| t.names);
            let Some(tool) = tool else {
                return false;
            };
            let does = meaning(tool, call.args);
            if let Some(kind) = EffectKind::from_id(does) {
                sink.name(call, kind, super::table::phrase(call, call.args, 4));
            } else if does == "net.tunnel" {
                sink.name(
                    call,
                    EffectKind::NetListen,
                    super::table::phrase(call, call.args, 4),
                );
                sink.name(
                    call,
                    EffectKind::Privilege,
                    super::table::phrase(call, call.args, 4),
                );
            }
        }
    }
    true
}

/// An argument without its mark, in lower case.
fn bare(a: &Arg) -> String {
    a.shown()
        .trim_start_matches(['/', '-'])
        .to_ascii_lowercase()
}

fn meaning(tool: &Tool, args: &[Arg]) -> &'static str {
    let words: Vec<String> = args.iter().take(64).map(bare).collect();
    for (phrases, does) in tool.rows {
        for phrase in phrases.split('|') {
            let mut from = 0;
            let fits = phrase.split(' ').all(|wanted| {
                let rest = words.get(from..).unwrap_or_default();
                let at = rest.iter().position(|w| match wanted.strip_suffix('*') {
                    Some(head) => w.starts_with(head),
                    None => w == wanted,
                });
                from += at.map_or(0, |i| i + 1);
                at.is_some()
            });
            if fits {
                return does;
            }
        }
    }
    tool.otherwise
}

/// `reg add HKLM\… `
fn reg(call: &Call<'_>, sink: &mut Sink) {
    let Some((verb, rest)) = call.args.split_first() else {
        return;
    };
    let verb = bare(verb);
    let Some(key) = rest.first() else {
        return;
    };
    let path = embedded::registry_key(key.shown());
    match verb.as_str() {
        "query" | "compare" | "flags" => {}
        "export" | "save" => {
            let secret = path.as_deref().is_some_and(|p| {
                let p = p.to_ascii_uppercase();
                ["/HKLM/SAM", "/HKLM/SECURITY", "/HKLM/SYSTEM"]
                    .iter()
                    .any(|s| p.starts_with(s))
            });
            if secret {
                sink.name(call, EffectKind::SecretRead, key.shown());
            }
            if let Some(file) = rest.get(1) {
                sink.file(call, EffectKind::FileWrite, &there(call, file));
            }
        }
        "import" | "restore" | "load" => sink.name(call, EffectKind::Privilege, key.shown()),
        _ => registry(call, &verb, path, key, sink),
    }
}

fn registry(call: &Call<'_>, verb: &str, path: Option<String>, key: &Arg, sink: &mut Sink) {
    match path {
        Some(path) if path.starts_with("/HKCU") => {
            let kind = if verb == "delete" {
                EffectKind::FileDelete
            } else {
                EffectKind::FileWrite
            };
            sink.push(call.effect(kind, Target::Path(path)));
        }
        _ => sink.name(call, EffectKind::Privilege, key.shown()),
    }
}

fn there(call: &Call<'_>, a: &Arg) -> Arg {
    match a.text() {
        Some(text) => {
            Arg::known(embedded::windows_path(text, call.home)).with_pattern(text.contains('*'))
        }
        None => a.clone(),
    }
}

fn setx(call: &Call<'_>, sink: &mut Sink) {
    let machine = call.args.iter().any(|a| bare(a) == "m");
    let Some(name) = call.args.iter().find(|a| !a.lead().starts_with('/')) else {
        return;
    };
    if machine {
        sink.name(call, EffectKind::Privilege, name.shown());
    } else {
        sink.push(call.effect(
            EffectKind::FileWrite,
            Target::Path(format!("/HKCU/Environment/{}", name.shown())),
        ));
    }
}

fn line(words: &[String], sink: &mut Sink) {
    let words: Vec<Arg> = words.iter().map(Arg::known).collect();
    if !words.is_empty() {
        sink.runs.push(Run::Words { words, stdin: None });
    }
}

/// A command line given as one argument or as several.
fn rest_as_line(args: &[Arg], sink: &mut Sink) {
    match args {
        [one] if one.text().is_some() => line(&embedded::windows_words(one.shown()), sink),
        [] => {}
        many => sink.runs.push(Run::Words {
            words: many.to_vec(),
            stdin: None,
        }),
    }
}

fn wmic(call: &Call<'_>, sink: &mut Sink) {
    let words: Vec<String> = call.args.iter().map(bare).collect();
    let has = |w: &str| words.iter().any(|x| x == w);
    let name = super::table::phrase(call, call.args, 4);
    if has("shadowcopy") && has("delete") {
        sink.name(call, EffectKind::PrivilegeSevere, name);
    } else if has("process") && has("create") {
        let at = words.iter().position(|w| w == "create").unwrap_or(0);
        let rest = call.args.get(at + 1..).unwrap_or_default();
        rest_as_line(rest, sink);
        sink.name(call, EffectKind::Privilege, name);
    } else if has("process") && (has("delete") || has("terminate")) {
        sink.name(call, EffectKind::ProcessSignal, name);
    } else if has("delete") || has("call") || has("create") || has("set") {
        sink.name(call, EffectKind::Privilege, name);
    }
    for a in call.args.iter().filter(|a| a.shown().contains("://")) {
        sink.name(call, EffectKind::ExecFetched, a.shown());
    }
}

fn fetch(call: &Call<'_>, url: &Arg, target: Option<&Arg>, sink: &mut Sink) {
    let mut holes = crate::holes::Holes::default();
    let text = holes.encode(url);
    let e = crate::url::Url::split(&text).effect(EffectKind::NetRead, "GET", call.program, &holes);
    sink.push(e);
    if let Some(target) = target {
        sink.file(call, EffectKind::FileWrite, &there(call, target));
    }
}

fn certutil(call: &Call<'_>, sink: &mut Sink) {
    let words: Vec<String> = call.args.iter().map(bare).collect();
    let has = |w: &str| words.iter().any(|x| x == w);
    let operands: Vec<&Arg> = call
        .args
        .iter()
        .filter(|a| !a.lead().starts_with(['-', '/']))
        .collect();
    if let Some(at) = operands.iter().position(|a| a.shown().contains("://")) {
        if let Some(url) = operands.get(at) {
            fetch(call, url, operands.get(at + 1).copied(), sink);
            // A program for certificates that fetches files is no accident.
            sink.name(call, EffectKind::ExecFetched, url.shown());
        }
    } else if has("decode") || has("encode") || has("decodehex") || has("encodehex") {
        if let Some(from) = operands.first() {
            sink.file(call, EffectKind::FileRead, &there(call, from));
        }
        if let Some(to) = operands.get(1) {
            sink.file(call, EffectKind::FileWrite, &there(call, to));
        }
    } else if has("exportpfx") || has("dump") && has("p") {
        sink.name(
            call,
            EffectKind::SecretRead,
            super::table::phrase(call, call.args, 3),
        );
    } else if words.iter().any(|w| {
        w.starts_with("add")
            || w.starts_with("del")
            || w.starts_with("import")
            || w == "repairstore"
    }) {
        sink.name(
            call,
            EffectKind::Privilege,
            super::table::phrase(call, call.args, 3),
        );
    }
}

fn bitsadmin(call: &Call<'_>, sink: &mut Sink) {
    let words: Vec<String> = call.args.iter().map(bare).collect();
    if let Some(at) = call.args.iter().position(|a| a.shown().contains("://"))
        && let Some(url) = call.args.get(at)
    {
        fetch(call, url, call.args.get(at + 1), sink);
        sink.name(call, EffectKind::ExecFetched, url.shown());
    }
    if let Some(at) = words.iter().position(|w| w == "setnotifycmdline") {
        rest_as_line(call.args.get(at + 2..).unwrap_or_default(), sink);
    }
}

/// Programs that run what they are pointed at.
fn proxy(call: &Call<'_>, sink: &mut Sink) {
    let name = super::table::phrase(call, call.args, 3);
    let all: String = call
        .args
        .iter()
        .map(Arg::shown)
        .collect::<Vec<_>>()
        .join(" ")
        .to_ascii_lowercase();
    if all.is_empty() {
        return;
    }
    let kind = if all.contains("://") || all.contains("\\\\") {
        EffectKind::ExecFetched
    } else if call.program == "rundll32" && all.contains("comsvcs") {
        EffectKind::SecretRead
    } else {
        EffectKind::ExecOpaque
    };
    sink.push(
        call.effect(kind, Target::Name(name))
            .with_certainty(Certainty::Opaque),
    );
}

fn script(call: &Call<'_>, sink: &mut Sink) {
    let Some(file) = call.args.iter().find(|a| !a.lead().starts_with("//")) else {
        return;
    };
    if file.shown().contains("://") || file.lead().starts_with("\\\\") {
        sink.name(call, EffectKind::ExecFetched, file.shown());
        return;
    }
    sink.runs.push(Run::File {
        language: Some("other"),
        path: there(call, file),
        args: Vec::new(),
    });
}

fn msiexec(call: &Call<'_>, sink: &mut Sink) {
    let name = super::table::phrase(call, call.args, 3);
    if call.args.iter().any(|a| a.shown().contains("://")) {
        sink.name(call, EffectKind::ExecFetched, name);
    } else if !call.args.is_empty() {
        sink.name(call, EffectKind::Privilege, name);
    }
}

fn other_user(call: &Call<'_>, sink: &mut Sink) {
    sink.name(
        call,
        EffectKind::Privilege,
        super::table::phrase(call, call.args, 3),
    );
    let at = call
        .args
        .iter()
        .position(|a| !a.lead().starts_with(['/', '-', '\\']));
    if let Some(rest) = at.and_then(|i| call.args.get(i..)) {
        rest_as_line(rest, sink);
    }
}

/// `forfiles /p dir /s /m *.log /c "cmd /c del @file"`
fn forfiles(call: &Call<'_>, sink: &mut Sink) {
    let value = |name: &str| {
        let at = call.args.iter().position(|a| bare(a) == name)?;
        call.args.get(at + 1)
    };
    let folder = value("p").map_or(".", Arg::shown);
    let mask = value("m").map_or("*", Arg::shown);
    let folder = embedded::windows_path(folder, call.home);
    let found = format!("{}/{mask}", folder.trim_end_matches('/'));
    let found = if call.args.iter().any(|a| bare(a) == "s") && mask == "*" {
        format!("{}/**", folder.trim_end_matches('/'))
    } else {
        found
    };
    match value("c") {
        Some(code) if code.text().is_some() => {
            let mut text = code.shown().to_owned();
            for name in ["@path", "@file", "@relpath", "@PATH", "@FILE"] {
                text = text.replace(name, &found);
            }
            line(&embedded::windows_words(&text), sink);
        }
        Some(code) => sink.push(
            call.effect(
                EffectKind::ExecOpaque,
                Target::Name(code.shown().to_owned()),
            )
            .with_certainty(Certainty::Opaque),
        ),
        None => {}
    }
}

/// `wsl -d Ubuntu -- cmd`
fn wsl(call: &Call<'_>, sink: &mut Sink) {
    let mut rest = call.args;
    while let Some((a, tail)) = rest.split_first() {
        match a.text() {
            Some("--unregister") => {
                sink.name(
                    call,
                    EffectKind::InfraDestroy,
                    super::table::phrase(call, call.args, 2),
                );
                return;
            }
            Some("-d" | "--distribution" | "-u" | "--user" | "--cd" | "--shell-type") => {
                rest = tail.get(1..).unwrap_or_default();
            }
            Some("-e" | "--exec" | "--") => {
                rest = tail;
                break;
            }
            Some(t) if t.starts_with('-') => rest = tail,
            _ => break,
        }
    }
    if !rest.is_empty() {
        sink.runs.push(Run::Words {
            words: rest.to_vec(),
            stdin: None,
        });
    }
}

/// Programs that copy and change files.
fn files(call: &Call<'_>, sink: &mut Sink) {
    let operands: Vec<&Arg> = call
        .args
        .iter()
        .filter(|a| !a.lead().starts_with('/') || a.lead().trim_start_matches('/').contains('/'))
        .collect();
    match call.program {
        "attrib" => {
            let changes = operands.iter().any(|a| a.lead().starts_with(['+', '-']));
            for f in operands
                .iter()
                .filter(|a| changes && !a.lead().starts_with(['+', '-']))
            {
                sink.file(call, EffectKind::FileWrite, &there(call, f));
            }
        }
        "esentutl" => {
            for f in operands.iter().take(1) {
                sink.file(call, EffectKind::FileRead, &there(call, f));
            }
        }
        _ => {
            let (Some(from), Some(to)) = (operands.first(), operands.get(1)) else {
                return;
            };
            let from = there(call, from);
            let to = there(call, to);
            sink.tree(call, EffectKind::FileRead, &from);
            sink.file(call, EffectKind::FileWrite, &to);
            let has = |w: &str| call.args.iter().any(|a| bare(a) == w);
            if call.program == "robocopy" {
                if has("mir") || has("purge") {
                    sink.tree(call, EffectKind::FileDelete, &to);
                }
                if has("move") || has("mov") {
                    sink.tree(call, EffectKind::FileDelete, &from);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_holds() {
        let mut bad = Vec::new();
        for tool in TOOLS {
            assert!(!tool.examples.is_empty(), "{} has no example", tool.names);
            for (command, expected) in tool.examples {
                let args: Vec<Arg> = command.split(' ').skip(1).map(Arg::known).collect();
                let got = meaning(tool, &args);
                if got != *expected {
                    bad.push(format!("{command}: {got}, not {expected}"));
                }
            }
        }
        assert!(bad.is_empty(), "{}", bad.join("\n"));
    }

    #[test]
    fn effects_in_the_table_exist() {
        for tool in TOOLS {
            for does in tool.rows.iter().map(|(_, d)| *d).chain([tool.otherwise]) {
                assert!(
                    matches!(does, "none" | "net.tunnel") || EffectKind::from_id(does).is_some(),
                    "{does}"
                );
            }
        }
    }
}
