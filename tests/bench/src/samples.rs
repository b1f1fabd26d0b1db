//! Typical files: incompressible bytes, and photos. The same seed makes the same file.

use crate::Outcome;
use jpeg_encoder::{ColorType, Encoder};

/// The size of a photo of twelve megapixels.
pub const PHOTO: (u16, u16) = (4_000, 3_000);
/// The usual JPEG quality of cameras.
const PHOTO_QUALITY: u8 = 85;
/// Length of the metadata that a camera writes.
const EXIF_BYTES: usize = 4_096;

/// Pseudo-random numbers (xorshift64*).
struct Noise(u64);

impl Noise {
    fn new(seed: u64) -> Self {
        // xorshift maps zero to zero.
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    fn draw(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}

/// Returns this many bytes without a pattern, rounded up to eight.
pub fn bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut noise = Noise::new(seed);
    (0..count.div_ceil(8)).flat_map(|_| noise.draw().to_le_bytes()).collect()
}

/// Returns a photo of twelve megapixels.
pub fn photo(seed: u64) -> Outcome<Vec<u8>> {
    photo_of(seed, PHOTO)
}

/// Returns a JPEG of this size with an Exif segment: slopes, edges, and sensor noise.
pub fn photo_of(seed: u64, size: (u16, u16)) -> Outcome<Vec<u8>> {
    let (width, height) = (usize::from(size.0), usize::from(size.1));
    let mut noise = Noise::new(seed);
    let mut pixels = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            let edge = if (x / 64 + y / 64).is_multiple_of(2) { 30 } else { 0 };
            let slopes = [x * 200 / width, y * 200 / height, (x + y) * 200 / (width + height)];
            // Each colour has four bits of grain.
            for (slope, grain) in slopes.into_iter().zip(noise.draw().to_le_bytes()) {
                pixels.push(u8::try_from(slope + edge)? + grain % 16);
            }
        }
    }
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, PHOTO_QUALITY);
    encoder.add_exif_metadata(&exif())?;
    encoder.encode(&pixels, size.0, size.1, ColorType::Rgb)?;
    Ok(jpeg)
}

/// Returns an Exif segment of typical length without fields.
fn exif() -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    exif.resize(EXIF_BYTES, b'x');
    exif
}
