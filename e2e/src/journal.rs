//! The record, read the way a person reads it: through `palisade log`.

use serde_json::Value;

use crate::{Broken, World};

impl World {
    /// Every recorded event, oldest first.
    pub fn journal(&self) -> Result<Vec<Value>, Broken> {
        let ended = self.palisade(&["log", "--format", "json"])?;
        if !ended.fine() && ended.stdout.trim().is_empty() {
            return Err(Broken::new(format!("palisade log: {ended}")));
        }
        parse(&ended.stdout)
    }
}

/// A JSON array, an object that holds one, or one object per line.
fn parse(text: &str) -> Result<Vec<Value>, Broken> {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return match value {
            Value::Array(list) => Ok(list),
            Value::Object(mut object) => {
                let list = ["events", "records", "entries"]
                    .into_iter()
                    .find_map(|key| object.remove(key));
                match list {
                    Some(Value::Array(list)) => Ok(list),
                    _ => Ok(vec![Value::Object(object)]),
                }
            }
            other => Err(Broken::new(format!("palisade log printed {other}"))),
        };
    }
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            serde_json::from_str(line)
                .map_err(|e| Broken::new(format!("palisade log printed {line:?}: {e}")))
        })
        .collect()
}

/// A field of a record, whether it stands in the record or in its `event`.
pub fn field<'a>(record: &'a Value, name: &str) -> &'a Value {
    match &record[name] {
        Value::Null => &record["event"][name],
        found => found,
    }
}

/// The records of one kind with one verdict.
pub fn with_verdict<'a>(records: &'a [Value], kind: &str, verdict: &str) -> Vec<&'a Value> {
    records
        .iter()
        .filter(|r| field(r, "kind") == kind && field(r, "verdict") == verdict)
        .collect()
}
