//! PNG: chunks. XMP is an iTXt of a fixed name; a new one comes right after the header.

use crate::carrier::XmpCarrier;
use crate::error::{Error, Obstacle};
use crate::recipe::Edit;
use crate::source::{Source, TEXT_BYTES_MAX};
use std::ops::Range;

pub(crate) const START: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// The keyword of XMP, and neither compression nor language nor translation.
const XMP: &[u8] = b"XML:com.adobe.xmp\0\0\0\0\0";
const KEYWORD: &[u8] = b"XML:com.adobe.xmp\0";
const HEADER_END: u64 = 33;
/// Chunks of one file: those of pictures are some kilobytes each.
const CHUNKS_MAX: usize = 1 << 20;

pub(crate) struct Png {
    xmp: Option<(Range<u64>, String)>,
}

pub(crate) fn open(source: &mut Source<'_>) -> Result<Png, Error> {
    let mut png = Png { xmp: None };
    let mut at = START.len() as u64;
    for _ in 0..CHUNKS_MAX {
        let [a, b, c, d, kind @ ..] = source.array::<8>(at)?;
        let len = u64::from(u32::from_be_bytes([a, b, c, d]));
        let chunk = at..at + 12 + len;
        if chunk.end > source.len() {
            return Err(Obstacle::Broken("a PNG chunk ends too early").into());
        }
        match &kind {
            b"IHDR" if at == START.len() as u64 && chunk.end == HEADER_END => {}
            _ if at == START.len() as u64 => {
                return Err(Obstacle::Broken("a PNG begins with its header").into());
            }
            b"iTXt" if len >= XMP.len() as u64 => png.take(source, &chunk)?,
            // Content credentials, which hash the file.
            b"caBX" => return Err(Obstacle::Signed.into()),
            b"IEND" => return Ok(png),
            _ => {}
        }
        at = chunk.end;
    }
    Err(Obstacle::Broken("there are too many PNG chunks").into())
}

impl Png {
    fn take(&mut self, source: &mut Source<'_>, chunk: &Range<u64>) -> Result<(), Error> {
        let content = chunk.start + 8;
        let name = source.bytes(content, XMP.len() as u64)?;
        if !name.starts_with(KEYWORD) {
            return Ok(());
        }
        let from = content + XMP.len() as u64;
        let len = chunk.end - 4 - from;
        if name != XMP || len > TEXT_BYTES_MAX || self.xmp.is_some() {
            return Err(Obstacle::Xmp.into());
        }
        let text = String::from_utf8(source.bytes(from, len)?).map_err(|_| Obstacle::Xmp)?;
        self.xmp = Some((chunk.clone(), text));
        Ok(())
    }
}

impl XmpCarrier for Png {
    fn packet(&self) -> Option<&str> {
        self.xmp.as_ref().map(|(_, text)| text.as_str())
    }

    fn replace_packet(&self, packet: Option<&str>) -> Result<Vec<Edit>, Obstacle> {
        let range = self.xmp.as_ref().map_or(HEADER_END..HEADER_END, |(range, _)| range.clone());
        let Some(packet) = packet else {
            return Ok(vec![Edit::remove(range)]);
        };
        let len = u32::try_from(XMP.len() + packet.len()).map_err(|_| Obstacle::Room)?;
        let body = [b"iTXt", XMP, packet.as_bytes()].concat();
        let chunk = [&len.to_be_bytes()[..], &body, &crc(&body).to_be_bytes()].concat();
        Ok(vec![Edit::new(range, chunk)])
    }
}

/// The CRC-32 of PNG (ISO 3309), of a chunk's name and content.
pub fn crc(bytes: &[u8]) -> u32 {
    let byte = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    };
    !bytes.iter().fold(!0, byte)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_crc_is_that_of_the_standard() {
        assert_eq!(super::crc(b"123456789"), 0xcbf4_3926);
        assert_eq!(super::crc(b"IEND"), 0xae42_6082);
    }
}
