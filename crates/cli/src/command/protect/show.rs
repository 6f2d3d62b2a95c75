//! The screens of `palisade protect`.

use palisade_agents::claude::settings::{self as claude, Change, Wiring};
use palisade_core::{AgentKind, Finding, Mode, Severity};

use super::{Step, diff};
use crate::error::Error;
use crate::output::{self, BAD, BOLD, DIM, GOOD, WARN, paint};
use crate::protection::{Proof, Protection};
use crate::{screen, text};

/// Exposures on the first screen.
const WORST: usize = 3;

pub(super) fn exposures(exposures: &[Finding], all: bool) -> Result<(), Error> {
    if exposures.is_empty() {
        return Ok(());
    }
    let shown = if all { exposures.len() } else { WORST };
    output::line(format_args!("\n {}", paint(BOLD, "Open now")))?;
    for finding in exposures.iter().take(shown) {
        screen::finding(finding)?;
    }
    if let Some(more) = exposures.len().checked_sub(shown).filter(|n| *n > 0) {
        output::line(paint(
            DIM,
            format_args!("   and {more} more, shown with --all"),
        ))?;
    }
    Ok(())
}

pub(super) fn steps(protection: &Protection<'_>, steps: &[Step], full: bool) -> Result<(), Error> {
    let changes: Vec<&Change> = steps
        .iter()
        .map(|s| &s.change)
        .filter(|c| !c.is_empty())
        .collect();
    if changes.is_empty() {
        let text = "Already installed; nothing to change";
        return output::line(format_args!("\n {}", paint(DIM, text)));
    }
    output::line(format_args!("\n {}", paint(BOLD, "Will change")))?;
    let name = |change: &Change| text::plain(&protection.claude.show(&change.path));
    let widest = changes.iter().map(|c| text::width(&name(c))).max();
    for change in &changes {
        let diff = claude::unified_diff(change);
        let lines = |sign: char| diff.lines().skip(2).filter(|l| l.starts_with(sign)).count();
        let what = if is_new_policy(change) {
            format!(
                "new: comments and defaults, {} lines (shown with --diff)",
                lines('+')
            )
        } else if change.before.is_none() {
            format!("new, {}", text::count(lines('+') as u64, "line"))
        } else {
            format!("+{} −{}", lines('+'), lines('-'))
        };
        let name = text::pad(&name(change), widest.unwrap_or(0));
        output::hanging(5, format_args!("   {name}  {what}"))?;
    }
    for change in changes.into_iter().filter(|c| full || !is_new_policy(c)) {
        output::line("")?;
        diff::show(change, full)?;
    }
    output::line("")
}

/// The policy that says the defaults in comments: nothing in it to decide about.
fn is_new_policy(change: &Change) -> bool {
    change.before.is_none() && change.path.ends_with(".palisade/policy.toml")
}

pub(super) fn proof(proof: &Proof, mode: Mode) -> Result<(), Error> {
    let ms = proof.took.as_secs_f64() * 1e3;
    let proved = proof.proves(mode);
    let text = match (proof.problem, proved, mode) {
        (Some(problem), ..) => format!("the guard is installed but does not answer: {problem}"),
        (None, true, Mode::Enforce) => {
            format!("guard installed, proved by a denied call (rm -rf ~)   {ms:.1} ms")
        }
        (None, true, Mode::Warn) => {
            format!(
                "guard installed, warning only: a test call (rm -rf ~) was recorded   {ms:.1} ms"
            )
        }
        (None, true, Mode::Observe) => {
            format!("guard installed, observing: a test call (rm -rf ~) was recorded   {ms:.1} ms")
        }
        (None, false, _) => {
            "the guard is installed but did not stop a test call (rm -rf ~); run `palisade doctor`"
                .to_owned()
        }
    };
    let mark = if proved {
        paint(GOOD, "✓")
    } else {
        paint(BAD, "✗")
    };
    output::hanging(3, format_args!(" {mark} {text}"))
}

/// The same for an agent beside Claude Code, in a line.
pub(super) fn other_proof(agent: AgentKind, proof: &Proof, mode: Mode) -> Result<(), Error> {
    let (mark, words) = if proof.proves(mode) {
        (paint(GOOD, "✓"), "guarded as well")
    } else {
        (
            paint(BAD, "✗"),
            "did not obey the guard; run `palisade doctor`",
        )
    };
    output::hanging(3, format_args!(" {mark} {}: {words}", agent.title()))
}

pub(super) fn troubles(protection: &Protection<'_>, wiring: &Wiring) -> Result<(), Error> {
    for trouble in protection.troubles(wiring) {
        output::hanging(3, format_args!(" {} {trouble}", paint(WARN, "!")))?;
    }
    Ok(())
}

/// What the guard does not close: the worst first, each with what closes it.
fn left(exposures: &[Finding]) -> Result<(), Error> {
    let open: Vec<(String, &str)> = exposures
        .iter()
        .take(WORST)
        .filter_map(|f| Some((screen::place(f)?, f.fix.as_deref()?)))
        .collect();
    let width = open.iter().map(|(place, _)| text::width(place)).max();
    let Some(width) = width else {
        return Ok(());
    };
    output::line(format_args!("\n {}", paint(BOLD, "Left for you")))?;
    for (place, fix) in &open {
        output::hanging(
            width + 6,
            format_args!("   {}   {}", text::pad(place, width), text::plain(fix)),
        )?;
    }
    output::line("")
}

pub(super) fn next(exposures: &[Finding]) -> Result<(), Error> {
    left(exposures)?;
    let mut steps = vec![
        "Undo any time: palisade unprotect",
        "What happens: palisade log",
    ];
    if exposures.iter().any(|f| f.severity >= Severity::High) {
        steps.push("Look again: palisade doctor");
    }
    let line = format!("   {}", steps.join("      "));
    if output::columns().is_none_or(|c| text::width(&line) <= c) {
        return output::line(paint(DIM, line));
    }
    for step in steps {
        output::line(paint(DIM, format_args!("   {step}")))?;
    }
    Ok(())
}
