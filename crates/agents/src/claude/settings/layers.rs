//! Which settings files there are, from the one that wins to the one that yields.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use palisade_files as files;

use super::tree::{Broken, Document};

/// Bytes of a settings file that are read.
const SETTINGS_BYTES: usize = 16 * 1024 * 1024;
/// Drop-in files that are looked at.
const DROP_INS: usize = 200;

/// Where to look. Everything comes from the caller, so that a test, a container
/// or another user's home can be looked at as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// Home directory.
    pub home: PathBuf,
    /// The agent's own directory: `CLAUDE_CONFIG_DIR`, else `~/.claude`.
    pub config_dir: PathBuf,
    /// Its state file: `~/.claude.json`, or inside `CLAUDE_CONFIG_DIR`.
    pub state_file: PathBuf,
    /// Directory of the machine-wide settings.
    pub managed_dir: PathBuf,
    /// Top of the project, if there is one.
    pub project: Option<PathBuf>,
    /// The search path for programs.
    pub path: OsString,
}

impl Places {
    /// From a home directory and the variables of a process.
    pub fn new(
        home: &Path,
        project: Option<&Path>,
        get: impl Fn(&str) -> Option<OsString>,
    ) -> Self {
        let moved = get("CLAUDE_CONFIG_DIR")
            .map(PathBuf::from)
            .filter(|dir| dir.is_absolute());
        Self {
            home: home.to_owned(),
            config_dir: moved.clone().unwrap_or_else(|| home.join(".claude")),
            state_file: moved.as_deref().unwrap_or(home).join(".claude.json"),
            managed_dir: managed_dir(),
            project: project.map(Path::to_owned),
            path: get("PATH").unwrap_or_default(),
        }
    }

    /// A path the way a person would write it: relative to the project, or
    /// with `~`.
    pub fn show(&self, path: &Path) -> String {
        if let Some(rest) = self
            .project
            .as_deref()
            .and_then(|project| path.strip_prefix(project).ok())
            .filter(|rest| !rest.as_os_str().is_empty())
        {
            return rest.display().to_string();
        }
        match path.strip_prefix(&self.home) {
            Ok(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
            Ok(rest) => format!("~/{}", rest.display()),
            Err(_) => path.display().to_string(),
        }
    }
}

fn managed_dir() -> PathBuf {
    if cfg!(target_os = "macos") {
        PathBuf::from("/Library/Application Support/ClaudeCode")
    } else {
        PathBuf::from("/etc/claude-code")
    }
}

/// Whose settings they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LayerKind {
    /// The machine's administrator.
    Managed,
    /// This project, this person: `settings.local.json`.
    Local,
    /// This project, everybody: `settings.json` in the repository.
    Project,
    /// This person.
    User,
}

impl LayerKind {
    /// One word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Local => "local",
            Self::Project => "project",
            Self::User => "user",
        }
    }
}

/// One settings file.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Whose.
    pub kind: LayerKind,
    /// Where.
    pub path: PathBuf,
    /// The file is there.
    pub exists: bool,
    /// Its bytes, as far as they could be read.
    pub bytes: Option<Vec<u8>>,
    /// What the agent reads in it. A file that is not there is an error on line 0.
    pub json: Result<Document, Broken>,
}

impl Layer {
    /// Reads one file as a layer.
    pub fn read(kind: LayerKind, path: PathBuf) -> Self {
        let missing = |message: String| Broken { line: 0, message };
        match files::read_capped(&path, SETTINGS_BYTES) {
            Ok(Some(bytes)) => Self {
                kind,
                json: Document::parse(&bytes),
                path,
                exists: true,
                bytes: Some(bytes),
            },
            Ok(None) => Self {
                kind,
                path,
                exists: true,
                bytes: None,
                json: Err(missing("longer than 16 MiB".to_owned())),
            },
            Err(error) => Self {
                kind,
                exists: !error.is_not_found(),
                bytes: None,
                json: Err(missing(error.to_string())),
                path,
            },
        }
    }

    /// The document, when the agent reads it.
    pub fn document(&self) -> Option<&Document> {
        self.json.as_ref().ok()
    }

    /// Settings that come with the repository or lie beside it.
    pub const fn is_of_project(&self) -> bool {
        matches!(self.kind, LayerKind::Project | LayerKind::Local)
    }
}

/// All layers, the strongest first. The four main files are listed even when
/// they are not there.
pub fn layers(places: &Places) -> Vec<Layer> {
    let mut found = Vec::new();
    // Later drop-ins win over earlier ones and over the main file.
    for path in drop_ins(&places.managed_dir.join("managed-settings.d"))
        .into_iter()
        .rev()
    {
        found.push(Layer::read(LayerKind::Managed, path));
    }
    found.push(Layer::read(
        LayerKind::Managed,
        places.managed_dir.join("managed-settings.json"),
    ));
    if let Some(project) = &places.project {
        let folder = project.join(".claude");
        // In the home directory the project's file is the user's file.
        if folder != places.config_dir {
            found.push(Layer::read(
                LayerKind::Local,
                folder.join("settings.local.json"),
            ));
            found.push(Layer::read(
                LayerKind::Project,
                folder.join("settings.json"),
            ));
        }
    }
    found.push(Layer::read(
        LayerKind::User,
        places.config_dir.join("settings.json"),
    ));
    found
}

fn drop_ins(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .take(DROP_INS)
        .collect();
    paths.sort();
    paths
}
