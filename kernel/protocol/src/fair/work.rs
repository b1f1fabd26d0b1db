//! The file that a manifest is about: `work: {cid, bytes}` names it without its .fair, so that a manifest fits no other file.
//!
//! Manifests have no `work` unless they say so; one that is malformed is refused only where somebody asks for it, because
//! readers who know nothing of it accept the manifest.

use super::{FairError, Manifest};
use crate::{Currency, Minor, SAFE_INTEGER_MAX};
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
    /// A file by its SHA-256 and length.
    pub fn of(sha256: [u8; 32], bytes: u64) -> Self {
        let cid = raw_cid_from_sha256(sha256).to_string();
        Self { cid, bytes }
    }

    /// The member `work` of a manifest.
    pub fn to_value(&self) -> Value {
        json!({ "cid": self.cid, "bytes": self.bytes })
    }
}

impl Manifest {
    /// The file that the manifest is about; `None` if it names none.
    ///
    /// # Errors
    ///
    /// [`FairError::Member`] if its `work` is malformed.
    pub fn work(&self) -> Result<Option<Work>, FairError> {
        let wrong = |member: &str, want| FairError::Member(member.to_owned(), want);
        let map = match self.document().get("work") {
            None | Some(Value::Null) => return Ok(None),
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
        Ok(Some(Work {
            cid: cid.to_owned(),
            bytes,
        }))
    }

    /// Whether everybody may train programs with the work: only if its terms say `train: "free"`. Terms that say nothing
    /// reserve it.
    pub fn is_free_to_train(&self) -> bool {
        let train = self.terms().and_then(|terms| terms.get("train"));
        train.and_then(Value::as_str) == Some("free")
    }

    /// What a licence to train programs with the work costs: only if its terms say `train: {consent: "explicit", price,
    /// currency}`, the price in minor units.
    pub fn training_price(&self) -> Option<(Minor, Currency)> {
        let train = self.terms()?.get("train")?;
        let text = |name: &str| train.get(name).and_then(Value::as_str);
        let price = Minor::new(train.get("price")?.as_i64()?).ok()?;
        let currency = Currency::parse(text("currency")?).ok()?;
        let is_priced = text("consent") == Some("explicit") && price > Minor::ZERO;
        is_priced.then_some((price, currency))
    }
}
