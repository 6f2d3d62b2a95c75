//! The kill switch: a file of lines, read by every hook.
//!
//! ```text
//! # everything on this machine (the same as an empty file)
//! all
//! user mara
//! session 3f2a91bc-…        # why
//! repository /home/mara/code/shop
//! mcp github
//! agent codex
//! ```
//!
//! It can be written with `echo`, by a fleet's own tools and without
//! `palisade`. A line that is not understood stops everything: somebody wanted
//! something to stop.

use std::fmt;
use std::path::{Path, PathBuf};

use palisade_files::FileError;

/// Bytes of the file; a longer one stops everything.
const FILE_BYTES: usize = 256 * 1024;

/// What is stopped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HaltScope {
    /// Every agent.
    All,
    /// Every agent of a user.
    User(String),
    /// One session.
    Session(String),
    /// Every agent in a folder or below it.
    Repository(PathBuf),
    /// Calls of an MCP server.
    Mcp(String),
    /// One kind of agent.
    Agent(String),
}

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halt {
    /// What is stopped.
    pub scope: HaltScope,
    /// Why, for the person and the agent.
    pub reason: String,
}

/// Every line of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Halts(pub Vec<Halt>);

/// Whose call it is.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// User.
    pub user: &'a str,
    /// Session.
    pub session: Option<&'a str>,
    /// Where it happens: the project and the working directory, links resolved.
    pub folders: &'a [PathBuf],
    /// MCP server that is called.
    pub mcp: Option<&'a str>,
    /// Agent.
    pub agent: &'a str,
}

impl fmt::Display for HaltScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::User(name) => write!(f, "user {name}"),
            Self::Session(id) => write!(f, "session {id}"),
            Self::Repository(path) => write!(f, "repository {}", path.display()),
            Self::Mcp(name) => write!(f, "mcp {name}"),
            Self::Agent(name) => write!(f, "agent {name}"),
        }
    }
}

impl HaltScope {
    /// What is stopped, in words.
    pub fn words(&self) -> String {
        match self {
            Self::All => "every agent here".to_owned(),
            Self::User(name) => format!("every agent of {name}"),
            Self::Session(_) => "this session".to_owned(),
            Self::Repository(path) => format!("every agent in {}", path.display()),
            Self::Mcp(name) => format!("the MCP server {name}"),
            Self::Agent(name) => format!("every {name}"),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if text == "all" {
            return Some(Self::All);
        }
        let (kind, name) = text.split_once(' ')?;
        let name = name.trim();
        if name.is_empty() {
            return None;
        }
        Some(match kind {
            "user" => Self::User(name.to_owned()),
            "session" => Self::Session(name.to_owned()),
            "repository" if name.starts_with('/') => Self::Repository(name.into()),
            "mcp" => Self::Mcp(name.to_owned()),
            "agent" => Self::Agent(name.to_owned()),
            _ => return None,
        })
    }

    fn covers(&self, caller: &Caller<'_>) -> bool {
        match self {
            Self::All => true,
            Self::User(name) => name == caller.user,
            Self::Session(id) => caller.session == Some(id),
            Self::Repository(path) => caller.folders.iter().any(|f| f.starts_with(path)),
            Self::Mcp(name) => caller.mcp == Some(name),
            Self::Agent(name) => name == caller.agent,
        }
    }
}

impl Halts {
    /// The user's own file.
    pub fn path(state_dir: &Path) -> PathBuf {
        state_dir.join("halt")
    }

    /// What these files stop. One that is there and cannot be read stops everything.
    pub fn read<'a>(files: impl IntoIterator<Item = &'a Path>) -> Self {
        let mut out = Vec::new();
        for file in files {
            let unreadable = |why: &str| Halt {
                scope: HaltScope::All,
                reason: format!("{} {why}", file.display()),
            };
            match std::fs::symlink_metadata(file) {
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                Err(e) if e.kind() == std::io::ErrorKind::NotADirectory => continue,
                _ => {}
            }
            match palisade_files::read_capped(file, FILE_BYTES) {
                Ok(Some(bytes)) => out.extend(Self::parse(&String::from_utf8_lossy(&bytes)).0),
                Ok(None) => out.push(unreadable("is too long to be read")),
                Err(_) => out.push(unreadable("cannot be read")),
            }
        }
        Self(out)
    }

    /// The lines of a file.
    pub fn parse(text: &str) -> Self {
        let mut out: Vec<Halt> = Vec::new();
        for line in text.lines() {
            let (scope, reason) = line.split_once('#').unwrap_or((line, ""));
            let (scope, reason) = (scope.trim(), reason.trim().to_owned());
            if scope.is_empty() {
                continue;
            }
            out.push(match HaltScope::parse(scope) {
                Some(scope) => Halt { scope, reason },
                None => Halt {
                    scope: HaltScope::All,
                    reason: format!("the line \"{scope}\" is not understood, so everything stops"),
                },
            });
        }
        if out.is_empty() {
            out.push(Halt {
                scope: HaltScope::All,
                reason: String::new(),
            });
        }
        Self(out)
    }

