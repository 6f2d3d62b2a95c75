//! The command interpreter of Windows.
//!
//! It shares with PowerShell how names of Windows are understood and how
//! programs are started; its own are the few commands built into it.

mod parse;

use palisade_core::EffectKind;

use super::machine::{COMMAND_STEPS, Machine};
use super::operations;
use super::powershell;
use super::value::{Args, Class, Value};
use super::windows;
use crate::arg::Origin;
use crate::holes::{has_hole, is_hole};

pub(super) use parse::parse;

const UNKNOWN: Value = Value::Unknown(Origin::Unknown);

/// A variable nothing was assigned to.
pub(super) fn name(machine: &mut Machine<'_>, name: &str) -> Value {
    let Some(variable) = name.strip_prefix('%') else {
        return Value::sym(name);
    };
    if variable == "*" {
        let argv = machine.argv.clone();
        let texts: Vec<String> = argv.iter().map(|v| machine.stringify(v)).collect();
        return Value::text(texts.join(" "));
    }
    if let Some(letter) = variable.strip_prefix('%') {
        let number = letter.parse::<usize>().ok();
        return match number.and_then(|n| n.checked_sub(1)) {
            Some(n) => machine
                .argv
                .get(n)
                .cloned()
                .unwrap_or_else(|| Value::text("")),
            None if number == Some(0) => machine.current(),
            None => UNKNOWN,
        };
    }
    match variable {
        "cd" => machine.current(),
        "errorlevel" | "random" | "date" | "time" | "username" | "computername" => {
            machine.unknown_text(name, Origin::Environment)
        }
        _ => powershell::environment(machine, &variable.to_uppercase()),
    }
}

/// A call of something of ours.
pub(super) fn call(machine: &mut Machine<'_>, name: &str, args: &Args) -> Value {
    let first = args.at(0);
    match name.strip_prefix("op ").unwrap_or(name) {
        "&" => command(machine, args),
        "glob" => match first {
            text @ Value::Str(_) => Value::object(Class::Glob, text),
            other => other,
        },
        "redirect" => {
            powershell::write(machine, &first);
            Value::Nothing
        }
        "slice" => slice(&first, args.at(1).as_str().unwrap_or_default()),
        "subst" => substitute(&first, args.at(1).as_str().unwrap_or_default()),
        "output" => {
            let value = machine.run_code(&first);
            match value {
                Value::Str(_) => Value::list(vec![value]),
                other => Value::list(vec![machine.part_of_unknown(&other)]),
            }
        }
        "tokens" => {
            let text = machine.stringify(&first);
            if has_hole(&text) {
                return Value::list(vec![UNKNOWN]);
            }
            let word = text.split_whitespace().next().unwrap_or_default();
            Value::one_of(vec![
                Value::list(vec![Value::text(word)]),
                Value::list(vec![Value::text(&text)]),
            ])
        }
        "lines" => {
            powershell::read(machine, &first);
            Value::list(vec![UNKNOWN])
        }
        "below" => {
            let root = machine.stringify(&first);
            let root = root.trim_end_matches(['/', '\\']).to_owned();
            let found = args.pos.get(1..).unwrap_or_default().to_vec();
            let found = found
                .iter()
                .map(|p| {
                    let pattern = machine.stringify(p);
                    let pattern = if pattern == "." || pattern == "*" {
                        "**".to_owned()
                    } else {
                        pattern
                    };
                    Value::object(Class::Glob, Value::text(format!("{root}/{pattern}")))
                })
                .collect();
            Value::list(found)
        }
        _ => UNKNOWN,
    }
}

/// `%x:~1,2%`
fn slice(value: &Value, numbers: &str) -> Value {
    let mut parts = numbers.split(',').map(|n| n.trim().parse::<i64>().ok());
    let from = parts.next().flatten().unwrap_or(0);
    let length = parts.next().flatten();
    let Value::Str(text) = value else {
        return value.clone();
    };
    let to = match length {
        None => Value::Nothing,
        Some(n) if n < 0 => Value::Int(n),
        Some(n) => {
            let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            let start = if from < 0 {
                (count + from).max(0)
            } else {
                from
            };
            Value::Int(start.saturating_add(n))
        }
    };
    operations::slice(value, &[Value::Int(from), to, Value::Nothing])
}

/// `%x:a=b%`
fn substitute(value: &Value, change: &str) -> Value {
    let (Value::Str(text), Some((from, to))) = (value, change.split_once('=')) else {
        return value.clone();
    };
    if has_hole(text) || from.is_empty() {
        return value.clone();
    }
    if let Some(from) = from.strip_prefix('*') {
        return match text.split_once(from) {
            Some((_, rest)) => Value::text(format!("{to}{rest}")),
            None => value.clone(),
        };
    }
    Value::text(text.replace(from, to))
}

