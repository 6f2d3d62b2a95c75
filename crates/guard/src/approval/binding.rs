//! What an approval is about: a digest of what would happen.
//!
//! Where an effect says everything about itself (delete this folder, push to
//! that branch), its key is made of the effect, and the approval holds however
//! the effect is spelled and whatever stands beside it. Where it does not (run
//! this code, send that request, write this text), the key is made of the whole
//! call and of every file it would run or read, so that another command, or
//! another script under the same name, has another key.

use std::fmt::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use palisade_approvals::FileDigest;
use palisade_core::{Certainty, Effect, EffectKind, Facts, Target, ToolCall, Tracking};
use palisade_policy::Matched;
use sha2::{Digest as _, Sha256};

use crate::Judgement;

/// Files whose content is part of a key; a call with more of them is bound to
/// their names, sizes and times.
const FILES: usize = 64;
/// Bytes of a file whose content is looked at.
const FILE_BYTES: usize = 4 * 1024 * 1024;

/// The questions of a judgement with their keys.
#[derive(Debug, Default)]
pub(super) struct Bound {
    /// Index in [`palisade_policy::Decision::matched`], and the key.
    pub(super) keys: Vec<(usize, String)>,
    /// The files that are part of a key.
    pub(super) files: Vec<FileDigest>,
    /// Of all of it, for the code.
    pub(super) digest: [u8; 32],
}

/// Binds every open question.
pub(super) fn bind(call: &ToolCall, judgement: &Judgement, workspace: &Path, cwd: &Path) -> Bound {
    let open: Vec<&Matched> = judgement.decision.questions().collect();
    if open.is_empty() {
        return Bound::default();
    }
    let whole = open
        .iter()
        .filter_map(|m| judgement.effects.get(m.effect))
        .any(|e| !says_everything(e));
    let files = if whole {
        files_of(&judgement.effects, cwd)
    } else {
        Vec::new()
    };
    let around = if whole {
        let mut hash = Hash::new("palisade call 1");
        hash.add(&cwd.to_string_lossy());
        hash.add(&content(call));
        for file in &files {
            hash.add(&file.path);
            hash.add(&file.digest);
        }
        for tip in &judgement.tips {
            hash.add(tip);
        }
        hash.hex()
    } else {
        String::new()
    };
    let mut keys = Vec::new();
    let mut all = Hash::new("palisade request 1");
    all.add(&workspace.to_string_lossy());
    for (index, m) in judgement.decision.matched.iter().enumerate() {
        if !open.iter().any(|o| std::ptr::eq(*o, m)) {
            continue;
        }
        let Some(effect) = judgement.effects.get(m.effect) else {
            continue;
        };
        let mut hash = Hash::new("palisade effect 1");
        hash.add(&workspace.to_string_lossy());
        hash.add(&canonical(effect));
        for rule in reasons(m) {
            hash.add(rule);
        }
        if !says_everything(effect) {
            hash.add(&around);
        }
        let key = hash.hex();
        all.add(&key);
        keys.push((index, key));
    }
    Bound {
        keys,
        files,
        digest: all.bytes(),
    }
}

/// The rules that ask. That the same was denied before is no reason of its own
/// beside another: it is what the person has just been asked about.
fn reasons(m: &Matched) -> impl Iterator<Item = &'static str> {
    let alone = m.asking.len() == 1;
    m.asking
        .iter()
        .copied()
        .filter(move |rule| alone || *rule != palisade_policy::RowId::DeniedAgain.id())
}

/// Whether the effect is all there is to know about what would happen.
fn says_everything(e: &Effect) -> bool {
    let whole = matches!(
        e.kind,
        EffectKind::FileRead
            | EffectKind::FileList
            | EffectKind::FileDelete
            | EffectKind::FileExpose
            | EffectKind::GitPush
            | EffectKind::GitForcePush
            | EffectKind::GitDeleteRemote
            | EffectKind::NetListen
            | EffectKind::PackageInstall
            | EffectKind::ProcessSignal
    );
    // What was found in commits belongs to these commits.
    let commits = e.facts.leaving != palisade_core::Leaving::default();
    whole && e.certainty == Certainty::Proved && e.via.is_empty() && !commits
}

