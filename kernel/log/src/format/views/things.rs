//! The things that a record says its owner has: events and groups (docs/format.md §12). A bundle holds their logs; where it
//! leaves one out, its report and its page name the thing.

use std::collections::BTreeMap;

use imajin_dfos::order::Order as _;
use imajin_protocol::{Did, DidKind};
use serde::Serialize;

use crate::entry::{Header, WillKind};

/// The kind of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ThingKind {
    /// An event.
    Event,
    /// A group or a pod.
    Group,
}

/// A thing of a record's owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnedThing {
    /// The thing's DID.
    pub did: Did,
    /// The thing's kind.
    pub kind: ThingKind,
    /// The entry since which its owner has it.
    pub seq: u64,
}

/// The things that the entries so far give to their owner.
#[derive(Debug, Clone, Default)]
pub struct OwnedThings(BTreeMap<Did, OwnedThing>);

impl OwnedThings {
    /// Takes the next entry, of a known operation.
    pub(crate) fn take(&mut self, header: &Header) {
        if !matches!(header.will_kind(), WillKind::Signed | WillKind::Custodial) {
            return;
        }
        let named = header.reference.as_ref().map(|named| named.as_str());
        let did = named.and_then(|named| Did::parse(named).ok().filter(|did| *did == named));
        let Some(did) = did.filter(|did| did.kind() == DidKind::Key) else {
            return;
        };
        let kind = match &*header.op {
            "events.create" => ThingKind::Event,
            "connections.group.create" | "connections.group.take" => ThingKind::Group,
            // Offered to its owner, a group stays theirs.
            "connections.group.offer" if is_to_owner(header) => ThingKind::Group,
            "connections.group.offer" | "connections.group.dissolve" => {
                self.0.remove(&did);
                return;
            }
            _ => return,
        };
        let seq = header.seq;
        self.0.entry(did.clone()).or_insert(OwnedThing { did, kind, seq });
    }

    /// Returns the things that are not `there`, the oldest first.
    pub fn without(&self, there: impl Fn(&Did) -> bool) -> Vec<OwnedThing> {
        let left_out = self.0.values().filter(|thing| !there(&thing.did));
        let mut left_out: Vec<OwnedThing> = left_out.cloned().collect();
        left_out.order_by_key(|thing| thing.seq);
        left_out
    }
}

fn is_to_owner(header: &Header) -> bool {
    let fact = header.fact.as_ref();
    let dids = fact.and_then(|fact| fact.ids("dids")).unwrap_or_default();
    dids.iter().any(|did| did.as_str() == header.did.as_str())
}
