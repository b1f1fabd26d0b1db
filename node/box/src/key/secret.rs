//! Secret keys that people bring along: 64 hexadecimal digits (the seed) or a PKCS#8 DER as hexadecimal.

use imajin_dfos::hex;

/// Prefix of a PKCS#8 version 1 private key for Ed25519 (RFC 8410 §7): everything before the seed.
const PKCS8_PREFIX: &str = "302e020100300506032b657004220420";

/// Error of a text that is not a secret key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the key must be 64 hexadecimal digits, or a PKCS#8 Ed25519 key as hexadecimal (it begins with {PKCS8_PREFIX})"
)]
pub struct SecretError;

/// The 32 byte seed in a text, in either form.
pub fn parse_secret(text: &str) -> Result<[u8; 32], SecretError> {
    let text = text.trim().to_ascii_lowercase();
    seed_from_hex(text.strip_prefix(PKCS8_PREFIX).unwrap_or(&text)).ok_or(SecretError)
}

/// 32 bytes from 64 lower-case hexadecimal digits.
pub(super) fn seed_from_hex(text: &str) -> Option<[u8; 32]> {
    hex::decode(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

    #[test]
    fn both_forms_give_the_same_seed() {
        let plain = parse_secret(SEED).unwrap();
        assert_eq!(parse_secret(&format!("{PKCS8_PREFIX}{SEED}\n")), Ok(plain));
        assert_eq!(parse_secret(&SEED.to_uppercase()), Ok(plain));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "zz", &SEED[1..], &format!("{SEED}00"), PKCS8_PREFIX] {
            assert_eq!(parse_secret(text), Err(SecretError), "{text}");
        }
    }
}
