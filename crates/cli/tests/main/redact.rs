//! `palisade redact`.

use crate::world::{World, pretty};

const TEXT: &str =
    "# the shop\nPORT=8080\nAPI_KEY=sk-live-4f9aK2mPq8Zr1Xc7\nAGAIN=sk-live-4f9aK2mPq8Zr1Xc7\n";

#[test]
fn a_file_and_what_is_piped() {
    let world = World::new();
    world.put("shop/.env", TEXT);
    let file = world.palisade(&["redact", ".env"]);
    assert!(!file.stdout.contains("4f9aK2"), "{file}");
    insta::assert_snapshot!("redact", file);
    let json = world.palisade(&["redact", ".env", "--format", "json"]);
    insta::assert_snapshot!("redact-json", pretty(&json.json()));
    let piped = world.fed(&["redact", "-"], TEXT);
    assert_eq!((piped.code, piped.stderr.as_str()), (Some(0), ""));
    assert!(!piped.stdout.contains("4f9aK2"), "{piped}");
}

#[test]
fn what_cannot_be_redacted() {
    let world = World::new();
    std::fs::write(world.path("shop/image"), b"\x89PNG\r\n\xff\xfe").unwrap();
    for (name, file) in [
        ("binary", "image"),
        ("missing", "nothing"),
        ("folder", ".git"),
    ] {
        let ended = world.palisade(&["redact", file]);
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (Some(2), ""),
            "{ended}"
        );
        insta::assert_snapshot!(format!("redact-{name}"), ended.stderr);
    }
}
