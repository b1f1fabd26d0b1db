//! The list behind the page *Near me*: the same for everybody, so that no request says where its reader is.
//!
//! Always: at most [`LISTED_MAX`] rows and [`BYTES_MAX`] bytes. The page computes distances itself.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use imajin_app::recent::{FreshAnswer, Recent, Tables};
use imajin_app::{Answer, Node, Problem, TaggedBytes};
use imajin_items::next_change;
use serde::Serialize;
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use crate::listing_view::{LISTED_MAX, ListingView, newest};
use crate::listings::{Item, Kind, Rent};
use crate::manifest::MANIFEST;
use crate::queries;

const BYTES_MAX: usize = 250_000;
const TITLE_MAX: usize = 60;

/// The list as it was last made, with its tag.
struct NearList(Recent<TaggedBytes>);

impl Default for NearList {
    fn default() -> Self {
        // An answer takes at most an eighth of the room.
        let room = 8 * (BYTES_MAX + 1_024);
        Self(Recent::new(Tables::Of(MANIFEST.name), room))
    }
}

/// The listings and wishes that everybody sees.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NearAnswer {
    /// The DIDs of the people whose listings these are.
    owners: Vec<String>,
    /// The newest first: `[owner, id, lat, lon, price, currency, category, title, sort]`. The owner is a place in `owners`, `lat` and
    /// `lon` are in hundredths of a degree, the price is in minor units; without an offer price and currency are null. `sort` is 0 for
    /// something sold, 1 for a wish, and 2, 3 or 4 for something lent, whose price is for an hour, a day or a week.
    #[schema(value_type = Vec<serde_json::Value>)]
    rows: Vec<Json>,
    /// Whether there are older ones, for which the list has no room.
    has_more: bool,
}

/// Returns the sort of a listing, as the answer's description says.
fn sort(item: &Item) -> u8 {
    match (item.kind, item.own.rent) {
        (Kind::Listing, None) => 0,
        (Kind::Wanted, _) => 1,
        (_, Some(Rent::Hour)) => 2,
        (_, Some(Rent::Day)) => 3,
        (_, Some(Rent::Week)) => 4,
    }
}

impl NearAnswer {
    fn push(&mut self, listing: &ListingView) {
        let owner = listing.seller.to_string();
        let place = self.owners.iter().position(|other| *other == owner);
        let place = place.unwrap_or_else(|| {
            self.owners.push(owner);
            self.owners.len() - 1
        });
        let item = &listing.item;
        let offer = listing.offer.as_ref().map(|terms| &terms.offered);
        let title: String = item.title.chars().take(TITLE_MAX).collect();
        self.rows.push(json!([
            place,
            item.id,
            item.own.lat,
            item.own.lon,
            offer.map(|offer| offer.price),
            offer.map(|offer| offer.currency),
            item.own.category,
            title,
            sort(item),
        ]));
    }

    /// Writes the list as JSON, and drops the oldest rows until it fits.
    fn write(&mut self) -> Answer<Vec<u8>> {
        loop {
            let bytes = serde_json::to_vec(self).map_err(Problem::internal)?;
            if bytes.len() <= BYTES_MAX {
                return Ok(bytes);
            }
            // A twentieth at a time.
            self.rows.truncate(self.rows.len() - self.rows.len().div_ceil(20));
            self.has_more = true;
        }
    }
}

fn make(node: &Node) -> Answer<FreshAnswer<TaggedBytes>> {
    let mut answer = NearAnswer::default();
    // Asked before the listings, so that no promise lapses unnoticed in between.
    let lapse = queries::read(node, |db| queries::next_lapse(db, node.now().as_millis()))?;
    let listings = newest(node, None, LISTED_MAX + 1)?;
    let listed = listings.iter().filter(|listing| listing.is_listed());
    for listing in listed.take(LISTED_MAX) {
        answer.push(listing);
    }
    answer.has_more = listings.len() > LISTED_MAX;
    let bytes = answer.write()?;
    Ok(FreshAnswer {
        bytes: bytes.len(),
        value: TaggedBytes::new(bytes),
        until: next_change(node, MANIFEST.name, None)?.min(lapse),
    })
}

/// The newest listings and wishes that everybody sees, at most 2 000 and 250 kB, for a page that sorts them by distance.
#[utoipa::path(get, path = "/api/near", tag = "market", responses((status = 200, body = NearAnswer), (status = 304, description = "Unchanged")))]
pub(crate) async fn near(State(node): State<Node>, headers: HeaderMap) -> Answer<Response> {
    let kept = node.state::<NearList>();
    let list = kept.0.get(&node, "near", || make(&node))?;
    Ok(list.answer(&headers, ("application/json", "no-cache")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_rows_go_where_the_list_has_no_room() {
        let title = "🪜".repeat(2 * TITLE_MAX);
        let mut answer = NearAnswer::default();
        for number in 0..LISTED_MAX {
            let mut listing = ListingView::sample(number, None);
            listing.item.base.title.clone_from(&title);
            answer.push(&listing);
        }
        let first = answer.rows[0].clone();
        assert!(answer.write().unwrap().len() <= BYTES_MAX);
        let number = answer.rows.len();
        assert!(number < LISTED_MAX && number > LISTED_MAX / 4 && answer.has_more);
        assert_eq!(answer.rows[0], first);
        assert_eq!(first[7].as_str().unwrap().chars().count(), TITLE_MAX);
        assert_eq!(answer.owners.len(), 1, "a seller is named once");
    }
}
