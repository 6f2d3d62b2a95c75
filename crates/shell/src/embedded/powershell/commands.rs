//! Commands: whose name they are, what their parameters mean.

use palisade_core::{Certainty, EffectKind, Target};

use super::super::machine::{COMMAND_STEPS, Machine};
use super::super::value::{Args, Class, Value};
use super::super::windows;
use super::cmdlets::{ALIASES, CMDLETS};
use super::places::{read, write};
use super::programs::native;
use super::roles::with_roles;
use super::{UNKNOWN, dotnet, values, verbs};
use crate::arg::Origin;
use crate::holes::{has_hole, is_hole};
use crate::programs::extension;

/// A command with its words evaluated.
pub(super) struct Words<'a> {
    /// Values and parameters in order.
    pub(super) all: &'a [Value],
    /// What the pipeline hands over.
    pub(super) input: Option<&'a Value>,
}

impl Words<'_> {
    /// Whether a parameter of this name is there, abbreviated or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parameters().any(|(_, p)| is_short_for(p, name))
    }

    fn parameters(&self) -> impl Iterator<Item = (usize, &str)> {
        self.all.iter().enumerate().filter_map(|(i, v)| match v {
            Value::Sym(s) => s.strip_prefix('-').map(|p| (i, p.trim_end_matches(':'))),
            _ => None,
        })
    }

    /// Whether a parameter is there, for names that begin like others:
    /// at least three letters have to be given.
    pub(super) fn parameters_named(&self, name: &str) -> bool {
        self.parameters()
            .any(|(_, p)| p.len() >= 2 && is_short_for(p, name))
    }

    /// The value after a parameter.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        let (at, _) = self.parameters().find(|(_, p)| is_short_for(p, name))?;
        self.all.get(at + 1)
    }

    /// The values that no parameter of `taking` takes.
    pub(super) fn positional(&self, switches: &str) -> Vec<&Value> {
        let mut out = Vec::new();
        let mut taken = false;
        for value in self.all {
            if let Value::Sym(s) = value
                && let Some(p) = s.strip_prefix('-')
            {
                let switch = switches
                    .split(' ')
                    .any(|s| !s.is_empty() && is_short_for(p, s));
                taken = s.ends_with(':') || !switch;
            } else if taken {
                taken = false;
            } else {
                out.push(value);
            }
        }
        out
    }
}

/// `-Rec` is `-Recurse`.
pub(super) fn is_short_for(given: &str, name: &str) -> bool {
    !given.is_empty()
        && name
            .get(..given.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(given))
}

/// Runs a command.
pub(super) fn run(machine: &mut Machine<'_>, args: &Args) -> Value {
    if !machine.spend(COMMAND_STEPS) {
        return UNKNOWN;
    }
    let mut input = None;
    let mut dotted = false;
    let mut rest: Vec<Value> = args.pos.get(1..).unwrap_or_default().to_vec();
    for (name, value) in &args.named {
        match name.as_str() {
            "|" => input = Some(value),
            "." => dotted = true,
            ">" => {
                write(machine, value);
                keep(machine, value, None);
            }
            // From a table of parameters (`@splat`).
            name => {
                rest.push(Value::sym(format!("-{name}")));
                if !matches!(value, Value::Bool(true)) {
                    rest.push(value.clone());
                }
            }
        }
    }
    let words = Words { all: &rest, input };
    let mut out = Vec::new();
    for callee in args.at(0).alternatives() {
        out.push(one(machine, &callee, &words, dotted));
    }
    Value::one_of(out)
}

fn one(machine: &mut Machine<'_>, callee: &Value, words: &Words<'_>, dotted: bool) -> Value {
    match callee {
        Value::Func(block) => call_block(machine, block, words),
        Value::Str(name) if !has_hole(name) => named(machine, name, words, dotted),
        Value::Object(Class::Code, code) => {
            let list = Value::list(words.all.to_vec());
            machine.bind("$args", list);
            let code = (**code).clone();
            machine.run_code(&code)
        }
        Value::Object(Class::Glob | Class::Path, inner) => {
            let inner = (**inner).clone();
            one(machine, &inner, words, dotted)
        }
        Value::Str(text) if !text.chars().all(is_hole) => {
            let text = text.to_string();
            native(machine, &text, words.all, words.input)
        }
        Value::Nothing => UNKNOWN,
        // A module, a command object: the code is somebody else's.
        other => {
            let origin = machine.origin_of(other);
            machine.opaque_code(origin);
            UNKNOWN
        }
    }
}

