//! A person's identity on this node, and what they may do.

use std::pin::Pin;

use imajin_dfos::{Cid, PublicKey, VerifyingKey};
use imajin_protocol::delegation::Delegation;
use imajin_protocol::identity::{Scope, Subtype, Tier};
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, EncryptionKey};

use crate::app::node::Node;
use crate::app::problem::Problem;
use crate::app::role::Known;

/// Who owns a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Their DID.
    pub did: Did,
    /// What copies for them are encrypted to, each of which opens them; none if their record names none.
    pub encryption_keys: Vec<EncryptionKey>,
    /// The key that entry 0 of their record names.
    pub first_key: Option<EncryptionKey>,
}

/// The public part of an identity, by which its signatures are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicIdentity {
    /// Whom it stands for.
    pub scope: Scope,
    /// The sort of actor.
    pub subtype: Option<Subtype>,
    /// Its tier on the node.
    pub tier: Tier,
    /// The first key in force that signs; none if the node keeps it for a person.
    pub key: Option<PublicKey>,
    /// The operations of its chain, oldest first; none of a bare key.
    pub chain: Vec<String>,
    /// Whether its owner deleted it.
    pub is_deleted: bool,
}

/// A delegation that somebody gave, in force or past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The CID of its entry: its name.
    pub cid: Cid,
    /// To which key, for what, and until when.
    pub delegation: Delegation,
    /// Whether it was ended.
    pub ended: bool,
}

/// Identities, their keys and their tiers.
pub trait Authority: Send + Sync {
    /// The DID behind an alias (`did:dfos:…`, `did:email:…`) on this node.
    fn resolve(&self, node: &Node, alias: &Did) -> Result<Option<Did>, Problem>;
    /// How far this node knows somebody, computed.
    fn tier(&self, node: &Node, did: &Did) -> Result<Tier, Problem>;
    /// Refuses (403) a person that may not, and says what they lack.
    fn require(&self, node: &Node, did: &Did, capability: Capability) -> Result<(), Problem>;
    /// What decides what somebody is on this node.
    fn known(&self, node: &Node, did: &Did) -> Result<Known, Problem>;
    /// Whether somebody owns this node.
    fn is_owner(&self, node: &Node, did: &Did) -> Result<bool, Problem>;
    /// Who owns this node, if somebody does.
    fn owner(&self, node: &Node) -> Result<Option<Owner>, Problem> {
        let _ = node;
        Ok(None)
    }
    /// The keys of somebody that are in force, in any role; none for somebody whom this node does not know.
    fn keys(&self, node: &Node, did: &Did) -> Result<Vec<VerifyingKey>, Problem>;
    /// Whether `delegate` may do `op` for `owner` now, under a delegation that is in force.
    fn may_act(&self, node: &Node, delegate: &Did, owner: &Did, op: &str) -> Result<bool, Problem>;
    /// The delegations that somebody gave, or those that they gave to one key; oldest first.
    fn delegations(
        &self,
        node: &Node,
        owner: &Did,
        key: Option<&PublicKey>,
    ) -> Result<Vec<Given>, Problem> {
        let _ = (node, owner, key);
        Ok(Vec::new())
    }
    /// The e-mail address that somebody gave this node, if any: for letters to them, and for nobody else's eyes.
    fn address(&self, node: &Node, did: &Did) -> Result<Option<String>, Problem> {
        let _ = (node, did);
        Ok(None)
    }
    /// The CID of the record that somebody and this node have met, if there is one: what is attested later names it.
    fn root_record(&self, node: &Node, did: &Did) -> Result<Option<String>, Problem> {
        let _ = (node, did);
        Ok(None)
    }
    /// Revokes what this node attested of somebody because of something, such as a payment, that was undone: attestations
    /// whose context it is, or whose payload names it. `context` is the other context that such an attestation may have.
    fn take_back<'a>(
        &'a self,
        node: &'a Node,
        subject: &'a Did,
        because_of: &'a str,
        context: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'a>> {
        let _ = (node, subject, because_of, context);
        Box::pin(async { Ok(()) })
    }
    /// The operations of somebody's identity, oldest first, by which others verify what they sign; none of a bare key.
    fn chain(&self, node: &Node, did: &Did) -> Result<Vec<String>, Problem> {
        let _ = (node, did);
        Ok(Vec::new())
    }
    /// The public part of an identity; none if the node doesn't know it.
    fn public(&self, node: &Node, did: &Did) -> Result<Option<PublicIdentity>, Problem> {
        let _ = (node, did);
        Ok(None)
    }
    /// The address of the new home of somebody who moved away from this node for good.
    fn new_home(&self, did: &Did) -> Option<String> {
        let _ = did;
        None
    }

    /// The new home for a request that names (in its path, or in the query as `did`) a person that moved away.
    fn moved(&self, uri: &axum::http::Uri) -> Option<String> {
        let _ = uri;
        None
    }
}
