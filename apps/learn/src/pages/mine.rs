//! The courses that a person takes.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_service::extract::Caller;
use imajin_service::{Lang, Node, Problem};
use maud::html;

use super::{STYLE, bar};
use crate::manifest::{OWN_PAGE, TEACHING, TEXTS};
use crate::routes::taken;

/// The page.
pub(crate) async fn mine(
    State(node): State<Node>,
    Caller(session): Caller,
    lang: Lang,
) -> Result<Response, Problem> {
    let t = TEXTS.of(lang);
    let Some(session) = session else {
        return Ok(Redirect::to(&format!("/signin?next={OWN_PAGE}")).into_response());
    };
    let courses = taken(&node, &session.did)?;
    let content = html! {
        div.items-page {
            h1 { (t.text("home")) }
            div.actions { a.button href=(TEACHING) { (t.text("teach")) } }
            @if courses.is_empty() { p.hint.empty { (t.text("takes-none")) } }
            ul.rows.courses {
                @for course in &courses {
                    li {
                        @match (&course.title, &course.path) {
                            (Some(title), Some(path)) => p { a href=(path) { strong { (title) } } },
                            _ => p { (t.text("course-gone")) },
                        }
                        @if course.waits { p { span.tag { (t.text("waits")) } } }
                        (bar(t, (course.done, course.of)))
                    }
                }
            }
        }
    };
    let page = t
        .page(t.text("home"), content)
        .style(imajin_items::pages::STYLE);
    let page = page.style(STYLE).current(OWN_PAGE);
    Ok(page.viewer(Some(node.viewer(&session)?)).into_response())
}
