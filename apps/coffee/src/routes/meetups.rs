use imajin_app::Answer;
use imajin_app::extract::{Query, Visitor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::meetups;

#[derive(Debug, Deserialize)]
pub(crate) struct CityQuery {
    city: Option<String>,
}

/// A meetup that is still to come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeetupShown {
    title: String,
    /// The path of its page.
    path: String,
    /// When it begins.
    starts: String,
    city: Option<String>,
    /// The DID of the organiser.
    organiser: String,
}

/// Meetups.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeetupsAnswer {
    /// The caller's own first, then those of their connections, then all others; each the soonest first.
    meetups: Vec<MeetupShown>,
}

/// The coming meetups that everybody may see.
#[utoipa::path(get, path = "/api/meetups", tag = "coffee", params(("city" = Option<String>, Query, description = "A part of the town's name")),
    responses((status = 200, body = MeetupsAnswer)))]
pub(crate) async fn list(
    Visitor(node, caller): Visitor,
    Query(query): Query<CityQuery>,
) -> Answer<axum::Json<MeetupsAnswer>> {
    let all = meetups::coming(&node, caller.did(), query.city.as_deref())?;
    let meetups = all.into_iter().map(|one| MeetupShown {
        title: one.title,
        path: one.path,
        starts: one.starts.to_string(),
        city: one.city,
        organiser: one.organiser.to_string(),
    });
    Ok(axum::Json(MeetupsAnswer { meetups: meetups.collect() }))
}
