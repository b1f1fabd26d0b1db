//! The tables of this service in `secrets.sqlite`.

/// The cursor of the letters (the newest entry whose tickets have had theirs). What guests gave for the guest list, each
/// row with the time in milliseconds at which they gave it: their own name and the address that they typed, where `ticket`
/// is empty, and the names of their companions, each with a ticket. And the messages to guests: a message whose letters are
/// queued has no text.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS events_letters (one INTEGER PRIMARY KEY CHECK (one = 1), upto INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS events_guests (event TEXT NOT NULL, holder TEXT NOT NULL, ticket TEXT NOT NULL, name TEXT, address TEXT, at INTEGER NOT NULL, PRIMARY KEY (event, holder, ticket)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events_messages (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
";
