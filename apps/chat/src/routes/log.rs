//! The log of a conversation, as its members check it.
//!
//! Always: everybody who is in sees every header and every turn; which bodies of messages they see, `sight` says.

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use imajin_app::extract::{Path, Person, Query};
use imajin_app::log_rows::{LogRow, LogRows};
use imajin_app::recent::{FreshAnswer, Recent, Tables};
use imajin_app::{Answer, Authority, Node, Problem, refuse_if};
use imajin_dfos::{Timestamp, base64};
use imajin_log::entry::Header;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::projection::PROJECTION;
use crate::queries;
use crate::room_role::{find, find_for, role_in};
use crate::sight::Sight;
use crate::verified::entry_at;

/// Rows of an answer at most.
const ROWS_MAX: u64 = 200;

/// Size of the cache of recently read rows in bytes: about ten conversations.
const RECENT_BYTES_MAX: usize = 1 << 20;

/// The cached answers with rows, as JSON. A page that opens a conversation asks for its newest rows, and each of them
/// is found in four tables and hashed.
struct RecentRows(Recent<Bytes>);

impl Default for RecentRows {
    fn default() -> Self {
        Self(Recent::new(Tables::Of(PROJECTION.name), RECENT_BYTES_MAX))
    }
}

/// The requested part of a log.
#[derive(Debug, Deserialize)]
pub(crate) struct PartQuery {
    after: Option<u64>,
    before: Option<u64>,
    limit: Option<u64>,
}

impl PartQuery {
    fn limit(&self) -> Answer<u64> {
        let limit = self.limit.unwrap_or(ROWS_MAX);
        if (1..=ROWS_MAX).contains(&limit) {
            Ok(limit)
        } else {
            Err(Problem::field("limit", format!("limit must be a number from 1 to {ROWS_MAX}.")))
        }
    }
}

/// An entry's place and CID.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Head {
    seq: u64,
    cid: String,
}

/// Rows of a conversation's log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RowsAnswer {
    /// Oldest first.
    rows: Vec<LogRow>,
    /// Whether there are more behind these; with `before`, more before them.
    has_more: bool,
    /// The newest entry of the log.
    head: Head,
}

/// The first place after one.
fn places_from(after: Option<u64>) -> u64 {
    after.map_or(0, |after| after.saturating_add(1))
}

fn head(node: &Node, log: &Did) -> Answer<Head> {
    let status = node.status(log)?;
    let status = status.ok_or_else(|| Problem::internal("a conversation without a log"))?;
    Ok(Head { seq: status.seq, cid: status.cid.to_string() })
}

/// Rows of a conversation's log: each entry with the header of its intent, and its body if it is for you to see.
#[utoipa::path(
    get, path = "/api/d/{did}/log", tag = "chat",
    params(
        ("did" = String, Path, description = "The name of a conversation, or its log"),
        ("after" = Option<u64>, Query, description = "Rows after this place"),
        ("before" = Option<u64>, Query, description = "The last rows before this place"),
        ("limit" = Option<u64>, Query, description = "At most so many, up to 200"),
    ),
    responses((status = 200, body = RowsAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "You are in no such conversation")),
)]
pub(crate) async fn rows(
    Person(node, session): Person,
    Path(did): Path<String>,
    Query(part): Query<PartQuery>,
) -> Answer<Response> {
    let limit = part.limit()?;
    let (after, limit) = match (part.after, part.before) {
        (Some(_), Some(_)) => {
            return Err(Problem::field("before", "Send after or before, not both."));
        }
        (after, None) => (after, limit),
        (None, Some(before)) => {
            let from = before.saturating_sub(limit);
            (from.checked_sub(1), before - from)
        }
    };
    let (room, _) = find_for(&node, &did, &session.did)?;
    let sight = Sight::read(&node, &room, &session.did)?;
    let head = head(&node, &room.log)?;
    let (from, is_before) = (places_from(after), part.before.is_some());
    let seen = sight.of_places(from, limit);
    // The key includes the damage: answers from before a log was damaged are not reused.
    let is_damaged = node.ledger().damage(&room.log).is_some();
    let key = format!("{} {is_damaged} {} {from} {limit} {is_before} {seen}", room.log, head.cid);
    let recent = node.state::<RecentRows>();
    let answer = recent.0.get_later(&node, &key, async {
        let page = match usize::try_from(limit).unwrap_or(usize::MAX) {
            0 => LogRows::default(),
            most => {
                let shows = move |header: &Header| sight.shows(header);
                node.log_rows(&room.log, after, most, shows).await?
            }
        };
        let answer = RowsAnswer {
            rows: page.rows,
            has_more: if is_before { after.is_some() } else { page.has_more },
            head,
        };
        let json = serde_json::to_vec(&answer).map_err(Problem::internal)?;
        Ok(FreshAnswer { bytes: json.len(), value: Bytes::from(json), until: Timestamp::MAX })
    });
    let mut response = Response::new(Body::from(Bytes::clone(&*answer.await?)));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// The turns of a conversation, and the entry that it begins with.
#[utoipa::path(
    get, path = "/api/d/{did}/turns", tag = "chat",
    params(
        ("did" = String, Path, description = "The name of a conversation, or its log"),
        ("after" = Option<u64>, Query, description = "Turns after this place"),
        ("limit" = Option<u64>, Query, description = "At most so many, up to 200"),
    ),
    responses((status = 200, body = RowsAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "You are in no such conversation")),
)]
pub(crate) async fn turns(
    Person(node, session): Person,
    Path(did): Path<String>,
    Query(part): Query<PartQuery>,
) -> Answer<axum::Json<RowsAnswer>> {
    let limit = usize::try_from(part.limit()?).unwrap_or(usize::MAX);
    let (room, _) = find_for(&node, &did, &session.did)?;
    let from = places_from(part.after);
    let places = queries::read(&node, |db| queries::turns_from(db, &room.log, from))?;
    let first = part.after.is_none().then_some(0);
    let places: Vec<u64> = first.into_iter().chain(places).collect();
    let mut rows = Vec::new();
    for (first, count) in runs(places.iter().copied().take(limit)) {
        let (mut next, end) = (first, first.saturating_add(count));
        while next < end {
            let most = usize::try_from(end - next).unwrap_or(usize::MAX);
            let page = node.log_rows(&room.log, next.checked_sub(1), most, |_| true).await?;
            if page.rows.is_empty() {
                break;
            }
            next += page.rows.len() as u64;
            rows.extend(page.rows);
        }
    }
    Ok(axum::Json(RowsAnswer {
        rows,
        has_more: places.len() > limit,
        head: head(&node, &room.log)?,
    }))
}

