//! The recovery sheet: both seeds and the DID, sealed with a passphrase, as ten lines that can be printed, typed and
//! scanned. docs/recovery-sheet.md is its specification; the pages in the browser read and write the same text.

mod letters;

pub use letters::{LetterError, printed};

use imajin_box::key::PersonKey;
use imajin_protocol::Did;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::pbkdf2;
use std::num::NonZeroU32;
use unicode_normalization::UnicodeNormalization;

/// Prefix of the text.
pub const PREFIX: &str = "imajin-recovery-1:";

const ITERATIONS: NonZeroU32 = match NonZeroU32::new(600_000) {
    Some(iterations) => iterations,
    None => NonZeroU32::MIN,
};
const SALT_BYTES: usize = 16;
/// Both seeds and the DID's 32 bytes.
const PLAIN_BYTES: usize = 96;
/// Salt, nonce, sealed bytes and their tag.
const SEALED_BYTES: usize = SALT_BYTES + NONCE_LEN + PLAIN_BYTES + 16;

/// Why a sheet cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum RecoveryError {
    #[error(transparent)]
    Letters(#[from] LetterError),
    #[error(
        "the sheet reads well, but this passphrase does not open it: check capital letters and spaces"
    )]
    Passphrase,
    #[error("{0} is not a person's did:imajin, and a sheet has room for nothing else")]
    Did(Did),
    #[error("this machine gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// The cryptographic library refused; it does so for no input that can be here.
    #[error("the sheet could not be sealed")]
    Seal,
}

/// Seals keys with a passphrase; the text without spaces.
pub fn seal(key: &PersonKey, passphrase: &str) -> Result<String, RecoveryError> {
    let mut random = [0; SALT_BYTES + NONCE_LEN];
    getrandom::fill(&mut random).map_err(RecoveryError::Random)?;
    seal_with(key, passphrase, random)
}

fn seal_with(
    key: &PersonKey,
    passphrase: &str,
    random: [u8; SALT_BYTES + NONCE_LEN],
) -> Result<String, RecoveryError> {
    let did = key.did().key_bytes().ok_or_else(|| RecoveryError::Did(key.did().clone()))?;
    let mut bytes = [key.signing_key().to_bytes(), *key.encryption_secret(), did].concat();
    let (salt, nonce) = random.split_at(SALT_BYTES);
    cipher(passphrase, salt)?
        .seal_in_place_append_tag(nonce_of(nonce)?, Aad::from(PREFIX), &mut bytes)
        .map_err(|_| RecoveryError::Seal)?;
    Ok(letters::write(&[&random[..], &bytes].concat()))
}

/// Opens a sheet, typed, scanned or pasted.
pub fn open(text: &str, passphrase: &str) -> Result<PersonKey, RecoveryError> {
    let mut sealed = letters::read(text)?;
    let (salt, rest) = sealed.split_at_mut(SALT_BYTES);
    let (nonce, bytes) = rest.split_at_mut(NONCE_LEN);
    let plain = cipher(passphrase, salt)?
        .open_in_place(nonce_of(nonce)?, Aad::from(PREFIX), bytes)
        .map_err(|_| RecoveryError::Passphrase)?;
    let (parts, _) = plain.as_chunks::<32>();
    let [ed25519, x25519, did] = parts else {
        return Err(RecoveryError::Passphrase);
    };
    Ok(PersonKey::from_parts(Did::from_key(did), *ed25519, *x25519))
}

fn cipher(passphrase: &str, salt: &[u8]) -> Result<LessSafeKey, RecoveryError> {
    let secret: String = passphrase.nfc().collect();
    let mut key = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ITERATIONS, salt, secret.as_bytes(), &mut key);
    let key = UnboundKey::new(&AES_256_GCM, &key).map_err(|_| RecoveryError::Seal)?;
    // Each sheet has its own key (derived with a fresh salt), so its single nonce is never used twice.
    Ok(LessSafeKey::new(key))
}

fn nonce_of(bytes: &[u8]) -> Result<Nonce, RecoveryError> {
    Nonce::try_assume_unique_for_key(bytes).map_err(|_| RecoveryError::Seal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> PersonKey {
        let public = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
        PersonKey::from_parts(Did::from_key(public.as_bytes()), [7; 32], [9; 32])
    }

    #[test]
    fn a_sheet_comes_back_however_it_was_typed() {
        let text = seal_with(&key(), "correct horse", [3; 28]).unwrap();
        assert!(open(&text, "correct horse").unwrap() == key());
        let numbered: String = printed(&text)
            .iter()
            .enumerate()
            .map(|(i, line)| format!("{}. {line}\n", i + 1))
            .collect();
        assert!(open(&numbered, "correct horse").unwrap() == key());
        let misread = printed(&text).join("\n").replace('0', "O").replace('1', "l");
        assert!(open(&misread, "correct horse").unwrap() == key(), "{misread}");
    }

    #[test]
    fn a_wrong_passphrase_is_told_apart_from_a_wrong_letter() {
        let text = seal_with(&key(), "right", [3; 28]).unwrap();
        assert!(matches!(open(&text, "wrong"), Err(RecoveryError::Passphrase)));
        let at = PREFIX.len() + 25 * 3 + 4;
        let other = if &text[at..=at] == "a" { "b" } else { "a" };
        let mistyped = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        let expected = "line 4 of 10 has a letter that does not fit: compare it with the sheet";
        assert_eq!(open(&mistyped, "right").map(|_| ()).unwrap_err().to_string(), expected);
    }

    #[test]
    fn a_passphrase_is_the_same_composed_or_not() {
        let text = seal_with(&key(), "caf\u{e9}", [3; 28]).unwrap();
        assert!(open(&text, "cafe\u{301}").unwrap() == key());
    }
}
