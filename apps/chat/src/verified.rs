//! Compares the entries that a signer claims to have seen with the log itself. Entries never change, so the check may
//! run outside the writer. Without it, a single member's false claim would stop all other members' pages.

use imajin_app::{Node, Problem};
use imajin_dfos::Cid;
use imajin_ledger::StoredEntry;
use imajin_protocol::Did;

use crate::fields::{CidText, TurnAt};

/// The entry at a place of a log.
pub(crate) fn entry_at(node: &Node, log: &Did, seq: u64) -> Result<Option<StoredEntry>, Problem> {
    let entries = node.ledger().entries(log, seq.checked_sub(1), 1)?;
    Ok(entries.into_iter().find(|entry| entry.seq == seq))
}

fn cid_at(node: &Node, log: &Did, seq: u64) -> Result<Option<Cid>, Problem> {
    Ok(entry_at(node, log, seq)?.map(|entry| entry.cid))
}

/// Refuses (409 `place`) who names another entry than the one at this place.
pub(crate) fn check_seen(node: &Node, log: &Did, seq: u64, seen: &CidText) -> Result<(), Problem> {
    let cid = cid_at(node, log, seq)?;
    if cid.is_some_and(|cid| CidText::from_cid(&cid) == *seen) {
        Ok(())
    } else {
        Err(place(
            "That is not the entry which this box has at that place: look at the conversation again.",
        ))
    }
}

/// Refuses (409 `place`) who names other turns than those at these places.
pub(crate) fn check_turns(node: &Node, log: &Did, turns: &[TurnAt]) -> Result<(), Problem> {
    for turn in turns {
        if cid_at(node, log, turn.seq)? != Some(turn.cid) {
            return Err(place("turns names an entry that this box does not have at that place."));
        }
    }
    Ok(())
}

fn place(text: &'static str) -> Problem {
    Problem::conflict(text).slug("place").with_member("reason", "place")
}
