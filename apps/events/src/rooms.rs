//! Who is in the conversation of an event: its organiser, those at its doors, and everybody with a ticket that counts.

use imajin_protocol::Did;
use imajin_service::{InRoom, Node, Problem, RoomRole, Rooms};

use crate::Events;
use crate::manifest::MANIFEST;
use crate::operations::CheckIn;
use crate::queries;

impl Rooms for Events {
    fn role(&self, node: &Node, conversation: &Did, who: &Did) -> Result<InRoom, Problem> {
        let found = node.read(MANIFEST.name, |db| {
            let Some(event) = queries::find(db, conversation.as_str())? else {
                return Ok(None);
            };
            let has_ticket = queries::has_valid(db, who.as_str(), event.did.as_str())?;
            Ok(Some((event, has_ticket)))
        })?;
        let Some((event, has_ticket)) = found else {
            return Ok(InRoom::Unknown);
        };
        if event.organiser == *who {
            return Ok(InRoom::Inside(RoomRole::Owner));
        }
        let is_in = has_ticket || node.may_act(who, &event.organiser, CheckIn::NAME)?;
        Ok(InRoom::known(is_in.then_some(RoomRole::Member)))
    }
}
