//! Making an event fit into a frame.
//!
//! A record that is too long must not be lost, and it must not be possible to
//! keep an action out of the journal by making its text long. So long fields
//! are cut, always in the same way, and the record says which.

use std::collections::BTreeSet;

use palisade_core::{Event, Facts, Shape};

/// Ends a text that was cut.
const MARK: &str = "…";

/// How much is left of an event at each step.
struct Step {
    /// Bytes of `summary` and `reason`.
    long: usize,
    /// Bytes of every other text.
    short: usize,
    /// Number of effects and secrets.
    items: usize,
}

/// The last step is below 32 KiB even when every byte needs an escape.
const STEPS: [Step; 4] = [
    Step {
        long: 4_096,
        short: 512,
        items: 64,
    },
    Step {
        long: 1_024,
        short: 256,
        items: 24,
    },
    Step {
        long: 512,
        short: 128,
        items: 8,
    },
    Step {
        long: 128,
        short: 64,
        items: 4,
    },
];

/// Cuts `event` at step `step`; `false` when there is no such step. Adds the
/// names of the fields that were cut to `cut`.
pub(crate) fn shorten(event: &mut Event, step: usize, cut: &mut BTreeSet<&'static str>) -> bool {
    let Some(&Step { long, short, items }) = STEPS.get(step) else {
        return false;
    };
    let mut note = |name, shorter: bool| {
        if shorter {
            cut.insert(name);
        }
    };
    note("effects", event.effects.len() > items);
    event.effects.truncate(items);
    for effect in &mut event.effects {
        for text in [
            &mut effect.kind,
            &mut effect.target,
            &mut effect.written,
            &mut effect.by,
            &mut effect.certainty,
        ] {
            note("effects", cut_text(text, short));
        }
        // Half of what was observed would be read as something else.
        let length = serde_json::to_string(&effect.facts).map_or(usize::MAX, |f| f.len());
        if length > 2 * short {
            effect.facts = Facts::default();
            effect.shape = Shape::Unknown;
            note("effects", true);
        }
    }
    note("secrets", event.secrets.len() > items);
    event.secrets.truncate(items);
    for text in &mut event.secrets {
        note("secrets", cut_text(text, short));
    }
    note("summary", cut_text(&mut event.summary, long));
    note("reason", cut_text(&mut event.reason, long));
    for (name, text) in [
        ("user", &mut event.user),
        ("host", &mut event.host),
        ("workspace", &mut event.workspace),
        ("cwd", &mut event.cwd),
        ("agent", &mut event.agent),
        ("agent_version", &mut event.agent_version),
        ("session", &mut event.session),
        ("prompt_id", &mut event.prompt_id),
        ("tool_use_id", &mut event.tool_use_id),
        ("subagent", &mut event.subagent),
        ("model", &mut event.model),
        ("permission_mode", &mut event.permission_mode),
        ("tool", &mut event.tool),
        ("rule", &mut event.rule),
        ("policy", &mut event.policy),
    ] {
        note(name, cut_text(text, short));
    }
    true
}

fn cut_text(text: &mut String, max: usize) -> bool {
    if text.len() <= max {
        return false;
    }
    text.truncate(text.floor_char_boundary(max.saturating_sub(MARK.len())));
    text.push_str(MARK);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_between_characters_and_marks() {
        let mut text = "é".repeat(10);
        assert!(cut_text(&mut text, 10));
        assert_eq!(text, "ééé…");
        assert!(!cut_text(&mut text, 10));
    }
}
