//! The words of a decision: what would happen, in one line, exact and calm.
//!
//! What is named here goes to the model and to a terminal, so names are
//! stripped of control characters, shortened, and never hold more of a URL
//! than host and path. No content of files is known here.

use palisade_core::{Effect, Environment, Target};

use crate::place::{Ground, Place};
use crate::view::View;
use crate::{HostClass, RowId, alternatives};

/// Longest name shown.
const NAME: usize = 120;

/// The effect in words: `would delete ~ (your home directory) and everything in it (rm)`.
pub(crate) fn reason(v: &View<'_>, row: Option<RowId>, why: Option<&str>) -> String {
    let e = v.effect;
    let mut text = match row {
        Some(row) => specific(v, row),
        None => match why {
            Some(why) => format!("{}: {why}", general(v)),
            None => format!("{}, which a rule of the policy covers", general(v)),
        },
    };
    if e.facts.environment == Environment::Production && why.is_none() {
        text.push_str(", in production");
    }
    if let Some(origin) = &e.facts.origin {
        text.push_str(&format!(", {}", clean(origin, NAME)));
    }
    if !e.by.is_empty() && !text.ends_with(&e.by) {
        text.push_str(&format!(" ({})", clean(&e.by, 60)));
    }
    if let (Some(source), true) = (&v.situation.untrusted_source, row.is_some_and(wants_source)) {
        text.push_str(&format!(
            "; before, content from outside came in ({})",
            clean(source, NAME)
        ));
    }
    text
}

/// Acts that somebody who wrote into the context would want: the person who is
/// asked should know that somebody may have.
const fn wants_source(row: RowId) -> bool {
    matches!(
        row,
        RowId::DeferredWrite
            | RowId::DeferredWriteSevere
            | RowId::EnvInject
            | RowId::AgentBypass
            | RowId::ExecOpaque
            | RowId::NetWrite
            | RowId::NetReadCarrying
            | RowId::GitPushDeferred
            | RowId::Publish
            | RowId::Deploy
            | RowId::MessageSend
            | RowId::McpWrite
            | RowId::DeniedAgain
    )
}

