use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use imajin_app::{Answer, Lang, Node, Session, Texts, args};
use imajin_form::Form;
use imajin_items::files;
use imajin_items::markdown::markdown;
use imajin_items::pages::Scene;
use imajin_selling::ForSale;
use maud::{Markup, html};

use super::{STYLE, certificate, price, words_of};
use crate::courses::{Course, Role};
use crate::items::{Item, Quiz};
use crate::manifest::{MANIFEST, TEXTS};
use crate::operations::{TRIES_MAX, is_finished};
use crate::queries::{Grade, Studied};
use crate::routes::{given_out, studied};

pub(super) fn page(
    node: &Node,
    course: &Course,
    item: Item,
    session: Option<&Session>,
    lang: Lang,
) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let whose = (node, MANIFEST.name);
    let scene = Scene::new(whose, course.owner.clone(), session, [].into_iter(), lang);
    let inner = if course.is_open() {
        lesson(node, course, &item, session, t)?
    } else {
        html! {
            div.notice { p { (t.text("for-students")) } p { (price(t, course.offer.as_ref())) } }
            div.actions { a.button.main href=(course.path()) { (t.text("see-course")) } }
        }
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
    let heading = (&*item.title, item.note.as_deref());
    let page = scene.page((t, "help-lesson"), session, heading, content)?.style(STYLE);
    let page = if course.is_open() {
        page.script("/assets/learn/lesson.js")
    } else {
        page.status(StatusCode::PAYMENT_REQUIRED)
    };
    Ok(page.into_response())
}

fn lesson(
    node: &Node,
    course: &Course,
    item: &Item,
    session: Option<&Session>,
    t: Texts,
) -> Answer<Markup> {
    let words = words_of(node, course, item)?;
    let studied = match session {
        Some(session) if course.role == Role::Student => studied(node, &session.did, course)?,
        _ => Studied::default(),
    };
    let grade = studied.grades.get(&item.id).copied().unwrap_or_default();
    let is_done = studied.done.contains_key(&item.id);
    let end = end(node, course, session, &studied)?;
    let questions = words.questions.and_then(|text| {
        let has_key = item.own.quiz == Some(Quiz::Practice);
        given_out(text, has_key)
    });
    let shown = course.files(node, item);
    let (text, used) = markdown(words.text.as_deref().unwrap_or_default(), &shown);
    let others = shown.iter().enumerate().filter(|(place, _)| !used.contains(place));
    Ok(html! {
        @if words.text.is_some() { div.text.prose { (text) } }
        (files::draw(others, t.lang))
        @if let Some(questions) = &questions { (quiz(course, item, (questions, grade), t)) }
        (on(course, item, (is_done, end), t))
    })
}

/// Draws the quiz. A script draws the questions; without scripts readers see their titles.
fn quiz(course: &Course, item: &Item, (questions, grade): (&str, Grade), t: Texts) -> Markup {
    let is_graded = item.own.quiz == Some(Quiz::Graded);
    let left = TRIES_MAX - grade.tries;
    let takes_answers = !is_graded || (course.role == Role::Student && !grade.passed && left > 0);
    let titles = Form::of_text(questions)
        .map(|form| form.questions().iter().map(|one| one.title().to_owned()).collect::<Vec<_>>());
    html! {
        section.card #quiz data-form=(questions) data-quiz=[is_graded.then_some("graded")] {
            h2 { (t.text("quiz")) }
            @if is_graded {
                p { (t.format("needs", args![percent = item.own.pass.unwrap_or(100)])) }
                p #grade aria-live="polite" { (graded(grade, t)) }
                @if takes_answers { p.hint { (t.text("kept-by-node")) } }
            } @else { p.hint { (t.text("for-practice")) } }
            noscript {
                p { (t.text("quiz-scripts-off")) }
                ul { @for title in titles.unwrap_or_default() { li { (title) } } }
            }
            @if takes_answers {
                form #answers novalidate {
                    div #questions {}
                    div.actions { button.main #send type="submit" hidden { (t.text("answer")) } }
                }
            }
        }
    }
}

/// Draws a student's grade and remaining tries.
fn graded(grade: Grade, t: Texts) -> Markup {
    let left = TRIES_MAX - grade.tries;
    let args = || args![right = grade.right, count = grade.of, left = left];
    html! {
        @match (grade.tries, grade.passed) {
            (0, _) => (t.format("tries", args())),
            (_, true) => { span.done { "✓ " (t.format("passed", args())) } },
            (_, false) => (t.format("not-passed", args())),
        }
    }
}

/// The page after the last lesson of a course.
struct End {
    path: String,
    /// The message of the link.
    message: &'static str,
}

/// Returns the viewer's certificate, the course's form to get one, or the course.
fn end(node: &Node, course: &Course, session: Option<&Session>, studied: &Studied) -> Answer<End> {
    let own = certificate::own_path(node, session, course)?;
    let (path, message) = match own {
        Some(path) => (path, "see-certificate"),
        None if is_finished(course, studied) => (format!("{}#finishing", course.path()), "finish"),
        None => (course.path(), "to-course"),
    };
    Ok(End { path, message })
}

/// Draws the end of a lesson: the button that marks it done, and the links to the previous lesson and to the next one,
/// or to the end of the course.
fn on(course: &Course, item: &Item, (is_done, end): (bool, End), t: Texts) -> Markup {
    let lessons = course.lessons();
    let place = lessons.iter().position(|lesson| lesson.id == item.id);
    let before = place.and_then(|place| lessons.get(place.checked_sub(1)?));
    let after = place.and_then(|place| lessons.get(place + 1));
    let is_next = is_done || course.role != Role::Student;
    html! {
        @if course.role == Role::Student {
            p #is-done.done hidden[!is_done] { "✓ " (t.text("done")) }
            div.actions { button.main #done type="button" hidden[is_done] { (t.text("mark-done")) } }
        }
        nav.around #way aria-label=(t.text("lessons")) {
            @if let Some(lesson) = before { a rel="prev" href=(course.path_of(lesson)) { (t.format("before", args![title = &lesson.title])) } }
            @match after {
                Some(lesson) => a #after.button.main[is_next] rel="next" data-lesson=(lesson.id) href=(course.path_of(lesson)) { (t.format("after", args![title = &lesson.title])) },
                None => a.button.main[is_next] href=(end.path) { (t.text(end.message)) },
            }
        }
    }
}
