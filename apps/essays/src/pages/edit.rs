//! The page where people write: a list of their essays and series, and a form. Its script signs each change.

use imajin_app::extract::Own;
use imajin_app::{Answer, Lang, Page, Texts, args};
use imajin_items::editor::{self, EditorParts, Fields, check, field};
use imajin_items::{Owner, TEXTS as ITEMS};
use imajin_jars::{Jar, Jars};
use maud::{Markup, html};

use super::STYLE;
use crate::manifest::{MANIFEST, OWN_PAGE, TEXTS};

/// The kind of item that has a text, as the form names it.
const ESSAY: Option<&str> = Some("essay");

pub(crate) async fn edit(Own(node, session, viewer): Own, lang: Lang) -> Answer<Page> {
    let t = TEXTS.for_reader(lang);
    let own = &session.did;
    let jars = match node.get::<dyn Jars>() {
        Some(jars) => jars.of_person(&node, own, Some(own))?,
        None => Vec::new(),
    };
    let author = Owner::from_did(&node, session.did)?;
    let path = author.path(MANIFEST.name);
    let lead = html! {
        p.lead { (t.markup("lead", args![], |_, inner| html! { a href=(path) { (inner) } })) }
        div.actions {
            button #add-essay.main type="button" { (t.text("write")) }
            button #add-series type="button" { (t.text("add-series")) }
        }
    };
    let parts = EditorParts {
        help: "help-edit",
        lead,
        below: Markup::default(),
        form: form(&author, &jars, t),
    };
    let at = (OWN_PAGE, "/assets/essays/edit.js");
    let page = editor::page((t, &t.text("own")), at, viewer, parts);
    Ok(page.style(STYLE))
}

/// Renders the form: the title and the text. Everything else has a default and is folded.
fn form(author: &Owner, jars: &[Jar], t: Texts) -> Markup {
    let items = Fields(ITEMS.for_reader(t.lang));
    let series = html! { select #in { option value="" { (t.text("in-none")) } } };
    let folded = html! {
        (items.note())
        (field(ESSAY, "in", t.text("field-in"), series))
        (jar(jars, t))
        (check(ESSAY, "makers", t.text("field-makers")))
        (items.files(None, t.text("files-hint")))
        (items.visibility(None))
        (items.on(None))
        (items.times_and_address(None, author, MANIFEST.name))
    };
    html! {
        (items.title())
        (field(ESSAY, "text", t.text("field-text"), text(t)))
        (items.fold(folded))
    }
}

/// Renders the field of the text, and the place where it is shown as its page will.
fn text(t: Texts) -> Markup {
    html! {
        p.hint #text-hint { (t.text("text-hint")) }
        textarea #text rows="16" maxlength="200000" aria-describedby="text-hint" {}
        div #text-preview.text.prose hidden tabindex="-1" {}
        div.actions { button #show-text type="button" data-other=(t.text("show-source")) { (t.text("show-text")) } }
    }
}

/// Renders the choice of the author's jar, if there is any.
fn jar(jars: &[Jar], t: Texts) -> Markup {
    let select = html! {
        select #jar {
            option value="" { (t.text("jar-none")) }
            @for jar in jars { option value=(jar.id) { (jar.title) } }
        }
    };
    html! { @if !jars.is_empty() { (field(ESSAY, "jar", t.text("field-jar"), select)) } }
}
