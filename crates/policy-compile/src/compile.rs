//! Files into a snapshot.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use palisade_core::{Mode, Profile};
use palisade_policy::{
    Ignored, Layer, LayerPolicy, RowId, RowSetting, Snapshot, SourceRef, SourceStamp, Table, merge,
};
use sha2::{Digest, Sha256};

use crate::bundle::{Bundle, SeenVersions};
use crate::diagnostics::{Diagnostic, Diagnostics, Level};
use crate::parse::parse;
use crate::signed::TrustedKeys;
use crate::text::Text;

/// Bytes of one policy file.
const FILE_BYTES: usize = 256 * 1024;

/// The files a policy is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Of the organisation, in the order of their names: policies (`.toml`,
    /// `.cedar`) and signed bundles of them (`.bundle`).
    pub organisation: Vec<PathBuf>,
    /// Where the keys are that sign bundles.
    pub keys: Option<PathBuf>,
    /// The highest version seen of each bundle.
    pub seen: SeenVersions,
    /// Now, in microseconds since 1970; 0 when it is not known, and then nothing
    /// signed counts.
    pub now: u64,
    /// Of the user.
    pub user: Option<PathBuf>,
    /// Of the project.
    pub project: Option<PathBuf>,
    /// Of the user, in Cedar.
    pub user_cedar: Option<PathBuf>,
    /// Of the project, in Cedar.
    pub project_cedar: Option<PathBuf>,
    /// Of the session; it has to be there.
    pub session: Option<PathBuf>,
}

/// Endings of the files an organisation's folder holds.
const ENDINGS: [&str; 3] = ["toml", "cedar", "bundle"];

/// Finds the policy files: every one in the organisation's folder, the user's
/// and the project's with those in Cedar beside them, whether or not they exist.
pub fn discover(organisation: &Path, user: &Path, project: &Path) -> Sources {
    let mut files: Vec<PathBuf> = std::fs::read_dir(organisation)
        .map(|entries| {
            entries
                .flatten()
                .map(|e| e.path())
                .filter(|p| {
                    p.extension()
                        .is_some_and(|e| ENDINGS.iter().any(|known| e == *known))
                })
                .collect()
        })
        .unwrap_or_default();
    files.sort();
    Sources {
        organisation: files,
        keys: Some(organisation.with_file_name("policy.keys")),
        user: Some(user.to_owned()),
        project: Some(project.to_owned()),
        user_cedar: Some(user.with_extension("cedar")),
        project_cedar: Some(project.with_extension("cedar")),
        ..Sources::default()
    }
}

/// A snapshot and what was left out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// The policy.
    pub snapshot: Snapshot,
    /// Statements that have no effect, rendered, with their lines.
    pub warnings: Vec<String>,
    /// The same as they were found.
    pub ignored: Vec<Ignored>,
    /// The versions of the bundles that count.
    pub versions: SeenVersions,
}

impl Deref for Compiled {
    type Target = Snapshot;
    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}

/// Compiles the policy. Files that do not exist say nothing.
pub fn compile(sources: &Sources) -> Result<Compiled, Diagnostics> {
    let loaded = load(sources);
    if loaded.diagnostics.has_errors() {
        return Err(loaded.diagnostics);
    }
    let policies: Vec<LayerPolicy> = loaded.layers.iter().map(|l| l.policy.clone()).collect();
    let (table, ignored) = merge(&policies);
    let warnings = loaded
        .warnings(&ignored)
        .list
        .into_iter()
        .map(|d| Diagnostics { list: vec![d] }.render(false))
        .collect();
    Ok(Compiled {
        snapshot: Snapshot {
            table,
            sources: loaded.stamps,
            expires: loaded.expires,
        },
        warnings,
        ignored,
        versions: loaded.versions,
    })
}

/// What holds, whatever is wrong.
#[derive(Clone, Debug)]
pub struct Restricted {
    /// The policy.
    pub snapshot: Snapshot,
    /// What is wrong.
    pub diagnostics: Option<Diagnostics>,
    /// The versions of the bundles that count.
    pub versions: SeenVersions,
}

