//! Conversations: of two, of groups, of events; sealed end to end where everybody in them has a key. The node keeps their order, and pages
//! check it (docs/conversations.md).
//!
//! | room | what is in it |
//! |---|---|
//! | `operations` | the operations: what each may say, and what it comes to |
//! | `fields` | what their fields may be |
//! | `epochs` | when a new secret is called for |
//! | `asking` | who may begin a conversation of two |
//! | `room_role` | a person's role in a conversation |
//! | `sight` | the bodies that a person may see |
//! | `verified` | what a signer says to have seen, compared with the log |
//! | `pace` | rate limits of messages |
//! | `notices` | what entries of conversations tell, and whom |
//! | `keys` | the DIDs of conversations |
//! | `projection`, `queries` | the tables, and what is asked of them |
//! | `access`, `data_rights`, `shared` | limits; export, count, delete, transfer; what a person's copy has of their conversations |
//! | `live` | sockets |
//! | `names`, `conversations` | people and conversations, as a reader sees them |
//! | `home`, `at_group` | cards for Home, and the chat on the page of a group |
//! | `routes`, `pages` | HTTP |
#![forbid(unsafe_code)]
#![allow(
    clippy::result_large_err,
    reason = "the ledger decides how large a refusal is, and refusals are rare"
)]

mod access;
mod asking;
mod at_group;
mod conversations;
mod data_rights;
mod epochs;
mod fields;
mod home;
mod keys;
mod live;
mod manifest;
mod names;
mod news;
mod notices;
mod operations;
mod pace;
mod pages;
mod projection;
mod queries;
mod room_role;
mod routes;
mod search;
mod shared;
mod sight;
mod verified;

use std::collections::BTreeSet;

use imajin_app::capabilities::{
    Existence, FirstSteps, Fresh, HearsEntries, OpenPages, RecordOwner, SaysNews, SendsLinks,
};
use imajin_app::{
    Answer, CommandOutcome, HomeCards, InRoom, JoinedRoom, Node, RoomRole, Rooms, Searchable,
    Service,
};
use imajin_circles::AtGroup;
use imajin_host::prelude::*;
use imajin_ledger::Receipt;
use imajin_log::format::shared::SharedLog;
use imajin_protocol::Did;
use imajin_turns::Conversations;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use fields::Kind;
use operations::{Keyring, ReadMark};
use sight::Sight;

pub use keys::let_go_of_unopened;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Chat;

impl Service for Chat {
    imajin_app::from_modules!(manifest, operations, access, projection, notices, routes);

    fn subscribes(&self) -> &'static [&'static str] {
        projection::SUBSCRIBES
    }

    fn secrets(&self) -> &'static str {
        keys::SECRETS
    }

    fn after_commit(&self, node: &Node, done: &CommandOutcome<'_>) {
        let receipt = done.outcome.ok().filter(|receipt| !receipt.repeated);
        match (receipt, done.op) {
            (Some(receipt), ReadMark::NAME) => live::tell_read(node, done.did, receipt.seq),
            (Some(_), Keyring::NAME) => live::tell_keyring(node, done.did),
            _ => {}
        }
    }

    fn shares(&self, node: &Node, did: &Did) -> Answer<Vec<SharedLog>> {
        shared::shares(node, did)
    }

    imajin_app::offers! {
        Conversations, HearsEntries, AtGroup, HomeCards, FirstSteps, OpenPages, Searchable, SaysNews,
        SendsLinks, Rooms, RecordOwner
    }

    fn started(&self, node: &Node) {
        node.begin(keys::LettingGo);
    }
}

impl Conversations for Chat {
    fn page_with(&self, person: &Did) -> String {
        format!("/chat/new?with={person}")
    }

    fn page_to_say(&self, person: &Did, text: &str) -> String {
        let text = utf8_percent_encode(text, NON_ALPHANUMERIC);
        format!("{}#say={text}", self.page_with(person))
    }

    fn page_in(&self, node: &Node, conversation: &Did) -> Answer<String> {
        let is_open = room_role::find(node, conversation.as_str())?.is_some();
        Ok(if is_open { format!("/chat/{conversation}") } else { "/chat/new".to_owned() })
    }

    fn log_of(&self, node: &Node, group: &Did) -> Answer<Option<Did>> {
        let room = queries::read(node, |db| queries::room_of_subject(db, group))?;
        Ok(room.map(|room| room.log))
    }
}

impl SendsLinks for Chat {
    fn recipients_page(&self) -> &'static str {
        "/chat"
    }
}

impl HearsEntries for Chat {
    fn heard(&self, node: &Node, receipt: &Receipt) {
        node.state::<live::Hub>().entered(node, receipt);
    }
}

impl OpenPages for Chat {
    fn looking(&self, node: &Node) -> BTreeSet<Did> {
        node.state::<live::Hub>().people()
    }

    fn tell(&self, node: &Node, person: &Did, fresh: Fresh<'_>) {
        live::tell_fresh(node, person, fresh);
    }
}

impl RecordOwner for Chat {
    fn existence(&self, node: &Node, did: &Did) -> Answer<Option<Existence>> {
        Ok(queries::read(node, |db| queries::room(db, did.as_str()))?.map(|_| Existence::Private))
    }

    fn public_things(&self, _: &Node) -> Answer<Vec<Did>> {
        Ok(Vec::new())
    }
}

impl Rooms for Chat {
    /// A conversation of two, once it was opened, and any conversation by its log. By their names groups and events say who is in theirs.
    fn role(&self, node: &Node, conversation: &Did, who: &Did) -> Answer<InRoom> {
        match room_role::find(node, conversation.as_str())? {
            Some(room) if room.kind == Kind::Direct || room.log == *conversation => {
                Ok(InRoom::from_role(room_role::role_in(node, &room, who)?))
            }
            _ => Ok(InRoom::Unknown),
        }
    }

    /// Takes the conversation's log only: what is shared with a group by its name has no message.
    fn shows_file(
        &self,
        node: &Node,
        conversation: &Did,
        who: &Did,
        (author, cid): (&Did, &str),
    ) -> Answer<Option<bool>> {
        let room = queries::read(node, |db| queries::room(db, conversation.as_str()))?;
        let Some(room) = room else {
            return Ok(None);
        };
        let sight = Sight::read(node, &room, who)?;
        let places = queries::read(node, |db| queries::with_file(db, &room.log, author, cid))?;
        Ok(Some(places.into_iter().any(|seq| sight.has(seq))))
    }

    /// Takes the conversation's log only, since notices name the log.
    fn members(&self, node: &Node, conversation: &Did) -> Answer<Option<Vec<(Did, RoomRole)>>> {
        let room = queries::read(node, |db| queries::room(db, conversation.as_str()))?;
        room.map(|room| notices::members(node, &room)).transpose()
    }

    fn rooms_of(&self, node: &Node, who: &Did) -> Answer<Vec<JoinedRoom>> {
        notices::rooms_of(node, who)
    }
}
