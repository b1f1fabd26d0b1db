//! The types of the operations' fields, and the groups of fields that several operations share.

use imajin_app::operation::{Choice, Field, FieldError, Group, Int, Invalid, ItemId, Words};
use imajin_app::text_field;
use imajin_dfos::Value;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

/// A time in milliseconds since 1970, until the end of the year 9999.
pub type Millis = Int<0, 253_402_300_799_999>;

/// Who sees an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Accent {
    /// The colour of the box.
    #[field(unknown)]
    Ember,
    /// A green.
    Moss,
    /// A blue.
    Sea,
    /// A violet.
    Plum,
    /// A red.
    Rose,
    /// A yellow.
    Gold,
    /// A grey.
    Slate,
}

/// Part of an address: 1 to 60 of `a-z 0-9 -`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(pub String);

impl Slug {
    fn parse(text: &str) -> Option<Self> {
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let is_slug = (1..=60).contains(&text.len()) && text.bytes().all(is_plain);
        is_slug.then(|| Self(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

text_field!(
    Slug,
    "must be 1 to 60 of a-z 0-9 -",
    json!({ "type": "string", "pattern": "^[a-z0-9-]{1,60}$" }),
    |words| words.take(),
);

/// A reference to any person's item: the DID of its owner, `/`, its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(pub String);

impl Origin {
    /// Splits the text into the owner's DID and the item's id.
    pub fn parts(text: &str) -> Option<(Did, ItemId)> {
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

/// Who sees an item, and when. An operation that has it calls [`Showing::check`] in its own check.
#[derive(Debug, Clone, Copy, Group)]
#[group(facts)]
pub struct Showing {
    /// Who sees it: `public` for everyone, `connections` for the owner's connections, `link` for everyone who has its address,
    /// `private` for the owner alone. Default: `public`.
    pub visibility: Option<Visibility>,
    /// 0 while only the owner sees it. Default: 1.
    pub on: Option<Int<0, 1>>,
    /// Until then only the owner sees it.
    pub from: Option<Millis>,
    /// From then on only the owner sees it.
    pub until: Option<Millis>,
}

impl Showing {
    /// Checks that others see the item at some time.
    ///
    /// # Errors
    /// [`FieldError`] if the time ends before it begins.
    pub fn check(&self) -> Result<(), FieldError> {
        match (self.from, self.until) {
            (Some(from), Some(until)) if until.0 <= from.0 => {
                Err(FieldError::new("until", "until must be later than from."))
            }
            _ => Ok(()),
        }
    }
}

/// The members of every put besides its words: the item's place, the version that it replaces, and its source.
#[derive(Debug, Clone, Group)]
pub struct Placed {
    /// The part of the item's address after the owner's name, `/<service>/<owner>/<slug>`. Without one it is the id.
    pub slug: Option<Slug>,
    /// The item that it is in.
    #[fact]
    #[field(name = "in")]
    pub parent: Option<ItemId>,
    /// The `rev` of the version that was edited, 0 for a new item. If the item has another version, the operation is refused.
    #[fact]
    pub rev: Option<Int<0, { i64::MAX >> 11 }>>,
    /// The item that it is a copy of: the DID of the original's owner, `/`, its id.
    #[fact]
    pub copied: Option<Origin>,
}
