//! A seller's own account with the payment provider, to which what is theirs of a sale goes at once.

use imajin_service::extract::Authed;
use imajin_service::{Node, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::Counter;
use crate::outside::{account_changed, problem};
use crate::projection::PROJECTION;
use crate::reads;

/// Where to go on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnboardAnswer {
    /// The account.
    #[schema(example = "acct_1Nv0FGQ9RKHgCVdK")]
    account_id: String,
    /// The provider's page, where one says who one is. It works once and for some minutes.
    url: String,
}

/// How far one's account is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusAnswer {
    /// The account, if there is one.
    account_id: Option<String>,
    /// Whether all was filled in.
    details_submitted: bool,
    /// Whether it is paid to from now on; until then what is earned is credit on this box.
    ready: bool,
}

fn own(node: &Node, who: &Authed) -> Result<Option<reads::Payout>, Problem> {
    let found = node.read(PROJECTION.name, |db| reads::payout(db, &who.0.did))?;
    Ok(found.filter(|payout| payout.node == node.did().as_str()))
}

/// Begins an account of one's own with the payment provider, or goes on with it.
#[utoipa::path(post, path = "/api/connect/onboard", tag = "provider", responses((status = 200, body = OnboardAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "This box has no payment provider"), (status = 503, description = "It does not answer")))]
pub(crate) async fn onboard(
    counter: Counter,
    who: Authed,
) -> Result<axum::Json<OnboardAnswer>, Problem> {
    let Counter { node, pay } = &counter;
    let provider = pay.provider().ok_or_else(none)?;
    let account_id = match own(node, &who)? {
        Some(payout) => payout.account,
        None => {
            let begun = provider.begin_account(&who.0.did).await.map_err(problem)?;
            account_changed(node, Some(&who.0.did), &begun, None).await?;
            begun.id
        }
    };
    let back_to = format!("{}/pay", node.url());
    let url = provider.account_page(&account_id, &back_to).await;
    Ok(axum::Json(OnboardAnswer {
        url: url.map_err(problem)?,
        account_id,
    }))
}

/// How far one's account with the payment provider is; asks there.
#[utoipa::path(post, path = "/api/connect/status", tag = "provider", responses((status = 200, body = StatusAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "This box has no payment provider"), (status = 503, description = "It does not answer")))]
pub(crate) async fn status(
    counter: Counter,
    who: Authed,
) -> Result<axum::Json<StatusAnswer>, Problem> {
    let Counter { node, pay } = &counter;
    let provider = pay.provider().ok_or_else(none)?;
    let Some(payout) = own(node, &who)? else {
        return Ok(axum::Json(StatusAnswer {
            account_id: None,
            details_submitted: false,
            ready: false,
        }));
    };
    let account = provider.account(&payout.account).await.map_err(problem)?;
    account_changed(node, Some(&who.0.did), &account, None).await?;
    Ok(axum::Json(StatusAnswer {
        account_id: Some(account.id),
        details_submitted: account.is_submitted,
        ready: account.is_ready,
    }))
}

fn none() -> Problem {
    Problem::not_found("The owner of this box has set up no payment provider.")
}
