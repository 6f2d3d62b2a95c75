//! Which binaries are under test: `$PALISADE_BIN_DIR` (the build system's way),
//! else what
//! `cargo xtask build` made. A missing one is an error; a test
//! that skips itself shows nothing.

use std::path::{Path, PathBuf};

use crate::Broken;
use crate::agents::given;

/// The folder that holds `palisade` and `palisade-hook`.
pub fn folder() -> Result<PathBuf, Broken> {
    let dir = match given("PALISADE_BIN_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => target().join("dist"),
    };
    for name in ["palisade", "palisade-hook"] {
        let path = dir.join(name);
        if !path.is_file() {
            return Err(Broken::new(format!(
                "no {name} at {}; `cargo xtask build` builds it and PALISADE_BIN_DIR says where",
                path.display()
            )));
        }
    }
    Ok(dir)
}

/// The hook with injected faults (cargo feature `faults`), which is never shipped:
/// `$PALISADE_FAULT_HOOK`, else where `cargo xtask build` puts it.
pub fn faulty_hook() -> Result<PathBuf, Broken> {
    let path = match given("PALISADE_FAULT_HOOK") {
        Some(path) => PathBuf::from(path),
        None => target().join("faults/palisade-hook"),
    };
    if path.is_file() {
        Ok(path)
    } else {
        Err(Broken::new(format!(
            "no hook with faults at {}; `cargo xtask build` builds it",
            path.display()
        )))
    }
}

fn target() -> PathBuf {
    match given("CARGO_TARGET_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
    }
}
