//! What the owner of the box decides about money: payouts to send or refuse, transfers that came late or were taken back,
//! and who may spend more than they have.

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::{Node, Problem};
use maud::{Markup, html};
use serde_json::json;

use super::credit::signs;
use super::{day, name_of, time};
use crate::projection::PROJECTION;
use crate::reads::{self, Hold, Limit, TopUp, Transfer, Withdrawal};
use crate::{ops, own};

/// How long the form's limit holds, unless the owner chooses another day.
const LIMIT_MS: i64 = 90 * 24 * 3_600_000;

struct Asked {
    payout: Withdrawal,
    /// Where to, in the words of the person who asks.
    to: Option<String>,
}

struct Owner {
    asked: Vec<Asked>,
    late: Vec<Hold>,
    top_ups: Vec<TopUp>,
    limits: Vec<Limit>,
    /// What the provider does not send to people's accounts.
    refused: Vec<Transfer>,
}

fn read(node: &Node) -> Result<Owner, Problem> {
    let now = node.now().as_millis();
    node.read(PROJECTION.name, |db| {
        let asked = reads::withdrawals(db, node.did(), None)?.into_iter();
        let asked = asked.map(|payout| {
            let words = reads::asked_payout(db, &payout)?;
            let to = words.and_then(|entry| entry.body["to"].as_str().map(str::to_owned));
            Ok(Asked { payout, to })
        });
        Ok(Owner {
            asked: asked.collect::<rusqlite::Result<_>>()?,
            late: reads::late_top_ups(db, node.did(), now)?,
            top_ups: reads::top_ups(db, node.did())?,
            limits: reads::limits(db, node.did(), None, now)?,
            refused: reads::transfers(db, node.did(), None)?,
        })
    })
}

/// The owner's part of the wallet.
pub(super) fn section(node: &Node, did: &Did) -> Result<Markup, Problem> {
    let owner = read(node)?;
    Ok(html! {
        h2 #owner { "As the owner of this box" }
        (asked(node, did, &owner.asked)?)
        (refused(node, did, &owner.refused)?)
        (late(node, did, &owner.late)?)
        (limits(node, did, &owner.limits)?)
        (top_ups(node, did, &owner.top_ups)?)
    })
}

