//! Pods and groups: making one, seeing it, changing it, its end.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use imajin_dfos::Value;
use imajin_ledger::rules::Owner;
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, Fact, FactValue, IdText, Scope, Subtype};
use imajin_service::extract::{Authed, Caller, Page, Path, parse_json, read_body};
use imajin_service::{Answer, Node, Problem, Wish, kept};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::{id_of, salt_of};
use crate::groups::reads::{self, Group};
use crate::groups::{KEPT, OWNER, conversation};
use crate::ops::{self, group as op};
use crate::own::time;
use crate::projection::PROJECTION;

/// A group, as who asks may see it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupAnswer {
    did: String,
    /// The name of its conversation.
    #[schema(example = "did:imajin:group:5f0c…")]
    conversation: String,
    /// `group` or `pod`.
    #[schema(example = "group")]
    kind: String,
    /// `public` or `private`.
    #[schema(example = "private")]
    visibility: String,
    /// Null where its owner erased it, as is `about`.
    name: Option<String>,
    about: Option<String>,
    /// The group that it stands in, where you may see that one.
    parent: Option<String>,
    /// How many people are in it.
    members: u64,
    /// To whom its owner offers it, for the owner and for them.
    offered: Option<String>,
    /// As what you belong to it: `owner`, `admin`, `member`; null where you do not.
    role: Option<&'static str>,
    since: Option<String>,
    /// Groups that stand in it, as far as you may see them: their DIDs.
    groups: Vec<String>,
}

pub(crate) fn missing() -> Problem {
    Problem::not_found("There is no such group on this box, or it is not for you to see.")
}

/// A group by its DID or its conversation's, and as what the viewer belongs to it; for whoever may see it.
pub(crate) fn find(
    node: &Node,
    name: &str,
    viewer: Option<&Did>,
) -> Answer<(Group, Option<&'static str>)> {
    let found = node.read(PROJECTION.name, |db| seen(db, name, viewer))?;
    found.ok_or_else(missing)
}

