//! Types of fields that only this service's operations have.

use std::collections::BTreeMap;

use imajin_app::operation::{Field, Int, Invalid, Record, Words};
use imajin_app::{Node, impl_field};
use imajin_dfos::cid::{CODEC_DAG_CBOR, dag_cbor_cid, parse_cid};
use imajin_dfos::{Cid, PublicKey, Timestamp, Value};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde_json::{Value as Json, json};

/// Bytes of an X25519 key.
const KEY_BYTES: usize = 32;

/// The number of a home.
pub(crate) type Epoch = Int<1, { i64::MAX >> 10 }>;

/// A text whose form is checked where it means something: a JWS, an address, a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub String);

/// Any number of them: the size of a body is the bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct All<T>(pub Vec<T>);

/// A public key, as a multikey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multikey(pub PublicKey);

/// The bytes of an X25519 key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyBytes(pub [u8; KEY_BYTES]);

/// A time, as the text `2026-11-20T12:00:00.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

/// A link to the body of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyLink(pub Cid);

/// The CID of an entry or of an attestation, as a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryCid(pub Cid);

/// Numbers by service and kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts(BTreeMap<String, BTreeMap<String, u64>>);

/// Where a record is kept.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct Home {
    /// The node.
    pub node: Did,
    /// Its address.
    pub url: Text,
    /// How many homes the record has had, this one included.
    pub epoch: Epoch,
}

/// Returns this node as the first home of a record.
pub(crate) fn home(node: &Node) -> Home {
    Home { node: node.did().clone(), url: Text(node.url().to_owned()), epoch: Int(1) }
}

pub(super) fn text(value: &Value) -> Result<&str, Invalid> {
    value.as_str().ok_or_else(|| Invalid::new("must be a text"))
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl_field!(
    Text,
    |value| text(value).map(Self::from),
    |field| field.0.as_str(),
    json!({ "type": "string" }),
    |words| words.take()
);

impl_field!(
    [T: Field] All<T>,
    |value| {
        let items = value.as_list().ok_or_else(|| Invalid::new("must be a list"))?;
        let item =
            |(n, item)| T::read(item).map_err(|invalid| invalid.inside(format_args!("[{n}]")));
        items
            .iter()
            .enumerate()
            .map(item)
            .collect::<Result<_, _>>()
            .map(Self)
    },
    |field| field.0.iter().filter_map(T::write).collect::<Vec<_>>(),
    json!({ "type": "array", "items": T::schema() }),
    |words| vec![T::sample(words)]
);

impl_field!(
    Multikey,
    |value| PublicKey::from_multikey(value.as_str().unwrap_or_default()).ok().map(Self),
    "must be a public key as a multikey: z6Mk…",
    |field| field.0.to_multikey(),
    json!({ "type": "string", "pattern": "^z6Mk" }),
    |_| PublicKey::from_bytes([7; 32]).to_multikey()
);

impl_field!(
    KeyBytes,
    |value| value.as_bytes().and_then(|bytes| bytes.try_into().ok()).map(Self),
    format!("must be {KEY_BYTES} bytes"),
    |field| field.0.to_vec(),
    json!({ "type": "object", "description": "32 bytes as dag-json" }),
    |_| vec![7_u8; KEY_BYTES]
);

impl_field!(
    Moment,
    |value| value.as_str().and_then(|text| Timestamp::parse(text).ok()).map(Self),
    "must be a time like 2026-11-20T12:00:00.000Z",
    |field| field.0.to_string(),
    json!({ "type": "string", "format": "date-time" }),
    |_| "2026-11-20T12:00:00.000Z"
);

impl_field!(
    BodyLink,
    |value| value.as_link().copied().filter(|cid| cid.codec() == CODEC_DAG_CBOR).map(Self),
    "must be a link to the body of an entry",
    |field| field.0,
    json!({ "type": "object", "description": "a link as dag-json" }),
    |_| dag_cbor_cid(b"a body")
);

impl_field!(
    EntryCid,
    |value| {
        let cid = value.as_str().and_then(|text| parse_cid(text).ok());
        cid.filter(|cid| cid.codec() == CODEC_DAG_CBOR).map(Self)
    },
    "must be a CID of dag-cbor (bafyrei…)",
    |field| field.0.to_string(),
    json!({ "type": "string", "pattern": "^bafyrei" }),
    |_| dag_cbor_cid(b"an entry").to_string()
);

impl Field for Counts {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let kinds = |value: &Value| -> Option<BTreeMap<String, u64>> {
            let kinds = value.as_map()?.iter();
            kinds.map(|(kind, n)| Some((kind.clone(), n.as_u64()?))).collect()
        };
        let services = value.as_map().and_then(|services| {
            let services = services.iter();
            services.map(|(service, value)| Some((service.clone(), kinds(value)?))).collect()
        });
        services.map(Self).ok_or_else(|| Invalid::new("must be numbers by service and kind"))
    }

    fn write(&self) -> Option<Value> {
        let kinds = |kinds: &BTreeMap<String, u64>| {
            let number = |n: &u64| Value::Int(i64::try_from(*n).unwrap_or(i64::MAX));
            Value::map(kinds.iter().map(|(kind, n)| (kind.clone(), number(n))))
        };
        let services = self.0.iter();
        Some(Value::map(services.map(|(service, value)| (service.clone(), kinds(value)))))
    }

    fn schema() -> Json {
        let kinds = json!({ "type": "object", "additionalProperties": { "type": "integer", "minimum": 0 } });
        json!({ "type": "object", "additionalProperties": kinds })
    }

    fn sample(_: &mut Words) -> Value {
        Value::map([("auth", Value::map([("keys", Value::Int(1))]))])
    }
}
