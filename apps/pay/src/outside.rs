//! Entries that the node makes in its own record about its provider's events.
//!
//! Always: a repeated or late event changes nothing (the decisions see to that), so each function may run more than
//! once. A payment that can't be settled is refunded at once.

use imajin_app::operation::{Operation, Reasons};
use imajin_app::{Answer, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_ledger::SubmitError;
use imajin_protocol::{IdText, Minor};

use crate::manifests::Unfair;
use crate::operations::{
    self, Amount, DivisionRefusal, Failed, News, OpenedPage, Paid, PaidRefusal, ReturnStatus,
    SoldRefusal, StrayReturned,
};
use crate::patience::Fault;
use crate::provider::{Event, EventContent, ProviderError, ProviderRefund, Session, State};
use crate::queries::{self, Hold, Stray};
use crate::stripe::Stripe;

mod after;
pub(crate) mod transfer;

pub(crate) use after::{account_changed, gone_back};
use after::{account_reported, disputed};

/// The provider's code for a payment that is refunded already.
pub(crate) const ALREADY_REFUNDED: &str = "charge_already_refunded";

/// Reads a name that the provider gave as an id.
pub(crate) fn id(text: &str) -> Answer<IdText> {
    IdText::parse(text).map_err(|error| Problem::internal(format!("{text}: {error}")))
}

/// Reads an amount that the provider gave.
pub(crate) fn amount(units: i64) -> Answer<Amount> {
    Amount::new(units).ok_or_else(|| Problem::internal(format!("an amount of {units}")))
}

/// Enters the node's own operation in its own log. A repeated one changes nothing.
pub(crate) async fn record_once<O: Operation>(node: &Node, word: &O) -> Answer<()> {
    unless_known(node.record(node.did().clone(), word).await)
}

/// Passes over the error that says that the node recorded it before.
pub(crate) fn unless_known<T>(recorded: Result<T, SubmitError>) -> Answer<()> {
    match recorded {
        Ok(_) => Ok(()),
        Err(error) if is_known(&error) => Ok(()),
        Err(error) => Err(Problem::from(error)),
    }
}

/// Whether the error says that the node recorded it before.
fn is_known(error: &SubmitError) -> bool {
    matches!(error, SubmitError::Refused(refusal) if News::Known.explains(refusal))
}

/// Whether the error says that the order is paid.
fn is_paid(error: &SubmitError) -> bool {
    matches!(error, SubmitError::Refused(refusal) if PaidRefusal::Again.explains(refusal))
}

/// Returns the payment that the node awaits, or awaited, under this id.
pub(crate) fn hold(node: &Node, payment: &str) -> Answer<Option<Hold>> {
    queries::read(node, |db| queries::hold(db, node.did(), payment))
}

/// Handles an event. All changes are durable when this returns.
pub(crate) async fn handle_event(node: &Node, provider: &Stripe, event: Event) -> Answer<()> {
    let name = Some(event.id.as_str());
    if queries::read(node, |db| queries::has_event(db, node.did(), &event.id))? {
        return Ok(());
    }
    match event.what {
        EventContent::Session(session) => page(node, provider, &session, name).await,
        EventContent::Returned(returned) => gone_back(node, &returned, name).await,
        EventContent::Dispute(dispute) => disputed(node, provider, &dispute, name).await,
        EventContent::Account(account) => account_reported(node, provider, account, name).await,
        EventContent::Transferred(sent) => transfer::handle_event(node, &sent, name).await,
        EventContent::Other => Ok(()),
    }
}

fn of_event(event: Option<&str>) -> Answer<Option<IdText>> {
    event.map(id).transpose()
}

/// Enters the state of a provider's page.
pub(crate) async fn page(
    node: &Node,
    provider: &Stripe,
    session: &Session,
    event: Option<&str>,
) -> Answer<()> {
    // Several nodes may share an account: skip pages of other nodes.
    let Some(payment) =
        session.payment.as_deref().filter(|_| session.node.as_deref() == Some(node.did().as_str()))
    else {
        return Ok(());
    };
    let hold = hold(node, payment)?;
    match session.state {
        State::Paid => arrived(node, provider, session, payment, hold, event).await,
        State::Open | State::Waiting => Ok(()),
        State::Ended => {
            let is_it =
                |hold: &Hold| hold.session.as_ref().is_some_and(|open| open.id == session.id);
            if hold.as_ref().is_some_and(is_it) {
                let failed = Failed {
                    payment: id(payment)?,
                    session: id(&session.id)?,
                    event: of_event(event)?,
                };
                record_once(node, &failed).await?;
            }
            Ok(())
        }
    }
}

/// Enters the payment of a page that was paid.
async fn arrived(
    node: &Node,
    provider: &Stripe,
    session: &Session,
    payment: &str,
    hold: Option<Hold>,
    event: Option<&str>,
) -> Answer<()> {
    let is_open = |hold: &Hold| hold.session.as_ref().is_some_and(|open| open.id == session.id);
    let fits = |hold: &Hold| {
        hold.amount.get() == session.amount && hold.currency.code() == session.currency
    };
    // An order may have several pages: what counts is which of them paid it.
    let has_paid = |hold: &Hold| match &hold.charge {
        Some(charge) => session.charge.as_ref() == Some(charge),
        None => is_open(hold),
    };
    if hold.as_ref().is_some_and(|hold| hold.done && has_paid(hold)) {
        return Ok(());
    }
    let order = hold.as_ref().map(|hold| hold.payment.clone());
    let Some(hold) = hold.filter(|hold| fits(hold) && !hold.done) else {
        return stray(node, session, order, event).await;
    };
    let charge = session.charge.as_deref();
    let charge = charge.ok_or_else(|| Problem::internal("a paid page without a payment"))?;
    if !is_open(&hold) {
        note_opened(node, payment, session).await?;
    }
    let free_at = node.now().as_millis().saturating_add(provider.held_ms);
    let paid = Paid {
        payment: hold.payment.clone(),
        amount: amount(session.amount)?,
        currency: hold.currency,
        session: id(&session.id)?,
        charge: id(charge)?,
        free_at: Some(Timestamp::from_millis(free_at).map_err(Problem::internal)?),
        event: of_event(event)?,
    };
    match node.record(node.did().clone(), &paid).await {
        // The payment can never be settled: its terms are gone.
        Err(error) if is_void(&error) => {
            give_back_unsettled(node, provider, &hold, session, charge).await
        }
        // The order was paid at the same moment. If that was on another page, this is a second payment of it.
        Err(error) if is_paid(&error) => stray(node, session, order, event).await,
        recorded => unless_known(recorded),
    }
}

/// Whether a sale can't be settled any more: its terms are erased, or its manifests lead nowhere.
fn is_void(error: &SubmitError) -> bool {
    // Programs see one reason for all manifests that money can't follow.
    let unfollowable = DivisionRefusal::Unfair(Unfair::Unfollowable(String::new()));
    match error {
        SubmitError::Refused(refusal) => {
            SoldRefusal::Erased.explains(refusal) || unfollowable.explains(refusal)
        }
        _ => false,
    }
}

/// Has the provider refund a payment that no order awaited.
pub(crate) async fn give_back_stray(
    node: &Node,
    provider: &Stripe,
    stray: &Stray,
) -> Result<(), Fault> {
    let back = ProviderRefund {
        payment: stray.session.as_str(),
        n: 0,
        attempt: stray.attempt,
        charge: &stray.charge,
        currency: stray.currency,
        amount: stray.amount,
        part: Minor::ZERO,
        is_rest: false,
    };
    let status = match provider.give_back(&back).await {
        Ok(returned) => returned.status,
        Err(ProviderError::Refused { code, .. }) if code == ALREADY_REFUNDED => {
            ReturnStatus::Succeeded
        }
        Err(ProviderError::Refused { code, message }) => {
            tracing::error!(session = %stray.session.as_str(), code, "the provider does not refund it: {message}");
            ReturnStatus::Failed
        }
        Err(error) => return Err(error.into()),
    };
    Ok(note_stray(node, stray, status, None).await?)
}

/// Records the state of the refund of a payment that no order awaited.
async fn note_stray(
    node: &Node,
    stray: &Stray,
    status: ReturnStatus,
    event: Option<&str>,
) -> Answer<()> {
    let word = StrayReturned { session: stray.session.clone(), status, event: of_event(event)? };
    record_once(node, &word).await
}

/// Refunds a payment that can't be settled. If the provider refuses, the payment becomes a stray: people see it, and
/// can try again.
async fn give_back_unsettled(
    node: &Node,
    provider: &Stripe,
    hold: &Hold,
    session: &Session,
    charge: &str,
) -> Answer<()> {
    let back = ProviderRefund {
        payment: hold.payment.as_str(),
        n: 0,
        attempt: 0,
        charge,
        currency: hold.currency,
        amount: hold.amount,
        part: hold.left().map_or(Minor::ZERO, |(_, part)| part),
        is_rest: false,
    };
    if !queries::read(node, |db| queries::is_stray(db, node.did(), &session.id))? {
        match provider.give_back(&back).await {
            Ok(returned) if returned.status == ReturnStatus::Failed => {
                stray(node, session, Some(hold.payment.clone()), None).await?;
            }
            // A refund that fails later is a stray from then on (`gone_back`).
            Ok(_) => {}
            Err(ProviderError::Refused { code, .. }) if code == ALREADY_REFUNDED => {}
            Err(ProviderError::Refused { code, message }) => {
                tracing::error!(session = %session.id, code, "the provider does not refund it: {message}");
                stray(node, session, Some(hold.payment.clone()), None).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    let failed = Failed { payment: hold.payment.clone(), session: id(&session.id)?, event: None };
    let payment = hold.payment.as_str();
    tracing::warn!(payment, "what was paid for is gone: the money goes back");
    record_once(node, &failed).await
}

/// Records the money of a paid page that no order awaits, such as a second one of the same order. The money isn't
/// refunded automatically, since the goods may have been handed out before an older copy of the record was restored.
async fn stray(
    node: &Node,
    session: &Session,
    payment: Option<IdText>,
    event: Option<&str>,
) -> Answer<()> {
    let stray = operations::Stray {
        session: id(&session.id)?,
        amount: Minor::new(session.amount).map_err(Problem::internal)?,
        currency: id(&session.currency)?,
        charge: session.charge.as_deref().map(id).transpose()?,
        payment,
        event: of_event(event)?,
    };
    let recorded = node.record(node.did().clone(), &stray).await;
    if recorded.is_ok() {
        tracing::warn!(session = %session.id, "the provider was paid for something that no order awaits");
    }
    unless_known(recorded)
}

/// Records the open page of a payment.
pub(crate) async fn note_opened(node: &Node, payment: &str, session: &Session) -> Answer<()> {
    let until = session.until.saturating_mul(1000);
    let page = OpenedPage {
        payment: id(payment)?,
        session: id(&session.id)?,
        until: Timestamp::from_millis(until).map_err(Problem::internal)?,
        part: session.part.map(Minor::new).transpose().map_err(Problem::internal)?,
    };
    record_once(node, &page).await
}
