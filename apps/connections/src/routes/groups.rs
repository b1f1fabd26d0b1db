//! Pods and groups: making one, seeing it, changing it, its end.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use imajin_app::extract::{Authed, Caller, Page, Path, parse_json, read_body};
use imajin_app::{Answer, CommandRequest, Node, Problem, time};
use imajin_host::custodial_keys::{self, Beginning, Nature};
use imajin_host::prelude::*;
use imajin_log::rules::Owner;
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, Scope, Subtype};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::{read, salted};
use crate::fields::{About, GroupDid, GroupName};
use crate::groups::queries::{self, Group};
use crate::groups::visibility::{find, find_own, missing, seen};
use crate::groups::{KEPT, OWNER};
use crate::operations::{ChangeGroup, CreateGroup, DissolveGroup};
use crate::projection::PROJECTION;

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
    role: Option<&'static str>,
    viewer: Option<&Did>,
) -> Answer<GroupAnswer> {
    let room = match role {
        Some(_) => imajin_turns::log_of(node, &group.did)?,
        None => None,
    };
    node.read(PROJECTION.name, |db| {
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
                .filter(|to| role == Some(OWNER) || viewer == Some(to))
                .map(|to| to.to_string()),
            role,
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
    State(node): State<Node>,
    Authed(session): Authed,
) -> Answer<(StatusCode, axum::Json<GroupKey>)> {
    let did = &session.did;
    node.require(did, Capability::Connect)?;
    let kept = node.kept_for(KEPT, did)?;
    // An unused key from an earlier request is returned again instead of a new one.
    let unused = node.read(PROJECTION.name, |db| {
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

/// A group to make, or what it shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GroupForm {
    /// The group's address from `POST /connections/api/groups/key`; not needed for a change.
    group: Option<String>,
    /// At most 80 characters.
    name: String,
    /// At most 2000 characters.
    about: Option<String>,
    /// `group` (if left out) or `pod`: a small circle, private and inside nothing. Cannot be changed.
    kind: Option<String>,
    /// `private` (if left out) or `public`.
    visibility: Option<String>,
    /// The group that it is inside of, which you lead; at most three deep. Cannot be changed.
    parent: Option<String>,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

impl GroupForm {
    fn name(&self) -> Answer<GroupName> {
        read("name", &self.name)
    }

    fn read_about(&self) -> Answer<Option<About>> {
        let about = self.about.as_deref();
        about.map(|about| read("about", about)).transpose()
    }
}

/// Make a group, or a pod.
#[utoipa::path(
    post, path = "/api/groups", tag = "groups", request_body = GroupForm,
    params(("MJN-Proof" = Option<String>, Header, description = "The proof of will of `connections.group.create`")),
    responses((status = 201, body = GroupAnswer), (status = 400, description = "A field is wrong"), (status = 401, description = "Not signed in"), (status = 403, description = "It must be signed: `sign` says what; or not with your tier")),
)]
pub(crate) async fn create(
    State(node): State<Node>,
    Authed(session): Authed,
    request: Request,
) -> Answer<(StatusCode, axum::Json<GroupAnswer>)> {
    let (parts, body) = request.into_parts();
    let form: GroupForm = parse_json(&read_body(body, &node).await?)?;
    node.require(&session.did, Capability::Connect)?;
    let named = form.group.as_deref().ok_or_else(|| {
        Problem::field("group", "Ask POST /connections/api/groups/key for the group's address first: your signature names it.")
    })?;
    let group = node.resolve(named)?.ok_or_else(missing)?;
    let parent = form.parent.as_deref();
    let create = CreateGroup {
        group: GroupDid(group.clone()),
        kind: read("kind", form.kind.as_deref().unwrap_or("group"))?,
        visibility: read(
            "visibility",
            form.visibility.as_deref().unwrap_or("private"),
        )?,
        parent: parent.map(|parent| read("parent", parent)).transpose()?,
        name: form.name()?,
        about: form.read_about()?,
    };
    let command = CommandRequest::from_operation(session.did.clone(), &create)?;
    let command = salted(command, form.salt.as_ref())?;
    node.submit_or_request_signature(&parts, &session, command, &[&group])
        .await?;
    let (found, role) = find(&node, group.as_str(), Some(&session.did))?;
    let answer = answer(&node, found, role, Some(&session.did))?;
    Ok((StatusCode::CREATED, axum::Json(answer)))
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
    State(node): State<Node>,
    Authed(session): Authed,
    page: Page,
) -> Answer<axum::Json<GroupsAnswer>> {
    let me = &session.did;
    let (rows, total) = node.read(PROJECTION.name, |db| {
        let (rows, total) = queries::mine(db, me, page.limit, page.offset)?;
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
    State(node): State<Node>,
    Caller(session): Caller,
    Path(name): Path<String>,
) -> Answer<axum::Json<GroupAnswer>> {
    let viewer = session.as_ref().map(|session| &session.did);
    let (group, role) = find(&node, &name, viewer)?;
    answer(&node, group, role, viewer).map(axum::Json)
}

/// Changes its name, its description and who sees it. For its owner.
#[utoipa::path(
    put, path = "/api/groups/{id}", tag = "groups", request_body = GroupForm, params(("id" = String, Path, description = "Its DID, or its conversation's")),
    responses((status = 200, body = GroupAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Not yours"), (status = 404, description = "There is none, or it is not for you to see")),
)]
pub(crate) async fn update(
    State(node): State<Node>,
    who: Authed,
    Path(name): Path<String>,
    request: Request,
) -> Answer<axum::Json<GroupAnswer>> {
    let (parts, body) = request.into_parts();
    let did = who.acting_for(&node, &parts.headers, ChangeGroup::NAME)?;
    let form: GroupForm = parse_json(&read_body(body, &node).await?)?;
    let (group, _) = find_own(&node, &name, &did)?;
    let visibility = form.visibility.as_deref().unwrap_or(&group.visibility);
    let change = ChangeGroup {
        group: GroupDid(group.did.clone()),
        visibility: read("visibility", visibility)?,
        name: form.name()?,
        about: form.read_about()?,
    };
    let command = salted(
        CommandRequest::from_operation(did.clone(), &change)?,
        form.salt.as_ref(),
    )?;
    node.submit(&parts, Some(&who.0), command).await?;
    let (group, role) = find(&node, group.did.as_str(), Some(&did))?;
    answer(&node, group, role, Some(&did)).map(axum::Json)
}

/// End a group, for everybody, at once. By its owner; groups inside first.
#[utoipa::path(
    delete, path = "/api/groups/{id}", tag = "groups", params(("id" = String, Path, description = "Its DID, or its conversation's")),
    responses((status = 204, description = "It is no more, and its words are erased"), (status = 401, description = "Not signed in"), (status = 403, description = "Not yours, or it must be signed"), (status = 404, description = "There is none, or it is not for you to see"), (status = 409, description = "Other groups are inside")),
)]
pub(crate) async fn dissolve(
    State(node): State<Node>,
    Authed(session): Authed,
    Path(name): Path<String>,
    request: Request,
) -> Answer<StatusCode> {
    let (parts, _) = request.into_parts();
    let (group, _) = find_own(&node, &name, &session.did)?;
    let dissolve = DissolveGroup {
        group: GroupDid(group.did.clone()),
    };
    let command = CommandRequest::from_operation(session.did.clone(), &dissolve)?;
    node.submit_or_request_signature(&parts, &session, command, &[&group.did])
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