/// Runs one command.
fn command(machine: &mut Machine<'_>, args: &Args) -> Value {
    if !machine.spend(COMMAND_STEPS) {
        return UNKNOWN;
    }
    let mut input = None;
    for (name, value) in &args.named {
        match name.as_str() {
            "|" => input = Some(value),
            ">" => powershell::write(machine, value),
            "<" => powershell::read(machine, value),
            _ => {}
        }
    }
    let rest = args.pos.get(1..).unwrap_or_default();
    let mut out = Vec::new();
    for callee in args.at(0).alternatives() {
        let callee = match callee {
            Value::Object(_, inner) => (*inner).clone(),
            other => other,
        };
        out.push(match &callee {
            Value::Str(text) if !text.chars().all(is_hole) => {
                let text = text.to_string();
                named(machine, &text, rest, input)
            }
            other => {
                let origin = machine.origin_of(other);
                machine.opaque_code(origin);
                UNKNOWN
            }
        });
    }
    Value::one_of(out)
}

/// A text that names a command; it may hold words and operators too when it
/// came from a variable.
fn named(machine: &mut Machine<'_>, text: &str, args: &[Value], input: Option<&Value>) -> Value {
    if text.contains(['&', '|', '>', '<', '\n']) {
        let mut line = text.to_owned();
        for arg in args {
            line.push(' ');
            line.push_str(&machine.stringify(arg));
        }
        return machine.run_code(&Value::text(line));
    }
    let words = powershell::split_line(text);
    // A path with blanks is one name.
    let single = text.contains(['\\', '/']) && windows::is_path(text);
    match words.split_first() {
        Some((name, more)) if !single => {
            let mut all: Vec<Value> = more.iter().map(Value::text).collect();
            all.extend(args.iter().cloned());
            run(machine, name, &all, input)
        }
        _ => run(machine, text, args, input),
    }
}

/// Options (`/s`, `/q` and what follows them without a blank) and operands.
fn sorted(args: &[Value], home: &str) -> (Vec<String>, Vec<Value>) {
    let (mut options, mut operands) = (Vec::new(), Vec::new());
    for arg in args {
        match arg {
            // What a variable of Windows holds is a path here.
            Value::Str(text) if text.starts_with(home) || text.starts_with("/tmp") => {
                operands.push(arg.clone());
            }
            Value::Str(text)
                if text.starts_with('/')
                    && !text.trim_start_matches('/').contains('/')
                    && text.len() <= 24 =>
            {
                options.push(text.to_lowercase());
            }
            Value::Str(text)
                if text.starts_with('/')
                    && text.chars().filter(|c| *c == '/').count() > 1
                    && text.len() <= 24 =>
            {
                // `/s/q`
                options.extend(
                    text.split('/')
                        .filter(|o| !o.is_empty())
                        .map(|o| format!("/{}", o.to_lowercase())),
                );
            }
            other => operands.push(other.clone()),
        }
    }
    (options, operands)
}

