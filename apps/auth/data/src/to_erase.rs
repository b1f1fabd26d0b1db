//! The bodies that a deletion erases: all of the log whose class is not *keep* (docs/format.md §9).

use std::collections::BTreeMap;

use imajin_app::{Answer, Node, blocking};
use imajin_dfos::cid::Cid;
use imajin_log::ErasableBy;
use imajin_protocol::Did;

use crate::operations::BodiesToErase;

/// Entries that are read at a time.
const PAGE: usize = 1000;

/// The list, with the place of the newest entry: what comes after it is not on the list.
pub(super) fn list(node: &Node, did: &Did, address: Option<String>) -> Answer<BodiesToErase> {
    // A long log takes seconds.
    blocking::in_place(|| read(node, did, address))
}

fn read(node: &Node, did: &Did, address: Option<String>) -> Answer<BodiesToErase> {
    let (mut after, mut seq) = (None, None);
    // Sorted by text, without duplicates.
    let mut bodies: BTreeMap<String, Cid> = BTreeMap::new();
    loop {
        let entries = node.ledger().entries(did, after, PAGE)?;
        let Some(last) = entries.last() else { break };
        after = Some(last.seq);
        seq = after;
        for entry in entries {
            let header = entry.decoded;
            if entry.body.is_some()
                && may_go(node, &header.op)
                && let Some(cid) = header.body
            {
                bodies.insert(cid.to_string(), cid);
            }
        }
    }
    Ok(BodiesToErase { bodies: bodies.into_values().collect(), seq, address })
}

fn may_go(node: &Node, op: &str) -> bool {
    // Operations unknown to all services here are erased too: they belong to the owner.
    node.ops().get(op).is_none_or(|spec| spec.erasable_by != ErasableBy::Nobody)
}
