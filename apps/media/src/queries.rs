//! Queries on the tables. Each fails only if the projection cannot be read.

mod albums;
mod asset;
mod devices;
mod fairs;
mod folders;
mod links;
mod months;
mod sales;
mod timeline;

use imajin_app::operation::Choice;
use imajin_ledger::Reader;
use imajin_ledger::rows::{self, Column as _};
use rusqlite::{Result, params_from_iter};

use crate::ids::AssetId;
use crate::manifest::MANIFEST;

pub(crate) use albums::{
    Album, album, albums, albums_of, count_albums, count_in_album, has_album, has_collection,
    in_album, is_favourite,
};
pub(crate) use asset::{Asset, AssetLocation, State, UsedBy, Words};
pub(crate) use devices::{Device, count_devices, devices, has_device};
pub(crate) use fairs::{
    EnteredFair, FairMark, agreements, asked, current, fair, fair_mark, fair_since, free_works,
    has_agreed, is_made_by,
};
pub(crate) use folders::{
    Folder, count_folders, file_shown_as, files_by_name, folder_height, folder_shown_as, folders,
    folders_around, folders_in, folders_within, has_folder, numbered, numbered_files, split_name,
};
pub(crate) use links::{Link, count_links, link, link_of, links};
pub(crate) use months::uncount_folder;
pub(crate) use sales::{
    BuyersUse, Purchase, Standing, buyer, fairs_of, has_bought, is_bought, is_on_offer, purchase,
    purchases, sales,
};
pub(crate) use timeline::{
    AssetTexts, Cell, Month, TimelineScope, having, month, months, on_this_day, shared_pictures,
};

imajin_app::read_tables!(MANIFEST);

/// Returns one of a person's assets, in any state.
pub(crate) fn asset(db: Reader<'_>, owner: &str, id: &AssetId) -> Result<Option<Asset>> {
    let sql = asset::select("WHERE owner_did = ?1 AND id = ?2");
    db.row(&sql, [owner, id.as_str()], Asset::read)
}

/// The asset of an id: the id says whose it is, so that two people never have the same.
pub(crate) fn asset_of_id(db: Reader<'_>, id: &AssetId) -> Result<Option<Asset>> {
    let sql = asset::select("WHERE id = ?1");
    db.row(&sql, [id.as_str()], Asset::read)
}

pub(crate) fn state(db: Reader<'_>, owner: &str, id: &AssetId) -> Result<Option<State>> {
    let sql = "SELECT state FROM assets WHERE owner_did = ?1 AND id = ?2";
    db.row(sql, [owner, id.as_str()], |row| State::read(row, 0))
}

/// Whether the page that sent one of a person's assets encrypted it.
pub(crate) fn is_sealed(db: Reader<'_>, owner: &str, id: &AssetId) -> Result<bool> {
    let sql = "SELECT 1 FROM assets WHERE owner_did = ?1 AND id = ?2 AND words ->> '$.sealed'";
    db.exists(sql, [owner, id.as_str()])
}

/// Returns the number of entries that still have words about an asset.
pub(crate) fn bodies(db: Reader<'_>, owner: &str, id: &AssetId) -> Result<Option<i64>> {
    let sql = "SELECT bodies FROM assets WHERE owner_did = ?1 AND id = ?2";
    db.row(sql, [owner, id.as_str()], |row| row.get(0))
}

/// The CID of one of a person's assets; `None` if it isn't there, or was erased.
pub(crate) fn file_of(db: Reader<'_>, owner: &str, id: &AssetId) -> Result<Option<String>> {
    let sql = "SELECT cid FROM assets WHERE owner_did = ?1 AND id = ?2 AND state <> 'erased'";
    db.row(sql, [owner, id.as_str()], |row| row.get(0))
}

/// The ids and names of a person's assets that have a file, but for one of them.
pub(crate) fn others_with(
    db: Reader<'_>,
    owner: &str,
    (cid, but_for): (&str, &AssetId),
) -> Result<Vec<(String, String)>> {
    let sql = "SELECT id, name FROM assets WHERE owner_did = ?1 AND cid = ?2 AND id <> ?3 AND state <> 'erased' ORDER BY id";
    db.rows(sql, [owner, cid, but_for.as_str()], rows::pair)
}

/// The filter, order and part of a list of assets.
#[derive(Debug, Default)]
pub(crate) struct AssetQuery<'a> {
    pub(crate) state: Option<State>,
    /// `Some("")`: in no folder.
    pub(crate) folder: Option<&'a str>,
    /// The id of an album, or `favourites`.
    pub(crate) album: Option<&'a str>,
    /// photo, video, audio, document, other.
    pub(crate) sort: Option<&'a str>,
    /// In the name, the title, or the text.
    pub(crate) words: Option<&'a str>,
    /// The use in another service: the service, its feature, and the entity.
    pub(crate) context: [Option<&'a str>; 3],
    pub(crate) order: Order,
    pub(crate) limit: usize,
    pub(crate) offset: usize,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// The newest picture first.
    #[default]
    Newest,
    /// The oldest picture first.
    Oldest,
    /// The last addition first.
    Added,
    /// Sorts by name, ascending.
    Name,
    /// The last one put in the trash first.
    Trashed,
}

