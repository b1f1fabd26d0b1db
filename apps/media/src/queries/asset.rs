//! A row of the table of assets.

use imajin_app::operation::Choice;
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Result, Row, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::months;
use crate::fields::Access;

/// Where an asset is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// The asset is in the library.
    Kept,
    /// Its owner put it in the trash.
    Trash,
    /// Its words and its file are gone.
    Erased,
}

impl State {
    pub(super) fn from_row(row: &Row<'_>, column: usize) -> Result<Self> {
        choice(row, column)
    }
}

/// A column that holds a choice.
pub(super) fn choice<C: Choice>(row: &Row<'_>, column: usize) -> Result<C> {
    let name: String = row.get(column)?;
    C::from_name(&name).ok_or_else(|| {
        let text = format!("{name:?} is none of the choices");
        Error::FromSqlConversionFailure(column, Type::Text, text.into())
    })
}

/// A place on Earth, in 10⁻⁷ degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Place)]
pub(crate) struct AssetLocation {
    /// North of the equator.
    pub(crate) lat: i64,
    /// East of Greenwich.
    pub(crate) lon: i64,
}

/// The thing of another service that uses a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct UsedBy {
    /// The service.
    pub(crate) app: String,
    /// The part of the service that uses it.
    pub(crate) feature: String,
    /// The thing that uses it.
    pub(crate) entity: String,
}

/// An asset, with all that is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asset {
    pub(crate) owner: String,
    pub(crate) id: String,
    pub(crate) cid: String,
    pub(crate) preview: Option<String>,
    pub(crate) state: State,
    pub(crate) state_ms: i64,
    pub(crate) at_ms: i64,
    pub(crate) bodies: i64,
    pub(crate) name: String,
    /// Its media type.
    pub(crate) kind: String,
    pub(crate) bytes: i64,
    /// When it was taken, or else added: `YYYY-MM-DDTHH:MM:SS`.
    pub(crate) day: String,
    pub(crate) width: Option<i64>,
    pub(crate) height: Option<i64>,
    pub(crate) ms: Option<i64>,
    pub(crate) folder: Option<String>,
    pub(crate) access: Access,
    pub(crate) to: Option<String>,
    pub(crate) exact: bool,
    pub(crate) title: Option<String>,
    pub(crate) alt: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) taken: Option<String>,
    pub(crate) zone: Option<i64>,
    pub(crate) taken_from: Option<String>,
    pub(crate) place: Option<AssetLocation>,
    pub(crate) used_by: Option<UsedBy>,
    /// Whether the page that sent it encrypted it.
    pub(crate) sealed: bool,
    /// The properties that programs stored on it, as JSON.
    pub(crate) props: Option<String>,
}

/// The JSON in the column `words`.
#[derive(Default, Serialize, Deserialize)]
struct Words {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taken: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zone: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taken_from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<AssetLocation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    used_by: Option<UsedBy>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    sealed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    props: Option<String>,
}

const COLUMNS: &str = "owner_did, id, cid, preview, state, state_ms, at_ms, bodies, name, kind, bytes, day, width, height, ms, folder, access, to_did, exact, words";

/// A query of whole assets.
pub(in crate::queries) fn select(which: &str) -> String {
    format!("SELECT {COLUMNS} FROM assets {which}")
}

impl Asset {
    /// Whether more than the time of its arrival is known.
    pub(crate) fn is_dated(&self) -> bool {
        self.taken.is_some() && self.taken_from.as_deref() != Some("upload")
    }

    /// Returns an asset without a description.
    pub(crate) fn new(owner: &str, id: &str, at_ms: i64) -> Self {
        Self {
            owner: owner.to_owned(),
            id: id.to_owned(),
            cid: String::new(),
            preview: None,
            state: State::Kept,
            state_ms: at_ms,
            at_ms,
            bodies: 0,
            name: String::new(),
            kind: String::new(),
            bytes: 0,
            day: String::new(),
            width: None,
            height: None,
            ms: None,
            folder: None,
            access: Access::Private,
            to: None,
            exact: false,
            title: None,
            alt: None,
            text: None,
            taken: None,
            zone: None,
            taken_from: None,
            place: None,
            used_by: None,
            sealed: false,
            props: None,
        }
    }

    pub(in crate::queries) fn read(row: &Row<'_>) -> Result<Self> {
        let words: String = row.get(19)?;
        let words: Words = serde_json::from_str(&words)
            .map_err(|error| Error::FromSqlConversionFailure(19, Type::Text, error.into()))?;
        Ok(Self {
            owner: row.get(0)?,
            id: row.get(1)?,
            cid: row.get(2)?,
            preview: row.get(3)?,
            state: State::from_row(row, 4)?,
            state_ms: row.get(5)?,
            at_ms: row.get(6)?,
            bodies: row.get(7)?,
            name: row.get(8)?,
            kind: row.get(9)?,
            bytes: row.get(10)?,
            day: row.get(11)?,
            width: row.get(12)?,
            height: row.get(13)?,
            ms: row.get(14)?,
            folder: row.get(15)?,
            access: choice(row, 16)?,
            to: row.get(17)?,
            exact: row.get(18)?,
            title: words.title,
            alt: words.alt,
            text: words.text,
            taken: words.taken,
            zone: words.zone,
            taken_from: words.taken_from,
            place: words.place,
            used_by: words.used_by,
            sealed: words.sealed,
            props: words.props,
        })
    }

    /// Writes the row.
    pub(crate) fn save(self, db: &Connection) -> Result<()> {
        self.count(db)?;
        let label = self.alt.clone().or_else(|| self.title.clone());
        let words = Words {
            title: self.title,
            alt: self.alt,
            text: self.text,
            taken: self.taken,
            zone: self.zone,
            taken_from: self.taken_from,
            place: self.place,
            used_by: self.used_by,
            sealed: self.sealed,
            props: self.props,
        };
        let words = serde_json::to_string(&words)
            .map_err(|error| Error::ToSqlConversionFailure(error.into()))?;
        let sql = format!(
            "INSERT OR REPLACE INTO assets ({COLUMNS}, sort, said) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)"
        );
        let params = params![
            self.owner,
            self.id,
            self.cid,
            self.preview,
            self.state.name(),
            self.state_ms,
            self.at_ms,
            self.bodies,
            self.name,
            self.kind,
            self.bytes,
            self.day,
            self.width,
            self.height,
            self.ms,
            self.folder,
            self.access.name(),
            self.to,
            self.exact,
            words,
            sort_of(&self.kind),
            label,
        ];
        db.prepare_cached(&sql)?.execute(params).map(drop)
    }

    /// Has the timeline count it as it is to be, before its row is written.
    pub(crate) fn count(&self, db: &Connection) -> Result<()> {
        let is_there = self.state == State::Kept && self.is_seen();
        let day = is_there.then_some(self.day.as_str());
        months::count(db, (&self.owner, &self.id), day)
    }

    /// photo, video, audio, document or other.
    pub(crate) fn sort(&self) -> &'static str {
        sort_of(&self.kind)
    }

    /// Whether the timeline has it.
    pub(crate) fn is_seen(&self) -> bool {
        matches!(self.sort(), "photo" | "video")
    }
}

fn sort_of(kind: &str) -> &'static str {
    match kind.split('/').next() {
        Some("image") => "photo",
        Some("video") => "video",
        Some("audio") => "audio",
        Some("text") => "document",
        _ if kind == "application/pdf" => "document",
        _ => "other",
    }
}
