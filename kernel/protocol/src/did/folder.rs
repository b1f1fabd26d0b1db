//! Folder names of DIDs (docs/format.md §12). The plain form keeps a folder readable to people; anything that a
//! FAT32 stick or a shell might mistreat gets a hash instead. Injective by construction:
//! * the plain forms of different kinds differ in their prefixes (base58 has no `_`, so a key is never read as
//!   `group_…`, `event_…` or `dm_…`), and `:` is only in prefixes;
//! * a hashed one has 52 characters of base32 after the method: longer than a key, and without the `_` that the
//!   others have.

use super::{Did, DidKind};
use sha2::{Digest, Sha256};

/// Maximum bytes of a folder's name: FAT32 allows 255 UTF-16 units a name, but a path on it only 260 together.
pub(super) const FOLDER_BYTES_MAX: usize = 100;

const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

pub(super) fn name(did: &Did) -> String {
    let text = did.as_str();
    // A key's capitals are kept: two keys whose base58 differs in case only cannot be found. Other ids are chosen by
    // people and programs, so capitals in them could collide where case does not count.
    let plain = text.len() <= FOLDER_BYTES_MAX
        && (did.kind() == DidKind::Key || text.bytes().all(|b| is_plain(b) || b == b':'));
    if plain {
        return text.replace(':', "_");
    }
    let method = if did.kind() == DidKind::Email { "email" } else { "imajin" };
    format!("did_{method}_{}", base32(&Sha256::digest(text)))
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'+' | b'-' | b'_')
}

/// Encodes as RFC 4648 §6, lower-case and unpadded as in CIDs.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut buffer, mut bits) = (0u32, 0u32);
    for byte in bytes {
        buffer = buffer << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(BASE32[(buffer >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(BASE32[(buffer << (5 - bits) & 31) as usize]));
    }
    text
}
