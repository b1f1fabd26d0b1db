use imajin_app::operation::{Choice, EntryOperation as Read};
use imajin_ledger::rows::run;
use imajin_log::Applied;
use rusqlite::{Connection, Result, params};

use super::audience;
use crate::operations::{PutAlbum, PutInAlbum, RemoveAlbum};
use crate::queries::{self, State};

pub(super) fn put(db: &Connection, entry: &Applied<'_>, read: Read<PutAlbum>) -> Result<()> {
    let album = read.operation;
    let (access, to) = audience(album.audience, read.has_more);
    let sql = "INSERT INTO albums (owner_did, id, title, text, cover, access, to_did, at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT DO UPDATE SET title = ?3, text = ?4, cover = ?5, access = ?6, to_did = ?7";
    let params = params![
        entry.did.as_str(),
        album.album.as_str(),
        album.title.0,
        album.text.map(|text| text.0),
        album.cover.as_ref().map(|cover| cover.as_str()),
        access.name(),
        to,
        entry.at.as_millis(),
    ];
    run(db, sql, params)
}

pub(super) fn remove(db: &Connection, entry: &Applied<'_>, read: Read<RemoveAlbum>) -> Result<()> {
    let params = [entry.did.as_str(), read.operation.album.as_str()];
    run(db, "DELETE FROM in_albums WHERE owner_did = ?1 AND album = ?2", params)?;
    run(db, "DELETE FROM albums WHERE owner_did = ?1 AND id = ?2", params)
}

pub(super) fn put_in(db: &Connection, entry: &Applied<'_>, read: Read<PutInAlbum>) -> Result<()> {
    let (owner, put) = (entry.did.as_str(), read.operation);
    let album = put.album.as_str();
    let takes_out = put.out.is_some_and(|out| out.0 == 1);
    if !takes_out && !queries::has_collection(db.into(), owner, &put.album)? {
        return Ok(());
    }
    for asset in &put.assets.0 {
        let params = params![owner, album, asset.as_str()];
        if takes_out {
            let sql = "DELETE FROM in_albums WHERE owner_did = ?1 AND album = ?2 AND asset = ?3";
            run(db, sql, params)?;
        } else if matches!(
            queries::state(db.into(), owner, asset)?,
            Some(State::Kept | State::Trash)
        ) {
            let sql = "INSERT INTO in_albums (owner_did, album, place, asset)
                SELECT ?1, ?2, coalesce(max(place), -1) + 1, ?3 FROM in_albums WHERE owner_did = ?1 AND album = ?2
                ON CONFLICT DO NOTHING";
            run(db, sql, params)?;
        }
    }
    Ok(())
}
