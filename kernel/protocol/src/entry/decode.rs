//! Decodes headers and bodies. All rules of docs/format.md §2 for the form of one entry are checked here, once; later
//! code trusts the types.
//!
//! A header is read straight into its fields, in the order in which [`super::encode`] writes them: verifying and
//! rebuilding read every entry this way.

use crate::did::DidKind;
use crate::proof::{EntryPosition, TO_MAX};
use crate::{Did, Fact, IdText, Kid, SAFE_INTEGER_MAX, naming};
use imajin_dfos::cbor::{self, CborError, Item, Reader};
use imajin_dfos::cid::{CODEC_DAG_CBOR, CODEC_RAW, parse_cid};
use imajin_dfos::{Cid, Timestamp, Value};

use super::{
    BODY_BYTES_MAX, BODY_DEPTH_MAX, EntryError, HEADER_BYTES_MAX, Header, ProofPart, SALT_BYTES,
    Will,
};

/// Maximum nesting of a fact: a map of lists.
const FACT_DEPTH_MAX: usize = 2;
/// The fields of a header (docs/format.md §2).
const FIELDS: &[&str] = &[
    "v", "at", "op", "did", "ref", "seq", "txn", "via", "body", "fact", "prev", "will", "cause",
    "proof", "author", "service",
];
/// The members of a header's `proof`.
const PROOF_FIELDS: &[&str] = &["to", "aud", "iat", "kid", "sig", "via", "seen", "after", "chain"];

pub(super) fn header(bytes: &[u8]) -> Result<Header, EntryError> {
    size("header", bytes.len(), HEADER_BYTES_MAX)?;
    let mut reader = Reader::new(bytes);
    let members = match reader.item().map_err(malformed)? {
        Item::Map(members) => members,
        _ => return Err(EntryError::Field("v")),
    };
    let mut map = Map::new(&mut reader, members, FIELDS);
    if map.int("v")? != 1 {
        return Err(EntryError::Field("v"));
    }
    let at = map.required("at", |item| Timestamp::parse(item.as_str()?).ok())?;
    let op = map.text("op")?;
    let did = map.did("did")?;
    let reference = map.optional("ref", |item| IdText::parse(item.as_str()?).ok())?;
    let seq = map.int("seq")?;
    let txn = map.optional_link("txn", CODEC_DAG_CBOR)?;
    let via = map.optional("via", Item::as_link)?;
    let body = map.optional_link("body", CODEC_DAG_CBOR)?;
    let fact = fact(&mut map)?;
    let prev = map.optional_link("prev", CODEC_DAG_CBOR)?;
    let will = map.text("will")?;
    let cause = map.optional_link("cause", CODEC_DAG_CBOR)?;
    let proof = proof(&mut map)?;
    let author = map.text("author")?;
    // Most people write in their own logs, so the two DIDs share one value.
    let author = if did == *author {
        did.clone()
    } else {
        canonical_did(author).ok_or(EntryError::Field("author"))?
    };
    let service = map.text("service")?;
    map.end()?;
    reader.end().map_err(malformed)?;
    if !naming::is_op_of(service, op) {
        return Err(EntryError::Field("op"));
    }
    let will = take_will(will, proof)?;
    let via = one_via(via, &will)?;
    let header = Header {
        did,
        seq,
        prev,
        at,
        op: op.to_owned(),
        reference,
        body,
        fact,
        author,
        will,
        via,
        cause,
        txn,
    };
    check_combination(&header)?;
    Ok(header)
}

fn take_will(will: &str, proof: Option<ProofPart>) -> Result<Will, EntryError> {
    let (taken, will) = match will {
        "signed" => {
            let proof = proof.ok_or(EntryError::Will { field: "proof", will: "signed" })?;
            return Ok(Will::Signed(Box::new(proof)));
        }
        "custodial" => (Will::Custodial, "custodial"),
        "derived" => (Will::Derived, "derived"),
        "node" => (Will::Node, "node"),
        _ => return Err(EntryError::Field("will")),
    };
    match proof {
        None => Ok(taken),
        Some(_) => Err(EntryError::Will { field: "proof", will }),
    }
}

