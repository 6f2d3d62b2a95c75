//! The key of secret fingerprints: one per installation, made on first use.

use palisade_files::FileError;

use crate::Places;

/// Reads the key, making it when there is none.
///
/// # Errors
/// When it can be neither read nor stored.
pub fn fingerprint_key(places: &Places) -> Result<[u8; 32], FileError> {
    let path = places.fingerprint_key();
    if path.exists() {
        let stored = palisade_files::read_capped(&path, 64)?;
        if let Some(key) = stored.and_then(|b| <[u8; 32]>::try_from(b).ok()) {
            return Ok(key);
        }
    }
    let fresh = random();
    palisade_files::create_private_dir(&places.state)?;
    palisade_files::write_atomic(&path, &fresh, Some(0o600))?;
    Ok(fresh)
}

/// Bytes nobody can guess. Should the kernel refuse them (it does not, once
/// booted), fingerprints are only comparable, still never the value.
pub(crate) fn random() -> [u8; 32] {
    let mut bytes = [0_u8; 32];
    if getrandom::fill(&mut bytes).is_err() {
        use std::hash::{BuildHasher as _, RandomState};
        for chunk in bytes.chunks_mut(8) {
            let word = RandomState::new()
                .hash_one(std::process::id())
                .to_le_bytes();
            chunk.copy_from_slice(&word);
        }
    }
    bytes
}
