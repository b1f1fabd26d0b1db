//! The operations of this service. Each is declared once, as a type, next to its decision.

mod cancel;
mod hand;
mod listing;
mod order;
mod review;

use imajin_items::{Attach, Follow, Remove, Set, Sort, Unfollow};

use crate::listings::Listings;

pub(crate) use cancel::{CancelOrder, CancellationEntry};
pub(crate) use hand::{HandOver, HandoverEntry};
pub(crate) use listing::{OfferListing, PutListing};
pub(crate) use order::{OrderEntry, OrderLoss, OrderPayment, OrderPromise, PlaceOrder};
pub(crate) use review::{EraseReview, ProblemEntry, ReportProblem, ReviewEntry, ReviewOrder};

imajin_app::declarations! {
    PutListing, Set<Listings>, Attach<Listings>, Sort<Listings>, Remove<Listings>, Follow<Listings>,
    Unfollow<Listings>, OfferListing, PlaceOrder, OrderEntry, OrderPromise, OrderPayment, OrderLoss,
    HandOver, HandoverEntry, CancelOrder, CancellationEntry, ReviewOrder, ReviewEntry, EraseReview,
    ReportProblem, ProblemEntry,
}
