//! Waiting lists: returned free places are kept for the people who wait for them, the first first.

use imajin_app::{Answer, Node, Problem};
use imajin_host::prelude::*;
use imajin_ledger::{RefusalKind, SubmitError};
use imajin_protocol::{Did, IdText};

use crate::operations::{KEPT, OfferPlaces};
use crate::queries;

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
    let now = node.now().as_millis();
    let first = || queries::read(node, |db| queries::first_moving_up(db, event.as_str(), now));
    while let Some(ask) = first()? {
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