fn call_block(
    machine: &mut Machine<'_>,
    block: &std::rc::Rc<super::super::tree::Function>,
    words: &Words<'_>,
) -> Value {
    let mut args = Args::default();
    let mut key: Option<String> = None;
    for word in words.all {
        match word {
            Value::Sym(s) if s.starts_with('-') => {
                let name = s.trim_matches(['-', ':']).to_lowercase();
                key = Some(format!("${name}"));
            }
            value => match key.take() {
                Some(name) => args.named.push((name, value.clone())),
                None => args.pos.push(value.clone()),
            },
        }
    }
    let list = Value::list(words.all.to_vec());
    machine.bind("$args", list);
    let each = words.input.map_or_else(Vec::new, values::items);
    if each.is_empty() {
        return machine.apply(block, args);
    }
    let mut out = Vec::new();
    for item in each.into_iter().take(64) {
        machine.bind("$_", item.clone());
        machine.bind("$input", item);
        out.push(machine.apply(block, args.clone()));
    }
    values::pipeline(&out)
}

/// The command a text names.
pub(super) fn by_name(machine: &mut Machine<'_>, name: &Value, args: &[Value]) -> Value {
    let words = Words {
        all: args,
        input: None,
    };
    one(machine, name, &words, false)
}

fn named(machine: &mut Machine<'_>, name: &str, words: &Words<'_>, dotted: bool) -> Value {
    let name = name.trim();
    if name.is_empty() {
        return UNKNOWN;
    }
    let mut lower = name.to_lowercase();
    // Aliases of aliases; two may name each other.
    for _ in 0..4 {
        match machine.lookup(&format!("alias {lower}")) {
            Some(Value::Str(target)) if !has_hole(target) => lower = target.to_lowercase(),
            _ => break,
        }
    }
    if let Some(Value::Func(function)) = machine.lookup(&format!("fn {lower}")).cloned() {
        return call_block(machine, &function, words);
    }
    let target = lower.clone();
    let name = if name.eq_ignore_ascii_case(&target) {
        name
    } else {
        target.as_str()
    };
    // `Microsoft.PowerShell.Management\Remove-Item`
    if let Some((module, inner)) = lower.rsplit_once('\\')
        && verbs::is_cmdlet(inner)
        && !module.contains(['/', ':', '\\'])
    {
        lower = inner.to_owned();
    }
    if matches!(lower.as_str(), "curl" | "wget") && !asks_like_a_cmdlet(words) {
        return native(machine, name, words.all, words.input);
    }
    if matches!(
        lower.as_str(),
        "sort" | "tee" | "kill" | "ps" | "diff" | "man" | "ls" | "cat" | "rm" | "cp" | "mv"
    ) && has_unix_options(words)
    {
        return native(machine, name, words.all, words.input);
    }
    let long = match lower.as_str() {
        "curl" | "wget" => "invoke-webrequest",
        short => ALIASES
            .iter()
            .find(|(alias, _)| *alias == short)
            .map_or(lower.as_str(), |(_, long)| *long),
    };
    let long = long.to_owned();
    // Told to say what it would do, a cmdlet does nothing.
    let pretends = words.all.iter().any(|v| {
        v.as_sym()
            .is_some_and(|s| s.eq_ignore_ascii_case("-whatif") || s.eq_ignore_ascii_case("-wi"))
    });
    if pretends && (verbs::is_cmdlet(&long)) {
        return UNKNOWN;
    }
    if let Some(value) = super::special::run(machine, &long, words) {
        return value;
    }
    if let Some(cmdlet) = CMDLETS.iter().find(|c| c.name == long) {
        return with_roles(machine, cmdlet, words);
    }
    if verbs::is_cmdlet(&long) || verbs::meaning(&long).is_some() {
        return unlisted(machine, &long, words);
    }
    let script = is_script(&lower);
    if script || (dotted && lower.contains(['/', '\\'])) {
        run_script(machine, name, words.all);
        return UNKNOWN;
    }
    native(machine, name, words.all, words.input)
}

