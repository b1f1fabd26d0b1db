//! Free places: who gets one, as the organiser says.
//!
//! Always: somebody for whom only a key speaks counts for less where the organiser says so, since a person makes many keys.

use imajin_protocol::Did;
use imajin_service::{Node, Problem, Role};

use crate::event::FreePlaces;
use crate::queries::{Event, Kind};

/// Whether more than a key speaks for somebody: a mailbox that a letter proved, or an invite.
pub(crate) fn has_more_than_a_key(node: &Node, person: &Did) -> Result<bool, Problem> {
    Ok(node.role(person)? == Role::Guest || node.is_invited(person)?)
}

/// Refuses (403) somebody for whom only a key speaks where the organiser asks for more: a person makes many keys.
pub(crate) fn check_person(
    node: &Node,
    event: &Event,
    kind: &Kind,
    person: &Did,
) -> Result<(), Problem> {
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
