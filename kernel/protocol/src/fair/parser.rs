//! Reads every dialect into one form. Unknown members stay in the document and in the signed text.

use super::signature::{SIGNATURES, Signature};
use super::{
    Content, Contributor, DISTRIBUTION, Dialect, Digest, FairError, MANIFEST_BYTES_MAX, Manifest,
    SHARES_MAX, Source, TEXT_BYTES_MAX, given,
};
use crate::money::{Ppm, PpmError};
use crate::{Did, jcs};
use parking_lot::Mutex;
use serde_json::{Map, Value};
use std::sync::{Arc, OnceLock};

impl Manifest {
    /// Parses a manifest of any dialect.
    pub fn parse(text: &str) -> Result<Self, FairError> {
        if text.len() > MANIFEST_BYTES_MAX {
            return Err(FairError::TooLong);
        }
        if let Some(manifest) = recent(text) {
            return Ok(manifest);
        }
        let document = jcs::parse_strict(text.as_bytes())?;
        let manifest = Self::from_document(text.to_owned(), document)?;
        remember(&manifest);
        Ok(manifest)
    }

    /// Parses JSON from [`jcs::parse_strict`] as a manifest inside another document: its text is the canonical one.
    pub fn from_value(document: Value) -> Result<Self, FairError> {
        let text = jcs::to_string(&document);
        if text.len() > MANIFEST_BYTES_MAX {
            return Err(FairError::TooLong);
        }
        Self::from_document(text, document)
    }

    fn from_document(text: String, document: Value) -> Result<Self, FairError> {
        let map = document
            .as_object()
            .ok_or_else(|| FairError::Member("text".into(), "a JSON object"))?;
        let dialect = dialect(map)?;
        let id = short_text(map, "id")?;
        let kind = short_text(map, "type")?;
        let contributors = contributors(map, dialect)?;
        let sources = sources(map)?;
        let owner = given(map.get("owner")).map(|value| did(value, || "owner".into()));
        let mut owner = owner.transpose()?;
        if kind.as_deref() == Some(DISTRIBUTION) {
            let own = id.as_deref().and_then(|id| Did::parse(id).ok());
            let own =
                own.ok_or_else(|| FairError::Member("id".into(), "the DID whose earnings it is"))?;
            if owner.as_ref().is_some_and(|owner| *owner != own) {
                return Err(FairError::Member("owner".into(), "the DID of its id"));
            }
            owner = Some(own);
        }
        let [signature, platform_signature] =
            SIGNATURES.map(|name| Signature::read(name, map.get(name)));
        Ok(Self(Arc::new(Content {
            digest: Digest::from_document(&document),
            dialect,
            id,
            kind,
            owner,
            contributors,
            sources,
            signature: signature?,
            platform_signature: platform_signature?,
            found: OnceLock::new(),
            text,
            document,
        })))
    }
}

/// Recently parsed manifests, the newest last: a seller's node reads the same one again and again. Only short ones, so
/// that they take little memory.
static RECENT: Mutex<Vec<Manifest>> = Mutex::new(Vec::new());
const RECENT_MAX: usize = 16;
const RECENT_BYTES_MAX: usize = 4 * 1024;

fn recent(text: &str) -> Option<Manifest> {
    let recent = RECENT.lock();
    let mut newest_first = recent.iter().rev();
    newest_first.find(|manifest| manifest.text() == text).cloned()
}

fn remember(manifest: &Manifest) {
    if manifest.text().len() > RECENT_BYTES_MAX {
        return;
    }
    let mut recent = RECENT.lock();
    if recent.len() >= RECENT_MAX {
        recent.remove(0);
    }
    recent.push(manifest.clone());
}

fn dialect(map: &Map<String, Value>) -> Result<Dialect, FairError> {
    let text = |name: &str| map.get(name).and_then(Value::as_str);
    match (text("fair"), text("version")) {
        (Some("1.0"), _) => Ok(Dialect::Attribution1_0),
        (Some("1.1"), _) => Ok(Dialect::Attribution1_1),
        (None, Some("0.3.0")) => Ok(Dialect::V0_3_0),
        (None, Some("1.0")) => Ok(Dialect::Shares1_0),
        // Manifests of 1.1 usually say it twice.
        (None, Some("1.1")) if map.contains_key("attribution") => Ok(Dialect::Attribution1_1),
        (None, Some("1.1")) => Ok(Dialect::Shares1_1),
        _ => Err(FairError::Version),
    }
}

