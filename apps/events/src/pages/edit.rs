//! The form for a new or an existing event.

use imajin_app::capabilities::Files;
use imajin_app::chooser::{Chooser, PersonField, how};
use imajin_app::extract::{Own, Path, Query};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Lang, Node, Page, Problem, Texts, args, time};
use imajin_protocol::Did;
use imajin_protocol::tier::Capability;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{group_of, message};
use crate::event::FreePlaces;
use crate::lookup::find_own;
use crate::manifest::TEXTS;
use crate::picture;
use crate::queries::{self, Event, Kind};

const SCRIPT: &str = "/assets/events/edit.js";

#[derive(Debug, Deserialize)]
pub(super) struct NewQuery {
    /// The tag of the new event.
    tag: Option<String>,
    /// The group that the event is for.
    group: Option<Did>,
}

/// `/events/new`
pub(super) async fn new(
    Own(node, session, viewer): Own,
    lang: Lang,
    Query(query): Query<NewQuery>,
) -> Answer<Page> {
    let t = TEXTS.for_reader(lang);
    node.require(&session.did, Capability::CreateEvent)?;
    let new = (query.tag.as_deref(), query.group.as_ref());
    let content = form(&node, None, &[], (&viewer.did, new), t)?;
    Ok(t.page("help-edit", t.text("form-new"), content).script(SCRIPT).viewer(Some(viewer)))
}

/// `/events/{id}/edit`
pub(super) async fn edit(
    Own(node, session, viewer): Own,
    lang: Lang,
    Path(id): Path<String>,
) -> Answer<Page> {
    let t = TEXTS.for_reader(lang);
    let event = find_own(&node, &id, &session.did)?;
    let kinds = queries::read(&node, |db| queries::kinds(db, event.did.as_str(), 0))?;
    let content = form(&node, Some(&event), &kinds, (&viewer.did, (None, None)), t)?;
    Ok(t.page("help-edit", t.text("form-edit"), content).script(SCRIPT).viewer(Some(viewer)))
}

fn word<'e>(event: Option<&'e Event>, name: &str) -> Option<&'e str> {
    event.and_then(|event| event.word(name))
}

/// Draws a text field. `said` has the message ids of its label and of an optional hint.
fn line(event: Option<&Event>, name: &str, said: (&str, Option<&str>), t: Texts) -> Markup {
    let (label, hint) = said;
    let described = hint.map(|_| format!("{name}-hint"));
    html! {
        div.field {
            label for=(name) { (t.text(label)) }
            @if let Some(hint) = hint { p.hint id=[described.as_deref()] { (t.text(hint)) } }
            input id=(name) type="text" maxlength="300" value=[word(event, name)] data-word=(name) aria-describedby=[described.as_deref()];
        }
    }
}

fn form(
    node: &Node,
    event: Option<&Event>,
    kinds: &[Kind],
    (did, (like, group)): (&str, (Option<&str>, Option<&Did>)),
    t: Texts,
) -> Answer<Markup> {
    // Events planned with a tag are small gatherings: by default only ticket holders see the address.
    let hides = event.map_or(like.is_some(), Event::hides_address);
    // A new event needs only a title: the other fields have defaults and are folded.
    let is_plain = event.is_none() && like.is_none();
    let is_draft = event.is_none_or(|event| event.status == "draft");
    let starts = event.and_then(|event| event.starts).and_then(time::text);
    let tags = event.map(|event| event.words["tags"].to_string());
    let whose = event.and_then(|event| event.group.as_ref()).or(group);
    let whose = whose.map(|group| group_of(node, group, t)).transpose()?;
    let people = node.known_people(&Did::parse(did).map_err(Problem::internal)?)?;
    Ok(html! {
        (message(t))
        h1 { (t.text(if event.is_some() { "form-edit" } else { "form-new" })) }
        form #form-event novalidate autocomplete="off" data-event=[event.map(|event| event.did.as_str())] data-id=[event.map(|event| event.id.as_str())] data-tag=[like] data-group=[group] data-tags=[tags.as_deref()] {
            @if let Some((name, _)) = whose { p.hint { (t.format("form-group", args![name = name])) } }
            (line(event, "title", ("form-title", None), t))
            div.field {
                label for="starts" { (t.text("form-starts")) }
                p.hint #starts-hint { (t.text("form-starts-hint")) }
                input #starts type="datetime-local" data-time=[starts.as_deref()] aria-describedby="starts-hint";
            }
            (place(event, t))
            @if is_plain { p.hint { (t.text("form-plain")) } }
            details #more open[!is_plain] {
                summary { (t.text("form-fold")) }
                @if node.get::<dyn Files>().is_some() {
                    h2 { (t.text("form-picture")) }
                    (picture(event, t))
                }
                h2 { (t.text("form-tickets")) }
                (types(event, kinds, t))
                label.check { input #guests-for type="checkbox" checked[event.is_some_and(Event::shows_guests)]; span { (t.text("form-guests-for")) } }
                h2 { (t.text("form-more")) }
                (description(event, hides, t))
                h2 { (t.text("form-money")) }
                (orders(event, t))
                (shares(node, event, did, t)?)
            }
            div.actions {
                button #save type="submit" class=[(!is_draft).then_some("main")] { (t.text("form-save")) }
                @if is_draft { button #publish.main type="submit" { (t.text("form-share-event")) } }
            }
        }
        (people)
    })
}

