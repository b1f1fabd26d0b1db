//! Routes of the account by which this box takes cards, for its owner.

use axum::extract::Request;
use imajin_app::extract::{Authed, parse_json, read_body};
use imajin_app::{Node, Problem, args, blocking};
use imajin_host::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::enter::enter;
use crate::cards::{Account, CHOICE, CardAccount};
use crate::counter::Counter;
use crate::manifest::TEXTS;
use crate::queries;

/// Path to which the provider sends its events, relative to the node's address.
pub(crate) const WEBHOOK: &str = "/pay/api/webhook";
/// Prefix of the provider's webhook secrets.
const WEBHOOK_SECRET: &str = "whsec_";

/// The account by which this box takes cards.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardsAnswer {
    /// `settings` or `page`; left out where the box takes no cards.
    #[schema(example = "page")]
    set_by: Option<&'static str>,
    /// The provider's name for the account, if the page set it.
    account: Option<String>,
    /// The account's name there.
    name: Option<String>,
    /// Whether it is one for trying, which moves no real money.
    trial: Option<bool>,
    /// Where the provider sends its events.
    webhook: String,
}

impl CardsAnswer {
    fn new(counter: &Counter) -> Self {
        let webhook = format!("{}{WEBHOOK}", counter.node.url());
        let nobodys = Self { webhook, ..Self::default() };
        match counter.pay.cards.account() {
            Account::Nobodys => nobodys,
            Account::OfSettings => Self { set_by: Some("settings"), ..nobodys },
            Account::OfPage(chosen) => Self {
                set_by: Some("page"),
                trial: Some(chosen.is_trial()),
                account: Some(chosen.account),
                name: Some(chosen.name),
                ..nobodys
            },
        }
    }
}

/// An account, by its keys.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardsRequest {
    /// The account's secret key (`sk_…` or `rk_…`). Left out, it stays.
    #[serde(default)]
    key: String,
    /// The secret that it signs its events with (`whsec_…`). Left out, it stays.
    #[serde(default)]
    webhook_secret: String,
    /// True to take no cards any more, and to forget both.
    #[serde(default)]
    forget: bool,
}

/// The account by which this box takes cards. For its owner.
#[utoipa::path(get, path = "/api/cards", tag = "provider", responses((status = 200, body = CardsAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Not the owner")))]
pub(crate) async fn get(counter: Counter, who: Authed) -> Result<axum::Json<CardsAnswer>, Problem> {
    for_owner(&counter.node, &who)?;
    Ok(axum::Json(CardsAnswer::new(&counter)))
}

/// Takes cards through this account from now on, or through none. The provider is asked first whether it knows the key.
#[utoipa::path(post, path = "/api/cards", tag = "provider", request_body = CardsRequest, responses((status = 200, body = CardsAnswer), (status = 400, description = "`field` and `detail` say what is wrong; the provider does not know the key, for one"), (status = 403, description = "Not the owner; or it must be signed: `sign` says what"), (status = 409, description = "The settings of the box name an account"), (status = 503, description = "The provider does not answer")))]
pub(crate) async fn choose(
    counter: Counter,
    who: Authed,
    request: Request,
) -> Result<axum::Json<CardsAnswer>, Problem> {
    let Counter { node, pay } = &counter;
    for_owner(node, &who)?;
    if matches!(pay.cards.account(), Account::OfSettings) {
        return Err(Problem::conflict(TEXTS.say("cards-fixed", args![])));
    }
    let (parts, bytes) = request.into_parts();
    let payload: CardsRequest = parse_json(&read_body(bytes, node).await?)?;
    let account = if payload.forget { None } else { Some(known(&counter, &payload).await?) };
    let one_at_a_time = pay.cards.turn().await;
    let entry = pay.cards.entry(account.as_ref())?;
    if let Some(chosen) = account {
        let (here, cards) = (node.clone(), pay.cards.clone());
        blocking::run(move || cards.keep(&here, chosen)).await??;
    }
    let entered = enter(node, &parts, &who.0, &entry).await;
    let (here, cards, is_entered) = (node.clone(), pay.cards.clone(), entered.is_ok());
    blocking::run(move || {
        if is_entered {
            here.choice_is_made(CHOICE);
        }
        cards.settle(&here)
    })
    .await??;
    drop(one_at_a_time);
    entered?;
    pay.set_reconciled(false);
    Ok(axum::Json(CardsAnswer::new(&counter)))
}

/// Returns the account that the request names, as the provider knows it.
async fn known(counter: &Counter, asked: &CardsRequest) -> Result<CardAccount, Problem> {
    let (key, secret) = (asked.key.trim(), asked.webhook_secret.trim());
    let is_new = !matches!(counter.pay.cards.account(), Account::OfPage(_));
    let is_key = ["sk_", "rk_"].iter().any(|start| key.starts_with(start));
    if !is_key && (is_new || !key.is_empty()) {
        return Err(Problem::field("key", TEXTS.say("cards-wrong-key", args![])));
    }
    if !secret.starts_with(WEBHOOK_SECRET) && (is_new || !secret.is_empty()) {
        let message = TEXTS.say("cards-wrong-secret", args![]);
        return Err(Problem::field("webhookSecret", message));
    }
    counter.pay.cards.asked(key, secret).await
}

fn for_owner(node: &Node, who: &Authed) -> Result<(), Problem> {
    let is_owner = queries::read(node, |db| queries::is_owner(db, node.did(), &who.0.did))?;
    if is_owner { Ok(()) } else { Err(Problem::forbidden(TEXTS.say("cards-owner", args![]))) }
}