/// The effect without what differs from one moment to the next.
fn canonical(effect: &Effect) -> String {
    let mut e = effect.clone();
    let facts = std::mem::take(&mut e.facts);
    // The path is the one it really is.
    if let (Target::Path(_), Some(resolved)) = (&e.target, &facts.resolved) {
        e.target = Target::Path(resolved.clone());
        e.dir = None;
    }
    e.facts = Facts {
        loss: None,
        denied_before: 0,
        repeated: None,
        exists: false,
        directory: false,
        regenerable: false,
        tracking: Tracking::Unknown,
        lexical: None,
        ..facts
    };
    // An effect of strings and numbers is always JSON.
    serde_json::to_string(&e).unwrap_or_else(|_| format!("{e:?}"))
}

/// What the agent sent, without what only describes it.
fn content(call: &ToolCall) -> String {
    match call {
        ToolCall::Shell {
            command,
            unsandboxed,
            ..
        } => format!("shell {unsandboxed} {}", command.trim()),
        ToolCall::Mcp {
            source, arguments, ..
        } => {
            // The same arguments in another order are the same call.
            let mut sorted = arguments.clone();
            sorted.sort_all_objects();
            format!("{} {source:?} {sorted}", call.name())
        }
        other => format!("{other:?}"),
    }
}

/// Every single file the effects run or read, as it is now.
fn files_of(effects: &[Effect], cwd: &Path) -> Vec<FileDigest> {
    let mut paths: Vec<String> = Vec::new();
    let mut add = |path: &str, dir: Option<&String>| {
        let dir = dir.map_or(cwd, |d| Path::new(d.as_str()));
        let real = palisade_files::resolve(path, dir).real;
        let real = real.to_string_lossy().into_owned();
        if !paths.contains(&real) {
            paths.push(real);
        }
    };
    for e in effects {
        for script in &e.via {
            add(script, e.dir.as_ref());
        }
        let runs = matches!(
            e.kind,
            EffectKind::ExecProject
                | EffectKind::ExecUnknown
                | EffectKind::ExecFetched
                | EffectKind::ExecOpaque
                | EffectKind::EnvInject
        );
        match &e.target {
            Target::Path(path) if (e.kind == EffectKind::FileRead || runs) && !e.pattern => {
                add(e.facts.resolved.as_ref().unwrap_or(path), e.dir.as_ref());
            }
            Target::Name(name) if runs && name.contains('/') => add(name, e.dir.as_ref()),
            _ => {}
        }
    }
    paths.sort();
    let mut left = FILES;
    paths
        .into_iter()
        .filter_map(|path| {
            let digest = digest(Path::new(&path), left > 0)?;
            left = left.saturating_sub(1);
            Some(FileDigest { path, digest })
        })
        .collect()
}

/// The content of a regular file in hex, or what else identifies it.
fn digest(path: &Path, whole: bool) -> Option<String> {
    let meta = std::fs::metadata(path).ok()?;
    if !meta.is_file() {
        return None;
    }
    if whole && let Ok(Some(bytes)) = palisade_files::read_capped(path, FILE_BYTES) {
        return Some(hex(&Sha256::digest(&bytes)));
    }
    Some(format!(
        "size {} time {}.{} inode {}",
        meta.len(),
        meta.mtime(),
        meta.mtime_nsec(),
        meta.ino()
    ))
}

/// SHA-256 over parts that cannot run into each other.
struct Hash(Sha256);

impl Hash {
    fn new(what: &str) -> Self {
        let mut hash = Self(Sha256::new());
        hash.add(what);
        hash
    }

    fn add(&mut self, part: &str) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part.as_bytes());
    }

    fn bytes(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    fn hex(self) -> String {
        hex(&self.bytes())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").ok();
        out
    })
}
