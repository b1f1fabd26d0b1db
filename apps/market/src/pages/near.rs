//! *Near me*: the newest listings of all people. The script fetches the list that everybody gets, and sorts it by distance.

use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Visitor};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Lang, Texts};
use imajin_items::editor::field;
use maud::{Markup, html};

use super::{ASKS_FOR_PLACE, STYLE, row};
use crate::listing_view::newest_listed;
use crate::listings::Category;
use crate::manifest::{NEAR_PAGE, ORDERS_PAGE, OWN_PAGE, TEXTS};

/// Maximum number of listings on the page without its script.
const SHOWN_MAX: usize = 50;

pub(crate) async fn near(Visitor(node, Caller(session)): Visitor, lang: Lang) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let viewer = session.as_ref().map(|session| &session.did);
    let listings = newest_listed(&node, viewer, SHOWN_MAX)?;
    let content = html! {
        div #message {}
        h1 { (t.text("near")) }
        p.lead { (t.text("near-lead")) }
        div.actions {
            a.button.main href={ (OWN_PAGE) "#listing" } { (t.text("add-listing")) }
            a.button href={ (OWN_PAGE) "#wanted" } { (t.text("add-wanted")) }
            @if session.is_some() {
                a href=(OWN_PAGE) { (t.text("own")) }
                a href=(ORDERS_PAGE) { (t.text("orders")) }
            }
        }
        @if listings.is_empty() { p.hint.empty { (t.text("near-none")) } }
        (filter(t))
        div #near-dots {}
        p.hint #near-state role="status" {}
        ul.rows.listings #near-rows hidden[listings.is_empty()] { @for listing in &listings { li { (row(listing, &format!("/market/{}", listing.seller), t)) } } }
        div.actions { button #near-more type="button" hidden { (t.text("near-more")) } }
    };
    let page = t.page("help-near", t.text("near"), content).indexed();
    let page = page.style(STYLE).script("/assets/market/near.js");
    let page = page.current(NEAR_PAGE).viewer(node.viewer_of(session.as_ref())?);
    Ok((ASKS_FOR_PLACE, page).into_response())
}

/// Renders the fields that narrow the list, which the script shows.
fn filter(t: Texts) -> Markup {
    let words = html! { input #words type="search" autocomplete="off"; };
    let category =
        html! { select #category { option value="" { (t.text("near-all")) } (options(t)) } };
    html! {
        form #filter hidden novalidate {
            div.pair {
                (field(None, "words", t.text("near-words"), words))
                (field(None, "category", t.text("field-category"), category))
            }
            div.actions { button #use-place type="button" { (t.text("use-place")) } }
            p.hint { (t.text("near-place")) }
        }
    }
}

pub(super) fn options(t: Texts) -> Markup {
    html! { @for category in Category::ALL { option value=(category.name()) { (t.text(&category.label())) } } }
}
