//! A guest's code, given when they first come: with it and their address they can sign in again without a letter.
//!
//! Always: only its hash is kept; it is found by that hash, never by an address, so that no answer tells who is known.

use imajin_app::{Node, Problem};
use imajin_dfos::cid::sha256;
use imajin_host::codes;
use imajin_host::prelude::*;
use imajin_protocol::Did;
use rusqlite::params;

use super::{email, keys};

/// Makes a code for a person without one, to be shown once. Returns `None` if they have one already.
pub(crate) fn give(node: &Node, did: &Did) -> Result<Option<String>, Problem> {
    let code = codes::fresh()?;
    let hash = hash(&code);
    let sql = "INSERT INTO auth_codes SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM auth_codes WHERE did = ?2)";
    let put = node.secrets().execute(sql, params![hash, did.as_str()])?;
    Ok((put > 0).then_some(code))
}

/// Returns the person with this code and address whose key the node still keeps.
pub(crate) fn owner(node: &Node, alias: &Did, code: &str) -> Result<Option<Did>, Problem> {
    let hash = hash(&codes::canonical(code));
    let sql = "SELECT did FROM auth_codes WHERE hash = ?1";
    let did_text: Option<String> = node.secrets().row(sql, [hash], |row| row.get(0))?;
    let Some(did) = did_text.and_then(|did| Did::parse(&did).ok()) else {
        return Ok(None);
    };
    let address = email::address_of(node, &did)?;
    let own = address.and_then(|address| Did::from_email(&address).ok());
    Ok((own.as_ref() == Some(alias) && keys::has(node, &did)?).then_some(did))
}

/// Deletes a person's code: they have their own keys, or left.
pub(crate) fn forget(node: &Node, did: &Did) -> Result<(), Problem> {
    node.secrets().execute("DELETE FROM auth_codes WHERE did = ?1", [did.as_str()]).map(drop)
}

fn hash(code: &str) -> [u8; 32] {
    sha256(code.as_bytes())
}
