//! From effects to a decision.
//!
//! Every effect becomes a short list of rows that speak about it, the most
//! specific first. The strictest of them counts, so adding a label, a rule or
//! a layer can only add a voice, never take one away.

use palisade_core::{
    Band, Certainty, Effect, EffectKind, Environment, Mode, Scope, Target, Verdict,
};

use crate::decision::strength;
use crate::deleting::{Moved, moves_away};
use crate::kinds::{
    column, is_own_program, is_own_setting, is_person_verb, leaves_the_machine, plain_row, reach,
};
use crate::place::{Ground, Place, holds};
use crate::rules::Said;
use crate::{
    Column, Considered, Decision, Host, HostClass, Layer, Matched, RowId, Situation, SourceRef,
    Table, builtin, glob, labels, wording,
};

/// Bytes of a path that is looked at; no system opens a longer one.
const PATH_BYTES: usize = 8 * 1024;

/// What is known about one effect while it is decided.
pub(crate) struct View<'a> {
    pub(crate) effect: &'a Effect,
    pub(crate) situation: &'a Situation,
    pub(crate) ground: &'a Ground,
    /// Every name the path has: resolved, lexical, as written, alias.
    pub(crate) places: Vec<Place>,
    pub(crate) host: Option<Host>,
    /// A name is too long to be looked at.
    too_long: bool,
}

impl<'a> View<'a> {
    pub(crate) fn new(effect: &'a Effect, situation: &'a Situation, ground: &'a Ground) -> Self {
        let facts = &effect.facts;
        let too_long = [&facts.resolved, &facts.lexical, &facts.alias_of]
            .into_iter()
            .flatten()
            .map(String::len)
            .chain(match &effect.target {
                Target::Path(name) | Target::Host { host: name, .. } => Some(name.len()),
                _ => None,
            })
            .any(|length| length > PATH_BYTES);
        let host = match &effect.target {
            Target::Host { host, .. } if !too_long => Some(Host::new(host)),
            _ => None,
        };
        Self {
            places: if too_long {
                Vec::new()
            } else {
                places(effect, ground)
            },
            host,
            too_long,
            effect,
            situation,
            ground,
        }
    }

    pub(crate) fn any(&self, test: impl Fn(&Place) -> bool) -> bool {
        self.places.iter().any(test)
    }

    pub(crate) fn all(&self, test: impl Fn(&Place) -> bool) -> bool {
        !self.places.is_empty() && self.places.iter().all(test)
    }

    /// The folder whose whole content a pattern names (`folder/*`).
    pub(crate) fn sweeps<'p>(&self, p: &'p Place) -> Option<&'p str> {
        let (folder, name) = p.abs.rsplit_once('/')?;
        let all = !name.is_empty() && name.chars().all(|c| matches!(c, '*' | '.' | '?'));
        let folder = if folder.is_empty() { "/" } else { folder };
        (self.effect.pattern && all).then_some(folder)
    }

    /// Home, the workspace, a root, or a folder that holds one of them.
    pub(crate) fn is_root(&self) -> bool {
        // What was resolved for a pattern is the folder it begins in.
        self.effect.facts.root
            || self.any(|p| {
                (self.names_one() && self.ground.is_root(&p.abs))
                    || self.sweeps(p).is_some_and(|f| self.ground.is_root(f))
            })
    }

    /// The path is one path: no pattern, or one of the names a pattern stood for.
    pub(crate) fn names_one(&self) -> bool {
        !self.effect.pattern
            || self
                .effect
                .path()
                .is_some_and(|p| !p.contains(['*', '?', '[']))
    }
}

