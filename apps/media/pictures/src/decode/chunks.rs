//! Chunks of PNG and WebP are counted before a decoder sees them: it does something for each.

use crate::wire::Refusal;

/// Chunks of a PNG: one of 64 MiB that comes in pieces of 8 KiB has 8 192.
const PNG_MAX: usize = 1 << 15;
/// Chunks of a WebP, each frame of an animation being one.
const WEBP_MAX: usize = 1 << 13;
/// Bytes before the first chunk, and bytes of a chunk besides its content.
const PNG_FRAMING: (usize, usize) = (8, 12);
const WEBP_FRAMING: (usize, usize) = (12, 8);

pub(super) fn check_png(file: &[u8]) -> Result<(), Refusal> {
    check(file, PNG_FRAMING, PNG_MAX, |head| match head {
        // No decoder reads beyond this chunk.
        [.., b'I', b'E', b'N', b'D'] => None,
        [a, b, c, d, ..] => Some(u32::from_be_bytes([a, b, c, d])),
    })
}

pub(super) fn check_webp(file: &[u8]) -> Result<(), Refusal> {
    check(file, WEBP_FRAMING, WEBP_MAX, |[.., a, b, c, d]| {
        let len = u32::from_le_bytes([a, b, c, d]);
        // An odd length has a byte behind it.
        Some(len.saturating_add(len % 2))
    })
}

/// Refuses a file of more chunks than this. `len` reads the length of a chunk's content, or sees that it is the last.
fn check(
    file: &[u8],
    (start, framing): (usize, usize),
    most: usize,
    len: impl Fn([u8; 8]) -> Option<u32>,
) -> Result<(), Refusal> {
    let mut rest = file.get(start..).unwrap_or_default();
    for _ in 0..most {
        let Some(len) = rest.first_chunk().and_then(|head| len(*head)) else {
            return Ok(());
        };
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        rest = rest.get(len.saturating_add(framing)..).unwrap_or_default();
    }
    if rest.is_empty() { Ok(()) } else { Err(Refusal::NotDecodable) }
}
