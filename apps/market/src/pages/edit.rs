//! The page where people change their own listings and wishes. Its script signs each change.

use axum::response::{IntoResponse, Response};
use imajin_app::extract::Own;
use imajin_app::{Answer, Lang, RoomAbout, Texts, args};
use imajin_items::editor::{self, EditorParts, Fields, field};
use imajin_items::{Owner, TEXTS as ITEMS};
use maud::{Markup, html};

use super::near::options;
use super::{ASKS_FOR_PLACE, STYLE};
use crate::groups;
use crate::manifest::{MANIFEST, NEAR_PAGE, ORDERS_PAGE, OWN_PAGE, TEXTS};
use crate::orders::RETURNS_MAX;

/// The kind of item that has a price, as the form names it.
const LISTING: Option<&str> = Some("listing");

pub(crate) async fn edit(Own(node, session, viewer): Own, lang: Lang) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let groups = groups::led_by(&node, &session.did)?;
    let owner = Owner::from_did(&node, session.did)?;
    let path = owner.path(MANIFEST.name);
    let lead = html! {
        p.crumbs { a href=(NEAR_PAGE) { (t.text("near")) } }
        p.lead { (t.markup("lead", args![], |_, inner| html! { a href=(path) { (inner) } })) }
        div.actions {
            button #add-listing.main type="button" { (t.text("add-listing")) }
            button #add-wanted type="button" { (t.text("add-wanted")) }
            a.button href=(ORDERS_PAGE) { (t.text("orders")) }
        }
    };
    let parts = EditorParts {
        help: "help-edit",
        lead,
        below: Markup::default(),
        form: form(&owner, &groups, t),
    };
    let at = (OWN_PAGE, "/assets/market/edit.js");
    let page = editor::page((t, &t.text("own")), at, viewer, parts);
    Ok((ASKS_FOR_PLACE, page.style(STYLE)).into_response())
}

/// Renders the form of a listing or wish: first what each needs, so that selling takes a photo and a few taps.
fn form(owner: &Owner, groups: &[RoomAbout], t: Texts) -> Markup {
    let items = Fields(ITEMS.for_reader(t.lang));
    let category = html! {
        select #category { option value="" { (t.text("choose-category")) } (options(t)) }
    };
    let folded = html! {
        (items.note())
        (place(t))
        (contact(t))
        (seller(groups, t))
        (rent(t))
        (terms(t))
        (items.visibility(None))
        (items.on(None))
        (items.times_and_address(None, owner, MANIFEST.name))
    };
    html! {
        (items.files(None, ""))
        (items.title())
        (price(t))
        (field(None, "category", t.text("field-category"), category))
        (items.fold(folded))
    }
}

/// Renders the choice of the group that the seller speaks for, if there is any.
fn seller(groups: &[RoomAbout], t: Texts) -> Markup {
    let select = html! {
        select id="for" {
            option value="" { (t.text("for-me")) }
            @for group in groups { @if let Some(name) = &group.name { option value=(group.of) { (name) } } }
        }
    };
    html! { @if !groups.is_empty() { (field(None, "for", t.text("field-for"), select)) } }
}

fn price(t: Texts) -> Markup {
    html! {
        div.field data-of=[LISTING] {
            label for="price" { (t.text("field-price")) }
            p.hint #price-hint { (t.text("price-hint")) }
            div.with {
                input #price type="text" inputmode="decimal" autocomplete="off" aria-describedby="price-hint";
                input #currency type="text" maxlength="4" autocomplete="off" spellcheck="false" aria-label=(t.text("field-currency"));
            }
        }
    }
}

/// Renders the choice of the time that the price is for, where something is lent.
fn rent(t: Texts) -> Markup {
    let rents =
        [("", "rent-none"), ("hour", "rent-hour"), ("day", "rent-day"), ("week", "rent-week")];
    let select = html! { select #rent { @for (name, label) in rents { option value=(name) { (t.text(label)) } } } };
    field(LISTING, "rent", t.text("field-rent"), select)
}

/// Renders the fields of the number of pieces and of giving them back.
fn terms(t: Texts) -> Markup {
    html! {
        fieldset data-of=[LISTING] {
            legend { (t.text("terms")) }
            div.pair {
                (field(None, "quantity", t.text("field-quantity"), html! { input #quantity type="text" inputmode="numeric" autocomplete="off"; }))
                (field(None, "returns", t.text("field-returns"), html! {
                    select #returns aria-describedby="returns-hint" {
                        option value="0" { (t.text("returns-none")) }
                        @for days in 1..=RETURNS_MAX { option value=(days) { (t.format("returns-days", args![count = days])) } }
                    }
                }))
            }
            p.hint #returns-hint { (t.text("returns-hint")) }
            (field(None, "deposit", t.text("field-deposit"), html! { input #deposit type="text" inputmode="decimal" autocomplete="off" aria-describedby="deposit-note"; }))
            p.hint #deposit-note { (t.text("deposit-note")) }
        }
    }
}

fn place(t: Texts) -> Markup {
    html! {
        fieldset {
            legend { (t.text("place")) }
            p.hint { (t.text("place-hint")) }
            (field(None, "area", t.text("field-area"), html! { input #area type="text" maxlength="80" autocomplete="off"; }))
            input #lat type="hidden";
            input #lon type="hidden";
            div.actions {
                button #use-place type="button" { (t.text("use-place")) }
                button #drop-place.link type="button" hidden { (t.text("drop-place")) }
            }
            p #place-state.hint role="status" {}
        }
    }
}

fn contact(t: Texts) -> Markup {
    let tel = |id: &str, label: &str| {
        let input = html! { input id=(id) type="tel" maxlength="40" autocomplete="off"; };
        field(None, id, t.text(label), input)
    };
    html! {
        fieldset {
            legend { (t.text("contact-own")) }
            p.hint { (t.text("contact-hint")) }
            div.pair { (tel("phone", "field-phone")) (tel("whatsapp", "field-whatsapp")) }
            (field(None, "email", t.text("field-email"), html! { input #email type="email" maxlength="254" autocomplete="off" autocapitalize="none" spellcheck="false"; }))
        }
    }
}
