//! WebP: a picture as a whole, or the first frame of an animation.

use super::{Previews, WHOLE_PIXELS_MAX, check_memory, check_size, index, not_decodable, on_white};
use crate::wire::{Refusal, Size};
use image_webp::WebPDecoder;
use std::io::Cursor;

/// The place of the flags in a file with the chunk `VP8X`, and that of the last bits of a bare lossless header. In both the
/// same bit says that there is transparency.
const FLAGS: usize = 20;
const LOSSLESS_BITS: usize = 24;
const ALPHA: u8 = 0x10;

pub(super) fn previews(
    mut file: Vec<u8>,
    sizes: &[Size],
    orientation: u8,
) -> Result<Previews, Refusal> {
    let mut decoder = WebPDecoder::new(Cursor::new(&file[..])).map_err(not_decodable)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height, WHOLE_PIXELS_MAX)?;
    let has_alpha = decoder.has_alpha();
    let is_still_lossless = !decoder.is_lossy() && !decoder.is_animated();
    // For a pixel, in thirds of a byte: a lossy picture has its colours at half the size, and its transparency is
    // decoded as a separate picture; an animation has a frame, a canvas and the canvas for us.
    let per_pixel = match (decoder.is_animated(), is_still_lossless, has_alpha) {
        (true, ..) => 48,
        (_, true, _) => 12,
        (.., true) => 33,
        _ => 14,
    };
    check_memory(&file, u64::from(width) * u64::from(height) * per_pixel / 3)?;
    if is_still_lossless && !has_alpha {
        // The decoder makes pixels with transparency in any case. If the file says that it has none, the decoder copies
        // them once more, which takes almost twice the memory.
        let place = if file.get(12..16) == Some(b"VP8X") { FLAGS } else { LOSSLESS_BITS };
        if let Some(byte) = file.get_mut(place) {
            *byte |= ALPHA;
        }
        decoder = WebPDecoder::new(Cursor::new(&file[..])).map_err(not_decodable)?;
    }
    let len = decoder.output_buffer_size().ok_or(Refusal::TooLarge)?;
    let mut pixels = vec![0; len];
    decoder.read_image(&mut pixels).map_err(not_decodable)?;
    let is_four = decoder.has_alpha();
    let mut previews = Previews::new(width, height, sizes, orientation);
    let mut rgb = Vec::new();
    for row in pixels.chunks_exact(index(width) * if is_four { 4 } else { 3 }) {
        match (has_alpha, is_four) {
            (true, _) => on_white(row, &mut rgb, |colour: [u8; 3]| colour),
            (false, true) => {
                rgb.clear();
                rgb.extend(row.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]));
            }
            (false, false) => {
                previews.add(row);
                continue;
            }
        }
        previews.add(&rgb);
    }
    Ok(previews)
}
