//! The file that a manifest is about: `work: {cid, bytes}` names it without its .fair, so that a manifest fits no other file.
//!
//! Always: manifests may lack `work`; a malformed one is refused only where a caller asks for it, because readers who
//! know nothing of it accept the manifest.

use super::{FairError, Manifest, given};
use crate::SAFE_INTEGER_MAX;
use imajin_dfos::cid::{parse_cid, raw_cid_from_sha256};
use serde_json::{Value, json};

/// The bytes of a work: their CID and number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The raw CID of the file, as text.
    pub cid: String,
    /// The length of the file, in bytes.
    pub bytes: u64,
}

impl Work {
    /// Names a file by its SHA-256 and length.
    pub fn from_sha256(sha256: [u8; 32], bytes: u64) -> Self {
        let cid = raw_cid_from_sha256(sha256).to_string();
        Self { cid, bytes }
    }

    /// Returns the member `work` of a manifest.
    pub fn to_value(&self) -> Value {
        json!({ "cid": self.cid, "bytes": self.bytes })
    }
}

impl Manifest {
    /// Returns the file that the manifest is about; `None` if it names none.
    ///
    /// # Errors
    /// [`FairError::Member`] if its `work` is malformed.
    pub fn work(&self) -> Result<Option<Work>, FairError> {
        let wrong = |member: &str, want| FairError::Member(member.to_owned(), want);
        let map = match given(self.document().get("work")) {
            None => return Ok(None),
            Some(Value::Object(map)) if map.len() == 2 => map,
            Some(_) => return Err(wrong("work", "an object with cid and bytes alone")),
        };
        let cid = map.get("cid").and_then(Value::as_str).filter(|text| {
            let cid = parse_cid(text).ok();
            let digest = cid.and_then(|cid| imajin_dfos::cid::digest(&cid).ok());
            digest.is_some_and(|digest| raw_cid_from_sha256(digest).to_string() == *text)
        });
        let cid = cid.ok_or_else(|| wrong("work.cid", "the raw CID of a file"))?;
        let bytes = map.get("bytes").and_then(Value::as_u64);
        let bytes = bytes.filter(|bytes| *bytes <= SAFE_INTEGER_MAX.unsigned_abs());
        let bytes = bytes.ok_or_else(|| wrong("work.bytes", "the file's length"))?;
        Ok(Some(Work { cid: cid.to_owned(), bytes }))
    }
}
