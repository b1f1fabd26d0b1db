//! Following: one entry in the follower's log and one in the log of each followed person, all or none.

use axum::extract::{Request, State};
use imajin_protocol::Did;
use imajin_service::extract::{Authed, Page, Path, Query, parse_json, read_body};
use imajin_service::operation::List;
use imajin_service::{Card, CommandRequest, Node, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::lookup::{did_of, find_or_404};
use crate::operations::{Follow, Unfollow};
use crate::projection::PROJECTION;
use crate::queries::{self, Side, follows};

/// The people to follow: one, or several at once.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct FollowRequest {
    did: Option<String>,
    #[serde(default)]
    dids: Vec<String>,
}

/// The caller follows them now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FollowAnswer {
    followed: bool,
}

/// The caller does not follow them any more.
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
    let op = if start { Follow::NAME } else { Unfollow::NAME };
    let did = authed.acting_for(&node, &parts.headers, op)?;
    let asked: FollowRequest = parse_json(&read_body(body, &node).await?)?;
    let mut dids = Vec::new();
    for named in asked.did.iter().chain(&asked.dids) {
        let other = did_of(&node, named)?;
        // No change: nothing to enter, and no error.
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
    let dids = List(dids);
    let command = match start {
        true => CommandRequest::of(did, &Follow { dids })?,
        false => CommandRequest::of(did, &Unfollow { dids })?,
    };
    node.submit(&parts, Some(&authed.0), command).await?;
    Ok(())
}

#[derive(Debug, Deserialize)]
pub(crate) struct StatusQuery {
    did: String,
}

/// Whether the caller follows a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusAnswer {
    following: bool,
}

/// Whether the caller follows a person.
#[utoipa::path(get, path = "/api/follow/status", tag = "follow", params(("did" = String, Query)), responses((status = 200, body = StatusAnswer)))]
pub(crate) async fn status(
    State(node): State<Node>,
    Authed(session): Authed,
    Query(query): Query<StatusQuery>,
) -> Result<axum::Json<StatusAnswer>, Problem> {
    let other = did_of(&node, &query.did)?;
    let following = node.read(PROJECTION.name, |db| follows(db, &session.did, &other))?;
    Ok(axum::Json(StatusAnswer { following }))
}

/// A part of a list of people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PeopleAnswer {
    people: Vec<Card>,
    total: u64,
}

/// The followers of a person.
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

/// The people that a person follows.
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
        let dids = queries::list_side(db, &found.did, side, page.limit, page.offset)?;
        let mut people = Vec::with_capacity(dids.len());
        for did in dids {
            let card = queries::by_did(db, &did)?.and_then(crate::directory::card);
            people.extend(card.or_else(|| unknown(&did)));
        }
        Ok((people, queries::count_side(db, &found.did, side)?))
    })?;
    Ok(axum::Json(PeopleAnswer { people, total }))
}

/// The card of a person without a profile here.
fn unknown(did: &str) -> Option<Card> {
    Some(Card {
        did: Did::parse(did).ok()?,
        handle: None,
        display_name: None,
        avatar: None,
    })
}
