//! Two shapes that cover most programs: operands with roles, and verbs.
//!
//! Adding a program is adding a line of data with an example; what does not
//! fit gets a function of its own beside the tables.

use palisade_core::{Effect, EffectKind, Target};

use crate::arg::Arg;

use super::args::{Parsed, parse};
use super::names::{Index, find};
use super::{Call, Run, Sink};

/// A program whose operands have roles.
#[derive(Debug)]
pub(crate) struct Spec {
    /// Its names, separated by blanks.
    pub(crate) names: &'static str,
    /// Options that take a value, with the role of that value: `o=w n f=r`.
    pub(crate) options: &'static str,
    /// Roles of the operands: `- r*` skips one and reads the others, `r* w`
    /// writes the last. Roles: `-` data, `r` read, `w` write, `l` list, `d`
    /// delete, `s` a program file that is run, `c` shell code; in capitals for a whole tree.
    /// A first role `-` falls away when one of the options `e`, `f`, `regexp`,
    /// `file`, `expression` or `from-file` carries the pattern instead.
    pub(crate) operands: &'static str,
    /// Effects on the program itself, as identifiers.
    pub(crate) always: &'static str,
    /// Options that make it recursive.
    pub(crate) recursive: &'static str,
    /// A call and what it does, held true by a test.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "read by the test of the tables")
    )]
    pub(crate) example: (&'static str, &'static str),
}

/// A program with verbs.
#[derive(Debug)]
pub(crate) struct Cli {
    /// Its names, separated by blanks.
    pub(crate) names: &'static str,
    /// Options that take a value.
    pub(crate) options: &'static str,
    /// Verbs and what they do, the first that matches counts. Verbs are
    /// phrases separated by `|`; `*` ends a prefix or stands for any word,
    /// `$` says that no operand follows, `.` that nothing was given at all, a word with a dash is an option that
    /// is given (`-n`, `-set*`, `-type=x*`), wherever it stands.
    /// What they do: effect identifiers joined by `+`; `:args` makes an
    /// effect on every operand after the verb; `none` is no effect.
    pub(crate) verbs: &'static [(&'static str, &'static str)],
    /// What any other verb does.
    pub(crate) otherwise: &'static str,
    /// Options that turn a change into a look: `dry-run`.
    pub(crate) dry: &'static str,
    /// Calls and what they do, held true by a test.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "read by the test of the tables")
    )]
    pub(crate) examples: &'static [(&'static str, &'static str)],
}

/// The entry for a program.
pub(crate) fn find_spec<'t>(table: &'t [Spec], index: Index, program: &str) -> Option<&'t Spec> {
    find(table, index, program, |s| s.names)
}

/// The entry for a program.
pub(crate) fn find_cli<'t>(table: &'t [Cli], index: Index, program: &str) -> Option<&'t Cli> {
    find(table, index, program, |c| c.names)
}

/// Effects of a call of a program whose operands have roles.
pub(crate) fn lower_spec(spec: &Spec, call: &Call<'_>, sink: &mut Sink) -> Parsed {
    let values: Vec<&str> = spec
        .options
        .split(' ')
        .map(|o| o.split('=').next().unwrap_or(o))
        .collect();
    let p = parse(call.args, &values.join(" "));
    if asks_for_help(&p) && !values.contains(&"help") {
        return p;
    }
    let recursive = !spec.recursive.is_empty() && p.has(spec.recursive);
    sink.loose = spec.operands.is_empty() && spec.always == "exec.project";
    for id in spec.always.split('+').filter(|s| !s.is_empty()) {
        if let Some(kind) = EffectKind::from_id(id) {
            sink.push(call.effect(kind, Target::Name(phrase(call, &p.operands, 1))));
        }
    }
    for (name, value) in &p.options {
        if let Some(v) = value
            && let Some(role) = role_of_option(spec.options, name)
        {
            apply(role, recursive, call, v, sink);
        }
    }
    let mut roles: Vec<&str> = spec.operands.split(' ').filter(|r| !r.is_empty()).collect();
    if roles.first() == Some(&"-") && p.has("e f regexp file expression from-file") {
        roles.remove(0);
    }
    if let Some(role) = roles.last()
        && p.operands.len() < roles.len()
        && call.stdin.is_none_or(Arg::is_empty)
        && (role.starts_with(['R', 'L'])
            || (role.starts_with('r') && recursive)
            || role.starts_with('l'))
    {
        // Without a name these look at where they are.
        apply(
            role.trim_end_matches('*'),
            recursive,
            call,
            &Arg::known("."),
            sink,
        );
    }
    let Some(star) = roles.iter().position(|r| r.ends_with('*')) else {
        for (role, a) in roles.iter().zip(&p.operands) {
            apply(role, recursive, call, a, sink);
        }
        return p;
    };
    let after = roles.len() - star - 1;
    let last = p.operands.len().saturating_sub(after);
    for (i, a) in p.operands.iter().enumerate() {
        let role = if i < star {
            roles.get(i)
        } else if i < last {
            roles.get(star)
        } else {
            roles.get(star + 1 + (i - last))
        };
        if let Some(role) = role {
            apply(role.trim_end_matches('*'), recursive, call, a, sink);
        }
    }
    p
}

