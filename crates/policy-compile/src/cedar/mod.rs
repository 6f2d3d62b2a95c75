//! `.cedar` files: policies as code, beside the TOML, into the same table.
//!
//! Each policy is parsed and validated by Cedar itself against the shipped
//! schema (strict mode), then translated. What Cedar means by a policy is what
//! the table does with it: a forbid objects, a permit lifts ordinary rows.
//! Annotations say what Cedar has no words for: `@verdict("ask")`,
//! `@reason`, `@mode`, and examples in `@match` and `@not_match`.

mod examples;
mod schema;
mod split;
mod time;
mod translate;

use std::ops::Range;

use cedar_policy::{Policy, PolicyId, PolicySet, ValidationError, ValidationMode, Validator};
use miette::Diagnostic as _;
use palisade_core::{EffectKind, Mode, Verdict};
use palisade_policy::{CedarRule, Layer, LayerPolicy, Packed};

pub use self::schema::cedar_schema;
use crate::diagnostics::{Diagnostic, Level};
use crate::suggest::closest;
use crate::text::Text;

/// Policies of one file.
const POLICIES: usize = 1000;
/// Characters of a reason.
const REASON: usize = 200;

/// What an annotation can be.
const ANNOTATIONS: &[&str] = &["id", "verdict", "reason", "mode", "match", "not_match"];

/// The commented file a person starts from.
pub const fn cedar_example() -> &'static str {
    include_str!("example.cedar")
}

/// Reads a `.cedar` file of `layer`.
pub(crate) fn parse(text: &Text, layer: Layer) -> (LayerPolicy, Vec<Diagnostic>) {
    let mut file = File {
        text,
        policy: LayerPolicy::empty(layer),
        found: Vec::new(),
    };
    file.read();
    (file.policy, file.found)
}

struct File<'t> {
    text: &'t Text,
    policy: LayerPolicy,
    found: Vec<Diagnostic>,
}

