//! The input of a verification: the rows from a box, and the reader's previous state.

use std::collections::{BTreeMap, BTreeSet};

use imajin_dfos::Cid;
use imajin_protocol::Did;
use imajin_protocol::proof::EntryPosition;

use crate::row::RowBytes;
use crate::seal::EncryptionSecret;

/// The data that a box returns about a conversation.
#[derive(Debug, Clone, Default)]
pub struct RoomInput {
    /// The rows, in their order.
    pub rows: Vec<RowBytes>,
    /// The identity chains of everybody who wrote or is in.
    pub chains: BTreeMap<Did, Vec<String>>,
    /// The headers of others' newest read marks. Ask for them before the rows.
    pub reads: Vec<Vec<u8>>,
    /// The reader's own log: headers, and the bodies of keyrings and of the chain's operations. `None` if the caller did not ask for it.
    pub own: Option<Vec<RowBytes>>,
}

/// The reader, and their previous state.
#[derive(Debug, Clone)]
pub struct ReaderState {
    /// The reader.
    pub me: Did,
    /// The conversation that they asked for.
    pub name: Did,
    /// The private halves of the encryption keys that this device holds, once they are in the reader's chain.
    pub secrets: Vec<EncryptionSecret>,
    /// The log that this name had before.
    pub log: Option<Did>,
    /// Whether that log was sealed.
    pub sealed: bool,
    /// The leaders of that log.
    pub leaders: BTreeSet<Did>,
    /// Whether a later log of the name continues this one: in a whole record, each of them is judged.
    pub is_continued: bool,
    /// The people who may open the conversation of the reader's own group.
    pub admins: Admins,
    /// Newest identity operations that were known or compared.
    pub chains: BTreeMap<Did, Cid>,
    /// The newest entry that was verified here before.
    pub pin: Option<EntryPosition>,
    /// The places at which the box said that it entered the reader's messages.
    pub sent: Vec<EntryPosition>,
    /// The place from which on all rows were requested. Before this place only turns are returned; at
    /// [`ReaderState::NEWEST`], any number of the newest rows.
    pub from: u64,
}

impl ReaderState {
    /// [`ReaderState::from`] of a reader who asked for the turns and for no more than the newest rows.
    pub const NEWEST: u64 = u64::MAX;

    /// A reader with these keys who knows nothing else, and asked for all rows.
    pub fn new(me: Did, name: Did, secrets: Vec<EncryptionSecret>) -> Self {
        Self {
            me,
            name,
            secrets,
            log: None,
            sealed: false,
            leaders: BTreeSet::new(),
            is_continued: false,
            admins: Admins::Anyone,
            chains: BTreeMap::new(),
            pin: None,
            sent: Vec::new(),
            from: 0,
        }
    }
}

/// The people besides the reader who may open the conversation of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Admins {
    /// Anyone with a leading role: the group is not the reader's own, as far as they know.
    #[default]
    Anyone,
    /// These admins, whom the reader appointed in their own group.
    These(BTreeSet<Did>),
    /// The admins according to the reader's own log. The conversation's name must then be the one derived from the
    /// group's DID.
    Own,
}
