//! The capability through which other services look up people.

use std::collections::BTreeSet;

use imajin_app::capabilities::PictureSize;
use imajin_app::{Answer, Card, HandleState, Node, PeopleDirectory, SearchWords};
use imajin_protocol::Did;

use crate::Profile;
use crate::handle::Handle;
use crate::lookup::preview_path;
use crate::manifest::MANIFEST;
use crate::members::{Members, Viewer};
use crate::operations::CONNECTIONS;
use crate::queries::{self, ProfileRow};

impl PeopleDirectory for Profile {
    fn handle(&self, node: &Node, handle: &str) -> Answer<HandleState> {
        let handle = match Handle::parse(handle) {
            Ok(handle) => handle,
            Err(error) => return Ok(HandleState::Refused(error.to_string())),
        };
        let holder = queries::read(node, |db| queries::holder(db, handle.as_str()))?;
        Ok(holder.map_or(HandleState::Free, HandleState::Taken))
    }

    fn card(&self, node: &Node, did: &Did) -> Answer<Option<Card>> {
        let row = queries::read(node, |db| queries::by_did(db, did.as_str()))?;
        Ok(row.filter(|found| !found.deleted).and_then(card))
    }

    fn is_hidden(&self, node: &Node, did: &Did) -> Answer<bool> {
        let row = queries::read(node, |db| queries::by_did(db, did.as_str()))?;
        Ok(row.is_some_and(|row| row.is_incognito()))
    }

    fn cards(&self, node: &Node, dids: &BTreeSet<&Did>, viewer: Option<&Did>) -> Answer<Vec<Card>> {
        let rows = queries::read(node, |db| queries::by_dids(db, dids))?;
        let rows = rows.into_iter().filter(|found| !found.deleted);
        pictures_for(node, rows.collect(), viewer)
    }

    fn page_of(&self, who: &str) -> String {
        if who.starts_with("did:") {
            format!("/{}/{who}", MANIFEST.name)
        } else {
            format!("/@{who}")
        }
    }

    fn picture_of(&self, who: &Did, cid: &str, size: PictureSize) -> String {
        preview_path(who.as_str(), cid, size)
    }

    fn search(
        &self,
        node: &Node,
        words: &SearchWords,
        limit: usize,
        offset: usize,
    ) -> Answer<Vec<Card>> {
        let (found, _) = queries::read(node, |db| queries::search(db, words, limit, offset))?;
        Ok(found.into_iter().filter_map(card).collect())
    }
}

/// Returns a person's public card.
pub(crate) fn card(row: ProfileRow) -> Option<Card> {
    let public = Members::read(&row.public, None);
    Some(Card {
        did: Did::parse(&row.did).ok()?,
        display_name: public.text("displayName").map(str::to_owned),
        avatar: public.text("avatar").map(str::to_owned),
        handle: row.handle,
    })
}

/// Maximum number of a viewer's connections that are read to decide whether a picture for connections only is shown.
const CONTACTS_MAX: usize = 10_000;

/// Returns the public cards of these people, with the pictures that a viewer sees. Reads the viewer's connections once,
/// and only if one of the people shows a picture to connections alone.
fn pictures_for(node: &Node, rows: Vec<ProfileRow>, viewer: Option<&Did>) -> Answer<Vec<Card>> {
    let hides = |found: &ProfileRow| {
        let hidden = found.hidden.as_deref();
        hidden.is_some_and(|hidden| hidden.contains(r#""avatar""#) && hidden.contains(CONNECTIONS))
    };
    let contacts: BTreeSet<Did> = match viewer {
        Some(viewer) if rows.iter().any(hides) => {
            node.contacts(viewer, CONTACTS_MAX)?.into_iter().map(|contact| contact.did).collect()
        }
        _ => BTreeSet::new(),
    };
    let did = viewer.map(Did::as_str);
    let shown = |found: ProfileRow| {
        let picture = match (&found.hidden, viewer) {
            (Some(hidden), Some(_)) => {
                let members = Members::read(&found.public, Some(hidden));
                let connected = Did::parse(&found.did).is_ok_and(|did| contacts.contains(&did));
                members.avatar_for(&found.did, Viewer { did, connected })
            }
            _ => None,
        };
        let card = card(found)?;
        Some(Card { avatar: picture.or(card.avatar), ..card })
    };
    Ok(rows.into_iter().filter_map(shown).collect())
}
