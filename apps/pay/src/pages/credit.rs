//! What is somebody's on this box: free, coming with its date, owed by or to others, and on its way back.
//!
//! Always: an amount is in major units with its currency, and somebody is called by name where one is known.

use imajin_protocol::{Currency, Did, Minor};
use imajin_service::{Node, Problem};
use maud::{Markup, html};
use serde_json::{Value as Json, json};

use super::{day, name_of};
use crate::ops;
use crate::reads::{Coming, Debt, Limit, Withdrawal};

const DAY_MS: i64 = 24 * 3_600_000;

/// What a section of the wallet shows.
pub(super) struct Credit {
    pub(super) free: Vec<(Currency, Minor)>,
    pub(super) coming: Vec<Coming>,
    pub(super) debts: Vec<Debt>,
    pub(super) limits: Vec<Limit>,
    pub(super) going_back: Vec<(Currency, Minor)>,
    pub(super) payouts: Vec<Withdrawal>,
}

/// A button that signs one operation: its script asks `path` with `json` and signs what the box says would follow, if it
/// is this operation.
pub(super) fn signs(op: &str, path: &str, json: &Json, label: &str) -> Markup {
    html! { button type="button" data-op=(op) data-path=(path) data-json=(json) { (label) } }
}

impl Credit {
    pub(super) fn section(&self, node: &Node, did: &Did) -> Result<Markup, Problem> {
        let now = node.now().as_millis();
        Ok(html! {
            (self.free(node))
            (self.limited(now))
            (self.coming(now))
            (self.debts(node, did)?)
            (self.going_back())
            p.hint { "Credit is what " (node.name()) " owes you. It stands in your record, and you keep the proof of it." }
        })
    }

    fn free(&self, node: &Node) -> Markup {
        let shown: Vec<_> = self.free.iter().filter(|(_, sum)| !sum.is_zero()).collect();
        html! {
            @if shown.is_empty() {
                p.lead { "You have no credit to spend on this box. What you earn or put in is shown here." }
            } @else {
                ul.cards {
                    @for (currency, sum) in shown {
                        li.card {
                            h2 { (sum.display(*currency)) }
                            @if sum.is_negative() { p { "You owe this to " (node.name()) ". You can spend again once it is paid; what becomes yours next goes to it first." } }
                            @else { p { "Yours to spend here, or to be paid out." } }
                        }
                    }
                }
            }
        }
    }

    fn limited(&self, now: i64) -> Markup {
        html! {
            @for limit in &self.limits {
                p { "The owner of this box lets you spend up to " strong { (limit.amount.display(limit.currency)) } " more than you have, until " (day(limit.until, now)) "." }
            }
        }
    }

    fn coming(&self, now: i64) -> Markup {
        // One line for what becomes free on one day, with the last time on it.
        let mut rows: Vec<(Currency, Option<i64>, Minor)> = Vec::new();
        let day_of = |at: Option<i64>| at.map(|at| at.div_euclid(DAY_MS));
        for one in &self.coming {
            let same = |row: &&mut (Currency, Option<i64>, Minor)| {
                row.0 == one.currency && day_of(row.1) == day_of(one.free_at)
            };
            match rows.iter_mut().find(same) {
                Some(row) => {
                    row.1 = row.1.max(one.free_at);
                    row.2 = row.2.plus(one.amount).unwrap_or(row.2);
                }
                None => rows.push((one.currency, one.free_at, one.amount)),
            }
        }
        html! {
            @if !rows.is_empty() {
                h2 { "Coming" }
                ul.rows #coming {
                    @for (currency, on, sum) in rows {
                        li { strong { (sum.display(currency)) } ", yours " @match on { Some(at) => { "on " (day(at, now)) }, None => "once it is delivered and no bank disputes it" } }
                    }
                }
                p.hint { "It is paid and held until what was sold is delivered. If it has to be given back, it comes from here." }
            }
        }
    }

    fn debts(&self, node: &Node, did: &Did) -> Result<Markup, Problem> {
        let mut rows = Vec::new();
        for debt in &self.debts {
            let amount = debt.left.display(debt.currency);
            let (op, other, verb, label) = match debt.debtor == *did {
                true => (
                    ops::DEBT_PAY,
                    &debt.creditor,
                    "pay",
                    "Pay it from your credit",
                ),
                false => (ops::DEBT_FORGIVE, &debt.debtor, "forgive", "It is settled"),
            };
            let name = name_of(node, did, other)?;
            let path = format!("/pay/api/debts/{}/{verb}", debt.payment);
            let json = json!({ "with": other, "amount": debt.left.get() });
            rows.push(html! {
                li {
                    div.row {
                        div.grow {
                            strong { (amount) } @if debt.debtor == *did { " you owe to " (name) } @else { " owed to you by " (name) }
                            br; a.hint href={ "/pay/receipts/" (debt.payment) } { "For this payment" }
                        }
                        (signs(op, &path, &json, label))
                    }
                }
            });
        }
        Ok(html! {
            @if !rows.is_empty() {
                h2 { "Owed" }
                ul.rows #debts { @for row in rows { (row) } }
                p.hint { "The money of these payments went from bank to bank, so this box cannot move it. It is no credit." }
            }
        })
    }

    fn going_back(&self) -> Markup {
        html! {
            @if !self.going_back.is_empty() {
                h2 { "On its way back to the buyers" }
                ul.rows #going-back { @for (currency, sum) in &self.going_back { li { strong { (sum.display(*currency)) } } } }
                p.hint { "A card’s bank takes a few days for it." }
            }
        }
    }

    /// Asking for money instead of credit, and what became of it.
    pub(super) fn payouts(&self, now: i64) -> Markup {
        let can: Vec<_> = self
            .free
            .iter()
            .filter(|(_, sum)| !sum.is_negative() && !sum.is_zero())
            .collect();
        html! {
            @if !can.is_empty() || !self.payouts.is_empty() {
                h2 { "Get paid out" }
                @if !self.payouts.is_empty() {
                    ul.rows #payouts {
                        @for one in &self.payouts {
                            li { strong { (one.amount.display(one.currency)) } ", " (payout_status(&one.status)) br; span.hint { "Asked for on " (day(one.at, now)) } }
                        }
                    }
                }
            }
            @if !can.is_empty() {
                form #payout novalidate {
                    div.field {
                        label for="payout-amount" { "How much?" }
                        p.hint #payout-hint { "You have " @for (n, (currency, sum)) in can.iter().enumerate() { @if n > 0 { " and " } (sum.display(*currency)) } "." }
                        input #payout-amount type="text" inputmode="decimal" autocomplete="off" aria-describedby="payout-hint";
                    }
                    div.field {
                        label for="payout-currency" { "Of which money?" }
                        select #payout-currency { @for (currency, _) in &can { option value=(currency.code()) data-digits=(currency.digits()) { (currency.code()) } } }
                    }
                    div.field {
                        label for="payout-to" { "Where to?" }
                        p.hint { "For the owner of this box: an account number, or an address for an e-transfer." }
                        input #payout-to type="text" maxlength="200" autocomplete="off";
                    }
                    div.actions { button #ask-payout type="submit" { "Ask for it" } }
                }
                p.hint { "The owner of this box sends it, or refuses. Until then it is set aside and cannot be spent." }
            }
        }
    }
}

fn payout_status(status: &str) -> &'static str {
    match status {
        "asked" => "set aside until the owner of this box sends it",
        "paid" => "paid out",
        _ => "refused by the owner of this box: it is your credit again",
    }
}
