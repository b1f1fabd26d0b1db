//! App passwords, made as a browser makes them.

use imajin_dfos::{PublicKey, SigningKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};

use crate::Person;

/// The digits of a password.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// An app password of a person.
pub struct AppPassword {
    /// The 26 digits that a program gets.
    pub text: String,
    /// The public key that follows from the password and its owner, as a multikey.
    pub key: String,
}

/// The seed of a key.
struct Seed;

impl KeyType for Seed {
    fn len(&self) -> usize {
        32
    }
}

impl AppPassword {
    /// Makes the password of these bits in a context of derivation.
    pub fn new(bits: u128, owner: &Person, context: &str) -> Self {
        let mut seed = [0; 32];
        let salt = Salt::new(HKDF_SHA256, owner.did().as_bytes());
        let info = [context.as_bytes()];
        let extracted = salt.extract(&bits.to_be_bytes());
        let expanded = extracted.expand(&info, Seed).expect("a key");
        expanded.fill(&mut seed).expect("a key");
        let digit = |at: u32| {
            let five = match at {
                25 => (bits & 0b111) << 2,
                at => (bits >> (123 - 5 * at)) & 31,
            };
            char::from(DIGITS[usize::try_from(five).expect("five bits")])
        };
        Self {
            text: (0..26).map(digit).collect(),
            key: PublicKey::from(&SigningKey::from_bytes(&seed)).to_multikey(),
        }
    }
}
