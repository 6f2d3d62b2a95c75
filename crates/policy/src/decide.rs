//! From effects to a decision.
//!
//! Every effect becomes a short list of rows that speak about it, the most
//! specific first. The strictest of them counts, so adding a label, a rule or
//! a layer can only add a voice, never take one away.

use palisade_core::{Band, Effect, Environment, Mode, Verdict};

use crate::decision::strength;
use crate::deleting::{Moved, moves_away};
use crate::kinds::{column, reach};
use crate::place::Ground;
use crate::rules::Said;
use crate::view::View;
use crate::{
    Column, Considered, Decision, Layer, Matched, RowId, Situation, SourceRef, Table, wording,
};

/// One voice about an effect.
struct Voice<'t> {
    row: Option<RowId>,
    rule: &'static str,
    verdict: Verdict,
    mode: Mode,
    source: Option<&'t SourceRef>,
    /// Another person has to answer.
    second: bool,
    /// What is wrong, when the effect alone does not say it.
    why: Option<String>,
}

impl<'t> Voice<'t> {
    const fn rule(rule: &'static str, verdict: Verdict, mode: Mode, source: &'t SourceRef) -> Self {
        Self {
            row: None,
            rule,
            verdict,
            mode,
            source: Some(source),
            second: false,
            why: None,
        }
    }

    const fn row(row: RowId, verdict: Verdict, mode: Mode, source: Option<&'t SourceRef>) -> Self {
        Self {
            row: Some(row),
            rule: row.id(),
            verdict,
            mode,
            source,
            second: false,
            why: None,
        }
    }
}

impl Table {
    /// Whether an effect touches a file that only a person may change.
    pub fn is_guarded(&self, effect: &Effect, s: &Situation) -> bool {
        let ground = Ground::new(s);
        let view = View::new(effect, s, &ground);
        view.any(|p| self.is_guard(p, &ground, s))
    }

    /// Everything the policy says about the effects of one action: what
    /// [`Table::decide`] chooses the strictest of.
    pub fn consider(&self, effects: &[Effect], s: &Situation) -> Vec<Considered> {
        let mut out = Vec::new();
        self.hear(effects, s, |effect, _, voices| {
            out.extend(voices.iter().map(|v| Considered {
                effect,
                rule: v.rule.to_owned(),
                source: self.written(v),
                verdict: v.verdict,
                mode: v.mode,
            }));
        });
        out
    }

    /// Decides about the effects of one action.
    pub fn decide(&self, effects: &[Effect], s: &Situation) -> Decision {
        let mut matched = Vec::with_capacity(effects.len());
        let mut band = Band::Read;
        self.hear(effects, s, |index, view, voices| {
            band = band.max(reach(view));
            self.settle(index, view, voices, &mut matched);
        });
        let mut decisive: Option<&Matched> = None;
        for m in &matched {
            if decisive.is_none_or(|d| strength(m) > strength(d)) {
                decisive = Some(m);
            }
        }
        match decisive {
            Some(m) => Decision {
                verdict: m.verdict,
                asked: m.asked,
                band,
                rule: m.rule.clone(),
                source: m.source.clone(),
                reason: m.reason.clone(),
                alternative: m.alternative.clone(),
                effect: Some(m.effect),
                mode: m.mode,
                matched,
            },
            None => Decision {
                verdict: Verdict::Allow,
                asked: false,
                band,
                rule: "none".to_owned(),
                source: SourceRef::BuiltIn(self.profile).to_string(),
                reason: String::new(),
                alternative: None,
                effect: None,
                mode: self.mode,
                matched,
            },
        }
    }

