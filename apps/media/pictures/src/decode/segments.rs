//! Segments and scans of a JPEG are counted while they come: a decoder goes through the whole picture for each scan, and a scan
//! of ten bytes is one.

use std::io::{self, Read};

/// Scans: an encoder that tries hard makes twenty.
const SCANS_MAX: usize = 64;
/// Segments: a metadata of some megabytes has a hundred, and each scan may have some tables.
const SEGMENTS_MAX: usize = 4096;
/// The marker before the entropy-coded data.
const SCAN: u8 = 0xda;

/// A JPEG that ends with an error where it has more scans or segments than a picture needs.
pub(super) struct ScanLimiter<R> {
    source: R,
    at: At,
    scans: usize,
    segments: usize,
}

/// Position in the file: the part that the next byte belongs to.
#[derive(Clone, Copy)]
enum At {
    /// Coded data, or a marker.
    Data,
    /// The second byte of a marker.
    Marker,
    /// The length of a segment, of which so much is known.
    Length(Option<u8>),
    /// The content of a segment, and how many bytes of it are left.
    Segment(u16),
}

impl<R> ScanLimiter<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, at: At::Data, scans: 0, segments: 0 }
    }

    fn count(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while let [byte, rest @ ..] = bytes {
            bytes = rest;
            self.at = match self.at {
                At::Data if *byte == 0xff => At::Marker,
                At::Data => {
                    let next = memchr::memchr(0xff, bytes).unwrap_or(bytes.len());
                    bytes = bytes.get(next..).unwrap_or_default();
                    At::Data
                }
                At::Marker => self.marker(*byte)?,
                At::Length(None) => At::Length(Some(*byte)),
                At::Length(Some(high)) => {
                    match u16::from_be_bytes([high, *byte]).saturating_sub(2) {
                        0 => At::Data,
                        left => At::Segment(left),
                    }
                }
                At::Segment(left) => {
                    // This byte, and as many of the others as are here.
                    let more = bytes.len().min(usize::from(left) - 1);
                    bytes = bytes.get(more..).unwrap_or_default();
                    let left = usize::from(left) - 1 - more;
                    match u16::try_from(left).unwrap_or_default() {
                        0 => At::Data,
                        left => At::Segment(left),
                    }
                }
            };
        }
        Ok(())
    }

    fn marker(&mut self, kind: u8) -> io::Result<At> {
        match kind {
            0xff => return Ok(At::Marker),
            0x00 | 0x01 | 0xd0..=0xd9 => return Ok(At::Data),
            SCAN => self.scans += 1,
            _ => {}
        }
        self.segments += 1;
        if self.scans > SCANS_MAX || self.segments > SEGMENTS_MAX {
            Err(io::ErrorKind::InvalidData.into())
        } else {
            Ok(At::Length(None))
        }
    }
}

impl<R: Read> Read for ScanLimiter<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(room)?;
        self.count(room.get(..count).unwrap_or_default())?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks whether a file passes when it comes in pieces of `piece` bytes.
    fn passes(file: &[u8], piece: usize) -> bool {
        let mut limiter = ScanLimiter::new(file);
        let mut room = vec![0; piece];
        loop {
            match limiter.read(&mut room) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }

    #[test]
    fn scans_and_segments_are_counted_and_what_is_within_them_is_not() {
        let scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\x21\x12\xff\0\xff\xd0\x34".repeat(SCANS_MAX);
        let inside = [&[0xff, 0xe1, 0x10, 0x02][..], &b"\xff\xda".repeat(0x800)].concat();
        let good = [&b"\xff\xd8"[..], &inside, &scan, b"\xff\xff\xd9"].concat();
        let many_scans = [&scan[..], b"\xff\xda\0\x08"].concat();
        let many_segments = b"\xff\xc4\0\x03\0".repeat(SEGMENTS_MAX + 1);
        for piece in [1, 2, 3, 7, 4096, 1 << 20] {
            assert!(passes(&good, piece), "{piece}");
            assert!(!passes(&many_scans, piece), "{piece}");
            assert!(!passes(&many_segments, piece), "{piece}");
        }
    }
}
