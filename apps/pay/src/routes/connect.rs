//! Routes of the caller's own account with the payment provider, to which free parts of sales by card are transferred.

use imajin_app::extract::{Authed, Person};
use imajin_app::{Answer, Lang, Node, Problem, time};
use imajin_host::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::counter::Counter;
use crate::outside::account_changed;
use crate::queries;

/// Where the person continues.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnboardAnswer {
    /// The account.
    #[schema(example = "acct_1Nv0FGQ9RKHgCVdK")]
    account_id: String,
    /// The provider's page, where the holder of the account gives their name and bank. It works once and for some minutes.
    url: String,
}

/// The state of your account.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusAnswer {
    /// The account, if there is one.
    account_id: Option<String>,
    /// Whether all was filled in.
    details_submitted: bool,
    /// Whether it can be paid to: what becomes free of sales by card from then on goes there, all else is credit on this box.
    ready: bool,
}

fn own_account(node: &Node, who: &Authed) -> Answer<Option<queries::Payout>> {
    let account = queries::read(node, |db| queries::payout(db, &who.0.did))?;
    Ok(account.filter(|payout| payout.node == node.did().as_str()))
}

/// Begins your own account with the payment provider, or resumes that.
#[utoipa::path(post, path = "/api/connect/onboard", tag = "provider", responses((status = 200, body = OnboardAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "This box has no payment provider"), (status = 503, description = "It does not answer")))]
pub(crate) async fn onboard(counter: Counter, who: Authed) -> Answer<axum::Json<OnboardAnswer>> {
    let Counter { node, pay } = &counter;
    let provider = pay.provider().ok_or_else(none)?;
    let account_id = match own_account(node, &who)? {
        Some(payout) => payout.account,
        None => {
            let begun = provider.begin_account(&who.0.did).await?;
            account_changed(node, Some(&who.0.did), &begun, None).await?;
            begun.id
        }
    };
    let back_to = format!("{}/pay", node.url());
    let url = provider.account_page(&account_id, &back_to).await;
    Ok(axum::Json(OnboardAnswer { url: url?, account_id }))
}

/// Asks the payment provider for the state of your account there, and returns it.
#[utoipa::path(post, path = "/api/connect/status", tag = "provider", responses((status = 200, body = StatusAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "This box has no payment provider"), (status = 503, description = "It does not answer")))]
pub(crate) async fn status(counter: Counter, who: Authed) -> Answer<axum::Json<StatusAnswer>> {
    let Counter { node, pay } = &counter;
    let provider = pay.provider().ok_or_else(none)?;
    let Some(payout) = own_account(node, &who)? else {
        return Ok(axum::Json(StatusAnswer::default()));
    };
    let account = provider.account(&payout.account).await?;
    account_changed(node, Some(&who.0.did), &account, None).await?;
    Ok(axum::Json(StatusAnswer {
        account_id: Some(account.id),
        details_submitted: account.is_submitted,
        ready: account.is_ready,
    }))
}

/// A part of a sale by card that goes to your account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Transfer {
    /// The payment that it is of.
    payment: String,
    /// In minor units.
    amount: i64,
    currency: String,
    /// For people.
    #[schema(example = "12.50 CHF")]
    display: String,
    /// `due` (set aside until the provider has answered), `sent`, or `refused` (it is credit again).
    #[schema(example = "sent")]
    status: String,
    /// The provider's word for why it refused.
    code: Option<String>,
    /// When a refused one is tried again; none if it is not.
    again_at: Option<String>,
    /// The part of it that the owner of this box took back at the provider's, in minor units: it is credit again.
    reversed: i64,
    at: Option<String>,
}

/// Lists the money that went to your own account with the payment provider, or could not, the newest first.
#[utoipa::path(get, path = "/api/connect/transfers", tag = "provider", responses((status = 200, body = Vec<Transfer>), (status = 401, description = "Not signed in")))]
pub(crate) async fn transfers(
    Person(node, session): Person,
    lang: Lang,
) -> Answer<axum::Json<Vec<Transfer>>> {
    let all = queries::read(&node, |db| queries::transfers(db, node.did(), Some(&session.did)))?;
    let shown = |one: queries::Transfer| Transfer {
        amount: one.amount.get(),
        currency: one.currency.to_string(),
        display: lang.amount(one.amount.get(), one.currency),
        again_at: one.again_at().and_then(time::text),
        reversed: one.reversed.get(),
        at: time::text(one.at),
        payment: one.payment,
        status: one.status,
        code: one.code,
    };
    Ok(axum::Json(all.into_iter().map(shown).collect()))
}

fn none() -> Problem {
    Problem::not_found("The owner of this box has set up no payment provider.")
}
