//! Cards of strays on the first pages of the seller and of the box's owner.

use imajin_app::{HomeCard, Node, Problem, Texts, args};
use imajin_protocol::Did;
use maud::{Markup, html};
use serde_json::json;

use crate::manifest::PAGE;
use crate::operations::ReturnStray;
use crate::pages::{name_of, signs, strong, waiting_card};
use crate::queries::{self, Stray};

/// Draws a card for each stray that a person can refund.
pub(crate) fn cards(node: &Node, person: &Did, t: Texts) -> Result<Vec<HomeCard>, Problem> {
    let strays = queries::read(node, |db| {
        let all = queries::is_owner(db, node.did(), person)?;
        queries::strays(db, node.did(), Some(person).filter(|_| !all))
    })?;
    let mut cards = Vec::new();
    for stray in &strays {
        cards.extend(waiting_card("stray", stray.at, draw(node, person, stray, t)?));
    }
    Ok(cards)
}

/// Draws a stray with the button that refunds it.
fn draw(node: &Node, viewer: &Did, stray: &Stray, t: Texts) -> Result<Markup, Problem> {
    let payer = stray.payer.as_ref();
    let name = payer.map(|payer| name_of(node, viewer, payer, t)).transpose()?;
    let says = if name.is_some() { "stray-twice" } else { "stray-unknown" };
    let part = |mark: &str, _| match mark {
        "sum" => strong(stray.amount, stray.currency, t),
        _ => name.clone().unwrap_or_default(),
    };
    let json = json!({ "session": stray.session });
    let label = t.text("stray-return");
    Ok(html! {
        p { (t.markup(says, args![], part)) }
        @match stray.status.as_str() {
            "due" | "pending" => p.hint { (t.text("stray-on-its-way")) },
            status => {
                @if status == "failed" { p.hint { (t.text("stray-failed")) } }
                div.actions {
                    (signs(ReturnStray::NAME, "/pay/api/strays/return", &json, &label))
                    @if let Some(payment) = &stray.payment { a.button href={ (PAGE) "/receipts/" (payment) } { (t.text("receipt")) } }
                }
            },
        }
    })
}
