//! What entries of events tell: a ticket came, was sold or is void; an event changed or was cancelled.

use imajin_ledger::Applied;
use imajin_service::notices::{About, Notice, To};

use crate::operations::{Changed, IssuedTicket, Status, StatusChanged, VoidedTicket};

/// The operations that tell something.
pub(crate) const TELLS: &[&str] = &[
    IssuedTicket::NAME,
    VoidedTicket::NAME,
    Changed::NAME,
    StatusChanged::NAME,
];

/// What an entry of theirs tells.
pub(crate) fn of(entry: &Applied<'_>) -> Vec<Notice> {
    let id = |name: &str| Some(entry.fact?.id(name)?.as_str());
    let is_events_own = id("event") == Some(entry.did.as_str());
    let notice = match entry.op {
        IssuedTicket::NAME if is_events_own => {
            // A seat that was passed on was sold before.
            let is_sale = entry.fact.and_then(|fact| fact.int("issue")) == Some(1);
            let sold = Notice::of(entry, About::Ticket).to(To::Leaders(entry.did.clone()));
            is_sale.then_some(sold)
        }
        VoidedTicket::NAME if is_events_own => None,
        IssuedTicket::NAME | VoidedTicket::NAME => Some(Notice::of(entry, About::Ticket)),
        StatusChanged::NAME if id("status") != Some(Status::Cancelled.as_str()) => None,
        _ => {
            let everybody = To::Everybody(entry.did.clone());
            Some(Notice::of(entry, About::Event).to(everybody))
        }
    };
    notice.into_iter().collect()
}
