//! Ed25519 public keys, their multikey and hexadecimal texts, and the 31-character ids.
//!
//! Always: a [`PublicKey`] is just 32 bytes; [`PublicKey::verifying_key`] checks whether they are a point on the curve,
//! and [`KeyCache`] remembers the result.
//!
//! Rules: DFOS v1 PROTOCOL "Multikey", "id(seed)", "Key id".

use std::collections::HashMap;
use std::fmt;

use cid::multibase::Base;
use ed25519_dalek::VerifyingKey;
use parking_lot::RwLock;

use crate::cid::sha256;
use crate::hex;

/// The multicodec of an Ed25519 public key, as a varint.
const PREFIX: [u8; 2] = [0xed, 0x01];
/// The alphabet of ids.
pub const ID_ALPHABET: &[u8; 19] = b"2346789acdefhknrtvz";
/// Characters of an id.
pub const ID_CHARS: usize = 31;
/// Longer texts are refused before decoding, whose time grows with the square of the length.
const MULTIKEY_CHARS_MAX: usize = 64;

/// Text or bytes that are not an Ed25519 public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 public key")]
pub struct KeyError;

/// An Ed25519 public key, as its 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Wraps the bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// `z` + base58btc of `ed 01` and the bytes.
    pub fn to_multikey(&self) -> String {
        let mut bytes = [0; 34];
        bytes[..2].copy_from_slice(&PREFIX);
        bytes[2..].copy_from_slice(&self.0);
        cid::multibase::encode(Base::Base58Btc, bytes)
    }

    /// Parses the form of [`Self::to_multikey`]: exactly 34 bytes with that prefix.
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        if text.len() > MULTIKEY_CHARS_MAX {
            return Err(KeyError);
        }
        let base58 = text.strip_prefix('z').ok_or(KeyError)?;
        let bytes = Base::Base58Btc.decode(base58).map_err(|_| KeyError)?;
        let key = bytes.strip_prefix(&PREFIX).ok_or(KeyError)?;
        key.try_into().map(Self).map_err(|_| KeyError)
    }

    /// The bytes in hexadecimal, lower case.
    pub fn to_hex(&self) -> String {
        hex::encode(&self.0)
    }

    /// Parses 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        let bytes = hex::decode(text).ok_or(KeyError)?;
        bytes.try_into().map(Self).map_err(|_| KeyError)
    }

    /// The conventional id of this key: `key_` and the id of the bytes.
    pub fn key_id(&self) -> String {
        key_id(&self.0)
    }

    /// The decompressed key.
    ///
    /// This takes about a tenth of a verification: keep the result, or use [`KeyCache`].
    ///
    /// # Errors
    /// The bytes are not a point on the curve.
    pub fn verifying_key(&self) -> Result<VerifyingKey, KeyError> {
        VerifyingKey::from_bytes(&self.0).map_err(|_| KeyError)
    }
}

impl From<&VerifyingKey> for PublicKey {
    fn from(key: &VerifyingKey) -> Self {
        Self(key.to_bytes())
    }
}

impl From<&ed25519_dalek::SigningKey> for PublicKey {
    fn from(key: &ed25519_dalek::SigningKey) -> Self {
        Self(key.verifying_key().to_bytes())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_multikey())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// The conventional key id of a public key: `key_` and the id of its bytes.
pub fn key_id(public_key: &[u8; 32]) -> String {
    format!("key_{}", id(public_key))
}

/// The 31-character id of a seed: each of the first 31 bytes of its SHA-256, modulo 19, picks a letter.
pub fn id(seed: &[u8]) -> String {
    let digest = sha256(seed);
    let letters = digest.iter().take(ID_CHARS);
    letters.map(|byte| char::from(ID_ALPHABET[usize::from(*byte) % ID_ALPHABET.len()])).collect()
}

/// Whether a text has the form of an id.
pub fn is_id(text: &str) -> bool {
    text.len() == ID_CHARS && text.bytes().all(|byte| ID_ALPHABET.contains(&byte))
}

/// Remembers decompressed keys, because the same few people write again and again.
///
/// Bounded: two generations of at most `capacity` keys each. A full young generation becomes the old one, and keys that
/// were not used since are forgotten. Shared by reference between threads.
pub struct KeyCache {
    capacity: usize,
    generations: RwLock<Generations>,
}

#[derive(Default)]
struct Generations {
    young: HashMap<PublicKey, VerifyingKey>,
    old: HashMap<PublicKey, VerifyingKey>,
}

impl KeyCache {
    /// A cache of between `capacity` and twice as many keys (about 250 bytes each).
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), generations: RwLock::default() }
    }

    /// The decompressed key, from memory if it was used recently.
    pub fn get(&self, key: &PublicKey) -> Result<VerifyingKey, KeyError> {
        {
            // A panic elsewhere cannot leave a map half changed, so a poisoned lock is still usable.
            let generations = self.generations.read();
            if let Some(verifying_key) = generations.young.get(key) {
                return Ok(*verifying_key);
            }
        }
        let mut generations = self.generations.write();
        let verifying_key = match generations.old.get(key) {
            Some(verifying_key) => *verifying_key,
            None => key.verifying_key()?,
        };
        if generations.young.len() >= self.capacity {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(*key, verifying_key);
        Ok(verifying_key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::SigningKey;

    fn key(seed: u8) -> PublicKey {
        PublicKey::from(&SigningKey::from_bytes(&[seed; 32]))
    }

    #[test]
    fn texts_there_and_back() {
        let key = key(1);
        let text = key.to_multikey();
        assert!(text.starts_with("z6Mk"));
        assert_eq!(PublicKey::from_multikey(&text), Ok(key));
        assert_eq!(PublicKey::from_hex(&key.to_hex()), Ok(key));
        assert!(is_id(&key.key_id()[4..]));
    }

    #[test]
    fn refuses_other_multikeys() {
        let bytes = |prefix: &[u8], len: usize| {
            let mut bytes = prefix.to_vec();
            bytes.resize(prefix.len() + len, 7);
            cid::multibase::encode(Base::Base58Btc, bytes)
        };
        for wrong in [
            String::new(),
            "z".to_owned(),
            bytes(&PREFIX, 31),
            bytes(&PREFIX, 33),
            bytes(&[0x80, 0x26], 32),
            bytes(&[0xe7, 0x01], 33),
            format!("{}0", bytes(&PREFIX, 32)),
            bytes(&PREFIX, 32).replacen('z', "Z", 1),
            "z".repeat(100_000),
        ] {
            assert_eq!(PublicKey::from_multikey(&wrong), Err(KeyError));
        }
    }

    #[test]
    fn the_cache_stays_bounded_and_right() {
        let cache = KeyCache::new(4);
        for round in 0..3 {
            for seed in 0..20 {
                let verifying_key = cache.get(&key(seed)).unwrap();
                assert_eq!(PublicKey::from(&verifying_key), key(seed), "round {round}");
            }
        }
        let generations = cache.generations.read();
        assert!(generations.young.len() <= 4 && generations.old.len() <= 4);
        drop(generations);
        // y = 2 is not on the curve.
        let mut off = [0; 32];
        off[0] = 2;
        assert_eq!(cache.get(&PublicKey::from_bytes(off)), Err(KeyError));
    }
}
