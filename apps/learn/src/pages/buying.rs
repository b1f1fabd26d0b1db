//! Buying a place in a course: what it costs, who gets what of it, and how it is paid.

use imajin_protocol::IdText;
use imajin_selling::{Offer, Quote, Rail, cashier};
use imajin_service::{Node, Problem, Texts};
use maud::{Markup, html};

use crate::courses::Course;
use crate::manifest::MANIFEST;
use crate::operations::KIND;

fn rail_name(rail: Rail) -> &'static str {
    match rail {
        Rail::Ledger => "rail-ledger",
        Rail::Emt => "rail-emt",
        Rail::Stripe => "rail-stripe",
    }
}

/// The form, for somebody who is signed in.
pub(super) fn form(node: &Node, course: &Course, t: Texts) -> Result<Markup, Problem> {
    let rails = cashier(node)?.rails(node, &course.owner.did)?;
    Ok(html! {
        form.card #buy novalidate {
            div.field {
                label for="rail" { (t.text("pay-with")) }
                select #rail { @for rail in &rails { option value=(rail.as_str()) { (t.text(rail_name(*rail))) } } }
            }
            (shares(node, course, t)?)
            p.hint { (t.text("signed")) " " (t.text("teacher-sees")) }
            div.actions { button.main type="submit" #pay { (t.text("enroll")) } }
            p #how aria-live="polite" {}
        }
    })
}

/// How the price is shared.
fn shares(node: &Node, course: &Course, t: Texts) -> Result<Markup, Problem> {
    let Ok(quote) = quote(node, course) else {
        return Ok(html! { p.hint { (t.text("no-shares")) } });
    };
    let mut rows = Vec::new();
    for (did, part) in &quote.recipients {
        let name = match did == node.did() {
            true => Some(node.name()),
            false => {
                let card = node.card(did)?;
                card.and_then(|card| card.display_name.or(card.handle))
            }
        };
        let name = name.unwrap_or_else(|| t.text("somebody").into_owned());
        rows.push((name, part.get()));
    }
    let currency = course.offer.as_ref().map(|offer| offer.currency);
    Ok(html! {
        h2 { (t.text("who-gets")) }
        ul.rows { @for (name, part) in &rows { li { (name) " " @if let Some(currency) = currency { strong { (t.lang.amount(*part, currency)) } } } } }
    })
}

fn quote(node: &Node, course: &Course) -> Result<Quote, Problem> {
    let word = |text: &str| IdText::parse(text).map_err(Problem::internal);
    let price = course.price().ok_or_else(crate::courses::no_offer)?;
    let offer = Offer {
        // Somebody who gets nothing of it.
        payer: node.did().clone(),
        amount: price.minor()?.ok_or_else(crate::courses::no_offer)?,
        currency: price.currency,
        service: word(MANIFEST.name)?,
        kind: word(KIND)?,
        manifest: course.manifest(node)?,
        rail: Rail::Ledger,
        quoted: None,
    };
    cashier(node)?.quote(node, &offer)
}
