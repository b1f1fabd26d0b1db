//! Sending people what is theirs of sales by card, to their own accounts with the provider.
//!
//! Always: the node's record says what goes before the provider is asked, and the provider is looked at before it is asked
//! again, so that a crash, a lost answer or an older copy of the record sends nothing twice.

use std::collections::BTreeMap;

use imajin_protocol::IdText;
use imajin_service::{Node, Problem};
use serde_json::Value as Json;

use super::{hold, of_event, say, word};
use crate::patience::{Fault, Patience, Task};
use crate::projection::PROJECTION;
use crate::provider::{Provider, ProviderError, Transfer, Transferred};
use crate::routes::look;
use crate::{ops, reads, rules};

/// How long before a payment's own deadline its transfers are looked for, in milliseconds: a provider's page is open for a
/// day at most, and its clock may be an hour behind ours. The deadline was fixed when the payment was begun, so that an older
/// copy of the record, which hears of the payment again and holds it again, looks as far back.
const BEFORE_DEADLINE_MS: i64 = 25 * 3_600_000;

/// Sets aside what is free now for who has an account, and sends what is set aside. What one account or one part of a payment
/// does not take delays that one alone.
pub(crate) async fn round(
    node: &Node,
    provider: &dyn Provider,
    patience: &mut Patience,
) -> Result<(), Problem> {
    let now = node.now().as_millis();
    let found = node.read(PROJECTION.name, |db| {
        reads::to_transfer(db, node.did(), now)
    })?;
    for (payment, n) in found {
        let beginning = async { Ok(begin(node, &payment, n).await?) };
        let id = part(&payment, n);
        patience
            .attempt(node, (Task::SetAside, &id), beginning)
            .await?;
    }
    let but_for = patience.waiting(node, Task::Account);
    let more = patience.hidden(Task::Send);
    let due = node.read(PROJECTION.name, |db| {
        reads::transfers_due(db, node.did(), &but_for, more)
    })?;
    let mut accounts: BTreeMap<String, Vec<reads::Transfer>> = BTreeMap::new();
    for one in due {
        if !patience.waits(node, Task::Send, &part(&one.payment, one.n)) {
            accounts.entry(one.account.clone()).or_default().push(one);
        }
    }
    for (account, due) in accounts {
        let looking = sent_before(node, provider, &account, &due);
        let task = (Task::Account, account.as_str());
        let Some(before) = patience.attempt(node, task, looking).await? else {
            continue;
        };
        for one in &due {
            let id = part(&one.payment, one.n);
            let sending = send(node, provider, one, &before);
            patience.attempt(node, (Task::Send, &id), sending).await?;
        }
    }
    Ok(())
}

fn part(payment: &str, n: i64) -> String {
    format!("{payment} {n}")
}

/// What went to an account since the oldest of these payments was begun.
async fn sent_before(
    node: &Node,
    provider: &dyn Provider,
    account: &str,
    due: &[reads::Transfer],
) -> Result<Vec<Transferred>, Fault> {
    let mut since_ms = i64::MAX;
    for one in due {
        let until = hold(node, &one.payment)?.map_or(0, |hold| hold.until);
        since_ms = since_ms.min(until - BEFORE_DEADLINE_MS);
    }
    Ok(provider.transfers(account, since_ms.max(0) / 1000).await?)
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

async fn send(
    node: &Node,
    provider: &dyn Provider,
    due: &reads::Transfer,
    before: &[Transferred],
) -> Result<(), Fault> {
    let payment = &due.payment;
    let missing = || Problem::internal(format!("{payment} has no payment at the provider"));
    let charge = hold(node, payment)?.and_then(|hold| hold.charge);
    let charge = charge.ok_or_else(missing)?;
    let is_it = |one: &&Transferred| {
        one.payment.as_deref() == Some(payment)
            && one.n == Some(due.n)
            && one.node.as_deref() == Some(node.did().as_str())
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
    let sent = match before.iter().find(is_it) {
        Some(sent) => Ok(sent.clone()),
        None => provider.transfer(&wanted).await,
    };
    match sent {
        Ok(sent) => {
            let members = vec![("amount", sent.amount.into()), word("transfer", &sent.id)?];
            ended(node, due, "sent", members).await?;
            // The owner may have taken back a part of it before an older copy of this record was put back.
            Ok(heard(node, &sent, None).await?)
        }
        Err(ProviderError::Refused { code, message }) => {
            tracing::warn!(%payment, code, "the provider does not send it: {message}");
            let code = IdText::parse(&code).map_or_else(|_| "refused".to_owned(), |_| code);
            let members = vec![("amount", due.amount.get().into()), word("code", &code)?];
            Ok(ended(node, due, "refused", members).await?)
        }
        Err(error) => Err(error.into()),
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