/// Places that follow one another, as the first of each run and how many there are. Everybody who comes in at the beginning is a
/// turn, one after the other, and a read for each would take most of opening a room.
fn runs(places: impl Iterator<Item = u64>) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for place in places {
        match runs.last_mut() {
            Some((first, count)) if *first + *count == place => *count += 1,
            _ => runs.push((place, 1)),
        }
    }
    runs
}

/// A member's own mark of how far they read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadRow {
    did: String,
    /// The header of their `chat.read` with its proof, dag-cbor, base64url.
    header: String,
}

/// Signed marks of reading.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadsAnswer {
    /// The newest of each other member.
    reads: Vec<ReadRow>,
}

/// Lists the reading marks of the other members, of those who let them be seen. Ask for it before the rows.
#[utoipa::path(
    get, path = "/api/d/{did}/reads", tag = "chat",
    params(("did" = String, Path, description = "The name of a conversation, or its log")),
    responses((status = 200, body = ReadsAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "You are in no such conversation")),
)]
pub(crate) async fn reads(
    Person(node, session): Person,
    Path(did): Path<String>,
) -> Answer<axum::Json<ReadsAnswer>> {
    let (room, _) = find_for(&node, &did, &session.did)?;
    let marks = queries::read(&node, |db| queries::marks(db, &room.log))?;
    let mut reads = Vec::new();
    for (who, place) in marks.into_iter().filter(|(who, _)| *who != session.did) {
        let entry = entry_at(&node, &who, place)?;
        reads.extend(entry.map(|entry| ReadRow {
            did: who.to_string(),
            header: base64::encode_url(&entry.header),
        }));
    }
    Ok(axum::Json(ReadsAnswer { reads }))
}

/// The genesis of a conversation's log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GenesisAnswer {
    /// The first operation of its identity chain, a compact JWS, which names the conversation.
    token: String,
}

/// The genesis of a conversation's log, for everybody who ever was in it.
///
/// Your own record names the log, and a page that shows a readable conversation asks which one that was.
#[utoipa::path(
    get, path = "/api/d/{did}/genesis", tag = "chat",
    params(("did" = String, Path, description = "The name of a conversation, or its log")),
    responses((status = 200, body = GenesisAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "You were never in such a conversation")),
)]
pub(crate) async fn genesis(
    Person(node, session): Person,
    Path(did): Path<String>,
) -> Answer<axum::Json<GenesisAnswer>> {
    let none = || Problem::not_found("You are not in such a conversation on this box.");
    let room = find(&node, &did)?.ok_or_else(none)?;
    let (log, me) = (&room.log, &session.did);
    // The log of an event's room lists no members: authors and readers were in it.
    let was_in = queries::read(&node, |db| {
        Ok(!queries::spans(db, log, me)?.is_empty()
            || queries::place(db, log, me)?.is_some()
            || queries::read_mark(db, me, log)?.is_some())
    })?;
    refuse_if!(!was_in && role_in(&node, &room, &session.did)?.is_none(), none());
    // The tables have the chain even if the log is damaged.
    let chain = match node.get::<dyn Authority>() {
        Some(authority) => authority.chain(&node, &room.log)?,
        None => Vec::new(),
    };
    let token = chain.into_iter().next();
    let token = token.ok_or_else(|| Problem::internal("a conversation without a genesis"))?;
    Ok(axum::Json(GenesisAnswer { token }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_follow_one_another_are_read_together() {
        let places = [0, 1, 2, 5, 7, 8];
        assert_eq!(runs(places.into_iter()), [(0, 3), (5, 1), (7, 2)]);
        assert_eq!(runs(std::iter::empty()), []);
    }
}
