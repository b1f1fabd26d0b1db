//! A person's identity on this node, and what they may do.

use std::pin::Pin;

use imajin_dfos::{Cid, PublicKey, VerifyingKey};
use imajin_protocol::delegation::Delegation;
use imajin_protocol::identity::{Scope, Subtype, Tier};
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, EncryptionKey};

use crate::node::Node;
use crate::problem::Problem;
use crate::role::RoleFacts;

/// The owner of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The owner's DID.
    pub did: Did,
    /// The keys that copies for the owner are encrypted to; each opens them. Empty if the owner's record names none.
    pub encryption_keys: Vec<EncryptionKey>,
    /// The key that entry 0 of their record names.
    pub first_key: Option<EncryptionKey>,
}

/// The public part of an identity, by which its signatures are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicIdentity {
    /// The scope of the identity: what it stands for.
    pub scope: Scope,
    /// The sort of actor.
    pub subtype: Option<Subtype>,
    /// The identity's tier on the node.
    pub tier: Tier,
    /// The first key in force that signs; `None` if the node keeps it for a person.
    pub key: Option<PublicKey>,
    /// The operations of its chain, oldest first; empty for a bare key.
    pub chain: Vec<String>,
    /// Whether its owner deleted it.
    pub is_deleted: bool,
}

/// A delegation, in force or past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelegationRecord {
    /// The CID of its entry: its name.
    pub cid: Cid,
    /// The delegation: its key, its operations and its end.
    pub delegation: Delegation,
    /// Whether it was ended.
    pub ended: bool,
    /// The id of the owner's key that signed it; `None` if the owner asked for it with a session.
    pub signer: Option<String>,
}

/// Identities, their keys and their tiers.
pub trait Authority: Send + Sync {
    /// The DID behind an alias (`did:dfos:…`, `did:email:…`) on this node.
    fn resolve(&self, node: &Node, alias: &Did) -> Result<Option<Did>, Problem>;
    /// A person's tier on this node, computed.
    fn tier(&self, node: &Node, did: &Did) -> Result<Tier, Problem>;
    /// Refuses (403) a person that may not, and says what they lack.
    fn require(&self, node: &Node, did: &Did, capability: Capability) -> Result<(), Problem>;
    /// The facts that decide a person's role on this node.
    fn role_facts(&self, node: &Node, did: &Did) -> Result<RoleFacts, Problem>;
    /// Whether this person owns this node.
    fn is_owner(&self, node: &Node, did: &Did) -> Result<bool, Problem>;
    /// This node's owner, if it has one.
    fn owner(&self, node: &Node) -> Result<Option<Owner>, Problem>;
    /// A person's keys that are in force, in any role; empty for a person whom this node does not know.
    fn keys(&self, node: &Node, did: &Did) -> Result<Vec<VerifyingKey>, Problem>;
    /// Whether `delegate` may do `op` for `owner` now, under a delegation that is in force.
    fn may_act(&self, node: &Node, delegate: &Did, owner: &Did, op: &str) -> Result<bool, Problem>;
    /// The delegations that `owner` gave, or those to one key; oldest first.
    fn delegations(
        &self,
        node: &Node,
        owner: &Did,
        key: Option<&PublicKey>,
    ) -> Result<Vec<DelegationRecord>, Problem>;
    /// The e-mail address that a person gave this node, if any. For letters to them only: never shown to anyone else.
    fn address(&self, node: &Node, did: &Did) -> Result<Option<String>, Problem>;
    /// The CID of the record that a person and this node have met, if there is one. Later attestations name it.
    fn root_record(&self, node: &Node, did: &Did) -> Result<Option<String>, Problem>;
    /// Revokes this node's attestations about a person whose cause, such as a payment, was undone: those whose context
    /// or payload names `because_of`. `context` is an alternative context of such an attestation.
    fn take_back<'a>(
        &'a self,
        node: &'a Node,
        subject: &'a Did,
        because_of: &'a str,
        context: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'a>>;
    /// The operations of a person's identity, oldest first, with which others verify their signatures; empty for a bare
    /// key.
    fn chain(&self, node: &Node, did: &Did) -> Result<Vec<String>, Problem>;
    /// The public part of an identity; `None` if the node doesn't know it.
    fn public(&self, node: &Node, did: &Did) -> Result<Option<PublicIdentity>, Problem>;
    /// The address of a person's new home, if they permanently moved away from this node.
    fn new_home(&self, did: &Did) -> Option<String>;
    /// The new home for a request that names (in its path, or in the query as `did`) a person that moved away.
    fn moved(&self, uri: &axum::http::Uri) -> Option<String>;
}
