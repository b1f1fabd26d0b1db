//! The API of identities and sign-in, one file a group.

mod access;
mod apps;
mod challenge;
mod delegations;
mod email;
mod identity;
mod invites;
mod key_names;
mod keys;
mod log;
mod lookup;
mod node;
mod onboard;
mod owner;
mod pairings;
mod register;
mod sessions;
mod tokens;

use axum::Router;
use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, get, routes as paths};

/// The routes of identities and sign-in, relative to `/auth`.
pub fn routes(node: &Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(paths!(register::register))
        .routes(paths!(challenge::challenge))
        .routes(paths!(challenge::authenticate))
        .routes(paths!(challenge::login_challenge))
        .routes(paths!(challenge::login_verify))
        .routes(paths!(sessions::session))
        .routes(paths!(sessions::logout))
        .routes(paths!(sessions::list, sessions::end_all))
        .routes(paths!(sessions::end))
        .routes(paths!(tokens::validate))
        .routes(paths!(tokens::verify))
        .routes(paths!(lookup::lookup))
        .routes(paths!(lookup::search))
        .routes(paths!(identity::identity))
        .routes(paths!(identity::chain))
        .routes(paths!(identity::document))
        .routes(paths!(keys::list, keys::update))
        .routes(paths!(keys::rotate))
        .routes(paths!(key_names::mine))
        .routes(paths!(pairings::receive_keys, pairings::send_keys))
        .routes(paths!(delegations::list, delegations::create))
        .routes(paths!(delegations::end))
        .routes(paths!(log::log))
        .routes(paths!(log::head))
        .routes(paths!(access::access))
        .routes(paths!(invites::list, invites::create))
        .routes(paths!(invites::remove))
        .routes(paths!(invites::take))
        .routes(paths!(invites::check))
        .routes(paths!(onboard::onboard))
        .routes(paths!(onboard::soft_session))
        .routes(paths!(onboard::verify))
        .routes(paths!(onboard::by_code))
        .routes(paths!(onboard::upgrade))
        .routes(paths!(onboard::letters))
        .routes(paths!(email::give))
        .routes(paths!(email::confirm))
        .routes(paths!(apps::list, apps::describe))
        .routes(paths!(apps::read_app))
        .routes(paths!(apps::requests_list))
        .routes(paths!(apps::answer))
        .routes(paths!(apps::token))
        .routes(paths!(apps::verify))
        .routes(paths!(node::node))
        .routes(paths!(owner::owner))
        .with_state(node.clone())
}

/// Makes the routes at the root of the node.
pub fn well_known(node: Node) -> Router {
    Router::new()
        .route("/.well-known/jwks.json", get(node::jwks))
        .route("/.well-known/did-imajin/{id}", get(identity::well_known))
        .with_state(node)
}
