//! Small languages: awk, sed, jq, Redis commands and Cypher.
//!
//! Their own job, editing what passes through them, is harmless; what
//! matters is the few ways out each of them has.

mod awk;
mod cypher;
mod jq;
mod redis;
mod sed;

#[cfg(test)]
mod tests;

use palisade_core::{Certainty, Effect, EffectKind, Target, limits};

use super::EmbedContext;
use crate::arg::{Arg, Origin};
use crate::holes::{Holes, has_hole, is_hole};
use crate::programs::{Run, Sink, path_target};

pub(super) use awk::understand as awk;
pub(super) use cypher::understand as cypher;
pub(super) use jq::understand as jq;
pub(super) use redis::script as redis_script;
pub(super) use sed::understand as sed;

/// Where what is found goes.
struct Out<'a> {
    cx: &'a EmbedContext<'a>,
    sink: &'a mut Sink,
    holes: Holes,
}

impl<'a> Out<'a> {
    fn new(cx: &'a EmbedContext<'a>, sink: &'a mut Sink) -> Self {
        Self {
            cx,
            sink,
            holes: Holes::default(),
        }
    }

    fn push(&mut self, effect: Effect) {
        if self.sink.effects.len() < limits::EFFECTS && !self.sink.effects.contains(&effect) {
            self.sink.push(effect);
        }
    }

    fn file(&mut self, kind: EffectKind, path: &str) {
        if !path.is_empty() && path.chars().all(is_hole) && self.holes.show(path).starts_with("$?")
        {
            let effect =
                Effect::new(kind, Target::None, self.cx.by).with_certainty(Certainty::Opaque);
            self.push(effect);
            return;
        }
        let arg = self.holes.decode(path);
        if let Some(target) = path_target(&arg, self.cx.cwd, self.cx.home) {
            let effect = Effect::new(kind, Target::Path(target.path), self.cx.by)
                .with_certainty(target.certainty);
            self.push(effect);
        }
    }

    fn shell(&mut self, code: &str) {
        if code.chars().all(|c| is_hole(c) || c.is_whitespace()) {
            self.opaque("command");
            return;
        }
        let run = Run::Shell {
            code: self.holes.decode(code),
            args: Vec::new(),
        };
        if !self.sink.runs.contains(&run) {
            self.sink.runs.push(run);
        }
    }

    fn opaque(&mut self, what: &str) {
        self.named(EffectKind::ExecOpaque, what, Certainty::Opaque);
    }

    fn named(&mut self, kind: EffectKind, name: &str, certainty: Certainty) {
        let certainty = if has_hole(name) {
            certainty.max(Certainty::Partial)
        } else {
            certainty
        };
        let effect = Effect::new(kind, Target::Name(self.holes.show(name)), self.cx.by)
            .with_certainty(certainty);
        self.push(effect);
    }

    /// Environment variables are in the output.
    fn shows_environment(&mut self, name: Option<&str>) {
        let shown = match name {
            None => "environment".to_owned(),
            Some(name) if super::looks_secret(name) => format!("${name}"),
            Some(_) => return,
        };
        self.sink.output = Some(Arg::hole(shown, Origin::Secret));
    }
}
