//! The pages of this app: a person's surveys, each survey's own page, and the owner's editor.
//!
//! Always: before anyone answers, the page says in one sentence what the survey's owner learns.

mod bars;
mod edit;
mod event;
mod survey;

use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Path, Visitor};
use imajin_app::{Answer, Lang, Node, Session, Texts};
use imajin_items::pages::{Form, Scene, words};
use imajin_items::{ItemPages, Owner, formats};
use maud::{Markup, html};

use crate::Dykil;
use crate::asking;
use crate::forms::HOUSEHOLD;
use crate::manifest::{MANIFEST, OWN_PAGE, TEXTS};
use crate::queries::Survey;
use crate::survey::{Item, Status};

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
    let entry = QUESTIONS.iter().find(|(of, _)| *of == name);
    entry.map_or("q-household", |(_, id)| id)
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

/// Serves a person's surveys as a page, JSON or Markdown.
pub(crate) async fn person(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Path(whose): Path<String>,
) -> Answer<Response> {
    let (whose, form) = Form::split_suffix(&whose);
    let owner = Owner::resolve(&node, whose)?;
    let session = session.as_ref();
    let viewer = session.map(|session| &session.did);
    let all = asking::all(&node, &owner.did, viewer)?;
    let t = TEXTS.for_reader(lang);
    let title = Dykil::title(&owner, lang);
    let items = || {
        all.iter()
            .map(|survey| &survey.item)
            .collect::<Vec<&Item>>()
    };
    Ok(match form {
        Form::Json => formats::json((&owner, &title), items(), session),
        Form::Markdown => formats::markdown(markdown(&owner, &title, &all), session),
        Form::Page => list(&node, owner, session, (&title, &all), t)?,
    })
}

fn markdown(owner: &Owner, title: &str, all: &[Survey]) -> String {
    let mut out = format!("# {}\n", formats::escaped(title));
    for survey in all {
        let title = formats::escaped(&survey.item.title);
        let (path, address) = (owner.path(MANIFEST.name), survey.item.address());
        out += &format!("\n* [{title}]({path}/{address})\n");
        formats::note(survey.item.note.as_deref(), "  ", &mut out);
    }
    out
}

fn list(
    node: &Node,
    owner: Owner,
    session: Option<&Session>,
    (title, all): (&str, &[Survey]),
    t: Texts,
) -> Answer<Response> {
    let whose = (node, MANIFEST.name);
    let scene = Scene::new(whose, owner, session, [].into_iter(), t.lang);
    let path = scene.path();
    let content = html! {
        div.items-page {
            (scene.head(title, None))
            @if scene.is_own { div.actions { a.button href=(OWN_PAGE) { (t.text("change")) } } }
            @if all.is_empty() { p.hint.empty { (t.text("none")) } }
            ul.rows.surveys {
                @for survey in all {
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
    let page = scene.page((t, "help-list"), session, (title, None), content)?;
    Ok(page.style(STYLE).indexed().into_response())
}
