//! Headers and bodies from bytes. Everything that §2 of docs/format.md says about one entry's form is checked here,
//! once; what follows trusts the types.

use std::collections::BTreeMap;

use imajin_dfos::cid::{CODEC_DAG_CBOR, CODEC_RAW, parse_cid};
use imajin_dfos::{Cid, Timestamp, Value, cbor};
use imajin_protocol::did::DidKind;
use imajin_protocol::proof::{Seen, TO_MAX};
use imajin_protocol::{Did, Fact, IdText, Kid, SAFE_INTEGER_MAX, naming};

use super::{
    BODY_BYTES_MAX, BODY_DEPTH_MAX, EntryError, HEADER_BYTES_MAX, Header, ProofPart, SALT_BYTES,
    Will,
};

/// The deepest header: `proof.to` and `fact` lists.
const HEADER_DEPTH_MAX: usize = 8;
/// The fields of a header (docs/format.md §2).
const NAMES: [&str; 16] = [
    "v", "did", "seq", "prev", "at", "service", "op", "ref", "body", "fact", "author", "will",
    "proof", "via", "cause", "txn",
];

pub(super) fn header(bytes: &[u8]) -> Result<Header, EntryError> {
    size("header", bytes.len(), HEADER_BYTES_MAX)?;
    let value = cbor::decode_with(bytes, HEADER_DEPTH_MAX)
        .map_err(|error| EntryError::Cbor("header", error))?;
    let Value::Map(map) = value else {
        return Err(EntryError::Field("v"));
    };
    let mut fields = Fields(map);
    if fields.take_int("v")? != 1 {
        return Err(EntryError::Field("v"));
    }
    let service = fields.take_text("service")?;
    let op = fields.take_text("op")?;
    if !naming::is_op_of(&service, &op) {
        return Err(EntryError::Field("op"));
    }
    let will = fields.take_text("will")?;
    let did = fields.take_did("did")?;
    let header = Header {
        seq: fields.take_int("seq")?,
        prev: fields.optional_link("prev", CODEC_DAG_CBOR)?,
        at: Timestamp::parse(&fields.take_text("at")?).map_err(|_| EntryError::Field("at"))?,
        op,
        reference: fields.optional("ref", |value| {
            value.as_str().and_then(|text| IdText::parse(text).ok())
        })?,
        body: fields.optional_link("body", CODEC_DAG_CBOR)?,
        fact: fields.optional("fact", |value| {
            let fact = Fact::from_value(&value).ok()?;
            media_fits(Some(&fact)).then_some(fact)
        })?,
        author: fields.take_did_like("author", &did)?,
        did,
        will: take_will(&will, &mut fields).map_err(|error| fields.unknown().unwrap_or(error))?,
        via: fields.optional("via", |value| value.as_link().copied())?,
        cause: fields.optional_link("cause", CODEC_DAG_CBOR)?,
        txn: fields.optional_link("txn", CODEC_DAG_CBOR)?,
    };
    fields.end()?;
    check_combination(&header)?;
    Ok(header)
}

fn take_will(will: &str, fields: &mut Fields) -> Result<Will, EntryError> {
    let proof = fields.0.remove("proof");
    match (will, proof) {
        ("signed", Some(Value::Map(map))) => Ok(Will::Signed(Box::new(proof_part(map)?))),
        ("signed", None) => Err(EntryError::Will {
            field: "proof",
            will: "signed",
        }),
        ("signed", Some(_)) => Err(EntryError::Field("proof")),
        ("custodial", None) => Ok(Will::Custodial),
        ("derived", None) => Ok(Will::Derived),
        ("node", None) => Ok(Will::Node),
        ("custodial", _) => Err(EntryError::Will {
            field: "proof",
            will: "custodial",
        }),
        ("derived", _) => Err(EntryError::Will {
            field: "proof",
            will: "derived",
        }),
        ("node", _) => Err(EntryError::Will {
            field: "proof",
            will: "node",
        }),
        _ => Err(EntryError::Field("will")),
    }
}

fn proof_part(map: BTreeMap<String, Value>) -> Result<ProofPart, EntryError> {
    let mut fields = Fields(map);
    let part = ProofPart {
        kid: Kid::parse(&fields.take_text("kid")?)
            .ok()
            .filter(|kid| kid.did().kind() == DidKind::Key)
            .ok_or(EntryError::Field("kid"))?,
        aud: fields.take_did("aud")?,
        to: fields.optional("to", read_to)?.unwrap_or_default(),
        seen: fields.optional("seen", read_seen)?,
        after: fields.optional_link("after", CODEC_RAW)?,
        chain: fields.optional_link("chain", CODEC_DAG_CBOR)?,
        iat: fields
            .take_int("iat")?
            .try_into()
            .map_err(|_| EntryError::Field("iat"))?,
        sig: fields
            .0
            .remove("sig")
            .and_then(|value| value.as_bytes()?.try_into().ok())
            .ok_or(EntryError::Field("sig"))?,
    };
    fields.end()?;
    Ok(part)
}

fn read_to(value: Value) -> Option<Vec<Did>> {
    let items = value.as_list()?;
    if items.is_empty() || items.len() > TO_MAX {
        return None;
    }
    let dids: Vec<Did> = items
        .iter()
        .map(|item| canonical_did(item.as_str()?))
        .collect::<Option<_>>()?;
    let repeated = dids
        .iter()
        .enumerate()
        .any(|(i, did)| dids[..i].contains(did));
    (!repeated).then_some(dids)
}

fn read_seen(value: Value) -> Option<Seen> {
    let map = value.as_map().filter(|map| map.len() == 2)?;
    let cid = *map.get("cid")?.as_link()?;
    let seq = map
        .get("seq")?
        .as_u64()
        .filter(|seq| *seq <= SAFE_INTEGER_MAX.unsigned_abs())?;
    (cid.codec() == CODEC_DAG_CBOR).then_some(Seen { seq, cid })
}

