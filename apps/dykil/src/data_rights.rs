//! Data rights: export, deletion and transfer of a person's entries in this app.

use imajin_app::{KeepsEntries, Things};
use imajin_items::Remove;

use crate::Dykil;
use crate::operations::{Answer, PutSurvey, Received, ReceivedAnswer};

impl KeepsEntries for Dykil {
    const THINGS: &'static [Things] = &[
        Things::put_by::<PutSurvey>("surveys").removed_by::<Remove<Dykil>>(),
        Things::put_by::<ReceivedAnswer>("surveys with named answers").removed_by::<Remove<Dykil>>(),
        Things::put_by::<Received>("surveys with answers").removed_by::<Remove<Dykil>>(),
        Things::put_by::<Answer>("answers to others").left_with_others(
            "they are in the record of the survey’s owner, too. Take them back first: then they are erased there as well",
        ),
    ];
}
