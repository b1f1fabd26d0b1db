//! The wallet: a person's credit, their open payments, and their history.

use imajin_app::data_rights::entries::Entry;
use imajin_app::page::short_did;
use imajin_app::{Answer, Node, Texts, args};
use imajin_protocol::fair::Manifest;
use imajin_protocol::{Currency, Did, Minor};
use imajin_selling::Rail;
use maud::{Markup, html};

use super::credit::Credit;
use super::history::{ENTRIES, history, pages};
use super::{day, deadline, money, name_of, owner, person, strong};
use crate::counter::Counter;
use crate::operations;
use crate::queries::{self, Hold, Payout, Transfer};

/// Maximum number of people whose debts are folded into one line, which declines all of them at once.
const DEBTORS_MAX: usize = 200;

struct Wallet {
    credit: Credit,
    is_owner: bool,
    elsewhere: Vec<(String, String, i64)>,
    waiting: Vec<Hold>,
    entries: Vec<Entry>,
    total: u64,
    payout: Option<Payout>,
    transfers: Vec<Transfer>,
    /// The manifest by which the person passes on earnings.
    passes: Option<String>,
}

fn read(node: &Node, did: &Did, offset: usize) -> Answer<Wallet> {
    let now = node.now().as_millis();
    queries::read(node, |db| {
        let is_owner = queries::is_owner(db, node.did(), did)?;
        let mut free = queries::balances(db, node.did(), did)?;
        for (currency, sum) in &mut free {
            *sum = queries::free(db, node.did(), did, *currency, now)?;
        }
        let owed = operations::DebtChange::NAME;
        let credit = Credit {
            free,
            coming: queries::coming(db, node.did(), did, now)?,
            debts: queries::debts(db, node.did(), did, owed)?,
            debtors: queries::debtors(db, node.did(), did, owed, DEBTORS_MAX)?,
            limits: queries::limits(db, node.did(), Some(did), now)?,
            going_back: queries::on_its_way_back(db, node.did(), did)?,
            payouts: queries::withdrawals(db, node.did(), Some(did))?,
        };
        let (entries, total) = queries::newest(db, did, ENTRIES, offset)?;
        let mut elsewhere = queries::credit_by_node(db, did, operations::Credit::NAME)?;
        elsewhere.retain(|(other, _, sum)| *other != node.did().as_str() && *sum != 0);
        let mut waiting = queries::waiting(db, node.did(), did, now)?;
        if is_owner {
            waiting.extend(queries::waiting(db, node.did(), node.did(), now)?);
        }
        Ok(Wallet {
            credit,
            is_owner,
            elsewhere,
            waiting,
            entries,
            total,
            payout: queries::payout(db, did)?,
            transfers: queries::transfers(db, node.did(), Some(did))?,
            passes: queries::distribution(db, did, now)?,
        })
    })
}

pub(super) fn content(counter: &Counter, did: &Did, offset: usize, t: Texts) -> Answer<Markup> {
    let Counter { node, pay } = counter;
    let wallet = read(node, did, offset)?;
    let cards = pay.provider().is_some();
    Ok(html! {
        div #message {}
        h1 { (t.text("money")) }
        (wallet.credit.section(node, did, t)?)
        (elsewhere(&wallet, t))
        (waiting(node, did, &wallet.waiting, t)?)
        h2 #history { (t.text("history")) }
        (history(node, did, &wallet.entries, t)?)
        (pages(offset, wallet.total, t))
        (put_in(cards, t))
        h2 { (t.text("get-paid")) }
        p { (t.text("get-paid-why")) }
        div.actions { a.button href="/pay/details" { (t.text("get-paid-details")) } }
        (wallet.credit.payouts(t))
        (pass_on(node, did, wallet.passes.as_deref(), t)?)
        @if cards { (payouts(wallet.payout.as_ref().filter(|payout| payout.node == node.did().as_str()), &wallet.transfers, t)) }
        @if wallet.is_owner { (owner::section(node, did, t)?) }
        (node.known_people(did)?)
    })
}

fn elsewhere(wallet: &Wallet, t: Texts) -> Markup {
    html! {
        @if !wallet.elsewhere.is_empty() {
            h2 { (t.text("elsewhere")) }
            ul.rows {
                @for (other, currency, sum) in &wallet.elsewhere { li { (t.markup("elsewhere-one", args![], |mark, _| match mark {
                    "sum" => html! { strong { (amount_of(currency, *sum, t)) } },
                    _ => short_did(other),
                })) } }
            }
        }
    }
}

fn amount_of(currency: &str, sum: i64, t: Texts) -> String {
    match (Currency::parse(currency), Minor::new(sum)) {
        (Ok(currency), Ok(sum)) => money(sum, currency, t),
        _ => format!("{sum} {currency}"),
    }
}

/// Draws payments that are still open: with the memo of an e-transfer, or a button for the payee.
fn waiting(node: &Node, did: &Did, all: &[Hold], t: Texts) -> Answer<Markup> {
    Ok(html! {
        @if !all.is_empty() {
            h2 { (t.text("open")) }
            ul.rows { @for hold in all { (open(node, did, hold, t)?) } }
        }
    })
}

