//! JPEG's segments: what a header says before anything is decoded, and whether a preview is as plain as ours are.

/// The marker before the entropy-coded data.
const SCAN: u8 = 0xda;
/// The marker of a segment with Exif or XMP.
const APP1: u8 = 0xe1;

/// A JPEG's segments up to its first scan.
struct Segments<'a>(&'a [u8]);

impl<'a> Iterator for Segments<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.0 {
                [0xff, 0x01 | 0xd0..=0xd8, rest @ ..] => self.0 = rest,
                [0xff, 0x00 | 0xd9, ..] | [] => return None,
                // Fill bytes; and what some cameras write between segments.
                [0xff, 0xff, ..] => self.0 = self.0.get(1..)?,
                [0xff, marker, rest @ ..] => {
                    let len = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
                    let content = rest.get(2..len)?;
                    self.0 = rest.get(len..)?;
                    return Some((*marker, content));
                }
                [_, rest @ ..] => self.0 = rest,
            }
        }
    }
}

/// The segments of a JPEG before its first scan.
#[derive(Debug, Default)]
pub(crate) struct Header<'a> {
    /// Its size and samples; absent if the bytes end before it says so.
    pub(crate) frame: Option<Frame>,
    pub(crate) exif: Option<&'a [u8]>,
}

/// A JPEG's frame header.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Frame {
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) components: u8,
    /// Samples of all components.
    pub(crate) samples: u64,
    /// Coded in scans that each improve the whole picture: all coefficients stay in memory.
    pub(crate) is_progressive: bool,
    /// Coded by differences of samples, as some medical devices do.
    pub(crate) is_lossless: bool,
}

impl<'a> Header<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Self {
        let mut header = Self::default();
        for (marker, content) in Segments(bytes) {
            match marker {
                SCAN => break,
                APP1 if header.exif.is_none() && content.starts_with(b"Exif\0\0") => {
                    header.exif = Some(content);
                }
                // Huffman tables, reserved, arithmetic tables: no frame headers among their neighbours.
                0xc4 | 0xc8 | 0xcc => {}
                0xc0..=0xcf if header.frame.is_none() => {
                    header.frame = Frame::parse(marker, content)
                }
                _ => {}
            }
        }
        header
    }
}

impl Frame {
    fn parse(marker: u8, content: &[u8]) -> Option<Self> {
        let [_precision, a, b, c, d, count, components @ ..] = content else {
            return None;
        };
        let (height, width) = (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]));
        let factors = |component: &[u8]| {
            let both = component.get(1).copied().unwrap_or_default();
            (u64::from(both >> 4), u64::from(both & 15))
        };
        let components = components.chunks_exact(3).take(usize::from(*count));
        let (mut across, mut down, mut sum) = (1, 1, 0);
        for (x, y) in components.map(factors) {
            (across, down, sum) = (across.max(x), down.max(y), sum + x * y);
        }
        Some(Self {
            width,
            height,
            components: *count,
            samples: u64::from(width) * u64::from(height) * sum / (across * down),
            is_progressive: marker & 3 == 2,
            is_lossless: marker & 3 == 3,
        })
    }
}

/// The size of a JPEG without metadata, comments and anything after its end; `None` for any other.
pub(crate) fn plain_size(bytes: &[u8]) -> Option<(u16, u16)> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?.strip_suffix(&[0xff, 0xd9])?;
    let mut size = None;
    loop {
        let [0xff, marker, after @ ..] = rest else {
            return None;
        };
        let len = usize::from(u16::from_be_bytes(*after.first_chunk()?));
        let content = after.get(2..len)?;
        rest = after.get(len..)?;
        match marker {
            0xc0 if size.is_none() => {
                let frame = Frame::parse(*marker, content)?;
                size = Some((frame.width, frame.height));
            }
            0xe0 if content.starts_with(b"JFIF\0") && content.len() == 14 => {}
            0xc4 | 0xdb => {}
            &SCAN => break,
            _ => return None,
        }
    }
    // One scan: behind it every 0xff is part of the coded data.
    let is_data = rest.windows(2).all(|pair| pair[0] != 0xff || pair[1] == 0);
    size.filter(|(width, height)| is_data && *width > 0 && *height > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_encoder_writes_is_plain_and_nothing_else_is() {
        let mut jpeg = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 80);
        encoder.encode(&[200; 48], 4, 4, jpeg_encoder::ColorType::Rgb).unwrap();
        assert_eq!(plain_size(&jpeg), Some((4, 4)));
        let frame = Header::parse(&jpeg).frame.unwrap();
        assert_eq!((frame.width, frame.height, frame.components), (4, 4, 3));
        assert!(!frame.is_progressive && !frame.is_lossless);
        let comment = [&jpeg[..2], b"\xff\xfe\0\x05abc", &jpeg[2..]].concat();
        let exif = [&jpeg[..2], b"\xff\xe1\0\x08Exif\0\0", &jpeg[2..]].concat();
        let longer = [&jpeg[..], b"<script>"].concat();
        let second = [&jpeg[..], &jpeg[..]].concat();
        for other in [
            &comment[..],
            &exif,
            &longer,
            &second,
            &jpeg[..jpeg.len() - 1],
            b"",
            b"\xff\xd8\xff\xd9",
        ] {
            assert_eq!(plain_size(other), None);
        }
        assert_eq!(Header::parse(&exif).exif, Some(&b"Exif\0\0"[..]));
    }
}
