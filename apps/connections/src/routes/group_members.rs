use imajin_app::extract::{Page, Path, Person};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Card, time};
use serde::Serialize;
use utoipa::ToSchema;

use crate::groups::queries;
use crate::groups::visibility::find;
use crate::queries::{card_of, read};

/// Somebody in a group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberAnswer {
    /// Who, as far as everybody may see it.
    #[serde(flatten)]
    card: Card,
    /// `owner`, `admin`, `member`.
    role: &'static str,
    since: Option<String>,
}

/// A part of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MembersAnswer {
    /// Leaders first.
    members: Vec<MemberAnswer>,
    /// How many there are.
    total: u64,
}

/// Who is in a group? Of a private one its members are told, of a public one everybody who is signed in.
#[utoipa::path(
    get, path = "/api/groups/{id}/members", tag = "groups",
    params(("id" = String, Path, description = "Its DID, or its conversation's"), ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = MembersAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "There is none, or it is not for you to see")),
)]
pub(crate) async fn list(
    Person(node, session): Person,
    Path(name): Path<String>,
    page: Page,
) -> Answer<axum::Json<MembersAnswer>> {
    let (group, _) = find(&node, &name, Some(&session.did))?;
    let (rows, total) = read(&node, |db| {
        let rows = queries::members(db, &group.did, &page)?;
        Ok((rows, queries::size(db, &group.did)?))
    })?;
    let members = rows
        .into_iter()
        .map(|member| {
            Ok(MemberAnswer {
                card: card_of(&node, member.did)?,
                role: member.role.name(),
                since: time::text(member.since),
            })
        })
        .collect::<Answer<_>>()?;
    Ok(axum::Json(MembersAnswer { members, total }))
}
