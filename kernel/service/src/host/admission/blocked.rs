//! Blocks: a command that would leave an entry in the record of a person who blocked its author is refused before any
//! log is touched.
//!
//! Always: the answer does not reveal the block. Rows of the table say which operations a block does not stop: those
//! that return, withdraw or end something ([`crate::Access::despite_block`]).

use std::collections::BTreeSet;

use imajin_ledger::Command;
use imajin_protocol::Did;

use super::counts::named;
use crate::app::access::{not_accepted, reaches_others};
use crate::app::capabilities::SocialGraph;
use crate::app::node::Node;
use crate::app::problem::Problem;

impl Node {
    /// Refuses (403) a command that would leave an entry with a person who blocked its author, and (409) one with a
    /// person whom its author blocked.
    pub(super) fn check_blocks(&self, author: &Did, command: &Command) -> Result<(), Problem> {
        let Some(spec) = self.ops().get(&command.op) else {
            return Ok(());
        };
        if self.access_of(spec.op).despite_block || !reaches_others(spec) {
            return Ok(());
        }
        let mut others = named(command);
        others.remove(author);
        self.check_blocks_with(author, &others)
    }

    fn check_blocks_with(&self, author: &Did, others: &BTreeSet<Did>) -> Result<(), Problem> {
        let Some(graph) = self.get::<dyn SocialGraph>() else {
            return Ok(());
        };
        if graph.blocks(self, author, others)? {
            let text = "You blocked them. End that first, under your connections.";
            return Err(Problem::conflict(text).slug("blocked"));
        }
        self.refuse_blocked(author, others, not_accepted)
    }

    /// Refuses an author whom one of these blocked, in the words by which `ordinary` refuses people who are not blocked. A
    /// place that has other refusals asks this last: an author who is refused for another reason gets that one, blocked or
    /// not.
    ///
    /// # Errors
    /// `ordinary`; the tables can't be read.
    pub fn refuse_blocked(
        &self,
        author: &Did,
        by: &BTreeSet<Did>,
        ordinary: impl FnOnce() -> Problem,
    ) -> Result<(), Problem> {
        if self.is_blocked(author, by)? {
            Err(ordinary())
        } else {
            Ok(())
        }
    }

    /// Whether one of these, or the person who answers for one of these (an event, a group), blocked the author.
    pub fn is_blocked(&self, author: &Did, by: &BTreeSet<Did>) -> Result<bool, Problem> {
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
