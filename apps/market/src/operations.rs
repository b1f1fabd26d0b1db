//! The operations of this service. Each is declared once, as a type, next to its decision.

mod cancel;
mod hand;
mod listing;
mod order;
mod review;

use imajin_app::operation::{Declaration, Operation};
use imajin_items::{Attach, Follow, Remove, Set, Sort, Unfollow};

use crate::listings::Listings;

pub(crate) use cancel::{CancelOrder, CancellationEntry};
pub(crate) use hand::{HandOver, HandoverEntry};
pub(crate) use listing::{OfferListing, PutListing};
pub(crate) use order::{OrderEntry, OrderLoss, OrderPayment, OrderPromise, PlaceOrder};
pub(crate) use review::{EraseReview, ProblemEntry, ReportProblem, ReviewEntry, ReviewOrder};

/// The declarations of all operations of this service.
pub(crate) static ALL: [Declaration; 22] = [
    PutListing::DECLARATION,
    Set::<Listings>::DECLARATION,
    Attach::<Listings>::DECLARATION,
    Sort::<Listings>::DECLARATION,
    Remove::<Listings>::DECLARATION,
    Follow::<Listings>::DECLARATION,
    Unfollow::<Listings>::DECLARATION,
    OfferListing::DECLARATION,
    PlaceOrder::DECLARATION,
    OrderEntry::DECLARATION,
    OrderPromise::DECLARATION,
    OrderPayment::DECLARATION,
    OrderLoss::DECLARATION,
    HandOver::DECLARATION,
    HandoverEntry::DECLARATION,
    CancelOrder::DECLARATION,
    CancellationEntry::DECLARATION,
    ReviewOrder::DECLARATION,
    ReviewEntry::DECLARATION,
    EraseReview::DECLARATION,
    ReportProblem::DECLARATION,
    ProblemEntry::DECLARATION,
];
