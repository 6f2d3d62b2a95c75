//! An effect as a request of Cedar: who does what to what, under which
//! circumstances. What can be asked about it is declared in the schema
//! (`palisade policy schema --cedar`); a test holds the two together.

use std::collections::BTreeMap;

use palisade_core::{Certainty, Effect, EffectKind, Environment, Target, Tracking};

use super::value::{Network, Uid, Value};
use crate::kinds::column;
use crate::place::Place;
use crate::roles::Roles;
use crate::rules::mcp_names;
use crate::view::View;
use crate::{Column, HostClass, RowId};

/// Groups of actions that are no actions themselves: what `file.read` is in
/// because of its name, and what its band puts it in.
pub const ACTION_GROUPS: &[&str] = &[
    "file",
    "exec",
    "limit",
    "env",
    "agent",
    "plan",
    "git",
    "package",
    "net",
    "db",
    "cloud",
    "infra",
    "process",
    "message",
    "issue",
    "secret",
    "mcp",
    "inject",
    "band.read",
    "band.write",
    "band.external",
];

/// The groups an action is in: what stands before the dot of its name, and its
/// band.
pub fn action_groups(kind: EffectKind) -> Vec<String> {
    let id = kind.id();
    let mut groups = vec![format!("band.{}", kind.band().as_str())];
    if let Some((family, _)) = id.split_once('.') {
        groups.push(family.to_owned());
    }
    groups
}

/// Principal, action or resource of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// Its name.
    pub uid: Uid,
    /// A record.
    pub attributes: Value,
    /// What it is in, however far up.
    pub parents: Vec<Uid>,
}

/// One effect (with one of the names of its target) as Cedar is asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who.
    pub principal: Entity,
    /// What.
    pub action: Entity,
    /// To what.
    pub resource: Entity,
    /// Under which circumstances: a record.
    pub context: Value,
}

/// Fields of a record.
#[derive(Default)]
struct Fields(BTreeMap<String, Value>);

