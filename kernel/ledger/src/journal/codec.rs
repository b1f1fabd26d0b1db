//! An operation's shared parts (everything except its entries), as one blob in its intent's row.

use std::collections::BTreeMap;
use std::sync::Arc;

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Value, cbor};
use imajin_log::entry::{EntryError, Sealed};
use imajin_log::rules::Opening;
use imajin_protocol::Did;

use crate::logfile::{Across, Row};

/// A blob that this program did not write.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodecError {
    #[error("a row of the journal is damaged: {0}")]
    Entry(#[from] EntryError),
    #[error("a row of the journal is damaged: {0}")]
    Cbor(#[from] cbor::CborError),
    #[error("a row of the journal is damaged: {0}")]
    Field(&'static str),
}

/// Encodes the blob of an intent's row; `None` if the operation has no shared parts, or the row is not the intent's.
pub(super) fn encode(row: &Row) -> Option<Vec<u8>> {
    row.across
        .as_ref()
        .filter(|across| across.intent.cid == row.entry.cid)
        .map(|across| cbor::encode(&Value::Map(blob(across))))
}

/// Returns the blob of a row stored without its operation. Includes the intent, unless the row is the intent.
pub(crate) fn encode_alone(row: &Row) -> Option<Vec<u8>> {
    let across = row.across.as_ref()?;
    let mut map = blob(across);
    if across.intent.cid != row.entry.cid {
        put_entry(&mut map, "intent", &across.intent);
    }
    Some(cbor::encode(&Value::Map(map)))
}

/// Decodes a row stored without its operation.
pub(crate) fn decode_alone(
    offset: u64,
    header: Vec<u8>,
    body: Option<Vec<u8>>,
    more: Option<&[u8]>,
) -> Result<Row, CodecError> {
    let entry = Sealed::decode(header.into(), body.map(Into::into))?;
    let across = more.map(|blob| decode(blob, &entry)).transpose()?;
    Ok(Row { offset, entry, across: across.map(Arc::new) })
}

fn put_entry(map: &mut BTreeMap<String, Value>, name: &str, entry: &Sealed) {
    map.insert(name.to_owned(), Value::Bytes(entry.header_bytes.to_vec()));
    if let Some(body) = &entry.body_bytes {
        map.insert(format!("{name}_body"), Value::Bytes(body.to_vec()));
    }
}

fn blob(across: &Across) -> BTreeMap<String, Value> {
    let mut map: BTreeMap<String, Value> = BTreeMap::new();
    if let Some(delegation) = &across.delegation {
        put_entry(&mut map, "delegation", delegation);
    }
    if let Some((_, list)) = &across.list {
        map.insert("list".to_owned(), Value::Bytes(list.to_vec()));
    }
    let openings = across.openings.iter().map(|(_, _, bytes)| Value::Bytes(bytes.to_vec()));
    map.insert("openings".to_owned(), Value::List(openings.collect()));
    let chains = across.chains.iter().map(|(did, tokens)| {
        let tokens = tokens.iter().map(|token| Value::from(&**token)).collect();
        (did.as_str(), Value::List(tokens))
    });
    map.insert("chains".to_owned(), Value::map(chains));
    let heads = across.heads.iter().map(|head| Value::from(head.as_str()));
    map.insert("heads".to_owned(), Value::List(heads.collect()));
    map
}

/// Decodes a row's blob. The operation's intent is `intent`, unless the blob has another.
pub(super) fn decode(blob: &[u8], intent: &Sealed) -> Result<Across, CodecError> {
    let value = cbor::decode(blob)?;
    let bytes = |name: &str| value.get(name).and_then(Value::as_bytes).map(Arc::<[u8]>::from);
    let delegation =
        bytes("delegation").map(|header| Sealed::decode(header, bytes("delegation_body")));
    let intent = match bytes("intent") {
        Some(header) => Sealed::decode(header, bytes("intent_body"))?,
        None => intent.clone(),
    };
    let mut openings = Vec::new();
    for item in value.get("openings").and_then(Value::as_list).unwrap_or_default() {
        let bytes = item.as_bytes().ok_or(CodecError::Field("openings"))?;
        openings.push((dag_cbor_cid(bytes), decode_opening(bytes)?.did, bytes.into()));
    }
    let mut chains = Vec::new();
    if let Some(map) = value.get("chains").and_then(Value::as_map) {
        for (did, tokens) in map {
            let did = Did::parse(did).map_err(|_| CodecError::Field("chains"))?;
            let tokens = tokens.as_list().unwrap_or_default().iter();
            chains.push((did, tokens.filter_map(Value::as_str).map(Arc::from).collect()));
        }
    }
    let heads = value.get("heads").and_then(Value::as_list).unwrap_or_default().iter();
    Ok(Across {
        intent,
        delegation: delegation.transpose()?,
        list: bytes("list").map(|list| (dag_cbor_cid(&list), list)),
        openings,
        chains,
        heads: heads.filter_map(|head| head.as_str().map(str::to_owned)).collect(),
    })
}

/// Returns the bytes of an opening (docs/format.md §7) and their CID.
pub(crate) fn encode_opening(opening: &Opening) -> (Cid, Arc<[u8]>) {
    let body = opening.body.map_or(Value::Null, Value::Link);
    let bytes = cbor::encode(&Value::map([
        ("did", Value::from(opening.did.as_str())),
        ("service", Value::from(opening.service.as_str())),
        ("op", Value::from(opening.op.as_str())),
        ("body", body),
        ("salt", Value::Bytes(opening.salt.to_vec())),
    ]));
    (dag_cbor_cid(&bytes), bytes.into())
}

fn decode_opening(bytes: &[u8]) -> Result<Opening, CodecError> {
    Opening::decode(bytes).ok_or(CodecError::Field("openings"))
}
