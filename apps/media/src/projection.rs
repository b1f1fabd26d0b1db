//! The tables of this service, and how entries change them.
//!
//! Always: a row is a function of its `owner_did`'s log alone. An audience that this version cannot read means the
//! owner only. An asset whose words were erased keeps a row that says so, with its CID, as its entry does.

mod albums;
mod assets;
mod fairs;
mod folders;
mod sales;

use imajin_app::entries_table;
use imajin_app::operation::{EntryOperation, Operation, read_operation};
use imajin_ledger::ProjectionSpec;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_selling::offers_table;
use rusqlite::{Connection, params};

use crate::fields::{Access, Audience};
use crate::ids::DelegationCid;
use crate::manifest::MANIFEST;
use crate::operations::{
    Add, ChangeAsset, EndLink, Erase, FairAgreed, MoveAssets, Offer, Promised, PutAlbum, PutDevice,
    PutFair, PutFolder, PutInAlbum, PutLink, RemoveAlbum, RemoveAssets, RemoveFolder, Returned,
    SetAccess, WorkPurchase, WorkSale, has_words,
};

/// The tables.
pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: MANIFEST.name,
    version: 6,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: concat!(
        entries_table!(),
        offers_table!(),
        "
CREATE TABLE assets (
    owner_did TEXT NOT NULL,
    id TEXT NOT NULL,
    cid TEXT NOT NULL,
    preview TEXT,                     -- the CID of a JPEG that a browser made
    state TEXT NOT NULL,              -- kept, trash, erased
    state_ms INTEGER NOT NULL,        -- since when
    at_ms INTEGER NOT NULL,           -- when it was added
    bodies INTEGER NOT NULL,          -- entries that still have its words
    name TEXT NOT NULL,
    kind TEXT NOT NULL,               -- a media type
    sort TEXT NOT NULL,               -- photo, video, audio, document, other
    bytes INTEGER NOT NULL,
    day TEXT NOT NULL,                -- local time: when it was taken, or else added
    width INTEGER,
    height INTEGER,
    ms INTEGER,
    folder TEXT,
    access TEXT NOT NULL,
    to_did TEXT,
    exact INTEGER NOT NULL,
    said TEXT,                        -- what one sees, or else its title
    words TEXT NOT NULL,              -- what else is said of it, as JSON
    PRIMARY KEY (owner_did, id)
) STRICT, WITHOUT ROWID;
-- All that a month of a timeline shows, so that it is read without the rows.
CREATE INDEX timeline ON assets (owner_did, day DESC, id, sort, width, height, ms, said)
    WHERE state = 'kept' AND sort IN ('photo', 'video');
CREATE INDEX shared ON assets (owner_did, day DESC, id) WHERE state = 'kept' AND access <> 'private';
CREATE TABLE months (                 -- how many pictures and videos a person's timeline has
    owner_did TEXT NOT NULL,
    month TEXT NOT NULL,              -- YYYY-MM
    count INTEGER NOT NULL,
    PRIMARY KEY (owner_did, month)
) STRICT, WITHOUT ROWID;
CREATE INDEX in_folders ON assets (owner_did, folder, day) WHERE state = 'kept';
CREATE INDEX names ON assets (owner_did, folder, name) WHERE state = 'kept';
CREATE INDEX in_trash ON assets (owner_did, state_ms, id, bytes) WHERE state = 'trash';
CREATE INDEX files ON assets (owner_did, cid);
CREATE INDEX for_groups ON assets (to_did, day, owner_did, id) WHERE to_did IS NOT NULL;
CREATE INDEX by_id ON assets (id);
CREATE TABLE early_words (            -- words of files that no entry has added yet
    owner_did TEXT NOT NULL,
    asset TEXT NOT NULL,
    bodies INTEGER NOT NULL,
    PRIMARY KEY (owner_did, asset)
) STRICT, WITHOUT ROWID;
CREATE TABLE folders (
    owner_did TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    parent TEXT,
    props TEXT,                       -- what programs noted
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX within ON folders (owner_did, parent);
CREATE TABLE albums (
    owner_did TEXT NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT,
    cover TEXT,
    access TEXT NOT NULL,
    to_did TEXT,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX albums_for_groups ON albums (to_did) WHERE to_did IS NOT NULL;
CREATE TABLE in_albums (
    owner_did TEXT NOT NULL,
    album TEXT NOT NULL,
    place INTEGER NOT NULL,
    asset TEXT NOT NULL,
    PRIMARY KEY (owner_did, album, place)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX albums_of ON in_albums (owner_did, asset, album);
CREATE TABLE links (
    owner_did TEXT NOT NULL,
    id TEXT NOT NULL,
    label TEXT,
    of TEXT NOT NULL,                 -- the id of an asset or an album
    digest TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    exact INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_digest ON links (owner_did, digest);
CREATE TABLE devices (
    owner_did TEXT NOT NULL,
    delegation TEXT NOT NULL,
    label TEXT,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, delegation)
) STRICT, WITHOUT ROWID;
CREATE TABLE fairs (
    owner_did TEXT NOT NULL,
    asset TEXT NOT NULL,
    fair TEXT NOT NULL,               -- the manifest's digest
    work TEXT,                        -- the CID of the file that it is about
    manifest TEXT NOT NULL,           -- its text
    agreed TEXT NOT NULL,             -- the signatures that came with it, as JSON
    free INTEGER NOT NULL,            -- whether everybody may train programs with it
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, asset)
) STRICT, WITHOUT ROWID;
CREATE INDEX free_fairs ON fairs (asset) WHERE free = 1;
CREATE INDEX fairs_by_digest ON fairs (fair);
CREATE TABLE purchases (              -- a row of its seller's, and one of its buyer's
    owner_did TEXT NOT NULL,
    payment TEXT NOT NULL,
    asset TEXT NOT NULL,              -- the seller's
    seller TEXT NOT NULL,
    buyer TEXT NOT NULL,
    used TEXT NOT NULL,               -- keep, train
    fair TEXT NOT NULL,               -- the digest of the manifest that it was sold by
    own TEXT,                         -- the buyer's asset, in their row
    cid TEXT,                         -- and its file
    state TEXT NOT NULL,              -- promised, sold, returned
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, payment)
) STRICT, WITHOUT ROWID;
CREATE INDEX purchases_of ON purchases (owner_did, asset);
CREATE INDEX purchased_files ON purchases (owner_did, cid) WHERE cid IS NOT NULL;
CREATE INDEX purchased_assets ON purchases (owner_did, own) WHERE own IS NOT NULL;
CREATE TABLE made_by (
    owner_did TEXT NOT NULL,
    asset TEXT NOT NULL,
    did TEXT NOT NULL,                -- whom the manifest names
    PRIMARY KEY (owner_did, asset, did)
) STRICT, WITHOUT ROWID;
CREATE INDEX made_by_person ON made_by (did);
CREATE TABLE agreements (
    owner_did TEXT NOT NULL,
    fair TEXT NOT NULL,               -- the manifest's digest
    did TEXT NOT NULL,                -- who agreed
    signature TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, fair, did)
) STRICT, WITHOUT ROWID;
"
    ),
};

