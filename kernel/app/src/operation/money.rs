//! Types of fields that have to do with money.

use imajin_dfos::{Timestamp, Value};
use imajin_protocol::fair::{Digest, MANIFEST_BYTES_MAX, Manifest};
use imajin_protocol::{Currency, Did, Minor, SAFE_INTEGER_MAX};
use serde_json::{Value as Json, json};

use super::field::{Field, Invalid};
use super::sample::Words;

/// An amount in minor units (cents).
impl Field for Minor {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let amount = value.as_i64().and_then(|units| Self::new(units).ok());
        amount.ok_or_else(|| Invalid::new("must be an amount in minor units (cents)"))
    }

    fn write(&self) -> Option<Value> {
        Some(Value::Int(self.get()))
    }

    fn schema() -> Json {
        json!({ "type": "integer", "minimum": -SAFE_INTEGER_MAX, "maximum": SAFE_INTEGER_MAX })
    }

    fn sample(_: &mut Words) -> Value {
        Value::Int(500)
    }
}

/// A currency by its code, in its one form.
impl Field for Currency {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let code = value.as_str().unwrap_or_default();
        let currency =
            Self::parse(code).map_err(|error| Invalid::new(format!("is none: {error}")))?;
        if currency.code() == code {
            Ok(currency)
        } else {
            Err(Invalid::new(format!("must be written as {currency}")))
        }
    }

    fn write(&self) -> Option<Value> {
        Some(self.code().into())
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[A-Z]{3,4}$", "examples": ["CHF"] })
    }

    fn sample(_: &mut Words) -> Value {
        "CHF".into()
    }
}

impl Field for Digest {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let digest = value.as_str().and_then(Self::parse);
        digest.ok_or_else(|| Invalid::new("must be sha256: and 64 hexadecimal digits"))
    }

    fn write(&self) -> Option<Value> {
        Some(self.to_string().as_str().into())
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^sha256:[0-9a-f]{64}$" })
    }

    fn sample(_: &mut Words) -> Value {
        format!("sha256:{}", "0".repeat(64)).as_str().into()
    }
}

/// A .fair manifest, as its text, exactly as it was signed.
impl Field for Manifest {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str();
        let text = text.ok_or_else(|| Invalid::new("must be the text of a .fair manifest"))?;
        Self::parse(text).map_err(|error| Invalid::new(format!("is no .fair manifest: {error}")))
    }

    fn write(&self) -> Option<Value> {
        Some(self.text().into())
    }

    fn schema() -> Json {
        json!({ "type": "string", "maxLength": MANIFEST_BYTES_MAX, "contentMediaType": "application/json" })
    }

    fn sample(_: &mut Words) -> Value {
        let document = json!({
            "id": "work", "version": "0.3.0", "type": "work",
            "contributors": [{ "id": Did::from_key(&[7; 32]), "weight": 1 }],
            "derivesFrom": [], "terms": {}, "signature": null, "platformSignature": null,
        });
        document.to_string().into()
    }
}

/// A time in milliseconds since 1970.
impl Field for Timestamp {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let time = value.as_i64().and_then(|at| Self::from_millis(at).ok());
        time.ok_or_else(|| Invalid::new("must be a time in milliseconds"))
    }

    fn write(&self) -> Option<Value> {
        Some(Value::Int(self.as_millis()))
    }

    fn schema() -> Json {
        json!({ "type": "integer", "minimum": Self::MIN.as_millis(), "maximum": Self::MAX.as_millis() })
    }

    fn sample(_: &mut Words) -> Value {
        Value::Int(1_800_000_000_000)
    }
}
