//! The page on which people edit their own links. Its script signs each change.

use imajin_app::extract::Own;
use imajin_app::{Answer, Lang, Page, Texts, Zone, args};
use imajin_items::editor::{self, EditorParts, Fields, check, field};
use imajin_items::{Owner, TEXTS as ITEMS};
use maud::{Markup, html};

use crate::manifest::{MANIFEST, TEXTS};

/// Answers the page of the viewer's own links: a list to order, and a form.
pub(crate) async fn edit(Own(node, session, viewer): Own, lang: Lang) -> Answer<Page> {
    let t = TEXTS.for_reader(lang);
    let owner = Owner::from_did(&node, session.did)?;
    let lead = html! {
        p.lead { (t.markup("lead", args![], |_, inner| html! { a href=(owner.path(MANIFEST.name)) { (inner) } })) }
        div.actions #links-actions data-zone=(Zone::home().name()) {
            button #add-link.main type="button" { (t.text("add-link")) }
            button #add-collection type="button" { (t.text("add-collection")) }
            button #edit-page type="button" data-name=(viewer.name.as_deref().unwrap_or_default()) { (t.text("edit-page")) }
            button #share-page type="button" data-title=(owner.called(lang)) data-path=(owner.path(MANIFEST.name)) { (t.text("share")) }
        }
    };
    let parts = EditorParts { help: "help-edit", lead, below: bookmarks(t), form: form(&owner, t) };
    let at = ("/links/edit", "/assets/links/edit.js");
    Ok(editor::page((t, &t.text("home")), at, viewer, parts).style(super::STYLE))
}

fn bookmarks(t: Texts) -> Markup {
    let input = html! { input #bookmarks type="file" accept=".html,.htm,text/html"; };
    html! {
        details {
            summary { (t.text("bookmarks")) }
            p { (t.text("bookmarks-why")) }
            (field(None, "bookmarks", t.text("bookmarks-file"), input))
            div #found {}
            p { a.button href="/links/api/export.html" download { (t.text("bookmarks-export")) } }
        }
    }
}

/// Draws the form of a link, a collection or the page itself.
fn form(owner: &Owner, t: Texts) -> Markup {
    let fields = Fields(ITEMS.for_reader(t.lang));
    let listed = Some("link collection");
    let url =
        html! { input #url type="url" maxlength="2000" placeholder="https://" autocomplete="off"; };
    let within = html! { select #in { option value="" { (t.text("in-page")) } } };
    let folded = html! {
        (fields.files(None, ""))
        (field(Some("link"), "in", t.text("field-in"), within))
        (fields.visibility(listed))
        (fields.accent(Some("collection page")))
        (fields.on(listed))
        (check(Some("page"), "counts", t.text("field-counts")))
        (fields.times_and_address(listed, owner, MANIFEST.name))
    };
    html! {
        (field(Some("link"), "url", t.text("field-url"), url))
        (fields.title())
        (fields.note())
        (fields.fold(folded))
    }
}
