//! `palisade grants`: what was answered, and taking it back.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use palisade_approvals::{Answer, Circumstances, Grant, Grants, GrantsFile};
use palisade_core::{Clock as _, EventKind, SystemClock, Timestamp};
use palisade_guard::Places;
use palisade_journal::query::Filter;
use serde::Serialize;
use serde_json::json;

use crate::args::{Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BOLD, DIM, GOOD, WARN, paint};
use crate::text;

/// Answers after which a pattern is one.
const PATTERN: usize = 5;
/// Nobody reads a request faster.
const READING: u64 = 2_000_000;

/// Show what was approved and refused, or take it back
///
/// A grant holds for what it was given for and nothing else. It ends by itself,
/// by `revoke`, or when what it is bound to changes.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "Examples:\n  palisade grants\n  palisade grants revoke 7Q4K\n  palisade grants revoke --all"
)]
pub(crate) struct GrantsVerb {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Also what is over
    #[arg(long, short)]
    all: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Revoke(Revoke),
}

/// Take answers back: what they allowed asks again
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  palisade grants revoke 7Q4K\n  palisade grants revoke --all")]
struct Revoke {
    /// The codes of the answers
    #[arg(required_unless_present = "all")]
    codes: Vec<String>,
    /// Every one of them
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Row<'g> {
    code: &'g str,
    answer: Answer,
    scope: String,
    holds: bool,
    given: String,
    by: &'g str,
    workspace: String,
    session: &'g str,
    rules: &'g [String],
    call: &'g str,
    uses: u32,
}

impl GrantsVerb {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        if let Some(Verb::Revoke(verb)) = self.verb {
            return verb.run(places);
        }
        let now = SystemClock.now();
        let grants = Grants::read(&places.state);
        let shown: Vec<&Grant> = grants
            .list
            .iter()
            .filter(|g| self.all || !g.is_over(now))
            .collect();
        let remarks = remarks(places);
        if self.output.format == Format::Json {
            let rows: Vec<Row<'_>> = shown.iter().map(|g| row(g, now)).collect();
            output::json(&json!({"grants": rows, "remarks": remarks}))?;
            return Ok(Outcome::Fine);
        }
        if shown.is_empty() {
            output::line("nothing is granted")?;
        }
        for grant in shown {
            line(grant, now)?;
        }
        for remark in &remarks {
            output::hanging(
                4,
                format_args!(" {}  {}", paint(WARN, "!"), text::plain(remark)),
            )?;
        }
        Ok(Outcome::Fine)
    }
}

impl Revoke {
    fn run(self, places: &Places) -> Result<Outcome, Error> {
        let now = SystemClock.now();
        let mut file = GrantsFile::lock(&places.state)?;
        let wanted =
            |g: &Grant| self.all || self.codes.iter().any(|c| c.eq_ignore_ascii_case(&g.id));
        let (gone, kept): (Vec<Grant>, Vec<Grant>) = std::mem::take(&mut file.grants.list)
            .into_iter()
            .partition(wanted);
        if gone.is_empty() && !self.all {
            output::note(format_args!(
                "nothing was granted under {}; `palisade grants` shows what was",
                text::plain(&self.codes.join(", "))
            ));
            return Ok(Outcome::Findings);
        }
        // A no is a protection: taking it away is for people.
        if gone.iter().any(|g| g.answer == Answer::No) {
            super::by_a_person("answered")?;
        }
        for grant in &gone {
            let mut event = palisade_guard::own_event(
                EventKind::ApprovalRevoked,
                None,
                &grant.summary,
                &SystemClock,
            );
            event.workspace = grant.workspace.to_string_lossy().into_owned();
            event.session.clone_from(&grant.session);
            event.rule = grant.rules.join(" ");
            event.flags.push(format!("request {}", grant.id));
            super::on_record(places, &event)?;
        }
        file.grants.list = kept;
        file.save(now)?;
        let codes: Vec<&str> = gone.iter().map(|g| g.id.as_str()).collect();
        if self.output.format == Format::Json {
            output::json(&json!({"revoked": codes}))?;
        } else {
            output::line(format_args!(
                " {} {} revoked   {}",
                paint(GOOD, "✓"),
                text::count(gone.len() as u64, "answer"),
                paint(DIM, codes.join(" "))
            ))?;
        }
        Ok(Outcome::Fine)
    }
}