fn specific(v: &View<'_>, row: RowId) -> String {
    let e = v.effect;
    match row {
        RowId::FileReadSystem => format!("would read {}, a secret of this system", what(v)),
        RowId::SecretRead => secret_read(v),
        RowId::SecretFetch => match name(e) {
            Some(n) => format!("would read the secret {n}"),
            None => "would read a secret from a secret store or the environment".to_owned(),
        },
        RowId::SecretEnvironment => {
            "would print the whole environment, secrets included".to_owned()
        }
        RowId::SecretSend => secret_send(v),
        RowId::DataRead => format!("would read {} data{}", classes(v), of_what(v)),
        RowId::DataSend => format!(
            "would send {} data{} to another machine",
            classes(v),
            of_what(v)
        ),
        RowId::SecretDelete => format!(
            "would delete {}, a secret file that no commit holds",
            what(v)
        ),
        RowId::FileWriteSystem => {
            format!("would {}, which belongs to the system", act(v))
        }
        RowId::DeferredWrite => format!(
            "would {}, which runs or is obeyed later without being asked for",
            act(v)
        ),
        RowId::DeferredWriteSevere => {
            format!("would {}, which decides who gets into this machine", act(v))
        }
        RowId::GuardTouch => match e.path() {
            Some(_) => format!("would {}, which belongs to the guard", act(v)),
            None => "would change the guard, which only a person may do".to_owned(),
        },
        RowId::PrivilegeSevere => match e.path() {
            Some(_) => format!("would {}, which puts this machine at stake", act(v)),
            None => with_name(
                v,
                "would change the system in a way that puts this machine at stake",
                ": ",
            ),
        },
        RowId::FileDeleteRoot => deletes_root(v),
        RowId::FileDeleteTree
        | RowId::FileDeleteUncommitted
        | RowId::FileDelete
        | RowId::FileDeleteRegenerable
        | RowId::FileDeleteScript
        | RowId::FileDeleteOwn => deletes(v, row),
        RowId::GitProtectedBranches => format!(
            "would {} the protected branch {}",
            match e.kind {
                palisade_core::EffectKind::GitForcePush => "overwrite history of",
                palisade_core::EffectKind::GitDeleteRemote => "delete",
                _ => "push straight to",
            },
            branch(v)
        ),
        RowId::LimitReached if e.kind != palisade_core::EffectKind::LimitReached => {
            "names something too long to be looked at".to_owned()
        }
        RowId::GitPushUnknown => {
            "would push to branches that are not known before it runs".to_owned()
        }
        RowId::PackageSuspect => format!(
            "would install {}: {}",
            name(e).unwrap_or_else(|| "a package".to_owned()),
            clean(e.facts.suspect.as_deref().unwrap_or_default(), 200)
        ),
        RowId::NetPrivate => format!(
            "would reach {}, a private address that no rule lists",
            peer(v)
        ),
        RowId::NetMetadata => format!(
            "would reach {}, which hands out credentials of this machine",
            peer(v)
        ),
        RowId::NetReadAfterSecret => {
            let which = v.situation.secret_source.as_ref();
            let which = which.map_or_else(String::new, |s| format!(" ({})", clean(s, NAME)));
            format!(
                "would connect to {} after this session read a secret{which}",
                peer(v)
            )
        }
        RowId::NetReadCarrying => format!("would put data into a URL of {}", peer(v)),
        RowId::NetRepeat => format!(
            "would ask {} for the same again, asked {}",
            peer_and_path(v),
            clean(e.facts.repeated.as_deref().unwrap_or("often"), NAME)
        ),
        RowId::DeniedAgain => format!(
            "{}, after it was denied {} times in this session",
            if again_unread(v) {
                format!("{}, which may do what was denied", general(v))
            } else {
                general(v)
            },
            e.facts.denied_before
        ),
        RowId::GitPushDeferred => {
            let files: Vec<String> = e
                .facts
                .leaving
                .deferred
                .iter()
                .take(3)
                .map(|f| clean(f, 80))
                .collect();
            let more = e.facts.leaving.deferred.len().saturating_sub(files.len());
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            format!(
                "would push changes of {}{more}, which run or are obeyed elsewhere, to {}",
                files.join(", "),
                branch(v)
            )
        }
        RowId::GitPushLarge => format!(
            "would push {} to {}",
            clean(
                e.facts.leaving.large.as_deref().unwrap_or("a large file"),
                NAME
            ),
            branch(v)
        ),
        RowId::GitPushUninspected => format!(
            "would push commits that were not inspected completely ({}) to {}",
            clean(
                e.facts.leaving.incomplete.as_deref().unwrap_or("too many"),
                NAME
            ),
            branch(v)
        ),
        RowId::NetSensitive => format!(
            "would send {} to {}, an administrative endpoint",
            method(e),
            peer_and_path(v)
        ),
        _ => general(v),
    }
}

/// What is run again was not denied itself, but cannot be read either.
const fn again_unread(v: &View<'_>) -> bool {
    use palisade_core::EffectKind as K;
    matches!(v.effect.kind, K::ExecUnknown | K::ExecProject)
}

