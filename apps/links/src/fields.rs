//! What fields of the operations may be.

use imajin_dfos::Value;
use imajin_protocol::Did;
use imajin_service::operation::{Choice, Field, Int, Invalid, ItemId, Words};
use serde::Serialize;
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

/// A time in milliseconds since 1970, until the end of the year 9999.
pub(crate) type Millis = Int<0, 253_402_300_799_999>;

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A link, on the page itself or in a collection.
    Link,
    /// A section of the page that has an address of its own.
    Collection,
    /// The page itself: its title, its words, its accent. There is at most one.
    Page,
}

/// Who sees an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Visibility {
    /// Everyone.
    Public,
    /// The owner's connections.
    Connections,
    /// Everyone who has its address, which contains its id.
    Link,
    /// The owner alone.
    #[field(unknown)]
    Private,
}

/// The colour of a page or collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Accent {
    /// The colour of the box.
    #[field(unknown)]
    Ember,
    Moss,
    Sea,
    Plum,
    Rose,
    Gold,
    Slate,
}

/// Part of an address: 1 to 60 of `a-z 0-9 -`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slug(pub(crate) String);

impl Field for Slug {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str().unwrap_or_default();
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        match (1..=60).contains(&text.len()) && text.bytes().all(is_plain) {
            true => Ok(Self(text.to_owned())),
            false => Err(Invalid::new("must be 1 to 60 of a-z 0-9 -")),
        }
    }

    fn write(&self) -> Option<Value> {
        Some(self.0.as_str().into())
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[a-z0-9-]{1,60}$" })
    }

    fn sample(words: &mut Words) -> Value {
        words.take().into()
    }
}

/// An item of anybody: the DID of its owner, `/`, its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin(pub(crate) String);

impl Origin {
    /// Its owner and its id.
    pub(crate) fn parts(text: &str) -> Option<(Did, ItemId)> {
        let (did, id) = text.split_once('/')?;
        let did = Did::parse(did).ok().filter(|read| read.as_str() == did)?;
        Some((did, ItemId::parse(id)?))
    }
}

impl Field for Origin {
    fn read_entered(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str().map(|text| Self(text.to_owned()));
        text.ok_or_else(|| Invalid::new("must be a text"))
    }

    fn read(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str().unwrap_or_default();
        let is_item = Self::parts(text).is_some();
        is_item
            .then(|| Self(text.to_owned()))
            .ok_or_else(|| Invalid::new("must be a DID, / and an id: did:imajin:…/itm_…"))
    }

    fn write(&self) -> Option<Value> {
        Some(self.0.as_str().into())
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^did:imajin:[^/]+/itm_[0-9a-f]{24}$" })
    }

    fn sample(_: &mut Words) -> Value {
        let did = Did::from_key(&[7; 32]);
        format!("{did}/itm_000000000000000000000001").into()
    }
}
