//! Names and delegations, for the other services through the node.

use std::pin::Pin;

use imajin_app::capabilities::PublicIdentity;
use imajin_app::{Authority, DelegationRecord, Node, Problem, RoleFacts};
use imajin_dfos::{PublicKey, VerifyingKey};
use imajin_host::Registration;
use imajin_host::prelude::*;
use imajin_identity::admission::invites;
use imajin_identity::apps::requests;
use imajin_identity::guests::{email, keys};
use imajin_identity::{NAME, delegations, people, queries};
use imajin_ledger::Reader;
use imajin_protocol::identity::Tier;
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, DidKind};
use imajin_trust::{by_node, root, tier};
use rusqlite::Connection;

use crate::Auth;

impl Authority for Auth {
    fn address(&self, node: &Node, did: &Did) -> Result<Option<String>, Problem> {
        email::address_of(node, did)
    }

    fn root_record(&self, node: &Node, did: &Did) -> Result<Option<String>, Problem> {
        Ok(root::find(node, did)?.map(|found| found.cid))
    }

    fn take_back<'a>(
        &'a self,
        node: &'a Node,
        subject: &'a Did,
        because_of: &'a str,
        context: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'a>> {
        Box::pin(by_node::take_back(node, subject, because_of, context))
    }

    fn public(&self, node: &Node, did: &Did) -> Result<Option<PublicIdentity>, Problem> {
        let Some(identity) = people::find(node, did)? else {
            return Ok(None);
        };
        let key = if keys::has(node, did)? {
            None
        } else {
            people::login_keys(node, &identity)?.into_iter().next()
        };
        Ok(Some(PublicIdentity {
            scope: identity.scope,
            subtype: identity.subtype,
            tier: tier::tier_of(node, did)?,
            key,
            // The chain that is kept for a bare key is not in its log.
            chain: if identity.bare { Vec::new() } else { people::chain_log(node, did)? },
            is_deleted: identity.deleted,
        }))
    }

    fn chain(&self, node: &Node, did: &Did) -> Result<Vec<String>, Problem> {
        people::chain_log(node, did)
    }

    fn resolve(&self, node: &Node, alias: &Did) -> Result<Option<Did>, Problem> {
        node.read(NAME, |db| resolve(db, node.did(), alias))
    }

    fn new_home(&self, did: &Did) -> Option<String> {
        self.moves.get()?.new_home(did)
    }

    fn moved(&self, uri: &axum::http::Uri) -> Option<String> {
        let moves = self.moves.get().filter(|moves| !moves.is_empty())?;
        imajin_data::location(moves, uri, None)
    }

    fn tier(&self, node: &Node, did: &Did) -> Result<Tier, Problem> {
        tier::tier_of(node, did)
    }

    fn require(&self, node: &Node, did: &Did, capability: Capability) -> Result<(), Problem> {
        tier::require(node, did, capability)
    }

    fn role_facts(&self, node: &Node, did: &Did) -> Result<RoleFacts, Problem> {
        let identity = people::find(node, did)?.filter(|identity| !identity.deleted);
        let is_home =
            identity.as_ref().is_some_and(|identity| identity.home.node == node.did().as_str());
        let uninvited = invites::is_uninvited(node, did)?;
        // A log with a chain began with an invite, with the owner's consent, or while everybody was taken in.
        let has_chain = identity.is_some_and(|identity| !identity.bare);
        Ok(RoleFacts {
            owns: did == node.did() || self.is_owner(node, did)?,
            here: is_home || self.new_home(did).is_some(),
            let_in: (has_chain && !uninvited) || invites::is_admitted(node, did)?,
            as_guest: uninvited || keys::has(node, did)? || requests::is_allowed(node, did)?,
            open: node.registration() == Registration::Open,
        })
    }

    fn is_owner(&self, node: &Node, did: &Did) -> Result<bool, Problem> {
        Ok(people::owner_of_node(node)?.as_deref() == Some(did.as_str()))
    }

    fn owner(&self, node: &Node) -> Result<Option<imajin_app::Owner>, Problem> {
        let owner = people::owner_of_node(node)?.and_then(|did| Did::parse(&did).ok());
        let Some(did) = owner else { return Ok(None) };
        let person = people::find(node, &did)?;
        let keys = person.as_ref().map(|person| people::owner_keys(node, person));
        Ok(Some(imajin_app::Owner {
            did,
            encryption_keys: keys.transpose()?.unwrap_or_default(),
            first_key: person.and_then(|person| person.encryption_key),
        }))
    }

    fn keys(&self, node: &Node, did: &Did) -> Result<Vec<VerifyingKey>, Problem> {
        people::verifying_keys(node, did)
    }

    fn may_act(&self, node: &Node, delegate: &Did, owner: &Did, op: &str) -> Result<bool, Problem> {
        let Some(key) = delegate.key_bytes().map(PublicKey::from_bytes) else {
            return Ok(false);
        };
        let now = node.now();
        let grants = delegations::list(node, owner, Some(&key))?;
        Ok(grants.iter().any(|given| !given.ended && given.delegation.allows(op, now)))
    }

    fn delegations(
        &self,
        node: &Node,
        owner: &Did,
        key: Option<&PublicKey>,
    ) -> Result<Vec<DelegationRecord>, Problem> {
        delegations::list(node, owner, key)
    }
}

/// The DID behind an alias on this node.
fn resolve(db: &Connection, node: &Did, alias: &Did) -> rusqlite::Result<Option<Did>> {
    let did: Option<String> = match alias.kind() {
        DidKind::Email => queries::owner_of_alias(db, alias, node)?,
        DidKind::Dfos => {
            let sql = "SELECT owner_did FROM identities WHERE dfos_did = ?1 ORDER BY created_at, owner_did LIMIT 1";
            Reader::from(db).row(sql, [alias.as_str()], |row| row.get(0))?
        }
        _ => None,
    };
    Ok(did.and_then(|did| Did::parse(&did).ok()))
}