/// Draws the fields of the description, the end, the time zone and the address. `hides`: only ticket holders see the
/// address.
fn description(event: Option<&Event>, hides: bool, t: Texts) -> Markup {
    let ends = event.and_then(|event| event.ends).and_then(time::text);
    html! {
        div.field {
            label for="description" { (t.text("form-description")) }
            textarea #description rows="6" maxlength="10000" data-word="description" { (word(event, "description").unwrap_or_default()) }
        }
        div.field { label for="ends" { (t.text("form-ends")) } input #ends type="datetime-local" data-time=[ends.as_deref()]; }
        div.field {
            label for="timezone" { (t.text("form-zone")) }
            p.hint #timezone-hint { (t.text("form-zone-hint")) }
            input #timezone type="text" list="zones" maxlength="64" value=[event.map(|event| event.zone().name())] autocapitalize="none" spellcheck="false" aria-describedby="timezone-hint";
            datalist #zones {}
        }
        (line(event, "address", ("form-address", None), t))
        label.check { input #address-for type="checkbox" checked[hides]; span { (t.text("form-address-for")) } }
        (line(event, "city", ("form-city", None), t))
        (line(event, "country", ("form-country", None), t))
    }
}

/// Draws the picture field: a file, or a photo from the camera.
fn picture(event: Option<&Event>, t: Texts) -> Markup {
    let shown = event.and_then(Event::picture);
    let path = event.and_then(|event| picture::path(event, "400"));
    let choose = |id: &str, label: &str, input: Markup| html! { (input) label.button for=(id) { (t.text(label)) } };
    html! {
        div #picture data-cid=[shown.map(|shown| &shown.cid)] {
            p.hint #picture-hint { (t.text("form-picture-hint")) }
            p #picture-shown { @if let Some(path) = path { img.event-picture src=(path) alt="" width="800" height="420"; } }
            div.actions {
                (choose("picture-file", "form-picture-choose", html! { input #picture-file.unsaid type="file" accept="image/jpeg,image/png,image/webp,image/gif" aria-describedby="picture-hint"; }))
                (choose("picture-camera", "form-picture-camera", html! { input #picture-camera.unsaid type="file" accept="image/*" capture="environment" aria-describedby="picture-hint"; }))
                button.link #picture-remove type="button" hidden[shown.is_none()] { (t.text("form-picture-remove")) }
            }
            p #picture-state.hint role="status" {}
            div.field #picture-about hidden[shown.is_none()] {
                label for="picture-alt" { (t.text("form-picture-alt")) }
                input #picture-alt type="text" maxlength="500" value=[shown.map(|shown| &shown.alt)];
            }
        }
    }
}

/// Draws the location field: at a place, online, or both.
fn place(event: Option<&Event>, t: Texts) -> Markup {
    let place = word(event, "locationType").unwrap_or("physical");
    let venue = ("form-venue", Some("form-venue-hint"));
    let url = ("form-url", Some("form-url-hint"));
    html! {
        div.field {
            label for="locationType" { (t.text("form-place")) }
            select #locationType {
                @for (value, name) in [("physical", "form-physical"), ("virtual", "form-virtual"), ("hybrid", "form-hybrid")] {
                    option value=(value) selected[place == value] { (t.text(name)) }
                }
            }
        }
        div #at-place { (line(event, "venue", venue, t)) }
        div #online hidden { (line(event, "virtualUrl", url, t)) }
    }
}

fn types(event: Option<&Event>, kinds: &[Kind], t: Texts) -> Markup {
    html! {
        p.hint { (t.text("form-tickets-hint")) }
        div #types {
            @for kind in kinds {
                (one_type(event, Some(kind), t))
            }
        }
        div.actions { button #add-type type="button" { (t.text("form-add-type")) } }
        template #type-template { (one_type(None, None, t)) }
        (free_places(event, t))
    }
}

/// Draws the choice of people who may take a free place.
fn free_places(event: Option<&Event>, t: Texts) -> Markup {
    let who = event.and_then(|event| event.free);
    let choices = [
        (None, "form-free-everybody"),
        (Some(FreePlaces::Mail), "form-free-mail"),
        (Some(FreePlaces::Approval), "form-free-approval"),
    ];
    html! {
        div.field {
            label for="free-places" { (t.text("form-free")) }
            p.hint #free-places-hint { (t.text("form-free-hint")) }
            select #free-places aria-describedby="free-places-hint" {
                @for (value, name) in choices {
                    option value=(value.as_ref().map_or("", FreePlaces::name)) selected[who == value] { (t.text(name)) }
                }
            }
        }
    }
}

/// Draws the field for the maximum number of open orders per person.
fn orders(event: Option<&Event>, t: Texts) -> Markup {
    let most = event.map_or(1, Event::orders_max);
    html! {
        div.field {
            label for="orders" { (t.text("form-orders")) }
            p.hint #orders-hint { (t.text("form-orders-hint")) }
            input #orders type="text" inputmode="numeric" maxlength="2" value=(most) aria-describedby="orders-hint";
        }
    }
}

/// Returns what the form has no fields for in the words of a ticket type, as JSON: saving the form keeps it.
fn unshown(words: &Json) -> Option<String> {
    let unshown = ["description", "perks", "sortOrder"].into_iter().filter_map(|name| {
        let value = words.get(name).filter(|value| !value.is_null())?;
        Some((name.to_owned(), value.clone()))
    });
    let unshown: Map<String, Json> = unshown.collect();
    (!unshown.is_empty()).then(|| Json::Object(unshown).to_string())
}

fn one_type(event: Option<&Event>, kind: Option<&Kind>, t: Texts) -> Markup {
    let words = event.zip(kind).map(|(event, kind)| event.type_words(kind.n));
    let name = words.and_then(|words| words["name"].as_str());
    let quantity = kind.and_then(|kind| kind.quantity).map(|quantity| quantity.to_string());
    let currency = kind.map_or("CHF".to_owned(), |kind| kind.currency.to_string());
    html! {
        div.card.type-row data-more=[words.and_then(unshown)] {
            div.field { label { (t.text("form-title")) } input data-name type="text" maxlength="100" value=[name]; }
            div.field { label { (t.text("form-price")) } input data-price type="text" inputmode="decimal" data-minor=[kind.map(|kind| kind.price)]; }
            div.field { label { (t.text("form-currency")) } input data-currency type="text" maxlength="4" value=(currency); }
            div.field { label { (t.text("how-many")) } input data-quantity type="text" inputmode="numeric" value=[quantity]; }
            div.field { label { (t.text("form-most")) } input data-most type="text" inputmode="numeric" maxlength="3" value=(kind.map_or(10, |kind| kind.most)); }
            @if kind.is_none() { button.link type="button" data-remove { (t.text("form-remove-type")) } }
        }
    }
}

/// Draws the table of income shares.
fn shares(node: &Node, event: Option<&Event>, did: &str, t: Texts) -> Answer<Markup> {
    let manifest = event.and_then(Event::signed_manifest);
    let table = manifest.map(|manifest| manifest.table()).unwrap_or_default();
    let mut rows = Vec::new();
    for row in &table {
        let who = node.person_field(&row.who)?;
        let share = percent(row.share.get());
        rows.push(one_share(Some(&who), row.role.as_deref(), Some(share), t));
    }
    if rows.is_empty() {
        let role = t.text("form-organiser");
        let (who, whole) = (node.person_field(did)?, Some("100".to_owned()));
        rows.push(one_share(Some(&who), Some(&role), whole, t));
    }
    Ok(html! {
        fieldset {
            legend { (t.text("form-shares")) }
            p.hint { (t.text("form-shares-hint")) " " (how(t.lang)) }
            div #shares { @for row in rows { (row) } }
            button #add-share type="button" { (t.text("form-add-share")) }
            template #share-template { (one_share(None, None, None, t)) }
        }
    })
}

fn percent(ppm: u32) -> String {
    let text = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn one_share(
    who: Option<&PersonField>,
    role: Option<&str>,
    share: Option<String>,
    t: Texts,
) -> Markup {
    let label = t.text("shares-who");
    let person = Chooser { label: &label, chosen: who, ..Chooser::default() };
    html! {
        div.card.share-row {
            (person.draw(t.lang))
            div.field { label { (t.text("shares-as")) } input data-role type="text" maxlength="100" value=[role]; }
            div.field { label { (t.text("form-share")) } input data-share type="text" inputmode="decimal" value=[share]; }
            button.link type="button" data-remove { (t.text("form-remove")) }
        }
    }
}
