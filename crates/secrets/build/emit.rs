//! Rules as Rust source.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;

use crate::classes::{self, Segment};
use crate::gate_hash::{GATE_SIZE, slot};
use crate::schema::Rule;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Classes in order of first use; a segment refers to one by number.
#[derive(Default)]
struct Classes(Vec<u128>);

impl Classes {
    fn number(&mut self, mask: u128) -> usize {
        if let Some(at) = self.0.iter().position(|m| *m == mask) {
            return at;
        }
        self.0.push(mask);
        self.0.len() - 1
    }
}

/// `rules.rs`: the rules, the classes and the gate.
pub(crate) fn rules(rules: &[Rule]) -> Result<String> {
    let mut classes = Classes::default();
    let mut out =
        String::from("/// Every rule, in file order.\npub(crate) static RULES: &[Rule] = &[\n");
    for rule in rules {
        emit_rule(&mut out, rule, &mut classes).map_err(|e| format!("rule {}: {e}", rule.id))?;
    }
    out.push_str("];\n");
    writeln!(
        out,
        "pub(crate) const CLASS_COUNT: usize = {};\n\
         pub(crate) static CLASSES: [u128; CLASS_COUNT] = {:?};",
        classes.0.len(),
        classes.0
    )?;
    emit_gate(&mut out, rules)?;
    Ok(out)
}

fn emit_rule(out: &mut String, rule: &Rule, classes: &mut Classes) -> Result<()> {
    let before = match &rule.before {
        None => "None".to_owned(),
        Some(text) => match classes::segment(text)? {
            Segment::Run { mask, min, max, .. } => {
                format!(
                    "Some(Lead {{ class: {}, min: {min}, max: {max} }})",
                    classes.number(mask)
                )
            }
            Segment::Literal { .. } => return Err("before has to be a run".into()),
        },
    };
    let mut shapes = String::new();
    for alternative in rule.alternatives() {
        shapes.push_str("&[");
        for text in alternative {
            match classes::segment(text)? {
                Segment::Literal { text, optional } => write!(
                    shapes,
                    "Segment::Literal {{ text: {text:?}, optional: {optional} }}, "
                )?,
                Segment::Run {
                    mask,
                    min,
                    max,
                    optional,
                } => write!(
                    shapes,
                    "Segment::Run {{ class: {}, min: {min}, max: {max}, optional: {optional} }}, ",
                    classes.number(mask)
                )?,
            }
        }
        shapes.push_str("], ");
    }
    let handler = match &rule.handler {
        None => "None".to_owned(),
        Some(name) => format!("Some(Handler::{})", camel(name)),
    };
    let confidence = match rule.confidence.as_str() {
        "high" | "medium" => camel(&rule.confidence),
        other => return Err(format!("confidence {other:?}").into()),
    };
    writeln!(
        out,
        "Rule {{ id: {:?}, provider: {:?}, description: {:?}, severity: Severity::{}, \
         confidence: Confidence::{confidence}, before: {before}, shapes: &[{shapes}], \
         anchor_outside: {}, checksum: Checksum::{}, near: &{:?}, names: &{:?}, \
         handler: {handler}, harmless: {} }},",
        rule.id,
        rule.provider,
        rule.description,
        camel(&rule.severity),
        rule.anchor_outside,
        camel(&rule.checksum),
        rule.near,
        rule.names,
        rule.harmless
    )?;
    Ok(())
}

/// `crc32-base62` becomes `Crc32Base62`.
fn camel(kebab: &str) -> String {
    kebab
        .split('-')
        .filter_map(|part| {
            let mut chars = part.chars();
            let first = chars.next()?;
            Some(first.to_ascii_uppercase().to_string() + chars.as_str())
        })
        .collect()
}

/// Slot and window: the order in which the gate finds them.
type Place = (u16, u32);

/// The table of windows, and for each window the anchors it stands for. The
/// windows are sorted by slot; the directory holds where each 64 slots begin.
fn emit_gate(out: &mut String, rules: &[Rule]) -> Result<()> {
    let mut gate = vec![0u8; GATE_SIZE];
    let mut windows: BTreeMap<Place, Vec<(String, usize, usize)>> = BTreeMap::new();
    for (number, rule) in rules.iter().enumerate() {
        for anchor in &rule.anchors {
            let (offset, window) = rarest_window(anchor).ok_or("anchor without window")?;
            let slot = slot(window);
            if let Some(open) = gate.get_mut(usize::from(slot)) {
                *open = 1;
            }
            windows
                .entry((slot, window))
                .or_default()
                .push((anchor.clone(), offset, number));
        }
    }
    writeln!(out, "pub(crate) static GATE: [u8; {GATE_SIZE}] = {gate:?};")?;
    let mut anchors = String::new();
    let mut index = String::new();
    let mut count = 0;
    for ((_, window), list) in &windows {
        write!(index, "({window}, {count}, {}), ", count + list.len())?;
        for (text, offset, rule) in list {
            write!(
                anchors,
                "Anchor {{ text: {text:?}, offset: {offset}, rule: {rule} }}, "
            )?;
        }
        count += list.len();
    }
    writeln!(
        out,
        "pub(crate) static WINDOWS: &[(u32, u16, u16)] = &[{index}];"
    )?;
    let directory: Vec<usize> = (0..=GATE_SIZE / 64)
        .map(|page| {
            windows
                .keys()
                .filter(|(slot, _)| usize::from(*slot) < page * 64)
                .count()
        })
        .collect();
    writeln!(
        out,
        "pub(crate) static DIRECTORY: [u16; {}] = {directory:?};",
        directory.len()
    )?;
    writeln!(out, "pub(crate) static ANCHORS: &[Anchor] = &[{anchors}];")?;
    Ok(())
}

/// The three bytes of an anchor that are rarest in text and code, and where
/// they stand. Only an estimate: it decides speed, never what is found.
fn rarest_window(anchor: &str) -> Option<(usize, u32)> {
    let cost = |b: u8| -> u32 {
        match b {
            b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b' ' => 12,
            b'l' | b'd' | b'c' | b'u' | b'm' | b'p' | b'h' => 9,
            b'-' => 7,
            b'a'..=b'z' | b'_' | b'.' | b'=' | b':' | b'/' => 6,
            b'0'..=b'9' => 4,
            b'A'..=b'Z' => 3,
            _ => 2,
        }
    };
    anchor
        .as_bytes()
        .windows(3)
        .enumerate()
        .map(|(offset, w)| {
            let total: u32 = w.iter().map(|b| cost(*b)).sum();
            let window = w.iter().rev().fold(0, |acc, b| (acc << 8) | u32::from(*b));
            (total, offset, window)
        })
        .min()
        .map(|(_, offset, window)| (offset, window))
}

/// `examples.rs`: read by the tests only.
pub(crate) fn examples(rules: &[Rule]) -> Result<String> {
    let join = |list: &[Vec<String>]| -> Vec<String> { list.iter().map(|p| p.concat()).collect() };
    let mut out = String::from("pub(crate) const EXAMPLES: &[(&str, &[&str], &[&str])] = &[\n");
    for rule in rules {
        writeln!(
            out,
            "({:?}, &{:?}, &{:?}),",
            rule.id,
            join(&rule.examples),
            join(&rule.counter_examples)
        )?;
    }
    out.push_str("];\n");
    Ok(out)
}
