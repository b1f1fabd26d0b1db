//! The keyring in a person's own log: secrets of epochs, sealed once and wrapped to each of their keys, so that a new key
//! reads what the old one could.

use imajin_dfos::{Value, cbor};
use imajin_protocol::did::DidKind;
use imajin_protocol::{Did, EncryptionKey};

use super::boxed::{BOX_BYTES_MAX, Sealed};
use super::{
    EncryptionSecret, Keys, Secret, WRAP_BYTES, bytes, hpke_open, hpke_seal, int, list, pad, same,
    unpad,
};

const INFO: &str = "mjn:chat:keyring:1";
/// Secrets in one keyring at most; the next keyring has the others.
pub const SECRETS_MAX: usize = 256;
/// A list of lists.
const DEPTH: usize = 2;

/// The secret of an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingSecret {
    /// The conversation.
    pub log: Did,
    /// The epoch's number.
    pub epoch: u64,
    /// The epoch's secret.
    pub secret: Secret,
}

/// Seals secrets under the fresh key `ring`. `None` if they are too many.
pub fn seal_ring(
    ring: &Secret,
    nonce: [u8; 32],
    did: &Did,
    secrets: &[RingSecret],
) -> Option<Sealed> {
    if secrets.len() > SECRETS_MAX {
        return None;
    }
    let items = secrets.iter().map(|one| {
        let log = Value::from(one.log.as_str());
        Value::List(vec![log, int(one.epoch), bytes(&one.secret)])
    });
    let keys = Keys::derive(ring, &nonce, INFO);
    let plain = pad(&list(items.collect::<Vec<_>>()))?;
    let sealed = keys.seal(&plain, &aad(did))?;
    Some(Sealed { nonce, commit: keys.commit, sealed })
}

/// Wraps the key of a keyring to one of its owner's keys.
pub fn wrap_ring(
    ring: &Secret,
    did: &Did,
    key: &EncryptionKey,
    random: [u8; 32],
) -> Option<[u8; WRAP_BYTES]> {
    let wrapped = hpke_seal(key, &info(did, key), b"", ring, random)?;
    wrapped.try_into().ok()
}

/// The secrets in a keyring; `None` if it is not for this key, or not well-formed.
pub fn open_ring(
    secret: &EncryptionSecret,
    did: &Did,
    wrapped: &[u8],
    sealed: &Sealed,
) -> Option<Vec<RingSecret>> {
    if wrapped.len() != WRAP_BYTES || sealed.sealed.len() > BOX_BYTES_MAX {
        return None;
    }
    let ring = hpke_open(secret, &info(did, &secret.public()), b"", wrapped)?;
    let keys = Keys::derive(&ring.try_into().ok()?, &sealed.nonce, INFO);
    if !same(&keys.commit, &sealed.commit) {
        return None;
    }
    let plain = keys.open(&sealed.sealed, &aad(did))?;
    let value = cbor::decode_with(unpad(&plain)?, DEPTH).ok()?;
    let items = value.as_list().filter(|items| items.len() <= SECRETS_MAX)?;
    items.iter().map(read).collect()
}

fn read(item: &Value) -> Option<RingSecret> {
    let [log, epoch, secret] = item.as_list()? else {
        return None;
    };
    let text = log.as_str()?;
    let log = Did::parse(text).ok();
    Some(RingSecret {
        log: log.filter(|did| did.kind() == DidKind::Key && *did == *text)?,
        epoch: epoch.as_u64()?,
        secret: secret.as_bytes()?.try_into().ok()?,
    })
}

fn aad(did: &Did) -> Vec<u8> {
    list([Value::from(INFO), Value::from(did.as_str())])
}

fn info(did: &Did, key: &EncryptionKey) -> Vec<u8> {
    list([Value::from(INFO), Value::from(did.as_str()), bytes(key.as_bytes())])
}
