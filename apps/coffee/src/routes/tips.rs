//! Routes of a person's tips: those that they got, with their words, and those that they gave.

use axum::response::Response;
use imajin_app::extract::{Page, Person};
use imajin_app::{Answer, Node, csv, time};
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::queries::{self, Tip, Which};

/// Maximum number of tips in a CSV file: more than a log holds in years.
const CSV_MAX: usize = 100_000;

/// A tip.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TipShown {
    /// Its payment.
    payment: String,
    /// The jar's id.
    #[schema(example = "itm_000000000000000000000001")]
    jar: String,
    /// The jar's owner.
    seller: String,
    /// Who gave it.
    from: String,
    /// How everybody may call them, where they have a name here and let it be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// In minor units.
    amount: i64,
    /// How much of it went back.
    back: i64,
    currency: String,
    /// When it was paid.
    at: Option<String>,
    /// The words that came with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<String>,
    /// The name to be shown with that.
    #[serde(rename = "saidAs", skip_serializing_if = "Option::is_none")]
    said_as: Option<String>,
    /// Whether the jar's page shows it.
    out: bool,
}

/// Tips, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TipsAnswer {
    tips: Vec<TipShown>,
    /// Whether there are more after these.
    has_more: bool,
}

/// Returns the name under which a tip may be shown.
pub(crate) fn name_of(node: &Node, tip: &Tip) -> Answer<Option<String>> {
    if tip.shown { node.called(&tip.from) } else { Ok(None) }
}

fn describe_tip(node: &Node, tip: Tip) -> Answer<TipShown> {
    Ok(TipShown {
        name: name_of(node, &tip)?,
        payment: tip.payment,
        jar: tip.jar,
        seller: tip.seller.to_string(),
        from: tip.from.to_string(),
        amount: tip.amount,
        back: tip.back,
        currency: tip.currency.to_string(),
        at: time::text(tip.at),
        said: tip.said,
        said_as: tip.said_as,
        out: tip.is_out,
    })
}

fn answer(node: &Node, did: &Did, which: Which<'_>, page: Page) -> Answer<axum::Json<TipsAnswer>> {
    let mut tips = queries::read(node, |db| {
        queries::tips(db, did.as_str(), which, (page.limit + 1, page.offset))
    })?;
    let has_more = tips.len() > page.limit;
    tips.truncate(page.limit);
    let tips = tips.into_iter().map(|tip| describe_tip(node, tip));
    Ok(axum::Json(TipsAnswer { tips: tips.collect::<Result<_, _>>()?, has_more }))
}

/// The tips that the caller got, with what was said.
#[utoipa::path(get, path = "/api/tips", tag = "coffee", params(("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = TipsAnswer), (status = 401, description = "Not signed in")))]
pub(crate) async fn got(
    Person(node, session): Person,
    page: Page,
) -> Answer<axum::Json<TipsAnswer>> {
    answer(&node, &session.did, Which::Got, page)
}

/// The tips that the caller gave.
#[utoipa::path(get, path = "/api/given", tag = "coffee", params(("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = TipsAnswer), (status = 401, description = "Not signed in")))]
pub(crate) async fn given(
    Person(node, session): Person,
    page: Page,
) -> Answer<axum::Json<TipsAnswer>> {
    answer(&node, &session.did, Which::Given, page)
}

/// The tips that the caller got, as a table (RFC 4180).
#[utoipa::path(get, path = "/api/tips.csv", tag = "coffee",
    responses((status = 200, description = "A table: when, amount, back, currency, jar, name, words", content_type = "text/csv", body = String), (status = 401, description = "Not signed in")))]
pub(crate) async fn got_csv(Person(node, session): Person) -> Answer<Response> {
    let tips = queries::read(&node, |db| {
        queries::tips(db, session.did.as_str(), Which::Got, (CSV_MAX, 0))
    })?;
    let mut table = csv::line(["when", "amount", "back", "currency", "jar", "name", "words"]);
    for tip in tips {
        let tip = describe_tip(&node, tip)?;
        let name = tip.said_as.or(tip.name);
        table += &csv::line([
            tip.at.as_deref().unwrap_or_default(),
            &tip.amount.to_string(),
            &tip.back.to_string(),
            &tip.currency,
            &tip.jar,
            name.as_deref().unwrap_or_default(),
            tip.said.as_deref().unwrap_or_default(),
        ]);
    }
    Ok(csv::file("tips.csv", table))
}
