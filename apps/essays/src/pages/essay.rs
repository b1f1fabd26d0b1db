//! The page of an essay: the text, who made it, the author's jar, and the series that it is in.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use imajin_app::{Answer, Node, Problem, Texts, args};
use imajin_items::markdown::markdown;
use imajin_items::pages::{Scene, words};
use imajin_items::{ItemView, Owner, files, visible_item};
use imajin_jars::{Jar, Jars};
use imajin_protocol::Did;
use imajin_protocol::fair::Manifest;
use maud::{Markup, html};

use super::{SCRIPT, STYLE, Visit, day, follow, is_public, minutes, preview};
use crate::Essays;
use crate::items::Item;
use crate::manifest::{MANIFEST, OWN_PAGE, TEXTS};
use crate::queries;

/// Answers the page. With a manifest it names its digest and address in its headers.
pub(super) fn page(visit: &Visit<'_>, author: Owner, essay: &Item) -> Answer<Response> {
    let (node, session, lang) = (visit.node, visit.session, visit.lang);
    let t = TEXTS.for_reader(lang);
    let viewer = session.map(|session| &session.did);
    let text = queries::read(node, |db| queries::text(db, &author.did, essay))?;
    let makers = queries::makers(node, &author.did, &essay.id)?;
    let jar = jar_of(node, &author.did, viewer, essay)?;
    let series = match &essay.parent {
        Some(id) => visible_item::<Essays>(node, &author.did, viewer, id)?,
        None => None,
    };
    let is_public = is_public(node, &author, essay, series.as_ref().map(|view| &view.item))?;
    let scene = Scene::new((node, MANIFEST.name), author, session, [].into_iter(), lang);
    let files = scene.files(essay);
    let (text, used) = markdown(text.as_deref().unwrap_or_default(), &files);
    let others = files.iter().enumerate().filter(|(place, _)| !used.contains(place));
    let content = html! {
        article.items-page.essay {
            div #message {}
            @if let Some(series) = &series { p.from { a href={ (scene.path()) "/" (series.item.address()) } { (series.item.title) } } }
            h1 { (essay.title) }
            (words(essay.note.as_deref()))
            p.byline { (t.markup("by", args![name = scene.owner.called(lang)], |_, inner| html! { a href=(scene.path()) { (inner) } })) " · " (day(essay, t)) " · " (minutes(essay, t)) }
            (scene.standing(essay, None))
            @if scene.is_own { div.actions { a.button href=(OWN_PAGE) { (t.text("change")) } } }
            div.text.prose { (text) }
            (files::draw(others, lang))
            @if let Some((manifest, path)) = &makers { (render_makers(node, manifest, path, t)?) }
            @if let Some(jar) = &jar { (render_jar(jar, t)) }
            @if let Some(series) = &series {
                (render_series(&scene, series, essay, t))
                (follow(visit, &scene, &series.item)?)
            }
            (scene.feeds(&scene.path()))
        }
    };
    let summary = match &essay.note {
        Some(note) => note.clone(),
        None => format!("{} · {}", scene.owner.called(lang), minutes(essay, t)),
    };
    let page = scene.page((t, "help-essay"), session, (&essay.title, Some(&summary)), content)?;
    let mut page = page.style(STYLE).script(SCRIPT).wide();
    if is_public {
        let path = format!("{}/{}", scene.path(), essay.address());
        page = page.indexed().preview(preview(visit, &path, &files, true));
    }
    let mut response = page.into_response();
    if let Some((manifest, path)) = &makers {
        let address = format!("{}{path}", visit.address);
        mark(manifest, &address, response.headers_mut())?;
    }
    Ok(response)
}

/// Returns the jar that an essay names, if it takes tips of this viewer.
fn jar_of(node: &Node, author: &Did, viewer: Option<&Did>, essay: &Item) -> Answer<Option<Jar>> {
    let jars = node.get::<dyn Jars>();
    let Some((id, jars)) = essay.own.jar.as_ref().zip(jars) else {
        return Ok(None);
    };
    let mut jars = jars.of_person(node, author, viewer)?.into_iter();
    Ok(jars.find(|jar| jar.id == *id))
}

/// Names a manifest in the headers of an answer.
fn mark(manifest: &Manifest, address: &str, headers: &mut HeaderMap) -> Answer<()> {
    for (name, value) in manifest.headers(address).map_err(Problem::internal)? {
        let value = HeaderValue::try_from(value).map_err(Problem::internal)?;
        headers.insert(HeaderName::from_static(name), value);
    }
    Ok(())
}

/// Renders who made the essay, and in which shares.
fn render_makers(node: &Node, manifest: &Manifest, path: &str, t: Texts) -> Answer<Markup> {
    let mut rows = Vec::new();
    for row in manifest.table() {
        let did = Did::parse(&row.who).ok().filter(|_| !row.source);
        let name = match did {
            Some(did) => Owner::from_did(node, did)?.called(t.lang),
            None => row.who.clone(),
        };
        rows.push((name, row));
    }
    Ok(html! {
        section.makers {
            h2 { (t.text("makers")) }
            ul.rows {
                @for (name, row) in &rows {
                    li {
                        strong { (name) }
                        @if let Some(role) = &row.role { ", " (role) }
                        // Rounded to hundredths.
                        ": " (t.lang.percent(i64::from(row.share.get().saturating_add(50) / 100)))
                    }
                }
            }
            p.hint { a href=(path) { (t.text("fair")) } }
        }
    })
}

/// Renders the way to the author's jar.
fn render_jar(jar: &Jar, t: Texts) -> Markup {
    html! {
        section.card {
            h2 { (t.text("tip")) }
            div.actions { a.button.main href=(jar.path) { (jar.title) } }
        }
    }
}

/// Renders the series at the end of one of its essays, with the essays before and after it.
fn render_series(scene: &Scene<'_>, series: &ItemView<Item>, essay: &Item, t: Texts) -> Markup {
    let essays = &series.within;
    let place = essays.iter().position(|other| other.id == essay.id);
    let before = place.and_then(|place| essays.get(place.checked_sub(1)?));
    let after = place.and_then(|place| essays.get(place + 1));
    let path = |item: &Item| format!("{}/{}", scene.path(), item.address());
    html! {
        section {
            h2 { a href=(path(&series.item)) { (series.item.title) } }
            nav.around aria-label=(series.item.title) {
                @if let Some(essay) = before { a rel="prev" href=(path(essay)) { (t.format("before", args![title = &essay.title])) } }
                @if let Some(essay) = after { a rel="next" href=(path(essay)) { (t.format("after", args![title = &essay.title])) } }
            }
        }
    }
}
