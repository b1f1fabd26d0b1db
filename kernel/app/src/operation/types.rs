//! Types of fields that several services have.

use std::ops::Deref;

use imajin_dfos::cid::{CODEC_RAW, parse_cid, raw_cid};
use imajin_dfos::{Timestamp, Value};
use imajin_protocol::{Did, DidKind, IdText};
use serde_json::{Value as Json, json};

use super::field::{Field, Invalid};
use super::sample::Words;
use crate::direction::turns_direction;
use crate::words::Zone;
use crate::{impl_field, text_field};

/// Longest address, in bytes: what browsers agree on.
const URL_BYTES_MAX: usize = 2_000;

fn text(value: &Value) -> Result<&str, Invalid> {
    value.as_str().ok_or_else(|| Invalid::new("must be a text"))
}

fn read_text(value: &Value, max: usize, has_lines: bool) -> Result<String, Invalid> {
    let text = text(value)?;
    if text.chars().count() > max {
        return Err(Invalid::new(format!("has at most {max} characters")));
    }
    let allowed = |c: char| !c.is_control() || (has_lines && matches!(c, '\n' | '\t'));
    if text.chars().all(allowed) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new("holds a control character: leave it out"))
    }
}

/// Makes fields of texts that people write, which are read as a `str`. Limits are for new ones: a text that was entered
/// stays as it is.
macro_rules! free_text {
    ($type:ident, |$value:ident| $read:expr, $schema:expr) => {
        impl<const MAX: usize> Field for $type<MAX> {
            fn read($value: &Value) -> Result<Self, Invalid> {
                $read.map(Self)
            }

            fn read_entered(value: &Value) -> Result<Self, Invalid> {
                text(value).map(|text| Self(text.to_owned()))
            }

            fn write(&self) -> Option<Value> {
                Some(self.0.as_str().into())
            }

            fn schema() -> Json {
                $schema
            }

            fn sample(words: &mut Words) -> Value {
                words.take().into()
            }
        }

        impl<const MAX: usize> Deref for $type<MAX> {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }
    };
}

/// One line of user-written text, at most `MAX` characters long.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line<const MAX: usize>(pub String);

free_text!(
    Line,
    |value| read_text(value, MAX, false),
    json!({ "type": "string", "maxLength": MAX, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$" })
);

/// Whether readers of text ignore a character (Unicode's `Default_Ignorable_Code_Point`).
pub fn is_ignored(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a character leaves a mark on its own.
fn is_visible(c: char) -> bool {
    let is_blank_letter =
        matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}');
    !(is_blank_letter || is_ignored(c) || c.is_whitespace() || c.is_control())
}

/// Whether a text that is not empty shows something.
pub fn shows(text: &str) -> bool {
    text.is_empty() || text.chars().any(is_visible)
}

/// One line that names a person or a thing, at most `MAX` characters long. A title has visible characters, and none
/// that turn the direction of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Title<const MAX: usize>(pub String);

free_text!(Title, |value| read_title(value, MAX), Line::<MAX>::schema());

fn read_title(value: &Value, max: usize) -> Result<String, Invalid> {
    let text = read_text(value, max, false)?;
    if text.chars().any(turns_direction) {
        return Err(Invalid::new(
            "holds a character that turns the direction of the text: leave it out",
        ));
    }
    if shows(&text) {
        Ok(text)
    } else {
        Err(Invalid::new("shows nothing: write something that can be seen"))
    }
}

/// User-written text in lines, at most `MAX` characters long.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paragraphs<const MAX: usize>(pub String);

free_text!(
    Paragraphs,
    |value| read_text(value, MAX, true),
    json!({ "type": "string", "maxLength": MAX })
);

/// An address that a page may link to: nothing that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url(String);

impl Url {
    /// Reads an address.
    pub fn parse(text: &str) -> Option<Self> {
        let has_scheme = ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| {
            let start = text.get(..scheme.len());
            text.len() > scheme.len()
                && start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        });
        let is_url = has_scheme
            && text.len() <= URL_BYTES_MAX
            && !text.chars().any(|c| c.is_control() || c.is_whitespace());
        is_url.then(|| Self(text.to_owned()))
    }

    /// The URL as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_field!(
    Url,
    format!(
        "must begin with https://, http://, mailto: or tel:, have no spaces, and at most {URL_BYTES_MAX} bytes"
    ),
    json!({ "type": "string", "maxLength": URL_BYTES_MAX, "pattern": "^(https?://|mailto:|tel:)\\S+$" }),
    |words| format!("https://{}.example/{}", words.take(), words.take())
);

/// A list of `MIN` to `MAX` items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List<T, const MIN: usize, const MAX: usize>(pub Vec<T>);

impl<T: Field, const MIN: usize, const MAX: usize> List<T, MIN, MAX> {
    fn read_items(
        value: &Value,
        max: usize,
        read: fn(&Value) -> Result<T, Invalid>,
    ) -> Result<Self, Invalid> {
        let items = value.as_list().unwrap_or_default();
        if value.as_list().is_none() || !(MIN..=max).contains(&items.len()) {
            return Err(Invalid::new(format!("must be a list of {MIN} to {MAX}")));
        }
        let item = |(n, item)| read(item).map_err(|invalid| invalid.inside(format_args!("[{n}]")));
        items.iter().enumerate().map(item).collect::<Result<_, _>>().map(Self)
    }
}

impl<T: Field, const MIN: usize, const MAX: usize> Field for List<T, MIN, MAX> {
    fn read(value: &Value) -> Result<Self, Invalid> {
        Self::read_items(value, MAX, T::read)
    }

    /// Accepts any length of at least `MIN`: a later version may allow more.
    fn read_entered(value: &Value) -> Result<Self, Invalid> {
        Self::read_items(value, usize::MAX, T::read_entered)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::List(self.0.iter().filter_map(T::write).collect()))
    }

    fn schema() -> Json {
        json!({ "type": "array", "items": T::schema(), "minItems": MIN, "maxItems": MAX })
    }

    fn sample(words: &mut Words) -> Value {
        Value::List(vec![T::sample(words)])
    }
}

