//! Events after a payment: refunds, disputes, and the states of sellers' own accounts.

use imajin_app::operation::{Choice as _, Int};
use imajin_app::{Answer, Node, Problem};
use imajin_host::prelude::*;
use imajin_ledger::{RefusalKind, SubmitError};
use imajin_protocol::{Currency, Did};

use super::{amount, hold, id, note_stray, of_event, page, record_once};
use crate::dispute_status::DisputeStatus;
use crate::operations::{self, Disputed, Flag, ProviderAccount, ReturnStatus};
use crate::provider::{Account, Dispute, ProviderError, Returned};
use crate::queries::{self, Hold, Stray};
use crate::stripe::Stripe;

/// Handles the outcome of a refund.
pub(crate) async fn gone_back(node: &Node, returned: &Returned, event: Option<&str>) -> Answer<()> {
    let row = queries::read(node, |db| match (returned.payment.as_deref(), returned.n) {
        (Some(payment), Some(n)) => queries::returned(db, node.did(), payment, n),
        _ => queries::of_refund(db, node.did(), &returned.id),
    })?;
    let Some(found) = row else {
        return match stray_of(node, returned)? {
            Some(stray) => note_stray(node, &stray, returned.status, event).await,
            None => match unsettled(node, returned)? {
                Some(hold) => came_back(node, &hold, returned, event).await,
                None => given_back_there(node, returned, event).await,
            },
        };
    };
    let payment = queries::read(node, |db| queries::payment(db, node.did(), &found.payment))?;
    let Some(paid) = payment else {
        return Ok(());
    };
    let units = match returned.amount {
        0 => found.left().get(),
        units => units,
    };
    let word = operations::Returned {
        payment: id(&found.payment)?,
        n: Int(found.n),
        amount: amount(units)?,
        currency: paid.currency,
        status: returned.status,
        refund: Some(id(&returned.id)?),
        event: of_event(event)?,
    };
    record_once(node, &word).await
}

/// Returns the stray that a refund belongs to, whether the node or the owner made it. Partial refunds don't count.
fn stray_of(node: &Node, returned: &Returned) -> Answer<Option<Stray>> {
    let Some(charge) = &returned.charge else {
        return Ok(None);
    };
    let stray = queries::read(node, |db| queries::stray_of_charge(db, node.did(), charge))?;
    Ok(stray.filter(|stray| returned.amount == stray.amount.get()))
}

/// Returns the payment whose refund failed, if it was refunded because it could never be settled.
fn unsettled(node: &Node, returned: &Returned) -> Answer<Option<Hold>> {
    let (Some(payment), Some(0), ReturnStatus::Failed) =
        (returned.payment.as_deref(), returned.n, returned.status)
    else {
        return Ok(None);
    };
    Ok(hold(node, payment)?.filter(|hold| !hold.done))
}

/// Records the money of a payment that could not be settled and whose refund failed: people see it, and can try again.
async fn came_back(
    node: &Node,
    unsettled: &Hold,
    returned: &Returned,
    event: Option<&str>,
) -> Answer<()> {
    let Some(page) = &unsettled.session else {
        return Ok(());
    };
    let stray = operations::Stray {
        session: id(&page.id)?,
        amount: unsettled.amount,
        currency: id(unsettled.currency.code())?,
        charge: returned.charge.as_deref().map(id).transpose()?,
        payment: Some(unsettled.payment.clone()),
        event: of_event(event)?,
    };
    record_once(node, &stray).await
}

