//! Text under a signature: the format, the public key, the Ed25519 signature
//! (RFC 8032) over format and rest, and the rest.

use std::fmt::Write as _;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

/// Public keys that are trusted, each in hexadecimal on a line of its own; what
/// follows a space is the name of whose it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedKeys(Vec<(VerifyingKey, String)>);

/// Why a text is not signed by somebody who is trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// Not one at all.
    #[error("this is not a `{0}`")]
    NotSigned(&'static str),
    /// Signed by nobody who is trusted here.
    #[error(
        "it is signed by the key {0}…, which is not among the trusted keys; ask whoever keeps them"
    )]
    UnknownKey(String),
    /// Changed after it was signed.
    #[error("its signature does not fit: it was changed after it was signed")]
    Signature,
}

/// A line that is no public key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {0} is not a public key: 64 hexadecimal digits")]
pub struct NotAKey(pub usize);

impl TrustedKeys {
    /// Reads a list of keys.
    ///
    /// # Errors
    /// Names the line that is none.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let mut words = line.split_whitespace();
            let Some(word) = words.next() else { continue };
            if word.starts_with('#') {
                continue;
            }
            let key = bytes(word).and_then(|b| VerifyingKey::from_bytes(&b).ok());
            let name = words.collect::<Vec<_>>().join(" ");
            keys.push((key.ok_or(NotAKey(index + 1))?, name));
        }
        Ok(Self(keys))
    }
}

/// `payload` signed as a `format` with the key of this seed.
pub fn seal(format: &'static str, payload: &str, seed: &[u8; 32]) -> String {
    let key = SigningKey::from_bytes(seed);
    let signature = key.sign(&signed(format, payload));
    format!(
        "{format}\n{}\n{}\n{payload}\n",
        hex(key.verifying_key().as_bytes()),
        hex(&signature.to_bytes())
    )
}

/// What was signed as a `format`, and the name of the trusted key that did.
///
/// # Errors
/// Says why it is not trusted.
pub fn unseal<'t>(
    format: &'static str,
    text: &'t str,
    keys: &TrustedKeys,
) -> Result<(&'t str, String), SignedError> {
    let mut lines = text.splitn(4, '\n');
    let mut next = || lines.next().ok_or(SignedError::NotSigned(format));
    if next()? != format {
        return Err(SignedError::NotSigned(format));
    }
    let (key, signature, payload) = (next()?, next()?, next()?);
    let named: [u8; 32] = bytes(key).ok_or(SignedError::NotSigned(format))?;
    let signature: [u8; 64] = bytes(signature).ok_or(SignedError::NotSigned(format))?;
    let known = keys.0.iter().find(|(k, _)| *k.as_bytes() == named);
    let (key, name) =
        known.ok_or_else(|| SignedError::UnknownKey(key.chars().take(16).collect()))?;
    let payload = payload.strip_suffix('\n').unwrap_or(payload);
    // Strict: no second signature of the same text by the same key.
    key.verify_strict(&signed(format, payload), &Signature::from_bytes(&signature))
        .map_err(|_| SignedError::Signature)?;
    Ok((payload, name.clone()))
}

/// The public key of a seed, as a line of trusted keys.
pub fn public_key(seed: &[u8; 32]) -> String {
    hex(SigningKey::from_bytes(seed).verifying_key().as_bytes())
}

/// A seed as it is kept in a file.
pub fn seed_text(seed: &[u8; 32]) -> String {
    hex(seed)
}

/// The seed in a key file.
pub fn seed_of(text: &str) -> Option<[u8; 32]> {
    bytes(text.trim())
}

fn signed(format: &str, payload: &str) -> Vec<u8> {
    format!("{format}\n{payload}").into_bytes()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").ok();
        out
    })
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: Vec<u8> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect::<Option<_>>()?;
    let pairs: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |sum, digit| sum * 16 + digit))
        .collect();
    (digits.len() == 2 * N)
        .then(|| pairs.try_into().ok())
        .flatten()
}