/// Applies an entry to the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if has_words(entry.op) && entry.body.is_some() {
        assets::count_words(db, entry)?;
    }
    match entry.op {
        Add::NAME => assets::add(db, entry),
        ChangeAsset::NAME => if_read(db, entry, assets::change),
        MoveAssets::NAME => if_read(db, entry, assets::moved),
        RemoveAssets::NAME => if_read(db, entry, assets::remove),
        SetAccess::NAME => if_read(db, entry, assets::set_access),
        Erase::NAME => if_read(db, entry, assets::erased),
        PutFolder::NAME => if_read(db, entry, folders::put),
        RemoveFolder::NAME => if_read(db, entry, folders::remove),
        PutAlbum::NAME => if_read(db, entry, albums::put),
        RemoveAlbum::NAME => if_read(db, entry, albums::remove),
        PutInAlbum::NAME => if_read(db, entry, albums::put_in),
        PutLink::NAME => put_link(db, entry),
        EndLink::NAME => end_link(db, entry.did.as_str(), entry.reference),
        PutDevice::NAME => put_device(db, entry),
        PutFair::NAME => fairs::put(db, entry),
        FairAgreed::NAME => if_read(db, entry, fairs::agreed),
        Offer::NAME => sales::offer(db, entry),
        Promised::NAME => if_read(db, entry, sales::promised),
        WorkSale::NAME => if_read(db, entry, sales::sold),
        WorkPurchase::NAME => sales::bought(db, entry),
        Returned::NAME => sales::returned(db, entry),
        _ => Ok(()),
    }
}

/// Applies an entry that this version can read; others change nothing.
fn if_read<O: Operation>(
    db: &Connection,
    entry: &Applied<'_>,
    apply: impl FnOnce(&Connection, &Applied<'_>, EntryOperation<O>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    read_operation(entry).map_or(Ok(()), |read| apply(db, entry, read))
}

/// Returns the access and the group by an entry: the owner only, if this version does not know all that the entry says.
fn audience(audience: Audience, has_more: bool) -> (Access, Option<String>) {
    match (audience.access, audience.to) {
        (Some(Access::Conversation), Some(group)) if !has_more => {
            (Access::Conversation, Some(group.as_str().to_owned()))
        }
        (Some(access @ (Access::Public | Access::TrustGraph)), None) if !has_more => (access, None),
        _ => (Access::Private, None),
    }
}

fn put_link(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(put) = read_operation::<PutLink>(entry) else {
        // An entry without its words, or an unreadable one, ends the link.
        return end_link(db, entry.did.as_str(), entry.reference);
    };
    let link = put.operation;
    let sql = "INSERT INTO links (owner_did, id, label, of, digest, until_ms, exact, ended, at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT DO UPDATE SET label = ?3, until_ms = ?6, exact = ?7, ended = ?8
        WHERE of = ?4 AND digest = ?5";
    let params = params![
        entry.did.as_str(),
        link.link.as_str(),
        link.label.map(|label| label.0),
        link.of.as_str(),
        link.digest.as_str(),
        link.until.0,
        link.exact.is_some_and(|exact| exact.0 == 1),
        put.has_more,
        entry.at.as_millis(),
    ];
    run(db, sql, params)
}

/// A computer whose words were erased is one without a name.
fn put_device(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(delegation) = entry.reference.and_then(DelegationCid::parse) else {
        return Ok(());
    };
    let label = read_operation::<PutDevice>(entry).map(|put| put.operation.label.0);
    let sql = "INSERT INTO devices (owner_did, delegation, label, at_ms) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO UPDATE SET label = ?3";
    let params = params![entry.did.as_str(), delegation.as_str(), label, entry.at.as_millis()];
    run(db, sql, params)
}

fn end_link(db: &Connection, owner: &str, link: Option<&str>) -> rusqlite::Result<()> {
    run(db, "UPDATE links SET ended = 1 WHERE owner_did = ?1 AND id = ?2", params![owner, link])
}

#[cfg(test)]
mod tests;
