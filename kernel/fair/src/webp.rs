//! WebP: chunks in a RIFF. XMP is the chunk `XMP `, which a flag in the chunk VP8X announces; a simple file gets that chunk
//! with the XMP, and loses it with the XMP.

use crate::carrier::XmpCarrier;
use crate::error::{Error, Obstacle};
use crate::recipe::Edit;
use crate::source::{Source, TEXT_BYTES_MAX};
use crate::xmp;
use std::ops::Range;

const FIRST: u64 = 12;
/// The flag of VP8X for XMP, and that for transparency.
const FLAG_XMP: u8 = 0x04;
const FLAG_ALPHA: u8 = 0x10;
const VP8X_BYTES: u64 = 10;
const CHUNKS_MAX: usize = 1 << 20;

pub(crate) struct Webp {
    xmp: Option<(Range<u64>, String)>,
    riff_bytes: u32,
    /// Where the RIFF ends.
    end: u64,
    first: First,
}

/// The first chunk of the RIFF.
enum First {
    /// VP8X, with its flags.
    Extended(u8),
    /// The picture; with the VP8X that it would have.
    Simple([u8; 18]),
}

pub(crate) fn open(source: &mut Source<'_>) -> Result<Webp, Error> {
    let riff_bytes = u32::from_le_bytes(source.array(4)?);
    let end = 8 + u64::from(riff_bytes);
    if end > source.len() {
        return Err(Obstacle::Broken("the WebP ends too early").into());
    }
    let first = first(source)?;
    let mut webp = Webp { xmp: None, riff_bytes, end, first };
    let mut at = FIRST;
    for _ in 0..CHUNKS_MAX {
        if at == end {
            return Ok(webp);
        }
        let [name @ .., a, b, c, d] = source.array::<8>(at)?;
        let len = u64::from(u32::from_le_bytes([a, b, c, d]));
        let chunk = at..at + 8 + len + len % 2;
        if chunk.end > end {
            return Err(Obstacle::Broken("a WebP chunk ends too early").into());
        }
        match &name {
            b"XMP " if webp.xmp.is_some() || len > TEXT_BYTES_MAX => {
                return Err(Obstacle::Xmp.into());
            }
            b"XMP " => {
                let text = String::from_utf8(source.bytes(at + 8, len)?);
                webp.xmp = Some((chunk.clone(), text.map_err(|_| Obstacle::Xmp)?));
            }
            // Content credentials, which hash the file.
            b"C2PA" => return Err(Obstacle::Signed.into()),
            _ => {}
        }
        at = chunk.end;
    }
    Err(Obstacle::Broken("there are too many WebP chunks").into())
}

fn first(source: &mut Source<'_>) -> Result<First, Error> {
    let [name @ .., a, b, c, d] = source.array::<8>(FIRST)?;
    let len = u64::from(u32::from_le_bytes([a, b, c, d]));
    let (width, height, flags) = match &name {
        b"VP8X" if len == VP8X_BYTES => {
            let [flags] = source.array(FIRST + 8)?;
            return Ok(First::Extended(flags));
        }
        b"VP8 " => {
            let [_, _, _, start @ .., w0, w1, h0, h1] = source.array::<10>(FIRST + 8)?;
            if start != [0x9d, 0x01, 0x2a] {
                return Err(Obstacle::Broken("the WebP picture has no start code").into());
            }
            let size = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
            (size(w0, w1).wrapping_sub(1), size(h0, h1).wrapping_sub(1), 0)
        }
        b"VP8L" => {
            let [sign, bits @ ..] = source.array::<5>(FIRST + 8)?;
            if sign != 0x2f {
                return Err(Obstacle::Broken("the WebP picture has no signature").into());
            }
            let bits = u32::from_le_bytes(bits);
            let alpha = if bits & (1 << 28) == 0 { 0 } else { FLAG_ALPHA };
            (bits & 0x3fff, (bits >> 14) & 0x3fff, alpha)
        }
        _ => return Err(Obstacle::Broken("the WebP begins with no picture").into()),
    };
    let mut chunk = *b"VP8X\x0a\0\0\0..........";
    let ([w0, w1, w2, _], [h0, h1, h2, _]) = (width.to_le_bytes(), height.to_le_bytes());
    chunk[8..].copy_from_slice(&[flags | FLAG_XMP, 0, 0, 0, w0, w1, w2, h0, h1, h2]);
    Ok(First::Simple(chunk))
}

impl XmpCarrier for Webp {
    fn packet(&self) -> Option<&str> {
        self.xmp.as_ref().map(|(_, text)| text.as_str())
    }

    fn replace_packet(&self, packet: Option<&str>) -> Result<Vec<Edit>, Obstacle> {
        let flags_at = FIRST + 8;
        let flags = |flags: u8| Edit::new(flags_at..flags_at + 1, [flags]);
        let mut edits = Vec::new();
        match (&self.first, packet, self.packet()) {
            (First::Simple(chunk), Some(_), None) => edits.push(Edit::insert(FIRST, *chunk)),
            (First::Simple(_), ..) => return Err(Obstacle::Xmp),
            (First::Extended(_), None, Some(old)) if xmp::came_with_vp8x(old) => {
                edits.push(Edit::remove(FIRST..FIRST + 8 + VP8X_BYTES));
            }
            (First::Extended(old), None, _) => edits.push(flags(old & !FLAG_XMP)),
            (First::Extended(old), Some(_), _) => edits.push(flags(old | FLAG_XMP)),
        }
        let range = self.xmp.as_ref().map_or(self.end..self.end, |(range, _)| range.clone());
        edits.push(Edit::new(range, packet.map_or(Ok(Vec::new()), chunk)?));
        let (old, new) = edits.iter().fold((0, 0), |(old, new), edit| {
            (old + edit.range.end - edit.range.start, new + edit.piece.len())
        });
        let riff_bytes = (u64::from(self.riff_bytes) + new).saturating_sub(old);
        let riff_bytes = u32::try_from(riff_bytes).map_err(|_| Obstacle::Room)?;
        edits.insert(0, Edit::new(4..8, riff_bytes.to_le_bytes()));
        Ok(edits)
    }

    fn toolkit(&self) -> &'static str {
        match self.first {
            First::Extended(_) => xmp::TOOLKIT,
            First::Simple(_) => xmp::TOOLKIT_VP8X,
        }
    }
}

fn chunk(packet: &str) -> Result<Vec<u8>, Obstacle> {
    let len = u32::try_from(packet.len()).map_err(|_| Obstacle::Room)?;
    let mut chunk = [b"XMP ", &len.to_le_bytes()[..], packet.as_bytes()].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    Ok(chunk)
}
