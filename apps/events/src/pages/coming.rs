//! The names of those who come to an event, for people with a ticket.

use std::collections::BTreeSet;

use imajin_app::{Answer, Node, Texts, args};
use maud::{Markup, html};

use crate::queries::Event;
use crate::routes::guests::{Guest, guests_of};

/// Maximum number of names on the page.
const NAMES_MAX: usize = 300;

/// Draws who comes; nothing without guests.
pub(super) fn section(node: &Node, event: &Event, t: Texts) -> Answer<Markup> {
    let mut guests = guests_of(node, event)?;
    guests.retain(|guest| guest.status != "void");
    let names: BTreeSet<&str> = guests.iter().filter_map(Guest::name).collect();
    let names: Vec<&str> = names.into_iter().take(NAMES_MAX).collect();
    // Guests without a name, and those whose name is there already.
    let rest = guests.len().saturating_sub(names.len());
    Ok(html! {
        @if !guests.is_empty() {
            details #coming {
                summary { (t.format("coming", args![count = guests.len()])) }
                p { (names.join(", ")) @if rest > 0 { " " (t.format("coming-more", args![count = rest])) } }
            }
        }
    })
}