fn run(machine: &mut Machine<'_>, name: &str, args: &[Value], input: Option<&Value>) -> Value {
    let program = windows::program(name, machine.cx.home).to_lowercase();
    let (options, operands) = sorted(args, machine.cx.home);
    let has = |o: &str| options.iter().any(|given| given == o);
    match program.as_str() {
        "del" | "erase" => {
            for path in &operands {
                powershell::delete(machine, path, has("/s"));
            }
        }
        "rd" | "rmdir" => {
            for path in &operands {
                powershell::delete(machine, path, has("/s"));
            }
        }
        "type" | "more" => {
            for path in &operands {
                powershell::read(machine, path);
            }
            return UNKNOWN;
        }
        "copy" | "xcopy" | "robocopy" => copy(machine, &program, &options, &operands),
        "replace" | "mklink" => {
            for path in operands.iter().take(1) {
                powershell::write(machine, path);
            }
        }
        "move" | "ren" | "rename" => {
            let (Some(from), Some(to)) = (operands.first(), operands.get(1)) else {
                return Value::Nothing;
            };
            powershell::delete(machine, from, false);
            if program == "move" {
                powershell::write(machine, to);
            }
        }
        "md" | "mkdir" => {
            for path in &operands {
                powershell::write(machine, path);
            }
        }
        "cd" | "chdir" | "pushd" => {
            if let Some(to) = operands.first() {
                powershell::change_directory(machine, to);
            }
        }
        "popd" => machine.change_directory(&UNKNOWN),
        "echo" => {
            let texts: Vec<String> = args.iter().map(|v| machine.stringify(v)).collect();
            let text = Value::text(texts.join(" "));
            machine.print(std::slice::from_ref(&text), " ", "\n");
            return text;
        }
        "set" => {
            let name = operands
                .first()
                .map(|v| machine.stringify(v))
                .unwrap_or_default();
            let value = powershell::environment(machine, &name.to_uppercase());
            machine.print(std::slice::from_ref(&value), " ", "\n");
            return value;
        }
        "call" => return call_again(machine, args, input),
        "start" => {
            let mut rest = args.iter().skip_while(|v| {
                matches!(v, Value::Str(t) if (t.starts_with('/') && t.len() < 12) || t.is_empty())
            });
            // The first text in quotes is the title of the window.
            let first = rest.next().cloned();
            let more: Vec<Value> = rest.cloned().collect();
            if let Some(first) = first {
                let title = matches!(&first, Value::Str(t) if t.contains(' ') && !t.contains(['.', '\\', '/']));
                let (program, args) = match (title, more.split_first()) {
                    (true, Some((program, args))) => (program.clone(), args.to_vec()),
                    _ => (first, more),
                };
                powershell::start(machine, &program, &args, None);
            }
        }
        "cmd" => {
            let words: Vec<Value> = args.to_vec();
            return powershell::native(machine, "cmd", &words, input);
        }
        "assoc" | "ftype"
            if args
                .iter()
                .any(|v| v.as_str().is_some_and(|t| t.contains('='))) =>
        {
            machine.named(EffectKind::Privilege, &Value::text(program));
        }
        "dir" => {
            for path in operands.iter().filter(|v| !matches!(v, Value::Nothing)) {
                powershell::list(machine, path, has("/s"));
            }
            return UNKNOWN;
        }
        "find" | "findstr" | "sort" | "fc" | "comp" => {
            let skip = usize::from(matches!(program.as_str(), "find" | "findstr"));
            for path in operands.iter().skip(skip) {
                powershell::read(machine, path);
            }
            return input.cloned().unwrap_or(UNKNOWN);
        }
        "ver" | "vol" | "cls" | "title" | "exit" | "pause" | "goto" | "shift" | "setlocal"
        | "endlocal" | "verify" | "color" | "prompt" | "path" | "break" | "date" | "time"
        | "timeout" | "choice" | "where" | "assoc" | "ftype" | "tree" | "help" | "doskey"
        | "chcp" | "mode" => {}
        _ => {
            let value = powershell::native(machine, name, args, input);
            return value;
        }
    }
    Value::Nothing
}

/// `call x`: a label, a batch file, or a line that is read once more.
fn call_again(machine: &mut Machine<'_>, args: &[Value], input: Option<&Value>) -> Value {
    let Some((first, rest)) = args.split_first() else {
        return Value::Nothing;
    };
    let text = machine.stringify(first);
    if text.starts_with(':') {
        return Value::Nothing;
    }
    if has_hole(&text) || rest.iter().any(|v| !matches!(v, Value::Str(_))) {
        let words = Args::of(args.to_vec());
        return command(machine, &words);
    }
    let mut line = text;
    for arg in rest {
        let arg = machine.stringify(arg);
        line.push(' ');
        if arg.contains(' ') {
            line.push_str(&format!("\"{arg}\""));
        } else {
            line.push_str(&arg);
        }
    }
    // A variable in it is put in now.
    if line.contains('%') {
        return machine.run_code(&Value::text(line));
    }
    let name = machine.stringify(first);
    named(machine, &name, rest, input)
}

fn copy(machine: &mut Machine<'_>, program: &str, options: &[String], operands: &[Value]) {
    let mirror = options
        .iter()
        .any(|o| matches!(o.as_str(), "/mir" | "/purge" | "/move" | "/mov"));
    let moves = options.iter().any(|o| o.starts_with("/mov"));
    let tree = program == "robocopy" || options.iter().any(|o| matches!(o.as_str(), "/s" | "/e"));
    let (sources, target) = match (program, operands) {
        ("robocopy", [from, to, ..]) => (std::slice::from_ref(from), Some(to)),
        (_, [one]) => (std::slice::from_ref(one), None),
        (_, [sources @ .., last]) => (sources, Some(last)),
        _ => return,
    };
    for source in sources {
        powershell::touch_tree(machine, EffectKind::FileRead, source, tree);
        if moves {
            powershell::delete(machine, source, true);
        }
    }
    if let Some(target) = target {
        powershell::write(machine, target);
        // What is not in the source goes.
        if mirror && !moves {
            powershell::delete(machine, target, true);
        }
    }
}
