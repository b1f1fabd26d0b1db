//! The tables of this service in `secrets.sqlite`.

/// The cursor of the letters (the newest entry whose tickets have had theirs), and what people gave for the guest list,
/// each with the time in milliseconds at which they gave it: their own name, where `ticket` is empty, and the names of
/// their companions, each with a ticket.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS events_letters (one INTEGER PRIMARY KEY CHECK (one = 1), upto INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS events_guests (event TEXT NOT NULL, holder TEXT NOT NULL, ticket TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (event, holder, ticket)) STRICT, WITHOUT ROWID;
";
