mod names;

use imajin_app::FromRow;
use imajin_ledger::{Reader, rows};
use rusqlite::Result;
use serde::Serialize;
use utoipa::ToSchema;

use crate::operations::DEPTH_MAX;

use names::numbered_folders;
pub(crate) use names::{
    file_shown_as, files_by_name, folder_shown_as, numbered, numbered_files, split_name,
};

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema, FromRow)]
pub(crate) struct Folder {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The folder that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<String>,
    /// When it was made or changed.
    #[serde(skip)]
    pub(crate) at_ms: i64,
    /// The notes of programs on it.
    #[serde(skip)]
    pub(crate) props: Option<String>,
}

/// All of a person's folders, by name, as they are shown.
pub(crate) fn folders(db: Reader<'_>, owner: &str) -> Result<Vec<Folder>> {
    let sql = "SELECT id, name, parent, at_ms, props FROM folders WHERE owner_did = ?1 ORDER BY name COLLATE NOCASE, id";
    let rows = db.rows(sql, [owner], Folder::read)?;
    renamed(db, owner, rows)
}

/// The folders in another, or outside all, as they are shown.
pub(crate) fn folders_in(db: Reader<'_>, owner: &str, parent: Option<&str>) -> Result<Vec<Folder>> {
    let sql = "SELECT id, name, parent, at_ms, props FROM folders WHERE owner_did = ?1 AND parent IS ?2 ORDER BY name, id";
    let rows = db.rows(sql, (owner, parent), Folder::read)?;
    renamed(db, owner, rows)
}

/// With the numbers of equal names.
fn renamed(db: Reader<'_>, owner: &str, mut folders: Vec<Folder>) -> Result<Vec<Folder>> {
    let mut numbered = numbered_folders(db, owner)?;
    for folder in &mut folders {
        if let Some(shown) = numbered.remove(&folder.id) {
            folder.name = shown;
        }
    }
    Ok(folders)
}

/// Returns one of a person's folders, with its own name.
fn folder(db: Reader<'_>, owner: &str, id: &str) -> Result<Option<Folder>> {
    let sql = "SELECT id, name, parent, at_ms, props FROM folders WHERE owner_did = ?1 AND id = ?2";
    db.row(sql, [owner, id], Folder::read)
}

pub(crate) fn has_folder(db: Reader<'_>, owner: &str, id: &str) -> Result<bool> {
    db.exists("SELECT 1 FROM folders WHERE owner_did = ?1 AND id = ?2", [owner, id])
}

pub(crate) fn count_folders(db: Reader<'_>, owner: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM folders WHERE owner_did = ?1";
    Ok(db.row(sql, [owner], rows::first)?.unwrap_or_default())
}

/// A folder and those around it, the innermost first; none if the person doesn't have it.
pub(crate) fn folders_around(db: Reader<'_>, owner: &str, id: &str) -> Result<Option<Vec<String>>> {
    if !has_folder(db, owner, id)? {
        return Ok(None);
    }
    let mut around = vec![id.to_owned()];
    // Tables that a log from elsewhere filled can be deeper than what a person may build here.
    while around.len() <= 2 * DEPTH_MAX {
        let sql = "SELECT parent FROM folders WHERE owner_did = ?1 AND id = ?2";
        let inner = around.last().map_or("", String::as_str);
        let parent = db.row(sql, [owner, inner], |row| row.get::<_, Option<String>>(0))?;
        match parent.flatten() {
            Some(parent) => around.push(parent),
            None => break,
        }
    }
    Ok(Some(around))
}

const WITHIN: &str = "WITH RECURSIVE inner (id, depth) AS (
        SELECT ?2, 1
        UNION SELECT folders.id, depth + 1 FROM folders JOIN inner ON folders.parent = inner.id
        WHERE folders.owner_did = ?1 AND depth < 100
    )";

pub(crate) fn folders_within(db: Reader<'_>, owner: &str, id: &str) -> Result<Vec<String>> {
    let sql = format!("{WITHIN} SELECT DISTINCT id FROM inner");
    db.rows(&sql, [owner, id], |row| row.get(0))
}

/// The levels of a folder, with itself: 1 for one without folders in it, and for one that does not exist yet.
pub(crate) fn folder_height(db: Reader<'_>, owner: &str, id: &str) -> Result<usize> {
    let sql = format!("{WITHIN} SELECT max(depth) FROM inner");
    let height = db.row(&sql, [owner, id], |row| row.get::<_, i64>(0))?;
    Ok(height.and_then(|height| usize::try_from(height).ok()).unwrap_or(1))
}
