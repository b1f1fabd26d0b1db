//! HTTP of this service. One file a noun; addresses and shapes are those that existing clients know (WIRE.md §5).

mod balance;
mod callback;
mod checkout;
mod connect;
mod debts;
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
mod transactions;
mod webhook;

use axum::Extension;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
pub(crate) use enter::look;
use imajin_protocol::Did;
use imajin_service::extract::Authed;
use imajin_service::openapi::routes;
use imajin_service::routing::OpenApiRouter;
use imajin_service::routing::get;
use imajin_service::{Node, Problem};

use crate::projection::PROJECTION;
use crate::reads;
use crate::{Pay, pages};

/// All routes, relative to `/pay`.
pub(crate) fn routes(node: Node, pay: Pay) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(settle::quote))
        .routes(routes!(settle::settle))
        .routes(routes!(emt::checkout))
        .routes(routes!(emt::top_up))
        .routes(routes!(emt::confirm))
        .routes(routes!(emt::reversed))
        .routes(routes!(refund::refund))
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
        .routes(routes!(fees::get, fees::change))
        .routes(routes!(checkout::checkout))
        .routes(routes!(checkout::top_up))
        .routes(routes!(checkout::state))
        .routes(routes!(checkout::open))
        .routes(routes!(connect::onboard))
        .routes(routes!(connect::status))
        .routes(routes!(connect::transfers))
        .routes(routes!(rails::rails))
        .routes(routes!(webhook::webhook))
        .route("/", get(pages::money))
        .route("/receipts/{id}", get(pages::receipt))
        .layer(Extension(pay))
        .with_state(node)
}

/// What a handler that speaks with the provider gets.
#[derive(Clone)]
pub(crate) struct Counter {
    pub(crate) node: Node,
    pub(crate) pay: Pay,
}

impl FromRequestParts<Node> for Counter {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        let pay = parts.extensions.get::<Pay>().cloned();
        Ok(Self {
            node: node.clone(),
            pay: pay.ok_or_else(|| Problem::internal("pay's routes stand without pay"))?,
        })
    }
}

/// Whose money somebody asks about: their own, or the node's if they own it.
fn own(node: &Node, who: &Authed, text: &str) -> Result<Did, Problem> {
    let did = node
        .resolve(text)?
        .ok_or_else(|| Problem::not_found(format!("Nobody here goes by {text}.")))?;
    let own = did == who.0.did;
    let owner = || {
        node.read(PROJECTION.name, |db| {
            reads::is_owner(db, node.did(), &who.0.did)
        })
    };
    if own || (did == *node.did() && owner()?) {
        return Ok(did);
    }
    Err(Problem::forbidden(
        "You can see your own money, and nobody else's.",
    ))
}
