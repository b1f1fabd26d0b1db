//! A course's page: outline, price, and the reader's progress.

use axum::response::{IntoResponse, Response};
use imajin_app::{Answer, Lang, Node, Session, Texts, args};
use imajin_items::pages::{Reader, Scene};
use imajin_items::{files, formats};
use imajin_selling::ForSale;
use maud::{Markup, html};

use super::{STYLE, bar, buying, certificate, price};
use crate::Learn;
use crate::courses::{Course, Role};
use crate::items::{Item, Kind, Quiz};
use crate::manifest::{MANIFEST, TEACHING, TEXTS};
use crate::operations::{is_finished, missing};
use crate::queries::Studied;
use crate::routes::{progress, studied};

pub(super) fn page(
    node: &Node,
    course: &Course,
    session: Option<&Session>,
    lang: Lang,
) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let item = &course.item;
    let copied = item.copied.as_deref().into_iter();
    let reader = Reader::from_session::<Learn>(node, session, &course.owner.did, item)?;
    let whose = (node, MANIFEST.name);
    let scene = Scene::new(whose, course.owner.clone(), session, copied, lang);
    let done = match session {
        Some(session) if course.role == Role::Student => studied(node, &session.did, course)?,
        _ => Studied::default(),
    };
    let certificate = certificate::own_path(node, session, course)?;
    let shown = course.files(node, item);
    let content = html! {
        div.items-page.course #course data-owner=(course.owner.did) data-course=(item.id) {
            div #message {}
            (scene.head(&item.title, item.note.as_deref()))
            (files::draw(shown.iter().enumerate(), lang))
            p { span.tag data-offer { (price(t, course.offer.as_ref())) } " " (t.markup("by", args![name = scene.owner.called(lang)], |_, inner| html! { a href=(scene.path()) { (inner) } })) }
            (scene.source(item.copied.as_deref()))
            (scene.standing(item, None))
            @match &certificate {
                Some(path) => div.notice.good { p { (t.text("finished")) } div.actions { a.button href=(path) { (t.text("see-certificate")) } } },
                None => (finishing(course, &done, t)),
            }
            (doing(node, course, session, &done, t)?)
            (outline(course, &done, t))
            @match reader {
                Reader::Owner { followers } => p.soft { (t.format("followers", args![count = followers])) },
                Reader::Visitor { follows } => (visitor(&scene, course, follows, course.is_open() && course.is_copied_by_all(node)?, t)),
                Reader::Stranger => {},
            }
        }
    };
    let heading = (&*item.title, item.note.as_deref());
    let page = scene.page((t, "help-course"), session, heading, content)?;
    let page = page.style(STYLE).script("/assets/learn/course.js");
    Ok(page.indexed().into_response())
}

