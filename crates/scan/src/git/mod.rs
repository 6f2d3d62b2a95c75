//! What git keeps: staged changes, new commits, the whole history.
//!
//! Git itself reads its objects. It is told to run nothing that a repository
//! configures: no hooks, monitors, filters or external programs, and to fetch
//! nothing that is missing.

mod changes;
mod history;
mod objects;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub use self::changes::{since, staged};
pub use self::history::history;
use crate::ScanError;

/// A repository.
#[derive(Clone, Debug)]
pub struct Repository {
    top: PathBuf,
}

impl Repository {
    /// The repository around a folder.
    ///
    /// # Errors
    /// When there is none, or no git.
    pub fn around(folder: &Path) -> Result<Self, ScanError> {
        let mut found = Self {
            top: folder.to_owned(),
        };
        // A bare repository has no top.
        let bare = found.ask(&["rev-parse", "--is-bare-repository"])?;
        if bare.trim() != "true" {
            let top = found.ask(&["rev-parse", "--show-toplevel"])?;
            found.top = PathBuf::from(top.trim_end_matches('\n'));
        }
        Ok(found)
    }

    /// The folder git takes hooks from, as the repository and its user have set it.
    ///
    /// # Errors
    /// When git cannot say.
    pub fn hooks(&self) -> Result<PathBuf, ScanError> {
        let output = Command::new("git")
            .arg("-C")
            .arg(&self.top)
            .args(["rev-parse", "--git-path", "hooks"])
            .stdin(Stdio::null())
            .output()
            .map_err(ScanError::NoGit)?;
        let said = String::from_utf8_lossy(&output.stdout);
        Ok(self.top.join(said.trim_end_matches('\n')))
    }

    /// Git, with everything off that a repository could turn against its reader.
    fn git(&self, args: &[&str]) -> Command {
        let mut git = Command::new("git");
        git.arg("-C")
            .arg(&self.top)
            .args(["--no-pager", "--no-optional-locks", "--no-replace-objects"])
            .args([
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.hooksPath=/dev/null",
            ])
            .args(["-c", "diff.external=", "-c", "log.showSignature=false"])
            .args(["-c", "protocol.allow=never", "-c", "gc.auto=0"])
            .args(args)
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("LC_ALL", "C");
        for name in [
            "GIT_EXTERNAL_DIFF",
            "GIT_PAGER",
            "GIT_TRACE",
            "GIT_CONFIG_PARAMETERS",
        ] {
            git.env_remove(name);
        }
        git
    }

    fn run(&self, args: &[&str]) -> Result<Output, ScanError> {
        self.git(args)
            .stdin(Stdio::null())
            .output()
            .map_err(ScanError::NoGit)
    }

    /// What git prints.
    fn bytes(&self, args: &[&str]) -> Result<Vec<u8>, ScanError> {
        let output = self.run(args)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(ScanError::Git {
            what: args.first().copied().unwrap_or_default().to_owned(),
            said: said.lines().next().unwrap_or("failed").trim().to_owned(),
        })
    }

    fn ask(&self, args: &[&str]) -> Result<String, ScanError> {
        Ok(String::from_utf8_lossy(&self.bytes(args)?).into_owned())
    }
}
