//! A person's credit on this box: free, coming with its date, owed by or to others, and on its way back.
//!
//! Always: an amount is in major units with its currency, and people are called by their names where they have one.

use imajin_app::{Node, Problem, SocialGraph, Texts, args};
use imajin_protocol::{Currency, Did, Minor};
use maud::{Markup, html};
use serde_json::{Value as Json, json};

use super::{day, money, name_of, strong};
use crate::notices::has_left;
use crate::operations::{DeclineDebts, ForgiveDebt, PayDebt};
use crate::queries::{Coming, Debt, Debts, Limit, Withdrawal};

/// The data of a section of the wallet.
pub(super) struct Credit {
    pub(super) free: Vec<(Currency, Minor)>,
    pub(super) coming: Vec<Coming>,
    pub(super) debts: Debts,
    /// The people who state debts to the person that the person never signed.
    pub(super) debtors: Vec<Did>,
    pub(super) limits: Vec<Limit>,
    pub(super) going_back: Vec<(Currency, Minor)>,
    pub(super) payouts: Vec<Withdrawal>,
}

/// Draws a button that signs one operation: its script sends `json` to `path` and signs the operation that the box
/// answers, if it is this one.
pub(crate) fn signs(op: &str, path: &str, json: &Json, label: &str) -> Markup {
    html! { button type="button" data-op=(op) data-path=(path) data-json=(json) { (label) } }
}

/// Draws a button that permanently declines all debts of these people, or shows them again: one signature for each of
/// them.
fn decline(debtors: &[&Did], declined: bool, label: &str) -> Markup {
    let all: Vec<&str> = debtors.iter().map(|did| did.as_str()).collect();
    html! { button type="button" data-decline=(json!(all)) data-declined=(declined) data-decline-op=(DeclineDebts::NAME) { (label) } }
}

/// Draws the people whose debts a person declined, and a button that shows them again.
fn declined(node: &Node, did: &Did, all: &[Did], t: Texts) -> Result<Markup, Problem> {
    if all.is_empty() {
        return Ok(html! {});
    }
    Ok(html! {
        details #declined {
            summary { (t.format("debts-declined", args![count = all.len()])) }
            ul.rows { @for other in all { li { div.row { div.grow { (name_of(node, did, other, t)?) } (decline(&[other], false, &t.text("debts-show"))) } } } }
        }
    })
}

/// Whether two people are connected.
fn knows(node: &Node, did: &Did, other: &Did) -> Result<bool, Problem> {
    match node.get::<dyn SocialGraph>() {
        Some(graph) => graph.connected(node, did, other),
        None => Ok(false),
    }
}

/// Draws a line for a debt, with the button that pays or ends it. Nobody can pay a person who deleted their record.
fn line(node: &Node, did: &Did, debt: &Debt, t: Texts) -> Result<Markup, Problem> {
    let is_mine = debt.debtor == *did;
    let (op, other, verb, says, label) = if is_mine {
        (PayDebt::NAME, &debt.creditor, "pay", "debt-mine", "debt-pay")
    } else {
        (ForgiveDebt::NAME, &debt.debtor, "forgive", "debt-theirs", "debt-settled")
    };
    let name = name_of(node, did, other, t)?;
    let part = |mark: &str, _| match mark {
        "sum" => strong(debt.left, debt.currency, t),
        _ => name.clone(),
    };
    let path = format!("/pay/api/debts/{}/{verb}", debt.payment);
    let json = json!({ "with": other, "amount": debt.left.get() });
    let can_end = !is_mine || !has_left(node, other)?;
    Ok(html! {
        li {
            div.row {
                div.grow {
                    (t.markup(says, args![], part))
                    br; a.hint href={ "/pay/receipts/" (debt.payment) } { (t.text("for-payment")) }
                }
                @if can_end { (signs(op, &path, &json, &t.text(label))) }
            }
        }
    })
}

impl Credit {
    pub(super) fn section(&self, node: &Node, did: &Did, t: Texts) -> Result<Markup, Problem> {
        Ok(html! {
            (self.free(node, t))
            (self.limited(t))
            (self.coming(t))
            (self.debts(node, did, t)?)
            (self.going_back(t))
            p.hint { (t.format("credit-why", args![site = node.name()])) }
        })
    }

    fn free(&self, node: &Node, t: Texts) -> Markup {
        let shown: Vec<_> = self.free.iter().filter(|(_, sum)| !sum.is_zero()).collect();
        html! {
            @if shown.is_empty() {
                p.lead { (t.text("credit-none")) }
            } @else {
                ul.cards {
                    @for (currency, sum) in shown {
                        li.card {
                            h2 { (money(*sum, *currency, t)) }
                            @if sum.is_negative() { p { (t.format("credit-owe", args![site = node.name()])) } }
                            @else { p { (t.text("credit-yours")) } }
                        }
                    }
                }
            }
        }
    }

    fn limited(&self, t: Texts) -> Markup {
        html! {
            @for limit in &self.limits {
                p { (t.markup("credit-limit", args![], |mark, _| match mark {
                    "sum" => strong(limit.amount, limit.currency, t),
                    _ => day(limit.until, t),
                })) }
            }
        }
    }

