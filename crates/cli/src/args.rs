//! The command line. Types only: help, completions and man pages come from here.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};
use palisade_core::AgentKind;
use palisade_guard::Places;

use crate::command;

/// Security and governance for AI coding agents.
#[derive(Debug, Parser)]
#[command(
    name = "palisade",
    version,
    max_term_width = 100,
    after_help = "Begin with `palisade protect` in a repository.\n\
                  Exit codes: 0 fine, 1 findings or denied, 2 could not run."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to use colour: auto, always or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        hide_default_value = true,
        help_heading = "Everywhere"
    )]
    pub(crate) color: Color,
    #[command(flatten)]
    pub(crate) pins: Pins,
}

/// Directories that replace those of the environment; the installed hook pins them.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Pins {
    #[arg(long, global = true, hide = true, value_hint = ValueHint::DirPath)]
    home: Option<PathBuf>,
    #[arg(long, global = true, hide = true, value_hint = ValueHint::DirPath)]
    config: Option<PathBuf>,
    #[arg(long, global = true, hide = true, value_hint = ValueHint::DirPath)]
    state: Option<PathBuf>,
    #[arg(long, global = true, hide = true, value_hint = ValueHint::FilePath)]
    session_policy: Option<PathBuf>,
}

impl Pins {
    /// The directories in force.
    pub(crate) fn places(&self) -> Places {
        let mut places = Places::from_env(|n| std::env::var_os(n));
        for (pin, slot) in [
            (&self.home, &mut places.home),
            (&self.config, &mut places.config),
            (&self.state, &mut places.state),
        ] {
            if let Some(pin) = pin {
                slot.clone_from(pin);
            }
        }
        if self.session_policy.is_some() {
            places.session_policy.clone_from(&self.session_policy);
        }
        places
    }
}

/// When output is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    pub(crate) fn apply(self) {
        match self {
            Self::Auto => {}
            Self::Always => anstream::ColorChoice::Always.write_global(),
            Self::Never => anstream::ColorChoice::Never.write_global(),
        }
    }
}

/// The agents whose contract is spoken, by name.
pub(crate) fn agents() -> impl clap::builder::TypedValueParser<Value = AgentKind> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(AgentKind::ALL.map(AgentKind::as_str))
        .map(|name| AgentKind::from_name(&name).unwrap_or(AgentKind::Claude))
}

/// How a verb prints its result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON document
    Json,
}

/// The format option most verbs share.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Output {
    /// How to print the result: human or json
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        hide_possible_values = true
    )]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Protect(command::protect::Protect),
    Unprotect(command::unprotect::Unprotect),
    Status(command::status::Status),
    Doctor(command::doctor::Doctor),
    Approve(command::approve::Approve),
    Grants(command::grants::GrantsVerb),
    Run(command::run::Run),
    Nap(command::nap::Nap),
    Halt(command::halt::Halt),
    Log(command::log::Log),
    /// Ask the guard without an agent
    #[command(subcommand, disable_help_subcommand = true)]
    Guard(command::guard::Guard),
    /// Look at, change, try and hand out the policy
    #[command(
        subcommand,
        disable_help_subcommand = true,
        after_help = "A rule from beginning to end:\n  palisade policy init                        every default, in comments\n  palisade policy check                       each mistake, with its place\n  palisade policy explain git.force-push      what a row covers here\n  palisade policy diff .palisade/policy.toml  what an edited file does\n  palisade policy replay                      what it had done to past calls"
    )]
    Policy(command::policy::Policy),
    /// Look for what should not be in files
    #[command(subcommand, disable_help_subcommand = true)]
    Scan(command::scan::Scan),
    InstallGitHooks(command::git_hooks::GitHooks),
    Redact(command::redact::Redact),
    Hook(command::hook::Hook),
    Completions(command::completions::Completions),
    Man(command::completions::Man),
}

/// The folder a verb works on.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Dir {
    /// The repository or folder [default: the current one]
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) dir: Option<PathBuf>,
}

/// Answers questions in advance.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Yes {
    /// Do it without asking
    #[arg(long, short, action = ArgAction::SetTrue)]
    pub(crate) yes: bool,
}
