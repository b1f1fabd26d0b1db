//! App passwords: 128 random bits as text, and the key that a password and its owner make.
//!
//! Always: no password is kept anywhere. The same text, owner and context make the same key, on every box.

use imajin_dfos::SigningKey;
use imajin_protocol::Did;
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};

/// The digits of a password, without those that are taken for one another (i, l, o, u).
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Digits of a password: 128 bits by five.
const LENGTH: usize = 26;
/// The bits of a password.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Password(pub(super) [u8; 16]);

impl Password {
    /// Parses a password, with or without the dashes between its groups. Letters that resemble digits are accepted.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut bits, mut count, mut digits) = (0_u128, 0, 0);
        let mut rest = 0;
        for char in text.bytes().filter(|b| !matches!(b, b'-' | b' ')) {
            let char = match char.to_ascii_lowercase() {
                b'o' => b'0',
                b'i' | b'l' => b'1',
                other => other,
            };
            let value = DIGITS.iter().position(|digit| *digit == char)?;
            let value = u128::try_from(value).ok()?;
            digits += 1;
            match 128 - count {
                0 => return None,
                left @ 1..5 => {
                    bits = (bits << left) | (value >> (5 - left));
                    rest = value & ((1 << (5 - left)) - 1);
                    count = 128;
                }
                _ => {
                    bits = (bits << 5) | value;
                    count += 5;
                }
            }
        }
        (digits == LENGTH && rest == 0).then(|| Self(bits.to_be_bytes()))
    }

    /// The key that it makes with its owner in a context of derivation. The library's key wipes its bytes when it is dropped.
    pub(super) fn key(&self, owner: &Did, context: &str) -> Option<SigningKey> {
        let salt = Salt::new(HKDF_SHA256, owner.as_str().as_bytes());
        let mut seed = [0_u8; 32];
        let extracted = salt.extract(&self.0);
        let info = [context.as_bytes()];
        extracted.expand(&info, Seed).ok()?.fill(&mut seed).ok()?;
        let key = SigningKey::from_bytes(&seed);
        seed.fill(0);
        Some(key)
    }
}

struct Seed;

impl KeyType for Seed {
    fn len(&self) -> usize {
        32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::{PublicKey, hex};

    #[test]
    fn a_password_is_read_as_people_write_it() {
        assert_eq!(Password::parse("00000-00000-00000-00000-000004").unwrap().0[15], 1);
        let text = "7zzzz-zzzzz-zzzzz-zzzzz-zzzzzw";
        let read = Password::parse(text).unwrap();
        assert!(Password::parse(&text.to_uppercase().replace('-', " ")) == Some(read));
        let zeros = Password::parse(&"0".repeat(LENGTH)).unwrap();
        assert!(Password::parse(&"o".repeat(LENGTH)) == Some(zeros));
        for wrong in [
            "",
            "0000",
            &"0".repeat(LENGTH + 1),
            &"u".repeat(LENGTH),
            // Bits beyond the 128th.
            &format!("{}1", "0".repeat(LENGTH - 1)),
        ] {
            assert!(Password::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_key_is_the_owners_and_the_passwords() {
        let did = Did::from_key(&[1; 32]);
        let first = Password([7; 16]);
        let key = |password: &Password, did: &Did, context: &str| {
            hex::encode(PublicKey::from(&password.key(did, context).unwrap()).as_bytes())
        };
        let other = Did::from_key(&[2; 32]);
        assert_eq!(key(&first, &did, "a"), key(&first, &did, "a"));
        assert_ne!(key(&first, &did, "a"), key(&first, &other, "a"));
        assert_ne!(key(&first, &did, "a"), key(&first, &did, "b"));
        assert_ne!(key(&first, &did, "a"), key(&Password([8; 16]), &did, "a"));
    }
}