/// What happens, by kind alone.
fn general(v: &View<'_>) -> String {
    use palisade_core::EffectKind as K;
    let e = v.effect;
    match e.kind {
        K::FileRead => format!("would read {}", what(v)),
        K::FileList => format!("would list {}", what(v)),
        K::FileWrite => match scope_note(v) {
            Some(note) => format!("would write {}, {note}", what(v)),
            None => format!("would write {}", what(v)),
        },
        K::FileDelete => deletes(v, RowId::FileDelete),
        K::FileExpose => format!("would open {} to every user of this machine", what(v)),
        K::ExecProject => with_name(v, "would run a script of the project", ": "),
        K::ExecUnknown => with_name(v, "would run a program that is not known", ": "),
        K::ExecNamed => with_name(v, "would run", " "),
        K::ExecFetched => with_name(v, "would run code that comes from the network", ": "),
        K::ExecOpaque => with_name(v, "would run code that cannot be read before it runs", ": "),
        K::LimitReached => match &e.target {
            Target::Name(why) if why.starts_with("syntax error") => {
                format!(
                    "is not a command line that can be read: {}",
                    clean(why, 120)
                )
            }
            Target::Name(why) => format!("is not understood to its end: {}", clean(why, 120)),
            _ => "is not understood to its end".to_owned(),
        },
        K::EnvInject if matches!(v.effect.target, Target::Host { .. }) => {
            format!("would make git fetch from and push to {}", peer(v))
        }
        K::EnvInject => with_name(v, "would make other programs run code", " by "),
        K::AgentBypass => {
            "would start a coding agent with its permission checks bypassed".to_owned()
        }
        K::AgentUnguarded => "would start a coding agent out of the guard's sight".to_owned(),
        K::AgentStart => "would start a coding agent".to_owned(),
        K::PlanStart => "would begin to carry out the plan".to_owned(),
        K::GitOrdinary => "would change the repository".to_owned(),
        K::GitRead => "would look at the repository".to_owned(),
        K::GitDiscard => loses(v, "would discard uncommitted work"),
        K::GitRewrite => loses(v, "would rewrite local history"),
        K::GitSkipHooks => "would go around the git hooks of this repository".to_owned(),
        K::GitPush => format!("would push to {}", branch(v)),
        K::GitForcePush => format!("would overwrite history of {}", branch(v)),
        K::GitDeleteRemote => format!("would delete {}", branch(v)),
        K::GitProtection => "would change who may change the repository".to_owned(),
        K::PackageLocked => "would install the packages of the lock file".to_owned(),
        K::PackageInstall => with_name(v, "would install", " "),
        K::Publish => with_name(v, "would publish a package, image or release", ": "),
        K::NetRead => format!("would read from {}", peer(v)),
        K::NetWrite if matches!(&e.target, Target::Host { method, .. } if method == "SSH") => {
            format!("would run commands on {}", peer(v))
        }
        K::NetWrite => format!("would send {} to {}", method(e), peer_and_path(v)),
        K::NetListen => match &v.host {
            Some(h) if h.class != HostClass::Loopback => {
                format!("would open a tunnel to {}", peer(v))
            }
            _ => "would listen for connections".to_owned(),
        },
        K::DbRead => with_name(v, "would read from a database", ": "),
        K::DbWrite => with_name(v, "would change rows of a database", ": "),
        K::DbSchema => with_name(v, "would change a database schema", ": "),
        K::DbDestroy => with_name(v, "would destroy data of a database", ": "),
        K::CloudRead => with_name(v, "would look at cloud resources", ": "),
        K::Deploy => with_name(v, "would deploy or change infrastructure", ": "),
        K::InfraDestroy => with_name(v, "would destroy infrastructure", ": "),
        K::Privilege => with_name(v, "would use elevated privilege", ": "),
        K::PrivilegeSevere => with_name(v, "would put this machine at stake", ": "),
        K::ProcessSignal => with_name(v, "would stop processes it did not start", ": "),
        K::MessageSend => with_name(v, "would send a message to people", ": "),
        K::IssueWrite => with_name(v, "would write to an issue or pull request", ": "),
        K::SecretRead => with_name(v, "would read a secret", ": "),
        K::SecretSend => "would send secret content".to_owned(),
        K::McpRead => with_name(v, "would read through an MCP server", ": "),
        K::McpCall => with_name(v, "would call an MCP tool whose effect is unknown", ": "),
        K::McpWrite => with_name(v, "would change something through an MCP server", ": "),
        K::InjectHidden => with_name(v, "would let the model read what people do not see", ": "),
        K::InjectInstructions => with_name(v, "would let the model read instructions to it", ": "),
        _ => "would do something this version does not know".to_owned(),
    }
}

/// What is done to the path: `write x`, `delete x`, `open x to everybody`.
fn act(v: &View<'_>) -> String {
    use palisade_core::EffectKind as K;
    match v.effect.kind {
        K::FileDelete => format!("delete {}", what(v)),
        K::FileExpose => format!("open {} to everybody", what(v)),
        _ => format!("write {}", what(v)),
    }
}

fn secret_read(v: &View<'_>) -> String {
    if let Some(alias) = &v.effect.facts.alias_of {
        let real = Place::new(v.ground.absolute(alias));
        return format!(
            "would read {}, another name of the secret file {}",
            what(v),
            shown(&real, v.ground)
        );
    }
    if v.effect.recursive && v.is_root() {
        return format!(
            "would read everything in {}, keys and credentials included",
            what(v)
        );
    }
    if v.effect.pattern {
        return format!("would read {}, which names secret files", what(v));
    }
    format!("would read {}, a secret file", what(v))
}

