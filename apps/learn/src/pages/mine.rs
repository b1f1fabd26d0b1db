//! The courses and certificates of a person, and the page that verifies a certificate.

use imajin_app::extract::{Caller, Own, Visitor};
use imajin_app::{Answer, Page, Reader};
use imajin_dfos::Timestamp;
use maud::html;

use super::{STYLE, bar, certificate};
use crate::manifest::{OWN_PAGE, TEACHING, TEXTS};
use crate::queries;
use crate::routes::taken;

/// Serves the courses that the viewer takes, with their certificates.
pub(crate) async fn mine(Own(node, session, viewer): Own, reader: Reader) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let courses = taken(&node, &session.did)?;
    let certificates = queries::read(&node, |db| queries::certificates(db, session.did.as_str()))?;
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
            h2 { (t.text("certificates")) }
            @if certificates.is_empty() { p.hint { (t.text("no-certificates")) } }
            ul.rows {
                @for one in &certificates {
                    li {
                        p { strong { (one.title.as_deref().unwrap_or_default()) }
                            @if let Ok(at) = Timestamp::from_millis(one.at) { " " time.soft datetime=(at) data-day { (t.date(at)) } }
                            @if one.public { " " span.tag { (t.text("public")) } }
                        }
                        div.actions { a.button href=(certificate::path(&one.cid)) { (t.text("see-certificate")) } }
                    }
                }
            }
            p { a href="/learn/check" { (t.text("check-title")) } }
        }
    };
    let page = t.page("help-mine", t.text("home"), content).style(imajin_items::pages::STYLE);
    Ok(page.style(STYLE).current(OWN_PAGE).viewer(Some(viewer)))
}

/// Serves the page that verifies a certificate in the browser. The page sends the file nowhere and, once open, works
/// offline.
pub(crate) async fn check(Visitor(node, Caller(session)): Visitor, reader: Reader) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let content = html! {
        div.items-page #check {
            div #message {}
            h1 { (t.text("check-title")) }
            p.lead { (t.text("check-why")) }
            noscript { div.notice.bad { p { (t.text("check-scripts-off")) } } }
            div.field {
                label for="file" { (t.text("check-file")) }
                input #file type="file" accept=".json,application/json";
            }
            section.card #result aria-live="polite" hidden {}
        }
    };
    let page = t.page("help-certificate", t.text("check-title"), content).style(STYLE);
    Ok(page.script("/assets/learn/check.js").viewer(node.viewer_of(session.as_ref())?))
}
