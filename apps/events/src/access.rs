//! What strangers may do here (take a free ticket, and look at what is theirs), how much one person may leave in the logs of
//! events and of others in a day, and what a block does not stop. Guests and up may do the rest.

use imajin_service::{Access, Allowance, Reach, Role};

use crate::operations::{
    BuyTickets, CancelEvent, CheckIn, CreateEvent, EraseEvent, HoldPlaces, RefundTicket,
    ReleasePlaces, SetStatus, TransferTicket, UpdateEvent,
};

/// Free tickets of strangers in a day: two each, so that somebody can bring somebody, and a hall full of all of them, who may
/// all be in its Wi-Fi.
const FREE: Allowance = Allowance {
    each: 2,
    address: 200,
    all: 200,
    free: Some("amount"),
};

/// Each hold and each release adds an entry to the event's log.
const PLACES: Reach = Reach {
    author: 100,
    target: 30,
};
/// Orders: a sale leaves entries with the event, its organiser and all who share in it.
const ORDERS: Reach = Reach {
    author: 5_000,
    target: 1_000,
};
/// Handing tickets on: a whole class gets theirs from one teacher.
const HANDED: Reach = Reach {
    author: 500,
    target: 100,
};
/// What an organiser does with an event of theirs.
const OWN_EVENT: Reach = Reach {
    author: 1_000,
    target: 300,
};
/// What an organiser does with the tickets of a full hall: letting people in, giving money back.
const DOOR: Reach = Reach {
    author: 50_000,
    target: 20_000,
};

pub(crate) const ROWS: &[Access] = &[
    Access::strangers(BuyTickets::NAME, FREE).reaching(ORDERS),
    reaches(HoldPlaces::NAME, PLACES),
    reaches(ReleasePlaces::NAME, PLACES).despite_block(),
    reaches(TransferTicket::NAME, HANDED),
    // Blocking the organiser changes nothing about a ticket that somebody has.
    reaches(CreateEvent::NAME, OWN_EVENT).despite_block(),
    reaches(UpdateEvent::NAME, OWN_EVENT).despite_block(),
    reaches(SetStatus::NAME, OWN_EVENT).despite_block(),
    reaches(CancelEvent::NAME, OWN_EVENT).despite_block(),
    reaches(EraseEvent::NAME, OWN_EVENT).despite_block(),
    reaches(RefundTicket::NAME, DOOR).despite_block(),
    reaches(CheckIn::NAME, DOOR).despite_block(),
    Access::of("POST /api/events/{id}/quote", Role::Stranger),
    // What costs something is refused with the operation.
    Access::of("POST /api/events/{id}/buy", Role::Stranger),
    Access::of("GET /api/mine", Role::Stranger),
    Access::of("GET /api/tickets/{id}", Role::Stranger),
    Access::of("GET /api/tickets/{id}/qr.svg", Role::Stranger),
    Access::of("GET /api/tickets/{id}/qr.png", Role::Stranger),
];

const fn reaches(op: &'static str, reach: Reach) -> Access {
    Access::of(op, Role::Guest).reaching(reach)
}
