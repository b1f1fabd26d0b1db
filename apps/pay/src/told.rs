//! What entries of payments tell: money came, is owed, or was paid out.

use imajin_ledger::Applied;
use imajin_service::notices::{About, Notice};

use crate::operations::{Credit, Owed, PaidOut};

/// The operations that tell something.
pub(crate) const TELLS: &[&str] = &[Credit::NAME, Owed::NAME, PaidOut::NAME];

/// What an entry of theirs tells.
pub(crate) fn of(entry: &Applied<'_>) -> Vec<Notice> {
    let amount = entry.fact.and_then(|fact| fact.int("amount"));
    let is_more = amount.is_some_and(|amount| amount > 0);
    let debtor = entry.fact.and_then(|fact| fact.id("debtor"));
    let is_told = match entry.op {
        Credit::NAME => is_more,
        // Creditors have it in their records, too: they are told once the money comes.
        Owed::NAME => is_more && debtor.is_some_and(|debtor| debtor.as_str() == entry.did.as_str()),
        _ => true,
    };
    let notice = is_told.then(|| Notice::of(entry, About::Payment));
    notice.into_iter().collect()
}
