//! The answer to a request: the requested token alone.
//!
//! Always: its payload is the request's, byte for byte.

use ed25519_dalek::SigningKey;

use super::{SignRequest, SignRequestError, Target};
use crate::jws;
use crate::resolve::{KeyScope, Verifier};
use crate::statement::{Attested, StatementError};
use crate::{Did, Timestamp};

/// Bytes of an answer with a mailbox's envelope, at most.
const RESPONSE_BYTES_MAX: usize = 8_192;

/// Answers a verified request whose target was shown to `signer`: signs the request's own bytes. Make the target with
/// [`Target::of`] from the same request.
pub fn answer(
    request: &Attested<SignRequest>,
    target: &Target,
    signer: &Did,
    key_id: &str,
    key: &SigningKey,
    now: Timestamp,
) -> Result<String, SignRequestError> {
    if request.subject != *signer {
        return Err(SignRequestError::Subject);
    }
    if now >= request.expires_at {
        return Err(SignRequestError::Expired);
    }
    let shown = target.typ() == request.payload_typ
        && target.to_text().as_bytes() == request.payload.as_slice();
    if !shown {
        return Err(SignRequestError::Payload);
    }
    let kid = signer.key_url(key_id);
    let cid = target.cid();
    let mut header = vec![("typ", target.typ()), ("kid", kid.as_str())];
    header.extend(cid.as_deref().map(|cid| ("cid", cid)));
    Ok(jws::sign(&header, &request.payload, key))
}

/// Verifies that a token answers a request: signed by the requested identity, with any key that it ever had, over
/// exactly the requested bytes. The verifier of the token's kind checks whether it serves its purpose.
pub fn verify_response(
    token: &str,
    request: &SignRequest,
    verifier: &Verifier<'_>,
) -> Result<(), SignRequestError> {
    crate::statement::check_bytes("the answer", token.len(), RESPONSE_BYTES_MAX)?;
    let jws = jws::parse(token, &request.payload_typ).map_err(StatementError::from)?;
    let (did, key_id) = jws.kid().split_once('#').ok_or(StatementError::KeyId)?;
    if did != request.subject.as_str() {
        return Err(SignRequestError::Subject);
    }
    if jws.payload() != request.payload.as_slice() {
        return Err(SignRequestError::Payload);
    }
    verifier.check_signature(&jws, &request.subject, key_id, KeyScope::Historical)?;
    Ok(())
}