/// Which fields go with which will; whether they are right is for the rules.
fn check_combination(header: &Header) -> Result<(), EntryError> {
    let will = header.will_kind().as_str();
    let wrong = |field| Err(EntryError::Will { field, will });
    match (&header.will, &header.via) {
        (Will::Signed(_), Some(via)) if via.codec() != CODEC_DAG_CBOR => return wrong("via"),
        (Will::Custodial, Some(via)) if via.codec() != CODEC_RAW => return wrong("via"),
        (Will::Custodial, None) | (Will::Derived | Will::Node, Some(_)) => return wrong("via"),
        _ => {}
    }
    if matches!(header.will, Will::Derived) != header.cause.is_some() {
        return wrong("cause");
    }
    Ok(())
}

/// What a fact says of media files: raw CIDs, or nothing.
pub(super) fn media_fits(fact: Option<&Fact>) -> bool {
    let is_raw = |id: &&IdText| parse_cid(id.as_str()).is_ok_and(|cid| cid.codec() == CODEC_RAW);
    fact.is_none_or(|fact| {
        fact.get("media").is_none() || fact.ids("media").is_some_and(|ids| ids.iter().all(is_raw))
    })
}

fn canonical_did(text: &str) -> Option<Did> {
    // What reading brings into its canonical form was not canonical, and an e-mail DID is never written here.
    Did::parse(text)
        .ok()
        .filter(|did| did.as_str() == text && did.kind() == DidKind::Key)
}

pub(super) fn body(bytes: &[u8]) -> Result<Value, EntryError> {
    size("body", bytes.len(), BODY_BYTES_MAX)?;
    let value = cbor::decode_with(bytes, BODY_DEPTH_MAX)
        .map_err(|error| EntryError::Cbor("body", error))?;
    check_map(&value)?;
    Ok(value)
}

/// What the decoder would refuse in the bytes of `body`.
pub(super) fn check_body(body: &Value) -> Result<(), EntryError> {
    if !depth_fits(body, BODY_DEPTH_MAX) {
        return Err(EntryError::Cbor(
            "body",
            cbor::CborError::Depth(BODY_DEPTH_MAX),
        ));
    }
    check_map(body)
}

fn check_map(body: &Value) -> Result<(), EntryError> {
    let map = body.as_map().ok_or(EntryError::NotMap)?;
    match map.get("salt").and_then(Value::as_bytes) {
        Some(salt) if salt.len() == SALT_BYTES => {}
        _ => return Err(EntryError::Salt),
    }
    if integers_fit(body) {
        Ok(())
    } else {
        Err(EntryError::Integer)
    }
}

/// Recursion is bounded by the depth that was checked before.
fn integers_fit(value: &Value) -> bool {
    match value {
        Value::Int(int) => int.unsigned_abs() <= SAFE_INTEGER_MAX.unsigned_abs(),
        Value::List(items) => items.iter().all(integers_fit),
        Value::Map(members) => members.values().all(integers_fit),
        _ => true,
    }
}

fn depth_fits(value: &Value, left: usize) -> bool {
    let inner = |mut values: Box<dyn Iterator<Item = &Value> + '_>| {
        left > 0 && values.all(|value| depth_fits(value, left - 1))
    };
    match value {
        Value::List(items) => inner(Box::new(items.iter())),
        Value::Map(members) => inner(Box::new(members.values())),
        _ => true,
    }
}

fn size(what: &'static str, bytes: usize, most: usize) -> Result<(), EntryError> {
    if bytes > most {
        return Err(EntryError::TooLarge { what, bytes, most });
    }
    Ok(())
}

/// The fields of a map that were not taken yet.
struct Fields(BTreeMap<String, Value>);

impl Fields {
    fn take_text(&mut self, name: &'static str) -> Result<String, EntryError> {
        match self.0.remove(name) {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(EntryError::Field(name)),
        }
    }

    fn take_int(&mut self, name: &'static str) -> Result<u64, EntryError> {
        let int = self.0.remove(name).and_then(|value| value.as_u64());
        int.filter(|int| *int <= SAFE_INTEGER_MAX.unsigned_abs())
            .ok_or(EntryError::Field(name))
    }

    fn take_did(&mut self, name: &'static str) -> Result<Did, EntryError> {
        let text = self.take_text(name)?;
        canonical_did(&text).ok_or(EntryError::Field(name))
    }

    /// A DID that is usually this one, which then is not read again.
    fn take_did_like(&mut self, name: &'static str, usual: &Did) -> Result<Did, EntryError> {
        let text = self.take_text(name)?;
        if *usual == *text {
            return Ok(usual.clone());
        }
        canonical_did(&text).ok_or(EntryError::Field(name))
    }

    fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Result<Option<T>, EntryError> {
        match self.0.remove(name) {
            Some(value) => read(value).map(Some).ok_or(EntryError::Field(name)),
            None => Ok(None),
        }
    }

    fn optional_link(&mut self, name: &'static str, codec: u64) -> Result<Option<Cid>, EntryError> {
        self.optional(name, |value| {
            value.as_link().copied().filter(|cid| cid.codec() == codec)
        })
    }

    /// A field that no header has: that comes before what does not go with a will.
    fn unknown(&self) -> Option<EntryError> {
        let unknown = self.0.keys().find(|name| !NAMES.contains(&name.as_str()));
        unknown.map(|name| EntryError::Unknown(name.clone()))
    }

    fn end(self) -> Result<(), EntryError> {
        match self.0.into_keys().next() {
            Some(name) => Err(EntryError::Unknown(name)),
            None => Ok(()),
        }
    }
}
