//! Another person's answer: asked for in a file, given under their signature.
//!
//! The request travels by whatever two people use to send each other text. What
//! comes back is bound to its code and to the digests of what would happen, so
//! it answers nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use palisade_approvals::{Request, Requests, Scope};
use palisade_core::{Clock as _, SystemClock, Timestamp};
use palisade_guard::Places;
use palisade_policy_compile::{TrustedKeys, seal, seed_of, unseal};
use serde::{Deserialize, Serialize};

use super::{Said, keep, prompt, screen, until};
use crate::error::{Error, Outcome};
use crate::output::{self, BOLD, GOOD, paint};
use crate::text;

const FORMAT: &str = "palisade approval 1";
/// Bytes of a request, an answer and a key file.
const FILE_BYTES: usize = 256 * 1024;
/// How long an answer can be handed in, in microseconds.
const HANDED_IN: u64 = 60 * 60 * 1_000_000;

/// What the other person has signed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Countersigned {
    code: String,
    keys: BTreeSet<String>,
    workspace: PathBuf,
    /// Digest of what was shown.
    shown: String,
    at: Timestamp,
    /// Until when it holds; for one call without it.
    until: Option<Timestamp>,
}

/// The request as the other person gets it.
pub(super) fn export(request: &Request) -> Result<Outcome, Error> {
    output::json(request)?;
    output::note(format_args!(
        "send this to somebody whose key is trusted; they run {} and send the answer back",
        paint(BOLD, "palisade approve --countersign FILE --key KEY")
    ));
    Ok(Outcome::Fine)
}

/// The other person's part: look at the request and sign an answer.
pub(super) fn countersign(
    file: &Path,
    key: &Path,
    time: Option<std::time::Duration>,
) -> Result<Outcome, Error> {
    super::super::at_a_terminal("answered")?;
    let request: Request = serde_json::from_str(&read(file)?)
        .map_err(|e| Error::Other(format!("`{}` is not a request: {e}", file.display())))?;
    let seed = seed_of(&read(key)?).ok_or_else(|| {
        Error::Other(format!(
            "`{}` holds no signing key; `palisade policy sign --new-key FILE` makes one",
            key.display()
        ))
    })?;
    let now = SystemClock.now();
    screen::show(&request, now)?;
    let holds = match time {
        Some(time) => match until(now, time)? {
            Scope::Until(until) => Some(until),
            _ => None,
        },
        None => None,
    };
    let words = super::scope_words(holds.map_or(Scope::Once, Scope::Until));
    let typed = prompt(&format!(" Countersign {words}? [y/N] "))?.unwrap_or_default();
    if !matches!(typed.trim().to_lowercase().as_str(), "y" | "yes") {
        output::note("nothing was signed");
        return Ok(Outcome::Findings);
    }
    let answer = Countersigned {
        shown: shown(&request)?,
        code: request.code,
        keys: request.needs.into_iter().map(|n| n.key).collect(),
        workspace: request.workspace,
        at: now,
        until: holds,
    };
    let payload = serde_json::to_string(&answer).map_err(|e| Error::Other(e.to_string()))?;
    let out = format!("{}.signed", answer.code);
    palisade_files::write_atomic(
        Path::new(&out),
        seal(FORMAT, &payload, &seed).as_bytes(),
        None,
    )?;
    output::line(format_args!(
        " {} wrote {out}; send it back",
        paint(GOOD, "✓")
    ))?;
    Ok(Outcome::Fine)
}

/// Hands in what the other person signed.
pub(super) fn hand_in(
    places: &Places,
    requests: &Requests,
    request: &Request,
    file: &Path,
) -> Result<Outcome, Error> {
    super::super::by_a_person("answered")?;
    let keys = places.approvers();
    let named = keys.display();
    let trusted =
        TrustedKeys::parse(&read(&keys)?).map_err(|e| Error::Other(format!("`{named}`: {e}")))?;
    let wrong = |why: &str| Error::Other(format!("`{}`: {why}", file.display()));
    let text = read(file)?;
    let (payload, who) = unseal(FORMAT, &text, &trusted).map_err(|e| wrong(&e.to_string()))?;
    let answer: Countersigned = serde_json::from_str(payload).map_err(|e| wrong(&e.to_string()))?;
    let now = SystemClock.now();
    let needed: BTreeSet<String> = request.needs.iter().map(|n| n.key.clone()).collect();
    if answer.code != request.code
        || answer.workspace != request.workspace
        || !needed.is_subset(&answer.keys)
        || answer.shown != shown(request)?
    {
        return Err(wrong("it answers another request"));
    }
    if answer.at > now || now.0 - answer.at.0 > HANDED_IN || answer.until.is_some_and(|t| t <= now)
    {
        return Err(wrong(
            "it was signed too long ago; an answer is handed in within the hour",
        ));
    }
    let own = palisade_guard::user();
    if who.is_empty() || who == own {
        return Err(wrong(&format!(
            "the key that signed it has to be another person's; its line in `{named}` says `{who}`"
        )));
    }
    let said = Said::Yes(answer.until.map_or(Scope::Once, Scope::Until));
    keep(places, requests, request, said, None, Some(&who))?;
    output::line(format_args!(
        " {} {} approved by {}",
        paint(GOOD, "✓"),
        paint(BOLD, &request.code),
        text::plain(&who)
    ))?;
    Ok(Outcome::Fine)
}

/// A digest of what a person is shown of a request: not when it was asked, and
/// how often.
fn shown(request: &Request) -> Result<String, Error> {
    let steady = Request {
        at: Timestamp(0),
        times: 0,
        ..request.clone()
    };
    let text = serde_json::to_string(&steady).map_err(|e| Error::Other(e.to_string()))?;
    Ok(palisade_guard::path_key(Path::new(&text)))
}

fn read(path: &Path) -> Result<String, Error> {
    let named = path.display();
    let bytes = palisade_files::read_capped(path, FILE_BYTES)
        .map_err(|e| Error::Other(format!("`{named}`: {e}")))?
        .ok_or_else(|| Error::Other(format!("`{named}` is larger than 256 KiB")))?;
    String::from_utf8(bytes).map_err(|_| Error::Other(format!("`{named}` is not UTF-8")))
}
