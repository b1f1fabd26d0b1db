//! The progress of the imports from a stick, for the page of the sticks.

use imajin_app::Node;
use imajin_app::capabilities::{ReadsSticks, StickReading};
use imajin_ledger::stick::Stick;

use super::imports::Imports;
use crate::Media;

impl ReadsSticks for Media {
    fn readings(&self, node: &Node, stick: &Stick) -> Vec<StickReading> {
        Imports::from_node(node).unread(node, |import| {
            import.stick.may_be(stick).then(|| StickReading {
                bytes: import.read.1,
                bytes_total: import.total.map_or(0, |(_, bytes)| bytes),
            })
        })
    }
}
