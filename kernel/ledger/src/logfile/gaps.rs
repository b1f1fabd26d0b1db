//! Wipes what SQLite leaves in the pages of a table when it moves rows from one to another.
//!
//! `secure_delete` wipes deleted bytes in place and every freed page, but a page that is put together again keeps old bytes in
//! the gap between its pointers and its rows (SQLite's file format, §1.6). Nothing refers to them.
//!
//! Always: only bytes that belong to no row and no list of the page change, and SQLite itself writes the pages, in its transaction.
//! A page that is not as the format says is left alone, and ends the work with an error.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};

use super::LogError;

/// The first byte of a page of a table.
const INNER: u8 = 0x05;
const LEAF: u8 = 0x0d;
/// Offset in the file's header of the number of bytes at the end of each page that are not SQLite's.
const RESERVED: usize = 20;
/// Bytes of an empty page's header, and of its next pointer where it is an inner one.
const LEAF_HEADER: usize = 8;
const INNER_HEADER: usize = 12;
/// Bytes of a list of free blocks in a page: the next one, and the length.
const FREE_HEADER: usize = 4;
/// A table has fewer levels.
const LEVELS_MAX: usize = 32;

/// Wipes the gaps in all pages of the table whose first page is `root`, in the transaction that is open. Reads all its pages,
/// and writes those whose gaps have bytes.
pub(super) fn wipe(db: &Connection, root: u32) -> Result<(), LogError> {
    // Pages may be written as such for as long as this takes.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
    let wiped = wipe_pages(db, root);
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    wiped
}

fn wipe_pages(db: &Connection, root: u32) -> Result<(), LogError> {
    let mut left: u32 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let mut read = db.prepare_cached("SELECT data FROM sqlite_dbpage WHERE pgno = ?1")?;
    let mut write = db.prepare_cached("UPDATE sqlite_dbpage SET data = ?2 WHERE pgno = ?1")?;
    let mut load = |number: u32, page: &mut Vec<u8>| -> Result<(), LogError> {
        page.clear();
        let mut rows = read.query([number])?;
        if let Some(row) = rows.next()? {
            page.extend_from_slice(row.get_ref(0)?.as_blob().map_err(|_| wrong())?);
        }
        Ok(())
    };
    let mut page = Vec::new();
    load(1, &mut page)?;
    let layout = Layout::parse(&page)?;
    // The pages that are still to be read, by level.
    let mut levels = vec![vec![root]];
    while let Some(level) = levels.last_mut() {
        let Some(number) = level.pop() else {
            levels.pop();
            continue;
        };
        left = left.checked_sub(1).ok_or_else(wrong)?;
        load(number, &mut page)?;
        if layout.wipe(&mut page)? {
            write.execute(params![number, page])?;
        }
        match page.first() {
            Some(&LEAF) => {}
            _ if levels.len() < LEVELS_MAX => levels.push(children(&page)?),
            _ => return Err(wrong()),
        }
    }
    Ok(())
}

/// The layout of a file's pages.
struct Layout {
    /// Bytes of a page that are SQLite's.
    usable: usize,
}

impl Layout {
    /// Reads the layout from the file's first page.
    fn parse(first: &[u8]) -> Result<Self, LogError> {
        let reserved = first.get(RESERVED).copied().ok_or_else(wrong)?;
        let usable = first.len().checked_sub(usize::from(reserved));
        // The least that the format allows.
        let usable = usable.filter(|usable| *usable >= 480).ok_or_else(wrong)?;
        Ok(Self { usable })
    }

    /// Wipes a page's gaps; true if that changed anything.
    fn wipe(&self, page: &mut [u8]) -> Result<bool, LogError> {
        let mut used = self.used(page)?;
        used.sort_unstable();
        let (mut end, mut changed) = (0, false);
        used.push((self.usable, self.usable));
        for (from, to) in used {
            // Rows never overlap.
            let gap = page.get_mut(end..from).ok_or_else(wrong)?;
            if gap.iter().any(|byte| *byte != 0) {
                gap.fill(0);
                changed = true;
            }
            end = to;
        }
        Ok(changed)
    }

    /// Returns the byte ranges of a page in use: its header and pointers, its cells, and the heads of its free blocks.
    fn used(&self, page: &[u8]) -> Result<Vec<(usize, usize)>, LogError> {
        let is_leaf = match page.first() {
            Some(&LEAF) => true,
            Some(&INNER) => false,
            _ => return Err(wrong()),
        };
        let header = if is_leaf { LEAF_HEADER } else { INNER_HEADER };
        let cells = usize::from(u16_at(page, 3)?);
        let mut used = vec![(0, header + 2 * cells)];
        for cell in 0..cells {
            let at = usize::from(u16_at(page, header + 2 * cell)?);
            let end = if is_leaf {
                at + self.row_bytes(page, at)?
            } else {
                // The page below, and a key.
                number(page, at + 4)?.1
            };
            used.push((at, end));
        }
        let mut free = usize::from(u16_at(page, 1)?);
        while free != 0 {
            used.push((free, free + FREE_HEADER));
            if used.len() > page.len() {
                return Err(wrong());
            }
            free = usize::from(u16_at(page, free)?);
        }
        Ok(used)
    }

    /// Returns the bytes of a row within its page: the rest of a long row is on overflow pages.
    fn row_bytes(&self, page: &[u8], at: usize) -> Result<usize, LogError> {
        let (payload, key_at) = number(page, at)?;
        let (_, begin) = number(page, key_at)?;
        let payload = usize::try_from(payload).map_err(|_| wrong())?;
        let most = self.usable - 35;
        if payload <= most {
            // The least that a row takes, so that it can become a free block.
            return Ok((begin - at + payload).max(FREE_HEADER));
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let fits = least + (payload - least) % (self.usable - 4);
        let here = if fits <= most { fits } else { least };
        Ok(begin - at + here + 4)
    }
}

/// Returns the pages below an inner page.
fn children(page: &[u8]) -> Result<Vec<u32>, LogError> {
    let cells = usize::from(u16_at(page, 3)?);
    let mut children = Vec::with_capacity(cells + 1);
    for cell in 0..cells {
        let at = usize::from(u16_at(page, INNER_HEADER + 2 * cell)?);
        children.push(u32_at(page, at)?);
    }
    children.push(u32_at(page, LEAF_HEADER)?);
    Ok(children)
}

fn array_at<const N: usize>(page: &[u8], at: usize) -> Result<[u8; N], LogError> {
    page.get(at..at + N).and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)
}

fn u16_at(page: &[u8], at: usize) -> Result<u16, LogError> {
    array_at(page, at).map(u16::from_be_bytes)
}

fn u32_at(page: &[u8], at: usize) -> Result<u32, LogError> {
    array_at(page, at).map(u32::from_be_bytes)
}

/// Reads a number of one to nine bytes (§1.6), and returns where it ends.
fn number(page: &[u8], at: usize) -> Result<(u64, usize), LogError> {
    let mut value = 0;
    for n in 0..9 {
        let byte = page.get(at + n).copied().ok_or_else(wrong)?;
        if n == 8 {
            return Ok(((value << 8) | u64::from(byte), at + 9));
        }
        value = (value << 7) | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Ok((value, at + n + 1));
        }
    }
    Err(wrong())
}

fn wrong() -> LogError {
    LogError::Damaged("a page of the log is not as SQLite makes them".to_owned())
}
