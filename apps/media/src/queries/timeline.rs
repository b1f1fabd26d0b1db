//! Pictures and videos by the month in which they were taken.

use imajin_app::FromRow;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use rusqlite::{Result, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::asset::{self, Asset};
use super::months::OWN;
use crate::fields::LocalTime;

/// The owner or the group of a timeline.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TimelineScope<'a> {
    /// All of a person's own pictures.
    Own(&'a str),
    /// The pictures that members share with a group.
    Group(&'a str),
}

impl<'a> TimelineScope<'a> {
    /// The timeline of a group, or else of a person.
    pub(crate) fn new(person: &'a Did, group: Option<&'a Did>) -> Self {
        group.map_or(Self::Own(person.as_str()), |group| Self::Group(group.as_str()))
    }

    fn condition(self) -> &'static str {
        match self {
            Self::Own(_) => OWN,
            Self::Group(_) => {
                "to_did = ?1 AND access = 'conversation' AND state = 'kept' AND sort IN ('photo', 'video')"
            }
        }
    }

    fn did(&self) -> &str {
        match self {
            Self::Own(did) | Self::Group(did) => did,
        }
    }
}

/// A month of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema, FromRow)]
pub(crate) struct Month {
    /// `YYYY-MM`.
    #[schema(example = "2026-07")]
    pub(crate) month: String,
    /// How many pictures and videos it has.
    pub(crate) count: u64,
}

/// The months of a timeline, the newest first.
pub(crate) fn months(db: Reader<'_>, whose: TimelineScope<'_>) -> Result<Vec<Month>> {
    let sql = match whose {
        // Counted as entries come: a life's photos are not counted for each look.
        TimelineScope::Own(_) => {
            "SELECT month, count FROM months WHERE owner_did = ?1 ORDER BY month DESC".to_owned()
        }
        TimelineScope::Group(_) => format!(
            "SELECT substr(day, 1, 7) AS month, count(*) FROM assets WHERE {} GROUP BY month ORDER BY month DESC",
            whose.condition()
        ),
    };
    db.rows(&sql, [whose.did()], Month::read)
}

/// A picture in a timeline.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Cell {
    pub(crate) id: String,
    pub(crate) owner: String,
    pub(crate) width: Option<i64>,
    pub(crate) height: Option<i64>,
    /// photo or video.
    pub(crate) sort: String,
    pub(crate) ms: Option<i64>,
    /// Local time.
    pub(crate) day: String,
    /// Its description: what you see, or else its title.
    pub(crate) said: Option<String>,
}

/// Returns one month (`YYYY-MM`) of a timeline, the newest first.
pub(crate) fn month(db: Reader<'_>, whose: TimelineScope<'_>, month: &str) -> Result<Vec<Cell>> {
    let sql = format!(
        "SELECT id, owner_did, width, height, sort, ms, day, said FROM assets WHERE {} AND day >= ?2 AND day < ?2 || '~' ORDER BY day DESC, id",
        whose.condition()
    );
    db.rows(&sql, [whose.did(), month], Cell::read)
}

/// Returns the pictures that a person took on this day of years before this one, the newest first, at most `limit`.
pub(crate) fn on_this_day(
    db: Reader<'_>,
    owner: &str,
    now: &LocalTime,
    limit: usize,
) -> Result<Vec<Asset>> {
    let Some((year, day)) = now.as_str().get(..4).zip(now.as_str().get(5..10)) else {
        return Ok(Vec::new());
    };
    let condition = TimelineScope::Own(owner).condition();
    let sql = asset::select(&format!(
        "WHERE {condition} AND day < ?2 AND substr(day, 6, 5) = ?3 ORDER BY day DESC, id LIMIT {limit}"
    ));
    db.rows(&sql, [owner, year, day], Asset::read)
}

/// A person's pictures and videos that aren't for them alone, the newest first: at most `limit`, from `offset` on.
pub(crate) fn shared_pictures(
    db: Reader<'_>,
    owner: &str,
    (limit, offset): (usize, usize),
) -> Result<Vec<Asset>> {
    let condition = TimelineScope::Own(owner).condition();
    let sql = asset::select(&format!(
        "INDEXED BY shared WHERE {condition} AND access <> 'private' ORDER BY day DESC, id LIMIT {limit} OFFSET ?2"
    ));
    let offset = i64::try_from(offset).unwrap_or(i64::MAX);
    db.rows(&sql, params![owner, offset], Asset::read)
}

/// The texts of a file; empty where it lacks one.
pub(crate) struct AssetTexts<'r> {
    pub(crate) name: &'r str,
    pub(crate) title: &'r str,
    pub(crate) alt: &'r str,
    pub(crate) text: &'r str,
    /// The day on which it was taken.
    pub(crate) day: &'r str,
    /// The titles of its owner's albums that it is in.
    pub(crate) albums: &'r str,
}

/// The titles of the albums of a row of `assets`, in one text.
const ALBUMS: &str = "coalesce((SELECT group_concat(title, char(10)) FROM in_albums JOIN albums ON albums.owner_did = in_albums.owner_did AND albums.id = album
    WHERE in_albums.owner_did = assets.owner_did AND asset = assets.id), '')";

/// Returns the kept files of a person whose texts fit, the newest first, at most `limit` of them.
pub(crate) fn having(
    db: Reader<'_>,
    owner: &str,
    has: impl Fn(&AssetTexts<'_>) -> bool,
    limit: usize,
) -> Result<Vec<Asset>> {
    let columns = ["title", "alt", "text"]
        .map(|member| format!("coalesce(json_extract(words, '$.{member}'), '')"));
    let sql = format!(
        "SELECT id, name, day, {}, {ALBUMS} FROM assets WHERE owner_did = ?1 AND state = 'kept' ORDER BY day DESC, id",
        columns.join(", ")
    );
    let rows = db.rows(&sql, [owner], |row| {
        let text = |column| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?);
        let texts = AssetTexts {
            name: text(1)?,
            day: text(2)?,
            title: text(3)?,
            alt: text(4)?,
            text: text(5)?,
            albums: text(6)?,
        };
        has(&texts).then(|| row.get::<_, String>(0)).transpose()
    })?;
    let ids: Vec<String> = rows.into_iter().flatten().take(limit).collect();
    let ids = serde_json::Value::from(ids).to_string();
    let sql = asset::select(
        "WHERE owner_did = ?1 AND id IN (SELECT value FROM json_each(?2)) ORDER BY day DESC, id",
    );
    db.rows(&sql, [owner, &ids], Asset::read)
}
