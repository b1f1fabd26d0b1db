//! An entry to be written to its log, with what belongs to it.

use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_log::entry::Sealed;
use imajin_log::ops::OpTable;
use imajin_log::rules::Chain;
use imajin_protocol::Did;

/// Approximate bytes of memory that a decoded header takes, besides its encoded bytes.
const DECODED_BYTES: usize = 1_024;
/// Approximate bytes of memory that an opening takes.
const OPENING_BYTES: usize = 192;

/// An entry to be written to its log.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The entry's position among all entries of this node.
    pub(crate) offset: u64,
    pub(crate) entry: Sealed,
    /// The operation's shared parts, if there are any.
    pub(crate) across: Option<Arc<Across>>,
}

impl Row {
    /// Returns the approximate number of bytes of memory that it takes; the operation's shared parts count with the
    /// intent alone.
    pub(crate) fn bytes(&self) -> usize {
        let body = self.entry.body_bytes.as_ref().map_or(0, |bytes| bytes.len());
        let across = match (&self.across, self.entry.header.cause) {
            (Some(across), None) => across.bytes(),
            _ => 0,
        };
        DECODED_BYTES + self.entry.header_bytes.len() + body + across
    }
}

/// An operation's shared parts: everything except its entries.
#[derive(Debug, Clone)]
pub(crate) struct Across {
    pub(crate) intent: Sealed,
    /// The delegation under which the intent was signed, if other logs need it.
    pub(crate) delegation: Option<Sealed>,
    /// The list of openings, with its CID.
    pub(crate) list: Option<(Cid, Arc<[u8]>)>,
    /// The openings: their CIDs, the owners of the logs with the opened entries, and their bytes.
    pub(crate) openings: Vec<(Cid, Did, Arc<[u8]>)>,
    /// Identity chains that came with the command.
    pub(crate) chains: Vec<(Did, Vec<Arc<str>>)>,
    /// Heads that came with the command, e.g. the old home's.
    pub(crate) heads: Vec<String>,
}

impl Across {
    fn bytes(&self) -> usize {
        let list = self.list.as_ref().map_or(0, |(_, bytes)| bytes.len());
        let openings = self.openings.iter().map(|(_, _, bytes)| OPENING_BYTES + bytes.len());
        let tokens = self.chains.iter().flat_map(|(_, tokens)| tokens).map(|token| token.len());
        let heads = self.heads.iter().map(String::len);
        list + openings.sum::<usize>() + tokens.sum::<usize>() + heads.sum::<usize>()
    }
}

/// A head for the table `heads`: epoch, node, JWS.
pub(crate) type NewHead = (u64, Did, String);

/// Information from the rest of the ledger for appending.
pub(crate) struct Context<'a> {
    pub(crate) ops: &'a OpTable,
    /// The identity chain of an author or a node.
    pub(crate) chain: &'a dyn Fn(&Did) -> Option<Arc<Chain>>,
    /// A new head for the log at this entry, if this node was home then: epoch, node, JWS.
    pub(crate) head: &'a dyn Fn(&Sealed) -> Option<NewHead>,
    /// Whether uses of this delegation are counted.
    pub(crate) counted: &'a dyn Fn(&Cid) -> bool,
    pub(crate) node: &'a Did,
}
