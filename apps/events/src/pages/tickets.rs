//! The section of an event's page with its tickets.

use imajin_app::{Texts, args};
use maud::{Markup, html};

use super::{free_ticket, type_name};
use crate::event::FreePlaces;
use crate::operations::needs_approval;
use crate::queries::{Event, Kind};

/// Returns the price of a ticket type, and the number left if it is limited.
fn offer(kind: &Kind, t: Texts) -> String {
    let price = match kind.price {
        0 => t.text("free").into_owned(),
        price => t.lang.amount(price, kind.currency),
    };
    match kind.available() {
        None => price,
        Some(0) => format!("{price} · {}", t.text("sold-out")),
        Some(left) => format!("{price} · {}", t.format("left", args![count = left])),
    }
}

/// The viewer, as far as the tickets section needs to know.
#[derive(Default)]
pub(super) struct Visitor {
    pub(super) is_signed_in: bool,
    /// Whether the viewer organises the event.
    pub(super) is_own: bool,
    /// Whether the viewer has a ticket, so that others are for companions.
    pub(super) has_ticket: bool,
    /// Whether the viewer asked for places, waits for some, or keeps some.
    pub(super) is_waiting: bool,
    /// Whether the viewer has no name that everybody sees.
    pub(super) is_unnamed: bool,
    /// Whether the viewer takes a first ticket with a name and an address: they are a stranger, and this node takes strangers.
    pub(super) may_begin: bool,
    /// Whether the viewer has neither a verified mailbox nor an invite.
    pub(super) is_key_alone: bool,
    /// Maximum number of free tickets that a stranger may take per day; `None` for others.
    pub(super) allowance: Option<i64>,
}

impl Visitor {
    /// Returns the label of the button for a free ticket.
    pub(super) const fn come(&self) -> &'static str {
        if self.has_ticket { "bring" } else { "come" }
    }
}

/// Returns the types of tickets that a visitor without an account takes with a name and an address: free ones that are
/// left, if the organiser asks for nothing else.
pub(super) fn free_kinds<'a>(event: &Event, kinds: &'a [Kind], visitor: &Visitor) -> Vec<&'a Kind> {
    let is_offered = visitor.may_begin && event.status == "published" && event.free.is_none();
    let is_free = |kind: &&Kind| kind.price == 0 && kind.available() != Some(0);
    kinds.iter().filter(|_| is_offered).filter(is_free).collect()
}

/// Draws the types of tickets, each with what the viewer can do.
pub(super) fn section(event: &Event, kinds: &[Kind], visitor: &Visitor, t: Texts) -> Markup {
    // Never offers more than what is left.
    let most = |kind: &Kind| {
        let left = kind.available().unwrap_or(kind.most);
        let allowed = visitor.allowance.filter(|_| kind.price == 0);
        left.min(kind.most).min(allowed.unwrap_or(kind.most))
    };
    let open = event.status == "published";
    let free = free_kinds(event, kinds, visitor);
    let may_take = |kind: &Kind| {
        let is_left = kind.available() != Some(0);
        let is_kept_back = match event.free.filter(|_| kind.price == 0) {
            None => false,
            Some(FreePlaces::Mail) => visitor.is_key_alone,
            // A request adds an entry to the event's log, which strangers may not do.
            Some(FreePlaces::Approval) => visitor.allowance.is_some(),
        };
        let is_last = visitor.has_ticket && kind.price == 0 && kind.most == 1;
        let is_allowed = !is_kept_back && !is_last && !free.iter().any(|other| other.n == kind.n);
        open && !visitor.is_own && visitor.is_signed_in && is_left && is_allowed
    };
    let may_wait = |kind: &Kind| {
        let is_free = kind.price == 0 && event.free != Some(FreePlaces::Approval);
        let is_known =
            visitor.allowance.is_none() && (event.free.is_none() || !visitor.is_key_alone);
        let is_gone = kind.available() == Some(0);
        let is_new = visitor.is_signed_in && !visitor.is_own && !visitor.is_waiting;
        open && is_new && is_free && is_known && is_gone
    };
    html! {
        h2 { (t.text("tickets")) }
        @if kinds.iter().any(|kind| kind.price == 0) { (who_gets_free_places(event, visitor, t)) }
        @if open && event.shows_guests() && !visitor.is_own { p.hint { (t.text("guests-seen")) } }
        ul.rows {
            @for kind in kinds {
                li {
                    div.row {
                        @let name = type_name(event, kind.n, t);
                        div.grow {
                            strong { (name) }
                            @for perk in perks(event, kind.n) { " " span.tag { (perk) } }
                            p.soft { (offer(kind, t)) }
                        }
                        @if may_take(kind) {
                            @let asks = needs_approval(event, kind);
                            @let is_free = kind.price == 0 && !asks;
                            form.buy data-asks[asks] data-event=(event.did) data-id=(event.id) data-type=(kind.n) {
                                @if is_free { input type="hidden" name="quantity" value="1" data-most=(most(kind)); }
                                @else { label { span.soft { (t.text("how-many")) } " " input type="text" inputmode="numeric" size="3" name="quantity" value="1" aria-label=(t.format("how-many-of", args![type = name])) data-most=(most(kind)); } " " }
                                button.main type="submit" { (t.text(if asks { "ask" } else if is_free { visitor.come() } else { "buy" })) }
                            }
                        } @else if may_wait(kind) {
                            form.buy data-asks data-waits data-id=(event.id) data-type=(kind.n) {
                                input type="hidden" name="quantity" value="1" data-most="1";
                                button type="submit" { (t.text("wait")) }
                            }
                        }
                    }
                }
            }
        }
        @if !free.is_empty() { (free_ticket::form(event, &free, t)) }
        @if open && !visitor.is_signed_in {
            @let is_for_sale = kinds.iter().any(|kind| kind.price > 0);
            @let label = if is_for_sale { "sign-in-to-buy" } else if free.is_empty() { "sign-in-for-ticket" } else { "have-account" };
            p { a.button.main[free.is_empty()] href={ "/signin?next=/events/" (event.id) } { (t.text(label)) } }
        }
    }
}

/// Draws the organiser's limit on free places, if there is one.
fn who_gets_free_places(event: &Event, visitor: &Visitor, t: Texts) -> Markup {
    let Some(who) = event.free else {
        return html! {};
    };
    let label = match (who, visitor.is_own) {
        (FreePlaces::Mail, true) => "free-mail-own",
        (FreePlaces::Mail, false) if visitor.is_key_alone => "free-mail-key",
        (FreePlaces::Mail, false) => "free-mail",
        (FreePlaces::Approval, true) => "free-approval-own",
        (FreePlaces::Approval, false) if visitor.allowance.is_some() => "free-approval-key",
        (FreePlaces::Approval, false) => "free-approval",
    };
    html! { p.hint #free-places { (t.text(label)) } }
}

fn perks(event: &Event, n: i64) -> Vec<&str> {
    let all = event.type_words(n)["perks"].as_array().into_iter().flatten();
    all.filter_map(|perk| perk.as_str()).collect()
}
