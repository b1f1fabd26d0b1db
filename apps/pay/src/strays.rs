//! Payments that no order awaited, as people see them: on the first page of whoever sold and of the box's owner, and as an alarm of the box.

use imajin_protocol::Did;
use imajin_service::upkeep::Check;
use imajin_service::{HomeCard, Node, OwnerChecks, Problem, Texts, args};
use maud::{Markup, html};
use serde_json::json;

use crate::Pay;
use crate::home::waiting_card;
use crate::manifest::PAGE;
use crate::operations::ReturnStray;
use crate::pages::{name_of, signs, strong};
use crate::projection::PROJECTION;
use crate::queries::{self, Stray};

/// How long one may wait before the box raises an alarm: a day.
const PATIENCE_MS: i64 = 24 * 3_600_000;

impl OwnerChecks for Pay {
    fn checks(&self, node: &Node) -> Vec<Check> {
        let strays = node.read(PROJECTION.name, |db| queries::strays(db, node.did(), None));
        let Ok(strays) = strays else {
            // The checks of the records tell what can't be read.
            return Vec::new();
        };
        let long_ago = node.now().as_millis() - PATIENCE_MS;
        let count = strays.iter().filter(|one| one.at <= long_ago).count();
        vec![match count {
            0 => Check::good("payments", "no payment waits for a decision"),
            _ => Check::bad(
                "payments",
                format!("{count} payments came that no order awaited, more than a day ago"),
                "give them back on the page Money, or on the pages of the payment provider",
            ),
        }]
    }
}

/// A card for each of them that a person can give back.
pub(crate) fn cards(node: &Node, person: &Did, t: Texts) -> Result<Vec<HomeCard>, Problem> {
    let strays = node.read(PROJECTION.name, |db| {
        let all = queries::is_owner(db, node.did(), person)?;
        queries::strays(db, node.did(), Some(person).filter(|_| !all))
    })?;
    let mut cards = Vec::new();
    for stray in &strays {
        cards.extend(waiting_card(
            "stray",
            stray.at,
            shown(node, person, stray, t)?,
        ));
    }
    Ok(cards)
}

/// One of them, with the button that gives it back.
fn shown(node: &Node, viewer: &Did, stray: &Stray, t: Texts) -> Result<Markup, Problem> {
    let name = match &stray.payer {
        Some(payer) => Some(name_of(node, viewer, payer, t)?),
        None => None,
    };
    let says = match name {
        Some(_) => "stray-twice",
        None => "stray-unknown",
    };
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
