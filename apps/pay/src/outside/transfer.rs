//! Sending people what is theirs of sales by card, to their own accounts with the provider.
//!
//! Always: the node's record says what goes before the provider is asked, and the provider is looked at before it is asked
//! again, so that a crash, a lost answer or an older copy of the record sends nothing twice.

use imajin_protocol::IdText;
use imajin_service::{Node, Problem};
use serde_json::Value as Json;

use super::{hold, of_event, problem, say, word};
use crate::projection::PROJECTION;
use crate::provider::{Provider, ProviderError, Transfer, Transferred};
use crate::routes::look;
use crate::{ops, reads, rules};

/// How much earlier than our own clock says the provider's may have made something, in seconds.
const CLOCKS_APART_S: i64 = 3600;

/// Sets aside what is free now for who has an account, and sends what is set aside.
pub(crate) async fn round(node: &Node, provider: &dyn Provider) -> Result<(), Problem> {
    let now = node.now().as_millis();
    let found = node.read(PROJECTION.name, |db| {
        reads::to_transfer(db, node.did(), now)
    })?;
    let mut outcome = Ok(());
    for (payment, n) in found {
        if let Err(problem) = begin(node, &payment, n).await {
            outcome = Err(problem);
        }
    }
    let due = node.read(PROJECTION.name, |db| reads::transfers_due(db, node.did()))?;
    for one in due {
        if let Err(problem) = send(node, provider, &one).await {
            outcome = Err(problem);
        }
    }
    outcome
}

async fn begin(node: &Node, payment: &str, n: i64) -> Result<(), Problem> {
    let Some(ready) = look(node, |world| rules::ready(world, payment, n))? else {
        return Ok(());
    };
    let members = vec![
        ("n", n.into()),
        word("did", ready.did.as_str())?,
        word("account", &ready.account)?,
        ("amount", ready.amount.get().into()),
        word("currency", ready.paid.currency.code())?,
    ];
    say(node, ops::TRANSFER, payment, members, Json::Null)
        .await
        .map(drop)
}

async fn send(node: &Node, provider: &dyn Provider, due: &reads::Transfer) -> Result<(), Problem> {
    let payment = &due.payment;
    let missing = || Problem::internal(format!("{payment} has no payment at the provider"));
    let charge = hold(node, payment)?.and_then(|hold| hold.charge);
    let charge = charge.ok_or_else(missing)?;
    let paid = node.read(PROJECTION.name, |db| {
        reads::payment(db, node.did(), payment)
    })?;
    let since_s = paid.ok_or_else(missing)?.free_at / 1000 - CLOCKS_APART_S;
    let known = provider.transfers(&due.account, since_s).await;
    let known = known.map_err(problem)?;
    let is_it = |one: &&Transferred| {
        one.payment.as_deref() == Some(payment)
            && one.n == Some(due.n)
            && one.node.as_deref() == Some(node.did().as_str())
            && one.reversed == 0
    };
    let wanted = Transfer {
        node: node.did(),
        payment,
        n: due.n,
        attempt: due.attempt,
        charge: &charge,
        account: &due.account,
        amount: due.amount,
        currency: due.currency,
    };
    let sent = match known.iter().find(is_it) {
        Some(sent) => Ok(sent.clone()),
        None => provider.transfer(&wanted).await,
    };
    match sent {
        Ok(sent) => {
            let members = vec![("amount", sent.amount.into()), word("transfer", &sent.id)?];
            ended(node, due, "sent", members).await
        }
        Err(ProviderError::Refused { code, message }) => {
            tracing::warn!(%payment, code, "the provider does not send it: {message}");
            let code = IdText::parse(&code).map_or_else(|_| "refused".to_owned(), |_| code);
            let members = vec![("amount", due.amount.get().into()), word("code", &code)?];
            ended(node, due, "refused", members).await
        }
        Err(error) => Err(problem(error)),
    }
}

async fn ended(
    node: &Node,
    due: &reads::Transfer,
    status: &'static str,
    mut members: Vec<super::Member>,
) -> Result<(), Problem> {
    members.extend([
        ("n", due.n.into()),
        word("currency", due.currency.code())?,
        word("status", status)?,
    ]);
    say(node, ops::TRANSFERRED, &due.payment, members, Json::Null)
        .await
        .map(drop)
}

/// The provider says how far a transfer is: the owner may have taken back a part of it on its own pages.
pub(crate) async fn heard(
    node: &Node,
    sent: &Transferred,
    event: Option<&str>,
) -> Result<(), Problem> {
    let (Some(payment), Some(n), true) = (
        sent.payment.as_deref(),
        sent.n,
        sent.node.as_deref() == Some(node.did().as_str()),
    ) else {
        return Ok(());
    };
    let found = node.read(PROJECTION.name, |db| {
        reads::transfer(db, node.did(), payment, n)
    })?;
    let Some(found) = found.filter(|found| sent.reversed > found.reversed.get()) else {
        return Ok(());
    };
    let mut members = of_event(event)?;
    let back = sent.reversed - found.reversed.get();
    members.push(("amount", back.into()));
    ended(node, &found, "reversed", members).await
}
