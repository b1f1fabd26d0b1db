//! The wallet: what is somebody's, which payments are still open, and what moved.

use imajin_protocol::fair::Manifest;
use imajin_protocol::{Currency, Did, Minor};
use imajin_service::sale::Rail;
use imajin_service::{Node, Problem};
use maud::{Markup, html};

use super::credit::Credit;
use super::{day, name_of, owner, signed, time};
use crate::ops;
use crate::projection::PROJECTION;
use crate::reads::{self, Entry, Hold, Payout, Transfer};
use crate::routes::Counter;

/// Entries that are read for one page of the history.
const ENTRIES: usize = 100;

struct Wallet {
    credit: Credit,
    is_owner: bool,
    elsewhere: Vec<(String, String, i64)>,
    waiting: Vec<Hold>,
    entries: Vec<Entry>,
    total: u64,
    payout: Option<Payout>,
    transfers: Vec<Transfer>,
    /// What they pass on of what they earn.
    passes: Option<String>,
}

fn read(node: &Node, did: &Did, offset: usize) -> Result<Wallet, Problem> {
    let now = node.now().as_millis();
    node.read(PROJECTION.name, |db| {
        let is_owner = reads::is_owner(db, node.did(), did)?;
        let mut free = reads::balances(db, node.did(), did)?;
        for (currency, sum) in &mut free {
            *sum = reads::free(db, node.did(), did, *currency, now)?;
        }
        let credit = Credit {
            free,
            coming: reads::coming(db, node.did(), did, now)?,
            debts: reads::debts(db, node.did(), did)?,
            limits: reads::limits(db, node.did(), Some(did), now)?,
            going_back: reads::on_its_way_back(db, node.did(), did)?,
            payouts: reads::withdrawals(db, node.did(), Some(did))?,
        };
        let (entries, total) = reads::newest(db, did, ENTRIES, offset)?;
        let mut elsewhere = reads::credit_by_node(db, did)?;
        elsewhere.retain(|(other, _, sum)| *other != node.did().as_str() && *sum != 0);
        let mut waiting = reads::waiting(db, node.did(), did, now)?;
        if is_owner {
            waiting.extend(reads::waiting(db, node.did(), node.did(), now)?);
        }
        Ok(Wallet {
            credit,
            is_owner,
            elsewhere,
            waiting,
            entries,
            total,
            payout: reads::payout(db, did)?,
            transfers: reads::transfers(db, node.did(), Some(did))?,
            passes: reads::distribution(db, did, now)?,
        })
    })
}

pub(super) fn content(counter: &Counter, did: &Did, offset: usize) -> Result<Markup, Problem> {
    let Counter { node, pay } = counter;
    let wallet = read(node, did, offset)?;
    let cards = pay.provider().is_some();
    Ok(html! {
        div #message {}
        h1 { "Your money" }
        (wallet.credit.section(node, did)?)
        (elsewhere(&wallet))
        (waiting(node, did, &wallet.waiting)?)
        h2 #history { "What moved" }
        (history(node, did, &wallet.entries)?)
        (pages(offset, wallet.total))
        (put_in(cards))
        (wallet.credit.payouts(node.now().as_millis()))
        (pass_on(node, did, wallet.passes.as_deref())?)
        @if cards { (payouts(wallet.payout.as_ref().filter(|payout| payout.node == node.did().as_str()), &wallet.transfers, node.now().as_millis())) }
        @if wallet.is_owner { (owner::section(node, did)?) }
    })
}

fn elsewhere(wallet: &Wallet) -> Markup {
    html! {
        @if !wallet.elsewhere.is_empty() {
            h2 { "Owed to you elsewhere" }
            ul.rows {
                @for (other, currency, sum) in &wallet.elsewhere { li { strong { (amount_of(currency, *sum)) } " by the box " (imajin_service::page::short_did(other)) ". It can be spent there, and not here." } }
            }
        }
    }
}

fn amount_of(currency: &str, sum: i64) -> String {
    match (Currency::parse(currency), Minor::new(sum)) {
        (Ok(currency), Ok(sum)) => sum.display(currency),
        _ => format!("{sum} {currency}"),
    }
}

