//! What the next anchor holds, and what the anchors that were made say of one log.
//!
//! Always: a log is found in a tree by the salt of its entry 0 alone; only logs whose home is this node are anchored.

use std::collections::BTreeMap;

use imajin_dfos::content::{Action, ContentId, Operation};
use imajin_dfos::{Timestamp, statement};
use imajin_protocol::Did;
use imajin_protocol::anchor::{AnchoredHead, Leaf, NONCE_BYTES, NodePaths, Nonce, subject};
use rusqlite::{Connection, OptionalExtension};

use super::AnchorBody;
use crate::entry::{Sealed, decode_body};
use crate::ledger::{Ledger, ReadError};
use crate::ops;

/// How far a log is, with what places it in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// Whose log.
    pub did: Did,
    /// Its newest entry.
    pub head: AnchoredHead,
    /// When that was entered.
    pub at: Timestamp,
    salt: [u8; NONCE_BYTES],
}

impl LogHead {
    /// Its place in the tree with this nonce.
    pub fn leaf(&self, nonce: &Nonce) -> Leaf {
        Leaf {
            subject: subject(nonce, &self.salt, &self.did),
            head: self.head,
        }
    }
}

impl Ledger {
    /// How far the log of `did` is; none where there is none that this node may anchor.
    pub fn log_head(&self, did: &Did) -> Result<Option<LogHead>, ReadError> {
        let Some(status) = self.status(did)? else {
            return Ok(None);
        };
        if status.home.node != self.node_key().did || status.read_only.is_some() {
            return Ok(None);
        }
        let first = self.entries(did, None, 1)?;
        let body = first.first().and_then(|entry| entry.body.as_deref());
        let salt = body.and_then(salt_of);
        Ok(salt.map(|salt| LogHead {
            did: did.clone(),
            head: AnchoredHead {
                epoch: status.home.epoch,
                seq: status.seq,
                cid: status.cid,
            },
            at: status.at,
            salt,
        }))
    }
}

/// The salt of the body of entry 0: what places a log in every tree. That body is never erased.
pub(crate) fn log_salt(log: &Connection) -> rusqlite::Result<Option<[u8; NONCE_BYTES]>> {
    let sql = "SELECT body FROM bodies WHERE seq = 0";
    let body: Option<Vec<u8>> = log.query_row(sql, [], |row| row.get(0)).optional()?;
    Ok(body.as_deref().and_then(salt_of))
}

fn salt_of(body: &[u8]) -> Option<[u8; NONCE_BYTES]> {
    let body = decode_body(body).ok()?;
    body.get("salt")?.as_bytes()?.try_into().ok()
}

/// What every anchor in a node's log since a time says of the log of `did`, chain by chain.
pub(crate) fn node_paths(
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
    // Which chain an operation belongs to, by its CID.
    let mut chain_of: BTreeMap<String, ContentId> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (header, body): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let entry = Sealed::decode(header.into(), None).ok();
        let body = decode_body(&body).ok();
        // The ledger's rules admit nothing else.
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
            None => chains.push(NodePaths {
                node: node.clone(),
                chain,
                paths: vec![(nonce, path)],
            }),
        }
    }
    Ok(chains)
}
