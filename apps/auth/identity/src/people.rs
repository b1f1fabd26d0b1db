//! Queries of the identity tables.

use imajin_app::capabilities::Existence;
use imajin_app::{DelegationRecord, FromRow, Node, Problem};
use imajin_dfos::identity::Verified;
use imajin_dfos::{PublicKey, Timestamp, VerifyingKey};
use imajin_host::prelude::*;
use imajin_ledger::Reader;
use imajin_protocol::identity::{Scope, Subtype};
use imajin_protocol::{Did, DidKind, EncryptionKey, encryption};
use rusqlite::{Connection, Row};

use crate::queries::IS_MEMBER;
use crate::{NAME, queries};

/// An identity that has begun.
#[derive(Debug, Clone)]
pub struct Identity {
    pub(crate) did: Did,
    pub(crate) dfos_did: Option<String>,
    /// Whether the log lacks an identity chain. The node may still keep a chain of the client for it.
    pub bare: bool,
    /// The kind of identity.
    pub scope: Scope,
    /// A closer word for the kind.
    pub subtype: Option<Subtype>,
    /// The node that writes the record.
    pub home: Home,
    /// The encryption key in entry 0.
    pub encryption_key: Option<EncryptionKey>,
    pub(crate) require_signed: bool,
    /// Whether its owner deleted the record.
    pub deleted: bool,
    pub(crate) created_at: Timestamp,
}

/// The home of a record.
#[derive(Debug, Clone)]
pub struct Home {
    /// The node's DID.
    pub node: String,
    pub(crate) url: String,
    pub(crate) epoch: i64,
}

/// A key in force.
#[derive(Debug, Clone, FromRow)]
pub struct KeyRow {
    /// The name of the key in its chain.
    pub id: String,
    pub(crate) multikey: String,
    /// Whether the key signs its owner in.
    pub auth: bool,
    pub(crate) assert: bool,
    pub(crate) controller: bool,
}

impl KeyRow {
    /// Returns the key itself; `None` if its text cannot be read.
    pub fn public_key(&self) -> Option<PublicKey> {
        PublicKey::from_multikey(&self.multikey).ok()
    }

    pub(crate) fn roles(&self) -> Vec<&'static str> {
        [("auth", self.auth), ("assert", self.assert), ("controller", self.controller)]
            .into_iter()
            .filter_map(|(name, has)| has.then_some(name))
            .collect()
    }
}

impl Identity {
    /// Returns the `type` for clients that know no scopes.
    pub(crate) fn kind(&self) -> &'static str {
        self.subtype.map_or(self.scope.as_str(), Subtype::as_str)
    }
}

/// Returns the identity of a DID; `None` if it has not begun on this node.
pub fn find(node: &Node, did: &Did) -> Result<Option<Identity>, Problem> {
    node.read(NAME, |db| read(db, did))
}

/// Returns the number of people whose home is this node.
pub fn members(node: &Node) -> Result<u64, Problem> {
    let sql = format!("SELECT count(*) FROM identities WHERE {IS_MEMBER}");
    let home = node.did().as_str();
    let count: i64 =
        node.read(NAME, |db| db.prepare_cached(&sql)?.query_row([home], |row| row.get(0)))?;
    Ok(count.unsigned_abs())
}

/// An identity of this node, or 404, or 410 if it was deleted.
pub fn get(node: &Node, did: &Did) -> Result<Identity, Problem> {
    let identity = find(node, did)?
        .ok_or_else(|| Problem::not_found(format!("This node does not know {did}.")))?;
    if identity.deleted {
        Err(Problem::gone(format!("{did} was deleted by its owner.")))
    } else {
        Ok(identity)
    }
}

fn read(db: &Connection, did: &Did) -> rusqlite::Result<Option<Identity>> {
    let sql = "SELECT dfos_did, scope, subtype, home_node, home_url, home_epoch, encryption_key, require_signed, deleted, created_at, bare
         FROM identities WHERE owner_did = ?1";
    Reader::from(db).row(sql, [did.as_str()], |row| identity(did, row))
}

fn identity(did: &Did, row: &Row<'_>) -> rusqlite::Result<Identity> {
    let scope: String = row.get(1)?;
    let subtype: Option<String> = row.get(2)?;
    Ok(Identity {
        did: did.clone(),
        dfos_did: row.get(0)?,
        bare: row.get(10)?,
        // A log from elsewhere may use a word that this program does not know yet.
        scope: scope.parse().unwrap_or(Scope::Actor),
        subtype: subtype.and_then(|word| word.parse().ok()),
        home: Home { node: row.get(3)?, url: row.get(4)?, epoch: row.get(5)? },
        encryption_key: row.get::<_, Option<[u8; 32]>>(6)?.map(EncryptionKey::from_bytes),
        require_signed: row.get(7)?,
        deleted: row.get(8)?,
        created_at: Timestamp::from_millis(row.get(9)?).unwrap_or(Timestamp::MIN),
    })
}

