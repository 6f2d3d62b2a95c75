//! Small changes to a policy file that keep everything else as it is.

use palisade_core::Mode;
use toml_edit::{DocumentMut, Item, TomlError, value};

use crate::SCHEMA;

/// Head of a user's policy file that did not exist.
const NEW: &str = "\
# Your own Palisade policy: it holds in every project, and a project can only
# make it stricter. Reference: docs/policy.md. Check it: palisade policy check
";

/// `text` with its mode set; a new file when `text` is empty.
///
/// # Errors
/// When `text` is not TOML.
pub fn set_mode(text: &str, mode: Mode) -> Result<String, TomlError> {
    let new = text.trim().is_empty();
    let mut document: DocumentMut = if new { NEW.parse()? } else { text.parse()? };
    if new {
        document.insert("schema", value(SCHEMA));
    }
    match document.get_mut("mode").and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = mode.as_str().into();
            *old.decor_mut() = decor;
        }
        None => {
            document.insert("mode", value(mode.as_str()));
        }
    }
    let out = document.to_string();
    // An empty document keeps its comments behind the keys.
    Ok(match out.strip_suffix(NEW) {
        Some(keys) if new => format!("{NEW}{keys}"),
        _ => out,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_a_person_wrote() {
        let text = "schema = 1 # first\n\n# mine\nmode = \"observe\"  # for now\n\n[rows]\n";
        let out = set_mode(text, Mode::Enforce).unwrap();
        assert!(out.contains("mode = \"enforce\""), "{out}");
        assert!(
            out.contains("# mine") && out.contains("schema = 1 # first"),
            "{out}"
        );
        assert!(set_mode("mode = [", Mode::Enforce).is_err());
    }

    #[test]
    fn a_new_file_compiles() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("policy.toml");
        let text = set_mode("", Mode::Observe).unwrap();
        assert!(text.starts_with("# Your own"), "{text}");
        std::fs::write(&path, text).unwrap();
        let sources = crate::Sources {
            user: Some(path),
            ..crate::Sources::default()
        };
        let compiled = crate::compile(&sources).unwrap();
        assert_eq!(compiled.snapshot.table.mode, Mode::Observe);
        assert!(compiled.warnings.is_empty());
    }
}