    fn coming(&self, t: Texts) -> Markup {
        // Amounts that become free on one day share a line, with the latest time.
        let mut rows: Vec<(Currency, Option<i64>, Minor)> = Vec::new();
        let day_of = |at: Option<i64>| at.map(|millis| t.date(super::at(millis)));
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
        let line = |currency, on: Option<i64>, sum| match on {
            Some(at) => t.markup("coming-on", args![], |mark, _| match mark {
                "sum" => strong(sum, currency, t),
                _ => day(at, t),
            }),
            None => t.markup("coming-later", args![], |_, _| strong(sum, currency, t)),
        };
        html! {
            @if !rows.is_empty() {
                h2 { (t.text("coming")) }
                ul.rows #coming { @for (currency, on, sum) in rows { li { (line(currency, on, sum)) } } }
                p.hint { (t.text("coming-why")) }
            }
        }
    }

    fn debts(&self, node: &Node, did: &Did, t: Texts) -> Result<Markup, Problem> {
        let (mut known, mut others) = (Vec::new(), Vec::new());
        for debtor in &self.debtors {
            if knows(node, did, debtor)? { known.push(debtor) } else { others.push(debtor) }
        }
        let (from_known, from_others): (Vec<_>, Vec<_>) =
            self.debts.said.iter().partition(|debt| known.contains(&&debt.debtor));
        let rows: Vec<&Debt> = self.debts.signed.iter().chain(from_known).collect();
        Ok(html! {
            @if !rows.is_empty() || !from_others.is_empty() || !self.debts.declined.is_empty() {
                h2 { (t.text("debts")) }
                ul.rows #debts {
                    @for debt in &rows { (line(node, did, debt, t)?) }
                    @if !others.is_empty() { li { (self.folded(node, did, &from_others, &others, t)?) } }
                }
                @if !rows.is_empty() { p.hint { (t.text("debts-why")) } }
                (declined(node, did, &self.debts.declined, t)?)
            }
        })
    }

    /// Draws one line for all debts stated by people outside the viewer's connections: anyone can name anyone in a
    /// sale.
    fn folded(
        &self,
        node: &Node,
        did: &Did,
        debts: &[&Debt],
        debtors: &[&Did],
        t: Texts,
    ) -> Result<Markup, Problem> {
        let hidden = self.debts.said_in_all.saturating_sub(self.debts.said.len() as u64);
        let count = debts.len() as u64 + hidden;
        Ok(html! {
            details #folded data-count=(count) {
                summary { (t.format("debts-unknown", args![count = count])) }
                p.hint { (t.text("debts-unknown-why")) }
                ul.rows { @for debt in debts { (line(node, did, debt, t)?) } }
            }
            (decline(debtors, true, &t.text("debts-decline")))
        })
    }

    fn going_back(&self, t: Texts) -> Markup {
        html! {
            @if !self.going_back.is_empty() {
                h2 { (t.text("going-back")) }
                ul.rows #going-back { @for (currency, sum) in &self.going_back { li { (strong(*sum, *currency, t)) } } }
                p.hint { (t.text("going-back-why")) }
            }
        }
    }

    /// Draws the form to request a payout, and the state of requests.
    pub(super) fn payouts(&self, t: Texts) -> Markup {
        let can: Vec<_> =
            self.free.iter().filter(|(_, sum)| !sum.is_negative() && !sum.is_zero()).collect();
        html! {
            @if !can.is_empty() || !self.payouts.is_empty() {
                h2 { (t.text("payout")) }
                @if !self.payouts.is_empty() { ul.rows #payouts { @for one in &self.payouts { (asked(one, t)) } } }
            }
            @if !can.is_empty() { (ask(&can, t)) }
        }
    }
}

/// Draws a payout that was requested, and its state.
fn asked(one: &Withdrawal, t: Texts) -> Markup {
    let status = args![status = one.status.as_str()];
    html! {
        li {
            (t.markup("payout-one", status, |_, _| strong(one.amount, one.currency, t)))
            br; span.hint { (t.markup("asked-on", args![], |_, _| day(one.at, t))) }
        }
    }
}

/// Draws the form to request a payout.
fn ask(can: &[&(Currency, Minor)], t: Texts) -> Markup {
    let sums = can.iter().map(|(currency, sum)| money(*sum, *currency, t));
    let sums = sums.collect::<Vec<_>>().join(", ");
    html! {
        form #payout novalidate {
            div.field {
                label for="payout-amount" { (t.text("how-much")) }
                p.hint #payout-hint { (t.format("payout-have", args![sums = sums])) }
                input #payout-amount type="text" inputmode="decimal" autocomplete="off" aria-describedby="payout-hint";
            }
            div.field {
                label for="payout-currency" { (t.text("currency")) }
                select #payout-currency { @for (currency, _) in can { option value=(currency.code()) { (currency.code()) } } }
            }
            div.field {
                label for="payout-to" { (t.text("payout-to")) }
                p.hint { (t.text("payout-to-hint")) }
                input #payout-to type="text" maxlength="200" autocomplete="off";
            }
            div.actions { button #ask-payout type="submit" { (t.text("payout-ask")) } }
        }
        p.hint { (t.text("payout-why")) }
    }
}
