//! Reads the remains of a damaged SQLite file, page by page (<https://www.sqlite.org/fileformat2.html>).
//!
//! Nothing in the file is trusted, neither its header nor its trees: every page is tried as a leaf and as an inner
//! page, and everything that reads as a record is passed on. A record's CID or signature tells whether it belongs to
//! the log.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::sql::wal_path;

/// The page size of early logs, in bytes; tried even if the damaged header has another one.
const USUAL_PAGE_BYTES: usize = 4096;
/// Bytes of a file's own header, at the start of its first page.
const FILE_HEADER_BYTES: usize = 100;
/// The first byte of a table's leaf page.
const TABLE_LEAF: u8 = 13;
/// Bytes before the frames of a WAL (32), and before each page in it (24).
const WAL_HEADER_BYTES: u64 = 32;
const FRAME_HEADER_BYTES: u64 = 24;
/// Maximum bytes of a record: an entry's body (1 MiB) with its neighbours.
const PAYLOAD_BYTES_MAX: usize = 4 << 20;
/// Maximum number of columns of a record: no table of a log has more.
const FIELDS_MAX: usize = 4;

/// One column of a record.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Field {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// A record found in the file.
pub(super) struct Record {
    /// The key of its row, if its page is marked as a table's leaf.
    pub(super) key: Option<i64>,
    pub(super) fields: Vec<Field>,
}

/// Returns whether the file is shorter than its header says.
pub(super) fn is_cut(path: &Path) -> io::Result<bool> {
    let db = File::open(path)?;
    let Some(header) = read_at(Some(&db), 0, FILE_HEADER_BYTES)? else {
        return Ok(true);
    };
    let page_bytes = be16(&header, 16).filter(|size| size.is_power_of_two());
    let pages = be32(&header, 28).unwrap_or(0);
    let bytes = u64::from(pages) * page_bytes.unwrap_or(USUAL_PAGE_BYTES) as u64;
    Ok(db.metadata()?.len() < bytes)
}

/// Passes every readable record of the file, and of its WAL, to `found`. A record may come several times.
pub(super) fn records<E: From<io::Error>>(
    path: &Path,
    mut found: impl FnMut(&Record) -> Result<(), E>,
) -> Result<(), E> {
    let db = File::open(path)?;
    let wal = match File::open(wal_path(path)) {
        Ok(wal) => Some(wal),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    for page_bytes in page_sizes(&db)? {
        let file = Pages::new(&db, wal.as_ref(), page_bytes)?;
        for number in 1..=file.count {
            if let Some(page) = file.in_db(number)? {
                file.records_of(&page, number, &mut found)?;
            }
        }
        for &(number, at) in &file.frames {
            if let Some(page) = read_at(wal.as_ref(), at, page_bytes)? {
                file.records_of(&page, number, &mut found)?;
            }
        }
    }
    Ok(())
}

/// Returns the page size in the header, if it is a possible one, and the usual one.
fn page_sizes(db: &File) -> io::Result<BTreeSet<usize>> {
    let mut sizes = BTreeSet::from([USUAL_PAGE_BYTES]);
    if let Some(header) = read_at(Some(db), 0, FILE_HEADER_BYTES)? {
        let named = match be16(&header, 16) {
            Some(1) => 65_536,
            Some(size) => size,
            None => 0,
        };
        if named.is_power_of_two() && named >= 512 {
            sizes.insert(named);
        }
    }
    Ok(sizes)
}

/// The pages of a file and of its WAL.
struct Pages<'f> {
    db: &'f File,
    wal: Option<&'f File>,
    page_bytes: usize,
    /// The number of pages in the database file.
    count: u32,
    /// The page number and the offset of each page in the WAL, in order.
    frames: Vec<(u32, u64)>,
    /// The offset of a page's newest version in the WAL.
    newest: HashMap<u32, u64>,
}

impl<'f> Pages<'f> {
    fn new(db: &'f File, wal: Option<&'f File>, page_bytes: usize) -> io::Result<Self> {
        let count = db.metadata()?.len().div_ceil(page_bytes as u64);
        let frames = wal.map_or(Ok(Vec::new()), |wal| frames(wal, page_bytes))?;
        Ok(Self {
            db,
            wal,
            page_bytes,
            count: u32::try_from(count).unwrap_or(u32::MAX),
            newest: frames.iter().copied().collect(),
            frames,
        })
    }

    fn in_db(&self, number: u32) -> io::Result<Option<Vec<u8>>> {
        let at = u64::from(number.saturating_sub(1)) * self.page_bytes as u64;
        read_at(Some(self.db), at, self.page_bytes)
    }

    /// Returns the last written version of a page.
    fn newest(&self, number: u32) -> io::Result<Option<Vec<u8>>> {
        match self.newest.get(&number) {
            Some(at) => read_at(self.wal, *at, self.page_bytes),
            None => self.in_db(number),
        }
    }

