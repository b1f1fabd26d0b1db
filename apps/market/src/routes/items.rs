//! Routes for the page where people change their own listings, as all services of items have them.

use crate::listing_view::ListingView;
use crate::listings::Listings;
use crate::queries;

imajin_items::list_route!(
    /// A person's listings and wishes, as far as the caller may see them.
    "market", "Nobody here goes by that",
    /// A person's listings, as far as the caller may see them.
    ItemsAnswer,
    /// In the owner's order.
    ListingView,
    node, asked => asked.list::<Listings>(&node)?,
    item => queries::read(&node, |db| ListingView::read(&node, db, asked.owner.clone(), item))
);

imajin_items::file_route!(
    /// A file of a listing, for those who see the listing; a preview of a picture with `w`.
    "market", node, asked => asked.find::<Listings>(&node)?.base
);
