//! Where the guard keeps things and finds things.
//!
//! The installed hook command carries these directories as arguments. A
//! repository's settings file can set environment variables for hooks
//! (`HOME`, `XDG_STATE_HOME`), so the environment is only a default for
//! calls made by hand.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Names the policy file of a session.
pub const SESSION_POLICY: &str = "PALISADE_POLICY";

/// Directories and sibling programs of one user's installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The user's home.
    pub home: PathBuf,
    /// `…/palisade` below the user's configuration directory.
    pub config: PathBuf,
    /// `…/palisade` below the user's state directory.
    pub state: PathBuf,
    /// Organisation policy fragments.
    pub organisation: PathBuf,
    /// Directory of the running program, where its sibling lies.
    pub programs: Option<PathBuf>,
    /// The policy chosen for this session. It can only tighten, so the
    /// environment may name one; see [`crate::running`].
    pub session_policy: Option<PathBuf>,
    /// The agent's own configuration directory, when it was moved. It holds the
    /// wiring; a wrong value here can only protect too much.
    pub agent_config: Option<PathBuf>,
}

impl Places {
    /// From `HOME` and the XDG base directory variables. Relative values are
    /// ignored, as the XDG specification demands.
    pub fn from_env(get: impl Fn(&str) -> Option<OsString>) -> Self {
        let absolute = |name: &str| get(name).map(PathBuf::from).filter(|p| p.is_absolute());
        let home = absolute("HOME").unwrap_or_else(|| PathBuf::from("/"));
        let config = absolute("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
        let state = absolute("XDG_STATE_HOME").unwrap_or_else(|| home.join(".local/state"));
        Self {
            config: config.join("palisade"),
            state: state.join("palisade"),
            organisation: PathBuf::from("/etc/palisade/policy.d"),
            programs: std::env::current_exe()
                .ok()
                .and_then(|p| p.parent().map(Path::to_owned)),
            session_policy: get(SESSION_POLICY)
                .filter(|file| !file.is_empty())
                .map(PathBuf::from),
            agent_config: absolute("CLAUDE_CONFIG_DIR"),
            home,
        }
    }

    /// Overrides from the installed command: `--home DIR --config DIR --state DIR`,
    /// or `--managed` for one command that serves everybody on the machine: the
    /// directories of whoever runs it, by the user database.
    ///
    /// # Errors
    /// Names the argument that is unknown, relative or without a value.
    pub fn with_args(mut self, args: &[OsString]) -> Result<Self, String> {
        let mut rest = args.iter();
        while let Some(flag) = rest.next() {
            let name = flag.to_string_lossy();
            if name == "--managed" {
                self = self.of_user(crate::record::home());
                continue;
            }
            let slot = match name.as_ref() {
                "--home" => &mut self.home,
                "--config" => &mut self.config,
                "--state" => &mut self.state,
                _ => return Err(format!("unknown argument `{name}`")),
            };
            let value = rest
                .next()
                .map(PathBuf::from)
                .ok_or_else(|| format!("`{name}` needs a directory"))?;
            if !value.is_absolute() {
                return Err(format!("`{name}` needs an absolute path"));
            }
            *slot = value;
        }
        Ok(self)
    }

    /// The usual directories below a home that no variable named. An account
    /// the user database of this machine does not list (a directory service)
    /// has only its variables.
    fn of_user(self, home: Option<PathBuf>) -> Self {
        let Some(home) = home.filter(|home| home.is_absolute()) else {
            return self;
        };
        Self {
            config: home.join(".config/palisade"),
            state: home.join(".local/state/palisade"),
            home,
            ..self
        }
    }

    /// Under the policy of the session this process belongs to, whatever the
    /// environment says.
    #[must_use]
    pub fn in_session(mut self) -> Self {
        if let Some(policy) = crate::running::policy(&self) {
            self.session_policy = Some(policy);
        }
        self
    }

    /// The arguments that pin these directories in an installed hook command.
    pub fn to_args(&self) -> Vec<String> {
        [
            ("--home", &self.home),
            ("--config", &self.config),
            ("--state", &self.state),
        ]
        .iter()
        .flat_map(|(flag, dir)| [(*flag).to_owned(), dir.to_string_lossy().into_owned()])
        .collect()
    }

    /// Policies chosen for sessions.
    pub fn session_policies(&self) -> PathBuf {
        self.state.join("policy/sessions")
    }

    /// The user's policy file.
    pub fn user_policy(&self) -> PathBuf {
        self.config.join("policy.toml")
    }

    /// The user's policies in Cedar.
    pub fn user_cedar(&self) -> PathBuf {
        self.config.join("policy.cedar")
    }

    /// Where compiled policy tables lie.
    pub fn tables(&self) -> PathBuf {
        self.state.join("policy")
    }

    /// The highest versions of signed policies that were seen.
    pub fn policy_versions(&self) -> PathBuf {
        self.tables().join("versions.json")
    }

    /// The keys of people whose second approval counts: the machine's list, or
    /// the user's own where there is none.
    pub fn approvers(&self) -> PathBuf {
        let machine = self.organisation.with_file_name("approvers.keys");
        if machine.exists() {
            return machine;
        }
        self.config.join("approvers.keys")
    }

    /// Where it is recorded how to take the guard out of a settings file.
    pub fn install_record(&self, settings: &Path) -> PathBuf {
        self.installs()
            .join(crate::path_key(settings))
            .with_extension("json")
    }

    /// Records and backups of what an installation changed.
    pub fn installs(&self) -> PathBuf {
        self.state.join("installs")
    }

    /// The key of secret fingerprints.
    pub fn fingerprint_key(&self) -> PathBuf {
        self.state.join("fingerprint.key")
    }

    /// A sibling program: `palisade` or `palisade-hook`.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        let path = self.programs.as_ref()?.join(name);
        path.is_file().then_some(path)
    }