/// Compiles the policy; with a file that cannot be used, to the restricted
/// profile, kept on top of everything the other files deny. What is wrong
/// comes back beside it, errors and warnings alike.
pub fn compile_or_restricted(sources: &Sources) -> Restricted {
    let mut loaded = load(sources);
    let broken = loaded.diagnostics.has_errors();
    let mut policies: Vec<LayerPolicy> = loaded
        .layers
        .iter()
        .filter(|l| !l.broken)
        .map(|l| l.policy.clone())
        .collect();
    if broken {
        policies.push(restriction());
    }
    let (mut table, ignored) = merge(&policies);
    if broken {
        table.profile = Profile::Restricted;
    }
    let warnings = loaded.warnings(&ignored);
    let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
    diagnostics.list.extend(warnings.list);
    let snapshot = Snapshot {
        table,
        sources: loaded.stamps,
        expires: loaded.expires,
    };
    Restricted {
        snapshot,
        diagnostics: (!diagnostics.list.is_empty()).then_some(diagnostics),
        versions: loaded.versions,
    }
}

/// The restricted profile as the lowest layer: it tightens what the readable
/// files say and lifts nothing, and it is carried out whatever mode they chose.
fn restriction() -> LayerPolicy {
    let mut layer = LayerPolicy::empty(Layer::Session);
    let source = SourceRef::BuiltIn(Profile::Restricted);
    layer.mode = Some((Mode::Enforce, source.clone()));
    let restricted = Table::builtin(Profile::Restricted);
    layer.rows = restricted
        .rows
        .iter()
        .filter_map(|(id, row)| {
            let cells = row.statements.first()?.cells;
            // Only what it denies: an allow of its own would be looser than some profiles.
            let cells = cells.map(|c| c.filter(|v| *v != palisade_core::Verdict::Allow));
            let setting = RowSetting {
                cells,
                mode: Some(Mode::Enforce),
                source: source.clone(),
            };
            Some((*id, setting))
        })
        .collect::<BTreeMap<RowId, RowSetting>>();
    layer
}

struct LoadedLayer {
    text: Text,
    policy: LayerPolicy,
    broken: bool,
}

#[derive(Default)]
struct Loaded {
    layers: Vec<LoadedLayer>,
    stamps: Vec<SourceStamp>,
    diagnostics: Diagnostics,
    versions: SeenVersions,
    /// When the first of the bundles ends, in microseconds since 1970; 0 without one.
    expires: u64,
}

impl Loaded {
    fn add(&mut self, name: String, content: String, layer: Layer) {
        let text = Text {
            path: name.into(),
            content: content.into(),
        };
        let cedar = Path::new(&*text.path)
            .extension()
            .is_some_and(|e| e == "cedar");
        let (policy, found) = if cedar {
            crate::cedar::parse(&text, layer)
        } else {
            parse(&text, layer)
        };
        self.layers.push(LoadedLayer {
            broken: found.iter().any(|d| d.level == Level::Error),
            text,
            policy,
        });
        self.diagnostics.list.extend(found);
    }

    fn warnings(&self, ignored: &[Ignored]) -> Diagnostics {
        let list = ignored
            .iter()
            .filter_map(|i| {
                let SourceRef::File { path, line } = &i.source else {
                    return None;
                };
                let text = self
                    .layers
                    .iter()
                    .map(|l| &l.text)
                    .find(|t| *t.path == **path)?;
                let span = text.span_of_line(*line)?;
                let note = "this line has no effect";
                let found = Diagnostic::at(Level::Warning, text, span, i.why.clone(), note);
                let help = (i.layer >= Layer::Project)
                    .then(|| "to loosen a rule, say it in your own policy file".to_owned());
                Some(found.with_help(help))
            })
            .collect();
        Diagnostics { list }
    }
}

