//! Codes that people read to each other: invitations, the claim code.
//!
//! Always: one form for storing and comparing, however a code was typed.

use crate::random::{self, RandomError};

/// Letters that people do not mistake for each other (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code: 60 random bits.
const LETTERS: usize = 12;

/// A code like `7KQ2-M9XT-04RB`: 60 random bits, easy to read aloud.
pub fn fresh() -> Result<String, RandomError> {
    let bytes = random::bytes::<LETTERS>()?;
    let letters: String =
        bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    Ok(canonical(&letters))
}

/// The letters and digits of a code, in capitals.
pub fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// A code as it is stored, however it was typed; what names its owner is left out ([`split_owner`]).
pub fn canonical(code: &str) -> String {
    let letters: Vec<char> = plain(split_owner(code).0).chars().collect();
    letters.chunks(4).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A code, and the DID of its owner where the text names one: `7KQ2-M9XT-04RB@did:imajin:…`. A code is unique for one owner
/// only, since records come here from elsewhere.
pub fn split_owner(text: &str) -> (&str, Option<&str>) {
    match text.split_once('@') {
        Some((code, owner)) => (code, Some(owner.trim())),
        None => (text, None),
    }
}

/// Whether a text is a code in its one form, as long as ours are.
pub fn is_code(text: &str) -> bool {
    let letters = plain(text);
    letters.len() == LETTERS
        && letters.bytes().all(|letter| ALPHABET.contains(&letter))
        && canonical(text) == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_however_it_was_typed() {
        for typed in ["7KQ2-M9XT-04RB", "7kq2m9xt04rb", " 7KQ2 M9XT-04rb "] {
            assert_eq!(canonical(typed), "7KQ2-M9XT-04RB");
        }
        assert_eq!(canonical("7kq2m9xt04rb@did:imajin:abc"), "7KQ2-M9XT-04RB");
        assert_eq!(split_owner("7KQ2 @ did:x"), ("7KQ2 ", Some("did:x")));
        let code = fresh().unwrap();
        assert!(is_code(&code), "{code}");
        for wrong in ["7kq2-m9xt-04rb", "7KQ2M9XT04RB", "7KQ2-M9XT", "UKQ2-M9XT-04RB", ""] {
            assert!(!is_code(wrong), "{wrong}");
        }
    }
}