/// The keys in force, by id.
pub fn keys(node: &Node, did: &Did) -> Result<Vec<KeyRow>, Problem> {
    let sql =
        "SELECT id, multikey, auth, assert, controller FROM keys WHERE owner_did = ?1 ORDER BY id";
    node.read(NAME, |db| Reader::from(db).rows(sql, [did.as_str()], KeyRow::read))
}

/// The keys in force, in any role, by which signatures are verified. A bare key is the one there is.
pub fn verifying_keys(node: &Node, did: &Did) -> Result<Vec<VerifyingKey>, Problem> {
    let key = |row: &KeyRow| row.public_key()?.verifying_key().ok();
    Ok(keys(node, did)?.iter().filter_map(key).collect())
}

/// The chain behind a DID, if it has one.
pub fn chain(node: &Node, did: &Did) -> Result<Option<Verified>, Problem> {
    node.read(NAME, |db| queries::chain(db, did))
}

/// Returns the keys that copies for a person are encrypted to, any of which opens them.
pub fn owner_keys(node: &Node, who: &Identity) -> Result<Vec<EncryptionKey>, Problem> {
    // The chain that is kept for a bare key is not in its log.
    let chain = if who.bare { None } else { chain(node, &who.did)? };
    let state = chain.as_ref().map(Verified::state);
    Ok(encryption::owner_keys(state, who.encryption_key))
}

/// The operations of the chain, oldest first.
pub fn chain_log(node: &Node, did: &Did) -> Result<Vec<String>, Problem> {
    node.read(NAME, |db| queries::chain_tokens(db, did))
}

/// Keys that may prove presence: auth keys; without any, controllers; for a bare key, that one.
pub fn login_keys(node: &Node, identity: &Identity) -> Result<Vec<PublicKey>, Problem> {
    let keys = keys(node, &identity.did)?;
    let of = |wanted: fn(&KeyRow) -> bool| {
        keys.iter().filter(|key| wanted(key)).filter_map(KeyRow::public_key).collect::<Vec<_>>()
    };
    if identity.dfos_did.is_none() {
        return Ok(of(|_| true));
    }
    let auth = of(|key| key.auth);
    Ok(if auth.is_empty() { of(|key| key.controller) } else { auth })
}

/// Returns the DID of the node's owner, if it has one.
pub fn owner_of_node(node: &Node) -> Result<Option<String>, Problem> {
    node.read(NAME, |db| queries::owner_of(db, node.did()))
}

/// The DID that a DID (in any form), an alias or a handle names here.
pub(crate) fn by_name(node: &Node, name: &str) -> Result<Did, Problem> {
    named_for(node, name, None)
}

/// [`by_name`] for a caller, whom their own e-mail address names.
pub fn named_for(node: &Node, name: &str, caller: Option<&Did>) -> Result<Did, Problem> {
    let unknown = || Problem::not_found(format!("Nobody here goes by {name:?}."));
    node.named_for(name, caller)?.ok_or_else(unknown)
}

/// [`named_for`] for a caller from outside: a private thing has no name for those who aren't in it.
pub fn by_name_for(node: &Node, name: &str, caller: Option<&Did>) -> Result<Did, Problem> {
    let did = named_for(node, name, caller)?;
    if may_know_of(node, &did, caller)? {
        return Ok(did);
    }
    Err(Problem::not_found(format!("This node does not know {did}.")))
}

/// Whether a caller, or a visitor who isn't signed in, may know that this record exists: of a private thing those who are in it,
/// and its maker before anyone is.
pub(crate) fn may_know_of(node: &Node, did: &Did, caller: Option<&Did>) -> Result<bool, Problem> {
    if caller == Some(did) || node.existence(did)? == Existence::Public {
        return Ok(true);
    }
    let Some(caller) = caller else {
        return Ok(false);
    };
    let is_inside = node.in_room(did, caller)?.role().is_some();
    Ok(is_inside || node.kept_whose(did)?.as_ref() == Some(caller))
}

/// Whether a caller may know the length of a log, which shows when its owner is active: the owner and their delegates, the members of its
/// conversation or group, and this node itself at a second box with its key. The length of a node's own log is public: neighbours remember it.
pub(crate) fn may_follow(node: &Node, did: &Did, caller: Option<&Did>) -> Result<bool, Problem> {
    if did == node.did() {
        return Ok(true);
    }
    let Some(caller) = caller else {
        return Ok(false);
    };
    if caller == did || caller == node.did() || node.in_room(did, caller)?.role().is_some() {
        return Ok(true);
    }
    let Some(key) = caller.key_bytes().map(PublicKey::from_bytes) else {
        return Ok(false);
    };
    let (given, now) = (node.delegations(did, Some(&key))?, node.now());
    let holds = |given: &DelegationRecord| !given.ended && given.delegation.until > now;
    Ok(given.iter().any(holds))
}

/// Whether a DID is of a kind that has its own log.
pub(crate) fn is_key(did: &Did) -> bool {
    did.kind() == DidKind::Key
}
