//! HTTP routes of this service, a file for each noun; paths and shapes are those that existing clients know
//! (docs/api.md, "Money").

mod balance;
mod callback;
pub(crate) mod cards;
mod checkout;
mod connect;
mod debts;
mod details;
mod emt;
mod enter;
mod fees;
mod limits;
mod manifests;
mod payouts;
mod rails;
mod receipts;
mod refund;
mod settle;
mod strays;
mod transactions;
mod webhook;

use axum::Extension;
use imajin_app::extract::Authed;
use imajin_app::routing::{OpenApiRouter, get, routes};
use imajin_app::{Node, Problem};
use imajin_protocol::Did;

use crate::queries;
use crate::{Pay, pages};

/// Returns all routes, relative to `/pay`.
pub(crate) fn routes(node: Node, pay: Pay) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(settle::quote))
        .routes(routes!(settle::settle))
        .routes(routes!(emt::checkout))
        .routes(routes!(emt::top_up))
        .routes(routes!(emt::confirm))
        .routes(routes!(emt::reversed))
        .routes(routes!(refund::refund))
        .routes(routes!(refund::sent))
        .routes(routes!(debts::decline))
        .routes(routes!(debts::pay))
        .routes(routes!(debts::forgive))
        .routes(routes!(payouts::list, payouts::ask))
        .routes(routes!(payouts::close))
        .routes(routes!(limits::choose))
        .routes(routes!(balance::balance))
        .routes(routes!(transactions::transactions))
        .routes(routes!(receipts::receipt))
        .routes(routes!(manifests::publish))
        .routes(routes!(manifests::get))
        .routes(routes!(callback::get, callback::choose))
        .routes(routes!(details::get, details::choose))
        .routes(routes!(fees::get, fees::change))
        .routes(routes!(checkout::checkout))
        .routes(routes!(checkout::top_up))
        .routes(routes!(checkout::state))
        .routes(routes!(checkout::open))
        .routes(routes!(connect::onboard))
        .routes(routes!(connect::status))
        .routes(routes!(connect::transfers))
        .routes(routes!(strays::give_back))
        .routes(routes!(rails::rails))
        .routes(routes!(cards::get, cards::choose))
        .routes(routes!(webhook::webhook))
        .route("/", get(pages::wallet))
        .route("/details", get(pages::details))
        .route("/cards", get(pages::cards))
        .route("/payments/{id}", get(pages::payment))
        .route("/receipts/{id}", get(pages::receipt))
        .layer(Extension(pay))
        .with_state(node)
}

/// Returns the account that a person asks about: their own, or the node's if they own it. Refuses any other.
fn own(node: &Node, who: &Authed, text: &str) -> Result<Did, Problem> {
    let did = node
        .resolve_for(text, Some(&who.0.did))?
        .ok_or_else(|| Problem::not_found(format!("Nobody here goes by {text}.")))?;
    let own = did == who.0.did;
    let owner = || queries::read(node, |db| queries::is_owner(db, node.did(), &who.0.did));
    if own || (did == *node.did() && owner()?) {
        return Ok(did);
    }
    Err(Problem::forbidden("You can see your own money, and nobody else's."))
}
