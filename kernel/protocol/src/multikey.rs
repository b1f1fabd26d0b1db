//! X25519 public keys as multikeys (`z6LS…`), as identity chains name them. [`imajin_dfos::multikey`] has the signing keys.

use crate::{EncryptionKey, base58};

/// The multicodec of an X25519 public key, as a varint.
const X25519: [u8; 2] = [0xec, 0x01];

/// Returns `z` and the base58btc of `ec 01` and the key.
pub fn x25519(key: &EncryptionKey) -> String {
    let mut bytes = [0; 34];
    bytes[..2].copy_from_slice(&X25519);
    bytes[2..].copy_from_slice(key.as_bytes());
    format!("z{}", base58::encode(&bytes))
}

/// Parses the only form that [`x25519`] writes.
pub fn parse_x25519(text: &str) -> Option<EncryptionKey> {
    let bytes = base58::decode::<34>(text.strip_prefix('z')?)?;
    let key = bytes.strip_prefix(&X25519)?;
    key.try_into().ok().map(EncryptionKey::from_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let key = EncryptionKey::from_bytes([7; 32]);
        let text = x25519(&key);
        assert!(text.starts_with("z6LS"), "{text}");
        assert_eq!(parse_x25519(&text), Some(key));
        let signing = imajin_dfos::PublicKey::from_bytes([7; 32]).to_multikey();
        assert_eq!(parse_x25519(&signing), None);
        assert_eq!(parse_x25519(&text[1..]), None);
        assert_eq!(parse_x25519(&format!("{text}1")), None);
    }
}
