//! Checks the signer of a bundle's document: a key of the owner in force at the log's end, or a key of the head's node.

use std::sync::Arc;

use imajin_dfos::{VerifyingKey, hex};
use imajin_protocol::Kid;

use super::super::ValidLog;
use super::super::evidence::chain_tokens;
use super::super::report::FaultReport;
use crate::format::manifest::{Manifest, Signer, SignerKind};
use crate::format::names;
use crate::rules::{Chain, Code, Owner};

pub(super) fn manifest(manifest: &Manifest, known: &ValidLog) -> Result<(), FaultReport> {
    check(&manifest.signer, &manifest.to_sign(), &manifest.signature, known)
        .map_err(|message| FaultReport::file(Code::Manifest, names::MANIFEST, message))
}

/// Checks that `signature` is the signer's over `text`, and that the signer may sign.
pub fn check(signer: &Signer, text: &str, signature: &str, known: &ValidLog) -> Result<(), String> {
    let kid = Kid::parse(&signer.kid).map_err(|error| format!("signer: {error}"))?;
    let key = match signer.kind {
        SignerKind::Owner => owner_key(&kid, known)?,
        SignerKind::Node => node_key(&kid, known)?,
    };
    let signature: [u8; 64] =
        hex::decode_lower(signature).ok_or("signature is not 128 lower-case hex digits")?;
    imajin_dfos::jws::verify_signature(&key, text.as_bytes(), &signature)
        .map_err(|_| format!("the signature is not that of {kid}: the text was changed"))
}

fn owner_key(kid: &Kid, known: &ValidLog) -> Result<Arc<VerifyingKey>, String> {
    let refused = || format!("{kid} is not a key of the owner in force at the log's end");
    if *kid.did() != known.did {
        return Err(refused());
    }
    let public = match known.state.owner() {
        Owner::Chain(chain) if !chain.is_deleted() => {
            let key = chain.keys().iter().find(|key| key.id() == kid.key_id());
            *key.and_then(|key| key.public()).ok_or_else(refused)?
        }
        Owner::BareKey(key) if key.key_id() == kid.key_id() => *key,
        _ => return Err(refused()),
    };
    public.verifying_key().map(Arc::new).map_err(|error| error.to_string())
}

fn node_key(kid: &Kid, known: &ValidLog) -> Result<Arc<VerifyingKey>, String> {
    let refused = || format!("{kid} is not a key of the node of the head");
    let head = known.head.as_ref().filter(|head| head.node() == kid.did()).ok_or_else(refused)?;
    if *head.node() == known.did {
        let chain = known.state.owner().chain().ok_or_else(refused)?;
        return chain.ever_auth_key(kid.key_id()).ok_or_else(refused);
    }
    let tokens = chain_tokens(known.log.conn(), head.node()).map_err(|fault| fault.message)?;
    let chain = Chain::verify(head.node(), &tokens).map_err(|error| error.to_string())?;
    chain.ever_auth_key(kid.key_id()).ok_or_else(refused)
}
