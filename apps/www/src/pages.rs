//! The routes at the node's root. One file for a page, or for a few that belong together.

mod addresses;
mod apps;
mod backups;
pub(crate) mod certificate;
mod components;
mod copies;
mod create;
mod data;
mod devices;
mod docs;
mod email;
mod enter;
mod front;
mod health;
mod help;
mod home;
mod inherited;
mod install;
mod joining;
mod landing;
mod lock;
mod mail;
mod mail_server;
mod more;
mod network;
mod notifications;
mod owner;
mod policy;
mod power;
mod questions;
mod restore_box;
mod robots;
mod search;
mod security;
mod sheets;
mod trust;
mod wifi;

use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::{Caller, Own, OwnPage, Visitor};
use imajin_app::page::Viewer;
use imajin_app::routing::{get, post};
use imajin_app::{Lang, Node, Page, Problem, Role, Session, Texts};
use imajin_host::prelude::*;

use crate::assets;
use crate::manifest::TEXTS;
use crate::name_giver::NameGiver;

/// All pages and the assets.
pub(crate) fn routes(node: Node) -> Router {
    Router::new()
        .route("/", get(landing::landing))
        .route("/more", get(more::more))
        .route("/settings", get(more::settings))
        .route("/language", post(more::language))
        .route("/first-steps/hide", post(home::first_steps::hide))
        .route("/search", get(search::page))
        .route("/notifications", get(notifications::page))
        .route("/notifications/badges", get(notifications::badges))
        .route("/notifications/read", post(notifications::read))
        .route("/settings/box", get(front::page).post(front::say))
        .route("/settings/box/zone", post(front::suggest_zone))
        .route("/settings/box/picture", post(front::show))
        .route("/settings/box/picture/remove", post(front::hide))
        .route("/settings/joining", get(joining::page).post(joining::choose))
        .route("/settings/mail", get(mail_server::page).post(mail_server::choose))
        .route("/settings/email", get(email::page))
        .route("/settings/mail/try", post(mail_server::attempt))
        .route("/settings/mail/forget", post(mail_server::forget))
        .route("/settings/inherited/{kind}/keep", post(inherited::keep))
        .route("/settings/inherited/{kind}/forget", post(inherited::forget))
        .route("/front/picture", get(front::picture))
        .route("/manifest.webmanifest", get(install::manifest))
        .route("/worker.js", get(install::worker))
        .route("/offline", get(install::offline))
        .route("/create", get(create))
        .route("/claim", get(claim))
        .route(
            "/signin",
            get(async |State(node): State<Node>, lang: Lang| {
                enter::signin(&node, TEXTS.for_reader(lang))
            }),
        )
        .route(
            "/restore",
            get(async |giver: NameGiver, lang: Lang| {
                enter::restore(&giver, TEXTS.for_reader(lang))
            }),
        )
        .route(
            "/restore/box",
            get(async |State(node): State<Node>, giver: NameGiver, lang: Lang| {
                restore_box::page(&node, &giver, TEXTS.for_reader(lang))
            }),
        )
        .route(
            "/device",
            get(async |giver: NameGiver, lang: Lang| enter::device(&giver, TEXTS.for_reader(lang))),
        )
        .merge(own("/devices", devices::page))
        .route("/data", get(data::data))
        .merge(own("/data/copy", |_, viewer, t| copies::copy(viewer, t)))
        .merge(own("/data/move", |_, viewer, t| copies::moving(viewer, t)))
        .merge(own("/data/delete", copies::delete))
        .route(
            "/sheets",
            get(async |Own(_, _, viewer): Own, giver: NameGiver, lang: Lang| {
                sheets::page(viewer, &giver, TEXTS.for_reader(lang))
            }),
        )
        .merge(own("/owner", owner::page))
        .route("/mail", get(async |lang: Lang| mail::follow(TEXTS.for_reader(lang))))
        .merge(own("/letters", |_, viewer, t| mail::letters(viewer, t)))
        .merge(own("/apps", apps::list))
        .route("/apps/authorize", get(apps::authorize))
        .merge(own("/apps/requests", apps::requests))
        .merge(own("/trust", |_, viewer, t| trust::page(viewer, t)))
        .merge(certificate::routes())
        .route("/network", get(network::page).post(network::choose))
        .route("/health", get(health::page))
        .route("/backups", get(backups::page))
        .route("/power", get(power::page))
        .route("/health/backup", post(health::backup))
        .route("/health/update", post(health::update))
        .route("/health/remove", post(health::remove))
        .route("/health/mend", post(health::mending::mend))
        .route("/lock", get(lock::page).post(lock::change))
        .route("/wifi", get(wifi::page).post(wifi::choose))
        .route("/policy", get(policy::policy))
        .route("/verify", get(verify))
        .route("/bring", get(bring))
        .route("/docs", get(docs::docs))
        .route("/help", get(help::page))
        .route("/docs/components", get(components::page))
        .route("/docs/{*path}", get(docs::page))
        .route("/llms.txt", get(docs::llms::index))
        .route("/llms-full.txt", get(docs::llms::full))
        .route("/favicon.ico", get(favicon))
        .route("/robots.txt", get(async |State(node): State<Node>| robots::rules(&node).map(text)))
        .route("/.well-known/security.txt", get(security::contact))
        .route("/assets/{*path}", get(assets::asset))
        .with_state(node)
}