fn places(effect: &Effect, ground: &Ground) -> Vec<Place> {
    let facts = &effect.facts;
    let is_file = matches!(
        effect.kind,
        EffectKind::FileRead
            | EffectKind::FileList
            | EffectKind::FileWrite
            | EffectKind::FileDelete
            | EffectKind::FileExpose
    );
    let Target::Path(written) = &effect.target else {
        return Vec::new();
    };
    if !is_file {
        return Vec::new();
    }
    let mut out: Vec<Place> = Vec::new();
    let mut add = |path: &str| {
        let abs = ground.absolute(path);
        if !out.iter().any(|p| p.abs == abs) {
            out.push(Place::new(abs));
        }
    };
    if effect.pattern && written.starts_with(['/', '~']) {
        add(written);
    }
    for path in [&facts.resolved, &facts.lexical, &facts.alias_of]
        .into_iter()
        .flatten()
    {
        add(path);
    }
    // As written it may be relative to a folder only the observer knew.
    if facts.resolved.is_none() || written.starts_with(['/', '~']) {
        add(written);
    }
    out
}

/// A worktree beside the workspace: a new folder of the same repository, where
/// one usually is.
fn beside(v: &View<'_>) -> bool {
    v.effect.by == "git worktree"
        && !v.effect.facts.exists
        && v.effect.certainty == Certainty::Proved
        && v.all(|p| v.ground.is_beside(&p.abs))
}

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
            let said = self.rules_for(effect, &view.places, view.host.as_ref(), &ground);
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

    /// The rows that speak about an effect, most specific first.
    fn rows_for(&self, v: &View<'_>, moved: &Moved) -> Vec<RowId> {
        let e = v.effect;
        let mut rows = Vec::with_capacity(4);
        if v.too_long {
            rows.push(RowId::LimitReached);
        }
        if !e.facts.secrets.is_empty() && leaves_the_machine(e) {
            rows.push(RowId::SecretSend);
        }
        classified(v, &mut rows);
        match e.kind {
            EffectKind::FileRead if e.facts.elsewhere => rows.push(self.reading_elsewhere(v)),
            EffectKind::FileRead => self.reading(v, &mut rows),
            EffectKind::FileList => rows.push(RowId::FileList),
            EffectKind::FileWrite => self.writing(v, &mut rows),
            EffectKind::FileDelete => self.deleting(v, moved, &mut rows),
            EffectKind::FileExpose => self.exposing(v, &mut rows),
            EffectKind::NetRead | EffectKind::NetWrite => self.connecting(v, &mut rows),
            EffectKind::NetListen => rows.push(if is_tunnel(v) {
                RowId::NetTunnel
            } else {
                RowId::NetListen
            }),
            EffectKind::GitPush | EffectKind::GitForcePush | EffectKind::GitDeleteRemote => {
                self.pushing(e, &mut rows);
            }
            EffectKind::SecretRead => {
                if e.facts.flows_to_network {
                    rows.push(RowId::SecretSend);
                }
                rows.push(match &e.target {
                    Target::Name(name) if name == "environment" => RowId::SecretEnvironment,
                    _ => RowId::SecretFetch,
                });
            }
            EffectKind::PackageInstall if e.facts.suspect.is_some() => {
                rows.push(RowId::PackageSuspect);
            }
            // Only the rule that names it has something to say.
            EffectKind::ExecNamed => {}
            kind => {
                if is_person_verb(e) || is_own_program(e) {
                    rows.push(RowId::GuardTouch);
                }
                Self::leaving(e, &mut rows);
                rows.push(if is_own_setting(e) {
                    RowId::ExecProject
                } else {
                    plain_row(kind)
                });
            }
        }
        // Last: what is asked for a reason of its own is asked for that one.
        if e.facts.denied_before > 0 {
            rows.push(RowId::DeniedAgain);
        }
        rows
    }

    /// What was found in commits that are about to leave.
    fn leaving(e: &Effect, rows: &mut Vec<RowId>) {
        let leaving = &e.facts.leaving;
        if !leaving.deferred.is_empty() {
            rows.push(RowId::GitPushDeferred);
        }
        if leaving.large.is_some() {
            rows.push(RowId::GitPushLarge);
        }
        if leaving.incomplete.is_some() {
            rows.push(RowId::GitPushUninspected);
        }
    }

    /// On another machine only a file that is named as a secret is known to
    /// hold one; that a command runs there is an effect of its own.
    fn reading_elsewhere(&self, v: &View<'_>) -> RowId {
        let secret = v.any(|p| {
            self.is_secret(p, v.ground)
                || labels::is_system_secret(p, v.ground)
                || (v.effect.pattern && labels::may_be_secret(p, v.ground))
        });
        if secret {
            RowId::SecretRead
        } else {
            RowId::FileList
        }
    }

    fn reading(&self, v: &View<'_>, rows: &mut Vec<RowId>) {
        let e = v.effect;
        // Recursively reading home, or a folder that holds it, reads the keys in it.
        let home_whole = e.recursive
            && v.any(|p| {
                let whole = if v.names_one() {
                    Some(p.abs.as_str())
                } else {
                    v.sweeps(p)
                };
                whole.is_some_and(|folder| holds(folder, &v.situation.home))
            })
            && !v.any(|p| v.ground.is_workspace(&p.abs));
        let secret = v.any(|p| self.is_secret(p, v.ground))
            || (e.pattern && v.any(|p| labels::may_be_secret(p, v.ground)))
            || home_whole;
        let system = v.any(|p| labels::is_system_secret(p, v.ground));
        let found = !e.facts.secrets.is_empty();
        if e.facts.flows_to_network && (secret || system || found) {
            rows.push(RowId::SecretSend);
        }
        // A script of the project gives its settings to its programs.
        let settings = e.facts.project_script
            && e.facts.only_used
            && e.facts.scope == Scope::Workspace
            && !e.facts.flows_to_network;
        if secret && !settings {
            rows.push(RowId::SecretRead);
        }
        if system {
            rows.push(RowId::FileReadSystem);
        }
        // Our own program under a name that says nothing would take orders
        // that are refused under its own.
        let renames = builtin::RENAMERS.contains(&e.by.as_str());
        if renames
            && v.any(|p| {
                builtin::OWN_PROGRAMS.contains(&p.name()) && self.is_guard(p, v.ground, v.situation)
            })
        {
            rows.push(RowId::GuardTouch);
        }
        rows.push(RowId::FileRead);
    }

    fn writing(&self, v: &View<'_>, rows: &mut Vec<RowId>) {
        let e = v.effect;
        // `chmod -x "$(which palisade-hook)"`: where it lies is not known, what it is is.
        let ours = e.certainty != Certainty::Proved
            && v.any(|p| builtin::OWN_PROGRAMS.contains(&p.name()));
        if ours
            || v.any(|p| self.is_guard(p, v.ground, v.situation))
            || (e.pattern && v.any(|p| labels::may_be_guard(p, v.ground)))
        {
            rows.push(RowId::GuardTouch);
        }
        if v.any(|p| labels::is_severe(p, v.ground)) {
            rows.push(RowId::DeferredWriteSevere);
        }
        if v.any(|p| labels::is_raw_device(p, v.ground)) {
            rows.push(RowId::PrivilegeSevere);
        }
        if v.any(|p| self.is_system(p, v.ground)) {
            rows.push(RowId::FileWriteSystem);
        }
        let temporary = self.is_temporary(v);
        // Nobody builds in a temporary folder without saying so.
        let script = |p: &Place| !temporary && labels::is_replaced_script(p, v.ground, &e.by);
        // What the project's own scripts set up for it is the project's.
        let own = e.facts.project_script && e.facts.scope == Scope::Workspace;
        if !own && v.any(|p| self.is_deferred(p, v.ground) || script(p)) {
            rows.push(RowId::DeferredWrite);
        }
        rows.push(if temporary {
            RowId::FileWriteTemp
        } else if beside(v) {
            RowId::GitOrdinary
        } else {
            RowId::FileWrite
        });
    }

    fn exposing(&self, v: &View<'_>, rows: &mut Vec<RowId>) {
        if v.any(|p| self.is_guard(p, v.ground, v.situation)) {
            rows.push(RowId::GuardTouch);
        }
        let beyond = v.is_root() && !v.any(|p| v.ground.is_workspace(&p.abs));
        if beyond || v.any(|p| self.is_system(p, v.ground) || labels::is_severe(p, v.ground)) {
            rows.push(RowId::PrivilegeSevere);
        }
        rows.push(RowId::FileExpose);
    }

    fn connecting(&self, v: &View<'_>, rows: &mut Vec<RowId>) {
        let class = v.host.as_ref().map_or(HostClass::External, |h| h.class);
        if v.effect.facts.repeated.is_some() {
            rows.push(RowId::NetRepeat);
        }
        match class {
            HostClass::Metadata => rows.push(RowId::NetMetadata),
            HostClass::Private => rows.push(RowId::NetPrivate),
            HostClass::Loopback | HostClass::External => {}
        }
        if v.effect.kind == EffectKind::NetRead {
            if v.situation.session_read_secret && class != HostClass::Loopback {
                rows.push(RowId::NetReadAfterSecret);
            }
            if v.situation.session_untrusted
                && v.effect.facts.carries
                && class != HostClass::Loopback
            {
                rows.push(RowId::NetReadCarrying);
            }
            rows.push(RowId::NetRead);
            return;
        }
        if let Target::Host { path, .. } = &v.effect.target
            && self.is_sensitive_endpoint(path)
        {
            rows.push(RowId::NetSensitive);
        }
        rows.push(if class == HostClass::Loopback {
            RowId::NetWriteLoopback
        } else {
            RowId::NetWrite
        });
    }

    fn is_sensitive_endpoint(&self, path: &str) -> bool {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let by_name = path.split('/').any(|part| {
            let part = part.to_lowercase();
            builtin::SENSITIVE_ENDPOINTS.contains(&part.as_str())
                || builtin::SENSITIVE_VERBS.iter().any(|v| part.starts_with(v))
        });
        by_name
            || self.names.sensitive.iter().any(|n| {
                glob::matches_path(
                    &n.pattern,
                    path,
                    glob::Options {
                        fold: true,
                        below: true,
                        anywhere: !n.pattern.starts_with('/'),
                    },
                )
            })
    }

    fn pushing(&self, e: &Effect, rows: &mut Vec<RowId>) {
        let name = match &e.target {
            Target::GitRef { name, .. } => name.as_deref(),
            _ => None,
        };
        let plain = e.kind == EffectKind::GitPush;
        let tags = name.is_some_and(|n| n.starts_with("refs/tags/") || n.starts_with("tags/"));
        let protected =
            e.facts.protected_ref.is_some() || name.is_some_and(|n| self.protected_branch(n));
        // All branches at once: the protected ones are among them.
        if protected || (e.pattern && !plain && !tags) {
            rows.push(RowId::GitProtectedBranches);
        }
        if (e.pattern && !(tags && plain)) || e.certainty != Certainty::Proved {
            rows.push(RowId::GitPushUnknown);
        }
        Self::leaving(e, rows);
        rows.push(plain_row(e.kind));
    }
}

/// Whether what listens does so for, or on, another machine.
fn is_tunnel(v: &View<'_>) -> bool {
    let far = |h: &Host| h.class != HostClass::Loopback;
    match (&v.host, &v.effect.target) {
        (Some(host), _) => far(host),
        (None, Target::Name(name)) => {
            let by = v.effect.by.split_whitespace().next().unwrap_or_default();
            // These name the machine at the other end; the others have one.
            builtin::TUNNELS.contains(&by)
                || (builtin::SHELLS_AFAR.contains(&by) && far(&Host::new(name)))
        }
        _ => false,
    }
}

/// Rows about data that a policy gave a class.
fn classified(v: &View<'_>, rows: &mut Vec<RowId>) {
    let e = v.effect;
    if !e.facts.classes.iter().any(|c| c.is_delicate()) {
        return;
    }
    match e.kind {
        EffectKind::FileRead if e.facts.flows_to_network => rows.push(RowId::DataSend),
        EffectKind::FileRead
        | EffectKind::DbRead
        | EffectKind::NetRead
        | EffectKind::McpRead
        | EffectKind::McpCall => rows.push(RowId::DataRead),
        _ => {}
    }
}