/// Returns the header's own `via` or the signed one: a header has one of them at most.
fn one_via(via: Option<Cid>, will: &Will) -> Result<Option<Cid>, EntryError> {
    match (via, will) {
        (None, Will::Signed(part)) => Ok(part.via),
        (Some(_), Will::Signed(part)) if part.via.is_some() => {
            Err(EntryError::Will { field: "via", will: "signed" })
        }
        _ => Ok(via),
    }
}

fn fact(map: &mut Map<'_, '_>) -> Result<Option<Fact>, EntryError> {
    if !map.is_next("fact")? {
        return Ok(None);
    }
    let value = map.reader.value(FACT_DEPTH_MAX).map_err(malformed)?;
    let fact = Fact::from_value(&value).ok();
    let fact = fact.filter(|fact| media_fits(Some(fact)));
    fact.map(Some).ok_or(EntryError::Field("fact"))
}

fn proof(map: &mut Map<'_, '_>) -> Result<Option<ProofPart>, EntryError> {
    let members = match map.next("proof")? {
        None => return Ok(None),
        Some(Item::Map(members)) => members,
        Some(_) => return Err(EntryError::Field("proof")),
    };
    let mut map = Map::new(map.reader, members, PROOF_FIELDS);
    let part = ProofPart {
        to: to(&mut map)?,
        aud: map.did("aud")?,
        iat: map.int("iat")?.try_into().map_err(|_| EntryError::Field("iat"))?,
        kid: map.required("kid", |item| {
            let kid = Kid::parse(item.as_str()?).ok();
            kid.filter(|kid| kid.did().kind() == DidKind::Key)
        })?,
        sig: map.required("sig", |item| item.as_bytes()?.try_into().ok())?,
        via: map.optional_link("via", CODEC_DAG_CBOR)?,
        seen: seen(&mut map)?,
        after: map.optional_link("after", CODEC_RAW)?,
        chain: map.optional_link("chain", CODEC_DAG_CBOR)?,
    };
    map.end()?;
    Ok(Some(part))
}

fn to(map: &mut Map<'_, '_>) -> Result<Vec<Did>, EntryError> {
    let items = match map.next("to")? {
        None => return Ok(Vec::new()),
        Some(Item::List(items @ 1..=TO_MAX)) => items,
        Some(_) => return Err(EntryError::Field("to")),
    };
    let mut dids = Vec::with_capacity(items);
    for _ in 0..items {
        let text = map.reader.item().map_err(malformed)?.as_str();
        let did = text.and_then(canonical_did).filter(|did| !dids.contains(did));
        dids.push(did.ok_or(EntryError::Field("to"))?);
    }
    Ok(dids)
}

fn seen(map: &mut Map<'_, '_>) -> Result<Option<EntryPosition>, EntryError> {
    let members = match map.next("seen")? {
        None => return Ok(None),
        Some(Item::Map(members)) => members,
        Some(_) => return Err(EntryError::Field("seen")),
    };
    let mut map = Map::new(map.reader, members, &["cid", "seq"]);
    let seen = EntryPosition {
        cid: map.required("cid", |item| link(item, CODEC_DAG_CBOR))?,
        seq: map.int("seq")?,
    };
    map.end()?;
    Ok(Some(seen))
}

/// Checks which fields go with which will; the rules check their values.
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

/// Returns whether the media that a fact names are raw CIDs.
pub(super) fn media_fits(fact: Option<&Fact>) -> bool {
    let is_raw = |id: &&IdText| parse_cid(id.as_str()).is_ok_and(|cid| cid.codec() == CODEC_RAW);
    fact.is_none_or(|fact| {
        fact.get("media").is_none() || fact.ids("media").is_some_and(|ids| ids.iter().all(is_raw))
    })
}

fn canonical_did(text: &str) -> Option<Did> {
    // Headers never have an e-mail DID.
    Did::parse_canonical(text).filter(|did| did.kind() == DidKind::Key)
}

pub(super) fn body(bytes: &[u8]) -> Result<Value, EntryError> {
    size("body", bytes.len(), BODY_BYTES_MAX)?;
    let value = cbor::decode_with(bytes, BODY_DEPTH_MAX)
        .map_err(|error| EntryError::Cbor("body", error))?;
    check_map(&value)?;
    Ok(value)
}

