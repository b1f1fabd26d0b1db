//! Encodes a header as dag-cbor, straight to bytes: this is on the hot path.
//!
//! Always: the fields come in dag-cbor's order of keys (by length, then bytes).

use std::io;

use ciborium_ll::{Encoder, Header as Item};
use imajin_dfos::{Cid, cbor};

use super::{Header, ProofPart};

/// Bytes that most headers fit into, so that one allocation is enough.
const CAPACITY_BYTES: usize = 1024;
const TAG_CID: u64 = 42;

pub(super) fn header(header: &Header) -> Vec<u8> {
    let mut out = Vec::with_capacity(CAPACITY_BYTES);
    // Writing to a vector cannot fail, so the function returns no error.
    let _ = write(&mut out, header);
    out
}

fn write(out: &mut Vec<u8>, header: &Header) -> io::Result<()> {
    // A delegation that the proof names is in the proof.
    let is_via_signed = header.proof_part().is_some_and(|part| part.via.is_some());
    let via = header.via.as_ref().filter(|_| !is_via_signed);
    let optional = [
        header.prev.is_some(),
        header.reference.is_some(),
        header.body.is_some(),
        header.fact.is_some(),
        via.is_some(),
        header.cause.is_some(),
        header.txn.is_some(),
        header.proof_part().is_some(),
    ];
    let fields = 8 + optional.into_iter().filter(|there| *there).count();
    let mut map = Map { out };
    map.open(fields)?;
    map.int("v", 1)?;
    map.text("at", &header.at.to_string())?;
    map.text("op", &header.op)?;
    map.text("did", header.did.as_str())?;
    map.optional_text("ref", header.reference.as_ref().map(|id| id.as_str()))?;
    map.int("seq", header.seq)?;
    map.optional_link("txn", header.txn.as_ref())?;
    map.optional_link("via", via)?;
    map.optional_link("body", header.body.as_ref())?;
    if let Some(fact) = &header.fact {
        map.key("fact")?;
        cbor::encode_into(&fact.to_value(), map.out);
    }
    map.optional_link("prev", header.prev.as_ref())?;
    map.text("will", header.will_kind().as_str())?;
    map.optional_link("cause", header.cause.as_ref())?;
    if let Some(part) = header.proof_part() {
        map.key("proof")?;
        proof(&mut map, part)?;
    }
    map.text("author", header.author.as_str())?;
    map.text("service", header.service())
}

fn proof(map: &mut Map<'_>, part: &ProofPart) -> io::Result<()> {
    let optional = [
        !part.to.is_empty(),
        part.seen.is_some(),
        part.after.is_some(),
        part.chain.is_some(),
        part.via.is_some(),
    ];
    map.open(4 + optional.into_iter().filter(|there| *there).count())?;
    if !part.to.is_empty() {
        map.key("to")?;
        map.encoder().push(Item::Array(Some(part.to.len())))?;
        for did in &part.to {
            map.encoder().text(did.as_str(), None)?;
        }
    }
    map.text("aud", part.aud.as_str())?;
    map.signed("iat", part.iat)?;
    map.text("kid", &part.kid.to_string())?;
    map.key("sig")?;
    map.encoder().bytes(&part.sig, None)?;
    map.optional_link("via", part.via.as_ref())?;
    if let Some(seen) = &part.seen {
        map.key("seen")?;
        map.open(2)?;
        map.optional_link("cid", Some(&seen.cid))?;
        map.int("seq", seen.seq)?;
    }
    map.optional_link("after", part.after.as_ref())?;
    map.optional_link("chain", part.chain.as_ref())
}

struct Map<'a> {
    out: &'a mut Vec<u8>,
}

impl Map<'_> {
    fn encoder(&mut self) -> Encoder<&mut Vec<u8>> {
        Encoder::from(&mut *self.out)
    }

    fn open(&mut self, fields: usize) -> io::Result<()> {
        self.encoder().push(Item::Map(Some(fields)))
    }

    fn key(&mut self, key: &str) -> io::Result<()> {
        self.encoder().text(key, None)
    }

    fn int(&mut self, key: &str, int: u64) -> io::Result<()> {
        self.key(key)?;
        self.encoder().push(Item::Positive(int))
    }

    fn signed(&mut self, key: &str, int: i64) -> io::Result<()> {
        self.key(key)?;
        // RFC 8949 section 3.1: a negative integer n is written as −1 − n, which is the inverse of n's bits.
        let item = if int < 0 {
            Item::Negative((!int).cast_unsigned())
        } else {
            Item::Positive(int.cast_unsigned())
        };
        self.encoder().push(item)
    }

    fn text(&mut self, key: &str, text: &str) -> io::Result<()> {
        self.key(key)?;
        self.encoder().text(text, None)
    }

    fn optional_text(&mut self, key: &str, text: Option<&str>) -> io::Result<()> {
        text.map_or(Ok(()), |text| self.text(key, text))
    }

    fn optional_link(&mut self, key: &str, cid: Option<&Cid>) -> io::Result<()> {
        let Some(cid) = cid else { return Ok(()) };
        self.key(key)?;
        let mut bytes = [0; 1 + imajin_dfos::cid::CID_BYTES];
        // All CIDs here have this many bytes; the leading zero is the identity multibase.
        cid.write_bytes(&mut bytes[1..]).map_err(io::Error::other)?;
        self.encoder().push(Item::Tag(TAG_CID))?;
        self.encoder().bytes(&bytes, None)
    }
}