fn secret_send(v: &View<'_>) -> String {
    let e = v.effect;
    if e.path().is_some() {
        return format!(
            "would read {}, a secret, and send it to the network",
            what(v)
        );
    }
    let found = match e.facts.secrets.first() {
        Some(rule) => format!("a secret ({})", clean(rule, 40)),
        None => "a secret".to_owned(),
    };
    if let Some(at) = &e.facts.leaving.secret_at {
        return format!(
            "would push {found} to {}, in {}",
            branch(v),
            clean(at, NAME)
        );
    }
    match (&v.host, name(e)) {
        (Some(_), _) => format!("would send {found} to {}", peer(v)),
        (None, Some(n)) => format!("would send {found} to {n}"),
        (None, None) => format!("would send {found} away"),
    }
}

/// The delicate classes of what is touched.
fn classes(v: &View<'_>) -> String {
    let delicate = v.effect.facts.classes.iter().filter(|c| c.is_delicate());
    let names: Vec<&str> = delicate.map(|c| c.as_str()).collect();
    names.join(" and ")
}

fn of_what(v: &View<'_>) -> String {
    match &v.effect.target {
        Target::Path(_) => format!(": {}", what(v)),
        Target::Host { .. } => format!(" from {}", peer(v)),
        _ => name(v.effect).map_or_else(String::new, |n| format!(": {n}")),
    }
}

fn deletes_root(v: &View<'_>) -> String {
    if v.effect.facts.other_repository && !v.is_root() {
        return format!("would delete {}, which is in another repository", what(v));
    }
    let text = format!("would delete {} and everything in it", what(v));
    lost(v, text)
}

fn deletes(v: &View<'_>, row: RowId) -> String {
    let e = v.effect;
    let mut text = if e.path().is_none() {
        "would delete files that are not known before it runs".to_owned()
    } else if e.pattern {
        format!("would delete everything that matches {}", what(v))
    } else if e.recursive {
        format!("would delete {} and everything in it", what(v))
    } else if row == RowId::FileDeleteUncommitted && e.facts.loss.is_none() {
        format!("would delete {}, which no commit holds", what(v))
    } else {
        format!("would delete {}", what(v))
    };
    if e.recursive && v.places.first().is_some_and(|p| p.name() == ".git") {
        text.push_str(", the whole history of the repository");
    }
    lost(v, text)
}

fn loses(v: &View<'_>, what: &str) -> String {
    lost(v, what.to_owned())
}

fn lost(v: &View<'_>, mut text: String) -> String {
    if let Some(loss) = &v.effect.facts.loss {
        text.push_str(&format!("; {} would be lost", clean(loss, NAME)));
    }
    text
}

