//! Listings as their viewers get them: with their terms, and whether others see them now.

use imajin_app::operation::Choice;
use imajin_app::{Answer, Hit, Icon, Lang, Node};
use imajin_items::search::hits;
use imajin_items::{Visibility, newest_items, visible_items};
use imajin_ledger::Reader;
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Market;
use crate::listings::{Contact, Item, Kind, Listings};
use crate::manifest::MANIFEST;
use crate::queries::{self, Terms};
use crate::reviews::{ListingReview, SellerRecord};

/// Maximum number of listings of all people that lists are made from, the newest first.
pub(crate) const LISTED_MAX: usize = 2_000;

/// The way in which a listing is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SellerTier {
    /// Outside this box, by its contact.
    #[field(name = "public_offplatform")]
    PublicOffplatform,
    /// On this box, on the terms of its offer.
    #[field(name = "public_onplatform")]
    PublicOnplatform,
    /// To the seller's connections alone.
    #[field(name = "trust_gated")]
    TrustGated,
}

/// Whether others see a listing now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// Others see it.
    Active,
    /// The owner switched it off.
    Paused,
    /// The time has not come, or is over.
    Unavailable,
    /// All pieces are ordered.
    Sold,
}

/// A listing or wish.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListingView {
    #[serde(flatten)]
    pub(crate) item: Item,
    /// The seller's DID.
    #[schema(value_type = String, example = "did:imajin:…")]
    pub(crate) seller: Did,
    pub(crate) seller_tier: SellerTier,
    pub(crate) status: Status,
    /// Its terms; without any it is sold elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offer: Option<Terms>,
    /// Its contact, for its owner alone; others ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contact: Option<Contact>,
}

impl ListingView {
    /// Reads the terms of a listing, without its contact.
    pub(crate) fn read(
        node: &Node,
        db: Reader<'_>,
        seller: Did,
        item: Item,
    ) -> rusqlite::Result<Self> {
        let now = node.now().as_millis();
        let offer = queries::terms(db, seller.as_str(), &item.id, now)?;
        let is_sold = offer.as_ref().is_some_and(|terms| terms.left == Some(0));
        let status = match (item.on, item.is_due(now)) {
            (false, _) => Status::Paused,
            (true, false) => Status::Unavailable,
            (true, true) if is_sold => Status::Sold,
            (true, true) => Status::Active,
        };
        let fair = offer.as_ref().and_then(|terms| terms.offered.digest());
        let seller_tier = match (item.visibility, fair) {
            (Visibility::Connections, _) => SellerTier::TrustGated,
            (_, Some(_)) => SellerTier::PublicOnplatform,
            (_, None) => SellerTier::PublicOffplatform,
        };
        Ok(Self { item, seller, seller_tier, status, offer, contact: None })
    }

    /// Returns whether lists of all people have it: not what is sold.
    pub(crate) fn is_listed(&self) -> bool {
        self.status != Status::Sold
    }
}

/// A listing or wish, with what the orders of its seller say.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListingAnswer {
    #[serde(flatten)]
    pub(crate) listing: ListingView,
    pub(crate) record: SellerRecord,
    /// Its reviews, of the newest orders first, at most 50.
    pub(crate) reviews: Vec<ListingReview>,
}

impl ListingAnswer {
    /// Reads a listing, and its contact, which not every viewer gets.
    pub(crate) fn read(node: &Node, seller: &Did, item: Item) -> Answer<(Self, Option<Contact>)> {
        queries::read(node, |db| {
            let contact = queries::contact(db, seller, &item)?;
            let answer = Self {
                record: queries::seller_record(db, seller.as_str())?,
                reviews: queries::reviews(db, seller.as_str(), &item.id)?,
                listing: ListingView::read(node, db, seller.clone(), item)?,
            };
            Ok((answer, contact))
        })
    }
}

fn view_all(node: &Node, items: impl Iterator<Item = (Did, Item)>) -> Answer<Vec<ListingView>> {
    queries::read(node, |db| {
        items.map(|(owner, item)| ListingView::read(node, db, owner, item)).collect()
    })
}