/// Handles a refund made on the provider's own pages: the money is gone, as after a lost dispute.
async fn given_back_there(node: &Node, returned: &Returned, event: Option<&str>) -> Answer<()> {
    let (Some(charge), Some(currency), ReturnStatus::Succeeded) =
        (&returned.charge, &returned.currency, returned.status)
    else {
        return Ok(());
    };
    let row = queries::read(node, |db| queries::of_charge(db, node.did(), charge))?;
    match row {
        Some(found) if returned.payment.is_none() => {
            let dispute = Dispute {
                id: returned.id.clone(),
                charge: charge.clone(),
                amount: returned.amount,
                currency: currency.clone(),
                status: DisputeStatus::Lost.name().to_owned(),
            };
            // The refund can still fail: readers recognise it by the refund's name.
            let refund = Some(returned.id.as_str());
            note_dispute(node, &found, &dispute, refund, event).await
        }
        _ => Ok(()),
    }
}

pub(super) async fn disputed(
    node: &Node,
    provider: &Stripe,
    dispute: &Dispute,
    event: Option<&str>,
) -> Answer<()> {
    let find = || queries::read(node, |db| queries::of_charge(db, node.did(), &dispute.charge));
    let mut row = find()?;
    if row.is_none() {
        // The dispute may have arrived before the news that the payment was made.
        let (of_node, payment) = provider.words(&dispute.charge).await?;
        let payment = payment.filter(|_| of_node.as_deref() == Some(node.did().as_str()));
        let waiting = payment.as_deref().map(|payment| hold(node, payment)).transpose()?;
        if let Some(open) = waiting.flatten().and_then(|hold| hold.session) {
            let session = provider.look(&open.id).await?;
            page(node, provider, &session, None).await?;
            row = find()?;
        }
    }
    let Some(found) = row else {
        return Ok(());
    };
    tracing::warn!(payment = %found.payment.as_str(), status = %dispute.status, "a payment is disputed");
    if DisputeStatus::from_name(&dispute.status).is_none() {
        tracing::error!(status = %dispute.status, "the provider's status of a dispute is unknown: it counts as open");
    }
    note_dispute(node, &found, dispute, None, event).await
}

async fn note_dispute(
    node: &Node,
    found: &Hold,
    dispute: &Dispute,
    refund: Option<&str>,
    event: Option<&str>,
) -> Answer<()> {
    let currency = Currency::parse(&dispute.currency).map_err(Problem::internal)?;
    let disputed = Disputed {
        payment: found.payment.clone(),
        dispute: id(&dispute.id)?,
        amount: amount(dispute.amount)?,
        currency,
        status: id(&dispute.status)?,
        refund: refund.map(id).transpose()?,
        event: of_event(event)?,
    };
    record_once(node, &disputed).await
}

/// Handles news of a person's account. News may come late and out of order, so the provider is asked for the current
/// state.
pub(super) async fn account_reported(
    node: &Node,
    provider: &Stripe,
    reported: Account,
    event: Option<&str>,
) -> Answer<()> {
    if queries::read(node, |db| queries::owner_of_account(db, &reported.id))?.is_none() {
        return Ok(());
    }
    let account = match provider.account(&reported.id).await {
        Ok(account) => account,
        // The account was closed since.
        Err(ProviderError::Refused { .. }) => reported,
        Err(error) => return Err(error.into()),
    };
    account_changed(node, None, &account, event).await
}

/// Records the state of a person's account. The holder is `of`, or the person in whose record the account is: never the
/// provider's word.
pub(crate) async fn account_changed(
    node: &Node,
    of: Option<&Did>,
    account: &Account,
    event: Option<&str>,
) -> Answer<()> {
    let owner = queries::read(node, |db| queries::owner_of_account(db, &account.id))?;
    let Some(did) = of.cloned().or(owner) else {
        return Ok(());
    };
    let word = ProviderAccount {
        account: id(&account.id)?,
        ready: Flag(account.is_ready),
        event: of_event(event)?,
    };
    match node.record(did, &word).await {
        Ok(_) => Ok(()),
        Err(SubmitError::Refused(refusal)) if refusal.kind == RefusalKind::Conflict => Ok(()),
        // The node pays nothing more to people who moved away or deleted everything.
        Err(error) if error.is_of_closed_log() => Ok(()),
        Err(error) => Err(Problem::from(error)),
    }
}