fn scope_note(v: &View<'_>) -> Option<&'static str> {
    let place = v.places.first()?;
    v.ground
        .in_workspace(&place.abs)
        .is_none()
        .then_some("outside the workspace")
}

/// The path an effect touches, as the person would name it.
fn what(v: &View<'_>) -> String {
    match (v.places.first(), &v.effect.target) {
        (Some(place), Target::Path(_)) => shown(place, v.ground),
        (_, Target::Path(path)) if path.starts_with(['/', '~']) => {
            shown(&Place::new(v.ground.absolute(path)), v.ground)
        }
        (_, Target::Path(path)) => clean(path, NAME),
        _ => "a path that is not known before it runs".to_owned(),
    }
}

/// A path, short: from the workspace, from home, or whole.
pub(crate) fn shown(place: &Place, ground: &Ground) -> String {
    let abs = place.abs.as_str();
    if ground.is_home(abs) {
        return "~ (your home directory)".to_owned();
    }
    if abs == "/" {
        return "/ (the whole file system)".to_owned();
    }
    if ground.is_workspace(abs) {
        return format!("{} (the workspace itself)", clean(abs, NAME));
    }
    if let Some(inside) = ground.in_workspace(abs) {
        return clean(inside, NAME);
    }
    match ground.in_home(abs) {
        Some(inside) => format!("~/{}", clean(inside, NAME)),
        None => clean(abs, NAME),
    }
}

fn peer(v: &View<'_>) -> String {
    let Some(host) = &v.host else {
        return "a host that is not known before it runs".to_owned();
    };
    let written = match &v.effect.target {
        Target::Host { host, .. } => host.as_str(),
        _ => "",
    };
    let text = clean(&host.text, NAME);
    // Say what an unusual spelling stands for.
    let plain = written.trim_matches(['[', ']']).trim_end_matches('.');
    if host.addr.is_some() && !plain.eq_ignore_ascii_case(&host.text) {
        return format!("{text} (written {})", clean(written, 60));
    }
    text
}

fn peer_and_path(v: &View<'_>) -> String {
    let path = match &v.effect.target {
        Target::Host { path, .. } => path.split(['?', '#']).next().unwrap_or_default(),
        _ => "",
    };
    if path.len() <= 1 {
        return peer(v);
    }
    format!("{}{}", peer(v), clean(path, 60))
}

/// `a POST request`, or `data` where it is not HTTP.
fn method(e: &Effect) -> String {
    const HTTP: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    match &e.target {
        Target::Host { method, .. } if HTTP.contains(&method.as_ref()) => {
            format!("a {method} request")
        }
        _ => "data".to_owned(),
    }
}

fn branch(v: &View<'_>) -> String {
    let e = v.effect;
    let (remote, name) = match &e.target {
        Target::GitRef { remote, name } => (remote.as_deref(), name.as_deref()),
        _ => (None, None),
    };
    let name = e.facts.protected_ref.as_deref().or(name);
    let name = name.map_or_else(|| "the current branch".to_owned(), |n| clean(n, NAME));
    match remote {
        Some(remote) => format!("{name} on {}", clean(&without_login(remote), NAME)),
        None => name,
    }
}

/// A remote without the name and password a URL may hold.
fn without_login(remote: &str) -> String {
    match remote.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = authority.rsplit('@').next().unwrap_or_default();
            let path = path.split(['?', '#']).next().unwrap_or_default();
            format!("{scheme}://{host}/{path}")
        }
        None => remote.to_owned(),
    }
}

fn name(e: &Effect) -> Option<String> {
    match &e.target {
        Target::Name(n) if !n.is_empty() => Some(clean(n, 80)),
        Target::Command(words) => Some(clean(&words.join(" "), 80)),
        _ => None,
    }
}

fn with_name(v: &View<'_>, text: &str, join: &str) -> String {
    let named = match &v.effect.target {
        Target::Host { .. } => Some(peer(v)),
        Target::Path(_) => Some(what(v)),
        _ => name(v.effect),
    };
    match named {
        Some(n) => format!("{text}{join}{n}"),
        None => text.to_owned(),
    }
}

/// One line, without characters that move the cursor or reorder text.
fn clean(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max));
    for (count, c) in text.chars().enumerate() {
        if count == max {
            out.push('…');
            break;
        }
        let hidden = c.is_control()
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
        out.push(if hidden { '\u{fffd}' } else { c });
    }
    out
}

/// What may be done instead, as one line.
pub(crate) fn alternative(v: &View<'_>, row: Option<RowId>, rule: &str) -> Option<String> {
    let Some(row) = row else {
        let text = match rule {
            "roles" => {
                "work with a local copy, or write down what has to be done and let somebody whose role it is do it"
            }
            "declared" => "do without it, and say at the end what was missing",
            _ => return None,
        };
        return Some(text.to_owned());
    };
    if row == RowId::ExecFetched && v.effect.facts.origin.is_some() {
        return Some("tell the user what it holds and let them run it".to_owned());
    }
    let found = alternatives::find(row)?;
    let Some(command) = found.command else {
        return Some(found.text.to_owned());
    };
    if !command.contains("{path}") {
        return Some(format!("{}:  {command}", found.text));
    }
    // Only for one plain file does the command mean what it says.
    let place = v.places.first()?;
    if v.effect.pattern || v.effect.recursive || v.effect.facts.directory {
        return None;
    }
    let path = v.ground.in_workspace(&place.abs).unwrap_or(&place.abs);
    if path.is_empty() || path.chars().any(|c| c.is_control() || c == '\'') {
        return None;
    }
    let plain = path
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'));
    let dash = if path.starts_with('-') { "./" } else { "" };
    let quoted = if plain {
        format!("{dash}{path}")
    } else {
        format!("'{dash}{path}'")
    };
    Some(format!(
        "{}:  {}",
        found.text,
        command.replace("{path}", &quoted)
    ))
}
