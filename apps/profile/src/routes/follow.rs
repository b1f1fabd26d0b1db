//! Following: an entry in one's own log, and one in the log of each who is followed, all or none.

use axum::extract::{Request, State};
use imajin_protocol::{Did, Fact, FactItem, FactValue, IdText};
use imajin_service::extract::{Authed, Page, Path, Query, parse_json, read_body};
use imajin_service::{Card, Node, Problem, Wish};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{did_of, find_or_404};
use crate::ops;
use crate::projection::{PROJECTION, follows};
use crate::reads::{self, Side};

/// Whom to follow: one, or several at once.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct FollowRequest {
    did: Option<String>,
    #[serde(default)]
    dids: Vec<String>,
}

/// That one follows them now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FollowAnswer {
    followed: bool,
}

/// That one does not follow them any more.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnfollowAnswer {
    unfollowed: bool,
}

/// Follows somebody, by DID or handle.
#[utoipa::path(post, path = "/api/follow", tag = "follow", request_body = FollowRequest, responses((status = 200, body = FollowAnswer), (status = 404, description = "Nobody here goes by that")))]
pub(crate) async fn follow(
    state: State<Node>,
    authed: Authed,
    request: Request,
) -> Result<axum::Json<FollowAnswer>, Problem> {
    change(state, authed, request, true).await?;
    Ok(axum::Json(FollowAnswer { followed: true }))
}

/// Stops following somebody.
#[utoipa::path(delete, path = "/api/follow", tag = "follow", request_body = FollowRequest, responses((status = 200, body = UnfollowAnswer)))]
pub(crate) async fn unfollow(
    state: State<Node>,
    authed: Authed,
    request: Request,
) -> Result<axum::Json<UnfollowAnswer>, Problem> {
    change(state, authed, request, false).await?;
    Ok(axum::Json(UnfollowAnswer { unfollowed: true }))
}

async fn change(
    State(node): State<Node>,
    authed: Authed,
    request: Request,
    start: bool,
) -> Result<(), Problem> {
    let (parts, body) = request.into_parts();
    let op = if start { ops::FOLLOW } else { ops::UNFOLLOW };
    let did = authed.acting_for(&node, &parts.headers, op)?;
    let asked: FollowRequest = parse_json(&read_body(body, &node).await?)?;
    let mut dids = Vec::new();
    for named in asked.did.iter().chain(&asked.dids) {
        let other = did_of(&node, named)?;
        // Already so: nothing to enter, and no error either.
        if node.read(PROJECTION.name, |db| follows(db, &did, &other))? != start
            && !dids.contains(&other)
        {
            dids.push(other);
        }
    }
    if asked.did.is_none() && asked.dids.is_empty() {
        return Err(Problem::field(
            "did",
            "Name whom: {\"did\": \"did:imajin:…\"}.",
        ));
    }
    if dids.is_empty() {
        return Ok(());
    }
    let wish = Wish::new(did, op).fact(fact(&dids)?);
    node.perform(&parts, Some(&authed.0), wish).await?;
    Ok(())
}

fn fact(dids: &[Did]) -> Result<Fact, Problem> {
    let bad = |error: String| Problem::field("did", error);
    let ids: Result<Vec<FactItem>, Problem> = dids
        .iter()
        .map(|did| {
            IdText::from_did(did)
                .map(FactItem::Id)
                .map_err(|error| bad(format!("{error}.")))
        })
        .collect();
    Fact::new([(ops::FACT_DIDS, FactValue::List(ids?))]).map_err(|error| bad(format!("{error}.")))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Whom {
    did: String,
}

/// Whether who asks follows somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusAnswer {
    following: bool,
}

/// Whether who asks follows somebody.
#[utoipa::path(get, path = "/api/follow/status", tag = "follow", params(("did" = String, Query)), responses((status = 200, body = StatusAnswer)))]
pub(crate) async fn status(
    State(node): State<Node>,
    Authed(session): Authed,
    Query(whom): Query<Whom>,
) -> Result<axum::Json<StatusAnswer>, Problem> {
    let other = did_of(&node, &whom.did)?;
    let following = node.read(PROJECTION.name, |db| follows(db, &session.did, &other))?;
    Ok(axum::Json(StatusAnswer { following }))
}

/// A part of a list of people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PeopleAnswer {
    people: Vec<Card>,
    total: u64,
}

/// Who follows somebody.
#[utoipa::path(
    get, path = "/api/profile/{id}/followers", tag = "follow",
    params(("id" = String, Path), ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = PeopleAnswer)),
)]
pub(crate) async fn followers(
    State(node): State<Node>,
    Path(id): Path<String>,
    page: Page,
) -> Result<axum::Json<PeopleAnswer>, Problem> {
    list(&node, &id, &page, Side::Followers)
}

/// Whom somebody follows.
#[utoipa::path(
    get, path = "/api/profile/{id}/following", tag = "follow",
    params(("id" = String, Path), ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = PeopleAnswer)),
)]
pub(crate) async fn following(
    State(node): State<Node>,
    Path(id): Path<String>,
    page: Page,
) -> Result<axum::Json<PeopleAnswer>, Problem> {
    list(&node, &id, &page, Side::Following)
}

fn list(
    node: &Node,
    id: &str,
    page: &Page,
    side: Side,
) -> Result<axum::Json<PeopleAnswer>, Problem> {
    let found = find_or_404(node, id)?;
    if found.public.contains(r#""visibility":"incognito""#) {
        return Ok(axum::Json(PeopleAnswer {
            people: Vec::new(),
            total: 0,
        }));
    }
    let (people, total) = node.read(PROJECTION.name, |db| {
        let dids = reads::list_side(db, &found.did, side, page.limit, page.offset)?;
        let mut people = Vec::with_capacity(dids.len());
        for did in dids {
            let card = reads::by_did(db, &did)?.and_then(crate::directory::card);
            people.extend(card.or_else(|| unknown(&did)));
        }
        Ok((people, reads::count_side(db, &found.did, side)?))
    })?;
    Ok(axum::Json(PeopleAnswer { people, total }))
}

/// Somebody without a profile here.
fn unknown(did: &str) -> Option<Card> {
    Some(Card {
        did: Did::parse(did).ok()?,
        handle: None,
        display_name: None,
        avatar: None,
    })
}
