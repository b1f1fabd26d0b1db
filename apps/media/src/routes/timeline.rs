//! The timeline: pictures and videos by month, the viewer's own, or what people share with a group.

use std::collections::BTreeMap;

use axum::Json;
use imajin_app::extract::{Path, Person, Query};
use imajin_app::{Answer, Node, Problem, refuse_if};
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::queries::{self, Cell, Month, TimelineScope};
use crate::sight;

/// The query of a timeline: a group, or none for the caller's own.
#[derive(Debug, Deserialize)]
pub(crate) struct WithQuery {
    with: Option<String>,
}

/// The months of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MonthsAnswer {
    /// The newest first.
    months: Vec<Month>,
}

/// The group that a timeline is of, if the viewer belongs to it.
pub(crate) fn group(node: &Node, viewer: &Did, with: Option<&str>) -> Answer<Option<Did>> {
    let Some(with) = with else {
        return Ok(None);
    };
    let group =
        Did::parse(with).map_err(|_| Problem::field("with", "with must be the DID of a group."))?;
    sight::in_group(node, viewer, &group)?;
    Ok(Some(group))
}

/// The months in which there are pictures and videos: the caller's own, or with `with` what people share with a group.
#[utoipa::path(
    get, path = "/api/timeline", tag = "media",
    params(("with" = Option<String>, Query, description = "The DID of a group")),
    responses((status = 200, body = MonthsAnswer), (status = 404, description = "You are in no such group")),
)]
pub(crate) async fn months(
    Person(node, session): Person,
    Query(query): Query<WithQuery>,
) -> Answer<Json<MonthsAnswer>> {
    let did = session.did;
    let group = group(&node, &did, query.with.as_deref())?;
    let whose = TimelineScope::new(&did, group.as_ref());
    let months = queries::read(&node, |db| queries::months(db, whose))?;
    Ok(Json(MonthsAnswer { months }))
}

/// The content of one month of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MonthAnswer {
    /// The newest first, each as `[id, width, height, sort, ms]`: `sort` is `photo` or `video`, sizes are null where they aren't
    /// known, `ms` for what has no length.
    #[schema(value_type = Vec<Vec<Object>>)]
    assets: Vec<CellRow>,
}

/// `[id, width, height, sort, ms]`
type CellRow = (String, Option<i64>, Option<i64>, String, Option<i64>);

/// The pictures and videos of one month (`YYYY-MM`).
#[utoipa::path(
    get, path = "/api/timeline/{month}", tag = "media",
    params(("month" = String, Path), ("with" = Option<String>, Query, description = "The DID of a group")),
    responses((status = 200, body = MonthAnswer), (status = 400, description = "It is no month"), (status = 404, description = "You are in no such group")),
)]
pub(crate) async fn month(
    Person(node, session): Person,
    Path(month): Path<String>,
    Query(query): Query<WithQuery>,
) -> Answer<Json<MonthAnswer>> {
    let cells = cells(&node, &session.did, query.with.as_deref(), &month)?;
    let row = |cell: Cell| (cell.id, cell.width, cell.height, cell.sort, cell.ms);
    Ok(Json(MonthAnswer { assets: cells.into_iter().map(row).collect() }))
}

/// The pictures of a month, the viewer's or a group's, without those of people who have left it.
pub(crate) fn cells(node: &Node, did: &Did, with: Option<&str>, month: &str) -> Answer<Vec<Cell>> {
    let is_month = imajin_app::operation::Day::parse(&format!("{month}-01")).is_some();
    refuse_if!(!is_month, Problem::field("month", "month must be YYYY-MM."));
    let group = group(node, did, with)?;
    let whose = TimelineScope::new(did, group.as_ref());
    let mut cells = queries::read(node, |db| queries::month(db, whose, month))?;
    let Some(group) = group else { return Ok(cells) };
    let mut is_in: BTreeMap<String, bool> = BTreeMap::new();
    for cell in &cells {
        if !is_in.contains_key(&cell.owner) {
            let owner = Did::parse(&cell.owner).map_err(Problem::internal)?;
            let role = node.group_role(&group, &owner)?;
            is_in.insert(cell.owner.clone(), role.is_some());
        }
    }
    cells.retain(|cell| is_in.get(&cell.owner).copied().unwrap_or_default());
    Ok(cells)
}