impl Fields {
    fn with(mut self, name: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    fn text(self, name: &str, text: impl Into<String>) -> Self {
        self.with(name, Value::Text(text.into()))
    }

    fn flag(self, name: &str, holds: bool) -> Self {
        self.with(name, Value::Bool(holds))
    }

    fn texts<T: Into<String>>(self, name: &str, texts: impl IntoIterator<Item = T>) -> Self {
        let texts = texts.into_iter().map(|text| Value::Text(text.into()));
        self.with(name, Value::Set(texts.collect()))
    }

    fn optional(self, name: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn entity(self, kind: &'static str, id: impl Into<String>, parents: Vec<Uid>) -> Entity {
        Entity {
            uid: Uid::new(kind, id),
            attributes: Value::Record(self.0),
            parents,
        }
    }
}

impl Request {
    /// Every request an effect is: one for each name of a file or tool.
    pub(crate) fn of(v: &View<'_>, rows: &[RowId], roles: &Roles) -> Vec<Self> {
        let principal = principal(v, roles);
        let action = action(v.effect.kind);
        let context = context(v, rows);
        let with = |resource| Self {
            principal: principal.clone(),
            action: action.clone(),
            context: context.clone(),
            resource,
        };
        resources(v).into_iter().map(with).collect()
    }

    pub(super) fn entity(&self, uid: &Uid) -> Option<&Entity> {
        [&self.principal, &self.resource, &self.action]
            .into_iter()
            .find(|entity| entity.uid == *uid)
    }
}

fn principal(v: &View<'_>, roles: &Roles) -> Entity {
    let user = &v.situation.user;
    let given = roles.of(user).into_iter();
    let parents = given.map(|(role, _)| Uid::new("Role", role.as_str()));
    Fields::default().entity("Person", user.clone(), parents.collect())
}

fn action(kind: EffectKind) -> Entity {
    let groups = action_groups(kind).into_iter();
    let parents = groups.map(|group| Uid::new("Action", group)).collect();
    Fields::default().entity("Action", kind.id(), parents)
}

fn context(v: &View<'_>, rows: &[RowId]) -> Value {
    let (e, s) = (v.effect, v.situation);
    let program = e.by.split(' ').next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default();
    let now = i64::try_from(s.now / 1000).ok().filter(|now| *now > 0);
    let fields = Fields::default()
        .text("agent", &*s.agent)
        .text("model", &*s.model)
        .text("program", program)
        .text("by", &*e.by)
        .text("environment", environment(e.facts.environment))
        .text("certainty", certainty(e.certainty))
        .flag("inside", column(v) == Column::Inside)
        .flag("recursive", e.recursive)
        .flag("pattern", e.pattern)
        .flag("headless", s.headless)
        .flag("read_secret", s.session_read_secret)
        .flag("untrusted", s.session_untrusted)
        .flag("flows_to_network", e.facts.flows_to_network)
        .texts("secrets", e.facts.secrets.iter().cloned())
        .texts("classes", e.facts.classes.iter().map(|c| c.as_str()))
        .texts("rows", rows.iter().map(|row| row.id()))
        .texts("scripts", e.via.iter().cloned())
        .optional("now", now.map(Value::Datetime));
    Value::Record(fields.0)
}

fn resources(v: &View<'_>) -> Vec<Entity> {
    use EffectKind as K;
    let e = v.effect;
    match e.kind {
        K::FileRead | K::FileList | K::FileWrite | K::FileDelete | K::FileExpose => {
            if v.places.is_empty() {
                // Not known which: still a file, so that conditions without a path hold.
                return vec![file(v, None)];
            }
            v.places.iter().map(|place| file(v, Some(place))).collect()
        }
        K::NetRead | K::NetWrite | K::NetListen => vec![host(v)],
        K::DbRead | K::DbWrite | K::DbSchema | K::DbDestroy => vec![database(v)],
        K::GitOrdinary
        | K::GitRead
        | K::GitDiscard
        | K::GitRewrite
        | K::GitSkipHooks
        | K::GitPush
        | K::GitForcePush
        | K::GitDeleteRemote
        | K::GitProtection => vec![git_ref(e)],
        K::McpRead | K::McpCall | K::McpWrite => {
            let tool = |(server, name)| {
                let in_server = vec![Uid::new("Server", server)];
                let fields = Fields::default().text("server", server).text("name", name);
                fields.entity("Tool", format!("{server}/{name}"), in_server)
            };
            let names = mcp_names(e);
            if names.is_empty() {
                return vec![tool(("", ""))];
            }
            names.into_iter().map(tool).collect()
        }
        K::ExecNamed => {
            let text = words(e);
            let fields = Fields::default().text("text", &*text);
            vec![fields.entity("Command", text, Vec::new())]
        }
        _ => {
            let name = words(e);
            let fields = Fields::default().text("name", &*name);
            vec![fields.entity("Thing", name, Vec::new())]
        }
    }
}

fn file(v: &View<'_>, place: Option<&Place>) -> Entity {
    let facts = &v.effect.facts;
    let path = place.map_or("", |p| p.abs.as_str());
    let from_workspace = v.ground.in_workspace(path);
    let from_home = v.ground.in_home(path);
    let mut parents = Vec::new();
    let mut folders = |first: &str, below: &str, slash: &str| {
        let mut spelled = first.to_owned();
        parents.push(Uid::new("Folder", &*spelled));
        for (at, name) in below.split('/').filter(|n| !n.is_empty()).enumerate() {
            spelled.push_str(if at == 0 { slash } else { "/" });
            spelled.push_str(name);
            parents.push(Uid::new("Folder", &*spelled));
        }
    };
    if place.is_some() {
        folders("/", path, "");
    }
    if let Some(below) = from_workspace {
        folders(".", below, "/");
    }
    if let Some(below) = from_home {
        folders("~", below, "/");
    }
    let relative = |below: Option<&str>| below.map(|b| Value::Text(b.to_owned()));
    Fields::default()
        .text("path", path)
        .text("name", place.map_or("", Place::name))
        .optional("from_workspace", relative(from_workspace))
        .optional("from_home", relative(from_home))
        .text("tracking", tracking(facts.tracking))
        .flag("exists", facts.exists)
        .flag("directory", facts.directory)
        .flag("regenerable", facts.regenerable)
        .flag("own", v.situation.session_files.contains(path))
        .entity("File", path, parents)
}

fn host(v: &View<'_>) -> Entity {
    let (port, path, method) = match &v.effect.target {
        Target::Host {
            port, path, method, ..
        } => (*port, path.as_str(), method.as_ref()),
        _ => (None, "", ""),
    };
    let name = v.host.as_ref().map_or("", |h| h.text.as_str());
    let class = match v.host.as_ref().map(|h| h.class) {
        Some(HostClass::Loopback) => "loopback",
        Some(HostClass::Private) => "private",
        Some(HostClass::Metadata) => "metadata",
        Some(HostClass::External) => "external",
        None => "unknown",
    };
    let addr = v.host.as_ref().and_then(|h| h.addr);
    let mut parents = Vec::new();
    if addr.is_none() && !name.is_empty() {
        let mut rest = Some(name);
        while let Some(domain) = rest {
            parents.push(Uid::new("Domain", domain));
            rest = domain.split_once('.').map(|(_, up)| up);
        }
    }
    Fields::default()
        .text("name", name)
        .text("class", class)
        .text("path", path)
        .text("method", method)
        .optional("port", port.map(|p| Value::Long(i64::from(p))))
        .optional("ip", addr.map(|a| Value::Ip(Network::one(a))))
        .entity("Host", name, parents)
}

fn database(v: &View<'_>) -> Entity {
    let name = match &v.effect.target {
        Target::Name(name) => name.as_str(),
        _ => "",
    };
    Fields::default()
        .text("name", name)
        .text("host", v.host.as_ref().map_or("", |h| h.text.as_str()))
        .texts("tables", v.effect.facts.tables.iter().cloned())
        .entity("Database", name, Vec::new())
}

fn git_ref(e: &Effect) -> Entity {
    let (remote, name) = match &e.target {
        Target::GitRef { remote, name } => (remote.as_deref(), name.as_deref()),
        _ => (None, None),
    };
    let protected = e.facts.protected_ref.as_deref();
    let name = name.or(protected).unwrap_or_default();
    Fields::default()
        .text("name", name)
        .text("remote", remote.unwrap_or_default())
        .flag("protected", protected.is_some())
        .entity("Ref", name, Vec::new())
}

/// The target in words.
fn words(e: &Effect) -> String {
    match &e.target {
        Target::None => String::new(),
        Target::Path(name) | Target::Name(name) | Target::Host { host: name, .. } => name.clone(),
        Target::GitRef { name, .. } => name.clone().unwrap_or_default(),
        Target::Command(words) => words.join(" "),
    }
}

const fn environment(e: Environment) -> &'static str {
    match e {
        Environment::Unknown => "unknown",
        Environment::Local => "local",
        Environment::Staging => "staging",
        Environment::Production => "production",
    }
}

const fn certainty(c: Certainty) -> &'static str {
    match c {
        Certainty::Proved => "proved",
        Certainty::Partial => "partial",
        Certainty::Opaque => "opaque",
    }
}

const fn tracking(t: Tracking) -> &'static str {
    match t {
        Tracking::Unknown => "unknown",
        Tracking::Committed => "committed",
        Tracking::Modified => "modified",
        Tracking::Untracked => "untracked",
        Tracking::Ignored => "ignored",
    }
}
