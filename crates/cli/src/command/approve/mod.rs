//! `palisade approve`: answer what the guard asks.

mod screen;
mod second;

use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueHint};
use palisade_approvals::{
    Answer, Grant, GrantsFile, Halt, HaltScope, Halts, LONGEST, Request, Requests, Scope,
};
use palisade_core::{Clock as _, EventKind, SystemClock, Timestamp};
use palisade_guard::Places;
use serde_json::json;

use crate::args::{Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BOLD, DIM, GOOD, paint};
use crate::text;

/// Answer what the guard asks about: once, for a time, always, or no
///
/// Without a code the requests that wait are listed and one is chosen. An answer
/// is bound to what would happen and to the files involved: another command, or
/// another script under the same name, asks again. Only a person answers, at a
/// terminal that no agent has opened.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade approve\n  palisade approve 7Q4K\n  palisade approve 7Q4K --for 30m\n  palisade approve --list --format json\n\nExit codes: 0 approved, 1 refused or nothing waits, 2 could not run."
)]
pub(crate) struct Approve {
    /// The code of the request
    code: Option<String>,
    /// For one call, within the hour
    #[arg(long, group = "answer")]
    once: bool,
    /// For a time, at most 8h: 10m, 1h
    #[arg(long = "for", value_name = "TIME", group = "answer", value_parser = super::duration)]
    time: Option<Duration>,
    /// As long as its session lasts
    #[arg(long, group = "answer")]
    session: bool,
    /// For exactly this in this folder, until it is revoked
    #[arg(long, group = "answer")]
    always: bool,
    /// Say no; the agent is told so when it asks again
    #[arg(long, group = "answer")]
    no: bool,
    /// Say no and stop the session
    #[arg(long, group = "answer")]
    stop: bool,
    /// Only show what waits
    #[arg(long, conflicts_with_all = ["code", "answer"])]
    list: bool,
    /// Print the request for another person, where the policy wants their answer
    #[arg(long, requires = "code", conflicts_with = "answer")]
    request: bool,
    /// Answer somebody else's request: look at it, and sign
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "key", conflicts_with_all = ["code", "list", "request"])]
    countersign: Option<PathBuf>,
    /// Your signing key (palisade policy sign --new-key)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    key: Option<PathBuf>,
    /// Hand in what the other person signed
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "code", conflicts_with = "answer")]
    signed: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// What a person can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Yes(Scope),
    No,
    Stop,
}

