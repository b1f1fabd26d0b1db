//! What people may do with their data here: their entries are their export, and follow from them.

use imajin_items::Remove;
use imajin_service::{KeepsEntries, Things};

use crate::Learn;
use crate::operations::{Answer, Enrolled, Progress, PutItem};

impl KeepsEntries for Learn {
    const THINGS: &'static [Things] = &[
        Things::put_by::<PutItem>("courses and lessons").removed_by::<Remove<Learn>>(),
        Things::put_by::<Enrolled>("enrolments").left_with_others(
            "who took which course of whom is in the books of both, without words; each of the two keeps it",
        ),
        Things::put_by::<Progress>("courses with progress"),
        Things::put_by::<Answer>("answered quizzes"),
    ];
}
