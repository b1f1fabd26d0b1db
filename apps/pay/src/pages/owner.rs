//! The owner's page about money: payouts to send or refuse, transfers that came late or were taken back, and accounts
//! that may go below zero.

use imajin_app::operation::Day;
use imajin_app::{Node, Problem, Texts, Zone, args};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use maud::{Markup, html};
use serde_json::json;

use super::credit::signs;
use super::{day, name_of, person, strong, time};
use crate::operations::{AskPayout, ClosePayout, Credit, ReverseTopUp, SetLimit};
use crate::queries::{self, Hold, Limit, TopUp, Transfer, Withdrawal};

/// Default duration of a limit in the form, in milliseconds.
const LIMIT_MS: i64 = 90 * 24 * 3_600_000;

struct RequestedPayout {
    payout: Withdrawal,
    /// The destination, in the words of the person who asks.
    to: Option<String>,
}

struct Owner {
    asked: Vec<RequestedPayout>,
    late: Vec<Hold>,
    top_ups: Vec<TopUp>,
    limits: Vec<Limit>,
    /// Transfers to people's accounts that the provider refuses.
    refused: Vec<Transfer>,
}

fn read(node: &Node) -> Result<Owner, Problem> {
    let now = node.now().as_millis();
    queries::read(node, |db| {
        let payouts = queries::withdrawals(db, node.did(), None)?.into_iter();
        let payouts = payouts.map(|payout| {
            let words = queries::asked_payout(db, &payout, (AskPayout::NAME, Credit::NAME))?;
            let to = words.and_then(|entry| entry.body["to"].as_str().map(str::to_owned));
            Ok(RequestedPayout { payout, to })
        });
        Ok(Owner {
            asked: payouts.collect::<rusqlite::Result<_>>()?,
            late: queries::late_top_ups(db, node.did(), now)?,
            top_ups: queries::top_ups(db, node.did())?,
            limits: queries::limits(db, node.did(), None, now)?,
            refused: queries::transfers(db, node.did(), None)?,
        })
    })
}

/// Draws the owner's part of the wallet.
pub(super) fn section(node: &Node, did: &Did, t: Texts) -> Result<Markup, Problem> {
    let owner = read(node)?;
    Ok(html! {
        h2 #owner { (t.text("owner")) }
        (asked(node, did, &owner.asked, t)?)
        (refused(node, did, &owner.refused, t)?)
        (late(node, did, &owner.late, t)?)
        (limits(node, did, &owner.limits, t)?)
        (top_ups(node, did, &owner.top_ups, t)?)
    })
}

fn asked(node: &Node, did: &Did, all: &[RequestedPayout], t: Texts) -> Result<Markup, Problem> {
    let close = |payout: &Withdrawal, paid: bool, label: &str| {
        let path = format!("/pay/api/payouts/{}", payout.payment);
        signs(ClosePayout::NAME, &path, &json!({ "paid": paid }), &t.text(label))
    };
    Ok(html! {
        h3 { (t.text("asked")) }
        @if all.is_empty() { p.soft { (t.text("asked-none")) } } @else {
            ul.rows #asked {
                @for RequestedPayout { payout, to } in all {
                    li {
                        div.row {
                            div.grow {
                                (strong(payout.amount, payout.currency, t)) " · " (name_of(node, did, &payout.did, t)?)
                                @if let Some(to) = to { br; (to) }
                                br; span.hint { (t.markup("asked-on", args![], |_, _| day(payout.at, t))) }
                            }
                            (close(payout, true, "asked-sent"))
                            (close(payout, false, "asked-refuse"))
                        }
                    }
                }
            }
        }
    })
}