fn contributors(map: &Map<String, Value>, dialect: Dialect) -> Result<Vec<Contributor>, FairError> {
    let (list, name, share) = dialect.names();
    let items = match map.get(list) {
        Some(Value::Array(items)) if (1..=SHARES_MAX).contains(&items.len()) => items,
        _ => return Err(FairError::Member(list.into(), "a list of 1 to 64 shares")),
    };
    let mut people = Vec::with_capacity(items.len());
    let mut numbers = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let place = |member: &str| format!("{list}[{at}].{member}");
        let item = item
            .as_object()
            .ok_or_else(|| FairError::Member(format!("{list}[{at}]"), "an object"))?;
        let missing = || FairError::Member(place(name), "a DID");
        let did = did(item.get(name).ok_or_else(missing)?, || place(name))?;
        let number = item.get(share).and_then(Value::as_f64);
        numbers.push(number.ok_or_else(|| FairError::Member(place(share), "a number"))?);
        people.push((did, short_text(item, "role")?));
    }
    let weights = Ppm::whole_from_numbers(&numbers).map_err(FairError::Shares)?;
    let contributor = |((did, role), weight)| Contributor { did, role, weight };
    Ok(people.into_iter().zip(weights).map(contributor).collect())
}

fn sources(map: &Map<String, Value>) -> Result<Vec<Source>, FairError> {
    let list = match (map.get("derivesFrom"), map.get("derives_from")) {
        (Some(_), Some(_)) => {
            let both = FairError::Member("derivesFrom".into(), "there once, in one spelling");
            return Err(both);
        }
        (one, other) => one.or(other),
    };
    let items = match given(list) {
        None => return Ok(Vec::new()),
        Some(Value::Array(items)) if items.len() <= SHARES_MAX => items,
        Some(_) => {
            let wrong = FairError::Member("derivesFrom".into(), "a list of at most 64 sources");
            return Err(wrong);
        }
    };
    let sources: Vec<Source> =
        items.iter().enumerate().map(|(at, item)| source(at, item)).collect::<Result<_, _>>()?;
    let sum: u64 = sources.iter().map(|one| u64::from(one.weight.get())).sum();
    if sum > u64::from(Ppm::WHOLE.get()) {
        return Err(FairError::Sources(PpmError::Sum(sum)));
    }
    Ok(sources)
}

fn source(at: usize, item: &Value) -> Result<Source, FairError> {
    let wrong = |member: &str, want| FairError::Member(format!("derivesFrom[{at}]{member}"), want);
    let short = |text: &str| (1..=TEXT_BYTES_MAX).contains(&text.len());
    let map = match item {
        Value::String(id) if short(id) => {
            return Ok(Source { id: id.clone(), weight: Ppm::ZERO, fair: None });
        }
        Value::Object(map) => map,
        _ => return Err(wrong("", "an id, or an object with an id")),
    };
    let id = map.get("id").or_else(|| map.get("did"));
    let id = id.and_then(Value::as_str).filter(|text| short(text));
    let id = id.ok_or_else(|| wrong(".id", "a text of 1 to 256 bytes"))?;
    let weight = match given(map.get("weight").or_else(|| map.get("share"))) {
        None => Ppm::ZERO,
        Some(value) => {
            let number = value.as_f64().ok_or_else(|| wrong(".weight", "a number from 0 to 1"))?;
            Ppm::from_number(number).map_err(FairError::Sources)?
        }
    };
    let fair = given(map.get("fair")).map(|value| {
        let digest = value.as_str().and_then(Digest::parse);
        digest.ok_or_else(|| wrong(".fair", "sha256: and 64 hexadecimal digits"))
    });
    Ok(Source { id: id.to_owned(), weight, fair: fair.transpose()? })
}

fn did(value: &Value, place: impl Fn() -> String) -> Result<Did, FairError> {
    let did = value.as_str().and_then(|text| Did::parse(text).ok());
    did.ok_or_else(|| FairError::Member(place(), "a DID"))
}

fn short_text(map: &Map<String, Value>, name: &str) -> Result<Option<String>, FairError> {
    match given(map.get(name)) {
        None => Ok(None),
        Some(Value::String(text)) if text.len() <= TEXT_BYTES_MAX => Ok(Some(text.clone())),
        Some(_) => Err(FairError::Member(name.to_owned(), "a text of at most 256 bytes")),
    }
}
