//! JPEG: segments of applications and comments go, also those between scans, and all that follows the picture (other
//! pictures, films, what telephones append).

use super::{STEPS_MAX, Source, kept_exif};
use imajin_fair::Edit;
use std::io::{self, Read, Seek};
use std::ops::Range;

/// Names of the segments that say how to show the picture: in APP0, APP2 and APP14.
const KEPT: [(u8, &[u8]); 3] = [(0xe0, b"JFIF\0"), (0xe2, b"ICC_PROFILE\0"), (0xee, b"Adobe")];
const EXIF: &[u8] = b"Exif\0\0";

/// A range of a JPEG, and the bytes that replace it.
pub(super) type Replaced = (Range<u64>, Vec<u8>);

pub(super) fn edits<R: Read + Seek>(source: &mut Source<'_, R>) -> io::Result<Option<Vec<Edit>>> {
    let mut parts = Vec::new();
    let is_whole = replace(source, &mut parts)?;
    let edits = parts.into_iter().map(|(range, by)| Edit::new(range, by));
    Ok(is_whole.then(|| edits.collect()))
}

/// Finds the segments that tell something, and what follows the picture. False where it isn't as it should be, with those before.
pub(super) fn replace<R: Read + Seek>(
    source: &mut Source<'_, R>,
    parts: &mut Vec<Replaced>,
) -> io::Result<bool> {
    let mut has_exif = false;
    source.go_to(2)?;
    for _ in 0..STEPS_MAX {
        let start = source.at;
        let [mark, kind] = source.array()?;
        match (mark, kind) {
            (0xff, 0xff) => source.go_to(start + 1)?,
            (0xff, 0xd9) => {
                parts.push((source.at..source.len, Vec::new()));
                return Ok(true);
            }
            (0xff, 0x02..=0xcf | 0xda..=0xfe) => {
                let len = u64::from(u16::from_be_bytes(source.array()?));
                let end = start + 2 + len.max(2);
                let mut content = Vec::new();
                if matches!(kind, 0xe0..=0xef) {
                    content = source.bytes(end - source.at)?;
                }
                if kind == 0xe1 && !has_exif && content.starts_with(EXIF) {
                    has_exif = true;
                    let kept = kept_exif(&content).map(|exif| segment(&exif));
                    parts.push((start..end, kept.unwrap_or_default()));
                } else if !is_kept(kind, &content) {
                    parts.push((start..end, Vec::new()));
                }
                source.go_to(end)?;
                if kind == 0xda {
                    go_behind_scan(source)?;
                }
            }
            // No marker, or one that only stands within coded data.
            _ => return Ok(false),
        }
    }
    Ok(false)
}

/// Frames, tables, scans and intervals; and what applications say about how to show the picture.
fn is_kept(kind: u8, content: &[u8]) -> bool {
    matches!(kind, 0xc0..=0xcf | 0xda..=0xdf)
        || KEPT.iter().any(|(of, name)| *of == kind && content.starts_with(name))
}

/// Goes on at the marker that ends coded data. In these, 0xff is followed by a 0 or begins a restart.
fn go_behind_scan<R: Read + Seek>(source: &mut Source<'_, R>) -> io::Result<()> {
    loop {
        source.go_to_byte(0xff)?;
        let at = source.at;
        let [_, kind] = source.array()?;
        if !matches!(kind, 0x00 | 0xd0..=0xd7) {
            return source.go_to(at);
        }
    }
}

fn segment(exif: &[u8]) -> Vec<u8> {
    let len = 2 + EXIF.len() + exif.len();
    let len = u16::try_from(len).unwrap_or_default().to_be_bytes();
    [&[0xff, 0xe1], &len[..], EXIF, exif].concat()
}
