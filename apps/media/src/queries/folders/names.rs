//! Displayed names of files and folders: of equal names in a folder, the later ones have a number, `name (2).ext`.
//!
//! Always: a folder shows each name once, with the same meaning everywhere. A folder keeps its name next to a file of
//! that name. Displayed names derive from the tables and are not stored.

use std::collections::HashMap;

use imajin_ledger::{Reader, rows};
use rusqlite::Result;

use super::super::asset::{self, Asset};
use super::Folder;

/// `name (2).ext`: what the second one of a name is shown as.
pub(crate) fn numbered(name: &str, number: usize) -> String {
    let (stem, ending) = split_name(name);
    format!("{stem} ({number}){ending}")
}

/// The name before it got a number, and the number.
fn unnumbered(display_name: &str) -> Option<(String, usize)> {
    let (stem, ending) = split_name(display_name);
    let (stem, number) = stem.strip_suffix(')')?.rsplit_once(" (")?;
    let number =
        number.parse().ok().filter(|found: &usize| *found >= 2 && found.to_string() == number)?;
    (!stem.is_empty()).then(|| (format!("{stem}{ending}"), number))
}

/// A name and its ending, with the dot; a name that begins with its only dot has none.
pub(crate) fn split_name(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 => name.split_at(at),
        _ => (name, ""),
    }
}

/// The scope in which names are compared: one of a person's folders, or outside all of them.
#[derive(Clone, Copy)]
struct Within<'a> {
    db: Reader<'a>,
    owner: &'a str,
    folder: Option<&'a str>,
}

impl Within<'_> {
    fn has_folder(&self, name: &str) -> Result<bool> {
        let sql =
            "SELECT 1 FROM folders WHERE owner_did = ?1 AND parent IS ?2 AND name = ?3 LIMIT 1";
        self.db.exists(sql, (self.owner, self.folder, name))
    }

    fn has(&self, name: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM assets WHERE owner_did = ?1 AND folder IS ?2 AND name = ?3 AND state = 'kept' LIMIT 1";
        Ok(self.has_folder(name)? || self.db.exists(sql, (self.owner, self.folder, name))?)
    }

    /// Files of this name, the oldest first.
    fn files(&self, name: &str) -> Result<Vec<String>> {
        let sql = "SELECT id FROM assets WHERE owner_did = ?1 AND folder IS ?2 AND name = ?3 AND state = 'kept' ORDER BY at_ms, id";
        self.db.rows(sql, (self.owner, self.folder, name), rows::first)
    }

    /// Folders of this name, the oldest first.
    fn folders(&self, name: &str) -> Result<Vec<String>> {
        let sql = "SELECT id FROM folders WHERE owner_did = ?1 AND parent IS ?2 AND name = ?3 ORDER BY at_ms, id";
        self.db.rows(sql, (self.owner, self.folder, name), rows::first)
    }

    /// Returns the displayed names of these ids: the first keeps the name, the others have a number.
    fn display_names(&self, name: &str, ids: Vec<String>) -> Result<Vec<(String, String)>> {
        let mut number = 2;
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            if all.is_empty() {
                all.push((id, name.to_owned()));
                continue;
            }
            let mut candidate = numbered(name, number);
            // A file may have this name already.
            while self.has(&candidate)? {
                number += 1;
                candidate = numbered(name, number);
            }
            number += 1;
            all.push((id, candidate));
        }
        Ok(all)
    }

    /// Returns the ids with this name, folders before files.
    fn all(&self, name: &str) -> Result<Vec<String>> {
        let mut all = self.folders(name)?;
        all.extend(self.files(name)?);
        Ok(all)
    }

    /// The id of what is shown as this.
    fn find(
        &self,
        display_name: &str,
        ids: impl Fn(&str) -> Result<Vec<String>>,
    ) -> Result<Option<String>> {
        if let Some(first) = ids(display_name)?.into_iter().next() {
            return Ok(Some(first));
        }
        let Some((name, _)) = unnumbered(display_name) else {
            return Ok(None);
        };
        let all = self.display_names(&name, ids(&name)?)?;
        let entry = all.into_iter().find(|(_, text)| text == display_name);
        Ok(entry.map(|(id, _)| id))
    }
}

