//! Releasing a stick: imports stop reading it when it is to be removed, and resume when it is plugged in again.

use std::any::Any;

use imajin_app::capabilities::{ReadsSticks, StickReading};
use imajin_app::{Node, Problem};
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

    fn pause(&self, node: &Node, stick: &str) -> Result<Box<dyn Any + Send>, Problem> {
        Ok(Box::new(Imports::from_node(node).hold(stick)?))
    }
}
