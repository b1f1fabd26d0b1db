//! The page on which people change their own jars, read about their tips, and decide which words their page shows.

use imajin_app::chooser::how;
use imajin_app::extract::Own;
use imajin_app::{Answer, Lang, Node, Page, Texts, args};
use imajin_items::editor::{self, EditorParts, Fields, field};
use imajin_items::{Owner, TEXTS as ITEMS};
use imajin_selling::cashier;
use maud::{Markup, html};

use crate::manifest::{MANIFEST, OWN_PAGE, TEXTS};

/// Answers the page of the viewer's own jars and tips.
pub(crate) async fn edit(Own(node, session, viewer): Own, lang: Lang) -> Answer<Page> {
    let t = TEXTS.for_reader(lang);
    let owner = Owner::from_did(&node, session.did)?;
    let path = owner.path(MANIFEST.name);
    let lead = html! {
        p.lead { (t.markup("lead", args![], |_, inner| html! { a href=(path) { (inner) } })) }
        (details(&node, &owner, t)?)
        div.actions { button #add-jar.main type="button" { (t.text("add")) } }
        (templates(t))
    };
    let people = node.known_people(&owner.did)?;
    let below = html! {
        (people)
        section #tips {
            h2 { (t.text("tips")) }
            p.hint #no-tips hidden { (t.text("no-tips")) }
            ul.rows #tip-rows {}
            div.actions {
                button #more-tips type="button" hidden { (t.text("more-tips")) }
                a.button href="/coffee/api/tips.csv" download { (t.text("csv")) }
            }
        }
    };
    let at = (OWN_PAGE, "/assets/coffee/edit.js");
    let form = form(&owner, t);
    let parts = EditorParts { help: "help-edit", lead, below, form };
    let page = editor::page((t, &t.text("home")), at, viewer, parts);
    Ok(page.style("/assets/coffee/coffee.css"))
}

/// Draws a notice where buyers can't pay by transfer, with a link to the owner's payment details.
fn details(node: &Node, owner: &Owner, t: Texts) -> Answer<Markup> {
    let cashier = cashier(node)?;
    let rails = cashier.rails(node, &owner.did)?;
    Ok(html! {
        @if rails.len() == 1 {
            div.notice { p { (t.markup("no-details", args![], |_, inner| html! { a href=(cashier.details_page()) { (inner) } })) } }
        }
    })
}

/// Templates of a jar: message names of its name, title, words and thanks.
const TEMPLATES: [[&str; 4]; 4] = [
    ["template-cafe-name", "template-cafe-title", "template-cafe-note", "template-cafe-thanks"],
    [
        "template-teacher-name",
        "template-teacher-title",
        "template-teacher-note",
        "template-teacher-thanks",
    ],
    ["template-band-name", "template-band-title", "template-band-note", "template-band-thanks"],
    [
        "template-street-name",
        "template-street-title",
        "template-street-note",
        "template-street-thanks",
    ],
];

fn templates(t: Texts) -> Markup {
    html! {
        details {
            summary { (t.text("templates")) }
            div.actions {
                @for [name, title, note, thanks] in TEMPLATES {
                    button.link type="button" data-template data-title=(t.text(title)) data-note=(t.text(note)) data-thanks=(t.text(thanks)) { (t.text(name)) }
                }
            }
        }
    }
}

/// Draws the form of a jar.
fn form(owner: &Owner, t: Texts) -> Markup {
    let items = Fields(ITEMS.for_reader(t.lang));
    let text = |id: &str, label: &str, input: Markup| field(None, id, t.text(label), input);
    let folded = html! {
        (items.files(None, ""))
        (text("thanks", "field-thanks", html! { textarea #thanks maxlength="500" rows="2" {} }))
        div.pair {
            (text("currency", "field-currency", html! { input #currency type="text" maxlength="4" size="4" autocomplete="off" spellcheck="false"; }))
            (text("price", "field-price", html! { input #price type="text" inputmode="decimal" autocomplete="off"; }))
        }
        (text("amounts", "field-amounts", html! { p.hint #amounts-hint { (t.text("amounts-hint")) } input #amounts type="text" autocomplete="off" aria-describedby="amounts-hint"; }))
        fieldset {
            legend { (t.text("shares")) }
            p.hint { (t.text("shares-hint")) " " (how(t.lang)) }
            div #shares data-own=(owner.did) {}
            div.actions { button #add-share type="button" { (t.text("add-share")) } }
        }
        (items.visibility(None))
        (items.accent(None))
        (items.on(None))
        (items.times_and_address(None, owner, MANIFEST.name))
    };
    html! {
        (items.title())
        (items.note())
        (text("goal", "field-goal", html! { input #goal type="text" inputmode="decimal" autocomplete="off"; }))
        (items.fold(folded))
    }
}
