//! Client-side verification of a conversation: one pure function of the rows that a box returns, the members' identity
//! chains, and the reader's previous state. Also the cryptography of sealed conversations.
//!
//! | module | contents |
//! |---|---|
//! | [`verify`] | the function: [`RoomInput`] and [`ReaderState`] in, a [`Report`] out |
//! | [`rule`] | the fifteen rules, and everything that can be wrong, each with a sentence |
//! | [`ops`] | the operations of a conversation as types |
//! | [`seal`] | epochs' secrets, boxes, keyrings, and the number that two people compare |
//!
//! No clock, no I/O, no randomness that is not an argument. Nothing that a box shows makes anything here panic. The pages
//! have the same function in JavaScript (`apps/chat/assets/room`), the independent verifier has it in Python, and
//! `tests/vectors/chat.json` holds all three to the same answers. The rules are those of docs/conversations.md.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod ops;
mod people;
mod room;
mod row;
pub mod rule;
pub mod seal;

pub use imajin_protocol::endpoints::CONVERSATION_SERVICE;
pub use people::{CONVERSATION_ID, conversation_name};
pub use room::{Admins, Message, MessageState, ReaderState, Report, RoomInput, verify};
pub use row::{ROWS_MAX, RowBytes};
pub use rule::{Finding, Problem, Rule, Verdict};

#[cfg(test)]
mod tests;
