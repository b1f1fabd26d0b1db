//! The history: one line for the effects of a payment on a person.

use imajin_app::data_rights::entries::Entry;
use imajin_app::{Answer, Node, Problem, Texts, args};
use imajin_protocol::{Currency, Did, Minor};
use maud::{Markup, html};

use super::{name_of, signed, time};
use crate::operations::{self, PaymentReceipt, Refund, Refunded};
use crate::queries;

/// Maximum number of entries that are read for one page of the history.
pub(super) const ENTRIES: usize = 100;

/// The effects of one payment on a person, from several entries of their record.
#[derive(Default)]
struct PaymentEffects<'a> {
    payment: &'a str,
    at: i64,
    currency: Option<Currency>,
    /// The receipt's payer, payee and amount.
    receipt: Option<(Did, Did, Minor)>,
    credit: i64,
    back: i64,
}

impl PaymentEffects<'_> {
    /// Whether credit changed for a reason other than the payment.
    fn is_other_credit(&self) -> bool {
        let gross = self.receipt.as_ref().map(|(_, _, gross)| gross.get());
        self.credit != 0 && gross.is_some_and(|gross| self.credit.abs() != gross)
    }
}

fn moved(entries: &[Entry]) -> Vec<PaymentEffects<'_>> {
    let mut all: Vec<PaymentEffects<'_>> = Vec::new();
    for entry in entries {
        let Some(payment) = entry.reference.as_deref() else {
            continue;
        };
        let is_shown =
            [PaymentReceipt::NAME, operations::Credit::NAME, Refunded::NAME, Refund::NAME];
        if !is_shown.contains(&entry.op.as_str()) {
            continue;
        }
        let at = all.iter().position(|one| one.payment == payment);
        let at = at.unwrap_or_else(|| {
            all.push(PaymentEffects { payment, at: entry.at, ..PaymentEffects::default() });
            all.len() - 1
        });
        let effects = &mut all[at];
        let fact = &entry.fact;
        let amount = fact["amount"].as_i64().unwrap_or(0);
        effects.currency =
            effects.currency.or_else(|| Currency::parse(fact["currency"].as_str()?).ok());
        match entry.op.as_str() {
            PaymentReceipt::NAME => {
                let did = |key: &str| Did::parse(fact[key].as_str()?).ok();
                effects.receipt = did("payer")
                    .zip(did("seller"))
                    .and_then(|(payer, seller)| Some((payer, seller, Minor::new(amount).ok()?)));
            }
            operations::Credit::NAME => effects.credit = effects.credit.saturating_add(amount),
            _ => effects.back = effects.back.saturating_add(amount),
        }
    }
    all
}

pub(super) fn history(node: &Node, did: &Did, entries: &[Entry], t: Texts) -> Answer<Markup> {
    let all = moved(entries);
    let mut rows = Vec::with_capacity(all.len());
    for one in &all {
        let Some(currency) = one.currency else {
            continue;
        };
        rows.push(line(node, did, one, currency, t)?);
    }
    Ok(html! {
        @if rows.is_empty() { p.soft { (t.text("history-none")) } }
        @else { ol.rows { @for row in rows { (row) } } }
    })
}

fn line(
    node: &Node,
    did: &Did,
    one: &PaymentEffects<'_>,
    currency: Currency,
    t: Texts,
) -> Answer<Markup> {
    let amount = |units: i64| {
        let units = Minor::new(units).map_err(Problem::internal)?;
        Ok::<_, Problem>(signed(units, currency, t))
    };
    let with = |says: &str, other: &Did| {
        let name = name_of(node, did, other, t)?;
        Ok::<_, Problem>(t.markup(says, args![], |_, _| name.clone()))
    };
    let is_moved = is_moved(node, one)?;
    let plain = |says: &str| html! { (t.text(says)) };
    let (what, sum) = match &one.receipt {
        Some((payer, seller, gross)) if payer == did => {
            (with("history-you-paid", seller)?, -gross.get())
        }
        Some((payer, _, gross)) => (with("history-paid-you", payer)?, gross.get()),
        None if one.back > 0 && one.credit == 0 && is_moved => (plain("history-back"), one.back),
        None if one.back > 0 && one.credit == 0 => (plain("history-back-soon"), one.back),
        None if one.credit < 0 => (plain("history-taken"), one.credit),
        None => (plain("history-came"), one.credit),
    };
    let credit = args![sum = amount(one.credit)?];
    let back = amount(one.back)?;
    let back = args![sum = back.trim_start_matches('+')];
    let back_says = if is_moved { "history-refunded" } else { "history-going-back" };
    Ok(html! {
        li {
            div.row {
                div.grow {
                    @if one.receipt.is_some() { a href={ "/pay/receipts/" (one.payment) } { (t.text(what_for(one))) } " · " }
                    (what)
                    br; span.hint { (time(one.at, t)) @if one.is_other_credit() { " · " (t.format("history-credit", credit)) } }
                    @if one.back > 0 && one.receipt.is_some() { " " span.tag { (t.format(back_says, back)) } }
                }
                strong.number { (amount(sum)?) }
            }
        }
    })
}

/// Whether the money of a refund has moved already, as far as this box knows.
fn is_moved(node: &Node, one: &PaymentEffects<'_>) -> Answer<bool> {
    if one.back == 0 {
        return Ok(true);
    }
    let (paid, (waiting, _)) = queries::read(node, |db| {
        Ok((
            queries::payment(db, node.did(), one.payment)?,
            queries::at_provider(db, node.did(), one.payment)?,
        ))
    })?;
    Ok(paid.is_none_or(|paid| paid.to_send().is_zero()) && waiting.is_zero())
}

fn what_for(one: &PaymentEffects<'_>) -> &'static str {
    match one.receipt {
        Some((_, _, gross)) if gross.is_zero() => "history-free",
        _ => "history-receipt",
    }
}

pub(super) fn pages(offset: usize, total: u64, t: Texts) -> Markup {
    let total = usize::try_from(total).unwrap_or(usize::MAX);
    let older = offset.saturating_add(ENTRIES);
    html! {
        @if offset > 0 || older < total {
            nav.actions aria-label=(t.text("history-parts")) {
                @if offset > 0 { a.button href={ "/pay?offset=" (offset.saturating_sub(ENTRIES)) "#history" } { (t.text("newer")) } }
                @if older < total { a.button href={ "/pay?offset=" (older) "#history" } { (t.text("older")) } }
            }
        }
    }
}