impl Approve {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let requests = Requests::of(&places.state);
        let now = SystemClock.now();
        if self.list {
            return self.show_all(&requests.waiting(now));
        }
        if let (Some(file), Some(key)) = (&self.countersign, &self.key) {
            return second::countersign(file, key, self.time);
        }
        if let Some(code) = self
            .code
            .as_ref()
            .filter(|_| self.request || self.signed.is_some())
        {
            let request = waiting(&requests, code, now)?;
            return match &self.signed {
                Some(file) => second::hand_in(places, &requests, &request, file),
                None => second::export(&request),
            };
        }
        super::at_a_terminal("answered")?;
        if self.output.format == Format::Json && self.flags(now)?.is_none() {
            return Err(Error::Other(
                "with --format json nothing is asked; name the answer: --once, --always, --no …"
                    .into(),
            ));
        }
        let request = match &self.code {
            Some(code) => waiting(&requests, code, now)?,
            None => match choose(requests.waiting(now), now)? {
                Some(request) => request,
                None => return Ok(Outcome::Findings),
            },
        };
        if request.needs_second() {
            return Err(Error::Other(format!(
                "{} takes another person's approval: the policy says so for {}; `palisade approve {} --request` prints what they need",
                request.code,
                rules(&request).join(", "),
                request.code
            )));
        }
        let shown = Instant::now();
        let said = match self.flags(now)? {
            Some(said) => said,
            None => {
                screen::show(&request, now)?;
                match ask(now)? {
                    Some(said) => said,
                    None => {
                        output::note("nothing was answered; the request goes on waiting");
                        return Ok(Outcome::Findings);
                    }
                }
            }
        };
        let read = self.flags(now)?.is_none().then(|| shown.elapsed());
        keep(places, &requests, &request, said, read, None)?;
        self.report(&request, said)
    }

    fn flags(&self, now: Timestamp) -> Result<Option<Said>, Error> {
        Ok(if self.once {
            Some(Said::Yes(Scope::Once))
        } else if let Some(time) = self.time {
            Some(Said::Yes(until(now, time)?))
        } else if self.session {
            Some(Said::Yes(Scope::Session))
        } else if self.always {
            Some(Said::Yes(Scope::Always))
        } else if self.no {
            Some(Said::No)
        } else {
            self.stop.then_some(Said::Stop)
        })
    }

    fn show_all(&self, waiting: &[Request]) -> Result<Outcome, Error> {
        if self.output.format == Format::Json {
            output::json(&waiting)?;
        } else if waiting.is_empty() {
            output::line("nothing waits for an answer")?;
        } else {
            let now = SystemClock.now();
            for request in waiting {
                screen::line(request, now)?;
            }
        }
        Ok(if waiting.is_empty() {
            Outcome::Fine
        } else {
            Outcome::Findings
        })
    }

    fn report(&self, request: &Request, said: Said) -> Result<Outcome, Error> {
        let words = match said {
            Said::Yes(scope) => format!("approved {}", scope_words(scope)),
            Said::No => "refused; the agent is told so if it asks again".to_owned(),
            Said::Stop => "refused, and the session is stopped".to_owned(),
        };
        if self.output.format == Format::Json {
            output::json(&json!({"code": request.code, "answer": words}))?;
        } else {
            output::hanging(
                3,
                format_args!(
                    " {} {} {words}   {}",
                    paint(GOOD, "✓"),
                    paint(BOLD, &request.code),
                    paint(DIM, "palisade grants")
                ),
            )?;
        }
        Ok(match said {
            Said::Yes(_) => Outcome::Fine,
            Said::No | Said::Stop => Outcome::Findings,
        })
    }
}

/// How long an answer holds, in words.
pub(super) fn scope_words(scope: Scope) -> String {
    match scope {
        Scope::Once => "for one call, within the hour".to_owned(),
        Scope::Until(until) => format!("until {}", super::log::clock(until)),
        Scope::Session => "for this session".to_owned(),
        Scope::Always => "for exactly this in this folder".to_owned(),
    }
}

/// The request of this code, if it still waits.
fn waiting(requests: &Requests, code: &str, now: Timestamp) -> Result<Request, Error> {
    requests.get(code).filter(|r| r.waits(now)).ok_or_else(|| {
        Error::Other(format!(
            "no request waits under the code `{}`; `palisade approve --list` shows those that do",
            text::plain(code)
        ))
    })
}

fn rules(request: &Request) -> Vec<String> {
    let mut rules: Vec<String> = request.needs.iter().map(|n| n.rule.clone()).collect();
    rules.sort();
    rules.dedup();
    rules
}

fn until(now: Timestamp, time: Duration) -> Result<Scope, Error> {
    if time > LONGEST {
        return Err(Error::Other(
            "a grant for a time lasts 8 hours at most; --always is for what is always right".into(),
        ));
    }
    let time = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    Ok(Scope::Until(Timestamp(now.0.saturating_add(time))))
}

/// Lets a person choose among what waits.
fn choose(mut waiting: Vec<Request>, now: Timestamp) -> Result<Option<Request>, Error> {
    if waiting.is_empty() {
        output::note("nothing waits for an answer");
        return Ok(None);
    }
    if waiting.len() == 1 {
        return Ok(waiting.pop());
    }
    for request in &waiting {
        screen::line(request, now)?;
    }
    let first = waiting.first().map(|r| r.code.clone()).unwrap_or_default();
    let typed = prompt(&format!("Which one? [{first}] "))?.unwrap_or_default();
    let typed = typed.trim().to_uppercase();
    let wanted = if typed.is_empty() { first } else { typed };
    match waiting.into_iter().find(|r| r.code == wanted) {
        Some(request) => Ok(Some(request)),
        None => Err(Error::Other(format!(
            "no request waits under the code `{}`",
            text::plain(&wanted)
        ))),
    }
}

