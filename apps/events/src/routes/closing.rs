//! The progress of an event's refunds, for its organiser.

use imajin_app::extract::{Path, Person};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Card, Lang, Node, Texts, args};
use imajin_protocol::Minor;
use serde::Serialize;
use utoipa::ToSchema;

use crate::closing::{self, Paid, State as How};
use crate::lookup::{card, find_own};
use crate::manifest::TEXTS;
use crate::queries::Event;

/// The money of an event on its way back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefundsAnswer {
    /// The event's: the money goes back once it is `cancelled`.
    pub(crate) status: String,
    /// How many payments there are; free tickets have none.
    pub(crate) payments: usize,
    /// The number of payments that are refunded or are to be sent back by the organiser (`byHand`).
    pub(crate) done: usize,
    /// How many of these came to the organiser's own bank, so that only the organiser can send them back.
    #[serde(rename = "byHand")]
    pub(crate) by_hand: usize,
    /// How many are still to be refunded; the node does that automatically.
    pub(crate) open: usize,
    /// How many the provider has not sent yet.
    pub(crate) waiting: usize,
    /// The payments that the organiser should look at.
    pub(crate) attention: Vec<RefundAnswer>,
}

impl RefundsAnswer {
    /// Returns the number of payments that the node itself has refunded.
    pub(crate) fn refunded(&self) -> usize {
        self.done.saturating_sub(self.by_hand)
    }
}

/// A payment that the organiser should look at.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundAnswer {
    /// Its id.
    pub(crate) payment: String,
    /// The buyer.
    pub(crate) payer: Card,
    /// The amount that was paid, in minor units.
    pub(crate) amount: i64,
    /// The part of it that is back.
    pub(crate) back: i64,
    pub(crate) currency: String,
    /// `ledger`, `emt` or `stripe`.
    pub(crate) rail: String,
    /// `open` (a part is back), `kept` (the provider could not: credit on this box) or `by-hand`.
    pub(crate) state: &'static str,
    /// The work to do.
    pub(crate) todo: String,
}

/// Returns the state of an event's refunds.
#[utoipa::path(get, path = "/api/events/{id}/refunds", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = RefundsAnswer), (status = 403, description = "Not your own")))]
pub(crate) async fn refunds(
    Person(node, session): Person,
    lang: Lang,
    Path(id): Path<String>,
) -> Answer<axum::Json<RefundsAnswer>> {
    let event = find_own(&node, &id, &session.did)?;
    collect_refunds(&node, &event, lang).map(axum::Json)
}

pub(crate) fn collect_refunds(node: &Node, event: &Event, lang: Lang) -> Answer<RefundsAnswer> {
    let mut all = closing::progress(node, &event.did)?;
    // Free tickets have no payment.
    all.retain(|paid| !paid.back.gross.is_zero());
    let number = |states: &[How]| all.iter().filter(|paid| states.contains(&paid.state)).count();
    let is_cancelled = event.status == "cancelled";
    let attention = all.iter().filter_map(|paid| {
        let todo = todo(paid, is_cancelled, TEXTS.for_reader(lang))?;
        Some(answer(node, paid, todo))
    });
    Ok(RefundsAnswer {
        status: event.status.clone(),
        payments: all.len(),
        done: number(&[How::Done, How::Kept, How::ByHand]),
        by_hand: number(&[How::ByHand]),
        open: number(&[How::Open]),
        waiting: number(&[How::Waiting]),
        attention: attention.collect::<Result<_, _>>()?,
    })
}

fn answer(node: &Node, paid: &Paid, todo: String) -> Answer<RefundAnswer> {
    let back = &paid.back;
    Ok(RefundAnswer {
        payment: paid.payment.clone(),
        payer: card(node, &back.payer)?,
        amount: back.gross.get(),
        back: back.back.get(),
        currency: back.currency.to_string(),
        rail: back.rail.clone(),
        state: paid.state.name(),
        todo,
    })
}

/// Returns what the organiser has to do about a payment; `None` for most.
fn todo(paid: &Paid, is_cancelled: bool, t: Texts) -> Option<String> {
    let amount = |amount: Minor| t.lang.amount(amount.get(), paid.back.currency);
    let left = paid.back.gross.minus(paid.back.back).unwrap_or(Minor::ZERO);
    let by_hand = || {
        let to_send = paid.back.back.minus(paid.back.sent).unwrap_or(Minor::ZERO);
        let args = args![amount = amount(to_send), memo = paid.memo()];
        Some(t.format("refund-by-hand", args))
    };
    match paid.state {
        // Only money that was released before the event's end: a sale more than 400 days ahead.
        How::Open if is_cancelled && !paid.back.is_held && !left.is_zero() => {
            Some(t.format("refund-no-cover", args![amount = amount(left)]))
        }
        How::Open if !paid.back.back.is_zero() && paid.is_by_hand() => by_hand(),
        How::Open if !paid.back.back.is_zero() => {
            Some(t.format("refund-part", args![amount = amount(paid.back.back)]))
        }
        How::Kept => Some(t.format("refund-kept", args![amount = amount(paid.back.kept)])),
        How::ByHand => by_hand(),
        _ => None,
    }
}
