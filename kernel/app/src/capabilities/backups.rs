//! Backups of other boxes.

use maud::Markup;

use crate::node::Node;
use crate::problem::Problem;
use crate::words::Reader;

/// An app that keeps the backups of friends' boxes.
pub trait KeepsBackups: Send + Sync {
    /// Draws the part of the page of backups on which the owner of this box gives friends room. Reads the disk.
    fn draw_contracts(&self, node: &Node, reader: Reader) -> Result<Markup, Problem>;
}
