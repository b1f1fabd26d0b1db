//! The page of a payment awaited by transfer: for its payer the destination, the amount, the reference and the
//! deadline; for its payee the same as their buyer sees.
//!
//! Always: only these two see the payee's details, and only while the payment is open.

use imajin_app::page::copies;
use imajin_app::{Answer, Node, Texts, args};
use imajin_protocol::Did;
use imajin_selling::Rail;
use maud::{Markup, PreEscaped, html};

use super::{deadline, money, name_of, strong};
use crate::bill::{Bill, Due, Scheme};
use crate::operations::SetDetails;
use crate::queries::{self, Hold};

/// Draws the page of a payment to or by a person; `None` for other people's payments, and those not by transfer.
pub(super) fn content(node: &Node, did: &Did, payment: &str, t: Texts) -> Answer<Option<Markup>> {
    let (hold, details, is_payee) = queries::read(node, |db| {
        let Some(hold) = queries::hold(db, node.did(), payment)? else {
            return Ok((None, None, false));
        };
        let is_payee = hold.payee == *did
            || (hold.is_credit(node.did()) && queries::is_owner(db, node.did(), did)?);
        let details = queries::details(db, node.did(), &hold.payee)?;
        Ok((Some(hold), details, is_payee))
    })?;
    let hold = hold.filter(|hold| hold.rail == Rail::Emt && (is_payee || hold.payer == *did));
    let Some(hold) = hold else {
        return Ok(None);
    };
    let is_payer = hold.payer == *did;
    let payee = name_of(node, did, &hold.payee, t)?;
    let payer = name_of(node, did, &hold.payer, t)?;
    let amount = money(hold.amount, hold.currency, t);
    let until = deadline(node, &hold, t)?;
    let part = |mark: &str, _| match mark {
        "sum" => strong(hold.amount, hold.currency, t),
        "name" => payee.clone(),
        _ => until.clone(),
    };
    Ok(Some(html! {
        div #message {}
        h1 { @if is_payer { (t.format("pay-title", args![sum = amount])) } @else { (t.markup("pay-from", args![sum = amount], |_, _| payer.clone())) } }
        @if hold.done {
            div.notice.good { p { (t.markup("pay-done", args![], |_, inner| html! { a href={ "/pay/receipts/" (payment) } { (inner) } })) } }
        } @else if hold.failed || hold.until <= node.now().as_millis() {
            div.notice { p { (t.text("pay-late")) } }
        } @else {
            @if is_payer { p.lead { (t.markup("pay-lead", args![], part)) } }
            @else { p.lead { (t.markup("pay-lead-payee", args![], |_, _| payer.clone())) } }
            (steps(&hold, details.as_ref(), (&payee, &until), t)?)
            @if is_payee { div.actions { button.main type="button" data-confirm=(payment) { (t.text("arrived")) } a.button href="/pay/details" { (t.text("pay-change-details")) } } }
        }
        p { a href="/pay" { (t.text("money-back")) } }
    }))
}

fn steps(
    hold: &Hold,
    details: Option<&SetDetails>,
    (payee, until): (&Markup, &Markup),
    t: Texts,
) -> Answer<Markup> {
    let Some(details) = details else {
        let part = |mark: &str, _| match mark {
            "name" => payee.clone(),
            _ => html! { strong.mono { (hold.memo) } },
        };
        return Ok(html! { div.notice { p { (t.markup("pay-no-details", args![], part)) } } });
    };
    let bill =
        Bill::new(details, &Due { amount: hold.amount, currency: hold.currency, memo: &hold.memo });
    let code = bill.as_ref().map(Bill::svg).transpose()?;
    let country = details.country.as_ref().map_or("", |it| it.as_str());
    let joined = |first: Option<&str>, second: Option<&str>| {
        [first, second].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let street = joined(
        details.street.as_ref().map(|it| it.as_str()),
        details.building.as_ref().map(|it| it.as_str()),
    );
    let town = joined(
        details.postcode.as_ref().map(|it| it.as_str()),
        details.town.as_ref().map(|it| it.as_str()),
    );
    Ok(html! {
        @if let (Some(bill), Some(code)) = (&bill, code) {
            h2 { (t.text("pay-scan")) }
            // This program drew the code, from digits only.
            div.qrs role="img" aria-label=(t.text(alt(bill.scheme))) { (PreEscaped(code)) }
            p.hint { (t.text("pay-scan-why")) }
        }
        h2 { @if bill.is_some() { (t.text("pay-type")) } @else { (t.text("pay-where")) } }
        dl.facts {
            dt { (t.text("fact-amount")) } dd { (strong(hold.amount, hold.currency, t)) }
            dt { (t.text("fact-reference")) } dd { span.mono { (hold.memo) } (copies(&hold.memo, Some(&t.text("copy-reference")))) }
            @if let Some(reference) = bill.as_ref().and_then(|bill| bill.reference.as_ref()) { dt { (t.text("fact-qr-reference")) } dd { span.mono { (reference) } } }
            dt { (t.text("fact-by")) } dd { (until) }
            @if let Some(iban) = &details.iban { dt { (t.text("details-iban")) } dd { span.mono { (iban.grouped()) } (copies(iban.as_str(), Some(&t.text("copy-iban")))) } }
            @if let Some(name) = &details.name {
                dt { (t.text("fact-holder")) }
                dd { (name.as_str()) @for line in [&street, &town] { @if !line.is_empty() { br; (line) } } @if !country.is_empty() && !town.is_empty() { ", " (country) } }
            }
            @if let Some(email) = &details.email { dt { (t.text("fact-email")) } dd { (email.as_str()) (copies(email.as_str(), Some(&t.text("copy-email")))) } }
            @if let Some(phone) = &details.phone { dt { (t.text("fact-phone")) } dd { (phone.as_str()) (copies(phone.as_str(), Some(&t.text("copy-phone")))) } }
        }
        @if let Some(note) = &details.note { p.bio { (note.0) } }
        p.hint { (t.text("pay-reference-why")) }
    })
}

fn alt(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Swiss => "pay-code-swiss",
        Scheme::Epc => "pay-code-sepa",
    }
}
