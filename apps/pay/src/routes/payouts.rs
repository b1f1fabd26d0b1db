//! Routes of payouts: requested by the account, paid or refused by the owner.

use imajin_app::extract::{JsonRequest, Path, Person};
use imajin_app::{Answer, Node, Problem, time};
use imajin_protocol::IdText;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::enter::{amount, currency, enter, enter_salted, note};
use crate::operations::{AskPayout, ClosePayout, Credit, Flag};
use crate::queries;

/// How much one wants in money.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PayoutRequest {
    /// In minor units.
    amount: i64,
    currency: String,
    /// Where to; only your own record and the owner have it.
    to: Option<String>,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

/// Whether it is paid.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CloseRequest {
    /// False refuses it: it is credit again.
    paid: bool,
}

/// A payout.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Payout {
    id: String,
    /// The person whose credit it was.
    did: String,
    /// In minor units.
    amount: i64,
    currency: String,
    /// `asked`, `paid` or `refused`.
    #[schema(example = "asked")]
    status: String,
    at: Option<String>,
    /// Where to, as the account wrote it.
    to: Option<String>,
}

/// Your own payouts; of the owner also those that wait for them.
#[utoipa::path(get, path = "/api/payouts", tag = "pay", responses((status = 200, body = Vec<Payout>), (status = 401, description = "Not signed in")))]
pub(crate) async fn list(Person(node, session): Person) -> Answer<axum::Json<Vec<Payout>>> {
    let all = queries::read(&node, |db| {
        let mut all = queries::withdrawals(db, node.did(), Some(&session.did))?;
        if queries::is_owner(db, node.did(), &session.did)? {
            let waiting = queries::withdrawals(db, node.did(), None)?;
            all.extend(waiting.into_iter().filter(|one| one.did != session.did));
        }
        let with_words = all.into_iter().map(|one| {
            let request = queries::asked_payout(db, &one, (AskPayout::NAME, Credit::NAME))?;
            let to = request.and_then(|entry| entry.body["to"].as_str().map(str::to_owned));
            Ok((one, to))
        });
        with_words.collect::<rusqlite::Result<Vec<_>>>()
    })?;
    Ok(axum::Json(all.into_iter().map(|(one, to)| payout_answer(one, to)).collect()))
}

/// Asks for some of your free credit in money. It is set aside until the owner has paid it or refuses to.
#[utoipa::path(post, path = "/api/payouts", tag = "pay", request_body = PayoutRequest, responses((status = 200, body = Payout), (status = 402, description = "Not so much is free"), (status = 403, description = "It must be signed: `sign` says what")))]
pub(crate) async fn ask(
    Person(node, session): Person,
    JsonRequest(parts, payload): JsonRequest<PayoutRequest>,
) -> Answer<axum::Json<Payout>> {
    let currency = currency(&payload.currency)?;
    let ask =
        AskPayout { amount: amount(payload.amount)?, currency, to: note(payload.to.as_ref()) };
    let salt = payload.salt.as_ref();
    let (_, payout) = enter_salted(&node, &parts, &session, &ask, salt).await?;
    Ok(axum::Json(payout_answer(find(&node, &payout)?, payload.to)))
}

/// Says, as the owner, that a payout is paid, or that it is refused.
#[utoipa::path(post, path = "/api/payouts/{id}", tag = "pay", params(("id" = String, Path)), request_body = CloseRequest, responses((status = 200, body = Payout), (status = 403, description = "Not the owner; or it must be signed: `sign` says what"), (status = 404, description = "No such payout"), (status = 409, description = "Paid or refused already")))]
pub(crate) async fn close(
    Person(node, session): Person,
    Path(id): Path<String>,
    JsonRequest(parts, payload): JsonRequest<CloseRequest>,
) -> Answer<axum::Json<Payout>> {
    let withdrawal = find(&node, &id)?;
    let close = ClosePayout {
        payout: IdText::parse(&id).map_err(Problem::internal)?,
        amount: amount(withdrawal.amount.get())?,
        currency: withdrawal.currency,
        paid: Flag(payload.paid),
    };
    enter(&node, &parts, &session, &close).await?;
    Ok(axum::Json(payout_answer(find(&node, &id)?, None)))
}

fn find(node: &Node, id: &str) -> Answer<queries::Withdrawal> {
    let row = queries::read(node, |db| queries::withdrawal(db, node.did(), id))?;
    row.ok_or_else(|| Problem::not_found("There is no such payout."))
}

fn payout_answer(one: queries::Withdrawal, to: Option<String>) -> Payout {
    Payout {
        id: one.payment,
        did: one.did.to_string(),
        amount: one.amount.get(),
        currency: one.currency.to_string(),
        status: one.status,
        at: time::text(one.at),
        to,
    }
}
