//! Types of fields that have to do with money.

use imajin_dfos::Timestamp;
use imajin_protocol::fair::{Digest, MANIFEST_BYTES_MAX, Manifest};
use imajin_protocol::{Currency, Did, Minor, SAFE_INTEGER_MAX};
use serde_json::json;

use super::field::Invalid;
use crate::impl_field;

impl_field!(
    Minor,
    |value| value.as_i64().and_then(|units| Self::new(units).ok()),
    "must be an amount in minor units (cents)",
    |field| field.get(),
    json!({ "type": "integer", "minimum": -SAFE_INTEGER_MAX, "maximum": SAFE_INTEGER_MAX }),
    |_| 500_i64
);

impl_field!(
    Currency,
    |value| {
        let code = value.as_str().unwrap_or_default();
        let currency =
            Self::parse(code).map_err(|error| Invalid::new(format!("is none: {error}")))?;
        if currency.code() == code {
            Ok(currency)
        } else {
            Err(Invalid::new(format!("must be written as {currency}")))
        }
    },
    |field| field.code(),
    json!({ "type": "string", "pattern": "^[A-Z]{3,4}$", "examples": ["CHF"] }),
    |_| "CHF"
);

impl_field!(
    Digest,
    |value| value.as_str().and_then(Self::parse),
    "must be sha256: and 64 hexadecimal digits",
    |field| field.to_string(),
    json!({ "type": "string", "pattern": "^sha256:[0-9a-f]{64}$" }),
    |_| format!("sha256:{}", "0".repeat(64))
);

impl_field!(
    Manifest,
    |value| {
        let text = value.as_str();
        let text = text.ok_or_else(|| Invalid::new("must be the text of a .fair manifest"))?;
        Self::parse(text).map_err(|error| Invalid::new(format!("is no .fair manifest: {error}")))
    },
    |field| field.text(),
    json!({ "type": "string", "maxLength": MANIFEST_BYTES_MAX, "contentMediaType": "application/json" }),
    |_| {
        let document = json!({
            "id": "work", "version": "0.3.0", "type": "work",
            "contributors": [{ "id": Did::from_key(&[7; 32]), "weight": 1 }],
            "derivesFrom": [], "terms": {}, "signature": null, "platformSignature": null,
        });
        document.to_string()
    }
);

impl_field!(
    Timestamp,
    |value| value.as_i64().and_then(|at| Self::from_millis(at).ok()),
    "must be a time in milliseconds",
    |field| field.as_millis(),
    json!({ "type": "integer", "minimum": Self::MIN.as_millis(), "maximum": Self::MAX.as_millis() }),
    |_| 1_800_000_000_000_i64
);
