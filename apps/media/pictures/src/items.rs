//! The tables of items of a picture (HEIC, AVIF; ISO/IEC 14496-12, 8.11): what each item is, and where its bytes are.

use crate::boxes::{Boxes, after, damage};
use std::io::{self, Read, Seek};
use std::ops::Range;

/// Items and ranges of a picture that are read: two to ten are usual, a picture of tiles has some hundred.
const ITEMS_MAX: usize = 1 << 14;

/// An entry of `iinf`.
pub(crate) struct ItemInfo {
    pub(crate) id: u64,
    /// The type of the item: a codec, `Exif`, `mime` …
    pub(crate) kind: [u8; 4],
    /// The name and what else follows the type.
    pub(crate) rest: Range<u64>,
}

/// An entry of `iloc`.
pub(crate) struct ItemPlace {
    pub(crate) id: u64,
    /// The origin of the ranges: 0 the file, 1 the box `idat`, 2 another item.
    pub(crate) method: u64,
    /// The ranges are in another file.
    pub(crate) is_elsewhere: bool,
    ranges: Vec<(u64, u64)>,
}

impl ItemPlace {
    /// Returns the ranges in the file, if they count from the start of `within`. Neighbours are one range.
    /// Errors: a range reaches beyond `within`, or has no length: that means all that follows, which no camera writes.
    pub(crate) fn ranges(&self, within: &Range<u64>) -> io::Result<Vec<Range<u64>>> {
        let range = |(start, length): &(u64, u64)| {
            let from = after(within, *start)?;
            let end = after(&from, *length)?.start;
            if *length == 0 { Err(damage()) } else { Ok(from.start..end) }
        };
        let ranges = self.ranges.iter().map(range);
        let mut ranges = ranges.collect::<io::Result<Vec<_>>>()?;
        ranges.dedup_by(|next, last| {
            let continues = next.start == last.end;
            if continues {
                last.end = next.end;
            }
            continues
        });
        Ok(ranges)
    }
}

/// Reads `iinf`: its entries, and what follows them.
/// Errors: an entry does not say what it is, as in files of 2008 and before.
pub(crate) fn read_infos<R: Read + Seek>(
    boxes: &mut Boxes<R>,
    mut rest: Range<u64>,
) -> io::Result<(Vec<ItemInfo>, Range<u64>)> {
    let mut infos = Vec::new();
    let version = boxes.take(&mut rest, 4)? >> 24;
    boxes.take(&mut rest, if version == 0 { 2 } else { 4 })?;
    while let Some(entry) = boxes.next(&mut rest)? {
        let mut fields = entry.content;
        let id_bytes = match (&entry.name, boxes.take(&mut fields, 4)? >> 24) {
            (b"infe", 2) => 2,
            (b"infe", 3) => 4,
            _ => return Err(damage()),
        };
        let id = boxes.take(&mut fields, id_bytes)?;
        boxes.take(&mut fields, 2)?;
        let kind = boxes.array(&mut fields)?;
        if infos.len() >= ITEMS_MAX {
            return Err(damage());
        }
        infos.push(ItemInfo { id, kind, rest: fields });
    }
    Ok((infos, rest))
}

/// Reads `iloc`.
/// Errors: the table is damaged, too long, or of an unknown version.
pub(crate) fn read_places<R: Read + Seek>(
    boxes: &mut Boxes<R>,
    mut rest: Range<u64>,
) -> io::Result<Vec<ItemPlace>> {
    let version = boxes.take(&mut rest, 4)? >> 24;
    let [first, second]: [u8; 2] = boxes.array(&mut rest)?;
    let (offset_bytes, length_bytes, base_bytes) = (first >> 4, first & 15, second >> 4);
    let index_bytes = if version == 0 { 0 } else { second & 15 };
    let all = [offset_bytes, length_bytes, base_bytes, index_bytes];
    if version > 2 || all.iter().any(|bytes| !matches!(bytes, 0 | 4 | 8)) {
        return Err(damage());
    }
    let id_bytes = if version < 2 { 2 } else { 4 };
    let count = boxes.take(&mut rest, id_bytes)?;
    let (mut places, mut range_count) = (Vec::new(), 0_usize);
    for _ in 0..count {
        boxes.step()?;
        let id = boxes.take(&mut rest, id_bytes)?;
        let method = match version {
            0 => 0,
            _ => boxes.take(&mut rest, 2)? & 15,
        };
        let is_elsewhere = boxes.take(&mut rest, 2)? > 0;
        let base = boxes.take(&mut rest, base_bytes)?;
        let extents = boxes.take(&mut rest, 2)?;
        let mut ranges = Vec::new();
        for _ in 0..extents {
            boxes.step()?;
            boxes.take(&mut rest, index_bytes)?;
            let offset = boxes.take(&mut rest, offset_bytes)?;
            let length = boxes.take(&mut rest, length_bytes)?;
            let start = base.checked_add(offset).ok_or_else(damage)?;
            ranges.push((start, length));
        }
        range_count += ranges.len();
        if places.len() >= ITEMS_MAX || range_count > ITEMS_MAX {
            return Err(damage());
        }
        places.push(ItemPlace { id, method, is_elsewhere, ranges });
    }
    Ok(places)
}
