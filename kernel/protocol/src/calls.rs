//! The four calls that an outside app needs: make a key pair, begin an identity, sign, verify. The caller supplies
//! randomness and time.

use crate::Did;
use ed25519_dalek::Signer;
use imajin_dfos::identity::{IdentityError, Key, Keys, Service, Verified, sign_create};
use imajin_dfos::jws::verify_signature;
use imajin_dfos::{Cid, PublicKey, SigningKey, Timestamp, hex};
use std::fmt;

/// PKCS#8 version 1 around an Ed25519 seed (RFC 8410 §7): everything before the 32 bytes.
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// An Ed25519 key pair. The private half is wiped from memory when dropped, and never printed.
#[derive(Clone)]
pub struct Keypair(SigningKey);

/// Why a text is not a private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a private key is 64 hexadecimal digits (the seed), or an unencrypted Ed25519 PKCS#8 key as 96 hexadecimal digits"
)]
pub struct ImportError;

/// A new identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The identity's DID.
    pub did: Did,
    /// The DID of its DFOS chain.
    pub dfos_did: Did,
    /// The first operation of that chain, as compact JWS.
    pub genesis: String,
    /// The CID of that operation: the identity's first proofs name it as `chain`.
    pub genesis_cid: Cid,
    /// The verified chain.
    pub chain: Verified,
}

/// Makes the key pair of a seed of 32 random bytes.
pub fn generate_keypair(seed: [u8; 32]) -> Keypair {
    Keypair(SigningKey::from_bytes(&seed))
}

/// Begins an identity whose single key has every role, with these services.
///
/// # Errors
/// A service is malformed.
pub fn create_identity(
    keypair: &Keypair,
    created_at: Timestamp,
    services: Vec<Service>,
) -> Result<Identity, IdentityError> {
    let key = Key::new(&keypair.public_key());
    let key_id = key.id().to_owned();
    let signed = sign_create(Keys::single(key), services, created_at, &key_id, &keypair.0)?;
    let dfos_did = Did::from_dfos(signed.verified.did());
    Ok(Identity {
        did: keypair.did(),
        dfos_did,
        genesis: signed.token,
        genesis_cid: signed.cid,
        chain: signed.verified,
    })
}

/// Signs bytes (of a text: its UTF-8 bytes). Returns 128 hex digits.
pub fn sign(keypair: &Keypair, message: &[u8]) -> String {
    hex::encode(&keypair.0.sign(message).to_bytes())
}

/// Returns whether `signature` (128 hex digits) is this key's over these bytes. Strict: S < L, no small-order keys (RFC
/// 8032 §5.1.7), so that all implementations agree.
pub fn verify(public_key: &PublicKey, message: &[u8], signature: &str) -> bool {
    let Some(signature) = crate::json_signature::parse_signature(signature) else {
        return false;
    };
    public_key.verifying_key().is_ok_and(|key| verify_signature(&key, message, &signature).is_ok())
}

impl Keypair {
    /// Reads a private key: 64 hex digits of the seed, or a PKCS#8 DER key as hex.
    ///
    /// # Errors
    /// The text is neither.
    pub fn import(text: &str) -> Result<Self, ImportError> {
        let bytes = hex::decode(text.trim()).ok_or(ImportError)?;
        let seed = match bytes.len() {
            32 => &bytes[..],
            48 => bytes.strip_prefix(&PKCS8_PREFIX).ok_or(ImportError)?,
            _ => return Err(ImportError),
        };
        seed.try_into().map(generate_keypair).map_err(|_| ImportError)
    }

    /// Returns the public half.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from(&self.0)
    }

    /// Returns the DID of an identity that begins with this key.
    pub fn did(&self) -> Did {
        Did::from_key(self.public_key().as_bytes())
    }

    /// Returns the conventional id of this key.
    pub fn key_id(&self) -> String {
        self.public_key().key_id()
    }

    /// Returns the private half, to sign proofs and tokens with.
    pub fn signing_key(&self) -> &SigningKey {
        &self.0
    }
}

impl fmt::Debug for Keypair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keypair({})", self.public_key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::verify_genesis;
    use proptest::prelude::*;

    const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

    /// RFC 8032 §7.1, test 1.
    #[test]
    fn signs_as_the_rfc_says() {
        let pair = Keypair::import(SEED).unwrap();
        let expected = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(pair.public_key().to_hex(), expected);
        let signature = sign(&pair, b"");
        assert_eq!(
            signature,
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        );
        assert!(verify(&pair.public_key(), b"", &signature));
        assert!(!verify(&pair.public_key(), b"x", &signature));
    }

    #[test]
    fn imports_both_forms() {
        let seed = Keypair::import(SEED).unwrap();
        let der = Keypair::import(&format!("302e020100300506032b657004220420{SEED}")).unwrap();
        assert_eq!(seed.did(), der.did());
        assert_eq!(
            Keypair::import(&format!(" {}\n", SEED.to_uppercase())).unwrap().did(),
            seed.did()
        );
        for bad in [
            "",
            "00",
            &SEED[2..],
            &format!("{SEED}00"),
            &format!("302e020100300506032b656e04220420{SEED}"),
            &"z".repeat(64),
        ] {
            assert!(Keypair::import(bad).is_err(), "{bad}");
        }
        assert!(!format!("{seed:?}").contains("9d61"));
    }

    #[test]
    fn begins_an_identity() {
        let pair = generate_keypair([5; 32]);
        let created_at = Timestamp::parse("2026-11-20T08:12:00.000Z").unwrap();
        let identity = create_identity(&pair, created_at, vec![]).unwrap();
        assert_eq!(identity.did, pair.did());
        assert!(identity.dfos_did.as_str().starts_with("did:dfos:"));
        let chain = verify_genesis(&identity.did, &identity.genesis).unwrap();
        assert_eq!(chain, identity.chain);
        assert_eq!(chain.head_cid(), &identity.genesis_cid);
        // The same input gives the same output: nothing here is random.
        assert_eq!(create_identity(&pair, created_at, vec![]).unwrap(), identity);
    }

    /// The scalar S + L satisfies the equation; accepting it would give one message two signatures.
    #[test]
    fn refuses_a_second_form_of_a_signature() {
        let pair = generate_keypair([5; 32]);
        let mut bytes = hex::decode(&sign(&pair, b"x")).unwrap();
        let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
            .unwrap();
        let mut carry = 0u16;
        for (byte, add) in bytes[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(add) + carry;
            *byte = sum as u8;
            carry = sum >> 8;
        }
        assert!(!verify(&pair.public_key(), b"x", &hex::encode(&bytes)));
    }

    /// A key of small order would verify a signature over anything.
    #[test]
    fn refuses_keys_of_small_order() {
        let mut identity_point = [0; 32];
        identity_point[0] = 1;
        let signature = format!("{}{}", hex::encode(&identity_point), "00".repeat(32));
        assert!(!verify(&PublicKey::from_bytes(identity_point), b"anything", &signature));
    }

    proptest! {
        #[test]
        fn only_what_was_signed_verifies(seed: [u8; 32], message: Vec<u8>, other: Vec<u8>) {
            let pair = generate_keypair(seed);
            let signature = sign(&pair, &message);
            prop_assert!(verify(&pair.public_key(), &message, &signature));
            prop_assert_eq!(verify(&pair.public_key(), &other, &signature), message == other);
        }

        #[test]
        fn no_input_panics(key: [u8; 32], signature in "[0-9a-f]{128}|\\PC{0,140}") {
            let _ = verify(&PublicKey::from_bytes(key), b"", &signature);
            let _ = Keypair::import(&signature);
        }
    }
}
