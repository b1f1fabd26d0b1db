//! The form in which the box's owner names the account by which the box takes cards.

use imajin_app::page::copies;
use imajin_app::{Texts, args};
use imajin_host::prelude::*;
use maud::{Markup, html};

use crate::cards::Account;
use crate::counter::Counter;
use crate::routes::cards::WEBHOOK;

/// The provider's events that the node needs.
const EVENTS: [&str; 12] = [
    "account.updated",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "transfer.reversed",
];

pub(super) fn content(counter: &Counter, t: Texts) -> Markup {
    let account = counter.pay.cards.account();
    let is_set = matches!(account, Account::OfPage(_));
    html! {
        div #message {}
        h1 { (t.text("cards")) }
        p.lead { (t.text("cards-lead")) }
        noscript { div.notice.bad { p { (t.text("scripts-off")) } } }
        @match &account {
            Account::Nobodys => p #now { (t.text("cards-none")) },
            Account::OfSettings => div.notice { p #now { (t.text("cards-fixed")) } },
            Account::OfPage(chosen) => div.card {
                p #now { (t.markup("cards-now", args![], |_, _| html! { strong { (chosen.name) } })) }
                @if chosen.is_trial() { p { (t.text("cards-trial")) } }
                details { summary { (t.text("cards-details")) } p { code { (chosen.account) } } }
            },
        }
        @if !matches!(account, Account::OfSettings) {
            (form(counter.node.url(), is_set, t))
        }
        @if is_set {
            details {
                summary { (t.text("cards-end")) }
                p { (t.text("cards-end-why")) }
                div.actions { button #forget.danger type="button" { (t.text("cards-end-sign")) } }
            }
        }
    }
}

fn form(url: &str, is_set: bool, t: Texts) -> Markup {
    let address = format!("{url}{WEBHOOK}");
    let keep = || html! { @if is_set { " " (t.text("cards-keep")) } };
    html! {
        form #cards novalidate {
            h2 { (t.text("cards-account")) }
            p { (t.text("cards-account-why")) }
            div.field {
                label for="key" { (t.text("cards-key")) }
                p.hint id="key-hint" { (t.text("cards-key-hint")) (keep()) }
                input #key type="password" autocomplete="off" spellcheck="false" maxlength="500" aria-describedby="key-hint";
            }
            h2 { (t.text("cards-tell")) }
            @if !url.starts_with("https://") { div.notice { p { (t.text("cards-no-https")) } } }
            p { (t.text("cards-tell-why")) }
            p { code.mono { (address) } " " (copies(&address, None)) }
            details {
                summary { (t.format("cards-events", args![count = EVENTS.len()])) }
                ul { @for event in EVENTS { li { code { (event) } } } }
            }
            div.field {
                label for="webhookSecret" { (t.text("cards-secret")) }
                p.hint id="secret-hint" { (t.text("cards-secret-hint")) (keep()) }
                input #webhookSecret type="password" autocomplete="off" spellcheck="false" maxlength="500" aria-describedby="secret-hint";
            }
            div.actions { button #save.main type="submit" { (t.text("sign-it")) } }
            p.hint { (t.text("cards-save-hint")) }
        }
    }
}
