use imajin_app::FromRow;
use imajin_ledger::{Reader, rows};
use rusqlite::{Result, params};

use super::asset::{self, Asset};
use crate::fields::Access;
use crate::ids::{Collection, FAVOURITES};

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Album {
    pub(crate) owner: String,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: Option<String>,
    /// The id of the cover: the asset that the owner chose if it is in the album, or else the first.
    pub(crate) cover: Option<String>,
    pub(crate) access: Access,
    pub(crate) to: Option<String>,
    /// Number of files in it.
    pub(crate) count: u64,
}

const SELECT: &str = "SELECT owner_did, id, title, text,
        (SELECT asset FROM in_albums JOIN assets ON assets.owner_did = in_albums.owner_did AND assets.id = asset AND state = 'kept'
            WHERE in_albums.owner_did = albums.owner_did AND album = albums.id
            ORDER BY asset IS NOT albums.cover, place LIMIT 1),
        access, to_did,
        (SELECT count(*) FROM in_albums JOIN assets ON assets.owner_did = in_albums.owner_did AND assets.id = asset AND state = 'kept'
            WHERE in_albums.owner_did = albums.owner_did AND album = albums.id)
    FROM albums";

/// All of a person's albums, the newest first.
pub(crate) fn albums(db: Reader<'_>, owner: &str) -> Result<Vec<Album>> {
    let sql = format!("{SELECT} WHERE owner_did = ?1 ORDER BY at_ms DESC, id");
    db.rows(&sql, [owner], Album::read)
}

pub(crate) fn album(db: Reader<'_>, owner: &str, id: &str) -> Result<Option<Album>> {
    let sql = format!("{SELECT} WHERE owner_did = ?1 AND id = ?2");
    db.row(&sql, [owner, id], Album::read)
}

pub(crate) fn has_album(db: Reader<'_>, owner: &str, id: &str) -> Result<bool> {
    db.exists("SELECT 1 FROM albums WHERE owner_did = ?1 AND id = ?2", [owner, id])
}

/// Whether a person has a collection: an album only once they made it.
pub(crate) fn has_collection(db: Reader<'_>, owner: &str, collection: &Collection) -> Result<bool> {
    match collection {
        Collection::Favourites => Ok(true),
        Collection::Album(album) => has_album(db, owner, album.as_str()),
    }
}

/// Whether an asset is among its owner's favourites.
pub(crate) fn is_favourite(db: Reader<'_>, owner: &str, asset: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM in_albums WHERE owner_did = ?1 AND asset = ?2 AND album = ?3";
    db.exists(sql, [owner, asset, FAVOURITES])
}

pub(crate) fn count_albums(db: Reader<'_>, owner: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM albums WHERE owner_did = ?1";
    Ok(db.row(sql, [owner], rows::first)?.unwrap_or_default())
}

/// Returns the number of files in an album, including those in the trash.
pub(crate) fn count_in_album(db: Reader<'_>, owner: &str, id: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM in_albums WHERE owner_did = ?1 AND album = ?2";
    Ok(db.row(sql, [owner, id], rows::first)?.unwrap_or_default())
}

/// Returns the assets of an album in its order: at most `limit`, from `offset` on.
pub(crate) fn in_album(
    db: Reader<'_>,
    owner: &str,
    id: &str,
    (limit, offset): (usize, usize),
) -> Result<Vec<Asset>> {
    let sql = asset::select(
        "JOIN (SELECT asset AS inside, place FROM in_albums WHERE owner_did = ?1 AND album = ?2) ON id = inside
        WHERE owner_did = ?1 AND state = 'kept' ORDER BY place LIMIT ?3 OFFSET ?4",
    );
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let params = params![owner, id, number(limit), number(offset)];
    db.rows(&sql, params, Asset::read)
}

pub(crate) fn albums_of(db: Reader<'_>, owner: &str, asset: &str) -> Result<Vec<Album>> {
    let sql = format!(
        "{SELECT} WHERE owner_did = ?1 AND id IN (SELECT album FROM in_albums WHERE owner_did = ?1 AND asset = ?2)"
    );
    db.rows(&sql, [owner, asset], Album::read)
}
