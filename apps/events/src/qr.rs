//! The QR code of a ticket as an image: SVG, and PNG for programs without SVG. Black on white, with a quiet zone of
//! four modules (ISO/IEC 18004).
//!
//! Always: the PNG is a one-bit greyscale image with uncompressed data: a few kilobytes, without an encoder.

use imajin_app::{Answer, Problem};
use qrcode::render::svg::Color;
use qrcode::{EcLevel, QrCode};

/// Width of the quiet zone in modules.
const MARGIN: usize = 4;
/// Size of a module in pixels.
const SCALE: usize = 6;

fn code(text: &str) -> Answer<QrCode> {
    QrCode::with_error_correction_level(text, EcLevel::M).map_err(Problem::internal)
}

/// Renders a text as an SVG.
pub(crate) fn svg(text: &str) -> Answer<String> {
    let picture =
        code(text)?.render::<Color<'_>>().quiet_zone(true).min_dimensions(256, 256).build();
    Ok(picture)
}

/// Renders a text as a PNG.
pub(crate) fn png(text: &str) -> Answer<Vec<u8>> {
    let code = code(text)?;
    let width = code.width();
    let modules = code.to_colors();
    let side = (width + 2 * MARGIN) * SCALE;
    let is_dark = |x: usize, y: usize| {
        let module = |at: usize| (at / SCALE).checked_sub(MARGIN).filter(|at| *at < width);
        match (module(x), module(y)) {
            (Some(x), Some(y)) => modules[y * width + x] == qrcode::Color::Dark,
            _ => false,
        }
    };
    let mut rows = Vec::with_capacity(side * (side / 8 + 2));
    for y in 0..side {
        // Filter 0: none.
        rows.push(0);
        for at in (0..side).step_by(8) {
            let bit = |n: usize| u8::from(at + n >= side || !is_dark(at + n, y)) << (7 - n);
            rows.push((0..8).map(bit).sum());
        }
    }
    let side = u32::try_from(side).map_err(Problem::internal)?;
    Ok(file(side, &rows))
}

fn file(side: u32, rows: &[u8]) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::with_capacity(13);
    head.extend_from_slice(&side.to_be_bytes());
    head.extend_from_slice(&side.to_be_bytes());
    // 1-bit greyscale, deflate, standard filters, not interlaced.
    head.extend_from_slice(&[1, 0, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &head);
    chunk(&mut out, b"IDAT", &stored(rows));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let start = out.len();
    out.extend_from_slice(name);
    out.extend_from_slice(data);
    let sum = crc32(&out[start..]);
    out.extend_from_slice(&sum.to_be_bytes());
}

/// A zlib stream (RFC 1950) of stored blocks (RFC 1951 §3.2.4).
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xFFFF).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend_from_slice(&((b << 16) | a).to_be_bytes());
    out
}

/// CRC-32 as PNG has it (ISO 3309).
fn crc32(data: &[u8]) -> u32 {
    let step = |sum: u32, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg());
    !data.iter().fold(!0_u32, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_the_known_ones() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        // Adler-32 of "Wikipedia", at the end of the stream.
        assert_eq!(stored(b"Wikipedia")[16..], 0x11E6_0398_u32.to_be_bytes());
    }

    #[test]
    fn pictures_are_square_and_small() {
        let text = format!("MJT1{}", "A2".repeat(128));
        let picture = png(&text).unwrap();
        assert!(picture.starts_with(b"\x89PNG") && picture.len() < 40_000);
        assert_eq!(picture[16..20], picture[20..24]);
        assert!(svg(&text).unwrap().contains("<svg"));
    }
}
