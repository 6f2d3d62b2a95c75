//! The guard goes into any settings file or refuses, and comes out to the byte.
#![no_main]

use palisade_agents::claude::settings::{
    HookCommand, Layer, LayerKind, Removal, plan_install, plan_remove, record,
};

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("settings.json");
    std::fs::write(&path, text).expect("a file");
    let command = HookCommand {
        program: "/opt/palisade/palisade-hook".into(),
        args: vec!["claude".into()],
    };
    let Ok(change) = plan_install(&Layer::read(LayerKind::User, path.clone()), &command) else {
        return;
    };
    change.apply(0o600).expect("written");
    // Without a backup: only what was inserted may be taken out.
    let record = record(&change, None, None);
    if let Removal::Write(back) = plan_remove(&path, Some(&record)).expect("a way back") {
        assert_eq!(back.after, text);
    }
});
