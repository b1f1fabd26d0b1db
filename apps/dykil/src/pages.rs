//! The pages of this app: a person's surveys, each survey's own page, and the owner's editor.
//!
//! Always: before anyone answers, the page says in one sentence what the survey's owner learns.

mod bars;
mod edit;
mod event;
mod survey;

use imajin_app::{Answer, Lang, Node, Page, Session, Texts};
use imajin_items::pages::{Scene, words};
use imajin_items::{ItemPages, Owner, PersonPage};
use maud::{Markup, html};

use crate::Dykil;
use crate::asking;
use crate::forms::HOUSEHOLD;
use crate::manifest::{MANIFEST, OWN_PAGE, TEXTS};
use crate::survey::Status;

pub(crate) use edit::edit;
pub(crate) use survey::survey;

/// The style sheet of this app's pages.
const STYLE: &str = "/assets/dykil/dykil.css";

/// The message ids of a spending survey's questions.
const QUESTIONS: [(&str, &str); 13] = [
    (HOUSEHOLD, "q-household"),
    ("postal", "q-postal"),
    ("streaming", "q-streaming"),
    ("rideshare_delivery", "q-rideshare-delivery"),
    ("cloud", "q-cloud"),
    ("software", "q-software"),
    ("memberships", "q-memberships"),
    ("internet_phone", "q-internet-phone"),
    ("utilities", "q-utilities"),
    ("rent_mortgage", "q-rent-mortgage"),
    ("other", "q-other"),
    ("group", "q-group"),
    ("also", "q-also"),
];

/// Returns the message id of a spending survey's question.
fn question_id(name: &str) -> &'static str {
    QUESTIONS.iter().find(|(of, _)| *of == name).map_or("q-household", |(_, id)| id)
}

/// Draws a survey's status as a tag.
fn status(t: Texts, status: Status) -> Markup {
    let (id, class) = match status {
        Status::Draft => ("status-draft", "tag"),
        Status::Open => ("status-open", "tag good"),
        Status::Closed => ("status-closed", "tag"),
    };
    html! { span class=(class) { (t.text(id)) } }
}

impl PersonPage for Dykil {
    // A survey closes, and a box is lost, without an entry.
    const IS_KEPT: bool = false;

    fn page(node: &Node, owner: Owner, session: Option<&Session>, lang: Lang) -> Answer<Page> {
        let t = TEXTS.for_reader(lang);
        let all = asking::all(node, &owner.did, session.map(|session| &session.did))?;
        let title = Self::title(&owner, lang);
        let whose = (node, MANIFEST.name);
        let scene = Scene::new(whose, owner, session, [].into_iter(), lang);
        let path = scene.path();
        let content = html! {
            div.items-page {
                (scene.head(&title, None))
                @if scene.is_own { div.actions { a.button href=(OWN_PAGE) { (t.text("change")) } } }
                @if all.is_empty() { p.hint.empty { (t.text("none")) } }
                ul.rows.surveys {
                    @for survey in &all {
                        li {
                            p { a href={ (path) "/" (survey.item.address()) } { (survey.item.title) } " " (status(t, survey.state.visible_status(&survey.item, node.now()))) }
                            (words(survey.item.note.as_deref()))
                            (scene.standing(&survey.item, None))
                        }
                    }
                }
                (scene.feeds(&path))
            }
        };
        let page = scene.page((t, "help-list"), session, (&title, None), content)?;
        Ok(page.style(STYLE).indexed())
    }
}
