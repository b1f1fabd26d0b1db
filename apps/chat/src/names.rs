//! Names of people and conversations for one reader: the reader's nickname for a person, else their public name.

use std::collections::BTreeMap;

use imajin_app::page::Face;
use imajin_app::{Answer, Card, Node, RoomAbout, Texts};
use imajin_dfos::order;
use imajin_protocol::Did;

use crate::fields::Kind;
use crate::queries::{self, Room};

/// Contacts whose nicknames are known at once.
const CONTACTS_MAX: usize = 2_000;

/// Somebody, or what a conversation is about.
#[derive(Debug, Clone)]
pub(crate) struct Called {
    pub(crate) did: String,
    pub(crate) name: String,
    /// The public name, if the reader uses a nickname. Empty if the person has no public name.
    pub(crate) public_name: Option<String>,
    /// The username of a person.
    pub(crate) handle: Option<String>,
    /// The page about them.
    pub(crate) href: String,
    /// The path of a small picture of them.
    pub(crate) picture: Option<String>,
}

impl Called {
    /// Returns the avatar.
    pub(crate) fn face(&self) -> Face<'_> {
        Face { name: &self.name, did: &self.did, picture: self.picture.as_deref() }
    }
}

/// The names that one reader knows.
pub(crate) struct Names<'a> {
    node: &'a Node,
    me: Did,
    t: Texts,
    nicknames: BTreeMap<Did, Option<String>>,
    /// The cards that were read, of people who have none too.
    cards: BTreeMap<Did, Option<Card>>,
}

impl<'a> Names<'a> {
    /// # Errors
    /// Where the service that knows connections cannot say.
    pub(crate) fn new(node: &'a Node, me: &Did, t: Texts) -> Answer<Self> {
        let contacts = node.contacts(me, CONTACTS_MAX)?.into_iter();
        Ok(Self {
            node,
            me: me.clone(),
            t,
            nicknames: order::map(contacts.map(|one| (one.did, one.nickname))),
            cards: BTreeMap::new(),
        })
    }

    /// Reads at once what all of these are called.
    pub(crate) fn meet(&mut self, dids: impl IntoIterator<Item = Did>) -> Answer<()> {
        let new: Vec<Did> = dids.into_iter().filter(|did| !self.cards.contains_key(did)).collect();
        let mut cards = self.node.cards(&new, Some(&self.me))?;
        for did in new {
            let card = cards.remove(&did);
            self.cards.insert(did, card);
        }
        Ok(())
    }

    /// Returns the reader's connections, by name.
    pub(crate) fn contacts(&mut self) -> Answer<Vec<Called>> {
        self.meet(self.nicknames.keys().cloned().collect::<Vec<_>>())?;
        let all = self.nicknames.keys().map(|did| self.person(did));
        let mut all = all.collect::<Answer<Vec<_>>>()?;
        all.sort_by_cached_key(|one| one.name.to_lowercase());
        Ok(all)
    }

    pub(crate) fn person(&self, did: &Did) -> Answer<Called> {
        let card = match self.cards.get(did) {
            Some(card) => card.clone(),
            None => self.node.cards([did], Some(&self.me))?.remove(did),
        };
        let picture = card.as_ref().and_then(|card| self.node.face_of(card));
        let (handle, shown) = card.map_or((None, None), |card| (card.handle, card.display_name));
        let public = shown.or_else(|| handle.as_ref().map(|handle| format!("@{handle}")));
        let nickname = self.nicknames.get(did).cloned().flatten();
        let (name, public_name) = match nickname {
            Some(own) => (Some(own), Some(public.unwrap_or_default())),
            None => (public, None),
        };
        Ok(Called {
            public_name,
            name: name.unwrap_or_else(|| self.t.text("nobody").into_owned()),
            href: self.node.page_of(handle.as_deref().unwrap_or(did.as_str())),
            handle,
            did: did.to_string(),
            picture,
        })
    }

    /// A conversation: of two by the other one, else by what it is about.
    pub(crate) fn room(&self, room: &Room) -> Answer<Called> {
        let unnamed = || RoomAbout {
            conversation: room.name.clone(),
            of: room.name.clone(),
            name: None,
            href: "/chat".to_owned(),
            picture: None,
        };
        if room.kind == Kind::Direct {
            let other = queries::read(self.node, |db| queries::other(db, &room.log, &self.me))?;
            return match other {
                Some(other) => self.person(&other),
                None => Ok(self.subject(unnamed())),
            };
        }
        let about = self.node.room_about(&room.name)?;
        Ok(self.subject(about.unwrap_or_else(unnamed)))
    }

    /// The group or event of a conversation.
    pub(crate) fn subject(&self, about: RoomAbout) -> Called {
        let unnamed = || self.t.text("no-name").into_owned();
        Called {
            did: about.of.to_string(),
            name: about.name.unwrap_or_else(unnamed),
            public_name: None,
            handle: None,
            href: about.href,
            picture: about.picture,
        }
    }
}
