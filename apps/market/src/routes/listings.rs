//! Routes of listings, for programs.

use std::cmp::Reverse;

use axum::Json;
use imajin_app::extract::{Page, Path, Person, Query, Visitor};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Node, Problem, args, not_accepted};
use imajin_dfos::order::Order as _;
use imajin_host::prelude::*;
use imajin_host::rate::Buckets;
use imajin_items::ItemPages;
use imajin_items::files::ItemAsked;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::listing_view::{LISTED_MAX, ListingAnswer, ListingView, newest, of_person};
use crate::listings::{Contact, Listings};
use crate::manifest::TEXTS;
use crate::queries;

/// The query of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// A category, such as `tools`.
    category: Option<String>,
    /// `active`, `sold`, `paused` or `unavailable`; the last two are for the seller alone.
    status: Option<String>,
    /// The code of a currency.
    currency: Option<String>,
    /// A DID or a short name.
    seller_did: Option<String>,
    /// `public_offplatform`, `public_onplatform` or `trust_gated`.
    seller_tier: Option<String>,
    /// `newest`, `price_asc` or `price_desc`.
    sort: Option<String>,
    /// From 1.
    page: Option<usize>,
}

impl ListQuery {
    /// Returns everything that the viewer sees, the newest first.
    fn all(&self, node: &Node, viewer: Option<&Did>) -> Answer<Vec<ListingView>> {
        let Some(seller) = &self.seller_did else {
            return newest(node, viewer, LISTED_MAX);
        };
        let seller = node.person(seller)?;
        let mut listings = of_person(node, &seller, viewer)?;
        listings.order_by_key(|listing| Reverse(listing.item.put));
        Ok(listings)
    }

    fn takes(&self, listing: &ListingView) -> bool {
        let is = |wish: &Option<String>, name: Option<&str>| {
            wish.as_deref()
                .is_none_or(|wish| name.is_some_and(|name| name.eq_ignore_ascii_case(wish)))
        };
        let currency = listing.offer.as_ref().map(|terms| terms.offered.currency.code());
        is(&self.category, Some(listing.item.own.category.name()))
            && is(&self.status, Some(listing.status.name()))
            && is(&self.currency, currency)
            && is(&self.seller_tier, Some(listing.seller_tier.name()))
    }

    fn sort(&self, listings: &mut [ListingView]) {
        let price = |one: &ListingView| one.offer.as_ref().map(|terms| terms.offered.price);
        // Listings without a price come last.
        match self.sort.as_deref() {
            Some("price_asc") => listings.order_by_key(|one| price(one).unwrap_or(i64::MAX)),
            Some("price_desc") => listings.order_by_key(|one| Reverse(price(one).unwrap_or(-1))),
            _ => {}
        }
    }
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListingsAnswer {
    listings: Vec<ListingView>,
    total: usize,
    page: usize,
    limit: usize,
    has_more: bool,
}

/// The listings and wishes that the caller sees, of all people here or of one: the newest first, or by price.
#[utoipa::path(
    get, operation_id = "listings", path = "/api/listings", tag = "market",
    params(ListQuery, ("limit" = Option<u32>, Query)),
    responses((status = 200, body = ListingsAnswer), (status = 404, description = "Nobody here goes by that")),
)]
pub(crate) async fn list(
    Visitor(node, caller): Visitor,
    part: Page,
    Query(query): Query<ListQuery>,
) -> Answer<Json<ListingsAnswer>> {
    let mut all = query.all(&node, caller.did())?;
    all.retain(|listing| query.takes(listing));
    query.sort(&mut all);
    let (total, page) = (all.len(), query.page.unwrap_or(1).max(1));
    let offset = (page - 1).saturating_mul(part.limit);
    let listings = all.into_iter().skip(offset).take(part.limit);
    Ok(Json(ListingsAnswer {
        listings: listings.collect(),
        total,
        page,
        limit: part.limit,
        has_more: offset.saturating_add(part.limit) < total,
    }))
}

