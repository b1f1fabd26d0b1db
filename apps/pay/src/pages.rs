//! The pages of this service: the wallet, payment details, how to make a payment, and a receipt that shows everyone's
//! share.

mod cards;
mod credit;
mod details;
mod history;
mod owner;
mod payment;
mod receipt;
mod wallet;

use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::chooser::Chooser;
use imajin_app::extract::{Own, Path, Query};
use imajin_app::page::short_did;
use imajin_app::{Answer, HomeCard, HomeSection, Icon, Node, Page, Problem, Reader, Texts, args};
use imajin_dfos::Timestamp;
use imajin_protocol::{Currency, Did, Minor};
use imajin_selling::{Fulfilment, Rail};
use maud::{Markup, html};
use serde::Deserialize;

pub(crate) use credit::signs;
pub(crate) use receipt::sent_back;

use crate::counter::Counter;
use crate::manifest::TEXTS;
use crate::operations::PaymentReceipt;
use crate::outside;
use crate::queries::{self, Hold};

/// Draws a person's name on a page, as the subject of a sentence.
pub(crate) fn name_of(node: &Node, viewer: &Did, did: &Did, t: Texts) -> Result<Markup, Problem> {
    if did == viewer {
        return Ok(html! { (t.text("you")) });
    }
    if did == node.did() {
        return Ok(html! { (t.format("the-box", args![site = node.name()])) });
    }
    let card = node.card(did)?;
    let called = card.and_then(|card| card.display_name.or(card.handle));
    Ok(match called {
        Some(name) => html! { a href=(node.page_of(did.as_str())) { (name) } },
        None => short_did(did.as_str()),
    })
}

/// Draws a field to choose a person.
fn person(id: &str, label: &str, t: Texts) -> Markup {
    let field = Chooser { label: &t.text(label), id: Some(id), ..Chooser::default() };
    field.draw(t.lang)
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap_or(Timestamp::MIN)
}

/// Draws a time: readable without scripts, made relative by them.
fn time(millis: i64, t: Texts) -> Markup {
    t.time(at(millis))
}

/// Draws the deadline of a payment, in the time zone of its goods, if they have one.
fn deadline(node: &Node, hold: &Hold, t: Texts) -> Result<Markup, Problem> {
    let mut all = node.services().offers().all::<dyn Fulfilment>();
    let seller = all.find(|(seller, _)| *seller == hold.service.as_str());
    let (payment, people) = (hold.payment.as_str(), (&hold.payer, &hold.payee));
    let zone = seller.map(|(_, seller)| seller.zone(node, payment, people)).transpose()?;
    Ok(match zone.flatten() {
        Some(zone) => t.moment_in(at(hold.until), zone),
        None => t.moment(at(hold.until)),
    })
}

/// Draws a day. Scripts convert it to the reader's own time zone.
fn day(millis: i64, t: Texts) -> Markup {
    t.day(at(millis))
}

/// Formats an amount: `5.00 CHF`.
pub(crate) fn money(amount: Minor, currency: Currency, t: Texts) -> String {
    t.lang.amount(amount.get(), currency)
}

/// Draws an amount in bold.
pub(crate) fn strong(amount: Minor, currency: Currency, t: Texts) -> Markup {
    html! { strong { (money(amount, currency, t)) } }
}

/// Formats an amount with its sign: `+5.00 CHF`.
fn signed(amount: Minor, currency: Currency, t: Texts) -> String {
    let plus = if amount.get() > 0 { "+" } else { "" };
    format!("{plus}{}", money(amount, currency, t))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Part {
    /// Number of entries to skip.
    offset: Option<usize>,
}

/// Answers the page of the caller's money.
pub(crate) async fn wallet(
    counter: Counter,
    Own(_, session, viewer): Own,
    reader: Reader,
    Query(Part { offset }): Query<Part>,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let content = wallet::content(&counter, &session.did, offset.unwrap_or(0), t)?;
    let page = t.page("help-money", t.text("money"), content).script("/assets/pay/wallet.js");
    Ok(page.viewer(Some(viewer)).current("/pay"))
}

/// Answers the page of the caller's payment details outside the box.
pub(crate) async fn details(Own(node, session, viewer): Own, reader: Reader) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let content = details::content(&node, &session.did, t)?;
    let page = t.page("help-details", t.text("details"), content).script("/assets/pay/details.js");
    Ok(page.viewer(Some(viewer)).current("/pay"))
}

/// Answers the page of the account by which the box takes cards, for its owner.
pub(crate) async fn cards(
    counter: Counter,
    Own(node, session, viewer): Own,
    reader: Reader,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    if !queries::read(&node, |db| queries::is_owner(db, node.did(), &session.did))? {
        return Err(Problem::forbidden(TEXTS.say("cards-owner", args![])));
    }
    let content = cards::content(&counter, t);
    let page = t.page("help-cards", t.text("cards"), content).script("/assets/pay/cards.js");
    Ok(page.viewer(Some(viewer)).current("/settings"))
}

/// Answers the page that explains how to make an awaited payment.
pub(crate) async fn payment(
    Own(node, session, viewer): Own,
    reader: Reader,
    Path(id): Path<String>,
) -> Answer<Response> {
    let t = TEXTS.for_reader(reader);
    let Some(content) = payment::content(&node, &session.did, &id, t)? else {
        let hold = outside::hold(&node, &id)?;
        let is_own = |hold: &Hold| hold.payer == session.did && hold.rail == Rail::Stripe;
        return if hold.as_ref().is_some_and(is_own) {
            // Payments by card are resumed in the wallet.
            Ok(Redirect::to("/pay").into_response())
        } else {
            Err(Problem::not_found(TEXTS.say("not-open", args![])))
        };
    };
    let page = t.page("help-payment", t.text("how-to-pay"), content);
    Ok(page.script("/assets/pay/wallet.js").viewer(Some(viewer)).current("/pay").into_response())
}

/// Answers the page of a receipt.
pub(crate) async fn receipt(
    Own(node, session, viewer): Own,
    reader: Reader,
    Path(id): Path<String>,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let entry = queries::read(&node, |db| {
        queries::entry_about(db, &session.did, PaymentReceipt::NAME, &id)
    })?;
    let entry = entry.ok_or_else(|| Problem::not_found(TEXTS.say("no-receipt", args![])))?;
    let text = entry.body["receipt"]
        .as_str()
        .ok_or_else(|| Problem::gone(TEXTS.say("receipt-erased", args![])))?;
    let content = receipt::content(&node, &session.did, &id, text, t)?;
    let page = t.page("help-receipt", t.text("receipt"), content).script("/assets/pay/wallet.js");
    Ok(page.viewer(Some(viewer)).current("/pay"))
}

/// Returns a card of the first page about something that waits for its reader.
pub(crate) fn waiting_card(kind: &'static str, at: i64, content: Markup) -> Option<HomeCard> {
    Some(HomeCard {
        section: HomeSection::Waiting,
        kind,
        at: Timestamp::from_millis(at).ok()?,
        icon: Icon::Money,
        content,
        script: Some("/assets/pay/wallet.js"),
    })
}
