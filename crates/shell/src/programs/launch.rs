//! How the shells of Windows are started: which of their arguments is code.

use palisade_core::EffectKind;

use crate::arg::{Arg, Origin};

use super::{Call, Run, Sink};

/// Parameters of PowerShell that take a value, and those that do not.
const VALUES: &[&str] = &[
    "executionpolicy",
    "ep",
    "windowstyle",
    "inputformat",
    "outputformat",
    "configurationname",
    "configurationfile",
    "custompipename",
    "settingsfile",
    "psconsolefile",
    "version",
    "workingdirectory",
    "wd",
    "encodedarguments",
];
const SWITCHES: &[&str] = &[
    "noprofile",
    "noninteractive",
    "nologo",
    "noexit",
    "noprofileloadtime",
    "sta",
    "mta",
    "login",
    "interactive",
    "help",
];

/// A command of PowerShell or cmd as the code it is there: somebody wrote it
/// for another shell than the one that reads it, which may be a link or a
/// function by that name.
pub(crate) fn of_windows(name: &str, args: &[Arg], piped: bool) -> Option<Run> {
    let short = matches!(name, "iwr" | "irm" | "ri" | "saps" | "spps" | "icm");
    let capital = name.starts_with(|c: char| c.is_ascii_uppercase());
    let (language, quote) = if short || (capital && crate::embedded::is_cmdlet(name)) {
        ("powershell", '\'')
    } else if matches!(name, "del" | "erase" | "rd" | "copy" | "move" | "ren") {
        ("cmd", '"')
    } else {
        return None;
    };
    let mut code = Arg::default();
    if piped && language == "powershell" {
        code.push_text("$input | ");
    }
    code.push_text(name);
    for a in args {
        code.push_text(" ");
        let plain = a.text().is_some_and(|t| {
            t.strip_prefix(['-', '/', '$', '\\']).is_some_and(|t| {
                t.chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_:.$\\/*".contains(c))
            }) || t
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_:.\\/*,-".contains(c))
        });
        let known = a.text().is_some();
        match a.text() {
            _ if plain => code.push(a),
            Some(t) if quote == '\'' => code.push_text(&format!("'{}'", t.replace('\'', "''"))),
            _ => {
                code.push_text(if known { "\"" } else { "" });
                code.push(a);
                code.push_text(if known { "\"" } else { "" });
            }
        }
    }
    Some(Run::Embedded {
        language,
        code,
        args: Vec::new(),
    })
}

/// Understands a call; `false` when the program is another one.
pub(super) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        "pwsh" | "powershell" | "pwsh-preview" | "powershell_ise" => powershell(call, sink),
        "cmd" => cmd(call, sink),
        _ => return false,
    }
    true
}

/// A parameter, however much of its name was given.
fn parameter(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let short = |full: &&&str| !name.is_empty() && full.starts_with(&name);
    // The interpreter itself tries these in this order.
    match name.as_str() {
        "c" => return Some("command"),
        "f" => return Some("file"),
        "e" | "ec" | "en" => return Some("encodedcommand"),
        "cwa" => return Some("command"),
        "v" => return Some("version"),
        "i" => return Some("interactive"),
        "l" => return Some("login"),
        "w" => return Some("windowstyle"),
        _ => {}
    }
    let all = &["command", "file", "encodedcommand", "commandwithargs"];
    if let Some(found) = all.iter().find(short) {
        return Some(if *found == "commandwithargs" {
            "command"
        } else {
            found
        });
    }
    SWITCHES
        .iter()
        .find(short)
        .or_else(|| VALUES.iter().find(short))
        .copied()
}

fn powershell(call: &Call<'_>, sink: &mut Sink) {
    let mut rest = call.args;
    while let Some((a, tail)) = rest.split_first() {
        let text = a.lead();
        let marked = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}']
            .iter()
            .find_map(|mark| text.strip_prefix(*mark));
        // A path is no parameter: `/home/u/x.ps1`.
        let Some(name) = marked.filter(|n| !n.contains('/')) else {
            break;
        };
        let name = name.trim_start_matches('-').trim_end_matches(':');
        if name.is_empty() {
            // `-`: what comes in.
            return code(call.stdin.cloned(), sink);
        }
        if a.text().is_some_and(|t| {
            t.eq_ignore_ascii_case("-version") && tail.is_empty() || t == "-v" || t == "--version"
        }) {
            return;
        }
        match parameter(name) {
            Some("command") => {
                let given = joined(tail);
                if given.is("-") {
                    return code(call.stdin.cloned(), sink);
                }
                return code(Some(given), sink);
            }
            Some("encodedcommand") => {
                if let Some(text) = tail.first() {
                    code(Some(decoded(text)), sink);
                }
                return;
            }
            Some("file") => {
                return match tail.split_first() {
                    Some((file, _)) if file.is("-") => code(call.stdin.cloned(), sink),
                    Some((file, args)) => run_file(call, file, args, sink),
                    None => {}
                };
            }
            Some("help") => return,
            Some(name) if VALUES.contains(&name) => {
                rest = tail.get(1..).unwrap_or_default();
            }
            _ => rest = tail,
        }
    }
    match rest.split_first() {
        // Only the newer one takes a file by default; the older one runs it
        // as a command, which comes to the same.
        Some((file, args)) if file.tail().to_ascii_lowercase().ends_with(".ps1") => {
            run_file(call, file, args, sink);
        }
        Some(_) => code(Some(joined(rest)), sink),
        None => code(call.stdin.cloned(), sink),
    }
}

fn run_file(call: &Call<'_>, file: &Arg, args: &[Arg], sink: &mut Sink) {
    if file.origin() == Some(Origin::Fetched) {
        sink.name(call, EffectKind::ExecFetched, file.shown());
    }
    let path = match file.text() {
        Some(text) => Arg::known(crate::embedded::windows_path(text, call.home)),
        None => file.clone(),
    };
    sink.runs.push(Run::File {
        language: Some("powershell"),
        path,
        args: args.to_vec(),
    });
}

fn code(code: Option<Arg>, sink: &mut Sink) {
    if let Some(code) = code {
        sink.runs.push(Run::Embedded {
            language: "powershell",
            code: own_variables(&code),
            args: Vec::new(),
        });
    }
}

/// `pwsh -c "… $_.Name …"`: what the shell around looked for in its own
/// environment and did not know is a variable of the code, written by somebody
/// who thought of one shell only. A whole text that is unknown stays so.
fn own_variables(code: &Arg) -> Arg {
    let whole = code.starts_unknown() && code.holes().len() == 1 && code.tail().trim().is_empty();
    if whole {
        return code.clone();
    }
    let mut out = Arg::default();
    let mut at = 0;
    for hole in code.holes() {
        let shown = code.shown().get(hole.start..hole.end).unwrap_or_default();
        let named = shown.strip_prefix('$').is_some_and(|name| {
            matches!(name, "_" | "?")
                || hole.origin == Origin::Environment
                    && !name.is_empty()
                    && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        out.push(&code.slice(at, hole.start));
        if named {
            out.push_text(shown);
        } else {
            out.push(&code.slice(hole.start, hole.end));
        }
        at = hole.end;
    }
    out.push(&code.after(at));
    out
}

/// Several arguments as the line they make.
fn joined(args: &[Arg]) -> Arg {
    let mut out = Arg::default();
    for (i, a) in args.iter().enumerate() {
        if i > 0 {
            out.push_text(" ");
        }
        out.push(a);
    }
    out
}

/// Base64 of UTF-16, as `-EncodedCommand` wants it.
fn decoded(text: &Arg) -> Arg {
    let origin = text
        .origin()
        .unwrap_or(Origin::Decoded)
        .max(Origin::Decoded);
    let unknown = Arg::hole("$(decoded)", origin);
    let Some(known) = text.text() else {
        return unknown;
    };
    match crate::decode::base64_wide(known) {
        Some(code) => Arg::known(code),
        None => unknown,
    }
}

fn cmd(call: &Call<'_>, sink: &mut Sink) {
    for (i, a) in call.args.iter().enumerate() {
        let lead = a.lead();
        // Shells of other systems turn `/c` into `//c` or `\/c`.
        let marks = ['/', '\\', '-'];
        let option = lead.trim_start_matches(marks);
        if option.len() == lead.len() {
            break;
        }
        // `/q/c` is two of them.
        let option = match option.rsplit_once('/') {
            Some((before, last)) if before.len() < 8 && !before.contains(' ') => last,
            _ => option,
        };
        let lower = option.to_ascii_lowercase();
        if !lower.starts_with(['c', 'k', 'r']) || (lower.len() > 1 && a.text().is_none()) {
            continue;
        }
        let rest = call.args.get(i + 1..).unwrap_or_default();
        let mut line = Arg::known(option.get(1..).unwrap_or_default());
        for a in rest {
            if !line.is_empty() {
                line.push_text(" ");
            }
            let quoted =
                rest.len() > 1 && a.shown().contains([' ', '\t']) && !a.shown().contains('"');
            if quoted {
                line.push_text("\"");
            }
            line.push(a);
            if quoted {
                line.push_text("\"");
            }
        }
        // A pair of quotes around everything is taken off.
        let line = match line.text().map(str::trim) {
            Some(t) if t.starts_with('"') && t.ends_with('"') && t.len() > 1 && rest.len() == 1 => {
                Arg::known(t.get(1..t.len() - 1).unwrap_or_default())
            }
            _ => line,
        };
        sink.runs.push(Run::Embedded {
            language: "cmd",
            code: line,
            args: Vec::new(),
        });
        return;
    }
    if let Some(code) = call.stdin {
        sink.runs.push(Run::Embedded {
            language: "cmd",
            code: code.clone(),
            args: Vec::new(),
        });
    }
}
