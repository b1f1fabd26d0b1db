//! Data rights in this service: a person's entries are their export, and everything else follows from the entries.

use imajin_app::{KeepsEntries, Things};
use imajin_items::{Follow, Remove, Unfollow};

use crate::Essays;
use crate::operations::PutItem;

impl KeepsEntries for Essays {
    const THINGS: &'static [Things] = &[
        Things::put_by::<PutItem>("essays and series").removed_by::<Remove<Essays>>(),
        Things::put_by::<Follow<Essays>>("followed series").removed_by::<Unfollow<Essays>>(),
    ];
}
