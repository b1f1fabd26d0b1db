//! The parts of pages that every app that sells items has: the choice of payment, and the shares.

use imajin_app::{Catalogue, Lang, Node, catalogue};
use imajin_protocol::Currency;
use maud::{Markup, html};

use crate::{ForSale, Rail};

/// The texts of these parts.
pub static TEXTS: Catalogue = catalogue!("selling");

/// Draws the choice of the way of payment, below its label.
pub fn rail_choice(rails: &[Rail], lang: Lang) -> Markup {
    let t = TEXTS.for_reader(lang);
    html! {
        label for="rail" { (t.text("pay-with")) }
        select #rail {
            @for rail in rails {
                option value=(rail.as_str()) {
                    @match rail {
                        Rail::Ledger => (t.text("rail-ledger")),
                        Rail::Emt => (t.text("rail-emt")),
                        Rail::Stripe => (t.text("rail-stripe")),
                    }
                }
            }
        }
    }
}

/// Draws the shares of an amount for an item: a name and a part each, drawn by `rows`, below its title. The title has
/// the attributes that the buyer agrees to in an order: `data-follows` names these shares, `data-price` and
/// `data-currency` are the price that they divide.
pub fn shares(
    node: &Node,
    item: &impl ForSale,
    (amount, currency, lang): (i64, Currency, Lang),
    rows: impl FnOnce(&[(String, i64)], &dyn Fn(i64) -> String) -> Markup,
) -> Markup {
    let t = TEXTS.for_reader(lang);
    let quote = item.division(node, amount);
    let quote = quote.and_then(|quote| Ok((quote.parts(node)?, quote.follows)));
    let Ok((parts, follows)) = quote else {
        return html! { p.hint { (t.text("no-shares")) } };
    };
    let named = parts.into_iter().map(|part| {
        let unnamed = if part.gone { "gone" } else { "somebody" };
        let name = part.name;
        (name.unwrap_or_else(|| t.text(unnamed).into_owned()), part.amount)
    });
    let money = |amount| lang.amount(amount, currency);
    html! {
        h2 data-follows=(follows) data-price=(amount) data-currency=(currency.code()) { (t.text("who-gets")) }
        (rows(&named.collect::<Vec<_>>(), &money))
    }
}
