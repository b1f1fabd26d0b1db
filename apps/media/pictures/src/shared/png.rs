//! PNG: chunks that are not needed to show the picture go.

use super::{STEPS_MAX, Source, kept_exif};
use imajin_fair::{Edit, crc};
use std::io::{self, Read, Seek};

/// Chunks of the picture, of its colours, of its animation, and of the size of its pixels.
const KEPT: [&[u8; 4]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn edits<R: Read + Seek>(source: &mut Source<'_, R>) -> io::Result<Option<Vec<Edit>>> {
    let mut edits = Vec::new();
    source.go_to(8)?;
    for _ in 0..STEPS_MAX {
        let start = source.at;
        let [a, b, c, d, name @ ..] = source.array::<8>()?;
        let len = u64::from(u32::from_be_bytes([a, b, c, d]));
        let end = start + 12 + len;
        match &name {
            b"IEND" => {
                source.go_to(end)?;
                edits.push(Edit::remove(end..source.len));
                return Ok(Some(edits));
            }
            name if KEPT.contains(&name) => {}
            b"eXIf" => match kept_exif(&source.bytes(len)?) {
                Some(exif) => edits.push(Edit::new(start..end, chunk(&exif))),
                None => edits.push(Edit::remove(start..end)),
            },
            // An unknown critical chunk: the picture may need it.
            [first, ..] if first.is_ascii_uppercase() => return Ok(None),
            _ => edits.push(Edit::remove(start..end)),
        }
        source.go_to(end)?;
    }
    Ok(None)
}

fn chunk(exif: &[u8]) -> Vec<u8> {
    let len = u32::try_from(exif.len()).unwrap_or_default().to_be_bytes();
    let body = [b"eXIf", exif].concat();
    [&len[..], &body, &crc(&body).to_be_bytes()].concat()
}
