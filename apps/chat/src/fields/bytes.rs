//! Bytes and links: keys, boxes, wraps, turns.

use imajin_app::impl_field;
use imajin_app::operation::{Field, Invalid, Words};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Value};
use imajin_protocol::EncryptionKey;
use imajin_room::seal::BOX_BYTES_MAX;
use serde_json::{Value as Json, json};

fn dag_json_bytes() -> Json {
    json!({ "type": "object", "description": "{\"/\": {\"bytes\": base64}}" })
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bytes<const N: usize>(pub(crate) [u8; N]);

impl_field!(
    [const N: usize] Bytes<N>,
    |value| value.as_bytes().and_then(|bytes| bytes.try_into().ok()).map(Self),
    format!("must be {N} bytes"),
    |field| field.0.to_vec(),
    dag_json_bytes(),
    |_| vec![7_u8; N]
);

/// The contents of a box: a padded text and its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BoxBytes(pub(crate) Vec<u8>);

/// The lengths that a box has: 256, 512 … 32 768 bytes, and 16 of its tag.
fn is_box_length(length: usize) -> bool {
    let text = length.saturating_sub(16);
    (256..=BOX_BYTES_MAX - 16).contains(&text) && text.is_power_of_two()
}

impl_field!(
    BoxBytes,
    |value| {
        let bytes = value.as_bytes().filter(|bytes| is_box_length(bytes.len()));
        bytes.map(|bytes| Self(bytes.to_vec()))
    },
    "must be a sealed text of 256, 512 … 32768 bytes and a tag of 16",
    |field| field.0.clone(),
    dag_json_bytes(),
    |_| vec![7_u8; 272]
);

/// A link to an operation of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link(pub(crate) Cid);

impl_field!(
    Link,
    |value| value.as_link().copied().map(Self),
    "must be a link",
    |field| field.0,
    json!({ "type": "object", "description": "{\"/\": CID}" }),
    |_| dag_cbor_cid(b"an operation")
);

/// The two values of a list of two.
fn pair(value: &Value) -> Option<(&Value, &Value)> {
    match value.as_list()? {
        [one, other] => Some((one, other)),
        _ => None,
    }
}

/// A turn: its place in the log and its CID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TurnAt {
    pub(crate) seq: u64,
    pub(crate) cid: Cid,
}

impl_field!(
    TurnAt,
    |value| {
        let read = |(seq, link): (&Value, &Value)| {
            Some(Self { seq: seq.as_u64()?, cid: *link.as_link()? })
        };
        pair(value).and_then(read)
    },
    "must be [seq, link]",
    |field| {
        let seq = i64::try_from(field.seq).unwrap_or(i64::MAX);
        vec![Value::Int(seq), Value::Link(field.cid)]
    },
    json!({ "type": "array", "minItems": 2, "maxItems": 2 }),
    |words| vec![Value::Int(1), Link::sample(words)]
);

/// A secret wrapped for one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrap {
    pub(crate) key: Bytes<32>,
    pub(crate) wrap: Bytes<80>,
}

impl Wrap {
    pub(crate) fn key(&self) -> EncryptionKey {
        EncryptionKey::from_bytes(self.key.0)
    }
}

impl Field for Wrap {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let (key, wrap) = pair(value).ok_or_else(|| Invalid::new("must be [key, wrap]"))?;
        Ok(Self {
            key: Field::read(key).map_err(|invalid| invalid.inside("[0]"))?,
            wrap: Field::read(wrap).map_err(|invalid| invalid.inside("[1]"))?,
        })
    }

    fn write(&self) -> Option<Value> {
        Some(Value::List(vec![self.key.write()?, self.wrap.write()?]))
    }

    fn schema() -> Json {
        json!({ "type": "array", "minItems": 2, "maxItems": 2 })
    }

    fn sample(words: &mut Words) -> Value {
        Value::List(vec![Bytes::<32>::sample(words), Bytes::<80>::sample(words)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads<T: Field>(value: impl Into<Value>) -> bool {
        T::read(&value.into()).is_ok()
    }

    #[test]
    fn a_box_has_one_of_eight_lengths() {
        let boxed = |length| reads::<BoxBytes>(Value::Bytes(vec![0; length]));
        assert!(boxed(272) && boxed(528) && boxed(BOX_BYTES_MAX));
        assert!(!boxed(16) && !boxed(256) && !boxed(273) && !boxed(144) && !boxed(65_552));
    }

    #[test]
    fn pairs_are_written_as_they_are_read() {
        let words = &mut Words::new("w");
        for value in [TurnAt::sample(words), Wrap::sample(words)] {
            let turn = TurnAt::read(&value).ok().and_then(|turn| turn.write());
            let wrap = Wrap::read(&value).ok().and_then(|wrap| wrap.write());
            assert_eq!(turn.or(wrap), Some(value));
        }
        assert!(!reads::<TurnAt>(Value::List(vec![Value::Int(1)])));
    }
}
