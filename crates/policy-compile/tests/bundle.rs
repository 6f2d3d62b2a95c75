//! Signed policies in the organisation's folder.

use palisade_core::Verdict::{Allow, Ask, Deny};
use palisade_core::{Mode, Profile};
use palisade_policy::{Column, RowId};
use palisade_policy_compile::{
    Bundle, BundleFile, Sources, compile, compile_or_restricted, public_key,
};

use crate::compile::Files;

const SEED: [u8; 32] = [3; 32];
const NOW: u64 = 1_800_000_000_000_000;

fn bundle(version: u64) -> Bundle {
    Bundle {
        name: "acme".into(),
        version,
        issued: NOW / 1_000_000,
        expires: NOW / 1_000_000 + 3_600,
        files: vec![
            BundleFile {
                name: "10-rows.toml".into(),
                text: "schema = 1\n[rows]\n\"net.write\" = \"deny\"\n".into(),
            },
            BundleFile {
                name: "20-mode.toml".into(),
                text: "schema = 1\nmode = \"enforce\"\n".into(),
            },
        ],
    }
}

fn sources(files: &Files) -> Sources {
    let mut sources = files.sources();
    sources.now = NOW;
    sources
}

/// A folder with the bundle, signed, and the key that is trusted.
fn signed(bundle: &Bundle) -> Files {
    Files::new()
        .with("org/acme.bundle", &bundle.seal(&SEED))
        .with("policy.keys", &format!("{} acme\n", public_key(&SEED)))
        .with(
            "user",
            "schema = 1\nmode = \"observe\"\n[rows]\n\"net.write\" = \"allow\"\n",
        )
}

#[test]
fn a_signed_policy_counts() {
    let files = signed(&bundle(7));
    let compiled = compile(&sources(&files))
        .map_err(|d| d.to_string())
        .unwrap();
    let row = &compiled.snapshot.table.rows[&RowId::NetWrite];
    assert_eq!(row.verdict(Column::Inside), Deny);
    assert_eq!(compiled.snapshot.table.mode, Mode::Enforce);
    // What the user would loosen is reported, with where it is forbidden.
    assert_eq!(compiled.warnings.len(), 2, "{:?}", compiled.warnings);
    assert!(
        compiled
            .warnings
            .concat()
            .contains("acme.bundle/10-rows.toml:3")
    );
    assert_eq!(compiled.versions["acme"], 7);
    assert_eq!(compiled.snapshot.expires, NOW + 3_600_000_000);
    let stamped = |name: &str| {
        let mut stamps = compiled.snapshot.sources.iter();
        stamps.any(|s| s.path.ends_with(name) && s.present)
    };
    assert!(stamped("acme.bundle") && stamped("policy.keys"));
}

/// Everything that makes it count for nothing leaves reads alone.
#[test]
fn what_does_not_count_restricts() {
    let changed = bundle(7).seal(&SEED).replace("deny", "allow");
    let cases: Vec<(&str, Files, Sources)> = [
        (
            "another key",
            signed(&bundle(7)).with("policy.keys", &public_key(&[4; 32])),
            NOW,
            0,
        ),
        (
            "no keys",
            signed(&bundle(7)).with("policy.keys", ""),
            NOW,
            0,
        ),
        (
            "a broken key",
            signed(&bundle(7)).with("policy.keys", "abc"),
            NOW,
            0,
        ),
        (
            "changed",
            signed(&bundle(7)).with("org/acme.bundle", &changed),
            NOW,
            0,
        ),
        (
            "no bundle",
            signed(&bundle(7)).with("org/acme.bundle", "schema = 1\n"),
            NOW,
            0,
        ),
        ("expired", signed(&bundle(7)), NOW + 3_600_000_000, 0),
        ("no clock", signed(&bundle(7)), 0, 0),
        ("an old one", signed(&bundle(7)), NOW, 8),
    ]
    .into_iter()
    .map(|(what, files, now, seen)| {
        let mut sources = sources(&files);
        sources.now = now;
        sources.seen.insert("acme".into(), seen);
        (what, files, sources)
    })
    .collect();
    let mut said = String::new();
    for (what, files, sources) in cases {
        let compiled = compile_or_restricted(&sources);
        assert_eq!(
            compiled.snapshot.table.profile,
            Profile::Restricted,
            "{what}"
        );
        let verdict = |row: RowId| compiled.snapshot.table.rows[&row].verdict(Column::Inside);
        assert_eq!(verdict(RowId::FileWrite), Deny, "{what}");
        assert_eq!(verdict(RowId::FileRead), Allow, "{what}");
        assert_eq!(compiled.versions.len(), 0, "{what}");
        let text = compiled.diagnostics.unwrap().render(false);
        let folder = files.path("").display().to_string();
        said.push_str(&text.replace(&folder, "/etc/palisade/"));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn a_mistake_in_a_bundle_is_shown_in_it() {
    let mut broken = bundle(7);
    broken.files[0].text = "schema = 1\nmod = \"warn\"\n".into();
    let files = signed(&broken);
    let text = compile(&sources(&files)).unwrap_err().render(false);
    assert!(text.contains("acme.bundle/10-rows.toml:2:1"), "{text}");
}

/// Without a signed policy nothing changes for anybody.
#[test]
fn unsigned_fragments_go_on_counting() {
    let files = Files::new().with(
        "org/10.toml",
        "schema = 1\n[rows]\n\"net.write\" = \"deny\"\n",
    );
    let compiled = compile(&files.sources()).unwrap();
    let row = &compiled.snapshot.table.rows[&RowId::NetWrite];
    assert_eq!(row.verdict(Column::Inside), Deny);
    assert_eq!(compiled.snapshot.expires, 0);
    assert_ne!(row.verdict(Column::Elsewhere), Ask);
}
