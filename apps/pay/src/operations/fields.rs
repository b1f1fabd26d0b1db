//! Field types that only pay has.

use imajin_app::impl_field;
use imajin_app::operation::{Choice, Field, Int, Invalid, Words};
use imajin_dfos::{Value, cbor};
use imajin_protocol::Minor;
use imajin_protocol::fair::{AGREED_MAX, Agreements};
use imajin_selling::Rail;
use serde_json::{Value as Json, json};

/// Maximum of one payment, in minor units: a hundred times the most expensive item of a checkout (docs/api.md,
/// "Money").
const AMOUNT_MAX: i64 = 99_999_900 * 100;

/// The number of a part of a payment, or of a refund of it.
pub(crate) type Nth = Int<0, { i64::MAX >> 11 }>;

/// An amount that can be paid: 0 to [`AMOUNT_MAX`] minor units (cents).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount(Minor);

impl Amount {
    /// Returns this many minor units; `None` below zero, or above the maximum of a payment.
    pub(crate) fn new(units: i64) -> Option<Self> {
        let is_amount = (0..=AMOUNT_MAX).contains(&units);
        Minor::new(units).ok().filter(|_| is_amount).map(Self)
    }

    /// Returns the amount in minor units.
    pub(crate) fn get(self) -> Minor {
        self.0
    }

    /// Returns the message about an amount that can't be paid.
    pub(crate) fn bounds() -> String {
        format!("must be 0 to {AMOUNT_MAX} minor units (cents)")
    }
}

impl_field!(
    Amount,
    |value| value.as_i64().and_then(Self::new),
    Self::bounds(),
    |field| field.0.get(),
    json!({ "type": "integer", "minimum": 0, "maximum": AMOUNT_MAX }),
    |_| 500_i64
);

/// Yes or no as 1 or 0: facts have no other form for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flag(pub(crate) bool);

impl_field!(
    Flag,
    |value| match value.as_i64() {
        Some(1) => Some(Self(true)),
        Some(0) => Some(Self(false)),
        _ => None,
    },
    "must be 1 (yes) or 0 (no)",
    |field| i64::from(field.0),
    json!({ "type": "integer", "enum": [0, 1] }),
    |_| 1_i64
);

/// A rail by which money arrives from outside the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum OutsideRail {
    Emt,
    Stripe,
}

impl From<OutsideRail> for Rail {
    fn from(rail: OutsideRail) -> Self {
        match rail {
            OutsideRail::Emt => Self::Emt,
            OutsideRail::Stripe => Self::Stripe,
        }
    }
}

/// A note for its author or the owner, of at most `BYTES_MAX` bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note<const BYTES_MAX: usize>(pub(crate) String);

impl_field!(
    [const BYTES_MAX: usize] Note<BYTES_MAX>,
    |value| {
        let text = value.as_str().filter(|text| text.len() <= BYTES_MAX);
        text.map(|text| Self(text.to_owned()))
    },
    format!("must be a text of at most {BYTES_MAX} bytes"),
    |field| field.0.as_str(),
    json!({ "type": "string", "maxLength": BYTES_MAX }),
    |words| words.take()
);

/// The signatures next to manifests, by the manifests' digests.
#[derive(Debug, Clone)]
pub(crate) struct AgreedTo(pub(crate) Agreements);

impl Field for AgreedTo {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let json = cbor::to_dag_json(value).map_err(|error| Invalid::new(error.to_string()))?;
        let agreed = Agreements::read(&json);
        agreed.map(Self).map_err(|error| Invalid::new(format!("is wrong: {error}")))
    }

    fn write(&self) -> Option<Value> {
        cbor::from_dag_json(&self.0.to_value()).ok()
    }

    fn schema() -> Json {
        let agreement = json!({
            "type": "object", "required": ["did", "signature"], "additionalProperties": false,
            "properties": { "did": { "type": "string" }, "signature": { "type": "string", "pattern": "^[0-9a-fA-F]{128}$" } },
        });
        json!({
            "type": "object", "propertyNames": { "pattern": "^sha256:[0-9a-f]{64}$" },
            "additionalProperties": { "type": "array", "maxItems": AGREED_MAX, "items": agreement },
        })
    }

    fn sample(_: &mut Words) -> Value {
        Value::Map(Default::default())
    }
}

/// A document that the node made, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document(pub(crate) String);

impl_field!(
    Document,
    |value| value.as_str().map(|text| Self(text.to_owned())),
    "must be a text",
    |field| field.0.as_str(),
    json!({ "type": "string", "contentMediaType": "application/json" }),
    |_| "{}"
);
