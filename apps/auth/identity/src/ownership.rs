//! Effects of a change of the node's owner outside the log: the keys that control the node, people's roles, and whether
//! the node takes a claim code.

use imajin_app::operation::{AfterSubmit, Submitted};
use imajin_app::{Node, Problem};
use imajin_host::prelude::*;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use rusqlite::params;

use super::{node_identity, people};
use crate::NAME;
use crate::operations::GiveNode;
use crate::queries::IS_MEMBER;

impl AfterSubmit for GiveNode {
    fn after_submit(&self, done: &Submitted<'_, Self>) {
        if done.outcome.is_ok() {
            settle(done.node);
            done.node.forget_role(&self.to);
            node_identity::follow_owner(done.node);
        }
    }
}

/// Brings what the node knows of its owner into line with its log: at its start, and whenever it gets another one or none.
pub fn settle(node: &Node) {
    match state(node) {
        Ok((true, _)) => node.set_claimed(),
        Ok((false, 0)) => {}
        Ok((false, changes)) => {
            node.set_released(changes);
            tracing::info!("nobody owns this node any more: it can be claimed with a new code");
        }
        Err(problem) => tracing::error!("auth: the owner of this node cannot be read: {problem}"),
    }
}

/// Returns whether the node has an owner, and how many times it got an owner or was released.
fn state(node: &Node) -> Result<(bool, u64), Problem> {
    let changes: i64 = node.read(NAME, |db| {
        let sql = "SELECT count(*) FROM node_owners WHERE owner_did = ?1";
        db.query_row(sql, [node.did().as_str()], |row| row.get(0))
    })?;
    let is_owned = people::owner_of_node(node)?.is_some();
    Ok((is_owned, changes.unsigned_abs()))
}

/// Maximum number of candidates for a new owner.
const HEIRS_MAX: u32 = 200;

/// The people who may own the node instead of its owner.
pub(crate) fn heirs(node: &Node, owner: &Did) -> Result<Vec<Did>, Problem> {
    let sql = format!(
        "SELECT owner_did FROM identities WHERE {IS_MEMBER} AND owner_did NOT IN (?1, ?2)
         ORDER BY created_at, owner_did LIMIT ?3"
    );
    let params = params![node.did().as_str(), owner.as_str(), HEIRS_MAX];
    let dids: Vec<String> =
        node.read(NAME, |db| Reader::from(db).rows(&sql, params, |row| row.get(0)))?;
    Ok(dids.iter().filter_map(|did| Did::parse(did).ok()).collect())
}