impl File<'_> {
    fn read(&mut self) {
        let statements = split::statements(&self.text.content);
        if statements.len() > POLICIES {
            let what = format!("a file holds at most {POLICIES} policies");
            self.error(0..0, what, None);
            return;
        }
        let mut set = PolicySet::new();
        let mut parsed = Vec::new();
        for (number, place) in statements.into_iter().enumerate() {
            // Numbers, so that two policies of the same name are two.
            let id = PolicyId::new(number.to_string());
            let source = self.text.content.get(place.clone()).unwrap_or_default();
            match Policy::parse(Some(id), source) {
                Ok(policy) => match set.add(policy.clone()) {
                    Ok(()) => parsed.push((policy, place)),
                    Err(error) => self.error(place, error.to_string(), None),
                },
                Err(errors) => {
                    for error in errors.iter() {
                        let (at, label) = label(error, &place);
                        let help = error.help().map(|help| help.to_string());
                        let message = format!("this is not a Cedar policy: {error}");
                        let found = Diagnostic::at(Level::Error, self.text, at, message, label);
                        self.found.push(found.with_help(help));
                    }
                }
            }
        }
        let Some(schema) = schema::parsed() else {
            return self.error(0..0, "the schema of this version cannot be read", None);
        };
        let found = Validator::new(schema.clone()).validate(&set, ValidationMode::Strict);
        for error in found.validation_errors() {
            self.invalid(error, &parsed);
        }
        for (number, (policy, place)) in parsed.iter().enumerate() {
            let invalid = |e: &ValidationError| e.policy_id() == policy.id();
            if !found.validation_errors().any(invalid) {
                self.rule(number, policy, place);
            }
        }
        for warning in found.validation_warnings() {
            let place = place_of(warning.policy_id(), &parsed);
            // What has an error is not made clearer by what follows from it.
            let line = |at: &Range<usize>| Some(self.text.line(at.start));
            let lines = line(&place)..=line(&(place.end..place.end));
            let wrong = |d: &Diagnostic| d.level == Level::Error && lines.contains(&d.line);
            if !self.found.iter().any(wrong) {
                let (at, label) = label(warning, &place);
                let message = without_id(&warning.to_string());
                let found = Diagnostic::at(Level::Warning, self.text, at, message, label);
                self.found.push(found);
            }
        }
    }

    /// Cedar's own validator, whose words are kept.
    fn invalid(&mut self, error: &ValidationError, parsed: &[Parsed]) {
        let (at, label) = label(error, &place_of(error.policy_id(), parsed));
        let help = match error {
            // Its guess looks at groups as well, and misses.
            ValidationError::UnrecognizedActionId(_) => self.near_action(&at),
            error => error.help().map(|help| without_id(&help.to_string())),
        };
        let help = help.unwrap_or_else(|| {
            "`palisade policy schema --cedar` says what can be asked".to_owned()
        });
        let message = without_id(&error.to_string());
        let found = Diagnostic::at(Level::Error, self.text, at, message, label);
        self.found.push(found.with_help(Some(help)));
    }

    fn near_action(&self, at: &Range<usize>) -> Option<String> {
        let written = self.text.content.get(at.clone())?.split('"').nth(1)?;
        let known: Vec<&str> = EffectKind::ALL.iter().map(|kind| kind.id()).collect();
        let near = closest(written, &known)?;
        Some(format!("did you mean `Action::\"{near}\"`?"))
    }

    fn rule(&mut self, number: usize, policy: &Policy, place: &Range<usize>) {
        let annotation = |name: &str| policy.annotation(name).filter(|text| !text.is_empty());
        for (name, _) in policy.annotations() {
            if !ANNOTATIONS.contains(&name) {
                let help =
                    closest(name, ANNOTATIONS).map(|near| format!("did you mean `@{near}`?"));
                let message = format!("`@{name}` means nothing here");
                let at = self.annotated(place, name);
                let found = Diagnostic::at(Level::Warning, self.text, at, message, "");
                self.found.push(found.with_help(help));
            }
        }
        let permit = policy.effect() == cedar_policy::Effect::Permit;
        let verdict = match (annotation("verdict"), permit) {
            (None, true) => Verdict::Allow,
            (None | Some("deny"), false) => Verdict::Deny,
            (Some("ask"), false) => Verdict::Ask,
            (Some(_), true) => {
                let at = self.annotated(place, "verdict");
                let help = Some("write `forbid` with @verdict(\"ask\")".to_owned());
                return self.error(at, "a permit has no other verdict", help);
            }
            (Some(other), false) => {
                let at = self.annotated(place, "verdict");
                let help = Some("`ask` or `deny`".to_owned());
                return self.error(at, format!("there is no verdict `{other}`"), help);
            }
        };
        let mode = match annotation("mode") {
            None => None,
            Some("observe") => Some(Mode::Observe),
            Some("warn") => Some(Mode::Warn),
            Some("enforce") => Some(Mode::Enforce),
            Some(other) => {
                let at = self.annotated(place, "mode");
                let help = Some("one of: observe, warn, enforce".to_owned());
                return self.error(at, format!("there is no mode `{other}`"), help);
            }
        };
        let json = match policy.to_json() {
            Ok(json) => json,
            Err(error) => return self.error(place.clone(), error.to_string(), None),
        };
        let translated = match translate::policy(&json) {
            Ok(translated) => translated,
            Err(why) => {
                let message = format!("this policy cannot be decided by the guard: {why}");
                return self.error(place.clone(), message, None);
            }
        };
        let rule = CedarRule {
            id: annotation("id").map_or_else(|| format!("policy {}", number + 1), plain),
            verdict,
            kinds: translated.kinds,
            when: Packed::new(&translated.when),
            mode,
            reason: annotation("reason").map(plain),
            layer: self.policy.layer,
            source: self.text.source(place),
        };
        for (name, wanted) in [("match", true), ("not_match", false)] {
            for wrong in examples::failing(&rule, annotation(name).unwrap_or_default(), wanted) {
                let at = self.annotated(place, name);
                self.error(at, wrong, None);
            }
        }
        if permit && rule.kinds.is_empty() {
            let message = "this permit lifts nothing: it does not say which actions it is about";
            let help = "what nobody objects to is allowed anyway; name actions to lift what objects: `action == Action::\"net.read\"`";
            let found = Diagnostic::at(
                Level::Warning,
                self.text,
                self.first_line(place),
                message,
                "",
            );
            self.found.push(found.with_help(Some(help.to_owned())));
        }
        self.policy.cedar.push(rule);
    }

    fn error(&mut self, at: Range<usize>, message: impl Into<String>, help: Option<String>) {
        let found = Diagnostic::at(Level::Error, self.text, at, message, "");
        self.found.push(found.with_help(help));
    }

    /// Where an annotation of a statement is written.
    fn annotated(&self, place: &Range<usize>, name: &str) -> Range<usize> {
        let statement = self.text.content.get(place.clone()).unwrap_or_default();
        let sign = format!("@{name}");
        match statement.find(&sign) {
            Some(at) => place.start + at..place.start + at + sign.len(),
            None => self.first_line(place),
        }
    }

    fn first_line(&self, place: &Range<usize>) -> Range<usize> {
        let statement = self.text.content.get(place.clone()).unwrap_or_default();
        let line = statement.lines().next().unwrap_or_default().trim_end();
        place.start..place.start + line.len()
    }
}

/// A policy and where it is written.
type Parsed = (Policy, Range<usize>);

fn place_of(id: &PolicyId, parsed: &[Parsed]) -> Range<usize> {
    let found = parsed.iter().find(|(policy, _)| policy.id() == id);
    found.map(|(_, place)| place.clone()).unwrap_or_default()
}

/// The first label of what Cedar found, in bytes of the file.
fn label(found: &dyn miette::Diagnostic, place: &Range<usize>) -> (Range<usize>, String) {
    let first = found.labels().and_then(|mut labels| labels.next());
    first.map_or_else(
        || (place.clone(), String::new()),
        |label| {
            let start = (place.start + label.offset()).min(place.end);
            let end = (start + label.len()).min(place.end);
            (start..end, label.label().unwrap_or_default().to_owned())
        },
    )
}

/// Cedar names policies by the numbers they have here; the line says it better.
fn without_id(message: &str) -> String {
    match message.split_once("`, ") {
        Some((head, rest)) if head.starts_with("for policy `") => rest.to_owned(),
        _ => message.to_owned(),
    }
}

/// Words of a policy's writer as they may be shown to a model and a terminal.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(REASON)
        .collect()
}
