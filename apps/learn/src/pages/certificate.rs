//! A certificate as a page, to look at and to print. Its QR code leads to the page itself, where a script checks the
//! certificate's file.
//!
//! Always: a private certificate looks like one that doesn't exist, except to its student and its teacher.

use axum::http::StatusCode;
use imajin_app::extract::{Path, Visitor};
use imajin_app::{Answer, Node, Page, Problem, Reader, Session, Texts, args};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use maud::{Markup, html};

use super::STYLE;
use crate::courses::Course;
use crate::manifest::TEXTS;
use crate::queries::{self, Certificate};
use crate::routes::visible_certificate;

pub(super) fn path(cid: &str) -> String {
    format!("/learn/check/{cid}")
}

/// Returns the path of the viewer's certificate of a course, if they have one.
pub(super) fn own_path(
    node: &Node,
    session: Option<&Session>,
    course: &Course,
) -> Answer<Option<String>> {
    let Some(session) = session else {
        return Ok(None);
    };
    let all = queries::read(node, |db| queries::certificates(db, session.did.as_str()))?;
    let (teacher, id) = (course.owner.did.as_str(), &course.item.id);
    let mut all = all.iter();
    Ok(all.find(|one| one.teacher == teacher && one.course == *id).map(|one| path(&one.cid)))
}

/// Serves the page of a certificate.
pub(crate) async fn certificate(
    Visitor(node, caller): Visitor,
    reader: Reader,
    Path(cid): Path<String>,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let title = t.text("certificate");
    let page = match visible_certificate(&node, caller.did(), &cid)? {
        Some(certificate) => t
            .page("help-one-certificate", title, sheet(&node, &certificate, caller.did(), t)?)
            .script("/assets/learn/certificate.js")
            .script("/assets/learn/check.js"),
        None => t.page("help-one-certificate", title, refusal(t)).status(StatusCode::NOT_FOUND),
    };
    let page = page.style(imajin_items::pages::STYLE).style(STYLE);
    Ok(page.viewer(node.viewer_of(caller.0.as_ref())?))
}

/// Draws the certificate, and what proves it.
fn sheet(node: &Node, certificate: &Certificate, viewer: Option<&Did>, t: Texts) -> Answer<Markup> {
    let at = Timestamp::from_millis(certificate.at).map_err(Problem::internal)?;
    let name = |did: &str| name_for(node, did, viewer);
    let (student, teacher) = (name(&certificate.student)?, name(&certificate.teacher)?);
    let issuer = name(&certificate.issuer)?;
    let file = format!("/learn/api/certificates/{}", certificate.cid);
    Ok(html! {
        div.items-page {
            div #message {}
            article.card.certificate {
                h1 { (t.text("certificate")) }
                p.name { (student) }
                p { (t.text("certificate-finished")) }
                p.name { (certificate.title.as_deref().unwrap_or_default()) }
                p { (t.format("certificate-teacher", args![name = teacher])) }
                p { (t.markup("certificate-signed", args![name = issuer], |_, _| t.day(at))) }
                div.qrs #code {}
                p.hint { (t.text("certificate-check")) }
                p.mono #address {}
            }
            @if !certificate.public { p.hint { (t.text("certificate-private")) } }
            div.actions {
                button.main #print type="button" hidden { (t.text("print")) }
                a.button href=(file) download { (t.text("download-certificate")) }
            }
            noscript { div.notice { p { (t.text("check-scripts-off")) } } }
            section.card #result aria-live="polite" data-file=(file) hidden {}
        }
    })
}

/// Draws the page for everyone else.
fn refusal(t: Texts) -> Markup {
    html! {
        div.items-page {
            h1 { (t.text("certificate")) }
            div.notice { p { (t.text("no-certificate")) } p { (t.text("certificate-ask")) } }
            div.actions { a.button.main href="/learn/check" { (t.text("check-title")) } }
        }
    }
}

/// Returns a person's name as the viewer may know it, or else their DID.
fn name_for(node: &Node, did: &str, viewer: Option<&Did>) -> Answer<String> {
    let did = Did::parse(did).map_err(Problem::internal)?;
    let card = if viewer == Some(&did) { node.card(&did)? } else { node.card_for_strangers(&did)? };
    Ok(card.and_then(|card| card.display_name.or(card.handle)).unwrap_or_else(|| did.to_string()))
}