/// Draws the actions available to the viewer.
fn doing(
    node: &Node,
    course: &Course,
    session: Option<&Session>,
    done: &Studied,
    t: Texts,
) -> Answer<Markup> {
    let next = next(course, done);
    Ok(html! {
        @match (course.role, session) {
            (Role::Teacher, _) => div.actions {
                a.button href=(TEACHING) { (t.text("change")) }
                a.button href={ (course.path()) "/students" } { (t.text("students")) }
            },
            (Role::Student, _) => {
                (bar(t, progress(course, done)))
                div.actions {
                    @if let Some(next) = next { a.button.main href=(course.path_of(next)) { (t.text(if done.done.is_empty() { "begin" } else { "go-on" })) } }
                }
                div.actions { button #keep type="button" { (t.text("keep")) } }
                p.hint { (t.text("teacher-sees")) }
                details { summary { (t.text("leave")) } p { (t.text(if course.price().is_none() { "leave-why-free" } else { "leave-why" })) } div.actions { button #leave type="button" { (t.text("leave")) } } }
            },
            (Role::Visitor, None) => div.actions { a.button.main href={ "/signin?next=" (course.path()) } { (t.text("enroll-signin")) } },
            (Role::Visitor, Some(_)) => {
                @if course.price().is_none() {
                    div.actions { button.main #enroll type="button" { (t.text("enroll")) } }
                    p.hint { (t.text("teacher-sees")) }
                } @else { (buying::form(node, course, t)?) }
            },
        }
    })
}

/// Returns the lesson with which a student continues: the one that comes next for them, unless it is done; else the first one
/// that isn't done or whose quiz isn't passed.
fn next<'a>(course: &'a Course, studied: &Studied) -> Option<&'a Item> {
    let (lessons, missing) = (course.lessons(), missing(course, studied));
    let is_done = |lesson: &Item| studied.done.contains_key(&lesson.id);
    let is_missing = |lesson: &Item| missing.iter().any(|one| one.id == lesson.id);
    let is_place = |lesson: &Item| studied.place.as_deref() == Some(&*lesson.id);
    let place = lessons.iter().copied().find(|lesson| is_place(lesson));
    let mut open = lessons.iter().copied().filter(|lesson| !is_done(lesson) || is_missing(lesson));
    place.filter(|lesson| !is_done(lesson)).or_else(|| open.next()).or(place)
}

/// Draws the form to request a certificate, once all required lessons are done.
fn finishing(course: &Course, done: &Studied, t: Texts) -> Markup {
    html! {
        @if is_finished(course, done) {
            section.card #finishing {
                h2 { (t.text("all-done")) }
                p { (t.text("finish-why")) }
                label.check { input #public type="checkbox"; span { (t.text("certificate-public")) } }
                div.actions { button.main #finish type="button" { (t.text("finish")) } }
            }
        }
    }
}

/// Draws the outline: modules and lessons.
fn outline(course: &Course, done: &Studied, t: Texts) -> Markup {
    let lesson = |item: &Item| {
        let is_done = done.done.contains_key(&item.id);
        html! {
            li {
                p {
                    @if is_done { span.done { "✓ " span.unsaid { (t.text("done")) } } }
                    @if course.is_open() { a href=(course.path_of(item)) { (item.title) } } @else { (item.title) }
                    @if item.own.quiz == Some(Quiz::Graded) { " " span.tag { (t.text("graded")) } }
                    @if item.own.optional { " " span.tag { (t.text("optional")) } }
                }
                @if let Some(note) = &item.note { p.soft { (note) } }
            }
        }
    };
    html! {
        @if course.within.is_empty() { p.hint.empty { (t.text("no-lessons")) } }
        ol.outline {
            @for item in course.inside(&course.item.id) {
                @if item.kind == Kind::Module {
                    li.module {
                        h2 { (item.title) }
                        @if let Some(note) = &item.note { p { (note) } }
                        ol { @for item in course.inside(&item.id) { (lesson(item)) } }
                    }
                } @else { (lesson(item)) }
            }
        }
    }
}

/// Draws the buttons to follow the course and to copy it for teaching.
fn visitor(scene: &Scene<'_>, course: &Course, follows: bool, copies: bool, t: Texts) -> Markup {
    let copy = t.text("copy");
    html! {
        (scene.visitor(&course.item, follows, copies.then_some(&*copy)))
        @if copies { p.hint { (t.text("copy-why")) } }
        div #copying aria-live="polite" {}
    }
}

/// Writes the outline of the course in Markdown.
pub(super) fn markdown(course: &Course) -> String {
    let mut out = format!("# {}\n", formats::escaped(&course.item.title));
    formats::note(course.item.note.as_deref(), "", &mut out);
    let path = course.owner.path(MANIFEST.name);
    for item in course.inside(&course.item.id) {
        match item.kind {
            Kind::Module => {
                out += &format!("\n## {}\n", formats::escaped(&item.title));
                formats::note(item.note.as_deref(), "", &mut out);
                for item in course.inside(&item.id) {
                    formats::row(item, &path, &mut out);
                }
            }
            _ => formats::row(item, &path, &mut out),
        }
    }
    out
}
