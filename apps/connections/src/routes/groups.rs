//! Pods and groups: the key of a new one, and what people see of it.

use axum::http::StatusCode;
use imajin_app::extract::{Caller, Page, Path, Person, Visitor};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Node, RoomRole, time};
use imajin_host::custodial_keys::{self, Beginning, Nature};
use imajin_host::prelude::*;
use imajin_log::rules::Owner;
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, Scope, Subtype};
use serde::Serialize;
use utoipa::ToSchema;

use crate::groups::KEPT;
use crate::groups::queries::{self, Group};
use crate::groups::visibility::{find, seen};
use crate::queries::read;

/// A group, as far as the caller may see it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupAnswer {
    did: String,
    /// The name of its conversation.
    #[schema(example = "did:imajin:group:5f0c…")]
    conversation: String,
    /// The log of its conversation, for members: a signature that changes who is in names it in `to`. Left out without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_log: Option<String>,
    /// `group` or `pod`.
    #[schema(example = "group")]
    kind: String,
    /// `public` or `private`.
    #[schema(example = "private")]
    visibility: String,
    /// Null where its owner erased it, as is `about`.
    name: Option<String>,
    about: Option<String>,
    /// The group that it is inside of, where you may see that one.
    parent: Option<String>,
    /// How many people are in it.
    members: u64,
    /// The member to whom its owner offers it; only those two see this.
    offered: Option<String>,
    /// Your role in it: `owner`, `admin`, `member`; null if you have none.
    role: Option<&'static str>,
    since: Option<String>,
    /// The groups inside, as far as you may see them: their DIDs.
    groups: Vec<String>,
}

fn answer(
    node: &Node,
    group: Group,
    role: Option<RoomRole>,
    viewer: Option<&Did>,
) -> Answer<GroupAnswer> {
    let room = match role {
        Some(_) => imajin_turns::log_of(node, &group.did)?,
        None => None,
    };
    read(node, |db| {
        let parent = match &group.parent {
            Some(parent) => seen(db, parent, viewer)?.map(|_| parent.clone()),
            None => None,
        };
        let mut groups = Vec::new();
        for inside in queries::inside(db, &group.did)? {
            if seen(db, inside.did.as_str(), viewer)?.is_some() {
                groups.push(inside.did.to_string());
            }
        }
        Ok(GroupAnswer {
            conversation: Did::conversation_of(&group.did).to_string(),
            conversation_log: room.map(|room| room.to_string()),
            members: queries::size(db, &group.did)?,
            did: group.did.to_string(),
            kind: group.kind,
            visibility: group.visibility,
            name: group.name,
            about: group.about,
            since: time::text(group.since),
            parent,
            offered: queries::offer(db, &group.did, node.now())?
                .filter(|to| role == Some(RoomRole::Owner) || viewer == Some(to))
                .map(|to| to.to_string()),
            role: role.map(|role| role.name()),
            groups,
        })
    })
}

/// The address that a group will have.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupKey {
    /// The group's DID. Its key is made and kept by this box; its record has begun.
    group: String,
}

/// Makes the key and the record of a group that is about to be made.
///
/// The key stays on this box; the maker of the group controls it too, with their own key.
#[utoipa::path(
    post, path = "/api/groups/key", tag = "groups",
    responses((status = 201, body = GroupKey), (status = 401, description = "Not signed in"), (status = 403, description = "Not with your tier")),
)]
pub(crate) async fn key(
    Person(node, session): Person,
) -> Answer<(StatusCode, axum::Json<GroupKey>)> {
    let did = &session.did;
    node.require(did, Capability::Connect)?;
    let kept = node.kept_for(KEPT, did)?;
    // An unused key from an earlier request is returned again instead of a new one.
    let unused = read(&node, |db| {
        for group in kept.into_iter().rev() {
            if queries::any(db, group.as_str())?.is_none() {
                return Ok(Some(group));
            }
        }
        Ok(None)
    })?;
    let group = match unused {
        Some(group) => group,
        None => node.keep_new_key(KEPT, did).await?,
    };
    if node.status(&group)?.is_none() {
        let controllers = match node.ledger().view(did)?.map(|view| view.owner) {
            Some(Owner::Chain(chain)) => custodial_keys::controllers_of(&chain),
            _ => Vec::new(),
        };
        let beginning = Beginning {
            nature: Nature::Identity(Scope::Community, Subtype::Org),
            controllers,
            services: Vec::new(),
        };
        node.begin_kept(&group, beginning).await?;
    }
    let group = group.to_string();
    Ok((StatusCode::CREATED, axum::Json(GroupKey { group })))
}

/// Some of your groups.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupsAnswer {
    /// The groups by name.
    groups: Vec<GroupAnswer>,
    /// How many there are.
    total: u64,
}

/// In which groups am I?
#[utoipa::path(
    get, path = "/api/groups", tag = "groups", params(("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = GroupsAnswer), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn list(
    Person(node, session): Person,
    page: Page,
) -> Answer<axum::Json<GroupsAnswer>> {
    let me = &session.did;
    let (rows, total) = read(&node, |db| {
        let (rows, total) = queries::mine(db, me, &page)?;
        let rows = rows.into_iter().map(|group| {
            let role = queries::role(db, group.did.as_str(), me)?;
            Ok((group, role))
        });
        Ok((rows.collect::<rusqlite::Result<Vec<_>>>()?, total))
    })?;
    let groups = rows
        .into_iter()
        .map(|(group, role)| answer(&node, group, role, Some(me)))
        .collect::<Answer<_>>()?;
    Ok(axum::Json(GroupsAnswer { groups, total }))
}

/// Describes a group. Only members see a private one.
#[utoipa::path(
    get, operation_id = "one", path = "/api/groups/{id}", tag = "groups", params(("id" = String, Path, description = "Its DID, or its conversation's")),
    responses((status = 200, body = GroupAnswer), (status = 404, description = "There is none, or it is not for you to see")),
)]
pub(crate) async fn read_group(
    Visitor(node, Caller(session)): Visitor,
    Path(name): Path<String>,
) -> Answer<axum::Json<GroupAnswer>> {
    let viewer = session.as_ref().map(|session| &session.did);
    let (group, role) = find(&node, &name, viewer)?;
    answer(&node, group, role, viewer).map(axum::Json)
}
