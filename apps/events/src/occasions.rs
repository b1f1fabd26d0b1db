//! Events for other apps: by tag, by organiser, the seat of a ticket holder, and the times of an event.

use imajin_app::{Answer, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_occasions::{Occasion, Occasions, Times};
use imajin_protocol::Did;

use crate::Events;
use crate::queries::{self, Event, Sight, Which};

/// Maximum number of events to search for a tag.
const LOOKED_AT: usize = 500;

impl Occasions for Events {
    fn tagged(
        &self,
        node: &Node,
        tag: &str,
        organiser: Option<&Did>,
        limit: usize,
    ) -> Answer<Vec<Occasion>> {
        let coming = coming(node, organiser, node.now(), Sight::default())?;
        let is_on = |event: &Event| matches!(event.status.as_str(), "published" | "paused");
        let tagged = coming.into_iter().filter(|event| is_on(event) && event.has_tag(tag));
        Ok(tagged.filter_map(occasion).take(limit).collect())
    }

    fn held_by(
        &self,
        node: &Node,
        organiser: &Did,
        after: Timestamp,
        limit: usize,
    ) -> Answer<Vec<Occasion>> {
        let held = coming(node, Some(organiser), after, Sight::own(organiser))?;
        Ok(held.into_iter().filter_map(occasion).take(limit).collect())
    }

    fn page_for_new(&self, tag: &str) -> String {
        format!("/events/new?tag={tag}")
    }

    fn ticket_of(&self, node: &Node, event: &str, holder: &Did) -> Answer<Option<String>> {
        queries::read(node, |db| queries::seat_held(db, holder.as_str(), event))
    }

    fn times(&self, node: &Node, event: &str) -> Answer<Option<Times>> {
        let row = queries::read(node, |db| queries::event(db, event))?;
        let row = row.filter(|event| !matches!(event.status.as_str(), "draft" | "cancelled"));
        let times = |event: Event| Some((event.starts?, event.ends, event.zone()));
        let Some((starts, ends, zone)) = row.and_then(times) else {
            return Ok(None);
        };
        let at = |millis| Timestamp::from_millis(millis).map_err(Problem::internal);
        Ok(Some(Times { starts: at(starts)?, ends: at(ends.unwrap_or(starts))?, zone }))
    }
}

/// Returns the events that weren't cancelled and end after a time.
fn coming(
    node: &Node,
    organiser: Option<&Did>,
    after: Timestamp,
    sight: Sight,
) -> Answer<Vec<Event>> {
    let which = Which {
        organiser: organiser.map(ToString::to_string),
        from: Some(after.as_millis()),
        sight,
        ..Which::default()
    };
    let (mut events, _) = queries::read(node, |db| queries::list(db, &which, LOOKED_AT, 0))?;
    events.retain(|event| event.status != "cancelled");
    Ok(events)
}

fn occasion(event: Event) -> Option<Occasion> {
    Some(Occasion {
        title: event.word("title")?.to_owned(),
        path: format!("/events/{}", event.id),
        starts: Timestamp::from_millis(event.starts?).ok()?,
        zone: event.zone(),
        city: event.word("city").map(str::to_owned),
        did: event.did,
        organiser: event.organiser,
    })
}