impl Order {
    fn sql(self) -> &'static str {
        match self {
            Self::Newest => "day DESC, id",
            Self::Oldest => "day, id",
            Self::Added => "at_ms DESC, id",
            Self::Name => "name COLLATE NOCASE, id",
            Self::Trashed => "state_ms DESC, id",
        }
    }
}

/// A person's assets, and whether there are more after these. Those of one folder are called as they are shown there.
pub(crate) fn assets(
    db: Reader<'_>,
    owner: &str,
    query: &AssetQuery<'_>,
) -> Result<(Vec<Asset>, bool)> {
    let state = query.state.unwrap_or(State::Kept).name();
    // The state is a part of the statement, so that a partial index serves it.
    let mut sql = format!("WHERE owner_did = ?1 AND state = '{state}'");
    let mut params = vec![owner];
    let [app, feature, entity] = query.context;
    for (asked, condition) in [
        (app, " AND words ->> '$.used_by.app' = ?"),
        (feature, " AND words ->> '$.used_by.feature' = ?"),
        (entity, " AND words ->> '$.used_by.entity' = ?"),
        (query.folder, " AND coalesce(folder, '') = ?"),
        (
            query.album,
            " AND id IN (SELECT asset FROM in_albums WHERE owner_did = ?1 AND album = ?)",
        ),
        (query.sort, " AND sort = ?"),
        (
            query.words,
            " AND instr(lower(name || char(10) || coalesce(words ->> '$.title', '') || char(10) || coalesce(words ->> '$.alt', '')
                || char(10) || coalesce(words ->> '$.text', '')), lower(?))",
        ),
    ] {
        if let Some(asked) = asked {
            sql.push_str(condition);
            params.push(asked);
        }
    }
    let limit = query.limit.saturating_add(1);
    let (order, offset) = (query.order.sql(), query.offset);
    sql.push_str(&format!(" ORDER BY {order} LIMIT {limit} OFFSET {offset}"));
    let params = params_from_iter(params);
    let mut assets = db.rows(&asset::select(&sql), params, Asset::read)?;
    let has_more = assets.len() > query.limit;
    assets.truncate(query.limit);
    if let Some(folder) = query.folder.filter(|_| state == State::Kept.name()) {
        let folder = Some(folder).filter(|folder| !folder.is_empty());
        let mut numbered = numbered_files(db, owner, folder)?;
        for asset in &mut assets {
            if let Some(shown) = numbered.remove(&asset.id) {
                asset.name = shown;
            }
        }
    }
    Ok((assets, has_more))
}

/// The bytes of a person's files by state: kept and in the trash. Files that two assets share count once each.
pub(crate) fn bytes(db: Reader<'_>, owner: &str) -> Result<(u64, u64)> {
    let sql = "SELECT coalesce(sum(bytes) FILTER (WHERE state = 'kept'), 0), coalesce(sum(bytes) FILTER (WHERE state = 'trash'), 0)
        FROM assets WHERE owner_did = ?1";
    Ok(db.row(sql, [owner], rows::pair)?.unwrap_or_default())
}

/// Whether a person has any file that isn't in the trash.
pub(crate) fn has_assets(db: Reader<'_>, owner: &str) -> Result<bool> {
    db.exists("SELECT 1 FROM assets WHERE owner_did = ?1 AND state = 'kept'", [owner])
}

/// Returns the number of a person's files that were put in the trash up to a time, and their bytes together.
pub(crate) fn trashed_before(db: Reader<'_>, owner: &str, before_ms: i64) -> Result<(u64, u64)> {
    let sql = "SELECT count(*), coalesce(sum(bytes), 0) FROM assets WHERE owner_did = ?1 AND state = 'trash' AND state_ms <= ?2";
    Ok(db.row(sql, (owner, before_ms), rows::pair)?.unwrap_or_default())
}

/// Returns the ids of files that were put in the trash up to a time, the oldest first, at most `limit`.
pub(crate) fn ids_trashed_before(
    db: Reader<'_>,
    owner: &str,
    (before_ms, limit): (i64, usize),
) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT id FROM assets WHERE owner_did = ?1 AND state = 'trash' AND state_ms <= ?2 ORDER BY state_ms, id LIMIT {limit}"
    );
    db.rows(&sql, (owner, before_ms), |row| row.get(0))
}

/// Returns the owners with the most bytes, each with the bytes of kept files and of files in the trash.
pub(crate) fn largest(db: Reader<'_>, limit: usize) -> Result<Vec<(String, (u64, u64))>> {
    let sql = "SELECT owner_did, coalesce(sum(bytes) FILTER (WHERE state = 'kept'), 0), coalesce(sum(bytes) FILTER (WHERE state = 'trash'), 0)
        FROM assets GROUP BY owner_did ORDER BY sum(bytes) DESC, owner_did LIMIT ?1";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.rows(sql, [limit], |row| Ok((row.get(0)?, (u64::read(row, 1)?, u64::read(row, 2)?))))
}