fn role_of_option(options: &'static str, name: &str) -> Option<&'static str> {
    options
        .split(' ')
        .filter_map(|o| o.split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, r)| r)
}

fn apply(role: &str, recursive: bool, call: &Call<'_>, a: &Arg, sink: &mut Sink) {
    let kind = match role {
        "r" | "R" => EffectKind::FileRead,
        "w" | "W" => EffectKind::FileWrite,
        "l" | "L" => EffectKind::FileList,
        "d" | "D" => EffectKind::FileDelete,
        "c" => {
            sink.runs.push(Run::Shell {
                code: a.clone(),
                args: Vec::new(),
            });
            return;
        }
        "s" => {
            sink.runs.push(Run::File {
                language: None,
                path: a.clone(),
                args: Vec::new(),
            });
            return;
        }
        _ => return,
    };
    if recursive || role.starts_with(|c: char| c.is_ascii_uppercase()) {
        sink.tree(call, kind, a);
    } else {
        sink.file(call, kind, a);
    }
}

/// `--help` and `--version` do nothing else.
pub(crate) fn asks_for_help(p: &Parsed) -> bool {
    p.options
        .iter()
        .any(|(o, v)| matches!(o.as_str(), "help" | "version") && v.is_none())
}

/// The words of a call as a person would say it: `kubectl delete pod web`.
pub(crate) fn phrase(call: &Call<'_>, operands: &[Arg], at_most: usize) -> String {
    let mut out = call.program.to_owned();
    for o in operands.iter().take(at_most) {
        out.push(' ');
        out.extend(o.shown().chars().take(80));
    }
    out
}

/// Effects of a call of a program with verbs.
pub(crate) fn lower_cli(cli: &Cli, call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, cli.options);
    // `-help` is how these spell it; elsewhere it may be the value of an option.
    let single_dash = matches!(
        call.program,
        "terraform" | "tofu" | "packer" | "vault" | "consul" | "nomad" | "boundary" | "waypoint"
    );
    if asks_for_help(&p) || (single_dash && call.args.iter().any(|a| a.is("-help"))) {
        return;
    }
    let mut found = None;
    for (phrases, does) in cli.verbs {
        for ph in phrases.split('|') {
            if let Some(used) = fitting(ph, &p, call.args) {
                found = Some((used, *does));
                break;
            }
        }
        if found.is_some() {
            break;
        }
    }
    let (used, does) = found.unwrap_or((1.min(p.operands.len()), cli.otherwise));
    let dry = !cli.dry.is_empty() && p.on(cli.dry);
    if !dry || reads(does) {
        act(does, used, &p, call, sink);
    }
}

/// Whether what a verb does is only looking.
pub(crate) fn reads(does: &str) -> bool {
    matches!(does, "cloud.read" | "secret.read" | "db.read" | "git.read")
}

/// Whether a phrase is what the operands begin with.
pub(crate) fn matches(words: &[&str], operands: &[Arg]) -> bool {
    if words.is_empty() {
        return operands.is_empty();
    }
    words.len() <= operands.len()
        && words.iter().zip(operands).all(|(w, o)| match o.text() {
            Some(t) => match w.strip_suffix('*') {
                Some(prefix) => t.starts_with(prefix),
                None => *w == t,
            },
            None => *w == "*",
        })
}

/// Whether a list separated by blanks names it.
pub(crate) fn lists(list: &str, name: &str) -> bool {
    list.split(' ').any(|n| n == name)
}

/// How many operands the phrase names, when the call fits it.
fn fitting(phrase: &str, p: &Parsed, args: &[Arg]) -> Option<usize> {
    let mut operands = p.operands.iter();
    let mut used = 0;
    let mut any = false;
    for word in phrase.split(' ').filter(|w| !w.is_empty()) {
        any = true;
        if word == "." {
            if !args.is_empty() {
                return None;
            }
        } else if word == "$" {
            if operands.next().is_some() {
                return None;
            }
        } else if word.len() > 1 && word.starts_with('-') {
            if !given(word, p, args) {
                return None;
            }
        } else {
            if !operands.next().is_some_and(|o| fits(word, o)) {
                return None;
            }
            used += 1;
        }
    }
    (any || p.operands.is_empty()).then_some(used)
}

