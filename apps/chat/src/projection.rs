//! The tables of this service.
//!
//! Always: a row is a function of its `owner_did`'s log alone: a conversation's rows of its log, a person's of theirs. What was erased is in
//! none of them, and what is sealed is only in the entries of its writer, for their export.
//!
//! | room | what it has |
//! |---|---|
//! | here | the tables, and whose entries go where |
//! | `room` | how a conversation's entries change them |
//! | `own` | how a person's do |

mod own;
mod room;

use imajin_app::entries_table;
use imajin_ledger::ProjectionSpec;
use imajin_log::{Applied, ops};
use rusqlite::Connection;

use crate::manifest::MANIFEST;
use crate::operations::{
    Accepted, Admitted, EpochMade, Hidden, MessageSent, OpenedConversation, Out, RoleGiven,
};

pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: MANIFEST.name,
    version: 4,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: concat!(
        entries_table!(),
        "
CREATE TABLE rooms (                  -- of a conversation, by its log
    owner_did TEXT PRIMARY KEY,
    opened INTEGER NOT NULL,          -- offset: of two with one name the newer counts
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    of_did TEXT,                      -- the group or event
    sealed INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    turns INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    epoch_seq INTEGER NOT NULL,       -- of the newest epoch
    epoch_at INTEGER NOT NULL,        -- milliseconds
    epoch_messages INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,        -- of the newest entry that says something here
    last_at INTEGER NOT NULL,
    offered TEXT                      -- to whom the group is offered
) STRICT, WITHOUT ROWID;
CREATE INDEX rooms_by_name ON rooms (name, opened);
CREATE INDEX rooms_by_of ON rooms (of_did);
CREATE TABLE members (                -- of a conversation: each time that somebody was in
    owner_did TEXT NOT NULL,
    did TEXT NOT NULL,
    from_seq INTEGER NOT NULL,
    until_seq INTEGER,
    role TEXT NOT NULL,
    PRIMARY KEY (owner_did, did, from_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_by_did ON members (did, owner_did);
CREATE TABLE outs (                   -- when somebody was last put out, whether or not they were in
    owner_did TEXT NOT NULL,
    did TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (owner_did, did)
) STRICT, WITHOUT ROWID;
CREATE TABLE turns (owner_did TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (owner_did, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE places (                 -- everybody's own last entry in a conversation
    owner_did TEXT NOT NULL,
    did TEXT NOT NULL,
    seq INTEGER NOT NULL,
    said_at INTEGER,                  -- milliseconds: when their last message was
    PRIMARY KEY (owner_did, did)
) STRICT, WITHOUT ROWID;
CREATE TABLE epoch_keys (             -- for which keys the newest epoch is
    owner_did TEXT NOT NULL,
    did TEXT NOT NULL,
    keys TEXT NOT NULL,
    PRIMARY KEY (owner_did, did)
) STRICT, WITHOUT ROWID;
CREATE TABLE uncalled (               -- when each maker last made an epoch that nothing called for
    owner_did TEXT NOT NULL,
    did TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (owner_did, did)
) STRICT, WITHOUT ROWID;
CREATE TABLE messages (
    owner_did TEXT NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    re TEXT,
    quiet INTEGER NOT NULL,
    is_there INTEGER NOT NULL,        -- 0 once it was erased
    is_hidden INTEGER NOT NULL,
    said TEXT,                        -- what it is, if it is readable
    body TEXT,                        -- JSON, if it is readable
    PRIMARY KEY (owner_did, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX messages_by_id ON messages (owner_did, id);
CREATE INDEX messages_by_re ON messages (owner_did, re) WHERE re IS NOT NULL;
CREATE INDEX messages_with_file ON messages (owner_did, body ->> '$.media.cid') WHERE said IN ('media', 'voice');
CREATE INDEX messages_hidden ON messages (owner_did, seq) WHERE is_hidden;
CREATE TABLE people (                 -- what a person's log says of them
    owner_did TEXT PRIMARY KEY,
    head TEXT NOT NULL,               -- the newest operation of their chain
    keys TEXT NOT NULL,               -- their encryption keys, in order, as hex, by spaces
    is_deleted INTEGER NOT NULL,      -- then no key counts
    scope TEXT NOT NULL,
    kind TEXT NOT NULL                -- human, agent, device, presence, event, org
) STRICT, WITHOUT ROWID;
CREATE TABLE asked (                  -- requests that came to a person
    owner_did TEXT NOT NULL,
    log TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,              -- open, accepted, declined
    PRIMARY KEY (owner_did, log)
) STRICT, WITHOUT ROWID;
CREATE INDEX asked_by_who ON asked (who, at);
CREATE TABLE blocked (owner_did TEXT NOT NULL, who TEXT NOT NULL, PRIMARY KEY (owner_did, who)) STRICT, WITHOUT ROWID;
CREATE TABLE reads (
    owner_did TEXT NOT NULL,
    log TEXT NOT NULL,
    seq INTEGER NOT NULL,             -- up to where they read
    at INTEGER NOT NULL,
    place INTEGER NOT NULL,           -- of the mark in their own log
    PRIMARY KEY (owner_did, log)
) STRICT, WITHOUT ROWID;
CREATE INDEX reads_by_log ON reads (log);
CREATE TABLE deletions (              -- what a person deleted of theirs: a message, or all before this time (id '')
    owner_did TEXT NOT NULL,
    log TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (owner_did, log, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE settings (
    owner_did TEXT NOT NULL,
    log TEXT NOT NULL,                -- '' for all
    requests TEXT NOT NULL,
    receipts INTEGER NOT NULL,
    presence INTEGER NOT NULL,
    mute INTEGER NOT NULL,
    PRIMARY KEY (owner_did, log)
) STRICT, WITHOUT ROWID;
CREATE TABLE consents (               -- which businesses may write to a person
    owner_did TEXT NOT NULL,
    business TEXT NOT NULL,
    until INTEGER NOT NULL,
    most INTEGER NOT NULL,
    PRIMARY KEY (owner_did, business)
) STRICT, WITHOUT ROWID;
"
    ),
};

/// The log's own operations about identities, keys and erasures.
pub(crate) const SUBSCRIBES: &[&str] =
    &[ops::IDENTITY_CREATE, ops::IDENTITY_UPDATE, ops::IDENTITY_REGISTER, ops::BODY_ERASED];

/// Brings an entry into the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        OpenedConversation::NAME => room::opened(db, entry),
        Admitted::NAME => room::admitted(db, entry),
        EpochMade::NAME => room::epoch_made(db, entry),
        MessageSent::NAME => room::message(db, entry),
        Accepted::NAME => room::accepted(db, entry),
        Hidden::NAME => room::hidden(db, entry),
        Out::NAME => room::out(db, entry),
        RoleGiven::NAME => room::role_given(db, entry),
        ops::BODY_ERASED => room::note(db, entry),
        _ => own::apply(db, entry),
    }
}
