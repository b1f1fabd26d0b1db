//! The operations of this service. Each is declared once, as a type, next to its decision.

mod offer;
mod put;

use imajin_app::operation::{Declaration, Operation};
use imajin_items::{Attach, Follow, Remove, Set, Sort, Unfollow};

use crate::listings::Listings;

pub(crate) use offer::{OfferListing, RETURNS_MAX};
pub(crate) use put::PutListing;

/// The declarations of all operations of this service.
pub(crate) static ALL: [Declaration; 8] = [
    PutListing::DECLARATION,
    Set::<Listings>::DECLARATION,
    Attach::<Listings>::DECLARATION,
    Sort::<Listings>::DECLARATION,
    Remove::<Listings>::DECLARATION,
    Follow::<Listings>::DECLARATION,
    Unfollow::<Listings>::DECLARATION,
    OfferListing::DECLARATION,
];
