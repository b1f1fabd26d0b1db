//! WebP: chunks that are not needed to show the picture go, their flags with them.

use super::{STEPS_MAX, Source, kept_exif};
use imajin_fair::Edit;
use std::io::{self, Read, Seek};

/// Chunks of the picture, of its colours and of its animation.
const KEPT: [&[u8; 4]; 5] = [b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM"];
/// Bytes of a frame before its chunks.
const FRAME_BYTES: u64 = 16;
/// The place of the flags of VP8X, and those of Exif and XMP.
const FLAGS_AT: u64 = 20;
const EXIF: u8 = 0x08;
const XMP: u8 = 0x04;

pub(super) fn edits<R: Read + Seek>(source: &mut Source<'_, R>) -> io::Result<Option<Vec<Edit>>> {
    source.go_to(4)?;
    let riff = u32::from_le_bytes(source.array()?);
    let end = 8 + u64::from(riff);
    let (mut edits, mut flags, mut exif) = (Vec::new(), None, None);
    let (mut bytes, mut frame_end) = (u64::from(riff), 0);
    source.go_to(12)?;
    for _ in 0..STEPS_MAX {
        let start = source.at;
        if start >= end {
            break;
        }
        let [name @ .., a, b, c, d] = source.array::<8>()?;
        let len = u64::from(u32::from_le_bytes([a, b, c, d]));
        let chunk = start..start + 8 + len + len % 2;
        let is_in_frame = start < frame_end;
        if chunk.end > if is_in_frame { frame_end } else { end } {
            return Ok(None);
        }
        match &name {
            b"VP8X" if start == 12 => flags = Some(source.array::<1>()?[0]),
            // The chunks of a frame come next.
            b"ANMF" if !is_in_frame && len >= FRAME_BYTES => {
                frame_end = chunk.end;
                source.go_to(start + 8 + FRAME_BYTES)?;
                continue;
            }
            name if KEPT.contains(&name) => {}
            // A frame says its length.
            _ if is_in_frame => return Ok(None),
            name => {
                if name == b"EXIF" && exif.is_none() {
                    exif = Some(kept_exif(&source.bytes(len)?));
                }
                bytes -= chunk.end - start;
                edits.push(Edit::remove(chunk.clone()));
            }
        }
        source.go_to(chunk.end)?;
    }
    if source.at != end {
        return Ok(None);
    }
    let exif = exif.flatten().filter(|_| flags.is_some()).map(|exif| chunk(&exif));
    bytes += exif.as_ref().map_or(0, |exif| exif.len() as u64);
    let Ok(riff) = u32::try_from(bytes) else {
        return Ok(None);
    };
    let mut all = vec![Edit::new(4..8, riff.to_le_bytes())];
    if let Some(flags) = flags {
        let flags = flags & !(EXIF | XMP) | if exif.is_some() { EXIF } else { 0 };
        all.push(Edit::new(FLAGS_AT..FLAGS_AT + 1, [flags]));
    }
    all.append(&mut edits);
    all.push(Edit::new(end..source.len, exif.unwrap_or_default()));
    Ok(Some(all))
}

/// A chunk of Exif, whose length is even as [`kept_exif`] writes it.
fn chunk(exif: &[u8]) -> Vec<u8> {
    let len = u32::try_from(exif.len()).unwrap_or_default().to_le_bytes();
    [b"EXIF", &len[..], exif].concat()
}
