//! PNG: row by row where its rows come in their order, as a whole where they are interlaced.

use super::{
    Previews, ROWS_PIXELS_MAX, WHOLE_PIXELS_MAX, check_memory, check_size, grey, index,
    not_decodable, on_white,
};
use crate::wire::{Refusal, Size};
use png::{ColorType, Decoder, Limits, Transformations};
use std::io::Cursor;

/// Memory for rows and chunks: a row of 65 535 pixels in 16 bits has half a megabyte.
const LIMITS: Limits = Limits { bytes: 4 << 20 };

pub(super) fn previews(file: &[u8], sizes: &[Size], orientation: u8) -> Result<Previews, Refusal> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), LIMITS);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let header = decoder.read_header_info().map_err(not_decodable)?;
    let (width, height, is_interlaced) = (header.width, header.height, header.interlaced);
    check_size(width, height, if is_interlaced { WHOLE_PIXELS_MAX } else { ROWS_PIXELS_MAX })?;
    let mut reader = decoder.read_info().map_err(not_decodable)?;
    let mut previews = Previews::new(width, height, sizes, orientation);
    let (colours, _) = reader.output_color_type();
    let line = reader.output_line_size(width).ok_or(Refusal::TooLarge)?;
    let mut rgb = Vec::new();
    if is_interlaced {
        check_memory(file, line as u64 * u64::from(height))?;
        let mut pixels = vec![0; line * index(height)];
        reader.next_frame(&mut pixels).map_err(not_decodable)?;
        for row in pixels.chunks_exact(line) {
            add(&mut previews, colours, row, &mut rgb);
        }
    } else {
        check_memory(file, LIMITS.bytes as u64)?;
        for _ in 0..height {
            let row = reader.next_row().map_err(not_decodable)?.ok_or(Refusal::NotDecodable)?;
            add(&mut previews, colours, row.data(), &mut rgb);
        }
    }
    Ok(previews)
}

fn add(previews: &mut Previews, colours: ColorType, row: &[u8], rgb: &mut Vec<u8>) {
    match colours {
        ColorType::Rgb => return previews.add(row),
        ColorType::Rgba => on_white(row, rgb, |colour: [u8; 3]| colour),
        ColorType::GrayscaleAlpha => on_white(row, rgb, |[value]: [u8; 1]| [value; 3]),
        // The decoder has put a palette's colours in their place.
        ColorType::Grayscale | ColorType::Indexed => grey(row, rgb),
    }
    previews.add(rgb);
}
