//! Previews by the node and its child process, compared with the decoding and encoding crates.

use super::{JPEG, get, person, put};
use crate::measure::prelude::*;
use crate::samples;
use crate::stream::Stream;
use jpeg_decoder::{Decoder, PixelFormat};
use jpeg_encoder::{ColorType, Encoder};

/// Number of photos, each without a preview.
const PHOTOS: u64 = 4;
/// An eighth of a photo in each dimension, which is enough for the previews.
const DECODED: (u16, u16) = (samples::PHOTO.0 / 8, samples::PHOTO.1 / 8);
/// The sizes for lists, both of which the node creates on a request for one.
const MADE: [(u16, u16); 2] = [(400, 300), (200, 150)];
/// The quality of the node's previews.
const QUALITY: u8 = 82;

/// Measures the first previews of twelve-megapixel photos, one after the other.
pub fn previews(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let bench = Bench::new(folder, Watch::No)?;
    let owner = person(&bench)?;
    let mut stream = Stream::open(bench.node()?.address)?;
    let (mut bare, mut node, mut bytes) = (Duration::ZERO, Duration::ZERO, 0);
    for seed in 0..PHOTOS {
        let photo = samples::photo(seed)?;
        let path = put(&bench, &owner, (JPEG, &photo), json!({}))?;
        let ask = get(&bench, &owner, &format!("{path}?w=400"))?;
        let begun = Instant::now();
        shrink(&photo)?;
        bare += begun.elapsed();
        let begun = Instant::now();
        stream.ask(&ask)?;
        node += begun.elapsed();
        bytes += photo.len();
    }
    let (photos, ms) = (PHOTOS as f64, |time: Duration| time.as_secs_f64() * 1e3);
    report
        .row("a preview of 12 megapixels")
        .at_least(bare.as_secs_f64() / node.as_secs_f64(), "of the bare crates", 0.8)
        .beside(format!(
            "{:.0} ms; jpeg-decoder and jpeg-encoder in process: {:.0} ms; photos of {:.1} MB",
            ms(node) / photos,
            ms(bare) / photos,
            bytes as f64 / photos / 1e6
        ));
    Ok(())
}

/// Does the crates' part of the node's work: decodes at an eighth, and encodes both sizes. Pixels are picked instead of
/// averaged, which costs nothing.
fn shrink(photo: &[u8]) -> Outcome<usize> {
    let mut decoder = Decoder::new(photo);
    decoder.scale(DECODED.0, u16::MAX)?;
    let pixels = decoder.decode()?;
    let info = decoder.info().ok_or("no size")?;
    if (info.width, info.height, info.pixel_format) != (DECODED.0, DECODED.1, PixelFormat::RGB24) {
        return Err(format!("decoded as {info:?}").into());
    }
    let mut made = Vec::new();
    for (width, height) in MADE {
        let picked = picked(&pixels, (width.into(), height.into()));
        Encoder::new(&mut made, QUALITY).encode(&picked, width, height, ColorType::Rgb)?;
    }
    Ok(made.len())
}

/// Picks pixels for a smaller picture.
fn picked(pixels: &[u8], (width, height): (usize, usize)) -> Vec<u8> {
    let (across, down) = (usize::from(DECODED.0), usize::from(DECODED.1));
    let mut picked = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        let row = y * down / height * across;
        for x in 0..width {
            let at = (row + x * across / width) * 3;
            picked.extend_from_slice(&pixels[at..at + 3]);
        }
    }
    picked
}
