//! Items of a picture: those that are pictures stay. All others (Exif, XMP, unknown types) are emptied, and so are the
//! names of all.
//!
//! Always: the table of places locates every byte of a removed item, or no copy is made.

use super::rules::PICTURES;
use super::{Walk, push};
use crate::boxes::damage;
use crate::items::{read_infos, read_places};
use std::collections::BTreeMap;
use std::io::{self, Read, Seek};
use std::ops::Range;

/// Items of a picture that go: two to ten are usual.
const ITEMS_MAX: usize = 1 << 10;

impl<R: Read + Seek> Walk<R> {
    pub(super) fn items(&mut self, inside: &Range<u64>) -> io::Result<()> {
        let information = self.boxes.require(inside, b"iinf")?;
        let mut hidden = self.hidden_items(information)?;
        let places = self.boxes.find(inside, b"iloc")?;
        let data = self.boxes.find(inside, b"idat")?;
        if let Some(places) = places {
            self.hide_items(places, data.as_ref(), &mut hidden)?;
        }
        // One without a place.
        if hidden.is_empty() { Ok(()) } else { Err(damage()) }
    }

    /// The items that go, and whether each is Exif.
    fn hidden_items(&mut self, information: Range<u64>) -> io::Result<BTreeMap<u64, bool>> {
        let mut hidden = BTreeMap::new();
        let (infos, rest) = read_infos(&mut self.boxes, information)?;
        for info in infos {
            self.blank(info.rest)?;
            if !PICTURES.contains(&&info.kind) {
                hidden.insert(info.id, info.kind == *b"Exif");
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
        places: Range<u64>,
        data: Option<&Range<u64>>,
        hidden: &mut BTreeMap<u64, bool>,
    ) -> io::Result<()> {
        for place in read_places(&mut self.boxes, places)? {
            let Some(is_exif) = hidden.remove(&place.id) else {
                continue;
            };
            let within = match (place.method, data) {
                _ if place.is_elsewhere => return Err(damage()),
                (0, _) => self.boxes.all(),
                (1, Some(data)) => data.clone(),
                _ => return Err(damage()),
            };
            for (index, range) in place.ranges(&within)?.into_iter().enumerate() {
                if is_exif && index == 0 {
                    push(&mut self.exifs, range, ITEMS_MAX)?
                } else {
                    push(&mut self.hidden, range, ITEMS_MAX)?
                }
            }
        }
        Ok(())
    }
}
