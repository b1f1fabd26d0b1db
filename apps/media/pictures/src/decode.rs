//! Decodes a picture once and makes all its previews while its rows come. Only the child comes here.
//!
//! Always: sizes and the memory that decoding needs are known and within their bounds before a pixel is decoded.

mod chunks;
mod gif;
mod jpeg;
mod png;
mod segments;
mod webp;

use crate::embedded::Embedded;
use crate::facts::Facts;
use crate::jpeg::Header;
use crate::kind::Kind;
use crate::limits::{self, MEMORY_BYTES};
use crate::shrink::{Plan, Shrink, index};
use crate::wire::{Answer, FIRST_BYTES_MAX, Refusal, Size};
use jpeg_encoder::{ColorType, Encoder};
use std::io::{self, Read, Take};

/// Pixels of a picture that comes row by row: the largest sensors of phones. A Pi decodes them within its time.
const ROWS_PIXELS_MAX: u64 = 200_000_000;
/// Pixels of a picture that is decoded as a whole.
const WHOLE_PIXELS_MAX: u64 = 24_000_000;
/// Memory for the file and what a decoder takes; the rest is for tables, stacks and previews.
const DECODER_BYTES_MAX: u64 = MEMORY_BYTES - (14 << 20);
/// The JPEG quality of previews: higher qualities take more room and look the same at these sizes.
const QUALITY: u8 = 82;

/// The previews of a file of which `rest` are all bytes. An error says that they can't be read.
pub(crate) fn previews(rest: &mut Take<impl Read>, sizes: &[Size]) -> io::Result<Answer> {
    let mut file = Vec::new();
    rest.by_ref().take(FIRST_BYTES_MAX).read_to_end(&mut file)?;
    let kind = Kind::detect(&file);
    // Only a JPEG is decoded while it comes: cameras make large ones. Its size must be known before.
    if kind != Kind::Jpeg || Header::parse(&file).frame.is_none() {
        file.reserve_exact(usize::try_from(rest.limit()).map_err(io::Error::other)?);
        rest.read_to_end(&mut file)?;
    }
    let orientation = Facts::read(&file).orientation;
    let previews = match kind {
        Kind::Jpeg => jpeg::previews(&file, rest, sizes, orientation),
        Kind::Png => {
            chunks::check_png(&file).and_then(|()| png::previews(&file, sizes, orientation))
        }
        Kind::Webp => {
            chunks::check_webp(&file).and_then(|()| webp::previews(file, sizes, orientation))
        }
        Kind::Gif => gif::previews(&file, sizes, orientation),
        Kind::Heic | Kind::Avif => embedded(file, sizes),
        _ => Err(Refusal::NotDecodable),
    };
    Ok(previews.and_then(Previews::into_jpegs))
}

/// The previews of the JPEG that a file of another kind holds of itself.
fn embedded(file: Vec<u8>, sizes: &[Size]) -> Result<Previews, Refusal> {
    let Embedded { jpeg, orientation } = Embedded::find(&file).ok_or(Refusal::NotDecodable)?;
    drop(file);
    jpeg::previews(&jpeg, &mut io::empty(), sizes, orientation)
}

/// Previews that a picture's rows go into.
struct Previews {
    shrinks: Vec<Shrink>,
    orientation: u8,
}

impl Previews {
    /// Plans the previews of a picture of `width` × `height` stored pixels.
    fn new(width: u32, height: u32, sizes: &[Size], orientation: u8) -> Self {
        let plan = |size: &Size| Shrink::new(Plan::new((width, height), *size, orientation >= 5));
        Self { shrinks: sizes.iter().map(plan).collect(), orientation }
    }

    /// The next row, in RGB.
    fn add(&mut self, row: &[u8]) {
        for shrink in &mut self.shrinks {
            shrink.add(row);
        }
    }

    fn into_jpegs(self) -> Answer {
        let mut jpegs = Vec::with_capacity(self.shrinks.len());
        for shrink in self.shrinks {
            let made = shrink.finish(self.orientation).ok_or(Refusal::NotDecodable)?;
            jpegs.push(encoded(&made).ok_or(Refusal::NotDecodable)?);
        }
        Ok(jpegs)
    }
}

fn encoded((pixels, width, height): &(Vec<u8>, u32, u32)) -> Option<Vec<u8>> {
    let mut jpeg = Vec::new();
    let encoder = Encoder::new(&mut jpeg, QUALITY);
    let (width, height) = (u16::try_from(*width).ok()?, u16::try_from(*height).ok()?);
    encoder.encode(pixels, width, height, ColorType::Rgb).ok()?;
    Some(jpeg)
}

/// Refuses a picture of no pixels, and one of too many.
fn check_size(width: u32, height: u32, pixels_max: u64) -> Result<(), Refusal> {
    // JPEG has 16 bits for a side, and so do our sums.
    let side_max = u32::from(u16::MAX);
    match u64::from(width) * u64::from(height) {
        0 => Err(Refusal::NotDecodable),
        pixels if pixels > pixels_max || width > side_max || height > side_max => {
            Err(Refusal::TooLarge)
        }
        pixels => limits::allow_pixels(pixels).map_err(|_| Refusal::NotDecodable),
    }
}

/// Refuses what would need more memory than there is.
fn check_memory(file: &[u8], decoder_bytes: u64) -> Result<(), Refusal> {
    if (file.len() as u64).saturating_add(decoder_bytes) > DECODER_BYTES_MAX {
        Err(Refusal::TooLarge)
    } else {
        Ok(())
    }
}

/// A row of pixels that have a transparency behind `N` colours, on white.
fn on_white<const N: usize>(row: &[u8], rgb: &mut Vec<u8>, colours: impl Fn([u8; N]) -> [u8; 3]) {
    rgb.clear();
    for pixel in row.chunks_exact(N + 1) {
        let Some((colour, [alpha, ..])) = pixel.split_first_chunk::<N>() else {
            continue;
        };
        let alpha = u32::from(*alpha);
        rgb.extend(colours(*colour).map(|value| {
            let value = (u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255;
            u8::try_from(value).unwrap_or(u8::MAX)
        }));
    }
}

/// A row of grey pixels.
fn grey(row: &[u8], rgb: &mut Vec<u8>) {
    rgb.clear();
    rgb.extend(row.iter().flat_map(|value| [*value; 3]));
}

/// A decoder's error: whatever it says, the file can't be decoded.
fn not_decodable<E>(_: E) -> Refusal {
    Refusal::NotDecodable
}