/// Checks a body for everything that the decoder would refuse in its bytes.
pub(super) fn check_body(body: &Value) -> Result<(), EntryError> {
    if !depth_fits(body, BODY_DEPTH_MAX) {
        return Err(EntryError::Cbor("body", cbor::CborError::Depth(BODY_DEPTH_MAX)));
    }
    check_map(body)
}

fn check_map(body: &Value) -> Result<(), EntryError> {
    let map = body.as_map().ok_or(EntryError::NotMap)?;
    match map.get("salt").and_then(Value::as_bytes) {
        Some(salt) if salt.len() == SALT_BYTES => {}
        _ => return Err(EntryError::Salt),
    }
    if integers_fit(body) { Ok(()) } else { Err(EntryError::Integer) }
}

/// Returns whether all integers are exact in JSON. The depth was checked before, so the recursion is bounded.
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

/// A map whose members are read by name, in dag-cbor's order of keys.
struct Map<'r, 'a> {
    reader: &'r mut Reader<'a>,
    /// Members whose key has not been read yet.
    left: usize,
    /// The previous key; the next one must come after it.
    before: Option<&'a str>,
    /// A key that was read and whose value was not.
    next: Option<&'a str>,
    fields: &'static [&'static str],
}

impl<'r, 'a> Map<'r, 'a> {
    /// Starts reading `members` members after the map's head; `fields` lists all keys that it may have.
    fn new(reader: &'r mut Reader<'a>, members: usize, fields: &'static [&'static str]) -> Self {
        Self { reader, left: members, before: None, next: None, fields }
    }

    /// Returns the key of the next member.
    fn peek(&mut self) -> Result<Option<&'a str>, EntryError> {
        if self.next.is_none() && self.left > 0 {
            self.left -= 1;
            self.next = Some(self.reader.key(self.before).map_err(malformed)?);
            self.before = self.next;
        }
        Ok(self.next)
    }

    /// Returns whether the next member is `name`. If so, the reader is at its value, which the caller must read.
    fn is_next(&mut self, name: &str) -> Result<bool, EntryError> {
        let is_next = self.peek()? == Some(name);
        if is_next {
            self.next = None;
        }
        Ok(is_next)
    }

    fn next(&mut self, name: &str) -> Result<Option<Item<'a>>, EntryError> {
        if self.is_next(name)? { self.reader.item().map(Some).map_err(malformed) } else { Ok(None) }
    }

    fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Item<'a>) -> Option<T>,
    ) -> Result<Option<T>, EntryError> {
        let item = self.next(name)?;
        item.map(|item| read(item).ok_or(EntryError::Field(name))).transpose()
    }

    fn optional_link(&mut self, name: &'static str, codec: u64) -> Result<Option<Cid>, EntryError> {
        self.optional(name, |item| link(item, codec))
    }

    fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Item<'a>) -> Option<T>,
    ) -> Result<T, EntryError> {
        match self.optional(name, read)? {
            Some(value) => Ok(value),
            // The key in its place may be one that no such map has.
            None => Err(self.unknown()?.unwrap_or(EntryError::Field(name))),
        }
    }

    fn text(&mut self, name: &'static str) -> Result<&'a str, EntryError> {
        self.required(name, Item::as_str)
    }

    fn int(&mut self, name: &'static str) -> Result<u64, EntryError> {
        let fits = |int: &u64| *int <= SAFE_INTEGER_MAX.unsigned_abs();
        self.required(name, |item| item.as_u64().filter(fits))
    }

    fn did(&mut self, name: &'static str) -> Result<Did, EntryError> {
        self.required(name, |item| canonical_did(item.as_str()?))
    }

    /// Returns an error that names the next member, if no such map has it.
    fn unknown(&mut self) -> Result<Option<EntryError>, EntryError> {
        let key = self.peek()?.filter(|key| !self.fields.contains(key));
        Ok(key.map(|key| EntryError::Unknown(key.to_owned())))
    }

    /// Checks that no members are left.
    fn end(mut self) -> Result<(), EntryError> {
        self.peek()?.map_or(Ok(()), |key| Err(EntryError::Unknown(key.to_owned())))
    }
}

fn link(item: Item<'_>, codec: u64) -> Option<Cid> {
    item.as_link().filter(|cid| cid.codec() == codec)
}

fn malformed(error: CborError) -> EntryError {
    EntryError::Cbor("header", error)
}
