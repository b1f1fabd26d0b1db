//! Encodes a value to its single dag-cbor form, through ciborium's encoder.
//!
//! Always: deterministic, and total: every value has a form. This module does not know where the bytes go.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ciborium_ll::{Encoder, Header, simple};

use super::{TAG_CID, Value};

/// Bytes that most records fit into, so that one allocation is enough.
const CAPACITY_BYTES: usize = 512;

/// The dag-cbor form of a value.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(CAPACITY_BYTES);
    encode_into(value, &mut out);
    out
}

/// Appends the dag-cbor form of a value to `out`, for callers that reuse a buffer.
pub fn encode_into(value: &Value, out: &mut Vec<u8>) {
    // Writing to a vector cannot fail.
    let _ = write_value(&mut Encoder::from(out), value);
}

/// A function for each container, and loops: the deepest value that DFOS allows must fit a small stack even in
/// unoptimised builds.
fn write_value<W: Write>(encoder: &mut Encoder<W>, value: &Value) -> io::Result<()> {
    match value {
        Value::List(items) => write_list(encoder, items),
        Value::Map(members) => write_map(encoder, members),
        scalar => write_scalar(encoder, scalar),
    }
}

fn write_list<W: Write>(encoder: &mut Encoder<W>, items: &[Value]) -> io::Result<()> {
    encoder.push(Header::Array(Some(items.len())))?;
    for item in items {
        write_value(encoder, item)?;
    }
    Ok(())
}

fn write_map<W: Write>(
    encoder: &mut Encoder<W>,
    members: &BTreeMap<String, Value>,
) -> io::Result<()> {
    encoder.push(Header::Map(Some(members.len())))?;
    for (key, value) in ordered(members) {
        encoder.text(key, None)?;
        write_value(encoder, value)?;
    }
    Ok(())
}

/// Orders keys by length, then by bytes (IPLD dag-cbor, "Map keys"). The map iterates by bytes and the sort is stable, so
/// the length is all that is left to compare.
fn ordered(members: &BTreeMap<String, Value>) -> Vec<(&String, &Value)> {
    let mut ordered: Vec<(&String, &Value)> = members.iter().collect();
    ordered.sort_by_key(|(key, _)| key.len());
    ordered
}

fn write_scalar<W: Write>(encoder: &mut Encoder<W>, value: &Value) -> io::Result<()> {
    match value {
        Value::Bool(false) => encoder.push(Header::Simple(simple::FALSE)),
        Value::Bool(true) => encoder.push(Header::Simple(simple::TRUE)),
        Value::Int(int) => encoder.push(integer(*int)),
        Value::Text(text) => encoder.text(text, None),
        Value::Bytes(bytes) => encoder.bytes(bytes, None),
        Value::Link(cid) => write_link(encoder, cid),
        Value::Null | Value::List(_) | Value::Map(_) => encoder.push(Header::Simple(simple::NULL)),
    }
}

/// RFC 8949 section 3.1: a negative integer n is written as −1 − n, which is the inverse of n's bits.
fn integer(int: i64) -> Header {
    if int < 0 {
        Header::Negative((!int).cast_unsigned())
    } else {
        Header::Positive(int.cast_unsigned())
    }
}

/// IPLD dag-cbor, "Links": tag 42 over the binary CID after a zero byte (the identity multibase).
fn write_link<W: Write>(encoder: &mut Encoder<W>, cid: &cid::Cid) -> io::Result<()> {
    // A supported CID has this many bytes; the type itself allows others.
    let mut bytes = [0; 1 + crate::cid::CID_BYTES];
    encoder.push(Header::Tag(TAG_CID))?;
    match cid.write_bytes(&mut bytes[1..]) {
        Ok(crate::cid::CID_BYTES) => encoder.bytes(&bytes, None),
        _ => encoder.bytes(&[&[0], &*cid.to_bytes()].concat(), None),
    }
}
