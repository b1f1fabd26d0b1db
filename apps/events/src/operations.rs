//! The operations of this service. Each is declared once, as a type.
//!
//! Always: a person's intent is in the log of that person (organiser, buyer, holder). Its consequences for the event
//! are derived entries in the event's own log.

mod answer;
mod buy;
mod describe;
mod description;
mod door;
mod fields;
mod free;
mod hand_on;
mod hold;
mod payment;
mod picture;
mod shared;
mod status;
mod ticket;

use imajin_app::Node;
use imajin_app::operation::AfterCommit;
use imajin_ledger::Receipt;
use imajin_protocol::Did;

use crate::bell::Bell;

pub(crate) use answer::{ApprovePlaces, OfferPlaces, ReleasePlaces, ReleasedPlaces};
pub(crate) use buy::BuyTickets;
pub(crate) use describe::{Changed, CreateEvent, EraseEvent, KEPT, OpenedEvent, UpdateEvent};
pub(crate) use description::{Description, EventWords, Numbers};
pub(crate) use door::{CheckIn, UsedTicket};
pub(crate) use fields::{ManifestDigest, Over, Text};
pub(crate) use free::{has_more_than_a_key, needs_approval};
pub(crate) use hand_on::{RefundTicket, TransferTicket};
pub(crate) use hold::{HeldPlaces, HoldPlaces, check_left};
pub(crate) use payment::{PaidPlaces, PaidRefusal, WithdrawnPayment, WithdrawnRefusal};
pub(crate) use picture::ShowPicture;
pub(crate) use status::{CancelEvent, SetStatus, Status, StatusChanged};
pub(crate) use ticket::{IssuedTicket, TICKETS_MAX, VoidedTicket};

imajin_app::declarations! {
    CreateEvent, UpdateEvent, SetStatus, CancelEvent, ShowPicture, EraseEvent, HoldPlaces,
    ReleasePlaces, ApprovePlaces, BuyTickets, TransferTicket, RefundTicket, CheckIn, PaidPlaces,
    WithdrawnPayment, OfferPlaces, OpenedEvent, Changed, StatusChanged, HeldPlaces, ReleasedPlaces,
    IssuedTicket, VoidedTicket, UsedTicket,
}

/// Implements `AfterCommit` of operations that leave work to the worker, by a signal of its bell.
macro_rules! wake_worker {
    ($($operation:ty => $signal:ident),+ $(,)?) => {$(
        impl AfterCommit for $operation {
            fn after_commit(&self, node: &Node, _: &Did, _: &Receipt) {
                node.state::<Bell>().$signal();
            }
        }
    )+};
}

wake_worker! {
    UpdateEvent => ring,
    ReleasePlaces => ring,
    BuyTickets => ring,
    TransferTicket => ring,
    RefundTicket => ring,
    SetStatus => cancelled,
    CancelEvent => cancelled,
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn each_operation_reads_its_own_example() {
        for declaration in &ALL {
            assert_eq!(declaration.reads_its_sample(), Ok(()), "{}", declaration.spec.op);
        }
    }
}