/// The folder that is shown under a name in another, or outside all.
pub(crate) fn folder_shown_as<'a>(
    db: Reader<'a>,
    owner: &'a str,
    parent: Option<&'a str>,
    shown: &str,
) -> Result<Option<Folder>> {
    let within = Within { db, owner, folder: parent };
    match within.find(shown, |name| within.folders(name))? {
        Some(id) => super::folder(within.db, owner, &id),
        None => Ok(None),
    }
}

/// The file that is shown under a name in a folder, or outside all.
pub(crate) fn file_shown_as<'a>(
    db: Reader<'a>,
    owner: &'a str,
    folder: Option<&'a str>,
    shown: &str,
) -> Result<Option<Asset>> {
    let within = Within { db, owner, folder };
    let Some(id) = within.find(shown, |name| within.all(name))? else {
        return Ok(None);
    };
    let sql = asset::select("WHERE owner_did = ?1 AND id = ?2");
    within.db.row(&sql, [owner, id.as_str()], Asset::read)
}

/// Returns the displayed names of a folder's numbered files, by id.
pub(crate) fn numbered_files<'a>(
    db: Reader<'a>,
    owner: &'a str,
    folder: Option<&'a str>,
) -> Result<HashMap<String, String>> {
    let within = Within { db, owner, folder };
    let sql = "SELECT name FROM assets WHERE owner_did = ?1 AND folder IS ?2 AND state = 'kept' GROUP BY name HAVING count(*) > 1
        UNION SELECT name FROM folders WHERE owner_did = ?1 AND parent IS ?2 AND EXISTS (
            SELECT 1 FROM assets WHERE owner_did = ?1 AND folder IS ?2 AND assets.name = folders.name AND state = 'kept')";
    let names: Vec<String> = within.db.rows(sql, (owner, folder), |row| row.get(0))?;
    let mut all = HashMap::new();
    for name in names {
        let shown = within.display_names(&name, within.all(&name)?)?;
        all.extend(shown.into_iter().filter(|(_, shown)| *shown != name));
    }
    Ok(all)
}

/// Returns the displayed names of a person's numbered folders, by id.
pub(crate) fn numbered_folders(db: Reader<'_>, owner: &str) -> Result<HashMap<String, String>> {
    let sql = "SELECT parent, name FROM folders WHERE owner_did = ?1 GROUP BY parent, name HAVING count(*) > 1";
    let equal: Vec<(Option<String>, String)> = db.rows(sql, [owner], rows::pair)?;
    let mut all = HashMap::new();
    for (parent, name) in equal {
        let within = Within { db, owner, folder: parent.as_deref() };
        let shown = within.display_names(&name, within.folders(&name)?)?;
        all.extend(shown.into_iter().filter(|(_, shown)| *shown != name));
    }
    Ok(all)
}

/// So many files of a folder, by name, after one of them.
pub(crate) fn files_by_name(
    db: Reader<'_>,
    owner: &str,
    folder: Option<&str>,
    after: (&str, &str),
    limit: usize,
) -> Result<Vec<Asset>> {
    let sql = asset::select(
        "WHERE owner_did = ?1 AND folder IS ?2 AND state = 'kept' AND (name, id) > (?3, ?4) ORDER BY name, id LIMIT ?5",
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let params = (owner, folder, after.0, after.1, limit);
    db.rows(&sql, params, Asset::read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_before_the_ending() {
        for (name, shown) in [
            ("a.jpg", "a (2).jpg"),
            ("a", "a (2)"),
            (".profile", ".profile (2)"),
            ("a.tar.gz", "a.tar (2).gz"),
            ("a (2).jpg", "a (2) (2).jpg"),
        ] {
            assert_eq!(numbered(name, 2), shown);
            assert_eq!(unnumbered(shown), Some((name.to_owned(), 2)), "{shown}");
        }
        for plain in ["a.jpg", "(2)", "a (1).jpg", "a (02).jpg", "a(2).jpg", " (2).jpg"] {
            assert_eq!(unnumbered(plain), None, "{plain}");
        }
    }
}
