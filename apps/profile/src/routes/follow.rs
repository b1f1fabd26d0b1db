//! Following: one entry in the follower's log and one in the log of each followed person, all or none.

use axum::Json;
use axum::extract::{Request, State};
use imajin_app::extract::{Page, Path, Person, Query, parse_json, read_body};
use imajin_app::operation::List;
use imajin_app::{Answer, Card, CommandRequest, Node, Problem};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Who;
use crate::lookup::{did_of, find_or_404};
use crate::operations::{Follow, Unfollow};
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

/// Follows a person, by DID or handle.
#[utoipa::path(post, path = "/api/follow", tag = "follow", request_body = FollowRequest, responses((status = 200, body = FollowAnswer), (status = 404, description = "Nobody here goes by that")))]
pub(crate) async fn follow(who: Who, request: Request) -> Answer<Json<FollowAnswer>> {
    change(who, request, true).await?;
    Ok(Json(FollowAnswer { followed: true }))
}

/// Stops following a person.
#[utoipa::path(delete, path = "/api/follow", tag = "follow", request_body = FollowRequest, responses((status = 200, body = UnfollowAnswer)))]
pub(crate) async fn unfollow(who: Who, request: Request) -> Answer<Json<UnfollowAnswer>> {
    change(who, request, false).await?;
    Ok(Json(UnfollowAnswer { unfollowed: true }))
}

async fn change((State(node), authed): Who, request: Request, start: bool) -> Answer<()> {
    let (parts, body) = request.into_parts();
    let op = if start { Follow::NAME } else { Unfollow::NAME };
    let did = authed.acting_for(&node, &parts.headers, op)?;
    let payload: FollowRequest = parse_json(&read_body(body, &node).await?)?;
    if payload.did.is_none() && payload.dids.is_empty() {
        let message = "Name whom: {\"did\": \"did:imajin:…\"}.";
        return Err(Problem::field("did", message));
    }
    let mut dids = Vec::new();
    for named in payload.did.iter().chain(&payload.dids) {
        let other = did_of(&node, named)?;
        // An unchanged relation enters nothing and isn't an error.
        if queries::read(&node, |db| follows(db, &did, &other))? != start && !dids.contains(&other)
        {
            dids.push(other);
        }
    }
    if dids.is_empty() {
        return Ok(());
    }
    let dids = List(dids);
    let command = if start {
        CommandRequest::from_operation(did, &Follow { dids })?
    } else {
        CommandRequest::from_operation(did, &Unfollow { dids })?
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
    Person(node, session): Person,
    Query(query): Query<StatusQuery>,
) -> Answer<Json<StatusAnswer>> {
    let other = did_of(&node, &query.did)?;
    let following = queries::read(&node, |db| follows(db, &session.did, &other))?;
    Ok(Json(StatusAnswer { following }))
}

/// The owner of a list, and the page of it.
type Part = (State<Node>, Path<String>, Page);

/// A part of a list of people.
#[derive(Debug, Default, Serialize, ToSchema)]
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
pub(crate) async fn followers(part: Part) -> Answer<Json<PeopleAnswer>> {
    list(part, Side::Followers)
}

/// The people that a person follows.
#[utoipa::path(
    get, path = "/api/profile/{id}/following", tag = "follow",
    params(("id" = String, Path), ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = PeopleAnswer)),
)]
pub(crate) async fn following(part: Part) -> Answer<Json<PeopleAnswer>> {
    list(part, Side::Following)
}

fn list((State(node), Path(id), page): Part, side: Side) -> Answer<Json<PeopleAnswer>> {
    let profile = find_or_404(&node, &id)?;
    if profile.is_incognito() {
        return Ok(Json(PeopleAnswer::default()));
    }
    let (people, total) = queries::read(&node, |db| {
        let dids = queries::list_side(db, &profile.did, side, page.limit, page.offset)?;
        let mut people = Vec::with_capacity(dids.len());
        for did in dids {
            let card = queries::by_did(db, &did)?.and_then(crate::directory::card);
            people.extend(card.or_else(|| Did::parse(&did).ok().map(Card::unnamed)));
        }
        Ok((people, queries::count_side(db, &profile.did, side)?))
    })?;
    Ok(Json(PeopleAnswer { people, total }))
}
