//! An item as its readers get it, of any service.

use std::borrow::Cow;
use std::fmt::Display;
use std::ops::Deref;

use imajin_app::operation::Choice;
use rusqlite::types::Type as Column;
use rusqlite::{Error, Row};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::{Items, Visibility};

/// A file of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attached {
    /// The CID of its bytes.
    pub cid: String,
    /// A description of the picture for people who don't see it; the name of any other file.
    pub alt: String,
    /// Its media type; only where a single item is asked for, as the following.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Pixels across, as far as the node knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

impl Attached {
    /// Makes an attachment of this file, with these words.
    pub(crate) fn new(cid: &str, alt: &str) -> Self {
        Self {
            cid: cid.to_owned(),
            alt: alt.to_owned(),
            mime_type: None,
            width: None,
            height: None,
        }
    }
}

/// The members that items of every service have.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Base {
    /// Its id in its owner's log.
    #[schema(example = "itm_000000000000000000000001")]
    pub id: String,
    /// The item that it is in.
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The title.
    pub title: String,
    /// A text.
    pub note: Option<String>,
    /// The part of its address after the owner's name; without one it is the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Who sees it.
    pub visibility: Visibility,
    /// Whether it is switched on.
    pub on: bool,
    /// From when it is shown, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// The item that it is a copy of: `<DID>/<id>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copied: Option<String>,
    /// When it was first put, in milliseconds since 1970.
    pub put: i64,
    /// Names this version of it: what an edit says in its `rev`.
    pub rev: i64,
    /// Its files, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Attached>,
    /// Entries of it that still have their words.
    #[serde(skip)]
    pub bodies: i64,
}

/// Something of a person's, of kind `K`; `W` has what only items of its service have.
#[derive(Debug, Clone, Serialize)]
pub struct Item<K, W> {
    /// The item's kind.
    pub kind: K,
    /// The members that every item has.
    #[serde(flatten)]
    pub base: Base,
    /// The members that only items of this service have.
    #[serde(flatten)]
    pub own: W,
}

/// An item of a service.
pub type ItemOf<S> = Item<<S as Items>::Kind, <S as Items>::Own>;

/// An item as the table has it: its kind and its own members are texts.
pub(crate) type ItemRow = Item<String, String>;

impl<K, W> Deref for Item<K, W> {
    type Target = Base;

    fn deref(&self) -> &Base {
        &self.base
    }
}

impl Base {
    /// Returns whether it is shown at a time in milliseconds since 1970, as far as its own times say.
    pub fn is_due(&self, now_ms: i64) -> bool {
        self.from.is_none_or(|from| from <= now_ms) && self.until.is_none_or(|until| now_ms < until)
    }

    /// Returns the last part of its address.
    pub fn address(&self) -> &str {
        match self.visibility {
            // A slug can be guessed.
            Visibility::Link => &self.id,
            _ => self.slug.as_deref().unwrap_or(&self.id),
        }
    }
}

/// The columns for [`ItemRow::read`].
pub(crate) const COLUMNS: &str = "id, kind, parent, title, note, visibility, slug, is_on, from_ms, until_ms, copied, put_ms, rev, bodies, own,
    (SELECT files FROM attached WHERE attached.owner_did = items.owner_did AND attached.item = items.id)";
/// The index of a column after [`COLUMNS`].
pub(crate) const OWNER_COLUMN: usize = 16;

impl ItemRow {
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let visibility: String = row.get(5)?;
        let files: Option<String> = row.get(15)?;
        let files = files.as_deref().map(serde_json::from_str);
        let files = files.transpose().map_err(|error| unreadable(15, error))?;
        let base = Base {
            files: files.unwrap_or_default(),
            id: row.get(0)?,
            parent: row.get(2)?,
            title: row.get(3)?,
            note: row.get(4)?,
            visibility: Visibility::from_name(&visibility).unwrap_or(Visibility::Private),
            slug: row.get(6)?,
            on: row.get(7)?,
            from: row.get(8)?,
            until: row.get(9)?,
            copied: row.get(10)?,
            put: row.get(11)?,
            rev: row.get(12)?,
            bodies: row.get(13)?,
        };
        let (kind, own) = (row.get(1)?, row.get(14)?);
        Ok(Self { kind, base, own })
    }

    /// Converts the row to the item of a service. The service wrote its kind and its own members.
    pub(crate) fn typed<S: Items>(self) -> rusqlite::Result<ItemOf<S>> {
        let Self { kind, base, own } = self;
        let kind = S::Kind::from_name(&kind).ok_or_else(|| unreadable(1, &kind))?;
        let own = serde_json::from_str(&own).map_err(|error| unreadable(14, error))?;
        Ok(Item { kind, base, own })
    }
}

fn unreadable(column: usize, why: impl Display) -> Error {
    Error::FromSqlConversionFailure(column, Column::Text, why.to_string().into())
}

impl<K: ToSchema, W: PartialSchema> PartialSchema for Item<K, W> {
    fn schema() -> RefOr<Schema> {
        let mut kind = Ref::from_schema_name(K::name());
        kind.description = "What it is.".to_owned();
        let all = ObjectBuilder::new().property("kind", kind);
        let mut all =
            all.required("kind").description(Some("Something on a person's page.")).build();
        for part in [Base::schema(), W::schema()] {
            if let RefOr::T(Schema::Object(part)) = part {
                all.properties.extend(part.properties);
                all.required.extend(part.required);
            }
        }
        RefOr::T(Schema::Object(all))
    }
}

impl<K: ToSchema, W: ToSchema> ToSchema for Item<K, W> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Item")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((K::name().into_owned(), K::schema()));
        Base::schemas(schemas);
        W::schemas(schemas);
    }
}
