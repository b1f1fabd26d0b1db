//! The page on which people edit their own links. Its script signs each change.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_service::extract::Caller;
use imajin_service::operation::Choice;
use imajin_service::{Lang, Node, Problem, Texts, args};
use maud::{Markup, html};

use super::STYLE;
use crate::fields::{Accent, Visibility};
use crate::manifest::TEXTS;
use crate::owner::Owner;

const SEEN: [(Visibility, &str); 4] = [
    (Visibility::Public, "seen-public"),
    (Visibility::Connections, "seen-connections"),
    (Visibility::Link, "seen-link"),
    (Visibility::Private, "seen-private"),
];

const ACCENTS: [(Accent, &str); 7] = [
    (Accent::Ember, "accent-ember"),
    (Accent::Moss, "accent-moss"),
    (Accent::Sea, "accent-sea"),
    (Accent::Plum, "accent-plum"),
    (Accent::Rose, "accent-rose"),
    (Accent::Gold, "accent-gold"),
    (Accent::Slate, "accent-slate"),
];

/// The viewer's own links: a list to order, and a form.
pub(crate) async fn edit(
    State(node): State<Node>,
    Caller(session): Caller,
    lang: Lang,
) -> Result<Response, Problem> {
    let t = TEXTS.of(lang);
    let Some(session) = session else {
        return Ok(Redirect::to("/signin?next=/links/edit").into_response());
    };
    let viewer = node.viewer(&session)?;
    let owner = Owner::of(&node, session.did)?;
    let content = html! {
        div #message {}
        noscript { div.notice.bad { p { (t.text("scripts-off")) } } }
        section #all {
            h1 { (t.text("home")) }
            p.lead { (t.markup("lead", args![], |_, inner| html! { a href=(owner.path()) { (inner) } })) }
            div.actions {
                button #add-link.main type="button" { (t.text("add-link")) }
                button #add-collection type="button" { (t.text("add-collection")) }
                button #edit-page type="button" data-name=(viewer.name) { (t.text("edit-page")) }
            }
            p #moved.unsaid role="status" {}
            div #items {}
            (bookmarks(t))
        }
        section #editor hidden { (form(&owner, t)) }
    };
    let page = t
        .page(t.text("home"), content)
        .style(STYLE)
        .script("/assets/links/edit.js")
        .current("/links/edit");
    Ok(page.viewer(Some(viewer)).into_response())
}

fn bookmarks(t: Texts) -> Markup {
    html! {
        details {
            summary { (t.text("bookmarks")) }
            p { (t.text("bookmarks-why")) }
            div.field {
                label for="bookmarks" { (t.text("bookmarks-file")) }
                input #bookmarks type="file" accept=".html,.htm,text/html";
            }
            div #found {}
            p { a.button href="/links/api/export.html" download { (t.text("bookmarks-export")) } }
        }
    }
}

/// The form of a link, a collection or the page itself: `data-of` names those that have the field.
fn form(owner: &Owner, t: Texts) -> Markup {
    let time = |id: &str, label: &str| {
        html! {
            div.field {
                label for=(id) { (label) }
                input id=(id) type="datetime-local";
            }
        }
    };
    html! {
        h1 #editor-title {}
        div #stale {}
        form #form-item novalidate {
            div.field {
                label for="title" { (t.text("field-title")) }
                input #title type="text" maxlength="200" autocomplete="off";
            }
            div.field data-of="link" {
                label for="url" { (t.text("field-url")) }
                input #url type="url" maxlength="2000" placeholder="https://" autocomplete="off";
            }
            div.field {
                label for="note" { (t.text("field-note")) }
                textarea #note maxlength="10000" rows="4" {}
            }
            div.field data-of="link" {
                label for="in" { (t.text("field-in")) }
                select #in { option value="" { (t.text("in-page")) } }
            }
            div.field data-of="link collection" {
                label for="visibility" { (t.text("field-visibility")) }
                select #visibility { @for (seen, id) in SEEN { option value=(seen.name()) { (t.text(id)) } } }
            }
            div.field data-of="collection page" {
                label for="accent" { (t.text("field-accent")) }
                select #accent {
                    option value="" { (t.text("accent-none")) }
                    @for (accent, id) in ACCENTS { option value=(accent.name()) { (t.text(id)) } }
                }
            }
            label.check data-of="link collection" { input #on type="checkbox"; span { (t.text("field-on")) } }
            label.check data-of="page" { input #counts type="checkbox"; span { (t.text("field-counts")) } }
            details data-of="link collection" {
                summary { (t.text("more")) }
                div.pair { (time("from", &t.text("field-from"))) (time("until", &t.text("field-until"))) }
                div.field {
                    label for="slug" { (t.text("field-slug")) }
                    p.hint #slug-hint { (t.with("slug-hint", args![path = owner.path()])) }
                    input #slug type="text" maxlength="60" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="slug-hint";
                }
            }
            div.actions {
                button.main #save type="submit" { (t.text("save")) }
                button #cancel type="button" { (t.text("cancel")) }
            }
        }
    }
}
