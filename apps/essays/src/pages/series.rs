//! The page of a series: its essays in the author's order.

use axum::response::{IntoResponse, Response};
use imajin_app::Answer;
use imajin_items::pages::Scene;
use imajin_items::{ItemView, Owner, files};
use maud::html;

use super::{SCRIPT, STYLE, Visit, follow, is_public, preview, row};
use crate::items::Item;
use crate::manifest::{MANIFEST, OWN_PAGE, TEXTS};

pub(super) fn page(visit: &Visit<'_>, author: Owner, view: &ItemView<Item>) -> Answer<Response> {
    let (node, session, lang) = (visit.node, visit.session, visit.lang);
    let (series, t) = (&view.item, TEXTS.for_reader(lang));
    let is_public = is_public(node, &author, series, None)?;
    let scene = Scene::new((node, MANIFEST.name), author, session, [].into_iter(), lang);
    let files = scene.files(series);
    let path = format!("{}/{}", scene.path(), series.address());
    let content = html! {
        div.items-page {
            div #message {}
            p.from { a href=(scene.path()) { (scene.owner.called(lang)) } }
            (scene.head(&series.title, series.note.as_deref()))
            @if scene.is_own { div.actions { a.button href=(OWN_PAGE) { (t.text("change")) } } }
            (scene.standing(series, None))
            (files::draw(files.iter().enumerate(), lang))
            @if view.within.is_empty() { p.hint.empty { (t.text("none-in-series")) } }
            ol.rows.essays { @for essay in &view.within { (row(&scene, essay, t)) } }
            (follow(visit, &scene, series)?)
            (scene.feeds(&path))
        }
    };
    let heading = (&*series.title, series.note.as_deref());
    let page = scene.page((t, "help-series"), session, heading, content)?;
    let mut page = page.style(STYLE).script(SCRIPT);
    if is_public {
        page = page.indexed().preview(preview(visit, &path, &files, false));
    }
    Ok(page.into_response())
}
