//! The binding of a `did:imajin` to its DFOS chain (docs/format.md §4), and the vocabulary for identities.
//! [`imajin_dfos::identity`] has the chain itself.

mod document;
mod encryption;
mod words;

use crate::Did;
use imajin_dfos::identity::{IdentityError, LogError, Verified};
use imajin_dfos::multikey::KeyError;
use imajin_dfos::{PublicKey, VerifyingKey, jws};

pub use document::{bare_document, did_document};
pub use encryption::EncryptionKey;
/// A key's role for its identity: authenticate, assert, or control.
pub use imajin_dfos::identity::Role as KeyRole;
pub use words::{Scope, Subtype, Tier, UnknownWord};

/// The `typ` of an identity operation (DFOS v1 PROTOCOL).
const OPERATION_TYP: &str = "did:dfos:identity-op";

/// Why a chain does not belong to a DID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum BindingError {
    #[error("the genesis token: {0}")]
    Genesis(#[from] IdentityError),
    #[error("the identity chain: {0}")]
    Log(#[from] LogError),
    #[error("the genesis token was signed by the key of {signed_by}, not of {did}")]
    OtherKey { did: Did, signed_by: Did },
    #[error("{0} has no key in its name, so no genesis can belong to it")]
    NotAKey(Did),
}

/// Why the keys of a DID can't be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum NamedKeysError {
    #[error(transparent)]
    Chain(#[from] BindingError),
    #[error(transparent)]
    Operation(#[from] IdentityError),
    #[error("a key of the identity: {0}")]
    Key(#[from] KeyError),
}

/// Returns the DID that a genesis token begins, and the verified chain of that one operation.
///
/// The DID is the key that *signed* the genesis, one of its controllers; other controllers in it do not matter.
pub fn did_of_genesis(token: &str) -> Result<(Did, Verified), BindingError> {
    let chain = Verified::genesis(token)?;
    // Verified above: the kid is the bare id of a controller key, and that key signed.
    let key_id = jws::parse(token, OPERATION_TYP).map_err(IdentityError::Jws)?.kid().to_owned();
    let key = chain
        .state()
        .key(KeyRole::Controller, &key_id)
        .ok_or(IdentityError::NotController(key_id))?;
    let key: PublicKey = key.public_key().map_err(|_| IdentityError::KeyMaterial)?;
    Ok((Did::from_key(key.as_bytes()), chain))
}

/// Verifies that a genesis token is that of `did`: a `create` operation, signed by the key whose base58 is the DID's
/// suffix.
pub fn verify_genesis(did: &Did, token: &str) -> Result<Verified, BindingError> {
    let (signed_by, chain) = did_of_genesis(token)?;
    check_same(did, signed_by)?;
    Ok(chain)
}

/// Verifies a whole chain, first operation first, and that it belongs to `did`.
pub fn verify_chain<T: AsRef<str>>(did: &Did, tokens: &[T]) -> Result<Verified, BindingError> {
    let genesis = tokens.first().ok_or(LogError::Empty)?;
    let (signed_by, _) = did_of_genesis(genesis.as_ref())?;
    check_same(did, signed_by)?;
    Ok(imajin_dfos::identity::verify_log(tokens)?)
}

/// Returns all keys that a DID's chain ever named, each once; without a chain, the one key in its name.
pub fn named_keys<T: AsRef<str>>(
    did: &Did,
    chain: &[T],
) -> Result<Vec<VerifyingKey>, NamedKeysError> {
    let Some((genesis, later)) = chain.split_first() else {
        let not_a_key = || BindingError::NotAKey(did.clone());
        let bytes = did.key_bytes().ok_or_else(not_a_key)?;
        return Ok(vec![PublicKey::from_bytes(bytes).verifying_key()?]);
    };
    let mut state = verify_genesis(did, genesis.as_ref())?;
    let mut keys = Vec::new();
    let mut take = |state: &Verified| -> Result<(), KeyError> {
        for key in state.state().keys.iter() {
            keys.push(key.public_key()?.verifying_key()?);
        }
        Ok(())
    };
    take(&state)?;
    for token in later {
        state.push(token.as_ref())?;
        take(&state)?;
    }
    keys.sort_by_key(VerifyingKey::to_bytes);
    keys.dedup();
    Ok(keys)
}

fn check_same(did: &Did, signed_by: Did) -> Result<(), BindingError> {
    if did.key_bytes().is_none() {
        return Err(BindingError::NotAKey(did.clone()));
    }
    if *did != signed_by {
        return Err(BindingError::OtherKey { did: did.clone(), signed_by });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::identity::{Key, Keys, sign_create, sign_update};
    use imajin_dfos::{SigningKey, Timestamp};

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn identity_key(seed: u8) -> Key {
        Key::new(&PublicKey::from(&key(seed)))
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    fn did(seed: u8) -> Did {
        Did::from_key(PublicKey::from(&key(seed)).as_bytes())
    }

    #[test]
    fn the_signer_of_the_genesis_is_the_did() {
        // Two controllers; the second one signs.
        let keys = Keys {
            controller: vec![identity_key(1), identity_key(2)],
            ..Keys::single(identity_key(1))
        };
        let genesis = sign_create(keys, vec![], at(0), identity_key(2).id(), &key(2)).unwrap();
        let (found, _) = did_of_genesis(&genesis.token).unwrap();
        assert_eq!(found, did(2));
        assert!(verify_genesis(&did(2), &genesis.token).is_ok());
        assert_eq!(
            verify_genesis(&did(1), &genesis.token),
            Err(BindingError::OtherKey { did: did(1), signed_by: did(2) })
        );
        let group = Did::parse("did:imajin:dm:0123456789abcdef").unwrap();
        assert_eq!(verify_genesis(&group, &genesis.token), Err(BindingError::NotAKey(group)));
    }

    #[test]
    fn the_did_stays_when_the_key_goes() {
        let genesis = sign_create(
            Keys::single(identity_key(1)),
            vec![],
            at(0),
            identity_key(1).id(),
            &key(1),
        )
        .unwrap();
        let update = sign_update(
            &genesis.verified,
            Keys::single(identity_key(9)),
            vec![],
            at(1),
            identity_key(1).id(),
            &key(1),
        )
        .unwrap();
        let chain = verify_chain(&did(1), &[&genesis.token, &update.token]).unwrap();
        assert_eq!(chain.state().keys, Keys::single(identity_key(9)));
        assert!(verify_chain(&did(9), &[&genesis.token, &update.token]).is_err());
        let named = named_keys(&did(1), &[&genesis.token, &update.token]).unwrap();
        let mut both = [key(1).verifying_key(), key(9).verifying_key()];
        both.sort_by_key(VerifyingKey::to_bytes);
        assert_eq!(named, both, "the first key stays one that the chain ever named");
        assert_eq!(named_keys::<&str>(&did(1), &[]).unwrap(), [key(1).verifying_key()]);
        assert!(named_keys(&did(9), &[&genesis.token]).is_err());
        assert!(named_keys(&did(1), &[&genesis.token, &genesis.token]).is_err());
        assert_eq!(verify_chain::<&str>(&did(1), &[]), Err(BindingError::Log(LogError::Empty)));
        assert!(matches!(verify_chain(&did(1), &[&update.token]), Err(BindingError::Genesis(_))));
        assert!(matches!(
            verify_chain(&did(1), &[&genesis.token, &genesis.token]),
            Err(BindingError::Log(LogError::Operation { index: 1, .. }))
        ));
    }
}
