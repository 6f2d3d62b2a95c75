//! An effect as the journal keeps it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Certainty, Effect, EffectKind, Facts, Target};

/// An effect as it is kept in the journal: enough to search and to decide
/// again under another policy, nothing to leak.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordedEffect {
    /// [`crate::EffectKind::id`].
    pub kind: String,
    /// Target in one string: resolved path, host, ref or name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub target: String,
    /// What the target is.
    #[serde(skip_serializing_if = "is_default")]
    pub shape: Shape,
    /// What cannot be read from [`RecordedEffect::target`]: a path as it was
    /// written, a host with colons of its own, a remote.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub written: String,
    /// Program or tool.
    pub by: String,
    /// proved, partial or opaque.
    pub certainty: String,
    /// [`Effect::recursive`].
    #[serde(skip_serializing_if = "is_false")]
    pub recursive: bool,
    /// [`Effect::pattern`].
    #[serde(skip_serializing_if = "is_false")]
    pub pattern: bool,
    /// What was observed. A resolved path stands in the target alone.
    #[serde(skip_serializing_if = "is_default")]
    pub facts: Facts,
}

/// Which [`Target`] a recorded one was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// A name, or nothing.
    #[default]
    Name,
    /// A path, resolved.
    Path,
    /// A path nobody resolved.
    Unresolved,
    /// A host.
    Host,
    /// A git ref.
    Ref,
    /// A command.
    Command,
    /// Something a later version knows.
    #[serde(other)]
    Unknown,
}

impl From<&Effect> for RecordedEffect {
    fn from(e: &Effect) -> Self {
        let mut facts = e.facts.clone();
        let mut written = String::new();
        let (shape, target) = match &e.target {
            Target::Path(path) => match facts.resolved.take() {
                Some(resolved) => {
                    if resolved != *path {
                        written.clone_from(path);
                    }
                    (Shape::Path, resolved)
                }
                None => (Shape::Unresolved, path.clone()),
            },
            Target::Host {
                host,
                port,
                path,
                method,
            } => {
                if host.contains([':', '/']) {
                    written.clone_from(host);
                }
                let port = port.map_or_else(String::new, |port| format!(":{port}"));
                (Shape::Host, format!("{method} {host}{port}{path}"))
            }
            Target::GitRef { remote, name } => {
                let remote = remote.as_deref().unwrap_or(".");
                if remote.contains('/') {
                    remote.clone_into(&mut written);
                }
                let name = name.as_deref().unwrap_or("HEAD");
                (Shape::Ref, format!("{remote}/{name}"))
            }
            Target::Name(name) => (Shape::Name, name.clone()),
            Target::Command(words) => (Shape::Command, words.join(" ")),
            Target::None => (Shape::Name, String::new()),
        };
        let certainty = match e.certainty {
            Certainty::Proved => "proved",
            Certainty::Partial => "partial",
            Certainty::Opaque => "opaque",
        };
        Self {
            kind: e.kind.id().to_owned(),
            target,
            shape,
            written,
            by: e.by.clone(),
            certainty: certainty.to_owned(),
            recursive: e.recursive,
            pattern: e.pattern,
            facts,
        }
    }
}

impl RecordedEffect {
    /// The effect this is the record of, as far as a policy looks at it; `None`
    /// when a later version recorded a kind that is not known here.
    pub fn restore(&self) -> Option<Effect> {
        let mut facts = self.facts.clone();
        let target = match self.shape {
            Shape::Name if self.target.is_empty() => Target::None,
            Shape::Name => Target::Name(self.target.clone()),
            Shape::Path => {
                facts.resolved = Some(self.target.clone());
                Target::Path(if self.written.is_empty() {
                    self.target.clone()
                } else {
                    self.written.clone()
                })
            }
            Shape::Unresolved => Target::Path(self.target.clone()),
            Shape::Host => self.host(),
            Shape::Ref => self.git_ref(),
            Shape::Command => Target::Command(self.target.split(' ').map(str::to_owned).collect()),
            Shape::Unknown => return None,
        };
        Some(Effect {
            kind: EffectKind::from_id(&self.kind)?,
            target,
            certainty: match self.certainty.as_str() {
                "proved" => Certainty::Proved,
                "partial" => Certainty::Partial,
                _ => Certainty::Opaque,
            },
            by: self.by.clone(),
            recursive: self.recursive,
            pattern: self.pattern,
            facts,
            ..Effect::default()
        })
    }

    fn host(&self) -> Target {
        let (method, rest) = self.target.split_once(' ').unwrap_or(("", &self.target));
        let length = if self.written.is_empty() {
            rest.find([':', '/']).unwrap_or(rest.len())
        } else {
            self.written.len()
        };
        let (host, rest) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let (port, path) = match rest.strip_prefix(':') {
            Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("", rest),
        };
        Target::Host {
            host: host.to_owned(),
            port: port.parse().ok(),
            path: path.to_owned(),
            method: Cow::Owned(method.to_owned()),
        }
    }

    fn git_ref(&self) -> Target {
        let (remote, name) = if self.written.is_empty() {
            self.target.split_once('/')
        } else {
            self.target
                .strip_prefix(self.written.as_str())
                .and_then(|rest| rest.strip_prefix('/'))
                .map(|name| (self.written.as_str(), name))
        }
        .unwrap_or((".", &self.target));
        Target::GitRef {
            remote: (remote != ".").then(|| remote.to_owned()),
            name: (name != "HEAD").then(|| name.to_owned()),
        }
    }
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back_and_forth(target: Target, resolved: Option<&str>) {
        let mut effect = Effect::new(EffectKind::NetRead, target, "curl");
        effect.facts.resolved = resolved.map(str::to_owned);
        effect.recursive = true;
        let record = RecordedEffect::from(&effect);
        let text = serde_json::to_string(&record).unwrap();
        let read: RecordedEffect = serde_json::from_str(&text).unwrap();
        assert_eq!(read.restore().unwrap(), effect, "{text}");
    }

    #[test]
    fn every_target_comes_back() {
        let host = |host: &str, port, path: &str| Target::Host {
            host: host.to_owned(),
            port,
            path: path.to_owned(),
            method: Cow::Borrowed("GET"),
        };
        let git_ref = |remote: Option<&str>, name: Option<&str>| Target::GitRef {
            remote: remote.map(str::to_owned),
            name: name.map(str::to_owned),
        };
        back_and_forth(Target::None, None);
        back_and_forth(Target::Name("left-pad".to_owned()), None);
        back_and_forth(Target::Command(vec!["rm".into(), "-rf".into()]), None);
        back_and_forth(Target::Path("a".to_owned()), None);
        back_and_forth(Target::Path("/p/a".to_owned()), Some("/p/a"));
        back_and_forth(Target::Path("../a".to_owned()), Some("/p/a"));
        back_and_forth(host("example.com", None, ""), None);
        back_and_forth(host("example.com", Some(8080), "/a:b/c"), None);
        back_and_forth(host("example.com", None, "/a:1"), None);
        back_and_forth(host("::1", Some(80), "/"), None);
        back_and_forth(git_ref(None, None), None);
        back_and_forth(git_ref(None, Some("topic/a")), None);
        back_and_forth(git_ref(Some("origin"), Some("topic/a")), None);
        back_and_forth(git_ref(Some("git@h:a/b.git"), Some("main")), None);
    }
}