    fn records_of<E: From<io::Error>>(
        &self,
        page: &[u8],
        number: u32,
        found: &mut impl FnMut(&Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let begin = if number == 1 { FILE_HEADER_BYTES } else { 0 };
        let is_table_leaf = page.get(begin) == Some(&TABLE_LEAF);
        for (pointers, cells) in [
            (begin + 8, &[Cell::TableLeaf, Cell::IndexLeaf][..]),
            (begin + 12, &[Cell::IndexInner][..]),
        ] {
            // Either number may be damaged, hardly both: too many tries only cost time.
            let by_count = pointers + 2 * be16(page, begin + 3).unwrap_or(0);
            let by_content = be16(page, begin + 5).unwrap_or(0);
            let end = by_count.max(by_content).min(page.len());
            for at in (pointers..end.saturating_sub(1)).step_by(2) {
                let Some(cell) = be16(page, at).filter(|cell| *cell > at) else {
                    continue;
                };
                for kind in cells {
                    if let Some((key, payload)) = self.payload(page, cell, *kind)?
                        && let Some(fields) = record(&payload)
                    {
                        let key = key.filter(|_| is_table_leaf);
                        found(&Record { key, fields })?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns the content of a cell, including its overflow pages, and the key of its row.
    fn payload(
        &self,
        page: &[u8],
        cell: usize,
        kind: Cell,
    ) -> io::Result<Option<(Option<i64>, Vec<u8>)>> {
        let mut at = cell + if kind == Cell::IndexInner { 4 } else { 0 };
        let length = varint(page, &mut at).and_then(|length| usize::try_from(length).ok());
        let Some(length) = length.filter(|length| (2..=PAYLOAD_BYTES_MAX).contains(length)) else {
            return Ok(None);
        };
        let key = match kind {
            Cell::TableLeaf => match varint(page, &mut at) {
                Some(key) => Some(key.cast_signed()),
                None => return Ok(None),
            },
            _ => None,
        };
        let here = local_bytes(self.page_bytes, length, kind);
        let Some(local) = page.get(at..at + here) else {
            return Ok(None);
        };
        let mut payload = Vec::with_capacity(length);
        payload.extend_from_slice(local);
        let mut next = be32(page, at + here);
        while payload.len() < length {
            let Some(number) = next.filter(|number| *number > 0) else {
                return Ok(None);
            };
            let Some(overflow) = self.newest(number)? else {
                return Ok(None);
            };
            let take = (length - payload.len()).min(self.page_bytes - 4);
            let Some(part) = overflow.get(4..4 + take) else {
                return Ok(None);
            };
            payload.extend_from_slice(part);
            next = be32(&overflow, 0);
        }
        Ok(Some((key, payload)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    TableLeaf,
    IndexLeaf,
    IndexInner,
}

/// Returns the number of bytes of a payload in the cell itself (file format, §1.6).
fn local_bytes(page: usize, length: usize, kind: Cell) -> usize {
    let most = match kind {
        Cell::TableLeaf => page - 35,
        Cell::IndexLeaf | Cell::IndexInner => (page - 12) * 64 / 255 - 23,
    };
    if length <= most {
        return length;
    }
    let least = (page - 12) * 32 / 255 - 23;
    let rest = least + (length - least) % (page - 4);
    if rest <= most { rest } else { least }
}

/// Finds the pages of a WAL. Leaves out frames of an earlier round, which have another salt, unless the WAL's own
/// header is damaged.
fn frames(wal: &File, page_bytes: usize) -> io::Result<Vec<(u32, u64)>> {
    let mut frames = Vec::new();
    let Some(header) = read_at(Some(wal), 0, WAL_HEADER_BYTES as usize)? else {
        return Ok(frames);
    };
    let is_intact = header.starts_with(&[0x37, 0x7f, 0x06])
        && be32(&header, 8).and_then(|size| usize::try_from(size).ok()) == Some(page_bytes);
    let salt = header.get(16..24).filter(|_| is_intact);
    let mut at = WAL_HEADER_BYTES;
    while let Some(frame) = read_at(Some(wal), at, FRAME_HEADER_BYTES as usize)? {
        let of_this_round = salt.is_none_or(|salt| frame.get(8..16) == Some(salt));
        if let Some(number) = be32(&frame, 0).filter(|number| *number > 0 && of_this_round) {
            frames.push((number, at + FRAME_HEADER_BYTES));
        }
        at += FRAME_HEADER_BYTES + page_bytes as u64;
    }
    Ok(frames)
}

/// Returns a record's fields (file format, §2.1); `None` if it is not a record of a log.
fn record(payload: &[u8]) -> Option<Vec<Field>> {
    let mut at = 0;
    let header = usize::try_from(varint(payload, &mut at)?).ok()?;
    let mut data = header;
    let mut fields = Vec::with_capacity(3);
    while at < header {
        let kind = usize::try_from(varint(payload, &mut at)?).ok()?;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind,
            5 => 6,
            6 => 8,
            12.. => (kind - 12) / 2,
            _ => return None,
        };
        let bytes = payload.get(data..data.checked_add(length)?)?;
        data += length;
        fields.push(match kind {
            0 => Field::Null,
            8 => Field::Int(0),
            9 => Field::Int(1),
            1..=6 => Field::Int(int(bytes)),
            _ if kind % 2 == 0 => Field::Blob(bytes.to_vec()),
            _ => Field::Text(String::from_utf8(bytes.to_vec()).ok()?),
        });
        if fields.len() > FIELDS_MAX {
            return None;
        }
    }
    (data == payload.len() && at == header).then_some(fields)
}

/// Reads a two's complement integer, most significant byte first.
fn int(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let begin = if negative { -1 } else { 0 };
    bytes
        .iter()
        .fold(begin, |number, byte| (number << 8) | i64::from(*byte))
}

/// Reads a variable-length integer (file format, §1.6): seven bits a byte, all eight of the ninth.
fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0u64;
    for n in 0..9 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        if n == 8 {
            return Some((number << 8) | u64::from(byte));
        }
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn be16(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 2)?;
    Some(usize::from(u16::from_be_bytes([bytes[0], bytes[1]])))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// Reads bytes of a file; `None` if the file ends before.
fn read_at(file: Option<&File>, at: u64, length: usize) -> io::Result<Option<Vec<u8>>> {
    let Some(file) = file else { return Ok(None) };
    let mut bytes = vec![0; length];
    match file.read_exact_at(&mut bytes, at) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}
