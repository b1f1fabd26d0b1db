//! Queries shared by decisions and routes. The other queries of routes are in `people` and in the modules.

use imajin_dfos::cbor;
use imajin_dfos::identity::Verified;
use imajin_ledger::Reader;
use imajin_protocol::Did;

/// Returns the owner of a node, by the newest claim in its log. `None` if the node was released, or if the owner's
/// record is deleted.
pub fn owner_of<'a>(db: impl Into<Reader<'a>>, node: &Did) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT newest.owner FROM (SELECT owner FROM node_owners WHERE owner_did = ?1 ORDER BY seq DESC LIMIT 1) AS newest
         WHERE newest.owner <> ?1 AND NOT EXISTS (SELECT 1 FROM identities WHERE owner_did = newest.owner AND deleted <> 0)";
    db.into().row(sql, [node.as_str()], |row| row.get(0))
}

/// Selects the rows of `identities` of people with their own keys whose home is the node `?1`: not of events, groups or
/// conversations.
pub const IS_MEMBER: &str = "home_node = ?1 AND bare = 0 AND deleted = 0 AND scope IN ('', 'actor')
     AND (subtype IS NULL OR subtype = 'human')";

/// Whether a log lacks an identity chain. True for a log that has not begun.
pub(crate) fn is_bare<'a>(db: impl Into<Reader<'a>>, did: &Did) -> rusqlite::Result<bool> {
    let sql = "SELECT bare FROM identities WHERE owner_did = ?1";
    let bare = db.into().row(sql, [did.as_str()], |row| row.get(0))?;
    Ok(bare.unwrap_or(true))
}

/// Whether a key of this name is in force in an identity.
pub(crate) fn has_key<'a>(
    db: impl Into<Reader<'a>>,
    did: &Did,
    id: &str,
) -> rusqlite::Result<bool> {
    db.into().exists("SELECT 1 FROM keys WHERE owner_did = ?1 AND id = ?2", [did.as_str(), id])
}

/// The operations of a chain, oldest first.
pub(crate) fn chain_tokens<'a>(
    db: impl Into<Reader<'a>>,
    did: &Did,
) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT token FROM chains WHERE owner_did = ?1 ORDER BY n";
    db.into().rows(sql, [did.as_str()], |row| row.get(0))
}

/// The chain of a DID, if it has one.
pub fn chain<'a>(db: impl Into<Reader<'a>>, did: &Did) -> rusqlite::Result<Option<Verified>> {
    let sql = "SELECT chain_state FROM identities WHERE owner_did = ?1";
    let state: Option<Option<Vec<u8>>> = db.into().row(sql, [did.as_str()], |row| row.get(0))?;
    let state = state.flatten().and_then(|state| cbor::decode(&state).ok());
    Ok(state.and_then(|state| Verified::from_trusted_snapshot(&state).ok()))
}

/// The DID that an e-mail alias names on this node.
pub fn owner_of_alias<'a>(
    db: impl Into<Reader<'a>>,
    alias: &Did,
    node: &Did,
) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT owner_did FROM emails JOIN identities USING (owner_did)
         WHERE alias = ?1 AND home = ?2 AND home_node = ?2 AND deleted = 0 ORDER BY offset LIMIT 1";
    let params = [alias.as_str(), node.as_str()];
    db.into().row(sql, params, |row| row.get(0))
}
