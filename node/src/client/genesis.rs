//! The beginning of an identity: one key in every role, and the entry 0 that counts for itself.

use super::{ClientError, Draft, NodeInfo, Signed, Signer};
use imajin_box::key::PersonKey;
use imajin_dfos::Cid;
use imajin_dfos::cbor::Value;
use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_protocol::EncryptionKey;
use imajin_protocol::encryption::EncryptionService;

/// A signed `auth.identity.create`.
pub struct Genesis {
    /// The signed command to send.
    pub signed: Signed,
    /// CID of the chain's first operation, which the next proof names as `chain`.
    pub chain: Cid,
}

/// Makes entry 0 for a key on a node. A person who claims the node with it wills a consequence in the node's own log.
pub fn genesis(key: &PersonKey, node: &NodeInfo, claims: bool) -> Result<Genesis, ClientError> {
    let signer = Signer::new(key)?;
    let mut services = match &node.endpoints {
        Some(endpoints) => endpoints.services()?,
        None => Vec::new(),
    };
    let encryption = EncryptionService {
        key: EncryptionKey::from_bytes(key.encryption_public()),
        of: key.key_id(),
        is_sheet: false,
    };
    services.push(encryption.service()?);
    let (now, url) = (node.time, node.url.as_str());
    let node = &node.did;
    let keys = Keys::single(Key::new(&key.public()));
    let create = sign_create(keys, services, now, &key.key_id(), &key.signing_key())?;
    let home = Value::map([
        ("node", Value::from(node.as_str())),
        ("url", Value::from(url)),
        ("epoch", Value::from(1)),
    ]);
    let body = Value::map([
        ("token", Value::from(create.token.as_str())),
        ("home", home),
        ("scope", Value::from("actor")),
        ("subtype", Value::from("human")),
        ("encryption_key", Value::Bytes(key.encryption_public().to_vec())),
    ]);
    let mut draft = Draft::new("auth", "auth.identity.create").body_value(body)?;
    if claims {
        draft.to.push(node.clone());
    }
    let signed = signer.sign_at(&draft, node, None, None, Some(create.cid), now)?;
    Ok(Genesis { signed, chain: create.cid })
}
