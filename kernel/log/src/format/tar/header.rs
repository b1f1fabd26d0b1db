//! One ustar header: built from name and size alone, and read by building it again and comparing.

use super::{BLOCK_BYTES, FILE_BYTES_MAX};
use crate::format::names::NAME_BYTES_MAX;

const MODE: std::ops::Range<usize> = 100..108;
const UID: std::ops::Range<usize> = 108..116;
const GID: std::ops::Range<usize> = 116..124;
const SIZE: std::ops::Range<usize> = 124..136;
const MTIME: std::ops::Range<usize> = 136..148;
const CHECKSUM: std::ops::Range<usize> = 148..156;
const TYPE: usize = 156;
const MAGIC: std::ops::Range<usize> = 257..265;
const DEVMAJOR: std::ops::Range<usize> = 329..337;
const DEVMINOR: std::ops::Range<usize> = 337..345;

/// Returns the header of a file, if its name and size fit.
pub(super) fn make(name: &str, bytes: u64) -> Option<[u8; BLOCK_BYTES]> {
    let fits = !name.is_empty()
        && name.len() <= NAME_BYTES_MAX
        && name.is_ascii()
        && bytes <= FILE_BYTES_MAX;
    if !fits {
        return None;
    }
    let mut block = [0u8; BLOCK_BYTES];
    block[..name.len()].copy_from_slice(name.as_bytes());
    octal(&mut block[MODE], 0o644);
    octal(&mut block[UID], 0);
    octal(&mut block[GID], 0);
    octal(&mut block[SIZE], bytes);
    octal(&mut block[MTIME], 0);
    block[TYPE] = b'0';
    block[MAGIC].copy_from_slice(b"ustar\x0000");
    octal(&mut block[DEVMAJOR], 0);
    octal(&mut block[DEVMINOR], 0);
    block[CHECKSUM].fill(b' ');
    let sum: u64 = block.iter().map(|b| u64::from(*b)).sum();
    // Six digits, NUL, space: the only field that is not padded to its width less one.
    octal(&mut block[CHECKSUM.start..CHECKSUM.start + 7], sum);
    Some(block)
}

/// Writes octal digits, padded with zeros to the width less one, and a NUL.
fn octal(field: &mut [u8], mut number: u64) {
    let Some((last, digits)) = field.split_last_mut() else {
        return;
    };
    *last = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number & 7) as u8;
        number >>= 3;
    }
}

/// Returns the name and size, if the block is exactly the header that they produce.
pub(super) fn read(block: &[u8; BLOCK_BYTES]) -> Option<(String, u64)> {
    let name_field = &block[..NAME_BYTES_MAX];
    let end = name_field.iter().position(|b| *b == 0).unwrap_or(NAME_BYTES_MAX);
    let name = std::str::from_utf8(&name_field[..end]).ok()?;
    let digits = std::str::from_utf8(&block[SIZE.start..SIZE.end - 1]).ok()?;
    let bytes = u64::from_str_radix(digits, 8).ok()?;
    (make(name, bytes)? == *block).then(|| (name.to_owned(), bytes))
}
