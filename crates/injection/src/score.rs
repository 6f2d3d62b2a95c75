//! Signals that stand together.
//!
//! One signal is a way of speaking; instructions to the model take several
//! independent ones: it is spoken to, earlier instructions are cancelled, an
//! action is asked for, the user is to be kept out, the text is hidden.

use crate::carriers::Veil;
use crate::rule::signal;
use crate::signals::Signal;
use crate::{Kind, Surface};

/// Bytes within which signals belong together.
const REACH: u32 = 420;

/// From here a finding is worth recording, telling the model, acting upon.
pub(crate) const LOW: u8 = 3;
pub(crate) const MEDIUM: u8 = 5;
pub(crate) const HIGH: u8 = 8;

/// Where signals were found and how that counts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Setting {
    pub surface: Surface,
    pub veil: Option<Veil>,
    /// Letters dressed up, or a text inside an encoding.
    pub encoded: bool,
}

/// Signals that stand together, and what they amount to.
#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub start: u32,
    pub end: u32,
    /// Where the strongest signal is.
    pub main: u32,
    pub score: u8,
    pub kind: Kind,
    /// What the strongest rules say.
    pub why: Vec<&'static str>,
}

const fn bit(signal: u8) -> u32 {
    1 << signal
}

/// Signals that are directed at the model.
const DIRECTED: u32 = bit(signal::OVERRIDE)
    | bit(signal::TAKEOVER)
    | bit(signal::PERSONA)
    | bit(signal::ADDRESS)
    | bit(signal::CONCEAL)
    | bit(signal::UNASKED)
    | bit(signal::TURN)
    | bit(signal::RIVAL);

/// Signals of something to be done.
const ACTIONS: u32 = bit(signal::SECRET)
    | bit(signal::SEND)
    | bit(signal::RUN)
    | bit(signal::FETCH)
    | bit(signal::SETTINGS)
    | bit(signal::DESTROY)
    | bit(signal::JUDGE)
    | bit(signal::SAY)
    | bit(signal::TOOL)
    | bit(signal::PARAMETER)
    | bit(signal::RIVAL);

/// In a file that is there to instruct the agent these are what it is for.
const INSTRUCTING: u32 = bit(signal::ADDRESS)
    | bit(signal::UNASKED)
    | bit(signal::PERSONA)
    | bit(signal::RUN)
    | bit(signal::FETCH)
    | bit(signal::SETTINGS)
    | bit(signal::DESTROY)
    | bit(signal::JUDGE)
    | bit(signal::SAY)
    | bit(signal::AUTHORITY)
    | bit(signal::TOOL)
    | bit(signal::ALWAYS);

/// The clusters among `signals`, which are in order; overlapping ones are one.
pub(crate) fn clusters(signals: &[Signal], setting: Setting) -> Vec<Cluster> {
    let mut out: Vec<Cluster> = Vec::new();
    for (at, first) in signals.iter().enumerate() {
        let rest = signals.get(at..).unwrap_or_default();
        let near = rest.iter().take_while(|s| s.start < first.start + REACH);
        let Some(cluster) = cluster(near, setting) else {
            continue;
        };
        match out.last_mut() {
            Some(last) if cluster.start <= last.end => {
                if cluster.score > last.score {
                    let start = last.start;
                    *last = cluster;
                    last.start = last.start.min(start);
                } else {
                    last.end = last.end.max(cluster.end);
                }
            }
            _ => out.push(cluster),
        }
    }
    out
}