/// `curl` is a cmdlet on Windows and a program elsewhere.
fn asks_like_a_cmdlet(words: &Words<'_>) -> bool {
    [
        "uri",
        "usebasicparsing",
        "outfile",
        "method",
        "body",
        "headers",
        "infile",
    ]
    .iter()
    .any(|p| {
        words
            .parameters()
            .any(|(_, given)| given.len() > 2 && is_short_for(given, p))
    })
}

/// `-rf`, `-9`, `-la`: letters that no parameter of the cmdlet begins with.
fn has_unix_options(words: &Words<'_>) -> bool {
    words.all.iter().any(|v| match v {
        Value::Sym(s) => matches!(
            s.as_ref(),
            "-rf"
                | "-fr"
                | "-la"
                | "-al"
                | "-l"
                | "-a"
                | "-lah"
                | "-n"
                | "-k"
                | "-u"
                | "-aux"
                | "-ef"
                | "-KILL"
                | "-TERM"
                | "-HUP"
                | "-INT"
                | "-Rf"
                | "-rR"
                | "-rfv"
                | "-lt"
                | "-ltr"
                | "-R"
        ),
        Value::Str(s) => s.starts_with("--") || (s.starts_with('-') && s.len() > 1),
        _ => false,
    })
}

/// A cmdlet nobody described: its name says what it is about, and code it is
/// given it may run.
fn unlisted(machine: &mut Machine<'_>, name: &str, words: &Words<'_>) -> Value {
    if let Some(kind) = verbs::meaning(name) {
        let mut shown = name.to_owned();
        for value in words.positional("").into_iter().take(2) {
            let text = machine.stringify(value);
            shown.push(' ');
            shown.extend(machine.holes.show(&text).chars().take(80));
        }
        machine.named(kind, &Value::text(shown));
        if kind == EffectKind::SecretRead {
            return machine.unknown_text("secret", Origin::Secret);
        }
        return UNKNOWN;
    }
    if verbs::is_cmdlet(name) {
        let reads =
            name.starts_with("convert") || name.starts_with("out-") || name.starts_with("format-");
        if reads && let Some(input) = words.input {
            return match input {
                Value::Unknown(_) | Value::Str(_) => machine.part_of_unknown(input),
                _ => UNKNOWN,
            };
        }
        let effect = machine
            .effect(EffectKind::ExecUnknown, Target::Name(name.to_owned()))
            .with_certainty(Certainty::Opaque);
        if !name.starts_with("get-") {
            machine.push(effect);
        }
        return match words.input {
            Some(input) => input.clone(),
            None => UNKNOWN,
        };
    }
    UNKNOWN
}

/// A file that is opened the way its kind is: a script runs.
pub(super) fn script_file(machine: &mut Machine<'_>, value: &Value) {
    for value in value.alternatives().iter().flat_map(values::items) {
        let text = machine.stringify(&value);
        let lower = text.to_lowercase();
        if is_script(&lower) {
            run_script(machine, &text, &[]);
        } else if extension(&lower) == "psd1" {
            read(machine, &value);
        } else if [".exe", ".bat", ".cmd", ".com"]
            .iter()
            .any(|e| lower.ends_with(e))
        {
            native(machine, &text, &[], None);
        } else if extension(&lower) == "dll" {
            machine.opaque_code(None);
        }
    }
}

/// The file is one of PowerShell's own.
fn is_script(lower: &str) -> bool {
    matches!(extension(lower), "ps1" | "psm1")
}

/// A script: what this code wrote into it, or what is on the disk.
fn run_script(machine: &mut Machine<'_>, name: &str, args: &[Value]) {
    let key = kept(name);
    match machine.lookup(&key).cloned() {
        Some(Value::Unknown(Origin::Unknown)) | None => {
            let path = windows::path(name, machine.cx.home);
            let args: Vec<Value> = args
                .iter()
                .filter(|v| v.as_sym().is_none())
                .cloned()
                .collect();
            machine.script(Some("powershell"), &Value::text(path), &args);
        }
        Some(code) => {
            machine.run_code(&code);
        }
    }
}

