//! JPEG: decoded at an eighth, a quarter or half of its size where that is enough, which costs a part of the time and memory.

use super::segments::ScanLimiter;
use super::{
    Previews, ROWS_PIXELS_MAX, WHOLE_PIXELS_MAX, check_memory, check_size, grey, not_decodable,
};
use crate::jpeg::{Frame, Header};
use crate::shrink::Plan;
use crate::wire::{Refusal, Size};
use jpeg_decoder::{Decoder, PixelFormat};
use std::io::{BufReader, Read};

/// The largest eighth.
const WHOLE: u32 = 8;
/// Bytes that are read at once: as many as the pipe holds that they come through.
const BLOCK_BYTES: usize = 64 << 10;

/// Decodes previews of a JPEG that begins with `first`, which has its frame header, and continues with `rest`.
pub(super) fn previews(
    first: &[u8],
    rest: &mut dyn Read,
    sizes: &[Size],
    orientation: u8,
) -> Result<Previews, Refusal> {
    let frame = Header::parse(first).frame.ok_or(Refusal::NotDecodable)?;
    if frame.is_lossless {
        return Err(Refusal::NotDecodable);
    }
    let pixels_max = if frame.is_progressive { WHOLE_PIXELS_MAX } else { ROWS_PIXELS_MAX };
    check_size(frame.width.into(), frame.height.into(), pixels_max)?;
    let eighths = eighths(frame, sizes, orientation >= 5);
    check_memory(first, memory(frame, eighths))?;
    let mut decoder =
        Decoder::new(BufReader::with_capacity(BLOCK_BYTES, ScanLimiter::new(first.chain(rest))));
    // The decoder stops at a scale where one side is large enough. By rounding, the shorter side may be so too early.
    let (width, height) = (scaled(frame.width, eighths), scaled(frame.height, eighths));
    let (width, height) =
        if frame.width > frame.height { (width, u16::MAX) } else { (u16::MAX, height) };
    decoder.scale(width, height).map_err(not_decodable)?;
    let pixels = decoder.decode().map_err(not_decodable)?;
    let info = decoder.info().ok_or(Refusal::NotDecodable)?;
    let line = usize::from(info.width) * info.pixel_format.pixel_bytes();
    if pixels.len() != line * usize::from(info.height) {
        return Err(Refusal::NotDecodable);
    }
    let mut previews = Previews::new(info.width.into(), info.height.into(), sizes, orientation);
    let mut rgb = Vec::new();
    for row in pixels.chunks_exact(line) {
        match info.pixel_format {
            PixelFormat::RGB24 => {
                previews.add(row);
                continue;
            }
            PixelFormat::L8 => grey(row, &mut rgb),
            PixelFormat::CMYK32 => inks(row, &mut rgb),
            PixelFormat::L16 => return Err(Refusal::NotDecodable),
        }
        previews.add(&rgb);
    }
    Ok(previews)
}

/// The smallest scale that loses nothing of any size.
fn eighths(frame: Frame, sizes: &[Size], is_turned: bool) -> u32 {
    let longest = |width: u16, height: u16, size: &Size| {
        Plan::new((width.into(), height.into()), *size, is_turned).longest()
    };
    let is_enough = |eighths: &u32| {
        let (width, height) = (scaled(frame.width, *eighths), scaled(frame.height, *eighths));
        sizes
            .iter()
            .all(|size| longest(width, height, size) == longest(frame.width, frame.height, size))
    };
    [1, 2, 4].into_iter().find(is_enough).unwrap_or(WHOLE)
}

/// A side at so many eighths, as the decoder rounds it.
fn scaled(side: u16, eighths: u32) -> u16 {
    u16::try_from((u32::from(side) * eighths).div_ceil(WHOLE)).unwrap_or(u16::MAX)
}

/// Returns the most bytes that the decoder takes: coefficients of all scans, samples, pixels.
fn memory(frame: Frame, eighths: u32) -> u64 {
    let coefficients = if frame.is_progressive { frame.samples * 2 } else { 0 };
    let samples = frame.samples * u64::from(eighths * eighths) / 64;
    let (width, height) = (scaled(frame.width, eighths), scaled(frame.height, eighths));
    let pixels = u64::from(width) * u64::from(height) * u64::from(frame.components);
    coefficients + samples + pixels
}

/// A row of printing inks: cyan, magenta, yellow, black.
fn inks(row: &[u8], rgb: &mut Vec<u8>) {
    rgb.clear();
    for ink in row.as_chunks().0 {
        let [cyan, magenta, yellow, black] = ink.map(|ink| 255 - u32::from(ink));
        let light = |colour: u32| u8::try_from(colour * black / 255).unwrap_or(u8::MAX);
        rgb.extend([cyan, magenta, yellow].map(light));
    }
}
