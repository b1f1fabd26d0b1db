//! Blocks: a command that would leave an entry in the record of a person who blocked its author is refused before any
//! log is touched.
//!
//! Always: the answer does not reveal the block. Rows of the table say which operations a block does not stop: those
//! that return, withdraw or end something ([`imajin_app::Access::despite_block`]).

use std::collections::BTreeSet;

use imajin_app::{Node, Problem, SocialGraph, extension, not_accepted, reaches_others};
use imajin_ledger::Command;
use imajin_protocol::Did;

use super::counts::named_dids;

use crate::prelude::*;

/// The blocks that people set.
#[extension(pub trait Blocks)]
impl Node {
    /// Refuses an author whom one of these blocked, in the words by which `ordinary` refuses people who are not blocked. A
    /// place that has other refusals asks this last: an author who is refused for another reason gets that one, blocked or
    /// not.
    ///
    /// # Errors
    /// `ordinary`; the tables can't be read.
    fn refuse_blocked(
        &self,
        author: &Did,
        by: &BTreeSet<Did>,
        ordinary: impl FnOnce() -> Problem,
    ) -> Result<(), Problem> {
        if self.is_blocked(author, by)? { Err(ordinary()) } else { Ok(()) }
    }

    /// Whether one of these, or the person who answers for one of these (an event, a group), blocked the author.
    fn is_blocked(&self, author: &Did, by: &BTreeSet<Did>) -> Result<bool, Problem> {
        let Some(graph) = self.get::<dyn SocialGraph>() else {
            return Ok(false);
        };
        let blockers = graph.blockers(self, author)?;
        if blockers.is_empty() {
            return Ok(false);
        }
        for one in by {
            let answers = self.kept_whose(one)?;
            if blockers.contains(one) || answers.is_some_and(|whose| blockers.contains(&whose)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Refuses (403) a command that would leave an entry with a person who blocked its author, and (409) one with a
/// person whom its author blocked.
pub(super) fn check_blocks(node: &Node, author: &Did, command: &Command) -> Result<(), Problem> {
    let Some(spec) = node.ops().get(&command.op) else {
        return Ok(());
    };
    if node.access_of(spec.op).despite_block || !reaches_others(spec) {
        return Ok(());
    }
    let mut others = named_dids(command);
    others.remove(author);
    check_blocks_with(node, author, &others)
}

fn check_blocks_with(node: &Node, author: &Did, others: &BTreeSet<Did>) -> Result<(), Problem> {
    let Some(graph) = node.get::<dyn SocialGraph>() else {
        return Ok(());
    };
    if graph.blocks(node, author, others)? {
        let text = "You blocked them. End that first, under your connections.";
        return Err(Problem::conflict(text).slug("blocked"));
    }
    node.refuse_blocked(author, others, not_accepted)
}