/// The change that an operation makes to one of many members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// The command left the member out: it keeps its value.
    #[default]
    Keep,
    /// The command set the member to null: it becomes empty.
    Clear,
    /// The command set the member to this value.
    Set(T),
}

impl<T> Change<T> {
    /// Sets the member to a value, if there is one.
    pub fn set_or_keep(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }

    /// The new value of the member, if the command set one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// Whether it stays as it is.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl<T: Field> Field for Change<T> {
    const IS_OPTIONAL: bool = true;

    fn read(value: &Value) -> Result<Self, Invalid> {
        if value.is_null() { Ok(Self::Clear) } else { T::read(value).map(Self::Set) }
    }

    fn read_entered(value: &Value) -> Result<Self, Invalid> {
        if value.is_null() { Ok(Self::Clear) } else { T::read_entered(value).map(Self::Set) }
    }

    fn absent() -> Option<Self> {
        Some(Self::Keep)
    }

    fn write(&self) -> Option<Value> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(Value::Null),
            Self::Set(value) => value.write(),
        }
    }

    fn schema() -> Json {
        json!({ "anyOf": [T::schema(), { "type": "null" }] })
    }

    fn sample(words: &mut Words) -> Value {
        T::sample(words)
    }
}

impl<T: Field> Field for Option<T> {
    const IS_OPTIONAL: bool = true;

    fn read(value: &Value) -> Result<Self, Invalid> {
        T::read(value).map(Some)
    }

    fn read_entered(value: &Value) -> Result<Self, Invalid> {
        T::read_entered(value).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn write(&self) -> Option<Value> {
        self.as_ref().and_then(T::write)
    }

    fn schema() -> Json {
        T::schema()
    }

    fn sample(words: &mut Words) -> Value {
        T::sample(words)
    }
}

impl_field!(
    bool,
    |value| value.as_bool(),
    "must be true or false",
    |field| *field,
    json!({ "type": "boolean" }),
    |_| true
);

/// An integer from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Int<const MIN: i64, const MAX: i64>(pub i64);

impl_field!(
    [const MIN: i64, const MAX: i64] Int<MIN, MAX>,
    |value| value.as_i64().filter(|number| (MIN..=MAX).contains(number)).map(Self),
    format!("must be an integer from {MIN} to {MAX}"),
    |field| field.0,
    json!({ "type": "integer", "minimum": MIN, "maximum": MAX }),
    |_| MIN
);

impl_field!(
    Did,
    |value| {
        let text = value.as_str().unwrap_or_default();
        // Only the canonical form is accepted, since tables and derivations compare the text.
        let did = Self::parse(text).ok().filter(|did| did.as_str() == text);
        did.filter(|did| did.kind() == DidKind::Key)
    },
    "must be the DID of a person: did:imajin:…",
    |field| field.as_str(),
    json!({ "type": "string", "pattern": "^did:imajin:" }),
    |_| Self::from_key(&[7; 32]).as_str()
);

impl_field!(
    IdText,
    |value| Self::parse(text(value)?).map_err(|error| Invalid::new(format!("is no id: {error}"))),
    |field| field.as_str(),
    json!({ "type": "string", "pattern": "^[A-Za-z0-9:._%+@/-]{1,160}$" }),
    |_| "id_000000000000000000000001"
);

/// The name of an item in its owner's log: `itm_` and 24 of 0-9 a-f, drawn by its first writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemId(String);

impl ItemId {
    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("itm_")?;
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let is_id = digits.len() == 24 && digits.bytes().all(is_hex);
        is_id.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_field!(
    ItemId,
    "must be itm_ and 24 of 0-9 a-f",
    json!({ "type": "string", "pattern": "^itm_[0-9a-f]{24}$" }),
    |_| "itm_000000000000000000000001"
);

/// A day of a calendar, as `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(String);

impl Day {
    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_day = Timestamp::parse(&format!("{text}T00:00:00.000Z")).is_ok();
        is_day.then(|| Self(text.to_owned()))
    }

    /// The day that calendars in a zone show.
    pub fn in_zone(at: Timestamp, zone: Zone) -> Self {
        Self(zone.local(at).date().to_string())
    }

    /// The day after; `None` after the last one of the calendar.
    pub fn following(&self) -> Option<Self> {
        let day: jiff::civil::Date = self.0.parse().ok()?;
        Some(Self(day.tomorrow().ok()?.to_string()))
    }

    /// The day as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_field!(
    Day,
    "must be a day: YYYY-MM-DD",
    json!({ "type": "string", "format": "date" }),
    |_| "2026-11-20"
);

/// The CID of a media file of the log's owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MediaFile(String);

impl MediaFile {
    /// The file's CID, as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl_field!(
    MediaFile,
    |value| {
        let is_raw = |text: &&str| parse_cid(text).is_ok_and(|cid| cid.codec() == CODEC_RAW);
        let cid = value.as_str().filter(is_raw);
        cid.map(|text| Self(text.to_owned()))
    },
    "must be the CID of an uploaded file (bafkrei…)",
    |field| field.0.as_str(),
    json!({ "type": "string", "pattern": "^bafkrei" }),
    |_| raw_cid(b"a file").to_string()
);
