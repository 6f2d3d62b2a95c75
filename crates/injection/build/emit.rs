//! Classes and rules as Rust source.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;

use crate::fold::{BUCKETS, Folded, LONG_KEY, SHORT_KEY, bucket, fold};
use crate::schema::{Class, Rule};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Signals in the order of the type in `rule.rs`.
const SIGNALS: &[&str] = &[
    "override",
    "takeover",
    "persona",
    "address",
    "conceal",
    "unasked",
    "turn",
    "rival",
    "secret",
    "send",
    "run",
    "fetch",
    "settings",
    "destroy",
    "judge",
    "say",
    "authority",
    "tool",
    "parameter",
    "always",
];

/// `tables.rs`: words by bucket, rules, and the numbers of classes the code names.
pub(crate) fn tables(classes: &[Class], rules: &[Rule]) -> Result<String> {
    if classes.len() > 128 {
        return Err("more than 128 classes".into());
    }
    let mut words: BTreeMap<(String, bool), u128> = BTreeMap::new();
    let mut out = String::new();
    for (number, class) in classes.iter().enumerate() {
        for word in class.words.values().flatten() {
            let (text, open) = match word.strip_suffix('*') {
                Some(text) => (text, true),
                None => (word.as_str(), false),
            };
            let text = folded(text);
            let open = open || text.ends_with("://") || text.starts_with(['~', '<']);
            *words.entry((text, open)).or_default() |= 1 << number;
        }
        let name = class.id.to_uppercase().replace('-', "_");
        writeln!(
            out,
            "#[allow(dead_code, reason = \"not every class is named in code\")]\n\
             pub(crate) const {name}: u128 = {};",
            1_u128 << number
        )?;
    }
    emit_words(&mut out, &words)?;
    out.push_str("pub(crate) static RULES: &[Rule] = &[\n");
    for (at, rule) in rules.iter().enumerate() {
        let wrap = |e: Box<dyn Error>| format!("rule {}: {e}", rule.id);
        emit_rule(&mut out, rule, classes).map_err(wrap)?;
        if rules.iter().take(at).any(|r| r.id == rule.id) {
            return Err(format!("rule {} exists twice", rule.id).into());
        }
        if rule.examples.is_empty() || rule.counter_examples.is_empty() {
            return Err(format!("rule {} lacks examples", rule.id).into());
        }
    }
    out.push_str("];\n");
    emit_index(&mut out, classes, rules)?;
    Ok(out)
}

/// For each class the patterns that begin with it.
fn emit_index(out: &mut String, classes: &[Class], rules: &[Rule]) -> Result<()> {
    writeln!(
        out,
        "pub(crate) static BEGINNINGS: [&[(u16, u16)]; {}] = [",
        classes.len()
    )?;
    for class in classes {
        out.push_str("&[");
        for (rule, pattern, text) in rules.iter().enumerate().flat_map(|(n, r)| {
            r.patterns
                .iter()
                .enumerate()
                .map(move |(p, text)| (n, p, text))
        }) {
            let first = text.split_whitespace().next().unwrap_or_default();
            if first.trim_start_matches('^').trim_end_matches(':') == class.id {
                write!(out, "({rule}, {pattern}), ")?;
            }
        }
        out.push_str("],\n");
    }
    out.push_str("];\n");
    Ok(())
}

fn folded(text: &str) -> String {
    text.chars()
        .filter_map(|c| match fold(c) {
            Folded::As(c, _) => Some(c),
            Folded::Hidden | Folded::Mark => None,
        })
        .collect()
}

fn emit_words(out: &mut String, words: &BTreeMap<(String, bool), u128>) -> Result<()> {
    let mut buckets: Vec<Vec<(&str, bool, u128)>> = vec![Vec::new(); BUCKETS];
    for ((text, open), mask) in words {
        let list = buckets
            .get_mut(bucket(key(text)))
            .ok_or("bucket out of range")?;
        list.push((text, *open, *mask));
    }
    let mut starts = Vec::with_capacity(BUCKETS + 1);
    let mut count = 0_u16;
    out.push_str("pub(crate) static WORDS: &[Word] = &[\n");
    for list in &buckets {
        starts.push(count);
        for (text, open, mask) in list {
            writeln!(
                out,
                "Word {{ text: {text:?}, open: {open}, classes: {mask} }},"
            )?;
            count += 1;
        }
    }
    starts.push(count);
    out.push_str("];\n");
    writeln!(
        out,
        "pub(crate) static STARTS: [u16; {}] = {starts:?};",
        BUCKETS + 1
    )?;
    Ok(())
}

/// The bytes that choose the bucket: those the scanner looks up, too.
fn key(text: &str) -> &[u8] {
    let bytes = text.as_bytes();
    if bytes.len() >= LONG_KEY {
        return bytes.get(..LONG_KEY).unwrap_or(bytes);
    }
    let end = bytes
        .iter()
        .take(SHORT_KEY)
        .enumerate()
        .find(|(at, b)| *at > 0 && **b == b' ')
        .map_or(bytes.len().min(SHORT_KEY), |(at, _)| at);
    bytes.get(..end).unwrap_or(bytes)
}

fn emit_rule(out: &mut String, rule: &Rule, classes: &[Class]) -> Result<()> {
    let mask = |id: &str| -> Result<u128> {
        classes
            .iter()
            .position(|c| c.id == id)
            .map(|n| 1_u128 << n)
            .ok_or_else(|| format!("unknown class {id:?}").into())
    };
    let signal = SIGNALS
        .iter()
        .position(|s| *s == rule.signal)
        .ok_or_else(|| format!("unknown signal {:?}", rule.signal))?;
    let mut within = 0;
    for id in &rule.within {
        within |= mask(id)?;
    }
    let mut patterns = String::new();
    for text in &rule.patterns {
        let mut gap = 0_u8;
        patterns.push_str("&[");
        for part in text.split_whitespace() {
            if let Some(number) = part.strip_prefix("..") {
                gap = number.parse()?;
                continue;
            }
            let start = part.starts_with('^');
            let colon = part.ends_with(':');
            let id = part.trim_start_matches('^').trim_end_matches(':');
            write!(
                patterns,
                "Step {{ class: {}, gap: {gap}, start: {start}, colon: {colon} }}, ",
                mask(id)?
            )?;
            gap = 0;
        }
        patterns.push_str("], ");
    }
    writeln!(
        out,
        "Rule {{ id: {:?}, signal: {signal}, points: {}, why: {:?}, within: {within}, \
         negatable: {}, patterns: &[{patterns}] }},",
        rule.id, rule.points, rule.why, rule.negatable
    )?;
    Ok(())
}

/// `examples.rs`: read by the tests only.
pub(crate) fn examples(rules: &[Rule]) -> Result<String> {
    let mut out = String::from("pub(crate) const EXAMPLES: &[(&str, &[&str], &[&str])] = &[\n");
    for rule in rules {
        writeln!(
            out,
            "({:?}, &{:?}, &{:?}),",
            rule.id, rule.examples, rule.counter_examples
        )?;
    }
    out.push_str("];\n");
    Ok(out)
}
