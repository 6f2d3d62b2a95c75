//! The members of a hook call, taken out one by one and strictly.

use std::path::PathBuf;

use palisade_core::{ActionKind, ToolCall};
use serde_json::{Map, Value};

use crate::hook::DecodeError;

/// What is left of an object, and whose it is.
pub(crate) struct Fields<'a> {
    /// The event or the tool, for errors.
    pub(crate) of: &'a str,
    pub(crate) map: Map<String, Value>,
}

impl Fields<'_> {
    pub(crate) fn error(&self, field: &'static str) -> DecodeError {
        DecodeError::Field {
            tool: self.of.to_owned(),
            field,
        }
    }

    pub(crate) fn take(&mut self, field: &'static str) -> Value {
        self.map.remove(field).unwrap_or_default()
    }

    pub(crate) fn required(&mut self, field: &'static str) -> Result<String, DecodeError> {
        match self.map.remove(field) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(self.error(field)),
        }
    }

    pub(crate) fn optional(&mut self, field: &'static str) -> Result<Option<String>, DecodeError> {
        match self.map.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.error(field)),
        }
    }

    /// The first of several names under which an agent's versions send a text.
    pub(crate) fn one_of(&mut self, names: &[&'static str]) -> Result<String, DecodeError> {
        for name in names {
            if let Some(text) = self.optional(name)? {
                return Ok(text);
            }
        }
        Err(self.error(names.first().copied().unwrap_or_default()))
    }

    /// The working directory. Relative paths of a call are relative to it, so a
    /// call without one cannot be judged; other events can be recorded without.
    pub(crate) fn folder(
        &self,
        field: &'static str,
        given: Option<PathBuf>,
        kind: &ActionKind,
        otherwise: Option<&PathBuf>,
    ) -> Result<PathBuf, DecodeError> {
        match given.filter(|path| path.is_absolute()) {
            Some(folder) => Ok(folder),
            None if matches!(kind, ActionKind::Tool(_) | ActionKind::PermissionRequest(_)) => {
                Err(self.error(field))
            }
            None => Ok(otherwise.cloned().unwrap_or_else(|| PathBuf::from("/"))),
        }
    }

    /// An object, or the text of one.
    pub(crate) fn object(
        &mut self,
        field: &'static str,
    ) -> Result<Map<String, Value>, DecodeError> {
        match self.map.remove(field) {
            Some(Value::Object(map)) => Ok(map),
            Some(Value::String(text)) => {
                crate::json::object(text.as_bytes()).map_err(|_| self.error(field))
            }
            _ => Err(self.error(field)),
        }
    }
}

/// The call of a tool that has run already is taken as it is: refusing to read
/// it would only mean that nobody looks at the result.
pub(crate) fn tolerant(
    tool: &str,
    input: Map<String, Value>,
    read: impl FnOnce(Map<String, Value>) -> Result<ToolCall, DecodeError>,
) -> ToolCall {
    read(input.clone()).unwrap_or_else(|_| ToolCall::Unknown {
        tool: tool.to_owned(),
        input: Value::Object(input),
    })
}
