//! Wipes what SQLite leaves in the pages of a table when it moves rows from one to another.
//!
//! `secure_delete` wipes deleted bytes in place and every freed page, but a page that is put together anew keeps old bytes in
//! the gap between its pointers and its rows (SQLite's file format, §1.6). Nothing refers to them.
//!
//! Always: only bytes that belong to no row and no list of the page change, so that a page is right before, after, and half
//! way. A page that is not as the format says is left alone, and ends the work with an error.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// The first byte of a page of a table.
const INNER: u8 = 0x05;
const LEAF: u8 = 0x0d;
/// Where the file's header says how many bytes at the end of each page are not SQLite's.
const RESERVED: u64 = 20;
/// Bytes of an empty page's header, and of its next pointer where it is an inner one.
const LEAF_HEADER: usize = 8;
const INNER_HEADER: usize = 12;
/// Bytes of a list of free blocks in a page: the next one, and the length.
const FREE_HEADER: usize = 4;
/// A table has fewer levels.
const LEVELS_MAX: usize = 32;

/// A table in a file that nobody else writes to and that has no WAL.
pub(super) struct Table<'f> {
    file: &'f File,
    page_bytes: usize,
    usable: usize,
    root: u32,
}

impl<'f> Table<'f> {
    /// The table whose first page is `root`.
    pub(super) fn new(file: &'f File, page_bytes: usize, root: u32) -> io::Result<Self> {
        let mut reserved = [0];
        file.read_exact_at(&mut reserved, RESERVED)?;
        let usable = page_bytes.checked_sub(usize::from(reserved[0]));
        let usable = usable.filter(|usable| *usable >= 480);
        Ok(Self {
            file,
            page_bytes,
            usable: usable.ok_or_else(wrong)?,
            root,
        })
    }

    /// Whether a gap has bytes in it.
    pub(super) fn has_filled_gaps(&self) -> io::Result<bool> {
        self.each(&mut |_, _| Ok(false)).map(|all| !all)
    }

    /// Wipes the gaps in `to`, the same file.
    pub(super) fn wipe(&self, to: &File) -> io::Result<()> {
        let write = &mut |at, page: &[u8]| to.write_all_at(page, at).map(|()| true);
        self.each(write).map(drop)
    }

    /// Calls `found` with each page whose gaps have bytes, without these and where it is, until that says to stop; whether it
    /// never did.
    fn each(&self, found: &mut impl FnMut(u64, &[u8]) -> io::Result<bool>) -> io::Result<bool> {
        let pages = self.file.metadata()?.len() / self.page_bytes as u64;
        let mut left = pages;
        let mut page = vec![0; self.page_bytes];
        // The pages that are still to be read, by level.
        let mut levels = vec![vec![self.root]];
        while let Some(level) = levels.last_mut() {
            let Some(number) = level.pop() else {
                levels.pop();
                continue;
            };
            left = left.checked_sub(1).ok_or_else(wrong)?;
            let before = number.checked_sub(1).filter(|before| *before > 0);
            let at = u64::from(before.ok_or_else(wrong)?) * self.page_bytes as u64;
            self.file.read_exact_at(&mut page, at)?;
            match page.first() {
                Some(&INNER) if levels.len() < LEVELS_MAX => levels.push(children(&page)?),
                Some(&LEAF) => {
                    if self.wiped(&mut page)? && !found(at, &page)? {
                        return Ok(false);
                    }
                }
                _ => return Err(wrong()),
            }
        }
        Ok(true)
    }

    /// Wipes a leaf's gaps; true if that changed anything.
    fn wiped(&self, page: &mut [u8]) -> io::Result<bool> {
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

    /// What a leaf's bytes are for: its header and pointers, its rows, and the heads of its free blocks.
    fn used(&self, page: &[u8]) -> io::Result<Vec<(usize, usize)>> {
        let cells = usize::from(u16_at(page, 3)?);
        let pointers = LEAF_HEADER + 2 * cells;
        let mut used = vec![(0, pointers)];
        for cell in 0..cells {
            let at = usize::from(u16_at(page, LEAF_HEADER + 2 * cell)?);
            used.push((at, at + self.row_bytes(page, at)?));
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

    /// Bytes of a row in its page: the rest of a long one is on pages of its own.
    fn row_bytes(&self, page: &[u8], at: usize) -> io::Result<usize> {
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

/// The pages below an inner one.
fn children(page: &[u8]) -> io::Result<Vec<u32>> {
    let cells = usize::from(u16_at(page, 3)?);
    let mut children = Vec::with_capacity(cells + 1);
    for cell in 0..cells {
        let at = usize::from(u16_at(page, INNER_HEADER + 2 * cell)?);
        children.push(u32_at(page, at)?);
    }
    children.push(u32_at(page, LEAF_HEADER)?);
    Ok(children)
}

fn array_at<const N: usize>(page: &[u8], at: usize) -> io::Result<[u8; N]> {
    let bytes = page.get(at..at + N).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(wrong)
}

fn u16_at(page: &[u8], at: usize) -> io::Result<u16> {
    array_at(page, at).map(u16::from_be_bytes)
}

fn u32_at(page: &[u8], at: usize) -> io::Result<u32> {
    array_at(page, at).map(u32::from_be_bytes)
}

/// A number of one to nine bytes (§1.6), and where it ends.
fn number(page: &[u8], at: usize) -> io::Result<(u64, usize)> {
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

fn wrong() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a page of the log is damaged")
}