/// One listing or wish, by its owner and its id or slug.
#[utoipa::path(
    get, operation_id = "one", path = "/api/listings/{owner}/{item}", tag = "market",
    params(("owner" = String, Path, description = "A DID or a short name"), ("item" = String, Path, description = "An id or slug")),
    responses((status = 200, body = ListingAnswer), (status = 404, description = "Nobody here goes by that, or it is not there for you"),
        (status = 410, description = "It was removed, or its seller deleted their data")),
)]
pub(crate) async fn read_listing(
    Visitor(node, caller): Visitor,
    Path((owner, name)): Path<(String, String)>,
) -> Answer<Json<ListingAnswer>> {
    let request = ItemAsked::new(&node, &caller, &owner, name)?;
    let item = request.describe::<Listings>(&node)?;
    let (mut answer, contact) = ListingAnswer::read(&node, &request.owner, item)?;
    answer.listing.contact = contact.filter(|_| caller.did() == Some(&request.owner));
    Ok(Json(answer))
}

/// Contacts of others that one person reads in a day.
const CONTACTS_A_DAY: f64 = 20.0;
const DAY_S: f64 = 24.0 * 3_600.0;
/// People whose requests are remembered.
const REMEMBERED_MAX: usize = 10_000;

/// The requests of people on this node.
struct Requests(Buckets<Did>);

impl Default for Requests {
    fn default() -> Self {
        let rate = CONTACTS_A_DAY / DAY_S;
        Self(Buckets::new(rate, CONTACTS_A_DAY, REMEMBERED_MAX))
    }
}

/// The contact of a listing that the caller sees. A person may ask 20 times a day for contacts of others.
#[utoipa::path(
    post, path = "/api/listings/{owner}/{item}/contact", tag = "market",
    params(("owner" = String, Path, description = "A DID or a short name"), ("item" = String, Path, description = "An id or slug")),
    responses((status = 200, body = Contact), (status = 401, description = "Not signed in"), (status = 403, description = "Not a member, or not accepted from you"),
        (status = 404, description = "It is not there for you, or has no contact"), (status = 410, description = "It was removed"),
        (status = 429, description = "As many as somebody may ask for in a day")),
)]
pub(crate) async fn contact(
    Person(node, session): Person,
    Path((owner, name)): Path<(String, String)>,
) -> Answer<Json<Contact>> {
    let owner = node.person(&owner)?;
    let item = Listings::find(&node, &owner, Some(&session.did), &name)?.item;
    let none = || Problem::not_found(TEXTS.say("no-contact", args![]));
    let contact =
        queries::read(&node, |db| queries::contact(db, &owner, &item))?.ok_or_else(none)?;
    if session.did != owner {
        node.refuse_blocked(&session.did, &[owner].into(), not_accepted)?;
        let requests = node.state::<Requests>();
        let counted = requests.0.take(&session.did, node.monotonic());
        let too_many =
            |seconds| Problem::too_many_of_yours(seconds, TEXTS.say("too-often", args![]));
        counted.map_err(too_many)?;
    }
    Ok(Json(contact))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    /// Returns which of three listings a query finds: without a price, for 5.00 CHF, and for nothing.
    fn find(query: Json) -> Vec<usize> {
        let query: ListQuery = serde_json::from_value(query).unwrap();
        let prices = [None, Some(500), Some(0)].into_iter().enumerate();
        let mut all: Vec<_> =
            prices.map(|(number, price)| ListingView::sample(number, price)).collect();
        all.retain(|listing| query.takes(listing));
        query.sort(&mut all);
        let number = |listing: &ListingView| listing.item.id[4..].parse::<usize>().unwrap();
        all.iter().map(number).collect()
    }

    #[test]
    fn a_query_narrows_and_sorts() {
        assert_eq!(find(json!({})), [0, 1, 2]);
        assert_eq!(find(json!({ "category": "Tools", "status": "active" })), [0, 1, 2]);
        assert!(find(json!({ "category": "books" })).is_empty());
        assert!(find(json!({ "status": "paused" })).is_empty());
        assert_eq!(find(json!({ "currency": "chf" })), [1, 2]);
        assert!(find(json!({ "currency": "EUR" })).is_empty());
        assert_eq!(find(json!({ "seller_tier": "public_offplatform" })), [0]);
        assert_eq!(find(json!({ "sort": "price_asc" })), [2, 1, 0]);
        assert_eq!(find(json!({ "sort": "price_desc" })), [1, 2, 0]);
    }
}
