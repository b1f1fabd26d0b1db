//! The node's content chain, as its log tells it: one row an anchor.
//!
//! Always: each operation extends the one before it in the node's log, or begins a chain.

use imajin_dfos::content::{ContentId, Operation, State};
use imajin_dfos::{Did as DfosDid, Timestamp, Value, statement};
use imajin_ledger::Reader;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_log::anchors::AnchorBody;
use imajin_protocol::Did;
use rusqlite::{Connection, params};

/// The newest operation, and the place of its entry.
#[derive(Debug, Clone)]
pub(crate) struct Newest {
    /// The entry in the node's log.
    pub(super) seq: u64,
    /// The time of the anchor.
    pub(super) at: Timestamp,
    /// The state of the content chain up to this anchor, which the next one extends.
    pub(super) state: State,
}

/// Brings an anchor into the table.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(Ok(anchor)) = entry.body.map(AnchorBody::read) else {
        return Ok(());
    };
    let Ok(read) = statement::read::<Operation>(&anchor.token) else {
        return Ok(());
    };
    let did = entry.did.as_str();
    let cid = read.cid().to_string();
    let begun = match read.statement().action.previous() {
        None => Some((cid.clone(), 1)),
        Some(previous) => {
            let sql =
                "SELECT genesis, length + 1 FROM anchors WHERE owner_did = ?1 AND operation = ?2";
            Reader::from(db)
                .row(sql, [did, previous], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?
        }
    };
    let Some((genesis, length)) = begun else {
        return Ok(());
    };
    let sql = "INSERT OR REPLACE INTO anchors VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let created_at = read.statement().created_at.to_string();
    let document = anchor.document.cid().to_string();
    let params = params![did, entry.seq, cid, genesis, length, created_at, document, anchor.token];
    run(db, sql, params)
}

/// The newest operation of a node.
pub(super) fn newest(
    db: &Connection,
    node: &Did,
    creator: &DfosDid,
) -> rusqlite::Result<Option<Newest>> {
    let sql = "SELECT seq, operation, genesis, length, created_at, document FROM anchors
               WHERE owner_did = ?1 ORDER BY seq DESC LIMIT 1";
    Reader::from(db).row(sql, [node.as_str()], |row| {
        let text = |at| row.get::<_, String>(at);
        let genesis = text(2)?;
        let content_id = imajin_dfos::cid::parse_cid(&genesis)
            .map(|genesis| ContentId::from_genesis(&genesis).to_string())
            .unwrap_or_default();
        let snapshot = Value::map([
            ("contentId", Value::from(content_id)),
            ("genesisCID", Value::from(genesis)),
            ("headCID", Value::from(text(1)?)),
            ("isDeleted", Value::Bool(false)),
            ("currentDocumentCID", Value::from(text(5)?)),
            ("length", Value::Int(row.get(3)?)),
            ("creatorDID", Value::from(creator.as_str())),
            ("lastCreatedAt", Value::from(text(4)?)),
        ]);
        let state = State::from_trusted_snapshot(&snapshot).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(
                0,
                rusqlite::types::Type::Text,
                Box::new(error),
            )
        })?;
        Ok(Newest { seq: row.get::<_, i64>(0)?.unsigned_abs(), at: state.updated_at(), state })
    })
}

/// All operations of a node, oldest first.
pub(super) fn tokens(db: &Connection, node: &Did) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT token FROM anchors WHERE owner_did = ?1 ORDER BY seq";
    Reader::from(db).rows(sql, [node.as_str()], |row| row.get(0))
}

/// The CID of a node's newest published operation; none before the first anchor.
pub(crate) fn newest_anchor<'a>(
    db: impl Into<Reader<'a>>,
    node: &Did,
) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT operation FROM anchors WHERE owner_did = ?1 ORDER BY seq DESC LIMIT 1";
    db.into().row(sql, [node.as_str()], |row| row.get(0))
}
