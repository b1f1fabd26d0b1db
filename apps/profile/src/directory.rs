//! The capability through which other services look up people.

use imajin_protocol::Did;
use imajin_service::{Card, HandleState, Node, PeopleDirectory, Problem};
use serde_json::Value as Json;

use crate::Profile;
use crate::handle::Handle;
use crate::manifest::MANIFEST;
use crate::pages::media;
use crate::projection::PROJECTION;
use crate::queries::{self, ProfileRow};

impl PeopleDirectory for Profile {
    fn handle(&self, node: &Node, handle: &str) -> Result<HandleState, Problem> {
        let handle = match Handle::parse(handle) {
            Ok(handle) => handle,
            Err(error) => return Ok(HandleState::Refused(error.to_string())),
        };
        let holder = node.read(PROJECTION.name, |db| queries::holder(db, handle.as_str()))?;
        Ok(holder.map_or(HandleState::Free, HandleState::Taken))
    }

    fn card(&self, node: &Node, did: &Did) -> Result<Option<Card>, Problem> {
        let found = node.read(PROJECTION.name, |db| queries::by_did(db, did.as_str()))?;
        Ok(found.filter(|found| !found.deleted).and_then(card))
    }

    fn page_of(&self, who: &str) -> String {
        format!("/{}/{who}", MANIFEST.name)
    }

    fn picture_of(&self, who: &Did, cid: &str) -> String {
        media(who.as_str(), cid)
    }

    fn search(
        &self,
        node: &Node,
        words: &str,
        limit: usize,
        offset: usize,
    ) -> Result<Vec<Card>, Problem> {
        let (found, _) = node.read(PROJECTION.name, |db| {
            queries::search(db, words, limit, offset)
        })?;
        Ok(found.into_iter().filter_map(card).collect())
    }
}

/// A person's public card.
pub(crate) fn card(found: ProfileRow) -> Option<Card> {
    let public: Json = serde_json::from_str(&found.public).ok()?;
    let text = |name: &str| public.get(name).and_then(Json::as_str).map(str::to_owned);
    Some(Card {
        did: Did::parse(&found.did).ok()?,
        display_name: text("displayName"),
        avatar: text("avatar"),
        handle: found.handle,
    })
}