fn open(node: &Node, did: &Did, hold: &Hold, t: Texts) -> Answer<Markup> {
    let id = hold.payment.as_str();
    let is_payer = hold.payer == *did;
    let is_emt = hold.rail == Rail::Emt;
    let (says, how, other) = if is_payer {
        ("open-to", "open-reference", &hold.payee)
    } else {
        ("open-from", "open-transfer", &hold.payer)
    };
    let name = name_of(node, did, other, t)?;
    let until = deadline(node, hold, t)?;
    let part = |mark: &str, inner| match mark {
        "sum" => strong(hold.amount, hold.currency, t),
        "name" => name.clone(),
        "memo" => html! { strong.mono { (hold.memo) } },
        _ => html! { a href={ "/pay/payments/" (id) } { (inner) } },
    };
    Ok(html! {
        li {
            div.row {
                div.grow {
                    (t.markup(says, args![], part))
                    br; span.hint { @if is_emt { (t.markup(how, args![], part)) } @else { (t.text("open-card")) } }
                    br; span.hint { (t.markup("open-ends", args![], |_, _| until.clone())) }
                }
                @if is_payer && hold.rail == Rail::Stripe { button type="button" data-open=(id) { (t.text("open-go-on")) } }
                @if !is_payer && is_emt { button type="button" data-confirm=(id) { (t.text("arrived")) } }
            }
        }
    })
}

/// Draws the form to top up credit; signed in the browser.
fn put_in(cards: bool, t: Texts) -> Markup {
    html! {
        h2 { (t.text("put-in")) }
        noscript { div.notice.bad { p { (t.text("scripts-off")) } } }
        form #put-in novalidate {
            div.field {
                label for="amount" { (t.text("how-much")) }
                p.hint id="amount-hint" { (t.text("put-in-hint")) }
                input #amount type="text" inputmode="decimal" autocomplete="off" aria-describedby="amount-hint";
            }
            div.field {
                label for="currency" { (t.text("currency")) }
                select #currency { @for code in ["CHF", "EUR", "USD", "CAD", "GBP"] { option value=(code) { (code) } } }
            }
            div.actions {
                @if cards { button #by-card.main type="submit" { (t.text("by-card")) } }
                button #by-emt type="button" { (t.text("by-transfer")) }
            }
        }
        p.hint { (t.text("put-in-why")) }
    }
}

/// Draws the part of all earnings that a person passes on, and a form to change it.
fn pass_on(node: &Node, did: &Did, manifest: Option<&str>, t: Texts) -> Answer<Markup> {
    let manifest = manifest.and_then(|text| Manifest::parse(text).ok());
    let parts = manifest.as_ref().map(Manifest::contributors).unwrap_or_default();
    Ok(html! {
        h2 { (t.text("pass")) }
        @if parts.is_empty() { p { (t.text("pass-none")) } } @else {
            div.scroll {
                table {
                    caption { (t.text("pass-caption")) }
                    tbody {
                        @for part in parts {
                            // The share in hundredths of a percent, formatted like an amount of money.
                            tr { td { (name_of(node, did, &part.did, t)?) } td.number { (t.lang.percent(i64::from(part.weight.get()) / 100)) } }
                        }
                    }
                }
            }
        }
        details {
            summary { (t.text("pass-change")) }
            form #pass novalidate {
                (person("pass-who", "pass-who", t))
                div.field {
                    label for="pass-share" { (t.text("pass-share")) }
                    p.hint { (t.text("pass-share-hint")) }
                    input #pass-share type="text" inputmode="decimal" size="6";
                }
                div.actions { button #pass-on type="submit" { (t.text("sign-it")) } }
            }
        }
    })
}

fn payouts(payout: Option<&Payout>, transfers: &[Transfer], t: Texts) -> Markup {
    html! {
        h2 { (t.text("provider")) }
        @match payout {
            Some(payout) if payout.is_ready => {
                p { (t.markup("provider-ready", args![], |_, inner| html! { span.tag.good { (inner) } })) }
                p.hint { (t.text("provider-ready-why")) }
            },
            Some(_) => p { (t.text("provider-begun")) },
            None => p { (t.text("provider-none")) },
        }
        @if !transfers.is_empty() {
            ul.rows #transfers { @for one in transfers { (transfer(one, t)) } }
        }
        @if payout.is_none_or(|payout| !payout.is_ready) {
            div.actions { button #onboard type="button" { @if payout.is_some() { (t.text("provider-go-on")) } @else { (t.text("provider-open")) } } }
        }
    }
}

fn transfer(one: &Transfer, t: Texts) -> Markup {
    let part = |mark: &str, _| match mark {
        "sum" => strong(one.amount, one.currency, t),
        "day" => day(one.at, t),
        _ => html! { code { (one.code.as_deref().unwrap_or("refused")) } },
    };
    html! {
        li {
            @match one.status.as_str() {
                "sent" => (t.markup("transfer-sent", args![], part)),
                "due" => (t.markup("transfer-due", args![], part)),
                _ => {
                    (t.markup("transfer-refused", args![], part)) " "
                    @match one.again_at() { Some(at) => (t.markup("transfer-again", args![], |_, _| day(at, t))), None => (t.text("transfer-not-again")) }
                },
            }
            @if !one.reversed.is_zero() { " " (t.format("transfer-back", args![sum = money(one.reversed, one.currency, t)])) }
            br; a.hint href={ "/pay/receipts/" (one.payment) } { (t.text("for-payment")) }
        }
    }
}
