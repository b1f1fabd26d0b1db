//! Field types that only this app uses.

use std::ops::Deref;

use imajin_app::operation::{self, Field, Invalid, Words};
use imajin_app::{impl_field, refuse_if, text_type};
use imajin_dfos::{SigningKey, Timestamp, Value};
use imajin_protocol::Did;
use imajin_protocol::fair::{Contributor, Digest, Draft, Manifest};
use imajin_protocol::money::Ppm;
use serde_json::{Map, Value as Json, json};

/// Maximum length of a URL in characters.
const URL_CHARS_MAX: usize = 2_000;
/// Start of the sample event, in milliseconds.
const SAMPLE_STARTS: i64 = 1_800_000_000_000;

/// A text of at most `MAX` characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text<const MAX: usize>(String);

impl<const MAX: usize> Deref for Text<MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl_field!(
    [const MAX: usize] Text<MAX>,
    |value| {
        let text = value.as_str().filter(|text| text.chars().count() <= MAX);
        text.map(|text| Self(text.to_owned()))
    },
    format!("must be a text of at most {MAX} characters"),
    |field| field.0.as_str(),
    json!({ "type": "string", "maxLength": MAX }),
    |words| words.take()
);

/// A name: a text with visible characters and without bidirectional control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Title<const MAX: usize>(Text<MAX>);

impl<const MAX: usize> Field for Title<MAX> {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let title: operation::Title<MAX> = Field::read(value)?;
        refuse_if!(title.trim().is_empty(), Invalid::new("must not be empty"));
        Ok(Self(Text(title.0)))
    }

    fn read_entered(value: &Value) -> Result<Self, Invalid> {
        Text::read(value).map(Self)
    }

    fn write(&self) -> Option<Value> {
        self.0.write()
    }

    fn schema() -> Json {
        json!({ "type": "string", "maxLength": MAX, "pattern": "\\S" })
    }

    fn sample(words: &mut Words) -> Value {
        Text::<MAX>::sample(words)
    }
}

text_type!(
    /// A URL that begins with `https://`.
    HttpsUrl,
    |text| text.starts_with("https://") && text.len() <= URL_CHARS_MAX && text.bytes().all(|byte| byte.is_ascii_graphic()),
    "must be an address that begins with https://",
    json!({ "type": "string", "maxLength": URL_CHARS_MAX, "pattern": "^https://[!-~]*$" }),
    |words| format!("https://{}.example/", words.take()),
);

/// A time as text: `2026-12-31T20:00:00.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimeText(pub(crate) Timestamp);

impl_field!(
    TimeText,
    |value| value.as_str().and_then(|text| Timestamp::parse(text).ok()).map(Self),
    "must be a time like 2026-12-31T20:00:00.000Z",
    |field| field.0.to_string(),
    json!({ "type": "string", "format": "date-time" }),
    |_| {
        let time = Timestamp::from_millis(SAMPLE_STARTS);
        time.map_or(Value::Null, |time| time.to_string().into())
    }
);

/// The end of an event, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Over(pub(crate) i64);

impl_field!(
    Over,
    |value| Timestamp::read(value).map(|time| Self(time.as_millis())),
    |field| field.0,
    Timestamp::schema(),
    |_| crate::event::over(SAMPLE_STARTS, None)
);

/// A .fair manifest, as its signed text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ManifestText(pub(crate) Manifest);

impl_field!(
    ManifestText,
    |value| {
        let manifest = Manifest::parse(value.as_str().unwrap_or_default());
        manifest.map(Self).map_err(|error| {
            let must = "must be a signed .fair manifest that says who gets what of the tickets";
            Invalid::new(format!("{must}: {error}"))
        })
    },
    |field| field.0.text(),
    json!({ "type": "string", "maxLength": imajin_protocol::fair::MANIFEST_BYTES_MAX }),
    |_| sample_manifest().map_or(Value::Null, |manifest| manifest.text().into())
);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ManifestDigest(pub(crate) Digest);

impl Deref for ManifestDigest {
    type Target = Digest;

    fn deref(&self) -> &Digest {
        &self.0
    }
}

impl_field!(
    ManifestDigest,
    |value| Digest::read(value).map(Self),
    |field| field.0.to_string(),
    Digest::schema(),
    |words| match sample_manifest() {
        Some(manifest) => manifest.digest().to_string().into(),
        None => Digest::sample(words),
    }
);

/// Builds the sample manifest: one person gets the whole income.
fn sample_manifest() -> Option<Manifest> {
    let key = SigningKey::from_bytes(&[7; 32]);
    let draft = Draft {
        id: "event".to_owned(),
        kind: "event".to_owned(),
        owner: None,
        contributors: vec![Contributor {
            did: Did::from_key(key.verifying_key().as_bytes()),
            role: None,
            weight: Ppm::new(1_000_000).ok()?,
        }],
        derives_from: Vec::new(),
        terms: Map::new(),
    };
    draft.build().ok()?.sign(&key).ok()
}
