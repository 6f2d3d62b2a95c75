//! `palisade nap`: the guard watches for a while, and stops nothing.

use std::time::Duration;

use clap::Args;
use palisade_approvals::{LONGEST_NAP, Nap as Pause};
use palisade_core::{Clock as _, EventKind, SystemClock, Timestamp};
use palisade_guard::Places;
use serde_json::json;

use crate::args::{Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, DIM, GOOD, WARN, paint};

/// Pause the guard for a while: it records, and stops nothing
///
/// What would end the guard itself stays denied. The pause is on record, ends by
/// itself, and lasts 8 hours at most.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade nap 10m --reason 'restoring the database'\n  palisade nap --end"
)]
pub(crate) struct Nap {
    /// How long: 10m, 1h [default: 10m]
    #[arg(value_parser = super::duration, conflicts_with = "end")]
    time: Option<Duration>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// End the pause now
    #[arg(long)]
    end: bool,
    #[command(flatten)]
    output: Output,
}

impl Nap {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        if self.end {
            return self.ended(places);
        }
        super::at_a_terminal("paused")?;
        let time = self.time.unwrap_or(Duration::from_mins(10));
        if time > LONGEST_NAP {
            return Err(Error::Other(
                "a pause lasts 8 hours at most; `palisade unprotect` takes the guard out".into(),
            ));
        }
        let now = SystemClock.now();
        let length = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let pause = Pause {
            since: now,
            until: Timestamp(now.0.saturating_add(length)),
            by: palisade_guard::user(),
            reason: self.reason.clone().unwrap_or_default(),
        };
        let until = super::log::clock(pause.until);
        record(
            places,
            EventKind::GuardPaused,
            &format!("until {until}"),
            &pause.reason,
        )?;
        pause.begin(&places.state)?;
        if self.output.format == Format::Json {
            output::json(
                &json!({"paused": true, "until": super::log::moment(pause.until).to_string()}),
            )?;
        } else {
            output::hanging(
                3,
                format_args!(
                    " {} the guard only watches until {until}   {}",
                    paint(WARN, "!"),
                    paint(DIM, "earlier: palisade nap --end")
                ),
            )?;
        }
        Ok(Outcome::Fine)
    }

    fn ended(&self, places: &Places) -> Result<Outcome, Error> {
        let was = Pause::lasting(&places.state, SystemClock.now()).is_some();
        Pause::end(&places.state)?;
        if was {
            record(places, EventKind::GuardResumed, "", "")?;
        }
        if self.output.format == Format::Json {
            output::json(&json!({"paused": false}))?;
        } else if was {
            output::line(format_args!(" {} the guard is awake", paint(GOOD, "✓")))?;
        } else {
            output::line("there was no pause")?;
        }
        Ok(Outcome::Fine)
    }
}

fn record(places: &Places, kind: EventKind, summary: &str, reason: &str) -> Result<(), Error> {
    let mut event = palisade_guard::own_event(kind, None, summary, &SystemClock);
    reason.clone_into(&mut event.reason);
    super::on_record(places, &event)
}
