//! A survey's own page: what its owner learns, the questions, the results.

use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Path, Visitor};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Node, Session, Texts, args};
use imajin_dfos::Timestamp;
use imajin_items::files;
use imajin_items::pages::{Form, Reader, Scene, moved};
use imajin_items::{Owner, formats};
use imajin_protocol::Did;
use maud::{Markup, html};
use serde_json::Value as Json;

use super::{STYLE, bars, question_id, status};
use crate::Dykil;
use crate::asking;
use crate::forms::{HOUSEHOLD, SurveyForm};
use crate::manifest::{MANIFEST, OWN_PAGE, TEXTS};
use crate::queries::Survey;
use crate::results::{self, Results};
use crate::survey::{Each, End, Mode, Show, Status, When};

/// The script that sends answers and refreshes results.
pub(super) const SCRIPT: &str = "/assets/dykil/survey.js";

/// Serves a survey as a page, JSON or Markdown.
pub(crate) async fn survey(
    Visitor(node, Caller(session)): Visitor,
    to: imajin_app::Reader,
    Path((whose, name)): Path<(String, String)>,
) -> Answer<Response> {
    let session = session.as_ref();
    let (name, form) = Form::split_suffix(&name);
    let owner = Owner::resolve(&node, &whose)?;
    let viewer = session.map(|session| &session.did);
    let survey = asking::seen(&node, &owner.did, viewer, name)?;
    if let Some(moved) = moved(&survey.item, &owner.path(MANIFEST.name), (name, form)) {
        return Ok(moved);
    }
    let title = survey.item.title.clone();
    match form {
        Form::Json => Ok(formats::json((&owner, &title), vec![&survey.item], session)),
        Form::Markdown => {
            let t = TEXTS.for_reader(to);
            let mut out = format!("# {}\n", formats::escaped(&title));
            formats::note(survey.item.note.as_deref(), "", &mut out);
            let learns = t.text(learns(&survey));
            out.push_str(&format!("\n{}\n", formats::escaped(&learns)));
            for question in survey.form()?.form.questions() {
                out.push_str(&format!("\n* {}\n", formats::escaped(question.title())));
            }
            Ok(formats::markdown(out, session))
        }
        Form::Page => page(&node, owner, survey, session, to),
    }
}

/// Returns the message id for what the owner learns.
fn learns(survey: &Survey) -> &'static str {
    let own = &survey.item.own;
    match own.mode {
        Mode::Named => "learns-named",
        Mode::Open => "learns-open",
        Mode::Totals if own.roll => "learns-totals-roll",
        Mode::Totals => "learns-totals",
        Mode::Secret if own.roll => "learns-secret-roll",
        Mode::Secret => "learns-secret",
    }
}

fn page(
    node: &Node,
    owner: Owner,
    survey: Survey,
    session: Option<&Session>,
    to: imajin_app::Reader,
) -> Answer<Response> {
    let (t, lang) = (TEXTS.for_reader(to), to.lang);
    let item = &survey.item;
    let copied = item.copied.as_deref().into_iter();
    let reader = Reader::from_session::<Dykil>(node, session, &owner.did, item)?;
    let scene = Scene::new((node, MANIFEST.name), owner, session, copied, to);
    let viewer = session.map(|session| &session.did);
    let form = survey.form()?;
    let results = match survey.state.status {
        Status::Draft => None,
        _ => results::seen_by(node, (&scene.owner.did, &survey), viewer, None)?,
    };
    let shown = survey.state.visible_status(item, node.now());
    let path = format!("{}/{}", scene.path(), item.address());
    let files = scene.files(item);
    let content = html! {
        div.items-page.survey {
            div #message {}
            (scene.head(&item.title, item.note.as_deref()))
            (files::draw(files.iter().enumerate(), lang))
            p { (status(t, shown)) " " (t.markup("by", args![name = scene.owner.called(lang)], |_, inner| html! { a href=(scene.path()) { (inner) } })) }
            (scene.source(item.copied.as_deref()))
            (scene.standing(item, None))
            (promises(t, &survey, &form, shown))
            @match reader {
                Reader::Owner { followers } => {
                    p.soft { (t.format("followers", args![count = followers])) }
                    div.actions { a.button href=(OWN_PAGE) { (t.text("change")) } }
                },
                Reader::Visitor { follows } => (scene.visitor(item, follows, Some(&*t.text("copy")))),
                Reader::Stranger => {},
            }
            div #copying aria-live="polite" {}
            @if shown == Status::Open { (questions(t, &scene, &survey, (&form, session, &path))) }
            @if let Some(ended) = ended(&survey) { p.notice { (t.text(ended)) } }
            (results_section(t, &scene.owner.did, (&survey, &form), results.as_ref(), shown))
        }
    };
    let heading = (&*item.title, item.note.as_deref());
    let page = scene.page((t, "help-survey"), session, heading, content)?;
    Ok(page.style(STYLE).script(SCRIPT).into_response())
}

