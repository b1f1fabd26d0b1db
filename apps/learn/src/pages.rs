//! The pages of this service: a person's courses, a course, a lesson, the viewer's own courses as student and as
//! teacher, the students of a course, and a certificate.
//!
//! Always: reading works without scripts, and a page contains nothing that its viewer may not read.

mod buying;
mod certificate;
mod course;
mod edit;
mod lesson;
mod mine;

use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::{Caller, Path, Visitor};
use imajin_app::{Answer, Lang, Node, Page, Problem, Session, Texts, args};
use imajin_items::pages::{Form, Scene, moved, words};
use imajin_items::{ItemPages, Owner, PersonPage, formats};
use imajin_protocol::Did;
use imajin_selling::{ForSale, Offered};
use maud::{Markup, html};

use crate::Learn;
use crate::courses::{self, Course};
use crate::items::{Item, Kind};
use crate::manifest::{MANIFEST, TEACHING, TEXTS};
use crate::queries;

pub(crate) use certificate::certificate;
pub(crate) use edit::{edit, students};
pub(crate) use mine::{check, mine};

/// The style sheet of this app's pages.
const STYLE: &str = "/assets/learn/learn.css";

/// Formats the price of a course.
pub(crate) fn price(t: Texts, offer: Option<&Offered>) -> String {
    match offer.filter(|offer| offer.price > 0) {
        Some(offer) => t.lang.amount(offer.price, offer.currency),
        None => t.text("free").into_owned(),
    }
}

impl PersonPage for Learn {
    /// Returns the courses in a person's list, as far as the viewer may see them.
    fn listed(node: &Node, owner: &Did, viewer: Option<&Did>) -> Answer<Vec<Item>> {
        let mut all = Self::list(node, owner, viewer)?;
        all.retain(|item| item.kind == Kind::Course);
        Ok(all)
    }

    fn page(node: &Node, owner: Owner, session: Option<&Session>, lang: Lang) -> Answer<Page> {
        let t = TEXTS.for_reader(lang);
        let all = Self::listed(node, &owner.did, session.map(|session| &session.did))?;
        let title = Self::title(&owner, lang);
        let offer = |item: &Item| courses::offer_of(node, &owner.did, &item.id);
        let prices = all.iter().map(|item| Ok(price(t, offer(item)?.as_ref())));
        let prices: Vec<String> = prices.collect::<Result<_, Problem>>()?;
        let copied = all.iter().filter_map(|item| item.copied.as_deref());
        let scene = Scene::new((node, MANIFEST.name), owner.clone(), session, copied, lang);
        let path = scene.path();
        let content = html! {
            div.items-page {
                (scene.head(&title, None))
                @if scene.is_own { div.actions { a.button href=(TEACHING) { (t.text("change")) } } }
                @if all.is_empty() { p.hint.empty { (t.text("none")) } }
                ul.rows.courses {
                    @for (item, price) in all.iter().zip(&prices) {
                        li {
                            p { a href={ (path) "/" (item.address()) } { strong { (item.title) } } " " span.tag { (price) } }
                            (words(item.note.as_deref()))
                            (scene.source(item.copied.as_deref()))
                            (scene.standing(item, None))
                        }
                    }
                }
                (scene.feeds(&path))
            }
        };
        let page = scene.page((t, "help-courses"), session, (&title, None), content)?;
        Ok(page.style(STYLE).indexed())
    }
}

/// Serves a course or a lesson as a page, JSON or Markdown; a module redirects to its course.
pub(crate) async fn item_page(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Path((whose, name)): Path<(String, String)>,
) -> Answer<Response> {
    let (name, form) = Form::split_suffix(&name);
    let owner = Owner::resolve(&node, &whose)?;
    let session = session.as_ref();
    let viewer = session.map(|session| &session.did);
    let (item, course) = courses::find(&node, &owner.did, viewer, name)?;
    if item.kind == Kind::Module {
        return Ok(Redirect::to(&course.path()).into_response());
    }
    if let Some(moved) = moved(&item, &owner.path(MANIFEST.name), (name, form)) {
        return Ok(moved);
    }
    let lesson = (item.kind == Kind::Lesson).then_some(item);
    match (form, lesson) {
        (Form::Page, None) => course::page(&node, &course, session, lang),
        (Form::Page, Some(item)) => lesson::page(&node, &course, item, session, lang),
        (_, lesson) if lesson.is_some() && !course.is_open() => Err(courses::not_open(&course)),
        (Form::Markdown, Some(item)) => {
            let words = words_of(&node, &course, &item)?;
            let text = words.text.unwrap_or_default();
            let out = format!("# {}\n\n{text}\n", formats::escaped(&item.title));
            Ok(formats::markdown(out, session))
        }
        (Form::Markdown, None) => Ok(formats::markdown(course::markdown(&course), session)),
        (Form::Json, lesson) => {
            let title = lesson.as_ref().unwrap_or(&course.item).title.clone();
            let all = match &lesson {
                Some(item) => vec![item],
                None => [&course.item].into_iter().chain(&course.within).collect(),
            };
            Ok(formats::json((&owner, &title), all, session))
        }
    }
}

/// Returns the text and the quiz of a lesson.
fn words_of(node: &Node, course: &Course, item: &Item) -> Answer<queries::Words> {
    queries::read(node, |db| queries::words(db, course.owner.did.as_str(), &item.id))
}

/// Draws a progress bar with its text.
fn bar(t: Texts, (done, of): (usize, usize)) -> Markup {
    let text = t.format("progress", args![done = done, count = of]);
    html! { @if of > 0 { div.goal { progress max=(of) value=(done) aria-label=(text) {} p.soft { (text) } } } }
}
