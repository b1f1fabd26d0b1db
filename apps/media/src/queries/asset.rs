//! A row of the table of assets.

use imajin_app::FromRow;
use imajin_app::operation::Choice;
use imajin_ledger::rows::{Column, run};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Result, Row, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::months;
use crate::fields::Access;

/// Where an asset is in its life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// The asset is in the library.
    #[default]
    Kept,
    /// Its owner put it in the trash.
    Trash,
    /// Its words and its file are gone.
    Erased,
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
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
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
    pub(crate) words: Words,
}

/// The words about an asset, in the column `words` as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) taken: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) zone: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) taken_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<AssetLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) used_by: Option<UsedBy>,
    /// Whether the page that sent it encrypted it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) sealed: bool,
    /// The properties that programs stored on it, as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) props: Option<String>,
}

impl Column for Words {
    fn read(row: &Row<'_>, column: usize) -> Result<Self> {
        let words: String = row.get(column)?;
        serde_json::from_str(&words)
            .map_err(|error| Error::FromSqlConversionFailure(column, Type::Text, error.into()))
    }
}

const COLUMNS: &str = "owner_did, id, cid, preview, state, state_ms, at_ms, bodies, name, kind, bytes, day, width, height, ms, folder, access, to_did, exact, words";

/// A query of whole assets.
pub(in crate::queries) fn select(which: &str) -> String {
    format!("SELECT {COLUMNS} FROM assets {which}")
}

impl Asset {
    /// Whether more than the time of its arrival is known.
    pub(crate) fn is_dated(&self) -> bool {
        self.words.taken.is_some() && self.words.taken_from.as_deref() != Some("upload")
    }

    /// Returns an asset without a description.
    pub(crate) fn new(owner: &str, id: &str, at_ms: i64) -> Self {
        Self {
            owner: owner.to_owned(),
            id: id.to_owned(),
            state_ms: at_ms,
            at_ms,
            ..Self::default()
        }
    }

    pub(crate) fn save(self, db: &Connection) -> Result<()> {
        self.count(db)?;
        let words = &self.words;
        let label = words.alt.as_ref().or(words.title.as_ref());
        let json = serde_json::to_string(words)
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
            json,
            sort_of(&self.kind),
            label,
        ];
        run(db, &sql, params)
    }

    /// Has the timeline count it as it is to be, before its row is written.
    pub(crate) fn count(&self, db: &Connection) -> Result<()> {
        let is_there = self.state == State::Kept && self.is_seen();
        let day = is_there.then_some(self.day.as_str());
        months::count(db, &self.owner, &self.id, day)
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
