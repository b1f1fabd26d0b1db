//! Apps that read the USB sticks in the node's machine in the background, so that they can release a stick for removal.

use std::any::Any;

use imajin_ledger::stick::Stick;

use crate::node::Node;
use crate::problem::Problem;

/// An app's progress on a stick that it has not fully read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StickReading {
    /// Bytes that were read.
    pub bytes: u64,
    /// All bytes of the stick; 0 while the number is unknown.
    pub bytes_total: u64,
}

/// An app that reads sticks in the background. It continues automatically with a stick that is back.
pub trait ReadsSticks: Send + Sync {
    /// The app's progress on a stick that it has not fully read, also while the stick is unplugged; `None` if the app
    /// reads nothing from it. Blocks.
    fn reading(&self, node: &Node, stick: &Stick) -> Result<Option<StickReading>, Problem>;

    /// Stops reading the stick of this name and returns once no file on it is open. It reads none there until the result is dropped,
    /// and then only if the stick stays. Blocks.
    ///
    /// # Errors
    /// 409 `busy` if a file does not end soon.
    fn pause(&self, node: &Node, stick: &str) -> Result<Box<dyn Any + Send>, Problem>;
}