    /// Everything an agent must not touch for the guard to stay what it is.
    pub fn guarded(&self) -> Vec<String> {
        let mut out = vec![
            self.state.to_string_lossy().into_owned(),
            self.config.to_string_lossy().into_owned(),
            "/etc/palisade".to_owned(),
        ];
        if let Some(dir) = &self.agent_config {
            out.push(dir.join("settings.json").to_string_lossy().into_owned());
        }
        for name in ["palisade", "palisade-hook"] {
            if let Some(path) = self.program(name) {
                out.push(path.to_string_lossy().into_owned());
            }
        }
        out
    }
}

/// The folder a session works in: the repository (or protected folder) around
/// `start`, never the home directory or a file system root, which would put
/// everything a person owns inside.
pub fn workspace(start: &Path, home: &Path) -> PathBuf {
    let is_place = |p: &Path| p != home && p.parent().is_some() && !home.starts_with(p);
    start
        .ancestors()
        .take(64)
        .take_while(|p| is_place(p))
        .find(|p| {
            [".palisade/policy.toml", ".git", ".palisade/policy.cedar"]
                .iter()
                .any(|sign| p.join(sign).exists())
        })
        .unwrap_or(start)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a repository's settings set for hooks has no say.
    #[test]
    fn a_managed_command_serves_whoever_runs_it() {
        let env = |n: &str| Some(format!("/hostile/{n}").into());
        let places = Places::from_env(env)
            .with_args(&["--managed".into()])
            .unwrap();
        let home = crate::record::home().unwrap();
        assert_eq!(places.home, home);
        assert_eq!(places.config, home.join(".config/palisade"));
        assert_eq!(places.state, home.join(".local/state/palisade"));
    }

    #[test]
    fn arguments_win_over_the_environment() {
        let env = |n: &str| match n {
            "HOME" => Some("/home/m".into()),
            "XDG_STATE_HOME" => Some("relative".into()),
            _ => None,
        };
        let places = Places::from_env(env);
        assert_eq!(places.state, Path::new("/home/m/.local/state/palisade"));
        let pinned = places
            .clone()
            .with_args(&["--state".into(), "/s".into()])
            .unwrap();
        assert_eq!(pinned.state, Path::new("/s"));
        assert!(places.clone().with_args(&["--state".into()]).is_err());
        assert!(
            places
                .clone()
                .with_args(&["--state".into(), "s".into()])
                .is_err()
        );
        assert!(places.with_args(&["--frobnicate".into()]).is_err());
    }

    #[test]
    fn the_home_directory_is_never_the_workspace() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        let project = home.join("code/app/src");
        std::fs::create_dir_all(&project).unwrap();
        std::fs::create_dir(home.join(".git")).unwrap();
        assert_eq!(workspace(&project, &home), project);
        std::fs::create_dir(home.join("code/app/.git")).unwrap();
        assert_eq!(workspace(&project, &home), home.join("code/app"));
        assert_eq!(workspace(&home, &home), home);
    }
}
