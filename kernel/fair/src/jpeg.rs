//! JPEG: the segments before the picture. XMP is a segment APP1; a new one comes after JFIF and Exif, which readers look for
//! first.

use crate::carrier::XmpCarrier;
use crate::error::{Error, Obstacle};
use crate::recipe::Edit;
use crate::source::Source;
use std::ops::Range;

pub(crate) const START: [u8; 3] = [0xff, 0xd8, 0xff];
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// Bytes of a segment at most, with the two of its length.
const SEGMENT_BYTES_MAX: usize = 0xffff;
/// Segments and fill bytes before the picture: more than any camera writes.
const STEPS_MAX: usize = 65_536;

pub(crate) struct Jpeg {
    xmp: Option<(Range<u64>, String)>,
    free: u64,
    /// Where several pictures are listed by their places, counted from there.
    list: Option<u64>,
}

pub(crate) fn open(source: &mut Source<'_>) -> Result<Jpeg, Error> {
    let mut jpeg = Jpeg { xmp: None, free: 2, list: None };
    let mut at = 2;
    for _ in 0..STEPS_MAX {
        let [mark, kind] = source.array(at)?;
        match (mark, kind) {
            (0xff, 0xff) => at += 1,
            (0xff, 0xda | 0xd9) => return Ok(jpeg),
            (0xff, 0x01 | 0xd0..=0xd7) => at += 2,
            (0xff, _) => {
                let len = u64::from(u16::from_be_bytes(source.array(at + 2)?));
                let segment = at..at + 2 + len.max(2);
                jpeg.take(source, kind, &segment)?;
                at = segment.end;
            }
            _ => return Err(Obstacle::Broken("a JPEG segment begins with no marker").into()),
        }
    }
    Err(Obstacle::Broken("there are too many JPEG segments").into())
}

impl Jpeg {
    fn take(
        &mut self,
        source: &mut Source<'_>,
        kind: u8,
        segment: &Range<u64>,
    ) -> Result<(), Error> {
        let content = segment.start + 4;
        let len = segment.end - content;
        let name = source.window(content, len.min(XMP.len() as u64))?;
        match kind {
            0xe1 if name == XMP => {
                let from = content + XMP.len() as u64;
                let text = String::from_utf8(source.bytes(from, segment.end - from)?);
                let text = text.map_err(|_| Obstacle::Xmp)?;
                if self.xmp.replace((segment.clone(), text)).is_some() {
                    return Err(Obstacle::Xmp.into());
                }
            }
            0xe0 | 0xe1 if self.free == segment.start && !name.starts_with(b"http:") => {
                self.free = segment.end;
            }
            0xe2 if name.starts_with(b"MPF\0") && self.list.is_none() => {
                self.list = Some(segment.start);
            }
            // JUMBF boxes: content credentials, which hash the file.
            0xeb if name.starts_with(b"JP") => return Err(Obstacle::Signed.into()),
            _ => {}
        }
        Ok(())
    }
}

impl XmpCarrier for Jpeg {
    fn packet(&self) -> Option<&str> {
        self.xmp.as_ref().map(|(_, text)| text.as_str())
    }

    fn replace_packet(&self, packet: Option<&str>) -> Result<Vec<Edit>, Obstacle> {
        let range = self.xmp.as_ref().map_or(self.free..self.free, |(range, _)| range.clone());
        if self.list.is_some_and(|list| list < range.start) {
            return Err(Obstacle::Places);
        }
        let Some(packet) = packet else {
            return Ok(vec![Edit::remove(range)]);
        };
        let len = 2 + XMP.len() + packet.len();
        let len = u16::try_from(len).ok().filter(|_| len <= SEGMENT_BYTES_MAX);
        let len = len.ok_or(Obstacle::Room)?.to_be_bytes();
        let segment = [&[0xff, 0xe1], &len[..], XMP, packet.as_bytes()].concat();
        Ok(vec![Edit::new(range, segment)])
    }
}
