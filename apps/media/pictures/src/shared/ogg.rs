//! Ogg with one stream of Vorbis or Opus (RFC 3533, RFC 7845): its comments become empty ones of the same length, so that every page stays
//! where it is.

use super::{STEPS_MAX, Source};
use imajin_fair::Edit;
use std::io::{self, Read, Seek};

/// Bytes of a page's header before its table of segments, and where its checksum and the number of its stream are in it.
const HEADER_BYTES: usize = 27;
const SUM: std::ops::Range<usize> = 22..26;
const STREAM: std::ops::Range<usize> = 14..18;
/// Where a page says that a stream begins with it, and how.
const FLAGS_AT: usize = 5;
const BEGINS: u8 = 2;
/// Bytes of pages with comments: pictures of albums are among these.
const COMMENT_BYTES_MAX: usize = 4 << 20;
/// The length of a segment after which its packet continues.
const FULL: u8 = 255;

struct Page {
    start: u64,
    /// With the table of segments.
    header: Vec<u8>,
    content: Vec<u8>,
}

pub(super) fn edits<R: Read + Seek>(source: &mut Source<'_, R>) -> io::Result<Option<Vec<Edit>>> {
    source.go_to(0)?;
    let Some(first) = page(source, true)? else {
        return Ok(None);
    };
    let mark: &[u8] = match &first.content {
        content if content.starts_with(b"\x01vorbis") => b"\x03vorbis",
        content if content.starts_with(b"OpusHead") => b"OpusTags",
        _ => return Ok(None),
    };
    // Pages with how many bytes of each are of the comments.
    let (mut pages, mut bytes) = (Vec::<(Page, usize)>::new(), 0);
    let mut is_over = false;
    while !is_over {
        let Some(next) = page(source, true)? else {
            return Ok(None);
        };
        let segments = next.header.get(HEADER_BYTES..).unwrap_or_default();
        let mut part = 0;
        for segment in segments {
            part += usize::from(*segment);
            if *segment < FULL {
                is_over = true;
                break;
            }
        }
        bytes += part;
        if !is_of(&next, &first) || bytes > COMMENT_BYTES_MAX {
            return Ok(None);
        }
        pages.push((next, part));
    }
    let begins = pages.first().map(|(page, _)| page.content.as_slice());
    let comments = empty(mark, bytes);
    let (true, Some(mut comments)) = (begins.is_some_and(|page| page.starts_with(mark)), comments)
    else {
        return Ok(None);
    };
    let mut edits = Vec::new();
    for (mut page, part) in pages {
        let rest = comments.split_off(part);
        page.content.splice(..part, comments.iter().copied());
        let at = page.start + page.header.len() as u64;
        page.header.splice(SUM, [0; 4]);
        let sum = sum(&[&page.header, &page.content]).to_le_bytes();
        let (from, to) = (page.start + SUM.start as u64, page.start + SUM.end as u64);
        edits.push(Edit::new(from..to, sum));
        replace(&mut edits, at, &comments);
        comments = rest;
    }
    // A second stream would bring its comments, too.
    for _ in 0..STEPS_MAX {
        if source.at == source.len {
            return Ok(Some(edits));
        }
        match page(source, false)? {
            Some(page) if is_of(&page, &first) => {}
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// Checks that a page continues the stream of the first.
fn is_of(page: &Page, first: &Page) -> bool {
    let flags = page.header.get(FLAGS_AT).copied().unwrap_or(BEGINS);
    page.header.get(STREAM) == first.header.get(STREAM) && flags & BEGINS == 0
}

/// The next page, with its content or without; `None` if there is none.
fn page<R: Read + Seek>(source: &mut Source<'_, R>, is_read: bool) -> io::Result<Option<Page>> {
    let start = source.at;
    let mut header = source.array::<HEADER_BYTES>()?.to_vec();
    if !header.starts_with(b"OggS\0") {
        return Ok(None);
    }
    let segments = header.last().copied().unwrap_or_default();
    header.extend(source.bytes(u64::from(segments))?);
    let table = header.get(HEADER_BYTES..).unwrap_or_default();
    let bytes = table.iter().map(|segment| u64::from(*segment)).sum();
    let content = if is_read { source.bytes(bytes)? } else { Vec::new() };
    source.go_to(start + header.len() as u64 + bytes)?;
    Ok(Some(Page { start, header, content }))
}

/// Comments of this length that say nothing; `None` if they don't fit.
fn empty(mark: &[u8], bytes: usize) -> Option<Vec<u8>> {
    let mut comments = mark.to_vec();
    // Behind the comments of Opus may be anything; those of Vorbis end with one bit, so the name of a program fills them.
    let (name, end): (u32, &[u8]) = match mark {
        b"OpusTags" => (0, &[]),
        _ => {
            let others = mark.len() + 4 + 4 + 1;
            (u32::try_from(bytes.checked_sub(others)?).ok()?, &[1])
        }
    };
    comments.extend(name.to_le_bytes());
    let zeros = bytes.checked_sub(comments.len() + end.len())?;
    // At least the number of comments, which is none.
    if zeros < 4 {
        return None;
    }
    comments.resize(comments.len() + zeros, 0);
    comments.extend(end);
    Some(comments)
}

/// Puts these bytes there, of which those in the middle are zeros.
fn replace(edits: &mut Vec<Edit>, at: u64, bytes: &[u8]) {
    const LITERAL: usize = 16;
    let head = bytes.len().min(LITERAL);
    let tail = bytes.len().saturating_sub(1).max(head);
    let (head, rest) = bytes.split_at(head);
    let (zeros, tail) = rest.split_at(tail - head.len());
    let mut at = at;
    for (part, is_literal) in [(head, true), (zeros, false), (tail, true)] {
        let range = at..at + part.len() as u64;
        at = range.end;
        if part.is_empty() {
            continue;
        }
        edits.push(if is_literal { Edit::new(range, part) } else { Edit::zeros(range) });
    }
}

/// The checksum of a page (RFC 3533, §6).
fn sum(parts: &[&[u8]]) -> u32 {
    const POLYNOMIAL: u32 = 0x04c1_1db7;
    let mut sum: u32 = 0;
    for byte in parts.iter().copied().flatten() {
        sum ^= u32::from(*byte) << 24;
        for _ in 0..8 {
            sum = match sum >> 31 {
                0 => sum << 1,
                _ => sum << 1 ^ POLYNOMIAL,
            };
        }
    }
    sum
}
