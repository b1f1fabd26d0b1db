//! The bodies of a conversation that a person may see: messages from the time of their membership that are not hidden.

use std::collections::BTreeSet;

use imajin_app::{Answer, Node};
use imajin_dfos::order;
use imajin_log::entry::Header;
use imajin_protocol::Did;

use crate::fields::Kind;
use crate::operations::MessageSent;
use crate::queries::{self, Room};

/// A person's permission to see the bodies of a conversation.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    spans: Vec<(u64, u64)>,
    hidden: BTreeSet<u64>,
}

impl Sight {
    /// Reads the permission of a member.
    pub(crate) fn read(node: &Node, room: &Room, who: &Did) -> Answer<Self> {
        let log = &room.log;
        queries::read(node, |db| {
            let spans = match room.kind {
                // People who come to an event read what was said before.
                Kind::Event => vec![(0, u64::MAX)],
                Kind::Direct | Kind::Group => queries::spans(db, log, who)?,
            };
            Ok(Self { spans, hidden: order::set(queries::hidden(db, log)?) })
        })
    }

    /// Whether they see the body of a message at a place.
    pub(crate) fn has(&self, seq: u64) -> bool {
        let was_in = |(from, until): &(u64, u64)| (*from..=*until).contains(&seq);
        self.spans.iter().any(was_in) && !self.hidden.contains(&seq)
    }

    /// Returns for each of `count` places whether the person sees a message's body there, as `1` or `0`.
    pub(crate) fn of_places(&self, from: u64, count: u64) -> String {
        let places = from..from.saturating_add(count);
        places.map(|seq| if self.has(seq) { '1' } else { '0' }).collect()
    }

    /// Whether they see the body of an entry.
    pub(crate) fn shows(&self, header: &Header) -> bool {
        header.op != MessageSent::NAME || self.has(header.seq)
    }
}
