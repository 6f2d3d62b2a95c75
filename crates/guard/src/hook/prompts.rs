//! What a person or a schedule says to the model.

use palisade_core::{Answer, Band, Clock, Event, Mode, Target, Verdict};
use palisade_injection::Surface;

use super::Post;
use super::marking::warned;
use super::results::counted;
use crate::explain::{Shown, denial};
use crate::judge::{Past, judge_effects};
use crate::past::Origins;
use crate::{inclusions, incoming, record, text};

impl<C: Clock> Post<'_, C> {
    pub(super) fn prompt(&mut self, prompt: &str) -> (Answer, Event) {
        let mut event = self.event();
        let mut found = Vec::new();
        text::redact(&mut prompt.to_owned(), &self.key, &mut found);
        event.band = Some(Band::External);
        event.secrets.clone_from(&found);
        let mode = self.in_force.table.mode;
        if found.is_empty() {
            let source = incoming::Source {
                by: "the prompt".to_owned(),
                target: Target::None,
                surface: Surface::Prompt,
            };
            let hidden = incoming::look(prompt, Surface::Prompt);
            let told = self.injected(&hidden, &source, &mut event);
            let (answer, event) = self.inclusions(prompt, event);
            return match (answer, told) {
                (Answer::Pass, Some(told)) => (warned(told), event),
                (answer, _) => (answer, event),
            };
        }
        event.verdict = Some(Verdict::Deny);
        "secret.prompt".clone_into(&mut event.rule);
        event.reason = format!("the prompt holds {}", counted(&found));
        let reason = format!(
            "Denied: the prompt holds {}, which would leave this machine.\n\
             Rule: secret.prompt, built in\n\
             Instead: name where the value is kept (an environment variable or a file) and send \
             the prompt without it; if it was sent anywhere before, replace it at its provider",
            counted(&found)
        );
        let answer = match mode {
            Mode::Enforce => Answer::Deny { reason },
            Mode::Warn => Answer::Notice(format!("The prompt holds {}.", counted(&found))),
            Mode::Observe => Answer::Pass,
        };
        if mode != Mode::Enforce {
            event.enforced = Some(Verdict::Allow);
        }
        (answer, event)
    }

    /// What a prompt brings in without a tool call: files named by `@path`, and
    /// commands in the text of a slash command, which run before any hook.
    pub(super) fn inclusions(&self, prompt: &str, mut event: Event) -> (Answer, Event) {
        let mut scene = self.scene(None);
        let origins = Origins::new(&scene.places.state, scene.workspace);
        let effects = inclusions::of_prompt(prompt, scene.here(&origins));
        event.verdict = Some(Verdict::Allow);
        if effects.is_empty() {
            return (Answer::Pass, event);
        }
        // Nobody can be asked at this point, attended or not.
        scene.headless = true;
        scene.past = Past::default();
        let judgement = judge_effects(effects, &scene, &origins);
        record::with_judgement(&mut event, &judgement, &self.key);
        let answer = match judgement.enforced() {
            Some(m) => Answer::Deny {
                reason: self.with_fault(denial(m, Shown::Denied)),
            },
            None => {
                let told = self.included(&judgement, &mut event);
                told.map_or(Answer::Pass, warned)
            }
        };
        (answer, event)
    }
}