    /// The line that stops this call.
    pub fn stops(&self, caller: &Caller<'_>) -> Option<&Halt> {
        self.0.iter().find(|halt| halt.scope.covers(caller))
    }

    /// Adds a line to a file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(file: &Path, halt: &Halt) -> Result<(), FileError> {
        let mut halts = Self::kept(file);
        halts.0.retain(|h| h.scope != halt.scope);
        halts.0.push(halt.clone());
        halts.write(file)
    }

    /// Takes lines out of a file; with the last one the file goes. Returns how many.
    ///
    /// # Errors
    /// When the file cannot be written or removed.
    pub fn lift(file: &Path, which: impl Fn(&HaltScope) -> bool) -> Result<usize, FileError> {
        let mut halts = Self::kept(file);
        let before = halts.0.len();
        halts.0.retain(|h| !which(&h.scope));
        let lifted = before - halts.0.len();
        if lifted == 0 {
            return Ok(0);
        }
        if !halts.0.is_empty() {
            halts.write(file)?;
            return Ok(lifted);
        }
        std::fs::remove_file(file).map_err(|e| FileError::new("remove", file, e))?;
        Ok(lifted)
    }

    /// What a file says, nothing when it is not there.
    fn kept(file: &Path) -> Self {
        if file.exists() {
            Self::read([file])
        } else {
            Self::default()
        }
    }

    fn write(&self, file: &Path) -> Result<(), FileError> {
        if let Some(folder) = file.parent() {
            palisade_files::create_private_dir(folder)?;
        }
        let mut text = String::new();
        for Halt { scope, reason } in &self.0 {
            let one_line = |t: &str| t.replace(['\n', '\r', '#'], " ");
            text.push_str(&one_line(&scope.to_string()));
            if !reason.is_empty() {
                text.push_str("  # ");
                text.push_str(&one_line(reason));
            }
            text.push('\n');
        }
        palisade_files::write_atomic(file, text.as_bytes(), Some(0o600))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> [PathBuf; 2] {
        [
            "/home/mara/code/shop".into(),
            "/home/mara/code/shop/src".into(),
        ]
    }

    fn caller(folders: &[PathBuf]) -> Caller<'_> {
        Caller {
            user: "mara",
            session: Some("5e55"),
            folders,
            mcp: Some("github"),
            agent: "claude",
        }
    }

    #[test]
    fn a_line_stops_what_it_names() {
        for (line, stops) in [
            ("all", true),
            ("", true),
            ("# only a remark", true),
            ("user mara", true),
            ("user lena", false),
            ("session 5e55  # leaked a key", true),
            ("session 5e5", false),
            ("repository /home/mara/code", true),
            ("repository /home/mara/code/shop/src", true),
            ("repository /home/mara/co", false),
            ("mcp github", true),
            ("mcp gitlab", false),
            ("agent claude", true),
            ("agent codex", false),
            ("everything", true),
            ("user", true),
            ("repository shop", true),
            ("user lena\nsession 5e55", true),
        ] {
            let halts = Halts::parse(line);
            assert_eq!(halts.stops(&caller(&shop())).is_some(), stops, "{line:?}");
        }
    }

    #[test]
    fn a_reason_is_said() {
        let halts = Halts::parse("session 5e55 # leaked a key");
        let halt = halts.stops(&caller(&shop())).unwrap();
        assert_eq!(halt.reason, "leaked a key");
    }

    #[test]
    fn lines_are_added_and_lifted() {
        let dir = tempfile::tempdir().unwrap();
        let file = Halts::path(&dir.path().join("state"));
        let halt = |scope: HaltScope, reason: &str| Halt {
            scope,
            reason: reason.to_owned(),
        };
        assert_eq!(Halts::read([file.as_path()]), Halts::default());
        let session = HaltScope::Session("5e55".into());
        Halts::add(&file, &halt(session.clone(), "x # y\nall")).unwrap();
        Halts::add(&file, &halt(HaltScope::Mcp("github".into()), "")).unwrap();
        Halts::add(&file, &halt(session.clone(), "again")).unwrap();
        let read = Halts::read([file.as_path()]);
        assert_eq!(read.0.len(), 2);
        assert!(!read.0.iter().any(|h| h.scope == HaltScope::All));
        assert_eq!(Halts::lift(&file, |s| *s == session).unwrap(), 1);
        assert_eq!(Halts::lift(&file, |s| *s == session).unwrap(), 0);
        assert_eq!(Halts::lift(&file, |_| true).unwrap(), 1);
        assert!(!file.exists());
    }

    #[test]
    fn what_cannot_be_read_stops_everything() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("halt");
        std::fs::create_dir(&file).unwrap();
        assert!(
            Halts::read([file.as_path()])
                .stops(&caller(&shop()))
                .is_some()
        );
        std::fs::remove_dir(&file).unwrap();
        std::os::unix::fs::symlink("nowhere", &file).unwrap();
        assert!(
            Halts::read([file.as_path()])
                .stops(&caller(&shop()))
                .is_some()
        );
    }
}
