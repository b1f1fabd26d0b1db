//! Which bodies a deletion erases: all of the log whose class is not *keep* (docs/format.md §9).

use imajin_dfos::cid::Cid;
use imajin_dfos::order::Order as _;
use imajin_ledger::{Class, Sealed};
use imajin_protocol::Did;
use imajin_service::{Node, Problem};
use serde_json::{Value as Json, json};

use crate::decide;

/// Entries that are read at a time.
const PAGE: usize = 1000;

/// The list, as `args` for `decide`, with the place of the newest entry: what comes after it is not on the list.
pub(crate) fn list(node: &Node, did: &Did) -> Result<Json, Problem> {
    let read = || read(node, did);
    let many = tokio::runtime::Handle::try_current().is_ok_and(|runtime| {
        runtime.runtime_flavor() == tokio::runtime::RuntimeFlavor::MultiThread
    });
    // A long log takes seconds; other tasks of this thread go elsewhere meanwhile.
    if many {
        tokio::task::block_in_place(read)
    } else {
        read()
    }
}

fn read(node: &Node, did: &Did) -> Result<Json, Problem> {
    let (mut after, mut seq) = (None, None);
    let mut bodies: Vec<String> = Vec::new();
    loop {
        let entries = node.ledger().entries(did, after, PAGE)?;
        let Some(last) = entries.last() else { break };
        after = Some(last.seq);
        seq = after;
        for entry in entries {
            let Some(body) = entry.body else { continue };
            let sealed = Sealed::decode(entry.header, Some(body)).map_err(Problem::internal)?;
            if may_go(node, &sealed.header.op)
                && let Some(cid) = sealed.header.body
            {
                bodies.push(text(&cid));
            }
        }
    }
    bodies.order();
    bodies.dedup();
    Ok(json!({ decide::ARG_BODIES: bodies, decide::ARG_SEQ: seq }))
}

fn may_go(node: &Node, op: &str) -> bool {
    // What no service here knows is the owner's all the same.
    node.ops()
        .get(op)
        .is_none_or(|spec| spec.class != Class::Keep)
}

fn text(cid: &Cid) -> String {
    cid.to_string()
}
