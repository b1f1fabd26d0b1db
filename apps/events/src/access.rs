//! Access rules: strangers may take free tickets, view and return their own. Everything else needs a guest or a higher role.
//! The rules also limit how many entries one person may add per day to logs of events and of other people, and name the
//! operations that a block doesn't stop.

use imajin_app::{Access, Allowance, Reach, Role};

use crate::operations::{
    ApprovePlaces, BuyTickets, CancelEvent, CheckIn, CreateEvent, EraseEvent, HoldPlaces,
    RefundTicket, ReleasePlaces, SetStatus, TransferTicket, UpdateEvent,
};

/// Limits on free tickets for strangers per day: two per person, so that each can bring a companion, and a full hall in
/// total.
const FREE: Allowance =
    Allowance { each: 2, address: FROM_ADDRESS, all: 200, free: Some("amount") };
/// Maximum number of free places per day that people without an invite take from one IP address: enough for a few
/// families, never a whole hall. Keys and mailboxes are free to create, so limits per person aren't enough.
const FROM_ADDRESS: u32 = 40;

/// Limits on free tickets that strangers return per day. Each took two a day at most.
const RETURNS: Allowance = Allowance { each: 20, ..FREE };
/// Limits on holds. Each hold adds an entry to the event's log.
const PLACES: Reach = Reach::daily(100, 30);
/// Limits on orders. A sale adds an entry per ticket to the event's log, and entries to the logs of its organiser and
/// of everyone who shares in the income.
const ORDERS: Reach = Reach::daily(5_000, 1_000);
/// Limits on transfers. One teacher may pass tickets on to a whole class.
const HANDED: Reach = Reach::daily(500, 100);
/// Limits on an organiser's changes to their own event.
const OWN_EVENT: Reach = Reach::daily(1_000, 300);
/// Limits on check-ins and refunds, enough for a full hall.
const DOOR: Reach = Reach::daily(50_000, 20_000);

pub(crate) const ROWS: &[Access] = &[
    Access::strangers(BuyTickets::NAME, FREE)
        .uninvited(FROM_ADDRESS)
        .counting("quantity")
        .reaching(ORDERS),
    reaches(HoldPlaces::NAME, PLACES).uninvited(FROM_ADDRESS),
    // Places must be held or requested before they are released. An organiser may decline a hall full of people.
    reaches(ReleasePlaces::NAME, OWN_EVENT).despite_block(),
    reaches(ApprovePlaces::NAME, OWN_EVENT).despite_block(),
    reaches(TransferTicket::NAME, HANDED),
    // Blocking the organiser doesn't affect tickets that a person already holds.
    reaches(CreateEvent::NAME, OWN_EVENT).despite_block(),
    reaches(UpdateEvent::NAME, OWN_EVENT).despite_block(),
    reaches(SetStatus::NAME, OWN_EVENT).despite_block(),
    reaches(CancelEvent::NAME, OWN_EVENT).despite_block(),
    reaches(EraseEvent::NAME, OWN_EVENT).despite_block(),
    Access::strangers(RefundTicket::NAME, RETURNS).reaching(DOOR).despite_block(),
    reaches(CheckIn::NAME, DOOR).despite_block(),
    Access::new("POST /api/events/{id}/quote", Role::Stranger),
    // The operation itself refuses tickets that cost money.
    Access::new("POST /api/events/{id}/buy", Role::Stranger),
    Access::new("GET /api/mine", Role::Stranger),
    Access::new("GET /api/tickets/{id}", Role::Stranger),
    Access::new("GET /api/tickets/{id}/qr.svg", Role::Stranger),
    Access::new("GET /api/tickets/{id}/qr.png", Role::Stranger),
];

const fn reaches(op: &'static str, reach: Reach) -> Access {
    Access::new(op, Role::Guest).reaching(reach)
}
