//! The names of those who come to an event, for people with a ticket.

use std::collections::BTreeSet;

use imajin_app::{Answer, Node, Texts, args};
use maud::{Markup, html};

use crate::guests;
use crate::queries::{self, Event};

/// Maximum number of tickets whose names are on the page.
const TICKETS_MAX: usize = 100;

/// Draws who comes; nothing without guests.
pub(super) fn section(node: &Node, event: &Event, t: Texts) -> Answer<Markup> {
    let (tickets, total) =
        queries::read(node, |db| queries::coming(db, event.did.as_str(), TICKETS_MAX))?;
    let kept = guests::names(node, &event.did)?;
    let mut names: BTreeSet<String> = BTreeSet::new();
    for held in &tickets {
        names.extend(kept.shown_name(node, held)?);
    }
    // Guests without a name, and those whose name is there already.
    let rest = total.saturating_sub(names.len() as u64);
    let names: Vec<String> = names.into_iter().collect();
    Ok(html! {
        @if total > 0 {
            details #coming {
                summary { (t.format("coming", args![count = total])) }
                p { (names.join(", ")) @if rest > 0 { " " (t.format("coming-more", args![count = rest])) } }
            }
        }
    })
}