/// Draws the transfers to people's own accounts that the provider refuses.
fn refused(node: &Node, did: &Did, all: &[Transfer], t: Texts) -> Result<Markup, Problem> {
    Ok(html! {
        @if !all.is_empty() {
            h3 { (t.text("refused")) }
            p { (t.markup("refused-why", args![], |_, inner| html! { code { (inner) } })) }
            ul.rows #refused {
                @for one in all {
                    li {
                        (strong(one.amount, one.currency, t)) " · " (name_of(node, did, &one.did, t)?) ": " code { (one.code.as_deref().unwrap_or("refused")) }
                        br; span.hint { @match one.again_at() { Some(at) => (t.markup("refused-again", args![], |_, _| day(at, t))), None => (t.text("refused-not-again")) } }
                    }
                }
            }
        }
    })
}

/// Draws the top-ups that were not confirmed in time: the money may have come after all.
fn late(node: &Node, did: &Did, all: &[Hold], t: Texts) -> Result<Markup, Problem> {
    let says = |hold: &Hold| {
        t.markup("late-one", args![], |mark, _| match mark {
            "memo" => html! { strong.mono { (hold.memo) } },
            _ => time(hold.until, t),
        })
    };
    Ok(html! {
        @if !all.is_empty() {
            h3 { (t.text("late")) }
            ul.rows #late {
                @for hold in all {
                    li {
                        div.row {
                            div.grow {
                                (strong(hold.amount, hold.currency, t)) " · " (name_of(node, did, &hold.payer, t)?)
                                br; span.hint { (says(hold)) }
                            }
                            button type="button" data-confirm=(hold.payment.as_str()) { (t.text("late-yes")) }
                        }
                    }
                }
            }
        }
    })
}

fn limits(node: &Node, did: &Did, all: &[Limit], t: Texts) -> Result<Markup, Problem> {
    let now = node.now();
    let mut rows = Vec::new();
    for limit in all {
        let until = imajin_app::time::text(limit.until);
        let name = name_of(node, did, &limit.did, t)?;
        let part = |mark: &str, _| match mark {
            "name" => name.clone(),
            "sum" => strong(limit.amount, limit.currency, t),
            _ => day(limit.until, t),
        };
        let end = json!({ "account": limit.did, "currency": limit.currency.code(), "limit": 0, "until": until });
        rows.push(html! {
            li {
                div.row {
                    div.grow { (t.markup("risk-one", args![], part)) }
                    (signs(SetLimit::NAME, "/pay/api/limits", &end, &t.text("risk-end")))
                }
            }
        });
    }
    let until = now.checked_add_millis(LIMIT_MS).unwrap_or(Timestamp::MAX);
    let until = Day::in_zone(until, t.zone.unwrap_or_else(Zone::home));
    Ok(html! {
        h3 { (t.text("risk")) }
        @if !rows.is_empty() { ul.rows #limits { @for row in rows { (row) } } }
        details {
            summary { (t.text("risk-let")) }
            form #limit novalidate {
                (person("limit-who", "risk-who", t))
                div.field { label for="limit-amount" { (t.text("how-much")) } input #limit-amount type="text" inputmode="decimal" autocomplete="off"; }
                div.field {
                    label for="limit-currency" { (t.text("currency")) }
                    select #limit-currency { @for code in ["CHF", "EUR", "USD", "CAD", "GBP"] { option value=(code) { (code) } } }
                }
                div.field { label for="limit-until" { (t.text("risk-until")) } input #limit-until type="date" value=(until.as_str()); }
                div.actions { button #set-limit type="submit" { (t.text("sign-it")) } }
            }
            p.hint { (t.text("risk-why")) }
        }
    })
}

fn top_ups(node: &Node, did: &Did, all: &[TopUp], t: Texts) -> Result<Markup, Problem> {
    Ok(html! {
        @if !all.is_empty() {
            details {
                summary { (t.text("back")) }
                p { (t.text("back-why")) }
                ul.rows #top-ups {
                    @for one in all {
                        li {
                            div.row {
                                div.grow { (strong(one.left, one.currency, t)) " · " (name_of(node, did, &one.payer, t)?) " · " (day(one.at, t)) }
                                (signs(ReverseTopUp::NAME, "/pay/api/topup/reversed", &json!({ "id": one.payment }), &t.text("back-do")))
                            }
                        }
                    }
                }
            }
        }
    })
}