fn cluster<'s>(signals: impl Iterator<Item = &'s Signal>, setting: Setting) -> Option<Cluster> {
    let mut points = [0_u8; signal::COUNT];
    let mut whys: [&'static str; signal::COUNT] = [""; signal::COUNT];
    let mut have = 0_u32;
    let mut start = u32::MAX;
    let mut end = 0;
    let mut main = (0, 0);
    for s in signals {
        let this = bit(s.rule.signal);
        if setting.surface == Surface::Instructions
            && setting.veil != Some(Veil::Unseen)
            && INSTRUCTING & this != 0
        {
            continue;
        }
        // Words that mean something in the description of a tool only.
        let described = bit(signal::RIVAL) | bit(signal::PARAMETER);
        if setting.surface != Surface::Description && described & this != 0 {
            continue;
        }
        have |= this;
        start = start.min(s.start);
        end = end.max(s.end);
        if s.rule.points > main.0 {
            main = (s.rule.points, s.start);
        }
        let slot = usize::from(s.rule.signal);
        if let (Some(points), Some(why)) = (points.get_mut(slot), whys.get_mut(slot))
            && s.rule.points > *points
        {
            *points = s.rule.points;
            *why = s.rule.why;
        }
    }
    // Instruction files say "always" about everything.
    if have & (bit(signal::CONCEAL) | bit(signal::OVERRIDE)) == 0
        && setting.surface != Surface::Description
        && let Some(always) = points.get_mut(usize::from(signal::ALWAYS))
    {
        *always = 0;
    }
    let mut score: u8 = points.iter().sum();
    let unseen = setting.veil == Some(Veil::Unseen);
    // A description of a tool is read by the model alone.
    let description = setting.surface == Surface::Description;
    let directed = have & DIRECTED != 0 || unseen || setting.encoded || description;
    if !directed || score < 2 {
        return None;
    }
    let substance = ACTIONS | bit(signal::OVERRIDE) | bit(signal::TAKEOVER) | bit(signal::CONCEAL);
    score += match setting.veil {
        Some(Veil::Unseen) => 3,
        Some(Veil::Comment) => 1,
        None => 0,
    };
    if setting.encoded {
        score += 2;
    }
    if description
        && have
            & (bit(signal::SECRET)
                | bit(signal::SETTINGS)
                | bit(signal::CONCEAL)
                | bit(signal::PARAMETER)
                | bit(signal::RIVAL)
                | bit(signal::OVERRIDE))
            != 0
    {
        score += if have & bit(signal::SETTINGS) != 0 {
            3
        } else {
            2
        };
    }
    let least = |s: u8, n: u8| points.get(usize::from(s)).is_some_and(|p| *p >= n);
    let has = |s: u8| have & bit(s) != 0;
    let acts = have & ACTIONS != 0
        || (least(signal::OVERRIDE, 4) && least(signal::ADDRESS, 3))
        || (has(signal::TURN) && (has(signal::OVERRIDE) || least(signal::PERSONA, 3)));
    if have & substance == 0 && !acts {
        score = score.min(LOW);
    } else if !acts && !unseen && !setting.encoded && !description {
        score = score.min(MEDIUM - 1);
    }
    if score < LOW {
        return None;
    }
    let mut why: Vec<(u8, &'static str)> = points
        .iter()
        .copied()
        .zip(whys)
        .filter(|(p, _)| *p > 0)
        .collect();
    why.sort_by_key(|(p, _)| std::cmp::Reverse(*p));
    Some(Cluster {
        start,
        end,
        main: main.1,
        score,
        kind: kind(have, setting),
        why: why.into_iter().take(3).map(|(_, w)| w).collect(),
    })
}

fn kind(have: u32, setting: Setting) -> Kind {
    let has = |s: u8| have & bit(s) != 0;
    if setting.encoded {
        Kind::Encoded
    } else if setting.veil == Some(Veil::Unseen) {
        Kind::HiddenText
    } else if setting.surface == Surface::Description {
        Kind::PoisonedDescription
    } else if has(signal::TURN) {
        Kind::FalseTurn
    } else if has(signal::OVERRIDE) {
        Kind::Override
    } else if has(signal::CONCEAL) {
        Kind::Concealment
    } else if has(signal::SETTINGS) {
        Kind::SettingsChange
    } else {
        Kind::Instruction
    }
}
