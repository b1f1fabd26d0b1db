//! HTTP routes of this service. What is signed comes by commands; here is what is read, and what a session writes in readable
//! conversations.

mod conversations;
mod log;
mod messages;
mod socket;
mod writing;

use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, get, routes};

use crate::pages;

/// All routes, relative to `/chat`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(conversations::key))
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::read_conversation))
        .routes(routes!(log::rows))
        .routes(routes!(log::turns))
        .routes(routes!(log::reads))
        .routes(routes!(log::genesis))
        .routes(routes!(messages::list))
        .routes(routes!(writing::post))
        .routes(routes!(writing::edit, writing::delete))
        .routes(routes!(writing::react, writing::end_reaction))
        .routes(routes!(writing::read))
        .routes(routes!(socket::token))
        .route("/ws", get(socket::socket))
        .route("/", get(pages::list))
        .route("/new", get(pages::new))
        .route("/settings", get(pages::settings))
        .route("/{did}", get(pages::talk))
        .with_state(node)
}
