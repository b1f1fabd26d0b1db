//! Apps that read the USB sticks in the node's machine in the background.

use imajin_ledger::stick::Stick;
use serde::Serialize;
use utoipa::ToSchema;

use crate::node::Node;

/// The progress of imports from a stick.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReadingView)]
pub struct StickReading {
    /// Bytes that are done.
    pub bytes: u64,
    /// The number of all bytes; 0 while they are counted.
    pub bytes_total: u64,
}

/// An app that reads sticks in the background. It continues automatically with a stick that is back.
pub trait ReadsSticks: Send + Sync {
    /// The progress of the app's imports that have not fully read a stick, also while the stick is unplugged. Blocks.
    fn readings(&self, node: &Node, stick: &Stick) -> Vec<StickReading>;
}
