//! Data rights in this service: a person's entries are their export, and everything else follows from the entries.

use imajin_app::{KeepsEntries, Things};

use crate::Agents;
use crate::operations::NameHelper;

impl KeepsEntries for Agents {
    const THINGS: &'static [Things] = &[Things::put_by::<NameHelper>("helpers")];
}
