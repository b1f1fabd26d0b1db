//! The JPEG that a picture holds of itself: an item of a HEIC or AVIF, or the thumbnail in its Exif.
//!
//! HEVC and AV1 aren't decoded here. Many phones and cameras write such a JPEG; a file without one has no preview.

use crate::boxes::{Boxes, after};
use crate::exif;
use crate::items::{read_infos, read_places};
use std::io::{self, Cursor};
use std::ops::Range;

/// Bytes of a JPEG in another picture that are decoded at most: both are in memory at once.
const JPEG_BYTES_MAX: u64 = 16 << 20;
/// The type of an item that is a JPEG.
const JPEG: [u8; 4] = *b"jpeg";
/// The type of an item that is Exif.
const EXIF: [u8; 4] = *b"Exif";

/// A JPEG, and how it is turned as in Exif.
pub(crate) struct Embedded {
    pub(crate) jpeg: Vec<u8>,
    pub(crate) orientation: u8,
}

impl Embedded {
    /// Finds the largest JPEG of a HEIC or AVIF. A damaged file has none.
    pub(crate) fn find(file: &[u8]) -> Option<Self> {
        Self::read(file).ok().flatten()
    }

    fn read(file: &[u8]) -> io::Result<Option<Self>> {
        let mut boxes = Boxes::new(Cursor::new(file))?;
        let all = boxes.all();
        let Some(meta) = boxes.find(&all, b"meta")? else {
            return Ok(None);
        };
        let meta = after(&meta, 4)?;
        let information = boxes.require(&meta, b"iinf")?;
        let (infos, _) = read_infos(&mut boxes, information)?;
        let places = boxes.require(&meta, b"iloc")?;
        let places = read_places(&mut boxes, places)?;
        let data = boxes.find(&meta, b"idat")?;
        let mut largest: Option<Vec<u8>> = None;
        for info in infos.iter().filter(|info| [JPEG, EXIF].contains(&info.kind)) {
            let place = places.iter().find(|place| place.id == info.id);
            let Some(place) = place.filter(|place| !place.is_elsewhere) else {
                continue;
            };
            let within = match (place.method, &data) {
                (0, _) => &all,
                (1, Some(data)) => data,
                _ => continue,
            };
            let Some(item) = bytes_of(file, &place.ranges(within)?) else {
                continue;
            };
            let jpeg =
                if info.kind == EXIF { thumbnail(&item).map(<[u8]>::to_vec) } else { Some(item) };
            let jpeg = jpeg.filter(|jpeg| jpeg.starts_with(b"\xff\xd8\xff"));
            largest = largest.into_iter().chain(jpeg).max_by_key(Vec::len);
        }
        let Some(jpeg) = largest else {
            return Ok(None);
        };
        let orientation = orientation(&mut boxes, &meta)?;
        Ok(Some(Self { jpeg, orientation }))
    }
}

/// The bytes of an item; `None` if there are too many.
fn bytes_of(file: &[u8], ranges: &[Range<u64>]) -> Option<Vec<u8>> {
    let len: u64 = ranges.iter().map(|range| range.end - range.start).sum();
    if len > JPEG_BYTES_MAX {
        return None;
    }
    let mut bytes = Vec::new();
    for range in ranges {
        let start = usize::try_from(range.start).ok()?;
        let end = usize::try_from(range.end).ok()?;
        bytes.extend_from_slice(file.get(start..end)?);
    }
    Some(bytes)
}

/// The thumbnail of an item of Exif, which begins with the distance of its TIFF header.
fn thumbnail(item: &[u8]) -> Option<&[u8]> {
    let (distance, rest) = item.split_first_chunk()?;
    let distance = usize::try_from(u32::from_be_bytes(*distance)).ok()?;
    exif::thumbnail(rest.get(distance..)?)
}

/// The orientation by the property `irot`, quarter turns against the clock: Exif doesn't count here (ISO/IEC 23008-12, A.2.1).
fn orientation(boxes: &mut Boxes<Cursor<&[u8]>>, meta: &Range<u64>) -> io::Result<u8> {
    let Some(properties) = boxes.find(meta, b"iprp")? else {
        return Ok(1);
    };
    let mut rest = boxes.require(&properties, b"ipco")?;
    while let Some(property) = boxes.next(&mut rest)? {
        if property.name == *b"irot" {
            let quarters = boxes.take(&mut property.content.clone(), 1)? & 3;
            return Ok(match quarters {
                1 => 8,
                2 => 3,
                3 => 6,
                _ => 1,
            });
        }
    }
    Ok(1)
}