fn row(grant: &Grant, now: Timestamp) -> Row<'_> {
    Row {
        code: &grant.id,
        answer: grant.answer,
        scope: super::approve::scope_words(grant.scope),
        holds: grant.holds(&Circumstances {
            workspace: &grant.workspace,
            session: Some(&grant.session),
            now,
        }),
        given: super::log::moment(grant.at).to_string(),
        by: &grant.by,
        workspace: grant.workspace.to_string_lossy().into_owned(),
        session: &grant.session,
        rules: &grant.rules,
        call: &grant.summary,
        uses: grant.uses,
    }
}

fn line(grant: &Grant, now: Timestamp) -> Result<(), Error> {
    let (answer, style) = match grant.answer {
        Answer::Yes => ("yes", GOOD),
        Answer::No => ("no ", WARN),
    };
    let over = if grant.is_over(now) { ", over" } else { "" };
    let used = match grant.uses {
        0 => "not used yet".to_owned(),
        n => format!("used {}", text::count(u64::from(n), "time")),
    };
    let call = grant.summary.lines().next().unwrap_or_default();
    output::hanging(
        13,
        format_args!(
            " {}  {}  {}   {}",
            paint(BOLD, &grant.id),
            paint(style, answer),
            text::clip(&text::plain(call), 60),
            paint(
                DIM,
                format_args!(
                    "{}{over} · {} · {used} · {} · by {}",
                    super::approve::scope_words(grant.scope),
                    grant.rules.join(", "),
                    text::plain(&grant.workspace.to_string_lossy()),
                    text::plain(&grant.by)
                )
            )
        ),
    )
}

/// What the answers of the last weeks say about the questions: rules that are
/// always approved, and answers that nobody can have read for.
fn remarks(places: &Places) -> Vec<String> {
    #[derive(Default)]
    struct Answers {
        yes: usize,
        no: usize,
        times: Vec<u64>,
    }
    const WEEKS: u64 = 8 * 7 * 24 * 3_600 * 1_000_000;
    let since = Timestamp(SystemClock.now().0.saturating_sub(WEEKS));
    let filter = Filter {
        since: Some(since),
        ..Filter::default()
    };
    let mut rules: BTreeMap<String, Answers> = BTreeMap::new();
    for record in filter.search(&places.state).records {
        let event = &record.event;
        let yes = match event.kind {
            EventKind::ApprovalGranted => true,
            EventKind::ApprovalRefused => false,
            _ => continue,
        };
        for rule in event.rule.split_whitespace() {
            let answers = rules.entry(rule.to_owned()).or_default();
            if yes {
                answers.yes += 1;
            } else {
                answers.no += 1;
            }
            // By an option the request was not shown.
            if event.took_us > 0 {
                answers.times.push(event.took_us);
            }
        }
    }
    let mut out = Vec::new();
    for (rule, answers) in &mut rules {
        if answers.yes >= PATTERN && answers.no == 0 {
            out.push(format!(
                "{rule} was approved {} of {} times: if it is always right, say \"allow\" in the \
                 policy; a question that is always answered alike is not read",
                answers.yes, answers.yes
            ));
        }
        answers.times.sort_unstable();
        let median = answers.times.get(answers.times.len() / 2).copied();
        if answers.times.len() >= PATTERN
            && let Some(median) = median.filter(|m| *m < READING)
        {
            out.push(format!(
                "{rule}: half of {} answers came within {:.1} s, faster than it can be read",
                answers.times.len(),
                // Shown with one digit.
                f64::from(u32::try_from(median / 1_000).unwrap_or(u32::MAX)) / 1_000.0
            ));
        }
    }
    out
}