/// Asks until the answer is one.
fn ask(now: Timestamp) -> Result<Option<Said>, Error> {
    let keys = [
        ("o", "once"),
        ("m", "30 minutes, or: 10m, 2h"),
        ("s", "this session"),
        ("a", "always, exactly this here"),
        ("n", "no"),
        ("x", "no, and stop the session"),
        ("Enter", "leave it waiting"),
    ];
    let line: Vec<String> = keys
        .iter()
        .map(|(key, words)| format!("{} {words}", paint(BOLD, key)))
        .collect();
    output::note(text::wrap(
        &format!("\n Approve?  {}", line.join(" · ")),
        output::columns(),
        11,
    ));
    loop {
        let Some(typed) = prompt(" > ")? else {
            return Ok(None);
        };
        let said = match typed.trim().to_lowercase().as_str() {
            "" => return Ok(None),
            "o" | "once" => Said::Yes(Scope::Once),
            "m" => Said::Yes(until(now, Duration::from_mins(30))?),
            "s" | "session" => Said::Yes(Scope::Session),
            "a" | "always" => Said::Yes(Scope::Always),
            "n" | "no" => Said::No,
            "x" | "stop" => Said::Stop,
            time => {
                match super::duration(time).and_then(|t| until(now, t).map_err(|e| e.to_string())) {
                    Ok(scope) => Said::Yes(scope),
                    Err(_) => {
                        output::note(" one of: o, m, s, a, n, x, or a length of time such as 10m");
                        continue;
                    }
                }
            }
        };
        return Ok(Some(said));
    }
}

/// A line from the terminal; `None` at its end.
fn prompt(question: &str) -> Result<Option<String>, Error> {
    let mut err = std::io::stderr().lock();
    write!(err, "{question}")?;
    err.flush()?;
    let mut typed = String::new();
    let read = std::io::stdin().lock().read_line(&mut typed)?;
    Ok((read > 0).then_some(typed))
}

/// Records the answer, then lets it count.
fn keep(
    places: &Places,
    requests: &Requests,
    request: &Request,
    said: Said,
    read: Option<Duration>,
    second: Option<&str>,
) -> Result<(), Error> {
    let now = SystemClock.now();
    let (answer, scope, kind) = match said {
        Said::Yes(scope) => (Answer::Yes, scope, EventKind::ApprovalGranted),
        Said::No | Said::Stop => (Answer::No, Scope::Session, EventKind::ApprovalRefused),
    };
    let mut event = palisade_guard::own_event(kind, None, &request.call, &SystemClock);
    event.workspace = request.workspace.to_string_lossy().into_owned();
    event.session.clone_from(&request.session);
    event.agent.clone_from(&request.agent);
    event.tool.clone_from(&request.tool);
    event.rule = rules(request).join(" ");
    event.reason = match said {
        Said::Yes(scope) => scope_words(scope),
        Said::No => "no".to_owned(),
        Said::Stop => "no, and stop the session".to_owned(),
    };
    event.flags.push(format!("request {}", request.code));
    if let Some(who) = second {
        event
            .flags
            .push(format!("countersigned by {}", text::plain(who)));
    }
    match read {
        // How long the person looked at it.
        Some(time) => event.took_us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX),
        None => event.flags.push("answered by an option".to_owned()),
    }
    super::on_record(places, &event)?;
    if said == Said::Stop && !request.session.is_empty() {
        let halt = Halt {
            scope: HaltScope::Session(request.session.clone()),
            reason: format!("the answer to {}", request.code),
        };
        Halts::add(&Halts::path(&places.state), &halt)?;
    }
    let mut file = GrantsFile::lock(&places.state)?;
    file.add(Grant {
        id: request.code.clone(),
        answer,
        scope,
        keys: request.needs.iter().map(|n| n.key.clone()).collect(),
        workspace: request.workspace.clone(),
        session: request.session.clone(),
        at: now,
        by: palisade_guard::user(),
        second: second.map(str::to_owned),
        rules: rules(request),
        summary: request.call.chars().take(400).collect(),
        uses: 0,
        used: Timestamp(0),
    });
    file.save(now)?;
    requests.remove(&request.code);
    Ok(())
}
