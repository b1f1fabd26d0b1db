//! Data rights in this service: a person's entries are their export, and everything else follows from the entries.

use imajin_app::{KeepsEntries, Things};
use imajin_items::Remove;

use crate::Coffee;
use crate::jars::Jars;
use crate::operations::{PutJar, Say, TipWords, Tipped};

impl KeepsEntries for Coffee {
    const THINGS: &'static [Things] = &[
        Things::put_by::<PutJar>("jars").removed_by::<Remove<Jars>>(),
        Things::put_by::<Tipped>("tips").left_with_others(
            "who gave what to whom is in the books of both, without words; each of the two keeps it",
        ),
        Things::put_by::<Say>("words with tips").left_with_others(
            "they are in the record of the person who got the tip, too. Take them back first: then they are erased there as well",
        ),
        Things::put_by::<TipWords>("words of others"),
    ];
}
