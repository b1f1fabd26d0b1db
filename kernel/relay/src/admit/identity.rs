//! Identity operations: strictly linear, and the first that came stays.

use std::sync::Arc;

use imajin_dfos::Value;
use imajin_dfos::identity::{Action, Service, State, Unverified, Verified};
use imajin_dfos::multikey::is_id;
use imajin_protocol::endpoints::CONVERSATION_SERVICE;

use super::{Arrival, Outcome, Session, rejected, waits};
use crate::knowledge::Keyring;
use crate::store::{Answer, IdentityRow, Kind, Origin};

/// The error for a conflicting operation, word for word as peers expect it.
const CONFLICT: &str = "identity chains are linear: conflicting extension refused";

/// A conversation exists for its members alone.
const CONVERSATION: &str = "this is the identity of a conversation, which no relay publishes";
/// The words don't reveal that the node of this relay withdrew the identity.
const WITHDRAWN: &str = "this relay does not take this identity";

impl Session<'_> {
    pub(super) fn identity(
        &mut self,
        read: Unverified<'_>,
        arrival: &Arrival<'_, '_>,
    ) -> Answer<Outcome> {
        let did = match read.did() {
            Ok(did) => did,
            Err(error) => return Ok(rejected(error.to_string())),
        };
        if self.tx.is_withdrawn(did.as_str())? {
            if arrival.origin != Origin::Own {
                return Ok(rejected(WITHDRAWN));
            }
            self.tx.readmit(did.as_str())?;
        }
        let action = read.operation().action.clone();
        let Some(previous) = action.previous() else {
            return match Verified::genesis_of(read, arrival.signatures) {
                Ok(chain) => self.put_identity(chain, &action, arrival),
                Err(error) => Ok(rejected(error.to_string())),
            };
        };
        let Some(row) = self.tx.identity(did.as_str())? else {
            return Ok(waits(format!("unknown identity: {did}"), did.as_str()));
        };
        let mut chain = row.chain;
        if chain.head_cid().to_string() != previous {
            return self.not_at_head(did.as_str(), previous);
        }
        match chain.push_with(read, arrival.signatures) {
            Ok(()) => self.put_identity(chain, &action, arrival),
            Err(error) => Ok(rejected(error.to_string())),
        }
    }

    /// Judges an operation that does not continue the head. If the relay has the previous operation, this one is a fork,
    /// and identity chains have no forks; if not, the operation waits for it.
    fn not_at_head(&mut self, did: &str, previous: &str) -> Answer<Outcome> {
        let parent = self.tx.operation(previous)?;
        let is_known = parent.is_some_and(|row| row.kind == Kind::Identity && row.chain_id == did);
        Ok(if is_known {
            rejected(CONFLICT)
        } else {
            waits("unknown previous operation in identity chain", previous)
        })
    }

    fn put_identity(
        &mut self,
        chain: Verified,
        action: &Action,
        arrival: &Arrival<'_, '_>,
    ) -> Answer<Outcome> {
        let did = chain.did().as_str().to_owned();
        let mut services = chain.state().services.iter();
        if services.any(|service| service.kind() == CONVERSATION_SERVICE) {
            return Ok(rejected(CONVERSATION));
        }
        if matches!(action, Action::Delete { .. } | Action::Restore { .. }) {
            // Grants of a deleted identity are not valid until it is restored.
            self.dirty.grants_through(&self.tx, &did)?;
        }
        let row = IdentityRow { profile_anchor: profile_anchor(chain.state()), chain };
        self.tx.put_identity(&row)?;
        self.recent.put(Arc::new(Keyring::from_chain(&row.chain)));
        self.accept(arrival, Kind::Identity, &did, None)
    }
}

/// The content chain that holds the profile: of several anchors so labelled that of the smallest service id.
fn profile_anchor(state: &State) -> Option<String> {
    let anchor = |service: &&Service| {
        let label = service.get_str("label").map(str::to_lowercase);
        service.kind() == "ContentAnchor"
            && label.as_deref() == Some("profile")
            && service.get_str("anchor").is_some_and(is_id)
    };
    let anchors = state.services.iter().filter(anchor);
    let first = anchors.min_by(|a, b| a.id().cmp(b.id()))?;
    first.get("anchor").and_then(Value::as_str).map(str::to_owned)
}
