//! Releasing a stick: imports stop reading it when it is to be removed, and resume when it is plugged in again.

use std::any::Any;

use imajin_app::capabilities::{ReadsSticks, StickReading};
use imajin_app::{Node, Problem};
use imajin_ledger::stick::Stick;

use super::import::Import;
use super::imports::Imports;
use crate::Media;

impl ReadsSticks for Media {
    fn reading(&self, node: &Node, stick: &Stick) -> Result<Option<StickReading>, Problem> {
        let reads = |import: &Import| {
            import.stick.may_be(stick).then(|| StickReading {
                bytes: import.read.1,
                bytes_total: import.total.map_or(0, |(_, bytes)| bytes),
            })
        };
        let all = Imports::from_node(node).unread(node, reads).into_iter();
        Ok(all.reduce(|sum, one| StickReading {
            bytes: sum.bytes.saturating_add(one.bytes),
            bytes_total: sum.bytes_total.saturating_add(one.bytes_total),
        }))
    }

    fn pause(&self, node: &Node, stick: &str) -> Result<Box<dyn Any + Send>, Problem> {
        Ok(Box::new(Imports::from_node(node).hold(stick)?))
    }
}
