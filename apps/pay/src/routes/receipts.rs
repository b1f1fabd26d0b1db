//! Routes of receipts in a person's record, which the node signs when it sends them. Ed25519 gives the same signature
//! each time.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use imajin_app::Problem;
use imajin_app::extract::{Path, Person};
use imajin_protocol::settlement::Receipt;

use crate::operations::PaymentReceipt;
use crate::queries;

/// The receipt of a payment that one made or was paid: every split of it, to be verified offline.
///
/// One of another node comes without `signature`: that node's word is in the record that moved here.
#[utoipa::path(get, path = "/api/receipts/{id}", tag = "pay", params(("id" = String, Path, description = "The payment's id")), responses((status = 200, body = Object, description = "The canonical text that is signed"), (status = 401, description = "Not signed in"), (status = 404, description = "No payment of yours"), (status = 410, description = "Erased")))]
pub(crate) async fn receipt(
    Person(node, session): Person,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let entry = queries::read(&node, |db| {
        queries::entry_about(db, &session.did, PaymentReceipt::NAME, &id)
    })?;
    let entry = entry.ok_or_else(|| {
        Problem::not_found(
            "You have no receipt of this id: neither did you pay it, nor were you paid.",
        )
    })?;
    let text = entry.body["receipt"]
        .as_str()
        .ok_or_else(|| Problem::gone("This receipt was erased from your record."))?;
    let receipt = Receipt::parse(text).map_err(Problem::internal)?;
    let key = node.key();
    let text = if receipt.node() == node.did() {
        receipt.sign(&key.key, &key.kid)
    } else {
        text.to_owned()
    };
    let headers =
        [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "private, no-store")];
    Ok((headers, text).into_response())
}
