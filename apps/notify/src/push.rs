//! Web Push (RFC 8030): the browsers that people allowed notifications on, and messages to them.
//!
//! Always: a message names no person and quotes no text. A browser that its push service no longer knows is forgotten.

pub(crate) mod devices;
pub(crate) mod encrypt;
pub(crate) mod queue;
pub(crate) mod send;
pub(crate) mod vapid;

/// The tables of this service in `secrets.sqlite`.
pub(crate) const SECRETS: &str = "
CREATE TABLE IF NOT EXISTS notify_key (one INTEGER PRIMARY KEY CHECK (one = 1), pkcs8 BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS notify_cursor (one INTEGER PRIMARY KEY CHECK (one = 1), upto INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS notify_devices (
  endpoint TEXT PRIMARY KEY, did TEXT NOT NULL, key BLOB NOT NULL, auth BLOB NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS notify_devices_of ON notify_devices (did);
CREATE TABLE IF NOT EXISTS notify_given (
  log TEXT NOT NULL, seq INTEGER NOT NULL, did TEXT NOT NULL, endpoint TEXT NOT NULL, about TEXT NOT NULL, room TEXT, urgent INTEGER NOT NULL,
  at INTEGER NOT NULL, due INTEGER, tries INTEGER NOT NULL, sent INTEGER NOT NULL, PRIMARY KEY (log, seq, did, endpoint)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS notify_given_due ON notify_given (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS notify_stopped (did TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notify_looks (
  did TEXT NOT NULL, app TEXT NOT NULL, upto INTEGER NOT NULL, PRIMARY KEY (did, app)
) STRICT, WITHOUT ROWID;
";

/// The tables with rows of people.
const TABLES_OF_PEOPLE: [&str; 4] =
    ["notify_devices", "notify_given", "notify_stopped", "notify_looks"];
