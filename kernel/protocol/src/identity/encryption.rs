//! The key that a person's copies are encrypted to.

use crate::json_form::json_form;
use imajin_dfos::hex;
use std::fmt;

/// An X25519 public key (RFC 7748): 32 bytes, 64 hex digits in JSON. A separate type, so that it is never taken for a
/// signing key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EncryptionKey([u8; 32]);

impl EncryptionKey {
    /// Wraps the bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Parses 64 hex digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text)?.try_into().ok().map(Self)
    }

    /// Returns the key as 64 lower-case hex digits.
    pub fn to_hex(&self) -> String {
        hex::encode(&self.0)
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionKey({})", self.to_hex())
    }
}

json_form! { EncryptionKey as String, |key| key.to_hex(), |text|
    EncryptionKey::from_hex(text).ok_or("an encryption key is 64 hexadecimal digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_there_and_back() {
        let key = EncryptionKey::from_bytes([0xab; 32]);
        assert_eq!(EncryptionKey::from_hex(&key.to_hex()), Some(key));
        assert_eq!(
            serde_json::from_str::<EncryptionKey>(&serde_json::to_string(&key).unwrap()).unwrap(),
            key
        );
        assert_eq!(EncryptionKey::from_hex("ab"), None);
    }
}
