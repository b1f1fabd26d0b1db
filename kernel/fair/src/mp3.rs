//! MP3: an ID3v2 tag before the sound. The .fair is a frame GEOB with the name `fair.json`, the first of the tag; the other
//! frames and the padding stay as they are.

use crate::carrier::Carrier;
use crate::error::{Error, Obstacle};
use crate::fair::Fair;
use crate::recipe::Edit;
use crate::source::{Source, TEXT_BYTES_MAX};
use std::ops::Range;

const HEADER: u64 = 10;
/// A size in an ID3 header has four times seven bits.
const SIZE_MAX: u64 = (1 << 28) - 1;
/// Latin-1, the type, the name, and a description.
const OBJECT: &[u8] = b"\0application/json\0fair.json\0.fair\0";
/// The version of a tag in a file that had none: the one that most programs read.
const VERSION: u8 = 3;

pub(crate) struct Mp3 {
    tag: Option<Tag>,
}

struct Tag {
    version: u8,
    bytes: u64,
    fair: Option<(Range<u64>, Vec<u8>)>,
}

/// Whether the sound of an MPEG layer III begins after a tag, or at once.
pub(crate) fn is_mp3(source: &mut Source<'_>, start: &[u8]) -> Result<bool, Error> {
    let at = match start {
        [b'I', b'D', b'3', version, _, _, size @ ..] => {
            let footer = if *version == 4 && start[5] & 0x10 != 0 { HEADER } else { 0 };
            match size.first_chunk().and_then(|size| synchsafe(*size)) {
                Some(size) => HEADER + size + footer,
                None => return Ok(false),
            }
        }
        _ => 0,
    };
    let frame = source.window(at, 4)?;
    Ok(matches!(*frame, [0xff, second, third, _]
        if second & 0xe6 == 0xe2 && second & 0x18 != 0x08 && third >> 4 != 15 && third & 0x0c != 0x0c))
}

pub(crate) fn open(source: &mut Source<'_>) -> Result<Mp3, Error> {
    let [i, d, three, version, revision, flags, size @ ..] = source.array::<10>(0)?;
    if [i, d, three] != *b"ID3" {
        return Ok(Mp3 { tag: None });
    }
    let bytes = synchsafe(size).ok_or(Obstacle::Tag)?;
    if !matches!(version, 3 | 4) || revision != 0 || flags != 0 {
        return Err(Obstacle::Tag.into());
    }
    let mut tag = Tag { version, bytes, fair: None };
    let end = HEADER + bytes;
    let mut at = HEADER;
    while at + HEADER <= end {
        let [name @ .., a, b, c, d, flag0, flag1] = source.array::<10>(at)?;
        if name == [0; 4] {
            break;
        }
        let size = match version {
            4 => synchsafe([a, b, c, d]),
            _ => Some(u64::from(u32::from_be_bytes([a, b, c, d]))),
        };
        let size = size.filter(|size| at + HEADER + size <= end);
        let size = size.ok_or(Obstacle::Broken("an ID3 frame is longer than its tag"))?;
        let frame = at..at + HEADER + size;
        let object = OBJECT.len() as u64;
        if name == *b"GEOB" && size > object && source.bytes(at + HEADER, object)? == OBJECT {
            if [flag0, flag1] != [0, 0] || size > TEXT_BYTES_MAX || tag.fair.is_some() {
                return Err(Obstacle::Rewritten.into());
            }
            let json = source.bytes(at + HEADER + object, size - object)?;
            tag.fair = Some((frame.clone(), json));
        }
        at = frame.end;
    }
    Ok(Mp3 { tag: Some(tag) })
}

impl Carrier for Mp3 {
    fn fair(&self) -> Result<Option<Fair>, Obstacle> {
        let json = self.tag.as_ref().and_then(|tag| tag.fair.as_ref());
        Ok(json.map(|(_, json)| Fair::parse(json)).transpose()?)
    }

    fn embed(&self, fair: &Fair) -> Result<Vec<Edit>, Obstacle> {
        let version = self.tag.as_ref().map_or(VERSION, |tag| tag.version);
        let object = [OBJECT, fair.to_json().as_bytes()].concat();
        let size = match version {
            4 => size_bytes(object.len() as u64)?,
            _ => u32::try_from(object.len()).map_err(|_| Obstacle::Room)?.to_be_bytes(),
        };
        let frame = [b"GEOB", &size[..], &[0, 0], &object].concat();
        let added = frame.len() as u64;
        Ok(match &self.tag {
            None => {
                let size = size_bytes(added)?;
                let tag = [b"ID3", &[VERSION, 0, 0][..], &size, &frame].concat();
                vec![Edit::insert(0, tag)]
            }
            Some(tag) => {
                let size = size_bytes(tag.bytes + added)?;
                vec![Edit::new(6..HEADER, size), Edit::insert(HEADER, frame)]
            }
        })
    }

    fn strip(&self) -> Result<Vec<Edit>, Obstacle> {
        let tag = self.tag.as_ref().ok_or(Obstacle::Rewritten)?;
        let (frame, _) = tag.fair.as_ref().ok_or(Obstacle::Rewritten)?;
        let rest = tag.bytes.saturating_sub(frame.end - frame.start);
        Ok(match rest {
            0 => vec![Edit::remove(0..frame.end)],
            _ => vec![Edit::new(6..HEADER, size_bytes(rest)?), Edit::remove(frame.clone())],
        })
    }
}

/// Four bytes of seven bits.
fn synchsafe(bytes: [u8; 4]) -> Option<u64> {
    let is_safe = bytes.iter().all(|byte| byte & 0x80 == 0);
    is_safe.then(|| bytes.iter().fold(0, |size, byte| (size << 7) | u64::from(*byte)))
}

fn size_bytes(size: u64) -> Result<[u8; 4], Obstacle> {
    let seven = |shift: u32| ((size >> shift) & 0x7f) as u8;
    if size <= SIZE_MAX {
        Ok([seven(21), seven(14), seven(7), seven(0)])
    } else {
        Err(Obstacle::Room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_the_highest_bit_of_each_byte_free() {
        for size in [0, 127, 128, 16_384, SIZE_MAX] {
            assert_eq!(synchsafe(size_bytes(size).unwrap()), Some(size));
        }
        assert_eq!(size_bytes(257).unwrap(), [0, 0, 2, 1]);
        assert_eq!(size_bytes(SIZE_MAX + 1), Err(Obstacle::Room));
        assert_eq!(synchsafe([0, 0, 0x80, 0]), None);
    }
}
