//! GIF: the first frame, at its place on white.

use super::{Previews, WHOLE_PIXELS_MAX, check_memory, check_size, not_decodable};
use crate::wire::{Refusal, Size};
use gif::{DecodeOptions, Frame, MemoryLimit};
use std::num::NonZeroU64;

const WHITE: [u8; 3] = [255; 3];

pub(super) fn previews(file: &[u8], sizes: &[Size], orientation: u8) -> Result<Previews, Refusal> {
    let mut options = DecodeOptions::new();
    if let Some(limit) = NonZeroU64::new(WHOLE_PIXELS_MAX) {
        options.set_memory_limit(MemoryLimit::Bytes(limit));
    }
    let mut decoder = options.read_info(file).map_err(not_decodable)?;
    let (width, height) = (decoder.width(), decoder.height());
    check_size(width.into(), height.into(), WHOLE_PIXELS_MAX)?;
    check_memory(file, WHOLE_PIXELS_MAX)?;
    let palette = decoder.global_palette().map(<[u8]>::to_vec);
    let frame = decoder.read_next_frame().map_err(not_decodable)?.ok_or(Refusal::NotDecodable)?;
    let palette = frame.palette.as_deref().or(palette.as_deref()).unwrap_or_default();
    let mut previews = Previews::new(width.into(), height.into(), sizes, orientation);
    let mut rgb = Vec::with_capacity(usize::from(width) * 3);
    for y in 0..height {
        rgb.clear();
        let row = row(frame, y);
        rgb.extend(std::iter::repeat_n(WHITE, usize::from(frame.left)).flatten());
        rgb.extend(row.iter().flat_map(|at| colour(frame, palette, *at)));
        rgb.resize(usize::from(width) * 3, u8::MAX);
        previews.add(&rgb);
    }
    Ok(previews)
}

/// Returns a frame's pixels in a row of the picture; empty if the frame does not cover the row.
fn row<'a>(frame: &'a Frame<'_>, y: u16) -> &'a [u8] {
    let width = usize::from(frame.width);
    let row = y.checked_sub(frame.top).map(|y| usize::from(y) * width);
    row.and_then(|at| frame.buffer.get(at..at + width)).unwrap_or_default()
}

fn colour(frame: &Frame<'_>, palette: &[u8], at: u8) -> [u8; 3] {
    let colour = palette.get(usize::from(at) * 3..).and_then(|palette| palette.first_chunk());
    match colour {
        Some(colour) if frame.transparent != Some(at) => *colour,
        _ => WHITE,
    }
}
