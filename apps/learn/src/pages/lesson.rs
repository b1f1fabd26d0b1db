//! A lesson's page.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use imajin_items::pages::Scene;
use imajin_service::{Lang, Node, Problem, Session, Texts, args};
use maud::{Markup, html};

use super::{STYLE, price, words_of};
use crate::courses::{Course, Role};
use crate::items::Item;
use crate::manifest::{MANIFEST, TEXTS};
use crate::markdown::markdown;
use crate::routes::studied;

/// The page.
pub(super) fn page(
    node: &Node,
    course: &Course,
    item: Item,
    session: Option<&Session>,
    lang: Lang,
) -> Result<Response, Problem> {
    let t = TEXTS.of(lang);
    let whose = (node, MANIFEST.name);
    let scene = Scene::of(whose, course.owner.clone(), session, [].into_iter(), lang);
    let inner = match course.is_open() {
        true => lesson(node, course, &item, session, t)?,
        false => html! {
            div.notice { p { (t.text("for-students")) } p { (price(t, course.offer.as_ref())) } }
            div.actions { a.button.main href=(course.path()) { (t.text("see-course")) } }
        },
    };
    let content = html! {
        article.items-page.lesson #lesson data-owner=(course.owner.did) data-course=(course.item.id) data-lesson=(item.id) data-role=[(course.role == Role::Student).then_some("student")] {
            div #message {}
            p.around { a href=(course.path()) { (course.item.title) } }
            h1 { (item.title) }
            (scene.standing(&item, None))
            (inner)
        }
    };
    let said = (&*item.title, item.note.as_deref());
    let page = scene.page(t, session, said, content)?.style(STYLE);
    let page = match course.is_open() {
        true => page.script("/assets/learn/lesson.js"),
        false => page.status(StatusCode::PAYMENT_REQUIRED),
    };
    Ok(page.into_response())
}

fn lesson(
    node: &Node,
    course: &Course,
    item: &Item,
    session: Option<&Session>,
    t: Texts,
) -> Result<Markup, Problem> {
    let words = words_of(node, course, item)?;
    let is_done = match session {
        Some(session) if course.role == Role::Student => {
            let studied = studied(node, &session.did, course)?;
            studied.done.contains_key(&item.id)
        }
        _ => false,
    };
    Ok(html! {
        @if let Some(text) = &words.text { div.text { (markdown(text)) } }
        (on(course, item, is_done, t))
    })
}

/// The way on: that it is done, and the lessons before and after.
fn on(course: &Course, item: &Item, is_done: bool, t: Texts) -> Markup {
    let lessons = course.lessons();
    let place = lessons.iter().position(|lesson| lesson.id == item.id);
    let before = place.and_then(|place| lessons.get(place.checked_sub(1)?));
    let after = place.and_then(|place| lessons.get(place + 1));
    html! {
        @if course.role == Role::Student {
            p #is-done.done hidden[!is_done] { "✓ " (t.text("done")) }
            div.actions { button.main #done type="button" hidden[is_done] { (t.text("mark-done")) } }
        }
        nav.around aria-label=(t.text("lessons")) {
            @if let Some(lesson) = before { a rel="prev" href=(course.path_of(lesson)) { (t.with("before", args![title = &lesson.title])) } }
            @if let Some(lesson) = after { a #after rel="next" href=(course.path_of(lesson)) { (t.with("after", args![title = &lesson.title])) } }
        }
    }
}
