//! The page where people create and edit their courses, and the page with a course's students.

use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Own, Path, Person};
use imajin_app::page::short_did;
use imajin_app::{Answer, Page, Reader, Texts, args, refuse_if};
use imajin_dfos::Timestamp;
use imajin_items::editor::{self, EditorParts, Fields, check, field};
use imajin_items::{ItemPages, Owner, TEXTS as ITEMS};
use imajin_selling::ForSale;
use maud::{Markup, html};

use super::{STYLE, bar};
use crate::Learn;
use crate::courses;
use crate::manifest::{MANIFEST, OWN_PAGE, TEXTS};
use crate::routes::students_of;

/// Example courses to start from: the message ids of a name, a title and a note.
const TEMPLATES: [[&str; 3]; 3] = [
    ["template-craft-name", "template-craft-title", "template-craft-note"],
    ["template-school-name", "template-school-title", "template-school-note"],
    ["template-club-name", "template-club-title", "template-club-note"],
];

/// Serves the viewer's own courses: a list and a form.
pub(crate) async fn edit(Own(node, session, viewer): Own, reader: Reader) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let owner = Owner::from_did(&node, session.did)?;
    let lead = html! {
        p.lead { (t.markup("lead", args![], |_, inner| html! { a href=(owner.path(MANIFEST.name)) { (inner) } })) }
        div.actions {
            button #add-course.main type="button" { (t.text("add-course")) }
            button #add-module type="button" { (t.text("add-module")) }
            button #add-lesson type="button" { (t.text("add-lesson")) }
        }
        details {
            summary { (t.text("templates")) }
            div.actions {
                @for [name, title, note] in TEMPLATES {
                    button.link type="button" data-template data-title=(t.text(title)) data-note=(t.text(note)) { (t.text(name)) }
                }
            }
        }
    };
    let at = (OWN_PAGE, "/assets/learn/edit.js");
    let parts = EditorParts { help: "help-teaching", lead, below: html! {}, form: form(&owner, t) };
    let page = editor::page((t, &t.text("teaching")), at, viewer, parts);
    Ok(page.style(STYLE))
}

const INNER: Option<&str> = Some("module lesson");
const LESSON: Option<&str> = Some("lesson");

/// Draws the form of a course, module or lesson.
fn form(owner: &Owner, t: Texts) -> Markup {
    let fields = Fields(ITEMS.for_reader(t.lang));
    let around = html! { select #in { option value="" { (t.text("in-none")) } } };
    let text = html! {
        p.hint #text-hint { (t.text("text-hint")) }
        textarea #text rows="16" maxlength="200000" aria-describedby="text-hint" {}
    };
    let pass = html! { p.hint #pass-hint { (t.text("pass-hint")) } input #pass type="text" inputmode="numeric" maxlength="3" autocomplete="off" aria-describedby="pass-hint"; };
    let share = html! { p.hint #share-hint { (t.text("share-hint")) } input #share type="text" inputmode="decimal" autocomplete="off" aria-describedby="share-hint"; };
    let folded = html! {
        (check(LESSON, "required", t.text("field-required")))
        (field(LESSON, "pass", t.text("field-pass"), pass))
        (field(Some("course"), "share", t.text("field-share"), share))
        (fields.files(Some("course lesson"), t.text("files-hint")))
        (fields.visibility(None))
        (fields.on(None))
        (fields.times_and_address(None, owner, MANIFEST.name))
    };
    html! {
        (fields.title())
        (field(INNER, "in", t.text("field-in"), around))
        (fields.note())
        p.notice #origin data-of="course" {}
        (field(LESSON, "text", t.text("field-text"), text))
        (quiz(t))
        div.pair data-of="course" {
            (field(None, "price", t.text("field-price"), html! { input #price type="text" inputmode="decimal" autocomplete="off"; }))
            (field(None, "currency", t.text("field-currency"), html! { input #currency type="text" maxlength="4" size="4" autocomplete="off" spellcheck="false"; }))
        }
        (fields.fold(folded))
    }
}

/// Draws the quiz of a lesson: the builder, which a script fills, and the quiz as text.
fn quiz(t: Texts) -> Markup {
    html! {
        fieldset data-of=[LESSON] {
            legend { (t.text("field-quiz")) }
            div #quiz-builder {}
            details #quiz-text {
                summary { (t.text("quiz-text")) }
                p.hint #quiz-hint { (t.text("quiz-hint")) }
                pre.hint { "? " (t.text("quiz-example-question")) "\n- " (t.text("quiz-example-wrong")) "\n* " (t.text("quiz-example-right")) "\n? " (t.text("quiz-example-words")) "\n= " (t.text("quiz-example-answer")) }
                textarea #quiz rows="10" maxlength="60000" spellcheck="false" aria-label=(t.text("quiz-text")) aria-describedby="quiz-hint" {}
            }
        }
    }
}

/// Serves the students of one of the viewer's courses.
pub(crate) async fn students(
    Person(node, session): Person,
    reader: Reader,
    Path((whose, name)): Path<(String, String)>,
) -> Answer<Response> {
    let t = TEXTS.for_reader(reader);
    refuse_if!(node.person(&whose)? != session.did, Learn::not_found());
    let course = courses::open(&node, &session.did, Some(&session.did), &name)?;
    let students = students_of(&node, &course)?;
    let of = course.required().count();
    let required = |done: &[String]| {
        let is_done = |lesson: &&crate::items::Item| done.contains(&lesson.id);
        course.required().filter(is_done).count()
    };
    let content = html! {
        div.items-page #students data-course=(course.item.id) {
            div #message {}
            p.around { a href=(course.path()) { (course.item.title) } }
            h1 { (t.text("students")) }
            @if students.is_empty() { p.hint.empty { (t.text("no-students")) } }
            ul.rows {
                @for student in &students {
                    li {
                        p { strong { @match &student.name { Some(name) => (name), None => (short_did(&student.did)) } }
                            @if let Some(at) = student.since.as_deref().and_then(|at| Timestamp::parse(at).ok()) {
                                " " span.soft { (t.markup("since", args![], |_, _| t.day(at))) }
                            }
                        }
                        (bar(t, (required(&student.done), of)))
                        @if let Some(payment) = &student.payment {
                            div.actions { button.link type="button" data-payment=(payment) data-student=(student.did) data-amount=(student.amount) data-currency=[student.currency.as_deref()] { (t.text("refund")) } }
                        }
                        @for grade in &student.grades {
                            p.soft { (t.format("student-grade", args![title = &grade.title, right = grade.right, count = grade.of, tries = grade.tries])) @if grade.passed { " ✓" } }
                        }
                    }
                }
            }
        }
    };
    let page = t.page("help-students", t.text("students"), content);
    let page = page.style(imajin_items::pages::STYLE).style(STYLE);
    let page = page.current(OWN_PAGE).script("/assets/learn/students.js");
    Ok(page.viewer(Some(node.viewer(&session)?)).into_response())
}
