//! The pages of this service: what is near, a person's listings, one listing, the page where people change their own, and orders.
//!
//! Always: a page shows what its viewer may see. Reading works without scripts; sorting by distance needs them, since the
//! reader's place stays in the page.

mod buying;
mod edit;
mod listing;
mod near;
mod orders;
mod reviews;

use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Path, Visitor};
use imajin_app::{Answer, Lang, Node, Page, Reader, Session, Texts, Zone, args};
use imajin_dfos::Timestamp;
use imajin_items::pages::{Form, Scene, moved, words};
use imajin_items::{ItemPages, Owner, PersonPage};
use imajin_protocol::Did;
use maud::{Markup, html};

use crate::listing_view::{ListingView, of_person};
use crate::listings::{Item, Kind, Listings, Rent};
use crate::manifest::{MANIFEST, NEAR_PAGE, OWN_PAGE, TEXTS};
use crate::orders::DAY_MS;
use crate::queries::{self, Terms};
use crate::rent::Span;

pub(crate) use edit::edit;
pub(crate) use near::near;
pub(crate) use orders::{order, orders};

const STYLE: &str = "/assets/market/market.css";

/// The header by which a page asks the browser for its reader's place.
const ASKS_FOR_PLACE: [(&str, &str); 1] =
    [("permissions-policy", "camera=(), geolocation=(self), microphone=(), payment=()")];

fn price(item: &Item, terms: Option<&Terms>, t: Texts) -> String {
    let offered = match (item.kind, terms) {
        (Kind::Wanted, _) => return t.text("wanted").into_owned(),
        (Kind::Listing, None) => return t.text("on-request").into_owned(),
        (Kind::Listing, Some(terms)) => &terms.offered,
    };
    if offered.price == 0 {
        return t.text("free").into_owned();
    }
    let amount = t.lang.amount(offered.price, offered.currency);
    let message = match item.own.rent {
        None => return amount,
        Some(Rent::Hour) => "price-hour",
        Some(Rent::Day) => "price-day",
        Some(Rent::Week) => "price-week",
    };
    t.format(message, args![price = amount])
}

/// Returns whether something can be given back, or for how long the money of a rent is held, in words.
fn held(is_lent: bool, returns_days: i64, t: Texts) -> String {
    match returns_days {
        _ if is_lent => t.text("held-rent").into_owned(),
        0 => t.text("returns-never").into_owned(),
        days => t.format("returns", args![count = days]),
    }
}

/// Renders a time for which something is lent: the days if it is for whole days, else its beginning and its end.
fn time_span(span: Span, t: Texts) -> Markup {
    let at = |millis| Timestamp::from_millis(millis).unwrap_or(Timestamp::MAX);
    let (from, to) = (at(span.from), at(span.to));
    if !is_for_days(from, to, t.zone.unwrap_or_else(Zone::home)) {
        return html! { (t.moment(from)) " – " (t.moment(to)) };
    }
    // The last day ends before the next one begins.
    let (first, last) = (t.date(from), t.date(at(span.to - 1)));
    html! { (first) @if last != first { " – " (last) } }
}

/// Returns whether a time is for whole days in a zone. In the night in which clocks are put back, it ends an hour before midnight.
fn is_for_days(from: Timestamp, to: Timestamp, zone: Zone) -> bool {
    let begins_day = |at: Timestamp| zone.start_of_day(zone.day_number(at)) == Some(at);
    let is_multiple = (to.as_millis() - from.as_millis()) % DAY_MS == 0;
    begins_day(from) && (is_multiple || begins_day(to))
}

/// Renders a row of a list: the title, the price, the category and the area. `path` is that of the seller's listings.
fn row(listing: &ListingView, path: &str, t: Texts) -> Markup {
    let item = &listing.item;
    html! {
        p { a href={ (path) "/" (item.address()) } { strong { (item.title) } } }
        p.soft {
            span.tag { (price(item, listing.offer.as_ref(), t)) } " " (t.text(&item.own.category.label()))
            @if let Some(area) = &item.own.area { " · " (area) }
            @if !listing.is_listed() { " " span.tag { (t.text("sold-out")) } }
        }
    }
}

