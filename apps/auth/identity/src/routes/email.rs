//! The e-mail address of a person who signs in with a key: given in the settings, and entered when they follow the link that was
//! mailed to it. It never signs anyone in.

use axum::Json as Answer200;
use axum::http::StatusCode;
use imajin_app::extract::{Attempt, Json, Person};
use imajin_app::{Answer, CommandRequest, Lang, Problem};
use imajin_host::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::onboard::{self, Follow};
use crate::guests::arrive;
use crate::guests::links::{self, Link, LinkOutcome};
use crate::operations::{Proved, SetEmail};
use crate::people;

/// An address to give.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct GiveAddress {
    /// Where the letter with the link goes.
    #[schema(example = "ada@example.com")]
    email: String,
}

/// A letter on its way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AddressAsked {
    /// For how many seconds its link is good.
    expires_in: i64,
}

/// The address that this node knows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KnownAddress {
    /// In the one spelling that it has here.
    email: String,
}

/// Give this node your e-mail address.
///
/// A link is mailed to it, good once and for 15 minutes. The address is entered when you follow it (`/auth/api/email/confirm`).
#[utoipa::path(
    post, path = "/api/email", tag = "people", request_body = GiveAddress,
    responses(
        (status = 202, body = AddressAsked), (status = 400, description = "No address that a letter can go to"), (status = 401, description = "Not signed in"), (status = 403, description = "Only members"),
        (status = 409, description = "An address is how you sign in so far, or this node sends no letters (`no-mail`)"), (status = 503, description = "Too many letters wait"),
    ),
)]
pub(crate) async fn give(
    Person(node, who): Person,
    lang: Lang,
    _: Attempt,
    Json(ask): Json<GiveAddress>,
) -> Answer<(StatusCode, Answer200<AddressAsked>)> {
    // A mailed link signs in an identity without a chain.
    if people::get(&node, &who.did)?.bare {
        return Err(Problem::conflict(
            "So far your email address is how you sign in. Make a key of your own first.",
        )
        .slug("own-key"));
    }
    // Without a server the owner would read the link, and it would prove nothing.
    if !node.mail().can_send() {
        return Err(Problem::conflict(
            "This box can't send emails, so nobody could prove that an address is theirs. Ask its owner to name a mail server in the settings.",
        )
        .slug("no-mail"));
    }
    let email = onboard::mailbox(&arrive::alias(&ask.email)?)?;
    let link =
        Link { email: email.clone(), name: None, invite: None, of: Some(who.did.to_string()) };
    match links::make(&node, link).await? {
        LinkOutcome::Made(token) => {
            let link = format!("{}/settings/email#token={token}", node.url());
            onboard::queue(&node, email, ["address-subject", "address-text"], link, lang).await?;
        }
        LinkOutcome::Enough => {
            return Err(Problem::too_many_of_yours(
                900,
                "You asked for enough links. Open the newest one, or wait a quarter of an hour.",
            ));
        }
        LinkOutcome::Full => return Err(onboard::too_many()),
    }
    let answer = AddressAsked { expires_in: links::MINUTES * 60 };
    Ok((StatusCode::ACCEPTED, Answer200(answer)))
}

/// Follow the link that was mailed to an address of yours: it is entered in your record.
#[utoipa::path(
    post, path = "/api/email/confirm", tag = "people", request_body = Follow,
    responses(
        (status = 200, body = KnownAddress), (status = 400, description = "The link was used, has ended, or is somebody else's"), (status = 401, description = "Not signed in"), (status = 403, description = "Only members"),
        (status = 409, description = "The address is another identity's"),
    ),
)]
pub(crate) async fn confirm(
    Person(node, who): Person,
    _: Attempt,
    Json(follow): Json<Follow>,
) -> Answer<Answer200<KnownAddress>> {
    let link = links::take(&node, &follow.token, Some(&who.did)).await?;
    let link = link.ok_or_else(onboard::no_link)?;
    let set = SetEmail::from_address(&link.email)?;
    let command = CommandRequest::prepared(who.did.clone(), set, Proved(true))?;
    node.submit_custodial(&who, command).await?;
    Ok(Answer200(KnownAddress { email: link.email }))
}
