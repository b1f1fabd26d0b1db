//! Profiles, handles and follows.
//!
//! | module | what |
//! |---|---|
//! | `access` | how many entries a person may add to the logs of others |
//! | `operations` | the operations, each declared as a type with its decision |
//! | `handle`, `members` | the form of a handle; the members of a profile and their audiences |
//! | `projection` | the tables, and how entries change them |
//! | `queries`, `directory` | queries of the tables, for this app and for others |
//! | `lookup` | finding a profile, and what a viewer sees of it |
//! | `reserve` | handles of people who deleted their data |
//! | `data_rights` | export, count, delete, transfer |
//! | `presence` | who is online, in memory |
//! | `routes`, `pages`, `page_parts` | HTTP, and what other apps add to a person's page |
#![forbid(unsafe_code)]

mod access;
mod data_rights;
mod directory;
mod handle;
mod lookup;
mod manifest;
mod members;
mod operations;
mod page_parts;
mod pages;
mod presence;
mod projection;
mod queries;
mod reserve;
mod routes;

use std::collections::BTreeSet;

use axum::Router;
use imajin_app::capabilities::{FileUse, FirstStep, FirstSteps};
use imajin_app::routing::OpenApiRouter;
use imajin_app::{Answer, Answers, Icon, Lang, Node, PeopleDirectory, Problem, Question, Service};
use imajin_dfos::Cid;
use imajin_protocol::Did;
use manifest::{EDIT, TEXTS};

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Profile;

impl Service for Profile {
    imajin_app::from_modules!(manifest, operations, access, projection);

    fn subscribes(&self) -> &'static [&'static str] {
        projection::SUBSCRIBES
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        routes::routes(node.clone()).merge(pages::routes(node))
    }

    fn root(&self, node: Node) -> Option<Router> {
        Some(pages::root(node))
    }

    fn secrets(&self) -> &'static str {
        reserve::SCHEMA
    }

    imajin_app::offers! { PeopleDirectory, Answers, FirstSteps }

    fn uses(
        &self,
        node: &Node,
        owner: &Did,
        files: &BTreeSet<Cid>,
        lang: Lang,
    ) -> Answer<Vec<FileUse>> {
        lookup::uses(node, owner, files, lang)
    }

    fn started(&self, node: &Node) {
        reserve::note(node, None);
    }
}

impl FirstSteps for Profile {
    fn first_step(&self, node: &Node, member: &Did, lang: Lang) -> Answer<Option<FirstStep>> {
        let cards = node.cards([member], Some(member))?;
        if cards.values().any(|card| card.avatar.is_some()) {
            return Ok(None);
        }
        Ok(Some(FirstStep {
            rank: 10,
            text: TEXTS.for_reader(lang).text("first-picture").into_owned(),
            href: EDIT.to_owned(),
            icon: Icon::Person,
        }))
    }
}

impl Answers for Profile {
    /// Answers with the person's profile, as the asker may see it.
    fn respond(&self, node: &Node, question: &Question<'_>) -> Answer<serde_json::Value> {
        let row = lookup::find_or_404(node, question.about.as_str())?;
        let shown = routes::shown_text(node, &row, Some(question.by.as_str()))?;
        serde_json::from_str(&shown).map_err(Problem::internal)
    }
}
