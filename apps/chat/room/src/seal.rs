//! The cryptography of sealed conversations (docs/conversations.md): how an epoch's secret reaches its members, and how a
//! message is sealed under it. `suite` 1 names all of it.
//!
//! Always: every length is checked before anything is decoded or decrypted, and no input panics. Randomness is an
//! argument. This module knows nothing of logs or rules.

mod boxed;
mod number;
mod pad;
mod ring;
mod wrap;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hkdf::Hkdf;
use imajin_dfos::{Value, cbor};
use sha2::Sha256;

pub use boxed::{BOX_BYTES_MAX, MessagePlace, Sealed, open, seal};
pub use number::number;
pub use pad::{JSON_BYTES_MAX, pad, unpad};
pub use ring::{RingSecret, SECRETS_MAX, open_ring, seal_ring, wrap_ring};
pub use wrap::{
    EncryptionSecret, WRAP_BYTES, WrapInfo, check_of, hpke_open, hpke_seal, open_wrap, wrap,
};

/// The only suite so far.
pub const SUITE: u64 = 1;
/// Bytes of an epoch's secret, and of every key here.
pub const SECRET_BYTES: usize = 32;

/// An epoch's secret.
pub type Secret = [u8; SECRET_BYTES];

/// The key, the initialisation vector and the commitment of one box.
struct Keys {
    key: [u8; 32],
    iv: [u8; 12],
    commit: [u8; 32],
}

impl Keys {
    fn derive(secret: &Secret, nonce: &[u8; 32], info: &str) -> Self {
        let okm: [u8; 76] = expand(secret, nonce, info.as_bytes());
        let (mut key, mut iv, mut commit) = ([0; 32], [0; 12], [0; 32]);
        key.copy_from_slice(&okm[..32]);
        iv.copy_from_slice(&okm[32..44]);
        commit.copy_from_slice(&okm[44..]);
        Self { key, iv, commit }
    }

    fn seal(&self, plain: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
        let cipher = Aes256Gcm::new(&self.key.into());
        let payload = Payload { msg: plain, aad };
        cipher.encrypt(&Nonce::from(self.iv), payload).ok()
    }

    fn open(&self, sealed: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
        let cipher = Aes256Gcm::new(&self.key.into());
        let payload = Payload { msg: sealed, aad };
        cipher.decrypt(&Nonce::from(self.iv), payload).ok()
    }
}

/// HKDF with SHA-256 (RFC 5869).
fn expand<const N: usize>(secret: &Secret, salt: &[u8], info: &[u8]) -> [u8; N] {
    let mut okm = [0; N];
    // Fails only for more than 255 hashes, and the longest here are three.
    let _ = Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut okm);
    okm
}

/// A list as dag-cbor.
fn list(items: impl Into<Vec<Value>>) -> Vec<u8> {
    cbor::encode(&Value::List(items.into()))
}

fn int(value: u64) -> Value {
    Value::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

fn bytes(value: &[u8]) -> Value {
    Value::Bytes(value.to_vec())
}

/// Compares secrets and commitments at the same speed whatever they are.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

#[cfg(test)]
mod judged;
#[cfg(test)]
mod tests;
