//! The members of an event's conversation: the organiser, the people who check tickets, and everyone with a valid
//! ticket.

use imajin_app::{Answer, InRoom, JoinedRoom, Node, RoomAbout, RoomRole, Rooms};
use imajin_protocol::Did;

use crate::Events;
use crate::operations::CheckIn;
use crate::picture;
use crate::queries::{self, Event, Which};

/// Maximum number of ticket holders in an event's conversation.
const MEMBERS_MAX: usize = 5_000;

impl Rooms for Events {
    fn role(&self, node: &Node, conversation: &Did, who: &Did) -> Answer<InRoom> {
        let entry = queries::read(node, |db| {
            let Some(event) = queries::find(db, conversation.as_str())? else {
                return Ok(None);
            };
            let has_ticket = queries::has_valid(db, who.as_str(), event.did.as_str())?;
            Ok(Some((event, has_ticket)))
        })?;
        let Some((event, has_ticket)) = entry else {
            return Ok(InRoom::Unknown);
        };
        if event.organiser == *who {
            return Ok(InRoom::Inside(RoomRole::Owner));
        }
        let is_in = has_ticket || node.may_act(who, &event.organiser, CheckIn::NAME)?;
        Ok(InRoom::from_role(is_in.then_some(RoomRole::Member)))
    }

    fn describe(&self, node: &Node, conversation: &Did) -> Answer<Option<RoomAbout>> {
        let row = queries::read(node, |db| queries::find(db, conversation.as_str()))?;
        Ok(row.and_then(|event| room_about(&event)))
    }

    fn led_by(&self, node: &Node, who: &Did, limit: usize) -> Answer<Vec<RoomAbout>> {
        let which = Which { from: Some(node.now().as_millis()), ..Which::own(who) };
        let (events, _) = queries::read(node, |db| queries::list(db, &which, limit, 0))?;
        Ok(events.iter().filter_map(room_about).collect())
    }

    /// Returns the organiser and the ticket holders; for a cancelled event, the people whose tickets were valid until
    /// then.
    fn members(&self, node: &Node, conversation: &Did) -> Answer<Option<Vec<(Did, RoomRole)>>> {
        queries::read(node, |db| {
            let Some(event) = queries::find(db, conversation.as_str())? else {
                return Ok(None);
            };
            let holders = queries::holders(db, event.did.as_str(), MEMBERS_MAX)?;
            let others = holders.into_iter().filter(|holder| *holder != event.organiser);
            let mut all: Vec<_> = others.map(|holder| (holder, RoomRole::Member)).collect();
            all.push((event.organiser, RoomRole::Owner));
            Ok(Some(all))
        })
    }

    fn rooms_of(&self, node: &Node, who: &Did) -> Answer<Vec<JoinedRoom>> {
        queries::read(node, |db| queries::rooms_of(db, who))
    }
}

/// Describes the conversation of an event.
fn room_about(event: &Event) -> Option<RoomAbout> {
    let conversation = Did::event(&event.id).ok()?;
    Some(RoomAbout {
        of: conversation.clone(),
        conversation,
        name: event.word("title").map(str::to_owned),
        href: format!("/events/{}", event.id),
        picture: picture::path(event, "face"),
    })
}
