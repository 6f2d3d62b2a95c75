//! What is known about one effect while it is decided.

use palisade_core::{Effect, EffectKind, Target};

use crate::place::{Ground, Place};
use crate::{Host, Situation};

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
    pub(crate) too_long: bool,
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