fn asked(node: &Node, did: &Did, all: &[Asked]) -> Result<Markup, Problem> {
    let now = node.now().as_millis();
    let mut rows = Vec::new();
    for Asked { payout, to } in all {
        let path = format!("/pay/api/payouts/{}", payout.payment);
        let close = |paid: bool, label: &str| {
            signs(ops::PAYOUT_CLOSE, &path, &json!({ "paid": paid }), label)
        };
        rows.push(html! {
            li {
                div.row {
                    div.grow {
                        strong { (payout.amount.display(payout.currency)) } " to " (name_of(node, did, &payout.did)?)
                        @if let Some(to) = to { br; (to) }
                        br; span.hint { "Asked for on " (day(payout.at, now)) }
                    }
                    (close(true, "I have sent it"))
                    (close(false, "Refuse"))
                }
            }
        });
    }
    Ok(html! {
        h3 { "Payouts that people ask for" }
        @if rows.is_empty() { p.soft { "None." } } @else { ul.rows #asked { @for row in rows { (row) } } }
    })
}

/// What the provider refuses to send to people's own accounts there.
fn refused(node: &Node, did: &Did, all: &[Transfer]) -> Result<Markup, Problem> {
    let now = node.now().as_millis();
    let mut rows = Vec::new();
    for one in all {
        rows.push(html! {
            li {
                strong { (one.amount.display(one.currency)) } " to " (name_of(node, did, &one.did)?) ": " code { (one.code.as_deref().unwrap_or("refused")) }
                br; span.hint { @match one.again_at() { Some(at) => { "Tried again on " (day(at, now)) }, None => "Not tried again" } }
            }
        });
    }
    Ok(html! {
        @if !rows.is_empty() {
            h3 { "What the payment provider does not send" }
            p { "It is its person’s credit again. " code { "balance_insufficient" } " means that your balance there is too low: have less of it paid to your bank automatically." }
            ul.rows #refused { @for row in rows { (row) } }
        }
    })
}

/// Top-ups that nobody confirmed in time: the money may have come after all.
fn late(node: &Node, did: &Did, all: &[Hold]) -> Result<Markup, Problem> {
    let mut rows = Vec::new();
    for hold in all {
        let id = hold.payment.as_str();
        rows.push(html! {
            li {
                div.row {
                    div.grow {
                        strong { (hold.amount.display(hold.currency)) } " from " (name_of(node, did, &hold.payer)?)
                        br; span.hint { "Marked " strong.mono { (hold.memo) } ", expired " (time(hold.until)) }
                    }
                    button type="button" data-confirm=(id) { "It has arrived after all" }
                }
            }
        });
    }
    Ok(html! {
        @if !rows.is_empty() {
            h3 { "Top-ups that did not come in time" }
            ul.rows #late { @for row in rows { (row) } }
        }
    })
}

fn limits(node: &Node, did: &Did, all: &[Limit]) -> Result<Markup, Problem> {
    let now = node.now();
    let mut rows = Vec::new();
    for limit in all {
        let until = own::time(limit.until);
        let end = json!({ "account": limit.did, "currency": limit.currency.code(), "limit": 0, "until": until });
        rows.push(html! {
            li {
                div.row {
                    div.grow { (name_of(node, did, &limit.did)?) " may spend " strong { (limit.amount.display(limit.currency)) } " more than they have, until " (day(limit.until, now.as_millis())) }
                    (signs(ops::LIMIT, "/pay/api/limits", &end, "End it"))
                }
            }
        });
    }
    let until = now.checked_add_millis(LIMIT_MS).unwrap_or(Timestamp::MAX);
    let until = until.to_string();
    Ok(html! {
        h3 { "Spending on your risk" }
        @if !rows.is_empty() { ul.rows #limits { @for row in rows { (row) } } }
        details {
            summary { "Let somebody spend more than they have" }
            form #limit novalidate {
                div.field {
                    label for="limit-who" { "Who?" }
                    p.hint { "Their address stands on their page." }
                    input #limit-who type="text" spellcheck="false" autocapitalize="none";
                }
                div.field { label for="limit-amount" { "How much?" } input #limit-amount type="text" inputmode="decimal" autocomplete="off"; }
                div.field {
                    label for="limit-currency" { "Of which money?" }
                    select #limit-currency { @for code in ["CHF", "EUR", "USD", "CAD", "GBP"] { option value=(code) { (code) } } }
                }
                div.field { label for="limit-until" { "Until" } input #limit-until type="date" value=(until.get(..10).unwrap_or_default()); }
                div.actions { button #set-limit type="submit" { "Sign it" } }
            }
            p.hint { "If they never pay, it is your loss. Ending it stops new spending; what they owe stays owed." }
        }
    })
}

fn top_ups(node: &Node, did: &Did, all: &[TopUp]) -> Result<Markup, Problem> {
    let now = node.now().as_millis();
    let mut rows = Vec::new();
    for one in all {
        let json = json!({ "id": one.payment });
        rows.push(html! {
            li {
                div.row {
                    div.grow { strong { (one.left.display(one.currency)) } " from " (name_of(node, did, &one.payer)?) ", " (day(one.at, now)) }
                    (signs(ops::TOPUP_REVERSED, "/pay/api/topup/reversed", &json, "My bank took it back"))
                }
            }
        });
    }
    Ok(html! {
        @if !rows.is_empty() {
            details {
                summary { "A top-up that your bank took back" }
                p { "Say so here. It is taken from their credit, which may fall below zero: then they can spend nothing until it is paid." }
                ul.rows #top-ups { @for row in rows { (row) } }
            }
        }
    })
}
