//! Sessions, and the tokens of this node.

use imajin_dfos::{PublicKey, Timestamp};
use imajin_protocol::{Did, token};

use imajin_app::{Answer, Node, Problem, Session, extension};

use crate::prelude::*;

/// Tokens of sessions.
#[extension(pub trait Tokens)]
impl Node {
    /// The session of a token, if it is in force.
    fn session(&self, text: &str) -> Result<Option<Session>, Problem> {
        if let Some(session) = self.sessions().recall(text) {
            return Ok(Some(session));
        }
        let generation = self.sessions().generation();
        let Ok(claims) = claims(self, text) else {
            return Ok(None);
        };
        let Some(session) = find_session(self, &claims.sub, &claims.jti)? else {
            return Ok(None);
        };
        self.sessions().remember(text, session.clone(), generation);
        Ok(Some(session))
    }
}

/// The session with this id, if it is in force and the key that it rests on is one of its person's: a change of keys ends the
/// sessions of the removed ones on its own, also if the node stops before it has ended them.
pub(crate) fn find_session(node: &Node, did: &Did, id: &str) -> Answer<Option<Session>> {
    let Some(session) = node.sessions().find(did, id)? else {
        return Ok(None);
    };
    let keys = node.keys(did)?;
    let is_current = |id: &str| keys.iter().any(|key| PublicKey::from(key).key_id() == id);
    Ok(session.key_id().is_some_and(is_current).then_some(session))
}

/// The claims of a token of this node; its wall-clock end is ignored, since sessions end by the monotonic clock.
fn claims(node: &Node, text: &str) -> Result<token::Claims, token::TokenError> {
    let expected = token::Expected {
        issuer: node.did(),
        audience: node.did().as_str(),
        // Checked at the token's own time, so that only signature, issuer, audience and form can fail.
        now: payload_iat(text).unwrap_or(Timestamp::MIN),
    };
    let key = node.key().key.verifying_key();
    token::verify(text, |kid| (*kid == node.key().kid).then_some(key), &expected)
}

fn payload_iat(text: &str) -> Option<Timestamp> {
    let payload = imajin_dfos::base64::decode_url(text.split('.').nth(1)?).ok()?;
    let payload: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    Timestamp::from_millis(payload.get("iat")?.as_i64()?.checked_mul(1000)?).ok()
}