pub(crate) async fn favicon() -> Redirect {
    Redirect::permanent("/assets/icon.svg")
}

/// A plain-text answer.
fn text(content: impl Into<String>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (kind, content.into()).into_response()
}

/// The route of a page for the signed-in person; others sign in first and come back.
fn own(path: &'static str, page: fn(&Node, Viewer, Texts) -> Page) -> Router<Node> {
    let show = async move |Own(node, _, viewer): Own, lang: Lang| {
        page(&node, viewer, TEXTS.for_reader(lang))
    };
    Router::new().route(path, get(show))
}

pub(crate) fn to_signin(path: &str) -> Response {
    Redirect::to(&format!("/signin?next={path}")).into_response()
}

/// The owner of the box, who asks for a page of its settings. A visitor signs in first, and comes back.
pub(crate) struct Owner {
    node: Node,
    session: Session,
}

impl FromRequestParts<Node> for Owner {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Response> {
        let OwnPage(session) = OwnPage::from_request_parts(parts, node).await?;
        health::for_owner(node, &session).map_err(IntoResponse::into_response)?;
        let node = node.clone();
        Ok(Self { node, session })
    }
}

async fn create(
    Visitor(node, Caller(session)): Visitor,
    giver: NameGiver,
    lang: Lang,
) -> Result<Response, Problem> {
    let viewer = node.viewer_of(session.as_ref())?;
    let page = create::page(&node, viewer, &giver, TEXTS.for_reader(lang));
    // A visitor who goes back after the wizard is signed in: the earlier page must not come again.
    let once = [(header::CACHE_CONTROL, "private, no-store")];
    Ok((once, page).into_response())
}

async fn claim(
    Visitor(node, Caller(session)): Visitor,
    giver: NameGiver,
    lang: Lang,
) -> Result<Page, Problem> {
    let viewer = node.viewer_of(session.as_ref())?;
    // A visitor who is not a member has no key to sign with, and makes one in the wizard.
    let is_member = match &session {
        Some(session) => node.role(&session.did)? >= Role::Member,
        None => false,
    };
    Ok(match viewer {
        Some(viewer) if is_member && !node.is_claimed() => {
            owner::take(viewer, TEXTS.for_reader(lang))
        }
        viewer => create::page(&node, viewer, &giver, TEXTS.for_reader(lang)),
    })
}

async fn bring(
    Visitor(node, Caller(session)): Visitor,
    giver: NameGiver,
    lang: Lang,
) -> Result<Page, Problem> {
    let viewer = node.viewer_of(session.as_ref())?;
    let role = session.map(|session| node.role(&session.did)).transpose()?;
    Ok(copies::bring(&node, (viewer, role), &giver, TEXTS.for_reader(lang)))
}

async fn verify(Visitor(node, Caller(session)): Visitor, lang: Lang) -> Result<Page, Problem> {
    let viewer = node.viewer_of(session.as_ref())?;
    Ok(copies::verify(viewer, TEXTS.for_reader(lang)))
}