    /// Calls `each` with every effect and what is said about it.
    fn hear(
        &self,
        effects: &[Effect],
        s: &Situation,
        mut each: impl FnMut(usize, &View<'_>, &[Voice<'_>]),
    ) {
        let ground = Ground::new(s);
        let moved = Moved::new(effects, &ground);
        for (index, effect) in effects.iter().enumerate() {
            let view = View::new(effect, s, &ground);
            let mut rows = self.rows_for(&view, &moved);
            if view.is_root() && moves_away(effects, effect) {
                rows.push(RowId::FileDeleteRoot);
            }
            let mut said = self.rules_for(effect, &view.places, view.host.as_ref(), &ground);
            self.cedar_rules(&view, &rows, &mut said);
            each(index, &view, &self.voices(&view, &rows, &said));
        }
    }

    fn written(&self, voice: &Voice<'_>) -> String {
        voice.source.map_or_else(
            || SourceRef::BuiltIn(self.profile).to_string(),
            ToString::to_string,
        )
    }

    fn voices<'t>(&'t self, view: &View<'_>, rows: &[RowId], said: &Said<'t>) -> Vec<Voice<'t>> {
        let column = column(view);
        let production = view.effect.facts.environment == Environment::Production;
        let mut voices = Vec::with_capacity(rows.len() + said.objections.len());
        for id in rows {
            let Some(row) = self.rows.get(id) else {
                // A table without the row was not made by this program.
                voices.push(Voice::row(*id, Verdict::Deny, Mode::Enforce, None));
                continue;
            };
            let lifting: Vec<_> = said
                .allows
                .iter()
                .filter(|(_, lifts, ..)| lifts.contains(id))
                .collect();
            let exempt = self.exemptions.iter().find(|x| x.holds(*id, view));
            let lifted: Vec<Layer> = lifting
                .iter()
                .map(|(layer, ..)| *layer)
                .chain(exempt.map(|x| x.layer))
                .collect();
            let lifting = lifting
                .first()
                .map(|(_, _, rule, source)| (*rule, *source))
                .or_else(|| exempt.map(|x| ("exemptions", &x.source)));
            let here = row.binding(column, &lifted);
            let there = production
                .then(|| row.binding(Column::Production, &[]))
                .flatten();
            let strictest = match (here, there) {
                (Some(a), Some(b)) => Some(if b.0 > a.0 { b } else { a }),
                (a, b) => a.or(b),
            };
            let mode = row.mode.unwrap_or(self.mode);
            voices.push(match (strictest, lifting) {
                (Some((verdict, statement)), _) => {
                    Voice::row(*id, verdict, mode, Some(&statement.source))
                }
                (None, Some((rule, source))) => Voice::rule(rule, Verdict::Allow, mode, source),
                (None, None) => Voice::row(*id, Verdict::Deny, Mode::Enforce, None),
            });
        }
        for (rule, verdict, source) in &said.objections {
            voices.push(Voice::rule(rule, *verdict, self.mode, source));
        }
        for rule in &said.cedar {
            let mode = rule.mode.unwrap_or(self.mode);
            voices.push(Voice {
                why: rule.reason.clone(),
                ..Voice::rule("cedar", rule.verdict, mode, &rule.source)
            });
        }
        if let Some(objection) = self.roles.objection(view) {
            voices.push(Voice {
                second: objection.second,
                why: Some(objection.why),
                ..Voice::rule("roles", objection.verdict, self.mode, objection.source)
            });
        }
        for declared in &self.declared {
            if let Some(what) = declared.deviation(view) {
                let why = format!("{what} that is not declared for this use");
                voices.push(Voice {
                    why: Some(why),
                    ..Voice::rule("declared", declared.deviation, self.mode, &declared.source)
                });
            }
        }
        voices
    }

    /// Keeps the strictest voice, and beside it the strictest one that a
    /// higher mode carries out when the first is only observed.
    fn settle(
        &self,
        index: usize,
        view: &View<'_>,
        voices: &[Voice<'_>],
        matched: &mut Vec<Matched>,
    ) {
        let mut least: Option<Mode> = None;
        loop {
            let mut best: Option<&Voice<'_>> = None;
            for voice in voices {
                let eligible = least.is_none_or(|m| voice.mode > m);
                if eligible && best.is_none_or(|b| voice.verdict > b.verdict) {
                    best = Some(voice);
                }
            }
            let Some(voice) = best else { return };
            let first = least.is_none();
            if !first && voice.verdict == Verdict::Allow {
                return;
            }
            matched.push(self.matched(index, view, voice, voices));
            if voice.verdict == Verdict::Allow || voice.mode == Mode::Enforce {
                return;
            }
            least = Some(voice.mode);
        }
    }

    fn matched(
        &self,
        index: usize,
        view: &View<'_>,
        voice: &Voice<'_>,
        voices: &[Voice<'_>],
    ) -> Matched {
        let objects = voice.verdict != Verdict::Allow;
        let asked = voice.verdict == Verdict::Ask;
        let production = view.effect.facts.environment == Environment::Production;
        let mut asking = Vec::new();
        let mut second = false;
        if asked {
            let same = voices.iter().filter(|v| v.verdict == Verdict::Ask);
            for other in same {
                asking.push(other.rule);
                second |= other.second;
                second |= other
                    .row
                    .is_some_and(|row| self.needs_second(row, production));
            }
            asking.sort_unstable();
            asking.dedup();
        }
        Matched {
            effect: index,
            row: voice.row,
            rule: voice.rule.to_owned(),
            source: self.written(voice),
            verdict: if asked && view.situation.headless {
                Verdict::Deny
            } else {
                voice.verdict
            },
            asked,
            asking,
            second,
            granted: false,
            mode: voice.mode,
            reason: if objects {
                wording::reason(view, voice.row, voice.why.as_deref())
            } else {
                String::new()
            },
            alternative: if objects {
                wording::alternative(view, voice.row, voice.rule)
            } else {
                None
            },
        }
    }
}
