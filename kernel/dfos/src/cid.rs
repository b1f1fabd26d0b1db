//! Content identifiers: CIDv1 over sha2-256, of dag-cbor (0x71) or raw bytes (0x55), and no others.
//!
//! Always: a parsed CID prints as it was written. The type is that of the `cid` crate.
//!
//! Rules: DFOS v1 PROTOCOL "CID": 36 bytes `01 71 12 20 ‖ sha256`, in text `b` + base32 lower, 59 characters.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use std::fmt::Write;

pub use cid::Cid;

/// The multicodec of dag-cbor.
pub const CODEC_DAG_CBOR: u64 = 0x71;
/// The multicodec of raw bytes.
pub const CODEC_RAW: u64 = 0x55;
/// The multihash code of sha2-256.
const SHA2_256: u64 = 0x12;
/// Bytes of a binary CID.
pub const CID_BYTES: usize = 36;
/// Characters of a CID's text.
pub const CID_CHARS: usize = 59;

/// Text or bytes that are not a supported CID in canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a canonical CIDv1 of dag-cbor or raw bytes by sha2-256")]
pub struct CidError;

/// The SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The CID of dag-cbor bytes.
pub fn dag_cbor_cid(bytes: &[u8]) -> Cid {
    from_digest(CODEC_DAG_CBOR, sha256(bytes))
}

/// The CID of a file's bytes.
pub fn raw_cid(bytes: &[u8]) -> Cid {
    from_digest(CODEC_RAW, sha256(bytes))
}

/// The CID of a file whose SHA-256 was computed while it was streamed.
pub fn raw_cid_from_sha256(digest: [u8; 32]) -> Cid {
    from_digest(CODEC_RAW, digest)
}

fn from_digest(codec: u64, digest: [u8; 32]) -> Cid {
    // 32 bytes always fit into the 64 that a `Cid` has room for.
    let hash = cid::multihash::Multihash::wrap(SHA2_256, &digest).unwrap_or_default();
    Cid::new_v1(codec, hash)
}

/// Parses a CID in exactly the form that this module writes.
pub fn parse_cid(text: &str) -> Result<Cid, CidError> {
    if text.len() != CID_CHARS {
        return Err(CidError);
    }
    let base32 = text.strip_prefix('b').ok_or(CidError)?;
    // The decoder below would accept upper case, too.
    if base32.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(CidError);
    }
    let mut text = [0; CID_CHARS - 1];
    text.copy_from_slice(base32.as_bytes());
    text.make_ascii_uppercase();
    let mut bytes = [0; CID_BYTES];
    match BASE32_NOPAD.decode_mut(&text, &mut bytes) {
        Ok(_) => from_bytes(&bytes),
        Err(_) => Err(CidError),
    }
}

/// Appends a CID's text to another text.
pub fn push_cid(text: &mut String, cid: &Cid) {
    let mut bytes = [0; CID_BYTES];
    if cid.encoded_len() != CID_BYTES || cid.write_bytes(&mut bytes[..]).is_err() {
        // A CID with another hash prints itself; writing into a String cannot fail.
        let _ = write!(text, "{cid}");
        return;
    }
    let start = text.len() + 1;
    text.push('b');
    BASE32_NOPAD.encode_append(&bytes, text);
    text[start..].make_ascii_lowercase();
}

/// Parses 36 bytes as a CID.
pub fn from_bytes(bytes: &[u8]) -> Result<Cid, CidError> {
    match bytes {
        [0x01, codec @ (0x71 | 0x55), 0x12, 0x20, digest @ ..] => {
            let digest: [u8; 32] = digest.try_into().map_err(|_| CidError)?;
            Ok(from_digest(u64::from(*codec), digest))
        }
        _ => Err(CidError),
    }
}

/// The SHA-256 digest in a CID.
pub fn digest(cid: &Cid) -> Result<[u8; 32], CidError> {
    let hash = cid.hash();
    if hash.code() != SHA2_256 {
        return Err(CidError);
    }
    hash.digest().try_into().map_err(|_| CidError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_the_specification_says() {
        // The empty map, from the dag-cbor fixtures.
        let cid = dag_cbor_cid(&[0xa0]);
        assert_eq!(cid.to_string(), "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua");
        assert_eq!(cid.to_bytes().len(), CID_BYTES);
        let mut text = "Q".to_owned();
        push_cid(&mut text, &cid);
        assert_eq!(text, format!("Q{cid}"));
        assert_eq!(parse_cid(&cid.to_string()), Ok(cid));
        assert_eq!(from_bytes(&cid.to_bytes()), Ok(cid));
        assert_eq!(digest(&cid), Ok(sha256(&[0xa0])));
        let raw = raw_cid(b"x");
        assert!(raw.to_string().starts_with("bafkrei"));
        assert_eq!(parse_cid(&raw.to_string()), Ok(raw));
        assert_eq!(raw_cid_from_sha256(sha256(b"x")), raw);
    }

    #[test]
    fn refuses_every_other_form() {
        let good = dag_cbor_cid(b"").to_string();
        let trailing_bits = format!("{}b", &good[..58]);
        let upper = good.to_uppercase();
        let mixed = format!("{}{}", &good[..58], good[58..].to_uppercase());
        let short = &good[..58];
        let padded = format!("{good}=");
        for wrong in [
            "",
            "b",
            short,
            &upper,
            &mixed,
            &padded,
            &trailing_bits,
            // CIDv0, another codec (dag-pb), and not base32.
            "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
            "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
            "bafyrei0000000000000000000000000000000000000000000000000000",
        ] {
            assert_eq!(parse_cid(wrong), Err(CidError), "{wrong}");
        }
        assert_eq!(from_bytes(&[1, 0x71, 0x12, 0x20]), Err(CidError));
    }
}
