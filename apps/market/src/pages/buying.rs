//! The form to buy a listing: how many pieces, the way of payment, who gets what, and whether it can be given back.

use imajin_app::{Answer, Node, Texts};
use imajin_selling::pages::{rail_choice, shares};
use imajin_selling::{Rail, cashier};
use maud::{Markup, html};

use super::returns;
use crate::on_sale::OnSale;

/// Maximum number of pieces to choose from.
const PIECES_MAX: i64 = 20;

/// Renders the form for a viewer who is signed in, or that all pieces are sold.
pub(super) fn form(node: &Node, listing: &OnSale, t: Texts) -> Answer<Markup> {
    let (terms, seller) = (&listing.terms, &listing.seller);
    let most = terms.left.unwrap_or(PIECES_MAX).min(PIECES_MAX);
    let is_free = terms.offered.price == 0;
    let mut rails = cashier(node)?.rails(node, seller)?;
    rails.retain(|rail| !is_free || *rail == Rail::Ledger);
    Ok(html! {
        form.card #buy data-offer data-owner=(seller) data-listing=(listing.id.as_str()) novalidate {
            @if listing.is_sold_out() { p { (t.text("sold-out")) } }
            @else if rails.is_empty() { p.hint { (t.text("no-rail")) } }
            @else {
                (quantity(most, t))
                div.field hidden[rails.len() == 1] { (rail_choice(&rails, t.lang)) }
                @if !is_free { (who_gets(node, listing, t)) }
                p #returns data-returns=(terms.returns) { (returns(terms.returns, t)) }
                p.hint { (t.text("signed")) }
                div.actions { button.main #pay type="submit" { (t.text("buy")) } }
            }
        }
    })
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

/// Renders the shares of the price of one piece. The script draws those of more.
fn who_gets(node: &Node, listing: &OnSale, t: Texts) -> Markup {
    let offered = &listing.terms.offered;
    let rows = |rows: &[(String, i64)], money: &dyn Fn(i64) -> String| {
        html! {
            p { (t.text("in-all")) " " strong #total { (money(offered.price)) } }
            ul.rows #parts { @for (name, part) in rows { li { (name) " " strong { (money(*part)) } } } }
        }
    };
    shares(
        node,
        listing,
        (offered.price, offered.currency, t.lang),
        rows,
    )
}
