//! The pages: a person's links, and the form for changing one's own.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_protocol::Did;
use imajin_service::extract::{Caller, Path};
use imajin_service::{Lang, Node, Problem, Texts, args};
use maud::{Markup, html};

use crate::manifest::TEXTS;
use crate::queries::{LinkRow, shown};

/// A person's links.
pub(crate) async fn public(
    State(node): State<Node>,
    Caller(session): Caller,
    lang: Lang,
    Path(whose): Path<String>,
) -> Result<Response, Problem> {
    let t = TEXTS.of(lang);
    let owner = node.person(&whose)?;
    let viewer = session.as_ref().map(|session| &session.did);
    let links = shown(&node, &owner, viewer, None)?;
    let card = node.card(&owner)?;
    let (handle, name) = card.map_or((None, None), |card| (card.handle, card.display_name));
    let name = name
        .or(handle)
        .unwrap_or_else(|| t.text("somebody").into_owned());
    let content = html! {
        h1 { (name.as_str()) }
        @if viewer == Some(&owner) { p { a.button href="/links/edit" { (t.text("change")) } } }
        (list(&owner, &links, t))
    };
    let page = t.page(t.with("title", args![name = name]), content);
    let page = page.viewer(node.viewer_of(session.as_ref())?);
    Ok(page.indexed().into_response())
}

fn list(owner: &Did, links: &[LinkRow], t: Texts) -> Markup {
    html! {
        @if links.is_empty() { p.hint { (t.text("none")) } }
        ul.rows {
            @for link in links {
                li {
                    h2 { a rel="nofollow ugc noopener" href={ "/links/go/" (owner) "/" (link.id) } { (link.title) } }
                    @if let Some(note) = &link.note { p { (note) } }
                    @if let Some(clicks) = link.clicks { p.hint { (t.with("clicks", args![count = clicks])) } }
                }
            }
        }
    }
}

/// The form for changing one's own links.
pub(crate) async fn edit(
    State(node): State<Node>,
    Caller(session): Caller,
    lang: Lang,
) -> Result<Response, Problem> {
    let t = TEXTS.of(lang);
    let Some(viewer) = node.viewer_of(session.as_ref())? else {
        return Ok(Redirect::to("/signin?next=/links/edit").into_response());
    };
    let content = html! {
        div #message {}
        noscript { div.notice.bad { p { (t.text("scripts-off")) } } }
        h1 { (t.text("home")) }
        p.lead { (t.markup("lead", args![], |_, inner| html! { a href={ "/links/" (viewer.did) } { (inner) } })) }
        ol.rows #links {}
        h2 { (t.text("add")) }
        form #form-link {
            label for="title" { (t.text("field-title")) }
            input #title name="title" maxlength="200" required;
            label for="url" { (t.text("field-url")) }
            input #url name="url" type="url" maxlength="2000" placeholder="https://" required;
            label for="note" { (t.text("field-note")) }
            textarea #note name="note" maxlength="1000" rows="2" {}
            label for="visibility" { (t.text("field-visibility")) }
            select #visibility name="visibility" {
                option value="public" { (t.text("seen-public")) }
                option value="connections" { (t.text("seen-connections")) }
                option value="private" { (t.text("seen-private")) }
            }
            div.actions { button.main #save type="submit" { (t.text("save")) } }
        }
    };
    let page = t
        .page(t.text("home"), content)
        .script("/assets/links/edit.js");
    Ok(page.viewer(Some(viewer)).into_response())
}
