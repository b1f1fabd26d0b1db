//! The capability through which other services look up people.

use imajin_protocol::Did;
use imajin_service::{Answer, Card, HandleState, Node, PeopleDirectory};
use rusqlite::Connection;

use crate::Profile;
use crate::handle::Handle;
use crate::lookup::picture_path;
use crate::manifest::MANIFEST;
use crate::members::Members;
use crate::projection::PROJECTION;
use crate::queries::{self, ProfileRow};

impl PeopleDirectory for Profile {
    fn handle(&self, node: &Node, handle: &str) -> Answer<HandleState> {
        let handle = match Handle::parse(handle) {
            Ok(handle) => handle,
            Err(error) => return Ok(HandleState::Refused(error.to_string())),
        };
        let holder = node.read(PROJECTION.name, |db| queries::holder(db, handle.as_str()))?;
        Ok(holder.map_or(HandleState::Free, HandleState::Taken))
    }

    fn card(&self, node: &Node, did: &Did) -> Answer<Option<Card>> {
        let found = node.read(PROJECTION.name, |db| queries::by_did(db, did.as_str()))?;
        Ok(found.filter(|found| !found.deleted).and_then(card))
    }

    fn page_of(&self, who: &str) -> String {
        format!("/{}/{who}", MANIFEST.name)
    }

    fn picture_of(&self, who: &Did, cid: &str) -> String {
        picture_path(who.as_str(), cid)
    }

    fn search(&self, node: &Node, words: &str, limit: usize, offset: usize) -> Answer<Vec<Card>> {
        let search = |db: &Connection| queries::search(db, words, limit, offset);
        let (found, _) = node.read(PROJECTION.name, search)?;
        Ok(found.into_iter().filter_map(card).collect())
    }
}

/// A person's public card.
pub(crate) fn card(found: ProfileRow) -> Option<Card> {
    let public = Members::read(&found.public, None);
    Some(Card {
        did: Did::parse(&found.did).ok()?,
        display_name: public.text("displayName").map(str::to_owned),
        avatar: public.text("avatar").map(str::to_owned),
        handle: found.handle,
    })
}