/// Payments that are still open: with what to write into an e-transfer, or a button for the payee.
fn waiting(node: &Node, did: &Did, all: &[Hold]) -> Result<Markup, Problem> {
    let mut rows = Vec::new();
    for hold in all {
        let amount = hold.amount.display(hold.currency);
        let id = hold.payment.as_str();
        let (payer, payee) = (
            name_of(node, did, &hold.payer)?,
            name_of(node, did, &hold.payee)?,
        );
        let is_payer = hold.payer == *did;
        let is_emt = hold.rail == Rail::Emt;
        rows.push(html! {
            li {
                div.row {
                    div.grow {
                        @if is_payer { strong { (amount) } " to " (payee) } @else { strong { (amount) } " from " (payer) }
                        @if is_emt { br; span.hint { @if is_payer { "Write " strong.mono { (hold.memo) } " into the e-transfer." } @else { "By e-transfer, marked " strong.mono { (hold.memo) } "." } } }
                        @else { br; span.hint { "By card." } }
                        br; span.hint { "Ends " (time(hold.until)) }
                    }
                    @if is_payer && hold.rail == Rail::Stripe { button type="button" data-open=(id) { "Go on paying" } }
                    @if !is_payer && is_emt { button type="button" data-confirm=(id) { "It has arrived" } }
                }
            }
        });
    }
    Ok(
        html! { @if !rows.is_empty() { h2 { "Waiting for" } ul.rows { @for row in rows { (row) } } } },
    )
}

/// What one payment did to somebody: several entries of their record.
#[derive(Default)]
struct Moved<'a> {
    payment: &'a str,
    at: i64,
    currency: Option<Currency>,
    /// Of the receipt: who, whom, how much.
    receipt: Option<(Did, Did, Minor)>,
    credit: i64,
    back: i64,
}

impl Moved<'_> {
    /// Whether credit changed by something else than what was paid.
    fn is_other_credit(&self) -> bool {
        let gross = self.receipt.as_ref().map(|(_, _, gross)| gross.get());
        self.credit != 0 && gross.is_some_and(|gross| self.credit.abs() != gross)
    }
}

fn moved(entries: &[Entry]) -> Vec<Moved<'_>> {
    let mut all: Vec<Moved<'_>> = Vec::new();
    for entry in entries {
        let Some(payment) = entry.payment.as_deref() else {
            continue;
        };
        let is_shown = [ops::RECEIPT, ops::CREDIT, ops::REFUNDED, ops::REFUND];
        if !is_shown.contains(&entry.op.as_str()) {
            continue;
        }
        let at = all.iter().position(|one| one.payment == payment);
        let at = at.unwrap_or_else(|| {
            all.push(Moved {
                payment,
                at: entry.at,
                ..Moved::default()
            });
            all.len() - 1
        });
        let one = &mut all[at];
        let fact = &entry.fact;
        let amount = fact["amount"].as_i64().unwrap_or(0);
        one.currency = one
            .currency
            .or_else(|| Currency::parse(fact["currency"].as_str()?).ok());
        match entry.op.as_str() {
            ops::RECEIPT => {
                let did = |key: &str| Did::parse(fact[key].as_str()?).ok();
                one.receipt = did("payer")
                    .zip(did("seller"))
                    .and_then(|(payer, seller)| Some((payer, seller, Minor::new(amount).ok()?)));
            }
            ops::CREDIT => one.credit = one.credit.saturating_add(amount),
            _ => one.back = one.back.saturating_add(amount),
        }
    }
    all
}

fn history(node: &Node, did: &Did, entries: &[Entry]) -> Result<Markup, Problem> {
    let all = moved(entries);
    let mut rows = Vec::with_capacity(all.len());
    for one in &all {
        let Some(currency) = one.currency else {
            continue;
        };
        let amount = |units: i64| Minor::new(units).map(|units| signed(units, currency));
        let (what, sum) = match &one.receipt {
            Some((payer, seller, gross)) if payer == did => (
                html! { "You paid " (name_of(node, did, seller)?) },
                amount(-gross.get()),
            ),
            Some((payer, _, gross)) => (
                html! { (name_of(node, did, payer)?) " paid you" },
                amount(gross.get()),
            ),
            None if one.back > 0 && one.credit == 0 => (html! { "Given back" }, amount(one.back)),
            None if one.credit < 0 => (html! { "Taken from your credit" }, amount(one.credit)),
            None => (html! { "Came to your credit" }, amount(one.credit)),
        };
        let sum = sum.map_err(Problem::internal)?;
        rows.push(html! {
            li {
                div.row {
                    div.grow {
                        @if one.receipt.is_some() { a href={ "/pay/receipts/" (one.payment) } { (what_for(one)) } " · " }
                        (what)
                        br; span.hint { (time(one.at)) @if one.is_other_credit() { " · your credit changed by " (amount(one.credit).map_err(Problem::internal)?) } }
                        @if one.back > 0 && one.receipt.is_some() { " " span.tag { "given back " (amount(one.back).map_err(Problem::internal)?.trim_start_matches('+')) } }
                    }
                    strong.number { (sum) }
                }
            }
        });
    }
    Ok(html! {
        @if rows.is_empty() { p.soft { "Nothing yet." } }
        @else { ol.rows { @for row in rows { (row) } } }
    })
}

