//! What strangers may do here (take a free ticket, and look at what is theirs), how much one person may leave in the logs of
//! events and of others in a day, and what a block does not stop. Guests and up may do the rest.

use imajin_service::{Access, Allowance, Reach, Role};

use crate::operations::{
    ApprovePlaces, BuyTickets, CancelEvent, CheckIn, CreateEvent, EraseEvent, HoldPlaces,
    RefundTicket, ReleasePlaces, SetStatus, TransferTicket, UpdateEvent,
};

/// Free tickets of strangers in a day: two each, so that somebody can bring somebody, and a hall full of all of them.
const FREE: Allowance = Allowance {
    each: 2,
    address: FROM_ADDRESS,
    all: 200,
    free: Some("amount"),
};
/// Free places that people whom nobody invited take from one address in a day: some families, and never a whole hall. Keys
/// and mailboxes are for the asking.
const FROM_ADDRESS: u32 = 40;

/// Each hold adds an entry to the event's log.
const PLACES: Reach = Reach {
    author: 100,
    target: 30,
};
/// Tickets: a sale leaves each of them with the event, and entries with its organiser and all who share in it.
const ORDERS: Reach = Reach {
    author: 5_000,
    target: 1_000,
};
/// Passing tickets on: a whole class gets theirs from one teacher.
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
    Access::strangers(BuyTickets::NAME, FREE)
        .uninvited(FROM_ADDRESS)
        .counting("quantity")
        .reaching(ORDERS),
    reaches(HoldPlaces::NAME, PLACES).uninvited(FROM_ADDRESS),
    // What is released was held or asked for before. An organiser may decline a hall full of people.
    reaches(ReleasePlaces::NAME, OWN_EVENT).despite_block(),
    reaches(ApprovePlaces::NAME, OWN_EVENT).despite_block(),
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
