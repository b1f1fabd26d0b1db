//! What comes after a payment: refunds, disputes, and how far sellers' own accounts are.

use imajin_ledger::{RefusalKind, SubmitError};
use imajin_protocol::{Currency, Did};
use imajin_service::{Node, Problem};
use serde_json::Value as Json;

use super::{hold, of_event, page, problem, say, submit, word};
use crate::ops;
use crate::projection::PROJECTION;
use crate::provider::{Account, Dispute, Provider, Returned};
use crate::reads::{self, Hold};

/// What became of something that was given back.
pub(crate) async fn gone_back(
    node: &Node,
    returned: &Returned,
    event: Option<&str>,
) -> Result<(), Problem> {
    let found = node.read(PROJECTION.name, |db| {
        match (returned.payment.as_deref(), returned.n) {
            (Some(payment), Some(n)) => reads::returned(db, node.did(), payment, n),
            _ => reads::of_refund(db, node.did(), &returned.id),
        }
    })?;
    let Some(found) = found else {
        return given_back_there(node, returned, event).await;
    };
    let payment = node.read(PROJECTION.name, |db| {
        reads::payment(db, node.did(), &found.payment)
    })?;
    let Some(paid) = payment else {
        return Ok(());
    };
    let mut members = of_event(event)?;
    let amount = match returned.amount {
        0 => found.left().get(),
        amount => amount,
    };
    members.extend([
        ("n", found.n.into()),
        ("amount", amount.into()),
        word("currency", paid.currency.code())?,
        word("status", returned.status)?,
        word("refund", &returned.id)?,
    ]);
    say(node, ops::RETURNED, &found.payment, members, Json::Null)
        .await
        .map(drop)
}

/// Something that was given back at the provider's own pages: the money is gone, as after a dispute that is lost.
async fn given_back_there(
    node: &Node,
    returned: &Returned,
    event: Option<&str>,
) -> Result<(), Problem> {
    let (Some(charge), Some(currency), "succeeded") =
        (&returned.charge, &returned.currency, returned.status)
    else {
        return Ok(());
    };
    let found = node.read(PROJECTION.name, |db| {
        reads::of_charge(db, node.did(), charge)
    })?;
    match found {
        Some(found) if returned.payment.is_none() => {
            let dispute = Dispute {
                id: returned.id.clone(),
                charge: charge.clone(),
                amount: returned.amount,
                currency: currency.clone(),
                status: "lost".to_owned(),
            };
            // Whoever reads it knows by this that it can still fail.
            let refund = Some(returned.id.as_str());
            note_dispute(node, &found, &dispute, refund, event).await
        }
        _ => Ok(()),
    }
}

pub(super) async fn disputed(
    node: &Node,
    provider: &dyn Provider,
    dispute: &Dispute,
    event: Option<&str>,
) -> Result<(), Problem> {
    let find = || {
        node.read(PROJECTION.name, |db| {
            reads::of_charge(db, node.did(), &dispute.charge)
        })
    };
    let mut found = find()?;
    if found.is_none() {
        // It may have come before the word that the payment was made.
        let (of_node, payment) = provider.words(&dispute.charge).await.map_err(problem)?;
        let payment = payment.filter(|_| of_node.as_deref() == Some(node.did().as_str()));
        let waiting = payment
            .as_deref()
            .map(|payment| hold(node, payment))
            .transpose()?;
        if let Some(open) = waiting.flatten().and_then(|hold| hold.session) {
            let session = provider.look(&open.id).await.map_err(problem)?;
            page(node, provider, &session, None).await?;
            found = find()?;
        }
    }
    let Some(found) = found else {
        return Ok(());
    };
    tracing::warn!(payment = %found.payment.as_str(), status = %dispute.status, "a payment is disputed");
    note_dispute(node, &found, dispute, None, event).await
}

async fn note_dispute(
    node: &Node,
    found: &Hold,
    dispute: &Dispute,
    refund: Option<&str>,
    event: Option<&str>,
) -> Result<(), Problem> {
    let currency = Currency::parse(&dispute.currency).map_err(Problem::internal)?;
    let mut members = of_event(event)?;
    members.extend([
        word("dispute", &dispute.id)?,
        ("amount", dispute.amount.into()),
        word("currency", currency.code())?,
        word("status", &dispute.status)?,
    ]);
    if let Some(refund) = refund {
        members.push(word("refund", refund)?);
    }
    say(
        node,
        ops::DISPUTED,
        found.payment.as_str(),
        members,
        Json::Null,
    )
    .await
    .map(drop)
}

/// Notes how far somebody's account is. Whose it is says who asked, or our own record of it: not the provider.
pub(crate) async fn account_changed(
    node: &Node,
    of: Option<&Did>,
    account: &Account,
    event: Option<&str>,
) -> Result<(), Problem> {
    let known = node.read(PROJECTION.name, |db| {
        reads::owner_of_account(db, &account.id)
    })?;
    let Some(did) = of.cloned().or(known) else {
        return Ok(());
    };
    let mut members = of_event(event)?;
    members.extend([
        word("account", &account.id)?,
        ("ready", i64::from(account.is_ready).into()),
    ]);
    match submit(node, &did, ops::ACCOUNT, None, members, Json::Null).await? {
        Ok(_) => Ok(()),
        Err(SubmitError::Refused(refusal)) if refusal.kind == RefusalKind::Conflict => Ok(()),
        // Who moved away or deleted everything is paid nothing here any more.
        Err(SubmitError::ReadOnly { .. }) => Ok(()),
        Err(error) => Err(Problem::from(error)),
    }
}
