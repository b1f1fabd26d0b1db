//! Anchors of the logs: the contents of the next anchor, and the paths that a bundle carries (docs/format.md §14).
//!
//! Always: the node's own log has everything that the next anchor needs, so a restart or a new box continues the chain.
//! Only the salt of a log's entry 0 locates the log in a tree; a node anchors only logs whose home it is. This module does
//! not know which anchors have been published.

use std::collections::BTreeMap;

use imajin_dfos::content::{Action, ContentId, Operation};
use imajin_dfos::{Timestamp, statement};
use imajin_log::anchors::{AnchorBody, salt_of};
use imajin_log::entry::{Sealed, decode_body};
use imajin_log::ops;
use imajin_protocol::Did;
use imajin_protocol::anchor::{AnchoredHead, Leaf, NONCE_BYTES, NodePaths, Nonce, subject};
use rusqlite::Connection;

use crate::errors::Result;
use crate::ledger::Ledger;

/// A log's newest entry, with the salt that locates the log in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// The log's owner.
    pub did: Did,
    /// The log's newest entry.
    pub head: AnchoredHead,
    /// The time at which the home entered that entry.
    pub at: Timestamp,
    salt: [u8; NONCE_BYTES],
}

impl LogHead {
    /// Returns the log's leaf in the tree with this nonce.
    pub fn leaf(&self, nonce: &Nonce) -> Leaf {
        Leaf { subject: subject(nonce, &self.salt, &self.did), head: self.head }
    }
}

impl Ledger {
    /// Returns the head of the log of `did`; `None` if this node has no log of `did`, or may not anchor it.
    pub fn log_head(&self, did: &Did) -> Result<Option<LogHead>> {
        let Some(status) = self.status(did)? else {
            return Ok(None);
        };
        if status.home.node != self.node_key().did || status.read_only.is_some() {
            return Ok(None);
        }
        let first = self.entries(did, None, 1)?;
        let salt = first.first().and_then(|entry| entry.body.as_deref()).and_then(salt_of);
        Ok(salt.map(|salt| LogHead {
            did: did.clone(),
            head: AnchoredHead { epoch: status.home.epoch, seq: status.seq, cid: status.cid },
            at: status.at,
            salt,
        }))
    }
}

/// Collects, from every anchor in a node's log since `since`, the paths for the log of `did`, grouped by content chain.
pub fn node_paths(
    node: &Did,
    node_log: &Connection,
    did: &Did,
    salt: &[u8; NONCE_BYTES],
    since: Timestamp,
) -> rusqlite::Result<Vec<NodePaths>> {
    let mut statement = node_log.prepare(
        "SELECT e.header, b.body FROM local_marks m JOIN entries e ON e.seq = m.seq JOIN bodies b ON b.seq = m.seq
         WHERE m.op = ?1 ORDER BY m.seq",
    )?;
    let mut rows = statement.query([ops::ANCHOR])?;
    let mut chains: Vec<NodePaths> = Vec::new();
    // The content chain of each operation, by the operation's CID.
    let mut chain_of: BTreeMap<String, ContentId> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (header, body): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let entry = Sealed::decode(header.into(), None).ok();
        let body = decode_body(&body).ok();
        // The ledger's rules refuse any other body.
        let (Some(entry), Some(Ok(anchor))) = (entry, body.as_ref().map(AnchorBody::read)) else {
            continue;
        };
        let Ok(operation) = statement::read::<Operation>(&anchor.token) else {
            continue;
        };
        let cid = operation.cid();
        let chain = match &operation.statement().action {
            Action::Create { .. } => Some(ContentId::from_genesis(cid)),
            Action::Update { previous, .. } | Action::Delete { previous, .. } => {
                chain_of.get(previous).cloned()
            }
        };
        let Some(chain) = chain else {
            continue;
        };
        chain_of.insert(cid.to_string(), chain.clone());
        if entry.header.at < since {
            continue;
        }
        let nonce = anchor.document.nonce;
        let path = anchor.tree.path(&subject(&nonce, salt, did));
        match chains.iter_mut().find(|paths| paths.chain == chain) {
            Some(paths) => paths.paths.push((nonce, path)),
            None => {
                chains.push(NodePaths { node: node.clone(), chain, paths: vec![(nonce, path)] })
            }
        }
    }
    Ok(chains)
}
