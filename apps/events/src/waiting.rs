//! Waiting lists: returned free places are kept for the people who wait for them, the first first.

use imajin_app::{Answer, Node, Problem};
use imajin_host::prelude::*;
use imajin_ledger::{RefusalKind, SubmitError};
use imajin_protocol::{Did, IdText};

use crate::operations::{KEPT, OfferPlaces};
use crate::queries::{self, Event, Waiting};
use crate::sight::sees;

/// Keeps all places that are free for people who wait for them.
pub(crate) async fn round(node: &Node) -> Answer<()> {
    let now = node.now().as_millis();
    let mut outcome = Ok(());
    for event in queries::read(node, |db| queries::events_moving_up(db, now))? {
        // An imported record may have a waiting list, but the node keeps no key for it.
        let key = node.kept_key(&event)?;
        if key.is_some_and(|kept| kept.what == KEPT) {
            // An event that takes no entries doesn't hold up the others.
            outcome = outcome.and(move_up(node, &event).await);
        }
    }
    outcome
}

async fn move_up(node: &Node, event: &Did) -> Answer<()> {
    while let Some(ask) = first(node, event)? {
        let operation = OfferPlaces { ask: IdText::parse(&ask).map_err(Problem::internal)? };
        match node.record(event.clone(), &operation).await {
            Ok(_) => {}
            // Somebody else took the places, or they are no longer given away.
            Err(SubmitError::Refused(refusal)) if refusal.kind == RefusalKind::Conflict => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Returns the oldest request whose places are free and whose holder can take them.
fn first(node: &Node, event: &Did) -> Answer<Option<String>> {
    let now = node.now().as_millis();
    let (event, waiting) = queries::read(node, |db| {
        let waiting = queries::moving_up(db, event.as_str(), now)?;
        Ok((queries::event(db, event.as_str())?, waiting))
    })?;
    let Some(event) = event else {
        return Ok(None);
    };
    for one in waiting {
        if can_take(node, &event, &one, now)? {
            return Ok(Some(one.ask));
        }
    }
    Ok(None)
}

/// Whether a person who waits can take the places: they are still here, see the event, and don't have as many already.
/// For others the places would stay empty for a day.
fn can_take(node: &Node, event: &Event, waiting: &Waiting, now: i64) -> Answer<bool> {
    let Waiting { holder, kind, quantity, most, .. } = waiting;
    if !node.takes_entries(holder) || !sees(node, event, Some(holder))? {
        return Ok(false);
    }
    let which = (event.did.as_str(), *kind);
    let taken =
        queries::read(node, |db| queries::taken_free(db, which, holder.as_str(), None, now))?;
    Ok(taken.saturating_add(*quantity) <= *most)
}
