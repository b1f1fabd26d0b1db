use imajin_app::FromRow;
use imajin_dfos::Timestamp;
use imajin_ledger::{Reader, rows};
use rusqlite::Result;

/// A link to an asset or an album.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Link {
    pub(crate) owner: String,
    pub(crate) id: String,
    pub(crate) label: Option<String>,
    /// The id of the asset or album.
    pub(crate) of: String,
    pub(crate) digest: String,
    pub(crate) until_ms: i64,
    pub(crate) exact: bool,
    pub(crate) ended: bool,
    pub(crate) at_ms: i64,
}

impl Link {
    /// Whether it leads somewhere now.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        !self.ended && now.as_millis() < self.until_ms
    }
}

const SELECT: &str =
    "SELECT owner_did, id, label, of, digest, until_ms, exact, ended, at_ms FROM links";

pub(crate) fn link(db: Reader<'_>, owner: &str, id: &str) -> Result<Option<Link>> {
    let sql = format!("{SELECT} WHERE owner_did = ?1 AND id = ?2");
    db.row(&sql, [owner, id], Link::read)
}

/// All of a person's links, the newest first.
pub(crate) fn links(db: Reader<'_>, owner: &str) -> Result<Vec<Link>> {
    let sql = format!("{SELECT} WHERE owner_did = ?1 ORDER BY at_ms DESC, id");
    db.rows(&sql, [owner], Link::read)
}

/// A person's link with the digest of a secret.
pub(crate) fn link_of(db: Reader<'_>, owner: &str, digest: &str) -> Result<Option<Link>> {
    let sql = format!("{SELECT} WHERE owner_did = ?1 AND digest = ?2 ORDER BY ended, id LIMIT 1");
    db.row(&sql, [owner, digest], Link::read)
}

/// Returns the number of a person's links that they did not end.
pub(crate) fn count_links(db: Reader<'_>, owner: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM links WHERE owner_did = ?1 AND ended = 0";
    Ok(db.row(sql, [owner], rows::first)?.unwrap_or_default())
}
