//! Limits on free places, set by the organiser.
//!
//! Always: anyone can create keys, so an organiser may require more than a key for a free place.

use imajin_app::{Answer, Node, Problem, Role};
use imajin_host::prelude::*;
use imajin_protocol::Did;

use crate::event::FreePlaces;
use crate::queries::{Event, Kind};

/// Whether a person has a verified mailbox or an invite in addition to a key.
pub(crate) fn has_more_than_a_key(node: &Node, person: &Did) -> Answer<bool> {
    Ok(node.role(person)? == Role::Guest || node.is_invited(person)?)
}

/// Refuses (403) a free place to a person with nothing but a key if the organiser requires a mailbox or an invite.
pub(crate) fn check_person(node: &Node, event: &Event, kind: &Kind, person: &Did) -> Answer<()> {
    if kind.price != 0 || event.free != Some(FreePlaces::Mail) {
        return Ok(());
    }
    if has_more_than_a_key(node, person)? {
        Ok(())
    } else {
        Err(Problem::forbidden(
            "The organiser gives free places to people with an email address. Come in with a link by email, or use an invite of this box.",
        )
        .slug("mail-needed"))
    }
}

/// Whether an order of this type needs the organiser's approval.
pub(crate) fn needs_approval(event: &Event, kind: &Kind) -> bool {
    kind.price == 0 && event.free == Some(FreePlaces::Approval)
}