type Seen = Option<(Group, Option<&'static str>)>;

fn seen(db: &rusqlite::Connection, name: &str, viewer: Option<&Did>) -> rusqlite::Result<Seen> {
    let Some(group) = reads::group(db, name)? else {
        return Ok(None);
    };
    let role = match viewer {
        Some(viewer) => reads::role(db, group.did.as_str(), viewer)?,
        None => None,
    };
    Ok((role.is_some() || group.is_public()).then_some((group, role)))
}

/// The same for who belongs to it.
pub(crate) fn find_own(node: &Node, name: &str, viewer: &Did) -> Answer<(Group, &'static str)> {
    let (group, role) = find(node, name, Some(viewer))?;
    let role = role.ok_or_else(|| Problem::forbidden("You are not in this group."))?;
    Ok((group, role))
}

fn answer(
    node: &Node,
    group: Group,
    role: Option<&'static str>,
    viewer: Option<&Did>,
) -> Answer<GroupAnswer> {
    node.read(PROJECTION.name, |db| {
        let parent = match &group.parent {
            Some(parent) => seen(db, parent, viewer)?.map(|_| parent.clone()),
            None => None,
        };
        let mut groups = Vec::new();
        for inside in reads::inside(db, &group.did)? {
            if seen(db, inside.did.as_str(), viewer)?.is_some() {
                groups.push(inside.did.to_string());
            }
        }
        Ok(GroupAnswer {
            conversation: conversation(&group.did),
            members: reads::size(db, &group.did)?,
            did: group.did.to_string(),
            kind: group.kind,
            visibility: group.visibility,
            name: group.name,
            about: group.about,
            since: time(group.since),
            parent,
            offered: reads::offer(db, &group.did, node.now())?
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
/// The key stays on this box; who makes the group controls it too, with their own key.
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
    // One that was asked for and not used: asking again makes no other.
    let unused = node.read(PROJECTION.name, |db| {
        for group in kept.into_iter().rev() {
            if reads::any(db, group.as_str())?.is_none() {
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
            Some(Owner::Chain(chain)) => kept::controllers_of(&chain),
            _ => Vec::new(),
        };
        node.begin_kept(&group, Scope::Community, Subtype::Org, controllers)
            .await?;
    }
    let group = group.to_string();
    Ok((StatusCode::CREATED, axum::Json(GroupKey { group })))
}

/// A group to make, or what it shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GroupForm {
    /// What `POST /connections/api/groups/key` gave; not needed for a change.
    group: Option<String>,
    /// At most 80 characters.
    name: String,
    /// At most 2000 characters.
    about: Option<String>,
    /// `group` (if left out) or `pod`: a small circle, private and inside nothing. Cannot be changed.
    kind: Option<String>,
    /// `private` (if left out) or `public`.
    visibility: Option<String>,
    /// The group that it stands in, which you lead; at most three deep. Cannot be changed.
    parent: Option<String>,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

impl GroupForm {
    fn body(&self) -> Answer<Value> {
        let mut body = vec![("name", Value::from(self.name.as_str()))];
        body.extend(self.about.as_deref().map(|about| ("about", about.into())));
        body.extend(salt_of(self.salt.as_ref())?.map(|salt| ("salt", salt)));
        Ok(Value::map(body))
    }
}

pub(super) fn word(field: &'static str, text: &str) -> Answer<FactValue> {
    let id = IdText::parse(text).map_err(|error| Problem::field(field, format!("{error}.")))?;
    Ok(FactValue::Id(id))
}

pub(super) fn fact_of(members: Vec<(&'static str, FactValue)>) -> Answer<Fact> {
    Fact::new(members).map_err(|error| Problem::field("fact", format!("{error}.")))
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
    let mut fact = vec![
        (
            ops::FACT_KIND,
            word("kind", form.kind.as_deref().unwrap_or("group"))?,
        ),
        (
            ops::FACT_VISIBILITY,
            word(
                "visibility",
                form.visibility.as_deref().unwrap_or("private"),
            )?,
        ),
    ];
    if let Some(parent) = &form.parent {
        fact.push((ops::FACT_PARENT, word("parent", parent)?));
    }
    let wish = Wish::new(session.did.clone(), op::CREATE)
        .reference(id_of(&group)?)
        .fact(fact_of(fact)?)
        .body(form.body()?);
    node.enter(&parts, &session, wish, &[&group]).await?;
    let (found, role) = find(&node, group.as_str(), Some(&session.did))?;
    let answer = answer(&node, found, role, Some(&session.did))?;
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// Some of one's groups.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupsAnswer {
    /// By name.
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
    let (found, total) = node.read(PROJECTION.name, |db| {
        let (found, total) = reads::mine(db, me, page.limit, page.offset)?;
        let found = found.into_iter().map(|group| {
            let role = reads::role(db, group.did.as_str(), me)?;
            Ok((group, role))
        });
        Ok((found.collect::<rusqlite::Result<Vec<_>>>()?, total))
    })?;
    let groups = found
        .into_iter()
        .map(|(group, role)| answer(&node, group, role, Some(me)))
        .collect::<Answer<_>>()?;
    Ok(axum::Json(GroupsAnswer { groups, total }))
}

/// What is this group? A private one is seen by its members only.
#[utoipa::path(
    get, path = "/api/groups/{id}", tag = "groups", params(("id" = String, Path, description = "Its DID, or its conversation's")),
    responses((status = 200, body = GroupAnswer), (status = 404, description = "There is none, or it is not for you to see")),
)]
pub(crate) async fn one(
    State(node): State<Node>,
    Caller(session): Caller,
    Path(name): Path<String>,
) -> Answer<axum::Json<GroupAnswer>> {
    let viewer = session.as_ref().map(|session| &session.did);
    let (group, role) = find(&node, &name, viewer)?;
    answer(&node, group, role, viewer).map(axum::Json)
}

/// Say it anew: its name, what it is about, who sees it. By its owner.
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
    let did = who.acting_for(&node, &parts.headers, op::UPDATE)?;
    let form: GroupForm = parse_json(&read_body(body, &node).await?)?;
    let (group, _) = find_own(&node, &name, &did)?;
    let visibility = form.visibility.as_deref().unwrap_or(&group.visibility);
    let fact = fact_of(vec![(
        ops::FACT_VISIBILITY,
        word("visibility", visibility)?,
    )])?;
    let wish = Wish::new(did.clone(), op::UPDATE)
        .reference(id_of(&group.did)?)
        .fact(fact)
        .body(form.body()?);
    node.perform(&parts, Some(&who.0), wish).await?;
    let (group, role) = find(&node, group.did.as_str(), Some(&did))?;
    answer(&node, group, role, Some(&did)).map(axum::Json)
}

/// End a group, for everybody, at once. By its owner; groups that stand in it first.
#[utoipa::path(
    delete, path = "/api/groups/{id}", tag = "groups", params(("id" = String, Path, description = "Its DID, or its conversation's")),
    responses((status = 204, description = "It is no more, and its words are erased"), (status = 401, description = "Not signed in"), (status = 403, description = "Not yours, or it must be signed"), (status = 404, description = "There is none, or it is not for you to see"), (status = 409, description = "Other groups stand in it")),
)]
pub(crate) async fn dissolve(
    State(node): State<Node>,
    Authed(session): Authed,
    Path(name): Path<String>,
    request: Request,
) -> Answer<StatusCode> {
    let (parts, _) = request.into_parts();
    let (group, _) = find_own(&node, &name, &session.did)?;
    let wish = Wish::new(session.did.clone(), op::DISSOLVE).reference(id_of(&group.did)?);
    node.enter(&parts, &session, wish, &[&group.did]).await?;
    Ok(StatusCode::NO_CONTENT)
}
