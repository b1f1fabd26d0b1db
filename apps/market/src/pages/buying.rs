//! The form to buy or rent a listing: for which time, how many pieces, the way of payment, who gets what, and whether it can be
//! given back.

use imajin_app::operation::Choice;
use imajin_app::{Answer, Node, Texts};
use imajin_items::editor::field;
use imajin_selling::pages::{rail_choice, shares};
use imajin_selling::{Rail, cashier};
use maud::{Markup, html};

use super::{held, time_span};
use crate::listings::Rent;
use crate::on_sale::OnSale;
use crate::queries;
use crate::rent::{self, Span};

/// Maximum number of pieces to choose from.
const PIECES_MAX: i64 = 20;
/// Maximum number of times at which all pieces are away.
const TAKEN_MAX: usize = 50;

/// Renders the form for a viewer who is signed in, or that all pieces are sold.
pub(super) fn form(node: &Node, listing: &OnSale, t: Texts) -> Answer<Markup> {
    let (terms, seller) = (&listing.terms, &listing.owner.did);
    let most = terms.left.unwrap_or(PIECES_MAX).min(PIECES_MAX);
    let is_free = terms.offered.price == 0 && listing.deposit() == 0;
    let mut rails = cashier(node)?.rails(node, seller)?;
    rails.retain(|rail| !is_free || *rail == Rail::Ledger);
    let (rent, action) = match listing.rent() {
        Some(rent) => (Some(rent.name()), "rent"),
        None => (None, "buy"),
    };
    Ok(html! {
        form.card #buy data-offer data-owner=(seller) data-listing=(listing.id.as_str()) data-rent=[rent] novalidate {
            @if listing.is_sold_out() { p { (t.text("sold-out")) } }
            @else if rails.is_empty() { p.hint { (t.text("no-rail")) } }
            @else {
                @if let Some(rent) = listing.rent() { (period(node, listing, rent, t)?) }
                (quantity(most, t))
                div.field hidden[rails.len() == 1] { (rail_choice(&rails, t.lang)) }
                @if !is_free { (who_gets(node, listing, t)) }
                p #returns data-returns=(terms.returns) { (held(listing.rent().is_some(), terms.returns, t)) }
                p.hint { (t.text("signed")) }
                div.actions { button.main #pay type="submit" { (t.text(action)) } }
            }
        }
    })
}

/// Renders the fields of the time for which something is lent, and when all pieces are away.
fn period(node: &Node, listing: &OnSale, rent: Rent, t: Texts) -> Answer<Markup> {
    let taken = taken(node, listing)?;
    let kind = match rent {
        Rent::Hour => "datetime-local",
        Rent::Day | Rent::Week => "date",
    };
    let (from, to) = (html! { input #from type=(kind); }, html! { input #to type=(kind); });
    Ok(html! {
        div.pair #period data-price=(listing.terms.offered.price) data-deposit=(listing.deposit()) {
            (field(None, "from", t.text("field-from"), from))
            (field(None, "to", t.text("field-to"), to))
        }
        @if !taken.is_empty() {
            p { (t.text("taken")) }
            ul.rows #taken { @for span in taken { li { (time_span(span, t)) } } }
        }
    })
}

/// Returns when all pieces of a listing are away from now on.
fn taken(node: &Node, listing: &OnSale) -> Answer<Vec<Span>> {
    let Some(pieces) = listing.terms.left else {
        return Ok(Vec::new());
    };
    let (seller, id) = (listing.owner.did.as_str(), listing.id.as_str());
    let now = node.now().as_millis();
    let bookings = queries::read(node, |db| queries::bookings(db, seller, id, now))?;
    let mut taken = rent::taken(&bookings, pieces);
    taken.retain(|span| span.to > now);
    taken.truncate(TAKEN_MAX);
    Ok(taken)
}

/// Renders the choice of the number of pieces, if there is one.
fn quantity(most: i64, t: Texts) -> Markup {
    html! {
        @if most > 1 {
            div.field {
                label for="quantity" { (t.text("how-many")) }
                select #quantity { @for number in 1..=most { option value=(number) { (number) } } }
            }
        }
    }
}

/// Renders the shares of the price of one piece, for one unit of time and with the deposit if it is lent. The script draws those
/// of more.
fn who_gets(node: &Node, listing: &OnSale, t: Texts) -> Markup {
    let offered = &listing.terms.offered;
    let price = offered.price.saturating_add(listing.deposit());
    let rows = |rows: &[(String, i64)], money: &dyn Fn(i64) -> String| {
        html! {
            p { (t.text("in-all")) " " strong #total { (money(price)) } }
            ul.rows #parts { @for (name, part) in rows { li { (name) " " strong { (money(*part)) } } } }
        }
    };
    shares(node, listing, (price, offered.currency, t.lang), rows)
}
