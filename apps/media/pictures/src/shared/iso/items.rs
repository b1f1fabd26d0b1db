//! Items of a picture: those that are pictures stay. All others (Exif, XMP, what nobody here knows) are emptied, and so are
//! the names of all.
//!
//! Always: every byte of an item that goes is found by the table of places, or there is no copy.

use super::rules::PICTURES;
use super::{Walk, push};
use crate::boxes::{after, damage};
use std::collections::BTreeMap;
use std::io::{self, Read, Seek};
use std::ops::Range;

/// Items of a picture that go: two to ten are usual.
const ITEMS_MAX: usize = 1 << 10;

/// How many bytes the numbers of the table of places have.
struct Widths {
    offset: u8,
    length: u8,
    base: u8,
    index: u8,
}

impl<R: Read + Seek> Walk<R> {
    pub(super) fn items(&mut self, inside: &Range<u64>) -> io::Result<()> {
        let information = self.boxes.one(inside, b"iinf")?;
        let mut hidden = self.hidden_items(information)?;
        let places = self.boxes.find(inside, b"iloc")?;
        let data = self.boxes.find(inside, b"idat")?;
        if let Some(places) = places {
            self.hide_items(places, data.as_ref(), &mut hidden)?;
        }
        // One without a place.
        match hidden.is_empty() {
            true => Ok(()),
            false => Err(damage()),
        }
    }

    /// The items that go, and whether each is Exif.
    fn hidden_items(&mut self, mut rest: Range<u64>) -> io::Result<BTreeMap<u64, bool>> {
        let mut hidden = BTreeMap::new();
        let version = self.boxes.take(&mut rest, 4)? >> 24;
        self.boxes
            .take(&mut rest, if version == 0 { 2 } else { 4 })?;
        while let Some(entry) = self.boxes.next(&mut rest)? {
            let mut fields = entry.content.clone();
            let id_bytes = match (&entry.name, self.boxes.take(&mut fields, 4)? >> 24) {
                (b"infe", 2) => 2,
                (b"infe", 3) => 4,
                // Older ones don't say what an item is.
                _ => return Err(damage()),
            };
            let id = self.boxes.take(&mut fields, id_bytes)?;
            self.boxes.take(&mut fields, 2)?;
            let kind: [u8; 4] = self.boxes.array(&mut fields)?;
            self.blank(fields)?;
            if !PICTURES.contains(&&kind) {
                hidden.insert(id, kind == *b"Exif");
            }
            if hidden.len() > ITEMS_MAX {
                return Err(damage());
            }
        }
        self.blank(rest)?;
        Ok(hidden)
    }

    /// Looks for the items that go, and leaves those that it does not find.
    fn hide_items(
        &mut self,
        mut rest: Range<u64>,
        data: Option<&Range<u64>>,
        hidden: &mut BTreeMap<u64, bool>,
    ) -> io::Result<()> {
        let version = self.boxes.take(&mut rest, 4)? >> 24;
        let [first, second]: [u8; 2] = self.boxes.array(&mut rest)?;
        let widths = Widths {
            offset: first >> 4,
            length: first & 15,
            base: second >> 4,
            index: if version == 0 { 0 } else { second & 15 },
        };
        let all = [widths.offset, widths.length, widths.base, widths.index];
        if version > 2 || all.iter().any(|bytes| !matches!(bytes, 0 | 4 | 8)) {
            return Err(damage());
        }
        let id_bytes = if version < 2 { 2 } else { 4 };
        let count = self.boxes.take(&mut rest, id_bytes)?;
        for _ in 0..count {
            self.boxes.step()?;
            let id = self.boxes.take(&mut rest, id_bytes)?;
            let method = match version {
                0 => 0,
                _ => self.boxes.take(&mut rest, 2)? & 15,
            };
            let other_file = self.boxes.take(&mut rest, 2)?;
            let gone = hidden.remove(&id);
            let place = match (method, data) {
                _ if gone.is_none() => None,
                _ if other_file > 0 => return Err(damage()),
                (0, _) => Some(self.boxes.all()),
                (1, Some(data)) => Some(data.clone()),
                _ => return Err(damage()),
            };
            let ranges = self.extents(&mut rest, &widths, place)?;
            for (index, range) in ranges.into_iter().enumerate() {
                match gone == Some(true) && index == 0 {
                    true => push(&mut self.exifs, range, ITEMS_MAX)?,
                    false => push(&mut self.hidden, range, ITEMS_MAX)?,
                }
            }
        }
        Ok(())
    }

    /// The ranges of one item in the place where all of it is; none are kept without such a place.
    fn extents(
        &mut self,
        rest: &mut Range<u64>,
        widths: &Widths,
        place: Option<Range<u64>>,
    ) -> io::Result<Vec<Range<u64>>> {
        let mut ranges = Vec::new();
        let base = self.boxes.take(rest, widths.base)?;
        let extents = self.boxes.take(rest, 2)?;
        for _ in 0..extents {
            self.boxes.step()?;
            self.boxes.take(rest, widths.index)?;
            let offset = self.boxes.take(rest, widths.offset)?;
            let length = self.boxes.take(rest, widths.length)?;
            let Some(place) = &place else { continue };
            let start = base.checked_add(offset).ok_or_else(damage)?;
            let from = after(place, start)?;
            let end = after(&from, length)?.start;
            // No length means all that follows, which nobody writes.
            if length == 0 {
                return Err(damage());
            }
            push(&mut ranges, from.start..end, ITEMS_MAX)?;
        }
        Ok(ranges)
    }
}
