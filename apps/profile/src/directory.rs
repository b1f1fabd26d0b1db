//! What people are called: asked by the other services through the node.

use imajin_protocol::Did;
use imajin_service::{Card, Directory, HandleState};
use rusqlite::Connection;
use serde_json::Value as Json;

use crate::Profile;
use crate::handle::Handle;
use crate::projection;
use crate::reads::{self, Found};

impl Directory for Profile {
    fn handle(&self, db: &Connection, handle: &str) -> rusqlite::Result<HandleState> {
        let handle = match Handle::parse(handle) {
            Ok(handle) => handle,
            Err(error) => return Ok(HandleState::Refused(error.to_string())),
        };
        Ok(projection::holder(db, handle.as_str())?.map_or(HandleState::Free, HandleState::Taken))
    }

    fn card(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Card>> {
        Ok(reads::by_did(db, did.as_str())?
            .filter(|found| !found.deleted)
            .and_then(card))
    }

    fn search(
        &self,
        db: &Connection,
        words: &str,
        limit: usize,
        offset: usize,
    ) -> rusqlite::Result<Vec<Card>> {
        Ok(reads::search(db, words, limit, offset)?
            .0
            .into_iter()
            .filter_map(card)
            .collect())
    }
}

/// What everybody may see of somebody, in short.
pub(crate) fn card(found: Found) -> Option<Card> {
    let public: Json = serde_json::from_str(&found.public).ok()?;
    let text = |name: &str| public.get(name).and_then(Json::as_str).map(str::to_owned);
    Some(Card {
        did: Did::parse(&found.did).ok()?,
        display_name: text("displayName"),
        avatar: text("avatar"),
        handle: found.handle,
    })
}
