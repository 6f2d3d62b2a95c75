//! Snippets and what they come to.

use super::*;
use crate::programs::{Place, Run};

mod javascript;
mod loose;
mod python;

pub(super) fn sink(language: Language, code: &str, args: &[&str]) -> Sink {
    let vars = BTreeMap::from([("TARGET".to_owned(), "/srv/data".to_owned())]);
    let cx = EmbedContext {
        cwd: Some("/w"),
        home: "/home/u",
        by: "test",
        vars: &vars,
        stdin: None,
        depth: 0,
    };
    let arg = with_holes(code);
    let args: Vec<Arg> = args.iter().map(|a| Arg::known(*a)).collect();
    let mut sink = Sink::default();
    understand(language, &arg, &args, &cx, &mut sink);
    sink
}

/// `«x»` is a hole called `x`.
pub(super) fn with_holes(code: &str) -> Arg {
    let mut arg = Arg::default();
    for (i, piece) in code.split(['«', '»']).enumerate() {
        if i % 2 == 1 {
            arg.push_hole(piece, Origin::Unknown);
        } else {
            arg.push_text(piece);
        }
    }
    arg
}

fn run_text(run: &Run) -> String {
    match run {
        Run::Shell { code, .. } => format!("sh {}", code.shown()),
        Run::Words { words, .. } => {
            let words: Vec<&str> = words.iter().map(Arg::shown).collect();
            format!("run {}", words.join(" "))
        }
        Run::Embedded { language, code, .. } => format!("{language} {}", code.shown()),
        Run::File { path, .. } => format!("file {}", path.shown()),
        Run::In(Place::Directory(d), inner) => format!("in {}: {}", d.shown(), run_text(inner)),
        Run::In(_, inner) => run_text(inner),
        Run::Recipe(wanted) => format!("recipe:{:?}", wanted.tool),
    }
}

/// One line per effect and command.
pub(super) fn show(sink: &Sink) -> Vec<String> {
    let mut out: Vec<String> = sink
        .effects
        .iter()
        .map(|e| {
            let target = match &e.target {
                Target::Path(p) => p.clone(),
                Target::Host {
                    host,
                    port,
                    path,
                    method,
                } => {
                    let port = port.map(|p| format!(":{p}")).unwrap_or_default();
                    format!("{method} {host}{port}{path}")
                }
                Target::Name(n) => n.clone(),
                _ => String::new(),
            };
            let certainty = match e.certainty {
                Certainty::Proved => "",
                Certainty::Partial => "~",
                Certainty::Opaque => "?",
            };
            let flow = if e.facts.flows_to_network { ">" } else { "" };
            let tree = if e.recursive { " -r" } else { "" };
            let pattern = if e.pattern { " *" } else { "" };
            format!("{certainty}{flow}{} {target}{tree}{pattern}", e.kind.id())
                .trim_end()
                .to_owned()
        })
        .collect();
    out.extend(sink.runs.iter().map(run_text));
    out
}

/// Compares a table and reports every difference at once.
pub(super) fn check(language: Language, table: &[(&str, &[&str])]) {
    let mut wrong = String::new();
    for (code, want) in table {
        let got = show(&sink(language, code, &["arg1"]));
        if &got != want {
            wrong += &format!("{code}\n  got  {got:?}\n  want {want:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// None of these does anything.
pub(super) fn harmless(language: Language, codes: &[&str]) {
    let mut wrong = String::new();
    for code in codes {
        let got = show(&sink(language, code, &["arg1"]));
        if !got.is_empty() {
            wrong += &format!("{code}\n  got {got:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
