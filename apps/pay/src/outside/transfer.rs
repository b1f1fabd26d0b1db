//! Transfers of people's free parts of sales by card to their own accounts with the provider.
//!
//! Always: the node's record has a transfer before the provider gets it, and the node checks the provider's transfers
//! before a retry, so that a crash, a lost answer or an older copy of the record sends nothing twice.

use std::collections::BTreeMap;

use imajin_app::operation::Int;
use imajin_app::{Node, Problem};
use imajin_protocol::IdText;
use tokio::sync::Mutex;

use super::{amount, hold, id, of_event, record_once};
use crate::operations::{self, TransferStatus, look};
use crate::patience::{Fault, Patience, Task};
use crate::provider::{ProviderError, Transfer, Transferred};
use crate::queries;
use crate::stripe::Stripe;

/// Time before a payment's deadline from which its transfers are listed, in milliseconds: a provider's page is open for
/// a day at most, and its clock may be an hour behind ours. The deadline was fixed when the payment was begun, so
/// an older copy of the record, which learns of the payment again, looks as far back.
const BEFORE_DEADLINE_MS: i64 = 25 * 3_600_000;

/// Held from the look at a transfer until what came back of it is recorded: the provider reports one reversal by two
/// events at the same moment, and an entry has only the difference to the recorded amount.
static REVERSALS: Mutex<()> = Mutex::const_new(());

/// Sets aside the free parts of everyone who has an account, and sends the parts that are set aside. A failure of one
/// account or one part of a payment delays only that one.
pub(crate) async fn round(
    node: &Node,
    provider: &Stripe,
    patience: &mut Patience,
) -> Result<(), Problem> {
    let now = node.now().as_millis();
    let more = patience.hidden(Task::SetAside);
    let free = queries::read(node, |db| queries::to_transfer(db, node.did(), now, more))?;
    for (payment, n) in free {
        let beginning = async { Ok(begin(node, &payment, n).await?) };
        let name = part(&payment, n);
        patience.attempt(node, (Task::SetAside, &name), beginning).await?;
    }
    let but_for = patience.waiting(node, Task::Account);
    let more = patience.hidden(Task::Send);
    let due = queries::read(node, |db| queries::transfers_due(db, node.did(), &but_for, more))?;
    let mut accounts: BTreeMap<String, Vec<queries::Transfer>> = BTreeMap::new();
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
            let name = part(&one.payment, one.n);
            let sending = send(node, provider, one, &before);
            patience.attempt(node, (Task::Send, &name), sending).await?;
        }
    }
    Ok(())
}

fn part(payment: &str, n: i64) -> String {
    format!("{payment} {n}")
}

/// Returns the transfers to an account since the oldest of these payments was begun.
async fn sent_before(
    node: &Node,
    provider: &Stripe,
    account: &str,
    due: &[queries::Transfer],
) -> Result<Vec<Transferred>, Fault> {
    let mut since_ms = i64::MAX;
    for one in due {
        let until = hold(node, &one.payment)?.map_or(0, |hold| hold.until);
        since_ms = since_ms.min(until - BEFORE_DEADLINE_MS);
    }
    Ok(provider.transfers(account, since_ms.max(0) / 1000).await?)
}

async fn begin(node: &Node, payment: &str, n: i64) -> Result<(), Problem> {
    let Some(ready) = look(node, |world| operations::ready(world, payment, n))? else {
        return Ok(());
    };
    let word = operations::Transfer {
        payment: id(payment)?,
        n: Int(n),
        did: ready.did,
        account: id(&ready.account)?,
        amount: amount(ready.amount.get())?,
        currency: ready.paid.currency,
    };
    record_once(node, &word).await
}

async fn send(
    node: &Node,
    provider: &Stripe,
    due: &queries::Transfer,
    before: &[Transferred],
) -> Result<(), Fault> {
    let payment = &due.payment;
    let missing = || Problem::internal(format!("{payment} has no payment at the provider"));
    let charge = hold(node, payment)?.and_then(|hold| hold.charge).ok_or_else(missing)?;
    let is_it = |one: &&Transferred| {
        one.payment.as_deref() == Some(payment)
            && one.n == Some(due.n)
            && one.node.as_deref() == Some(node.did().as_str())
    };
    let request = Transfer {
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
        None => provider.transfer(&request).await,
    };
    match sent {
        Ok(sent) => {
            let word = operations::Transferred {
                transfer: Some(id(&sent.id)?),
                ..became(due, TransferStatus::Sent, sent.amount)?
            };
            record_once(node, &word).await?;
            // The owner may have taken back a part of the transfer before an older copy of this record was restored.
            Ok(handle_event(node, &sent, None).await?)
        }
        Err(ProviderError::Refused { code, message }) => {
            tracing::warn!(%payment, code, "the provider does not send it: {message}");
            let code = IdText::parse(&code).map_or_else(|_| id("refused"), Ok)?;
            let word = operations::Transferred {
                code: Some(code),
                ..became(due, TransferStatus::Refused, due.amount.get())?
            };
            Ok(record_once(node, &word).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns the operation that records the outcome of a transfer.
fn became(
    due: &queries::Transfer,
    status: TransferStatus,
    units: i64,
) -> Result<operations::Transferred, Problem> {
    Ok(operations::Transferred {
        payment: id(&due.payment)?,
        n: Int(due.n),
        amount: amount(units)?,
        currency: due.currency,
        status,
        transfer: None,
        code: None,
        event: None,
    })
}

/// Records the provider's state of a transfer: the owner may have taken back a part of it on the provider's own pages.
pub(crate) async fn handle_event(
    node: &Node,
    sent: &Transferred,
    event: Option<&str>,
) -> Result<(), Problem> {
    let (Some(payment), Some(n), true) =
        (sent.payment.as_deref(), sent.n, sent.node.as_deref() == Some(node.did().as_str()))
    else {
        return Ok(());
    };
    let _one_at_a_time = REVERSALS.lock().await;
    let row = queries::read(node, |db| queries::transfer(db, node.did(), payment, n))?;
    let Some(found) = row.filter(|found| sent.reversed > found.reversed.get()) else {
        return Ok(());
    };
    let back = sent.reversed - found.reversed.get();
    let word = operations::Transferred {
        event: of_event(event)?,
        ..became(&found, TransferStatus::Reversed, back)?
    };
    record_once(node, &word).await
}
