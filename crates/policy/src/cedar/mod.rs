//! Policies written in Cedar, as the table holds them.
//!
//! `palisade-policy-compile` parses and validates `.cedar` files against the
//! shipped schema; what comes here is the expression of each policy. Every
//! effect is one request of Cedar (several where a path has several names),
//! and a policy speaks about the effect when it holds for that request. A
//! forbid is a denial, or a question when it is so annotated; a permit lifts
//! the ordinary rows of the kinds it names, like any allow.
//!
//! The meaning of the expressions is Cedar's own, which a differential test in
//! `palisade-policy-compile` holds it to, with one exception: a forbid that
//! cannot be evaluated (an overflow) objects, where Cedar passes over it.

mod expr;
mod request;
mod value;

use palisade_core::{Certainty, Effect, EffectKind, Mode, Profile, Verdict};
use serde::{Deserialize, Serialize};

pub use self::expr::{Expr, Method, Op, Packed, Piece, Variable};
pub use self::request::{ACTION_GROUPS, Entity, Request, action_groups};
pub use self::value::{Network, Uid, Value};
use crate::kinds::plain_row;
use crate::rules::{ANY_HOST, DELETE, MCP, PROGRAM, READ, Said, WRITE};
use crate::view::View;
use crate::{Layer, RowId, Situation, SourceRef, Table};

/// One policy of a `.cedar` file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CedarRule {
    /// Its `@id`, or its number in the file.
    pub id: String,
    /// Deny and ask for a forbid, allow for a permit.
    pub verdict: Verdict,
    /// The actions its scope names; empty for every action.
    pub kinds: Vec<EffectKind>,
    /// Scope and conditions.
    pub when: Packed,
    /// A mode of its own.
    pub mode: Option<Mode>,
    /// What is wrong, in its writer's words.
    pub reason: Option<String>,
    /// Who says it.
    pub layer: Layer,
    /// Where.
    pub source: SourceRef,
}

impl CedarRule {
    /// Whether it speaks about an effect.
    pub fn covers(&self, effect: &Effect, s: &Situation) -> bool {
        let requests = Table::builtin(Profile::Standard).cedar_requests(effect, s);
        self.concerns(effect.kind) && self.speaks(&requests)
    }

    fn concerns(&self, kind: EffectKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Whether it holds for any of the names of an effect, or for all of them.
    fn speaks(&self, requests: &[Request]) -> bool {
        let permit = self.verdict == Verdict::Allow;
        let Some(when) = self.when.expr() else {
            return !permit;
        };
        if permit {
            !requests.is_empty() && requests.iter().all(|r| when.holds(r) == Ok(true))
        } else {
            requests.iter().any(|r| when.holds(r) != Ok(false))
        }
    }
}

impl Table {
    /// Adds what the Cedar policies say about an effect that `rows` speak about.
    pub(crate) fn cedar_rules<'t>(&'t self, v: &View<'_>, rows: &[RowId], said: &mut Said<'t>) {
        let kind = v.effect.kind;
        if !self.cedar.iter().any(|r| r.concerns(kind)) {
            return;
        }
        let requests = Request::of(v, rows, &self.roles);
        // A permit is for what is known, and its writer has named what it is for.
        // A program named by its place may be any program of that name.
        let placed = v
            .effect
            .by
            .split(' ')
            .next()
            .is_some_and(|p| p.contains('/'));
        let sure = v.effect.certainty == Certainty::Proved && !v.too_long && !placed;
        for rule in self.cedar.iter().filter(|r| r.concerns(kind)) {
            let permit = rule.verdict == Verdict::Allow;
            if (permit && (!sure || rule.kinds.is_empty())) || !rule.speaks(&requests) {
                continue;
            }
            if permit {
                said.allows
                    .push((rule.layer, lifted_by(kind), "cedar", &rule.source));
            } else {
                said.cedar.push(rule);
            }
        }
    }

    /// The requests an effect is put to Cedar policies as.
    pub fn cedar_requests(&self, effect: &Effect, s: &Situation) -> Vec<Request> {
        let ground = crate::place::Ground::new(s);
        let view = View::new(effect, s, &ground);
        let rows = self.rows_for(&view, &crate::deleting::Moved::new(&[], &ground));
        Request::of(&view, &rows, &self.roles)
    }
}

/// The rows a permit for an action lifts: the ordinary ones, never those about
/// secrets, guard files or production.
pub(crate) fn lifted_by(kind: EffectKind) -> &'static [RowId] {
    match kind {
        EffectKind::FileRead | EffectKind::FileList => READ,
        EffectKind::FileWrite => WRITE,
        EffectKind::FileDelete => DELETE,
        EffectKind::NetRead | EffectKind::NetWrite => ANY_HOST,
        EffectKind::McpRead | EffectKind::McpCall | EffectKind::McpWrite => MCP,
        EffectKind::ExecProject | EffectKind::ExecUnknown | EffectKind::PackageLocked => PROGRAM,
        EffectKind::SecretRead
        | EffectKind::SecretSend
        | EffectKind::AgentUnguarded
        | EffectKind::LimitReached => &[],
        kind => {
            let row = plain_row(kind);
            let found = RowId::ALL.iter().find(|id| **id == row);
            found.map_or(&[], std::slice::from_ref)
        }
    }
}