impl PersonPage for Listings {
    /// Pieces are there again when their promise lapses.
    fn changes_at(node: &Node, _: &Did) -> Answer<Timestamp> {
        queries::read(node, |db| queries::next_lapse(db, node.now().as_millis()))
    }

    fn page(node: &Node, owner: Owner, session: Option<&Session>, lang: Lang) -> Answer<Page> {
        let t = TEXTS.for_reader(lang);
        let listings = of_person(node, &owner.did, session.map(|session| &session.did))?;
        let record = queries::read(node, |db| queries::seller_record(db, owner.did.as_str()))?;
        let title = Self::title(&owner, lang);
        let scene = Scene::new((node, MANIFEST.name), owner, session, [].into_iter(), lang);
        let path = scene.path();
        let content = html! {
            div.items-page {
                (scene.head(&title, None))
                (reviews::record(&record, t))
                @if scene.is_own { div.actions { a.button href=(OWN_PAGE) { (t.text("change")) } } }
                @if listings.is_empty() {
                    p.hint.empty { (t.markup("none", args![], |_, inner| html! { a href=(NEAR_PAGE) { (inner) } })) }
                }
                ul.rows.listings {
                    @for listing in &listings {
                        li.with-tile {
                            @if let Some(picture) = scene.files(&listing.item).iter().find(|file| file.is_picture()) {
                                span.event-tile { img src={ (picture.path) "&w=400" } alt="" width="65" height="65" loading="lazy"; }
                            }
                            div.grow {
                                (row(listing, &path, t))
                                (words(listing.item.note.as_deref()))
                                (scene.standing(&listing.item, None))
                            }
                        }
                    }
                }
                (scene.feeds(&path))
            }
        };
        Ok(scene.page((t, "help-person"), session, (&title, None), content)?.style(STYLE).indexed())
    }
}

pub(crate) async fn listing_page(
    Visitor(node, Caller(session)): Visitor,
    reader: Reader,
    Path((whose, name)): Path<(String, String)>,
) -> Answer<Response> {
    let owner = Owner::resolve(&node, &whose)?;
    let session = session.as_ref();
    let item = Listings::find(&node, &owner.did, session.map(|session| &session.did), &name)?.item;
    if let Some(response) = moved(&item, &owner.path(MANIFEST.name), (&name, Form::Page)) {
        return Ok(response);
    }
    Ok(listing::page(&node, owner, item, session, reader)?.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rent_for_days_shows_them_and_one_for_hours_its_times() {
        let t = TEXTS.for_reader(Reader { lang: Lang::En, zone: Zone::find("Europe/Zurich") });
        // Hours of 2026 in UTC.
        let show = |from: &str, to: &str| {
            let millis = |hour: &str| {
                let at = Timestamp::parse(&format!("2026-{hour}:00:00.000Z"));
                at.unwrap().as_millis()
            };
            let (from, to) = (millis(from), millis(to));
            time_span(Span { from, to }, t).into_string()
        };
        for (from, to, days) in [
            ("06-04T22", "06-05T22", "5 June 2026"),
            ("06-04T22", "06-07T22", "5 June 2026 – 7 June 2026"),
            // Clocks are put forward, and back.
            ("03-27T23", "03-29T22", "28 March 2026 – 29 March 2026"),
            ("10-23T22", "10-25T22", "24 October 2026 – 25 October 2026"),
        ] {
            assert_eq!(show(from, to), days);
        }
        let hours = show("06-05T08", "06-06T08");
        assert!(hours.contains("5 June 2026, 10:00") && hours.contains("6 June 2026, 10:00"));
    }
}
