//! Sound: what its files say of a song, a place or a device goes, and what is needed to play it stays.

use super::{STEPS_MAX, Source};
use imajin_fair::Edit;
use std::io::{self, Read, Seek};
use std::ops::Range;

/// An ID3v2 tag's header, and that of an APE tag.
const ID3_BYTES: u64 = 10;
const APE_BYTES: u64 = 32;
/// An ID3v1 tag, at the end of a file.
const ID3V1_BYTES: u64 = 128;
/// Tags of one file: programs write one of each kind.
const TAGS_MAX: usize = 8;

/// Removes the tags of an MP3 before and after its sound. A file without a frame of sound between them has no copy.
pub(super) fn mp3<R: Read + Seek>(source: &mut Source<'_, R>) -> io::Result<Option<Vec<Edit>>> {
    let mut start = 0;
    for _ in 0..TAGS_MAX {
        source.go_to(start)?;
        let [i, d, three, version, _, flags, size @ ..] = source.array::<10>()?;
        if [i, d, three] != *b"ID3" {
            break;
        }
        if size.iter().any(|byte| byte & 0x80 != 0) {
            return Ok(None);
        }
        let size = size.iter().fold(0, |size, byte| size << 7 | u64::from(*byte));
        let footer = u64::from(version == 4 && flags & 0x10 != 0) * ID3_BYTES;
        start += ID3_BYTES + size + footer;
        // Some programs fill up behind a tag.
        source.go_to(start)?;
        while source.at < source.len && source.array::<1>()? == [0] {
            start += 1;
        }
    }
    source.go_to(start)?;
    let [first, second] = source.array()?;
    let Some(end) = end_of_sound(source, start)? else {
        return Ok(None);
    };
    let is_sound = first == 0xff && second & 0xe6 == 0xe2;
    Ok(is_sound.then(|| cut(source.len, start..end)))
}

/// A file without what is around a range.
fn cut(len: u64, range: Range<u64>) -> Vec<Edit> {
    let around = [0..range.start, range.end..len].into_iter();
    around.filter(|part| !part.is_empty()).map(Edit::remove).collect()
}

/// Finds the beginning of the tags at the end of a file; `None` if a tag can't be read.
fn end_of_sound<R: Read + Seek>(source: &mut Source<'_, R>, start: u64) -> io::Result<Option<u64>> {
    let mut end = source.len;
    for _ in 0..TAGS_MAX {
        let tail = |bytes: u64| end.checked_sub(bytes).filter(|at| *at >= start);
        if let Some(at) = tail(ID3V1_BYTES) {
            source.go_to(at)?;
            if source.array()? == *b"TAG" {
                end = at;
                continue;
            }
        }
        let Some(at) = tail(APE_BYTES) else { break };
        source.go_to(at)?;
        let [magic @ .., a, b, c, d] = source.array::<16>()?;
        if magic.starts_with(b"APETAGEX") {
            // With this footer; a header may come before.
            let size = u64::from(u32::from_le_bytes([a, b, c, d]));
            let _count: [u8; 4] = source.array()?;
            let flags = u32::from_le_bytes(source.array()?);
            let size = size + u64::from(flags >> 31) * APE_BYTES;
            match tail(size).filter(|_| size >= APE_BYTES) {
                Some(at) => end = at,
                None => return Ok(None),
            }
            continue;
        }
        // Lyrics3: their length in six digits, then this.
        let Some(at) = tail(15) else { break };
        source.go_to(at)?;
        let [digits @ .., _, _, _, _, _, _, _, _, _] = source.array::<15>()?;
        source.go_to(at + 6)?;
        if source.array()? != *b"LYRICS200" {
            break;
        }
        let size = std::str::from_utf8(&digits).ok();
        let size = size.and_then(|size| size.parse::<u64>().ok());
        match size.and_then(|size| tail(size + 15)) {
            Some(at) => end = at,
            None => return Ok(None),
        }
    }
    Ok(Some(end))
}

/// Turns the blocks of a FLAC into padding, except the coding's parameters and the table of seek points.
pub(super) fn flac<R: Read + Seek>(source: &mut Source<'_, R>) -> io::Result<Option<Vec<Edit>>> {
    const PADDING: u8 = 1;
    const KEPT: [u8; 3] = [0, PADDING, 3];
    let mut edits = Vec::new();
    source.go_to(4)?;
    for _ in 0..STEPS_MAX {
        let at = source.at;
        let [head, a, b, c] = source.array()?;
        let content = source.at..source.at + u64::from(u32::from_be_bytes([0, a, b, c]));
        let kind = head & 0x7f;
        if !KEPT.contains(&kind) {
            edits.push(Edit::new(at..at + 1, [head & 0x80 | PADDING]));
        }
        // Padding may have remains of an earlier tag.
        if (!KEPT.contains(&kind) || kind == PADDING) && !content.is_empty() {
            edits.push(Edit::zeros(content.clone()));
        }
        source.go_to(content.end)?;
        if head & 0x80 != 0 {
            let start = content.end;
            let end = end_of_sound(source, start)?;
            return Ok(end.map(|end| {
                let tail = Edit::remove(end..source.len);
                edits.extend((end < source.len).then_some(tail));
                edits
            }));
        }
    }
    Ok(None)
}

/// Turns the chunks of a WAV into junk, which players pass over, except those of the sound.
pub(super) fn wav<R: Read + Seek>(source: &mut Source<'_, R>) -> io::Result<Option<Vec<Edit>>> {
    const KEPT: [&[u8; 4]; 3] = [b"fmt ", b"data", b"fact"];
    let mut edits = Vec::new();
    source.go_to(12)?;
    for _ in 0..STEPS_MAX {
        let at = source.at;
        let Some(content) = at.checked_add(8).filter(|content| *content <= source.len) else {
            edits.extend((at < source.len).then(|| Edit::zeros(at..source.len)));
            return Ok(Some(edits));
        };
        let [name @ .., a, b, c, d] = source.array::<8>()?;
        let len = u64::from(u32::from_le_bytes([a, b, c, d]));
        let end = content + len + len % 2;
        let is_kept = KEPT.contains(&&name);
        if end > source.len && name != *b"data" {
            return Ok(None);
        }
        let end = end.min(source.len);
        if !is_kept {
            edits.push(Edit::new(at..at + 4, *b"JUNK"));
            edits.extend((content < end).then(|| Edit::zeros(content..end)));
        }
        source.go_to(end)?;
    }
    Ok(None)
}
