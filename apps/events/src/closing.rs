//! Refunds for cancelled events: every payment is refunded and every ticket becomes void.
//!
//! Always: the signed status `cancelled` makes all tickets void from that entry on. The node then refunds each payment
//! once (the cashier refunds what is left of a payment and never more) and enters in the holders' records that their
//! tickets are void. A ticket with the status `off` still has to be refunded, so the worker resumes after a restart.

use imajin_app::operation::{Choice, Reasons};
use imajin_app::{Answer, Node, Problem};
use imajin_host::prelude::*;
use imajin_ledger::{RefusalKind, SubmitError};
use imajin_protocol::{Did, IdText};
use imajin_selling::{self as sale, RefundProgress, Teller};

use crate::letters;
use crate::operations::{WithdrawnPayment, WithdrawnRefusal};
use crate::queries::{self, Event, TicketPayment, TicketRow};

/// Number of payments per read.
const AT_ONCE: usize = 64;

/// Issues all outstanding refunds, for all cancelled events.
pub(crate) async fn round(node: &Node) -> Answer<()> {
    let events = queries::read(node, queries::closing)?;
    let mut outcome = Ok(());
    for event in &events {
        if let Err(problem) = close(node, event).await {
            outcome = Err(problem);
        }
    }
    outcome
}

async fn close(node: &Node, event: &Event) -> Answer<()> {
    let mut outcome = Ok(());
    let mut after = String::new();
    loop {
        let due = queries::read(node, |db| {
            queries::payments(db, event.did.as_str(), true, &after, AT_ONCE)
        })?;
        let Some(last) = due.last() else {
            return outcome;
        };
        after.clone_from(&last.payment);
        for TicketPayment { payment, .. } in &due {
            if node.is_stopping() {
                return outcome;
            }
            if let Err(problem) = give_back(node, event, payment).await {
                tracing::warn!(payment, "money of a cancelled event: {problem}");
                outcome = Err(problem);
            }
        }
    }
}

async fn give_back(node: &Node, event: &Event, payment: &str) -> Answer<()> {
    let named = IdText::parse(payment).map_err(Problem::internal)?;
    let cashier = imajin_selling::cashier(node)?;
    let holders = queries::read(node, |db| queries::of_payment(db, event.did.as_str(), payment))?;
    let payer = cashier.back(node, payment)?.map(|paid| paid.payer);
    let is_guest = |payer: &Did| holders.iter().any(|held| held.holder == *payer && held.is_open());
    // Ticket holders were notified of the cancellation; a payer without a ticket was not.
    let teller =
        if payer.as_ref().is_some_and(is_guest) { Teller::Seller } else { Teller::Cashier };
    cashier.give_all_back(node, &named, teller).await?;
    let paid = cashier.back(node, payment)?;
    // Queue the letters before the tickets are marked void: a payment whose tickets are still `off` is retried after a
    // restart.
    let mut written: Vec<Did> = Vec::new();
    for held in holders.into_iter().filter(TicketRow::is_open) {
        if !written.contains(&held.holder) {
            letters::of_cancelling(node, event, &held.holder, paid.as_ref()).await?;
            written.push(held.holder);
        }
    }
    withdraw(node, event.did.clone(), &named).await
}

/// Marks the tickets of a refunded payment void. A second call changes nothing.
pub(crate) async fn withdraw(node: &Node, event: Did, payment: &IdText) -> Answer<()> {
    let operation = WithdrawnPayment { payment: payment.clone() };
    match node.record(event, &operation).await {
        Ok(_) => Ok(()),
        Err(SubmitError::Refused(refusal)) if WithdrawnRefusal::Done.explains(&refusal) => Ok(()),
        // The event's record was deleted, and its tickets are of no use.
        Err(SubmitError::Refused(refusal)) if refusal.kind == RefusalKind::Gone => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The refund of one payment.
pub(crate) struct Paid {
    pub(crate) payment: String,
    pub(crate) back: RefundProgress,
    pub(crate) state: State,
}

/// The progress of one refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum State {
    /// The refund is incomplete, or the tickets aren't marked void yet.
    Open,
    /// The provider is processing the refund.
    Waiting,
    /// The provider couldn't refund the money. The payer has it as credit on this node.
    Kept,
    /// The organiser has the money in their bank account, must send it, and hasn't confirmed that they did.
    #[field(name = "by-hand")]
    ByHand,
    /// The money was refunded, or there was nothing to refund.
    Done,
}

impl Paid {
    fn new(bought: TicketPayment, back: RefundProgress) -> Self {
        let state = if bought.is_open || back.back < back.gross {
            State::Open
        } else if !back.kept.is_zero() {
            State::Kept
        } else if !back.waiting.is_zero() {
            State::Waiting
        } else if back.rail == sale::Rail::Emt.as_str() && back.sent < back.back {
            State::ByHand
        } else {
            State::Done
        };
        Self { payment: bought.payment, back, state }
    }

    /// Whether the organiser still has to send a refund from their bank.
    pub(crate) fn is_by_hand(&self) -> bool {
        self.back.rail == sale::Rail::Emt.as_str() && self.back.sent < self.back.back
    }

    /// Returns the transfer message by which the organiser recognises the payment in their bank account.
    pub(crate) fn memo(&self) -> String {
        sale::memo(&self.payment)
    }
}

/// Returns the refund progress of all payments of an event.
pub(crate) fn progress(node: &Node, event: &Did) -> Answer<Vec<Paid>> {
    let cashier = imajin_selling::cashier(node)?;
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let some = queries::read(node, |db| {
            queries::payments(db, event.as_str(), false, &after, AT_ONCE)
        })?;
        let Some(last) = some.last() else {
            return Ok(all);
        };
        after.clone_from(&last.payment);
        for bought in some {
            if let Some(back) = cashier.back(node, &bought.payment)? {
                all.push(Paid::new(bought, back));
            }
        }
    }
}
