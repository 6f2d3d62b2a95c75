//! The schema editors use says what the compiler says.

use palisade_core::Mode;
use palisade_policy::{PROFILES, RowId};
use palisade_policy_compile::{compile, default_policy_toml, schema};
use serde_json::Value;

use crate::compile::Files;

fn valid(text: &str) -> Result<(), String> {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("policy.json", schema()).unwrap();
    let index = compiler.compile("policy.json", &mut schemas).unwrap();
    let document: toml_edit::DocumentMut = text.parse().unwrap();
    // As the language servers do it: dates become texts.
    let value: Value = toml_edit::de::from_document::<Value>(document).unwrap();
    schemas.validate(&value, index).map_err(|e| e.to_string())
}

#[test]
fn what_the_documents_show_is_valid() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policy.md");
    let text = std::fs::read_to_string(page).unwrap();
    let mut examples = 0;
    for block in text.split("```toml\n").skip(1) {
        let example = block.split("```").next().unwrap();
        let whole = if example.contains("schema = ") {
            example.to_owned()
        } else {
            format!("schema = 1\n{example}")
        };
        valid(&whole)
            .map_err(|e| format!("{e}\n{example}"))
            .unwrap();
        examples += 1;
    }
    assert!(examples >= 10, "{examples}");
    for profile in PROFILES {
        valid(&default_policy_toml(Mode::Enforce, *profile)).unwrap();
    }
}

/// What the compiler refuses for its shape the schema refuses, and what it
/// knows the schema knows.
#[test]
fn it_agrees_with_the_compiler() {
    let mut cases: Vec<(String, bool)> = [
        ("", true),
        ("profile = \"strict\"", true),
        ("profile = \"strickt\"", false),
        ("mode = \"off\"", false),
        ("mode = 3", false),
        ("profil = \"strict\"", false),
        ("because = \"the audit\"", true),
        ("record = \"required\"", true),
        ("record = \"maybe\"", false),
        ("[rows]\n\"git.push\" = \"maybe\"", false),
        ("[rows]\n\"git.push\" = [\"ask\"]", false),
        ("[rows]\n\"git.push\" = { insid = \"ask\" }", false),
        ("[rows]\n\"git.push\" = { inside = \"ask\", mode = \"warn\" }", true),
        ("[[paths]]\nverdict = \"deny\"", false),
        ("[[paths]]\npattern = \"a\"\nverdict = \"deny\"\naccess = \"run\"", false),
        ("[[paths]]\npattern = [\"a\"]\nverdict = \"deny\"\nmatch = \"a\"", true),
        ("[[hosts]]\npattern = \"x.com\"", false),
        ("[[hosts]]\npattern = \"x.com\"\nmethods = [\"GET\"]\nverdict = \"ask\"", true),
        ("hosts = \"x\"", false),
        ("[[mcp]]\nserver = \"github\"\nverdict = \"deny\"\nmatch = \"github/x\"", true),
        ("[[programs]]\nname = \"npm\"\nverdict = \"deny\"\nnot_match = \"npx\"", true),
        ("[[commands]]\npattern = \"npm *\"\nverdict = \"allow\"", false),
        ("[[data]]\nclass = \"customers\"\npaths = [\"/x/**\"]", false),
        ("[secrets]\nfile = [\"x\"]", false),
        ("[rates]\nrequests = 0", false),
        ("role = \"boss\"", false),
        ("[members]\nmara = \"senior\"", true),
        ("[roles.senior]\nprod = \"read\"", false),
        ("[roles.agent]\nproduction = \"none\"", true),
        ("[declared]\ndeviation = \"allow\"", false),
        ("[[exemptions]]\nrule = \"git.push\"\nowner = \"a\"\nreason = \"b\"\nuntil = 2027-01-01", true),
        ("[[exemptions]]\nrule = \"git.push\"\nowner = \"a\"\nuntil = 2027-01-01", false),
    ]
    .map(|(text, fine)| (text.to_owned(), fine))
    .into();
    cases.extend(
        RowId::ALL
            .iter()
            .map(|r| (format!("[rows]\n\"{r}\" = \"deny\""), true)),
    );
    for (text, fine) in cases {
        let text = format!("schema = 1\n{text}\n");
        let files = Files::new().with("user", &text);
        assert_eq!(
            compile(&files.sources()).is_ok(),
            fine,
            "the compiler: {text}"
        );
        assert_eq!(
            valid(&text).is_ok(),
            fine,
            "the schema: {text}: {:?}",
            valid(&text)
        );
    }
}
