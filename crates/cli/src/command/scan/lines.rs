//! `--jsonl`: one text a line in, its findings a line out.

use std::io::{BufRead as _, Write as _};

use palisade_secrets::scan;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{Error, Outcome};
use crate::output;

#[derive(Deserialize)]
struct Line {
    id: Value,
    text: String,
}

/// Answers every line of stdin; places are bytes of the text in UTF-8.
pub(super) fn run() -> Result<Outcome, Error> {
    output::typed_input("lines of {\"id\": …, \"text\": …}");
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut any = false;
    for (number, line) in (1_u64..).zip(std::io::stdin().lock().lines()) {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let asked: Line = serde_json::from_str(&line)
            .map_err(|e| Error::Other(format!("line {number} of the input: {e}")))?;
        let findings: Vec<Value> = scan(&asked.text)
            .iter()
            .map(|m| json!({"rule": m.rule, "start": m.start, "end": m.end, "confidence": m.confidence}))
            .collect();
        any |= !findings.is_empty();
        serde_json::to_writer(&mut out, &json!({"id": asked.id, "findings": findings}))
            .map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(if any {
        Outcome::Findings
    } else {
        Outcome::Fine
    })
}