/// The name what a file holds is kept under.
fn kept(path: &str) -> String {
    let path = path.replace('\\', "/").to_lowercase();
    format!("file {}", path.trim_start_matches("./"))
}

/// Remembers what is written to a script.
pub(super) fn keep(machine: &mut Machine<'_>, path: &Value, content: Option<&Value>) {
    if let Some(path) = path
        .as_str()
        .filter(|p| extension(&p.to_lowercase()) == "ps1")
    {
        let key = kept(path);
        machine.bind(&key, content.cloned().unwrap_or(UNKNOWN));
    }
}

/// `cd`
pub(in crate::embedded) fn change_directory(machine: &mut Machine<'_>, to: &Value) {
    match to.as_str().filter(|t| !has_hole(t)) {
        Some("-" | "+") | None => machine.change_directory(&UNKNOWN),
        Some(text) => {
            if let windows::Named::File(path) = windows::named(text, machine.cx.home) {
                machine.change_directory(&Value::text(path));
            }
        }
    }
}

/// Applies a block to each of several objects.
pub(super) fn each(
    machine: &mut Machine<'_>,
    items: &[Value],
    blocks: &[Value],
    keeps: bool,
) -> Value {
    let mut out = Vec::new();
    if items.len() > 256 {
        machine.hit_limit();
    }
    for item in items.iter().take(256) {
        machine.bind("$_", item.clone());
        machine.bind("$psitem", item.clone());
        for block in blocks {
            let value = match block {
                Value::Func(block) => machine.apply(block, Args::default()),
                Value::Str(member) if !has_hole(member) => {
                    // `% Name`, `% ToString`: a member.
                    let member = member.to_lowercase();
                    let found = super::attribute(machine, item, &member);
                    match found {
                        callable @ (Value::Method(..) | Value::Sym(_)) if !keeps => {
                            machine.call(&callable, Args::default())
                        }
                        other => other,
                    }
                }
                _ => UNKNOWN,
            };
            if !keeps {
                out.push(value);
            }
        }
        if keeps {
            out.push(item.clone());
        }
    }
    values::pipeline(&out)
}

/// Commands whose name matches a pattern: `Get-Command i*x`.
pub(super) fn command_named(machine: &mut Machine<'_>, pattern: &Value) -> Value {
    let Some(text) = pattern.as_str().filter(|t| !has_hole(t)) else {
        return machine.part_of_unknown(pattern);
    };
    let lower = text.to_lowercase();
    if !lower.contains(['*', '?', '[']) {
        return Value::text(lower);
    }
    let known = ALIASES
        .iter()
        .flat_map(|(short, long)| [*short, *long])
        .chain(CMDLETS.iter().map(|c| c.name))
        .chain(["new-object", "invoke-expression", "invoke-webrequest"]);
    let mut found: Vec<&str> = known.filter(|name| fits(&lower, name)).collect();
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [] => UNKNOWN,
        many => Value::one_of(many.iter().map(Value::text).collect()),
    }
}

/// A name against a pattern with `*` and `?`.
fn fits(pattern: &str, name: &str) -> bool {
    let wanted: Vec<char> = pattern.chars().collect();
    let given: Vec<char> = name.chars().collect();
    let (mut at, mut seen, mut star) = (0, 0, None);
    while seen < given.len() {
        match wanted.get(at) {
            Some('*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(c) if *c == '?' || given.get(seen) == Some(c) => {
                at += 1;
                seen += 1;
            }
            _ => match star {
                Some((back, from)) => {
                    at = back + 1;
                    seen = from + 1;
                    star = Some((back, from + 1));
                }
                None => return false,
            },
        }
    }
    wanted
        .get(at..)
        .is_none_or(|rest| rest.iter().all(|c| *c == '*'))
}

/// An object of .NET that is made.
pub(super) fn create(machine: &mut Machine<'_>, kind: &Value, args: &Args) -> Value {
    match kind.as_str().filter(|t| !has_hole(t)) {
        Some(name) => {
            let name = name.trim_matches(['[', ']']).to_lowercase();
            dotnet::create(machine, &name, args)
        }
        None => UNKNOWN,
    }
}
