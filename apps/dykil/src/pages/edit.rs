//! The page on which people create and edit their surveys. Its script signs each change.

use imajin_app::extract::Own;
use imajin_app::{Answer, Node, Page, Problem, Reader, Texts, args};
use imajin_dfos::Timestamp;
use imajin_items::editor::{self, EditorParts, Fields, check, field};
use imajin_items::{Owner, TEXTS as ITEMS};
use imajin_occasions::{Occasion, Occasions};
use maud::{Markup, html};

use super::STYLE;
use crate::manifest::{MANIFEST, OWN_PAGE, TEXTS};

/// Time after its end for which an event is still offered, for surveys about how it was: 30 days.
const EVENTS_OVER_MS: i64 = 30 * 24 * 3_600_000;
/// Maximum number of events offered.
const EVENTS_MAX: usize = 100;

const TEMPLATES: [&str; 6] = [
    "template-when",
    "template-blank",
    "template-cafe",
    "template-band",
    "template-class",
    "template-spending",
];

/// Serves the viewer's own surveys: a list, the answers, and a form.
pub(crate) async fn edit(Own(node, session, viewer): Own, reader: Reader) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let owner = Owner::from_did(&node, session.did)?;
    let lead = html! {
        p.lead { (t.markup("lead", args![], |_, inner| html! { a href=(owner.path(MANIFEST.name)) { (inner) } })) }
        h2 { (t.text("begin")) }
        div.actions #templates {
            @for template in TEMPLATES { button type="button" data-template=(template.trim_start_matches("template-")) { (t.text(template)) } }
        }
    };
    let below = html! {
        section #slips hidden { h2 { (t.text("slips")) } p { (t.text("slips-why")) } ul.slips #codes {} }
    };
    let at = (OWN_PAGE, "/assets/dykil/edit.js");
    let form = form(&owner, &events(&node, &owner)?, t);
    let parts = EditorParts { help: "help-edit", lead, below, form };
    Ok(editor::page((t, &t.text("home")), at, viewer, parts).style(STYLE))
}

/// Returns the owner's events that a survey can name.
fn events(node: &Node, owner: &Owner) -> Answer<Vec<Occasion>> {
    let after = node.now().as_millis() - EVENTS_OVER_MS;
    let after = Timestamp::from_millis(after).map_err(Problem::internal)?;
    match node.get::<dyn Occasions>() {
        Some(events) => events.held_by(node, &owner.did, after, EVENTS_MAX),
        None => Ok(Vec::new()),
    }
}

/// Draws a selection field. Each option is a message id whose last word is its value; `none` is the empty value.
fn choice(t: Texts, (id, label): (&str, &str), of: &[&str]) -> Markup {
    let value = |message: &str| {
        let last = message.rsplit('-').next().unwrap_or_default();
        if last == "none" { "" } else { last }.to_owned()
    };
    let input = html! {
        select id=(id) { @for message in of { option value=(value(message)) { (t.text(message)) } } }
    };
    field(None, id, t.text(label), input)
}

const MODES: [&str; 4] =
    ["mode-option-named", "mode-option-open", "mode-option-totals", "mode-option-secret"];
const EACH: [&str; 6] = [
    "each-option-member",
    "each-option-guest",
    "each-option-person",
    "each-option-any",
    "each-option-ticket",
    "each-option-slip",
];
const SHOWN: [&str; 3] = ["show-option-all", "show-option-answered", "show-option-owner"];
const WHEN: [&str; 3] = ["when-option-none", "when-option-before", "when-option-after"];

/// Draws the form of a survey. A separate editor handles the questions and stores them in the field `form`.
fn form(owner: &Owner, events: &[Occasion], t: Texts) -> Markup {
    let fields = Fields(ITEMS.for_reader(t.lang));
    let groups = html! { textarea #groups rows="3" maxlength="2000" {} };
    let event = html! {
        select #event {
            option value="" { (t.text("event-none")) }
            @for one in events { option value=(one.did) { (one.title) ", " (t.date_time_in(one.starts, one.zone)) } }
        }
    };
    let title = html! { input #title type="text" maxlength="200" autocomplete="off"; };
    let folded = html! {
        (field(None, "title", t.text("field-title"), title))
        (fields.note())
        (fields.files(None, ""))
        (choice(t, ("mode", "field-mode"), &MODES))
        p.hint #mode-says aria-live="polite" {}
        (choice(t, ("each", "field-each"), &EACH))
        (choice(t, ("show", "field-show"), &SHOWN))
        (check(None, "roll", t.text("field-roll")))
        (field(None, "closes", t.text("field-closes"), html! { input #closes type="datetime-local"; }))
        (field(None, "event", t.text("field-event"), event))
        (choice(t, ("when", "field-when"), &WHEN))
        (fields.visibility(None))
        (fields.on(None))
        (fields.times_and_address(None, owner, MANIFEST.name))
    };
    html! {
        div #questions {}
        textarea #form hidden {}
        (field(None, "groups", t.text("field-groups"), groups))
        (fields.fold(folded))
        p.hint { (t.text("share-hint")) }
    }
}