fn load(sources: &Sources) -> Loaded {
    let mut out = Loaded::default();
    let organisation = sources
        .organisation
        .iter()
        .map(|p| (p, Layer::Organisation));
    let user = sources.user.iter().chain(&sources.user_cedar);
    let user = user.map(|p| (p, Layer::User));
    let project = sources.project.iter().chain(&sources.project_cedar);
    let project = project.map(|p| (p, Layer::Project));
    let session = sources.session.iter().map(|p| (p, Layer::Session));
    for (path, layer) in organisation.chain(user).chain(project).chain(session) {
        let name = shown(path, layer);
        let (stamp, content) = read(path, &name);
        out.stamps.push(stamp);
        let content = match content {
            Ok(Some(content)) => content,
            // Whoever chose it would take its absence for consent.
            Ok(None) if layer == Layer::Session => {
                let found = Diagnostic::about(&name, "the policy of this session is not there");
                out.diagnostics.list.push(found);
                continue;
            }
            Ok(None) => continue,
            Err(diagnostic) => {
                out.diagnostics.list.push(diagnostic);
                continue;
            }
        };
        if layer == Layer::Organisation && path.extension().is_some_and(|e| e == "bundle") {
            match opened(&content, sources, &mut out) {
                Ok(bundle) => {
                    for file in bundle.files {
                        out.add(format!("{name}/{}", file.name), file.text, layer);
                    }
                }
                Err(why) => out.diagnostics.list.push(Diagnostic::about(&name, why)),
            }
            continue;
        }
        out.add(name, content, layer);
    }
    out
}

/// The bundle, if it counts here and now.
fn opened(content: &str, sources: &Sources, out: &mut Loaded) -> Result<Bundle, String> {
    let keys = sources.keys.as_deref().unwrap_or(Path::new(""));
    let shown = keys.to_string_lossy();
    let (stamp, list) = read(keys, &shown);
    if !out.stamps.contains(&stamp) {
        out.stamps.push(stamp);
    }
    let list = list.ok().flatten().ok_or_else(|| {
        format!("it is signed, and there are no trusted keys in {shown} to know it by")
    })?;
    let keys = TrustedKeys::parse(&list).map_err(|e| format!("{shown}: {e}"))?;
    let bundle = Bundle::open(content, &keys).map_err(|e| e.to_string())?;
    let now = if sources.now == 0 {
        u64::MAX
    } else {
        sources.now
    };
    bundle
        .counts(now, &sources.seen)
        .map_err(|e| e.to_string())?;
    let ends = bundle.expires.saturating_mul(1_000_000);
    out.expires = if out.expires == 0 {
        ends
    } else {
        out.expires.min(ends)
    };
    out.versions.insert(bundle.name.clone(), bundle.version);
    Ok(bundle)
}

/// A project's file by the name everybody knows it by.
fn shown(path: &Path, layer: Layer) -> String {
    let known = [".palisade/policy.toml", ".palisade/policy.cedar"];
    if let Some(name) = known.iter().find(|name| path.ends_with(name))
        && layer == Layer::Project
    {
        return (*name).to_owned();
    }
    path.to_string_lossy().into_owned()
}

/// The stamp is taken before the content is read: a change in between makes
/// the snapshot look stale, never fresh.
fn read(path: &Path, name: &str) -> (SourceStamp, Result<Option<String>, Diagnostic>) {
    let mut stamp = SourceStamp {
        path: path.to_string_lossy().into_owned(),
        ..SourceStamp::default()
    };
    match std::fs::metadata(path) {
        Ok(meta) => {
            stamp.present = true;
            stamp.size = meta.len();
            stamp.ino = meta.ino();
            stamp.mtime_ns =
                i128::from(meta.mtime()) * 1_000_000_000 + i128::from(meta.mtime_nsec());
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return (stamp, Ok(None)),
        Err(e) if e.kind() == std::io::ErrorKind::NotADirectory => return (stamp, Ok(None)),
        Err(e) => {
            let found = Diagnostic::about(name, format!("the policy file cannot be read: {e}"));
            return (stamp, Err(found));
        }
    }
    let content = match palisade_files::read_capped(path, FILE_BYTES) {
        Ok(Some(bytes)) => {
            stamp.sha256 = Sha256::digest(&bytes).into();
            String::from_utf8(bytes)
                .map(Some)
                .map_err(|_| Diagnostic::about(name, "the policy file is not UTF-8"))
        }
        Ok(None) => Err(Diagnostic::about(
            name,
            "the policy file is larger than 256 KiB",
        )),
        Err(e) => Err(Diagnostic::about(
            name,
            format!("the policy file cannot be read: {e}"),
        )),
    };
    (stamp, content)
}
