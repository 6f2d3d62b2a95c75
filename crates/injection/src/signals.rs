//! Rows of words that mean something.

use crate::rule::tables::{BEGINNINGS, NOT, RULES};
use crate::rule::{Rule, Step};
use crate::words::Event;

/// A rule that fired.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signal {
    pub rule: &'static Rule,
    /// Where, in bytes of the folded text.
    pub start: u32,
    pub end: u32,
}

/// Signals of one text; more are not looked at.
const SIGNALS: usize = 20_000;
/// Words in front of an action that may hold its negation.
const NEGATION: u32 = 3;

/// Every signal, in order of its beginning.
pub(crate) fn signals(events: &[Event]) -> Vec<Signal> {
    let mut out = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let mut classes = event.classes;
        while classes != 0 && out.len() < SIGNALS {
            let class = classes.trailing_zeros();
            classes &= classes - 1;
            let beginnings = BEGINNINGS.get(class as usize).copied().unwrap_or_default();
            for (rule, pattern) in beginnings {
                let rule = RULES.get(usize::from(*rule));
                let steps = rule.and_then(|r| r.patterns.get(usize::from(*pattern)));
                if let (Some(rule), Some(steps)) = (rule, steps)
                    && let Some(end) = row(events, at, steps, rule)
                {
                    out.push(Signal {
                        rule,
                        start: event.start,
                        end,
                    });
                }
            }
        }
    }
    out
}

/// Where the row of `steps` that begins with event `at` ends, if it is there.
fn row(events: &[Event], at: usize, steps: &[Step], rule: &Rule) -> Option<u32> {
    let first = events.get(at)?;
    let mut last = first;
    let mut index = at;
    for (number, step) in steps.iter().enumerate() {
        if number > 0 {
            (index, last) = next(events, index, last, step)?;
        }
        if (step.start && !last.first) || (step.colon && !last.colon) {
            return None;
        }
    }
    let between = events.get(at..=index).unwrap_or_default();
    if between.iter().any(|e| e.classes & rule.within != 0) {
        return None;
    }
    if rule.negatable && (negated(events, at, first) || negated_inside(between)) {
        return None;
    }
    Some(last.end)
}

fn next<'e>(
    events: &'e [Event],
    index: usize,
    last: &Event,
    step: &Step,
) -> Option<(usize, &'e Event)> {
    events
        .iter()
        .enumerate()
        .skip(index + 1)
        .take_while(|(_, e)| {
            e.sentence == last.sentence && e.word <= last.word_end + u32::from(step.gap)
        })
        .find(|(_, e)| e.classes & step.class != 0 && e.start >= last.end)
}

/// `never read .env`
fn negated(events: &[Event], at: usize, first: &Event) -> bool {
    events
        .iter()
        .take(at)
        .rev()
        .take_while(|e| e.clause == first.clause && e.word_end + NEGATION >= first.word)
        .any(|e| e.classes & NOT != 0)
}

/// `keys that must not be sent`
fn negated_inside(between: &[Event]) -> bool {
    let one_clause = between
        .first()
        .zip(between.last())
        .is_some_and(|(a, b)| a.clause == b.clause);
    one_clause && between.iter().any(|e| e.classes & NOT != 0)
}