/// Returns the newest listings of all people that a viewer finds in lists, at most `limit`.
pub(crate) fn newest(node: &Node, viewer: Option<&Did>, limit: usize) -> Answer<Vec<ListingView>> {
    view_all(node, newest_items::<Listings>(node, viewer, limit)?.into_iter())
}

/// Returns the newest listings of all people that a viewer finds in lists and that aren't sold, at most `limit`.
pub(crate) fn newest_listed(
    node: &Node,
    viewer: Option<&Did>,
    limit: usize,
) -> Answer<Vec<ListingView>> {
    // Few are sold, as a rule.
    let mut number = 2 * limit;
    loop {
        let items = newest_items::<Listings>(node, viewer, number)?;
        let is_last = items.len() < number || number >= LISTED_MAX;
        let listed = queries::read(node, |db| {
            let items = items.into_iter();
            listed(items.map(|(owner, item)| ListingView::read(node, db, owner, item)), limit)
        })?;
        if is_last || listed.len() == limit {
            return Ok(listed);
        }
        number = LISTED_MAX;
    }
}

/// Returns the first of these listings that aren't sold, at most `limit`.
fn listed<E>(
    all: impl Iterator<Item = Result<ListingView, E>>,
    limit: usize,
) -> Result<Vec<ListingView>, E> {
    all.filter(|one| !matches!(one, Ok(listing) if !listing.is_listed())).take(limit).collect()
}

/// Returns a person's listings that a viewer finds in lists, in the owner's order.
pub(crate) fn of_person(
    node: &Node,
    owner: &Did,
    viewer: Option<&Did>,
) -> Answer<Vec<ListingView>> {
    let items = visible_items::<Listings>(node, owner, viewer)?.into_iter();
    view_all(node, items.map(|item| (owner.clone(), item)))
}

impl Showcase for Market {
    fn items(&self, node: &Node, person: &Did, viewer: Option<&Did>, _: Lang) -> Answer<Vec<Hit>> {
        let mut listings = of_person(node, person, viewer)?;
        listings.retain(|listing| listing.item.kind == Kind::Listing && listing.is_listed());
        let items = listings.iter().take(ITEMS_MAX).map(|listing| &*listing.item);
        hits(node, person, (MANIFEST.name, Icon::Tag), items)
    }
}

#[cfg(test)]
mod tests {
    use imajin_items::Base;
    use imajin_protocol::Currency;
    use imajin_selling::Offered;

    use super::*;
    use crate::listings::{Category, Own};

    impl ListingView {
        /// Makes a listing of the category `tools`, on sale in CHF if it has a price.
        pub(crate) fn sample(number: usize, price: Option<i64>) -> Self {
            let base = Base {
                id: format!("itm_{number:024x}"),
                parent: None,
                title: "Ladder".to_owned(),
                note: None,
                slug: None,
                visibility: Visibility::Public,
                on: true,
                from: None,
                until: None,
                copied: None,
                put: 0,
                rev: 0,
                files: Vec::new(),
                bodies: 1,
            };
            let own = Own {
                category: Category::Tools,
                rent: None,
                group: None,
                area: None,
                lat: Some(4_737),
                lon: Some(854),
            };
            let terms = |price| Terms {
                offered: Offered {
                    price,
                    currency: Currency::parse("CHF").unwrap(),
                    fair: String::new(),
                },
                quantity: 1,
                left: Some(1),
                returns: 0,
                deposit: None,
            };
            Self {
                item: Item { kind: Kind::Listing, base, own },
                seller: Did::from_key(&[7; 32]),
                seller_tier: match price {
                    Some(_) => SellerTier::PublicOnplatform,
                    None => SellerTier::PublicOffplatform,
                },
                status: Status::Active,
                offer: price.map(terms),
                contact: None,
            }
        }
    }

    #[test]
    fn what_is_sold_takes_no_place_in_a_list() {
        let all = (0..6).map(|number| {
            let status = if number < 3 { Status::Sold } else { Status::Active };
            Ok::<_, ()>(ListingView { status, ..ListingView::sample(number, Some(500)) })
        });
        let listed = listed(all, 2).unwrap();
        let ids: Vec<&str> = listed.iter().map(|listing| &*listing.item.id).collect();
        assert_eq!(ids, ["itm_000000000000000000000003", "itm_000000000000000000000004"]);
    }
}
