//! `auth.email.set`: an e-mail address as another name of a DID, in a body that its owner may erase.
//!
//! Always: entered only after a mailed link proved the address; it counts on the node that proved it and on no other,
//! whatever a log from elsewhere says.

use imajin_app::{Node, Problem};
use imajin_ledger::Reader;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::{Connection, params};

use crate::NAME;

pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(address) = entry.body.and_then(|body| body.get_str("email")) else {
        return Ok(());
    };
    let alias = Did::from_email(address).ok();
    let alias = alias.as_ref().map(Did::as_str);
    let sql = "INSERT OR REPLACE INTO emails SELECT owner_did, ?2, ?3, home_node, ?4 FROM identities WHERE owner_did = ?1";
    run(db, sql, params![entry.did.as_str(), address, alias, entry.offset])
}

/// Returns the address in a person's log, as they wrote it.
pub fn read_address(db: &Connection, did: &Did) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT address FROM emails WHERE owner_did = ?1";
    Reader::from(db).row(sql, [did.as_str()], |row| row.get(0))
}

/// The address of a DID, for the person themself.
pub fn address_of(node: &Node, did: &Did) -> Result<Option<String>, Problem> {
    node.read(NAME, |db| read_address(db, did))
}