fn ended(survey: &Survey) -> Option<&'static str> {
    match survey.state.ended? {
        End::Whole => None,
        End::Few => Some("ended-few"),
        End::Lost => Some("ended-lost"),
    }
}

/// Draws the promises: what the owner learns and who sees results, and, until the survey closes, who may answer and
/// until when.
pub(super) fn promises(t: Texts, survey: &Survey, form: &SurveyForm, shown: Status) -> Markup {
    let is_over = shown == Status::Closed;
    let own = &survey.item.own;
    let each = match own.each {
        Each::Any => "each-any",
        Each::Member => "each-member",
        Each::Guest => "each-guest",
        // A named answer needs a guest or higher role.
        Each::Person if own.mode == Mode::Named => "each-guest",
        Each::Person => "each-person",
        Each::Ticket => "each-ticket",
        Each::Slip => "each-slip",
    };
    let show = match own.show {
        Show::Owner => "show-owner",
        Show::Answered => "show-answered",
        Show::All => "show-all",
    };
    let when = own.when.map(|when| match when {
        When::Before => "when-before",
        When::After => "when-after",
    });
    let closes = own.closes.and_then(|at| Timestamp::from_millis(at).ok());
    html! {
        div.card.promises {
            p { strong { (t.text(learns(survey))) } }
            ul {
                li { (t.text(show)) }
                @if !is_over { li { (t.text(each)) } }
                @if let Some(when) = when { li { (t.text(when)) } }
                @if let Some(closes) = closes.filter(|_| !is_over) { li { (t.markup("closes", args![], |_, _| html! { (t.time(closes)) })) } }
                @if form.is_spending {
                    li { (t.text("spending-rounded")) }
                    @if own.each == Each::Any { li { (t.text("spending-often")) } }
                    li { (t.text("spending-accomplices")) }
                }
            }
            @if own.mode.is_boxed() && !is_over {
                p { (t.text("few")) }
                p.soft { (t.text("keeper")) }
            }
        }
    }
}

/// Draws the results, as far as the viewer may see them; `assets/survey.js` refreshes them.
pub(super) fn results_section(
    t: Texts,
    owner: &Did,
    (survey, form): (&Survey, &SurveyForm),
    results: Option<&Results>,
    shown: Status,
) -> Markup {
    html! {
        section #results hidden[results.is_none()] {
            h2 { (t.text("results")) }
            div #bars data-form=(titled(t, form)) data-survey=(survey.item.id) data-owner=(owner) data-status=(shown.name()) aria-live="polite" {
                @if let Some(results) = results { (bars::results(t, form, results)) }
            }
            p #receipt.hint hidden {}
        }
    }
}

/// Draws the questions as a list for readers without scripts; a script turns the list into a form.
fn questions(
    t: Texts,
    scene: &Scene<'_>,
    survey: &Survey,
    (form, session, path): (&SurveyForm, Option<&Session>, &str),
) -> Markup {
    let own = &survey.item.own;
    let needs_session = own.each.least().is_some() || own.each == Each::Ticket;
    let titled = titled(t, form);
    let titles: Json = serde_json::from_str(&titled).unwrap_or_default();
    let elements = titles["elements"].as_array().cloned().unwrap_or_default();
    html! {
        section #answer data-mode=(own.mode.name()) data-each=(own.each.name()) data-survey=(survey.item.id) data-owner=(scene.owner.did) data-event=[own.event.as_deref()] {
            h2 { (t.text("questions")) }
            @if needs_session && session.is_none() {
                p { (t.markup("sign-in", args![], |_, inner| html! { a href={ "/signin?next=" (path) } { (inner) } })) }
            }
            noscript { p.notice { (t.text("scripts-off")) } }
            form #form-answer novalidate {
                div #form data-form=(titled) {
                    ol { @for question in &elements { li { (question["title"].as_str().or(question["name"].as_str()).unwrap_or_default()) } } }
                }
                @if own.each == Each::Slip {
                    div.field { label for="slip" { (t.text("slip")) } input #slip type="text" maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false"; }
                }
                @if !needs_session || session.is_some() {
                    div.actions { button.main #send type="submit" { (t.text("send")) } }
                }
            }
        }
    }
}

/// Returns the form as JSON, with spending questions in the page's language.
fn titled(t: Texts, form: &SurveyForm) -> String {
    let mut json = form.form.to_json();
    if form.is_spending
        && let Some(elements) = json["elements"].as_array_mut()
    {
        for element in elements {
            let name = element["name"].as_str().unwrap_or(HOUSEHOLD).to_owned();
            element["title"] = t.text(question_id(&name)).into();
        }
    }
    json.to_string()
}
