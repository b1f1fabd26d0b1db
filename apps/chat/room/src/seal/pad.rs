//! Padding: a box tells only which of eight sizes its text has.

/// The smallest padded length in bytes.
const LEAST: usize = 256;
/// The largest padded length in bytes.
pub(super) const MOST: usize = 32 * 1024;
/// Bytes of the length in front.
const LENGTH: usize = 4;
/// Bytes of a text at most.
pub const JSON_BYTES_MAX: usize = MOST - LENGTH;

/// The padded length of a text; `None` if it is too long.
fn padded(length: usize) -> Option<usize> {
    let whole = length.checked_add(LENGTH)?;
    (whole <= MOST).then(|| whole.next_power_of_two().max(LEAST))
}

/// Length, text and zeros, up to the next of 256, 512 … 32 768 bytes. `None` if the text is too long.
pub fn pad(text: &[u8]) -> Option<Vec<u8>> {
    let length = padded(text.len())?;
    let mut out = Vec::with_capacity(length);
    out.extend_from_slice(&u32::try_from(text.len()).ok()?.to_be_bytes());
    out.extend_from_slice(text);
    out.resize(length, 0);
    Some(out)
}

/// The text of the only form that [`pad`] writes.
pub fn unpad(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    if padded(length)? != bytes.len() {
        return None;
    }
    let (text, zeros) = rest.split_at_checked(length)?;
    zeros.iter().all(|byte| *byte == 0).then_some(text)
}
