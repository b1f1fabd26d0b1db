//! Registering a node, and renewing its registration.

use std::net::IpAddr;

use imajin_host::prefix::Prefix;
use serde_json::Value;

use super::attestation::Attestation;
use super::binding::{self, BoundKey};
use super::builds;
use super::config::Policy;
use super::rate::Rate;
use super::refusal::{Refusal, conflict, forbidden};
use super::rows::NodeRow;
use super::status::Status;
use super::store::Writes;
use super::{Core, take};

/// The answer to a registration.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Registered {
    /// The node as registered now.
    pub node: NodeRow,
    /// Whether it was not registered before.
    pub is_new: bool,
}

/// A node that may register, before any comparison with other nodes.
struct Candidate {
    attestation: Attestation,
    text: Value,
    /// The proof for the key with the chain to store, and the stored chain that it was checked against.
    bound: BoundKey,
    known: Vec<String>,
    /// The address that the request came from.
    seen_from: Option<IpAddr>,
}

impl Candidate {
    /// The addresses in the attestation, else the request's own, unless that is a loopback address.
    fn addresses(&self) -> Vec<IpAddr> {
        let attested = &self.attestation.fields.addresses;
        if attested.is_empty() {
            self.seen_from.into_iter().filter(|address| !address.is_loopback()).collect()
        } else {
            attested.clone()
        }
    }
}

impl Core {
    /// Registers a node or renews its registration.
    pub(super) fn register(
        &self,
        text: &Value,
        chain: Option<Vec<String>>,
        seen_from: Option<IpAddr>,
    ) -> Result<Registered, Refusal> {
        if let Some(household) = seen_from.map(Prefix::from_address) {
            let address = household.address();
            let rate = Rate::an_hour(self.config.limits.address_registrations_an_hour);
            self.write(|tx| take(tx, &format!("register {address}"), rate, self.now_ms()))?;
        }
        let attestation = Attestation::read(text, &self.config.reserved_names)?;
        attestation.document.check_time(self.now_ms())?;
        attestation.document.verify(&attestation.key)?;
        let id = attestation.document.id.clone();
        // Forgets nodes that were away for too long; they register as new ones.
        self.settle()?;
        let stored_chain = self.read(|reads| Ok(reads.chain(id.as_str())?))?;
        let bound = binding::check(&id, &attestation.key, chain, stored_chain.clone())?;
        let candidate =
            Candidate { attestation, text: text.clone(), bound, known: stored_chain, seen_from };
        self.write(|tx| self.admit(tx, &candidate))
    }

    fn admit(&self, tx: &mut dyn Writes, candidate: &Candidate) -> Result<Registered, Refusal> {
        let now_ms = self.now_ms();
        let attestation = &candidate.attestation;
        let id = attestation.document.id.as_str();
        let rate = Rate::an_hour(self.config.limits.node_registrations_an_hour);
        take(tx, &format!("register {id}"), rate, now_ms)?;
        if tx.chain(id)? != candidate.known {
            return Err(conflict("the node's identity chain grew meanwhile; send it again"));
        }
        let before = tx.node(id)?;
        if let Some(before) = &before {
            self.check_verdict(before, now_ms)?;
            if attestation.fields.at_ms < before.attested.at_ms {
                return Err(conflict("the registry has a newer attestation of this node"));
            }
        }
        let minimum = builds::minimum(&*tx, &self.config, &attestation.fields.build_hash)?;
        if self.config.policy == Policy::Approved {
            builds::check_approved(tx, attestation, minimum.as_ref())?;
        }
        self.make_room(tx, id, &attestation.hostname, now_ms)?;
        let mut node = NodeRow {
            id: id.to_owned(),
            public_key: imajin_dfos::hex::encode(&attestation.key),
            dfos: candidate.bound.dfos.clone(),
            hostname: Some(attestation.hostname.clone()),
            addresses: candidate.addresses(),
            attestation: candidate.text.clone(),
            attested: attestation.fields.clone(),
            registered_ms: before.as_ref().map_or(now_ms, |before| before.registered_ms),
            expires_ms: now_ms.saturating_add(self.config.times.registration_secs * 1000),
            seen_ms: now_ms,
            heartbeat: before.as_ref().and_then(|before| before.heartbeat.clone()),
            verdict: before.as_ref().and_then(|before| before.verdict.clone()),
            status: Status::Active,
            next_ms: None,
            heads: before.as_ref().map_or_else(Vec::new, |before| before.heads.clone()),
        };
        node.settle(&self.config.times, now_ms);
        self.put(tx, before.as_ref(), &node)?;
        if candidate.bound.chain != candidate.known {
            tx.put_chain(id, &candidate.bound.chain)?;
        }
        Ok(Registered { is_new: before.is_none(), node })
    }

    /// Refuses a node that the registry has suspended or revoked.
    pub(super) fn check_verdict(&self, node: &NodeRow, now_ms: i64) -> Result<(), Refusal> {
        let status = node.at(&self.config.times, now_ms).status;
        let reason = || node.verdict.as_ref().map_or("", |verdict| verdict.reason.as_str());
        match status {
            Status::Revoked => {
                Err(forbidden("node-revoked", format!("this node was revoked: {}", reason())))
            }
            Status::Suspended => {
                Err(forbidden("node-suspended", format!("this node is suspended: {}", reason())))
            }
            _ => Ok(()),
        }
    }

    /// Frees the name if its owner's registration has ended; refuses if another node has it.
    fn make_room(
        &self,
        tx: &mut dyn Writes,
        id: &str,
        hostname: &str,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let Some(other) = tx.node_named(hostname)?.filter(|other| other.id != id) else {
            return Ok(());
        };
        let now = other.at(&self.config.times, now_ms);
        if !now.keeps_name {
            // The registration has ended, and no sweep has run yet.
            let mut after = other.clone();
            after.settle(&self.config.times, now_ms);
            return Ok(self.put(tx, Some(&other), &after)?);
        }
        Err(conflict(match now.status {
            Status::Expired => {
                "this name is reserved for its last owner for some days; choose another"
            }
            _ => "this name is taken; choose another",
        }))
    }
}
