//! A person's rights over their data: copies out and in, deletion, moving.

pub(crate) mod help;

mod anchoring;
mod copies;
mod deletion;
mod imports;
mod moving;
mod room;
