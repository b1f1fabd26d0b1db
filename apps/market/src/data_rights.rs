//! Data rights in this service: a person's entries are their export, and everything else follows from the entries.

use imajin_app::{KeepsEntries, Things};
use imajin_items::Remove;

use crate::Market;
use crate::listings::Listings;
use crate::operations::{OrderEntry, PutListing, ReviewEntry, ReviewOrder};

impl KeepsEntries for Market {
    const THINGS: &'static [Things] = &[
        Things::put_by::<PutListing>("listings").removed_by::<Remove<Listings>>(),
        Things::put_by::<OrderEntry>("orders").left_with_others(
            "who bought what of whom is in the books of both, without words; each of the two keeps it",
        ),
        Things::put_by::<ReviewOrder>("reviews").left_with_others(
            "their stars stay in the record of the seller. Their words stay there, too, unless they are taken back first, as the page “Delete my data” does",
        ),
        Things::put_by::<ReviewEntry>("reviews of others"),
    ];
}
