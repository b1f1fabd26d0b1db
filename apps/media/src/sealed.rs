//! Sealed files: the page of the person who shares them in a conversation encrypts them. The box keeps bytes that it can't read.
//!
//! Always: the record holds nothing about a sealed file but its existence, its conversation and its padded length; its key,
//! name and true length are in the message (docs/sealed-files.md). A sealed file has no previews.

/// The name of a sealed file in the record.
pub(crate) const NAME: &str = "sealed";
/// Its media type there.
pub(crate) const KIND: &str = "application/octet-stream";
/// Bytes that are encrypted in one piece.
const CHUNK_BYTES: u64 = 64 * 1024;
/// Bytes that each piece is longer then.
const TAG_BYTES: u64 = 16;

/// Whether a sealed file can have this length: that of a padded file, in pieces. One not encrypted by mistake hardly ever has it.
pub(crate) fn is_length(bytes: u64) -> bool {
    let chunks = bytes.div_ceil(CHUNK_BYTES + TAG_BYTES).max(1);
    let plain = bytes.checked_sub(chunks * TAG_BYTES);
    plain
        .is_some_and(|plain| plain.div_ceil(CHUNK_BYTES).max(1) == chunks && padded(plain) == plain)
}

/// The length to which a file is padded (Padmé; Nikitin et al. 2019, §4): all but the highest bits are zero, so that little is
/// told by it, and at most 12 % is added.
fn padded(bytes: u64) -> u64 {
    let Some(exponent) = bytes.checked_ilog2().filter(|exponent| *exponent > 0) else {
        return bytes;
    };
    let free = exponent - (exponent.ilog2() + 1);
    let mask = (1 << free) - 1;
    (bytes + mask) & !mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_padded_by_an_eighth_at_most() {
        for (bytes, expected) in [(0, 0), (1, 1), (2, 2), (9, 10), (1_000, 1_024), (65_537, 67_584)]
        {
            assert_eq!(padded(bytes), expected, "{bytes}");
        }
        for bytes in (0..200_000).chain((1 << 33)..(1 << 33) + 1_000) {
            let padded_to = padded(bytes);
            assert!((bytes..=bytes + bytes / 8).contains(&padded_to), "{bytes}");
            assert_eq!(padded(padded_to), padded_to, "{bytes}");
        }
    }

    #[test]
    fn a_sealed_file_has_the_length_of_its_pieces() {
        for plain in [0, 1, 9, 65_535, 65_536, 65_537, 200_000, 5_000_000_000] {
            let plain = padded(plain);
            let chunks = plain.div_ceil(CHUNK_BYTES).max(1);
            assert!(is_length(plain + chunks * TAG_BYTES), "{plain}");
        }
        for wrong in [0, 1, 15, 16 + 9, 16 + 1_001, 65_552 + 1, 65_552 + 16, 65_552 + 17 + 1] {
            assert!(!is_length(wrong), "{wrong}");
        }
    }
}
