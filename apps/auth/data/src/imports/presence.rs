//! Access to copies that are imported or on a stick: for the person whose record it is, and for the node's owner.
//!
//! Always: the person is identified by a session, or by a signature over a challenge with a key in force in the copy's
//! own chain, since a new person has no session. Possession of a copy proves nothing.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use imajin_app::extract::{Attempt, Caller, Host};
use imajin_app::{Node, Problem};
use imajin_bundle::import::VerifiedBundle;
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::access;
use super::super::import_jobs::ImportJob;

/// The answer to the challenge that a refusal gave.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Presence {
    /// The challenge.
    challenge_id: String,
    /// Ed25519 over the challenge's text by a key of the person, 128 hex digits.
    signature: String,
}

/// The sender of a request about a copy, with what shows who they are. The request counts as an attempt.
pub(crate) struct Bringer {
    caller: Option<Did>,
    /// The host name that the client uses; `None` if the node does not know it as its own, and so gives no challenge.
    host: Option<String>,
    presence: Option<Presence>,
}

impl FromRequestParts<Node> for Bringer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        Attempt::from_request_parts(parts, node).await?;
        let caller = Caller::from_request_parts(parts, node).await?;
        let host = Host::from_request_parts(parts, node).await.ok();
        Ok(Self { host: host.map(|Host(host)| host), ..Self::signed_in(caller.did().cloned()) })
    }
}

impl Bringer {
    /// A sender that nothing but their session shows.
    pub(super) fn signed_in(caller: Option<Did>) -> Self {
        Self { caller, host: None, presence: None }
    }

    /// Adds the answer to a challenge.
    pub(super) fn add_presence(self, presence: Option<Presence>) -> Self {
        Self { presence, ..self }
    }

    /// Whether their session alone lets them bring the record of `did`.
    pub(super) fn is_signed_in_for(&self, node: &Node, did: &Did) -> Result<bool, Problem> {
        match &self.caller {
            Some(caller) => Ok(caller == did || access::owns(node, caller)?),
            None => Ok(false),
        }
    }

    /// Refuses a caller without any proof, before a copy on a stick is read.
    /// Errors: 401 with a challenge.
    pub(super) fn require_some(&self, node: &Node, job: &ImportJob) -> Result<(), Problem> {
        match job.claimed() {
            Some(did) if self.presence.is_none() && !self.is_signed_in_for(node, did)? => {
                Err(self.refuse(node, did, UNPROVED))
            }
            _ => Ok(()),
        }
    }

    /// Refuses everybody but the person whose record it is and the node's owner.
    /// Errors: 401 with a challenge.
    pub(super) fn require(&self, node: &Node, checked: &VerifiedBundle) -> Result<(), Problem> {
        let did = checked.did();
        if self.is_signed_in_for(node, did)? {
            return Ok(());
        }
        let Some(presence) = &self.presence else {
            return Err(self.refuse(node, did, UNPROVED));
        };
        let challenge =
            node.challenges().take(&presence.challenge_id, node.monotonic()).filter(|challenge| {
                challenge.did == *did && Some(&challenge.host) == self.host.as_ref()
            });
        let is_proved = challenge.is_some_and(|challenge| {
            checked.is_signed_by_owner(&challenge.text, &presence.signature)
        });
        if is_proved { Ok(()) } else { Err(self.refuse(node, did, FALSE)) }
    }

    fn refuse(&self, node: &Node, did: &Did, text: &'static str) -> Problem {
        let Some(host) = &self.host else {
            return Problem::unauthorized(text);
        };
        let issued = node.challenges().issue(did.clone(), host.clone(), node.monotonic());
        match issued {
            Ok(challenge) => Problem::unauthorized(text)
                .slug("presence")
                .with_member("challengeId", challenge.id)
                .with_member("challenge", challenge.text),
            Err(error) => error.into(),
        }
    }
}

const UNPROVED: &str = "This copy is kept or read for the person whose record it is, or for the owner of this node: sign in as one of them, or sign `challenge` with a key of the record and send it as `presence`.";
const FALSE: &str = "presence: the signature is not over the newest challenge, or not by a key that is in force in this copy's record.";