fn fits(word: &str, a: &Arg) -> bool {
    a.text().map_or(word == "*", |t| like(word, t))
}

/// Whether a text is a word in which `*` stands for anything.
fn like(word: &str, text: &str) -> bool {
    let Some((first, rest)) = word.split_once('*') else {
        return word == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        match text.split_once(part) {
            Some((_, after)) => text = after,
            None => return false,
        }
    }
    true
}

/// Whether an option was given, in the spelling of either tradition.
fn given(word: &str, p: &Parsed, args: &[Arg]) -> bool {
    let bare = word.trim_start_matches('-');
    if let Some((name, value)) = bare.split_once('=') {
        return p.value(name).is_some_and(|v| fits(value, v));
    }
    // `-10` is a number, not a cluster.
    let number = bare.bytes().all(|b| b.is_ascii_digit());
    (!number && p.has(bare))
        || args.iter().any(|a| {
            a.text()
                .filter(|t| t.starts_with('-'))
                .is_some_and(|t| like(bare, t.trim_start_matches('-')))
        })
}

/// Carries out an action of the verbs table.
pub(crate) fn act(does: &str, used: usize, p: &Parsed, call: &Call<'_>, sink: &mut Sink) {
    let by = phrase(call, &p.operands, used.min(3));
    for one in does.split('+') {
        let (id, per_argument) = match one.strip_suffix(":args") {
            Some(id) => (id, true),
            None => (one, false),
        };
        let Some(kind) = EffectKind::from_id(id) else {
            continue;
        };
        let rest = p.operands.get(used..).unwrap_or_default();
        if per_argument && !rest.is_empty() {
            for a in rest {
                let mut e = Effect::new(kind, Target::Name(a.shown().to_owned()), by.clone());
                if a.text().is_none() {
                    e.certainty = palisade_core::Certainty::Partial;
                }
                sink.push(e);
            }
        } else {
            let name = phrase(call, &p.operands, used + 2);
            sink.push(Effect::new(kind, Target::Name(name), by.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use palisade_core::Effect;

    use super::super::{admin, cloud, codehost, db, files, packages};
    use super::*;
    use crate::understand::{Blind, Context, understand};

    fn shown(e: &Effect) -> String {
        let target = match &e.target {
            Target::Path(p) | Target::Name(p) => p.as_str(),
            _ => "",
        };
        let tree = if e.recursive { " r" } else { "" };
        format!("{} {target}{tree}", e.kind.id())
    }

    /// What is wrong with an example.
    fn wrong((command, expected): (&str, &str)) -> Option<String> {
        let ctx = Context {
            cwd: "/w".to_owned(),
            home: "/home/u".to_owned(),
            ..Context::default()
        };
        let mut got: Vec<String> = understand(command, &ctx, &Blind)
            .effects
            .iter()
            .map(shown)
            .collect();
        got.sort();
        let mut expected: Vec<&str> = expected.split(", ").filter(|e| !e.is_empty()).collect();
        expected.sort_unstable();
        (got != expected).then(|| format!("{command}: {got:?}, not {expected:?}"))
    }

    #[test]
    fn every_example_holds() {
        let mut bad: Vec<String> = files::SPECS
            .iter()
            .filter_map(|s| wrong(s.example))
            .collect();
        for c in clis() {
            assert!(!c.examples.is_empty(), "{} has no example", c.names);
            bad.extend(c.examples.iter().filter_map(|e| wrong(*e)));
        }
        assert!(bad.is_empty(), "{}", bad.join("\n"));
    }

    fn clis() -> impl Iterator<Item = &'static Cli> {
        packages::tables()
            .into_iter()
            .chain(db::tables())
            .chain(codehost::tables())
            .chain(cloud::tables())
            .chain(admin::tables())
    }

    /// The second entry of a program would never be read.
    #[test]
    fn every_program_has_one_entry() {
        let mut names: Vec<&str> = clis()
            .map(|c| c.names)
            .flat_map(str::split_ascii_whitespace)
            .collect();
        names.sort_unstable();
        let twice: Vec<&str> = names
            .windows(2)
            .filter(|w| w.first() == w.last())
            .filter_map(|w| w.first().copied())
            .collect();
        assert!(twice.is_empty(), "{}", twice.join(" "));
    }

    #[test]
    fn effects_in_the_tables_exist() {
        for c in clis() {
            let otherwise = c.otherwise.strip_prefix("verb ").unwrap_or(c.otherwise);
            for does in c.verbs.iter().map(|(_, d)| *d).chain(otherwise.split(' ')) {
                for one in does.split('+') {
                    let id = one.strip_suffix(":args").unwrap_or(one);
                    assert!(id == "none" || EffectKind::from_id(id).is_some(), "{id}");
                }
            }
        }
    }
}
