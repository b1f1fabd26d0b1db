//! HTTP of this service. One file a noun.

mod buying;
mod calendar;
pub(crate) mod closing;
mod door;
mod events;
mod making;
pub(crate) mod places;
mod tickets;

use axum::http::request::Parts;
use imajin_ledger::Receipt;
use imajin_protocol::Did;
use imajin_service::openapi::routes;
use imajin_service::routing::OpenApiRouter;
use imajin_service::{Node, Problem, Session, Wish};

pub(crate) use calendar::file as calendar_file;
pub(crate) use tickets::code_of;

use crate::projection::PROJECTION;
use crate::reads::{self, Event};

/// All routes, relative to `/events`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    let api = OpenApiRouter::new()
        .routes(routes!(events::list, making::create))
        .routes(routes!(making::key))
        .routes(routes!(events::get, making::update))
        .routes(routes!(making::status))
        .routes(routes!(closing::refunds))
        .routes(routes!(events::by_did))
        .routes(routes!(events::mine))
        .routes(routes!(calendar::calendar))
        .routes(routes!(places::list, places::hold, places::release))
        .routes(routes!(buying::quote))
        .routes(routes!(buying::buy))
        .routes(routes!(tickets::get))
        .routes(routes!(tickets::svg))
        .routes(routes!(tickets::png))
        .routes(routes!(tickets::transfer))
        .routes(routes!(door::guests))
        .routes(routes!(door::door));
    crate::pages::add(api).with_state(node)
}

fn missing() -> Problem {
    Problem::not_found("There is no such event on this box.")
}

/// The event of a name that this viewer may see.
pub(crate) fn find(node: &Node, name: &str, viewer: Option<&Did>) -> Result<Event, Problem> {
    let found = node.read(PROJECTION.name, |db| reads::find(db, name))?;
    let found = found.ok_or_else(missing)?;
    let own = viewer == Some(&found.organiser);
    match own || found.status != "draft" {
        true => Ok(found),
        false => Err(missing()),
    }
}

/// The event of a name, for who organises it.
pub(crate) fn find_own(node: &Node, name: &str, who: &Did) -> Result<Event, Problem> {
    let found = find(node, name, Some(who))?;
    match found.organiser == *who {
        true => Ok(found),
        false => Err(Problem::forbidden(
            "Only who organises this event may see that.",
        )),
    }
}

/// Enters a wish: signed where the request carries a proof of exactly it. Whoever has a key of their own and sent none
/// is told what to sign.
async fn enter(
    node: &Node,
    parts: &Parts,
    session: &Session,
    wish: Wish,
    to: &[&Did],
) -> Result<Receipt, Problem> {
    node.enter(parts, session, wish, to).await
}