fn what_for(one: &Moved<'_>) -> &'static str {
    match one.receipt {
        Some((_, _, gross)) if gross.is_zero() => "Free",
        _ => "Receipt",
    }
}

fn pages(offset: usize, total: u64) -> Markup {
    let total = usize::try_from(total).unwrap_or(usize::MAX);
    let older = offset.saturating_add(ENTRIES);
    html! {
        @if offset > 0 || older < total {
            nav.actions aria-label="Parts of the history" {
                @if offset > 0 { a.button href={ "/pay?offset=" (offset.saturating_sub(ENTRIES)) "#history" } { "Newer" } }
                @if older < total { a.button href={ "/pay?offset=" (older) "#history" } { "Older" } }
            }
        }
    }
}

/// Putting money in; signed in the browser.
fn put_in(cards: bool) -> Markup {
    html! {
        h2 { "Put money in" }
        noscript { div.notice.bad { p { "This is signed with the key in your browser, by a script of this page. Scripts are off: switch them on for this address, then load the page again." } } }
        form #put-in novalidate {
            div.field {
                label for="amount" { "How much?" }
                p.hint id="amount-hint" { "For example 20 or 12.50." }
                input #amount type="text" inputmode="decimal" autocomplete="off" aria-describedby="amount-hint";
            }
            div.field {
                label for="currency" { "Of which money?" }
                select #currency { @for code in ["CHF", "EUR", "USD", "CAD", "GBP"] { option value=(code) { (code) } } }
            }
            div.actions {
                @if cards { button #by-card.main type="submit" { "By card" } }
                button #by-emt type="button" { "By e-transfer" }
            }
        }
        p.hint { "You sign what you ask for. It is yours once the money is there." }
    }
}

/// Earnings flow on: what somebody passes on of everything they earn, and a form to change it.
fn pass_on(node: &Node, did: &Did, manifest: Option<&str>) -> Result<Markup, Problem> {
    let manifest = manifest.and_then(|text| Manifest::parse(text).ok());
    let mut rows = Vec::new();
    for part in manifest.iter().flat_map(|manifest| manifest.contributors()) {
        let share = f64::from(part.weight.get()) / 10_000.0;
        rows.push(html! { tr { td { (name_of(node, did, &part.did)?) } td.number { (format!("{share:.2} %")) } } });
    }
    Ok(html! {
        h2 { "Pass on what you earn" }
        @if rows.is_empty() { p { "All that you earn is yours. You can pass a part of it on to somebody, each time and at once." } }
        @else { div.scroll { table { caption { "Of all that you earn, signed by you" } tbody { @for row in rows { (row) } } } } }
        details {
            summary { "Change it" }
            form #pass novalidate {
                div.field {
                    label for="pass-who" { "To whom?" }
                    p.hint { "Their address stands on their page." }
                    input #pass-who type="text" spellcheck="false" autocapitalize="none";
                }
                div.field {
                    label for="pass-share" { "How much of it, in %?" }
                    p.hint { "0 ends it." }
                    input #pass-share type="text" inputmode="decimal" size="6";
                }
                div.actions { button #pass-on type="submit" { "Sign it" } }
            }
        }
    })
}

fn payouts(payout: Option<&Payout>, transfers: &[Transfer], now: i64) -> Markup {
    html! {
        h2 { "Your account at the payment provider" }
        @match payout {
            Some(payout) if payout.is_ready => {
                p { "What you sell by card is sent there once it is yours. " span.tag.good { "ready" } }
                p.hint { "What you put in or earn otherwise stays credit. If you give something back after it was sent, it comes from your credit here: put in as much first." }
            },
            Some(_) => p { "Your account with the payment provider is begun, and lacks something still. Until it is ready, what you sell by card becomes credit on this box." },
            None => p { "What you sell by card becomes credit on this box once it is yours. Ask its owner for a payout, or begin an account: what becomes yours from then on is sent there." },
        }
        @if !transfers.is_empty() {
            ul.rows #transfers { @for one in transfers { (transfer(one, now)) } }
        }
        @if payout.is_none_or(|payout| !payout.is_ready) {
            div.actions { button #onboard type="button" { @if payout.is_some() { "Go on with your account" } @else { "Begin an account" } } }
        }
    }
}

fn transfer(one: &Transfer, now: i64) -> Markup {
    let amount = one.amount.display(one.currency);
    html! {
        li {
            @match one.status.as_str() {
                "sent" => { strong { (amount) } " was sent on " (day(one.at, now)) "." },
                "due" => { strong { (amount) } " is being sent." },
                _ => {
                    strong { (amount) } " could not be sent: the payment provider says " code { (one.code.as_deref().unwrap_or("refused")) } ". It is your credit again"
                    @match one.again_at() { Some(at) => { ", and is tried again on " (day(at, now)) "." }, None => ". Ask the owner of this box for a payout." }
                },
            }
            @if !one.reversed.is_zero() { " " (one.reversed.display(one.currency)) " of it was taken back by the owner of this box and is your credit again." }
            br; a.hint href={ "/pay/receipts/" (one.payment) } { "For this payment" }
        }
    }
}
