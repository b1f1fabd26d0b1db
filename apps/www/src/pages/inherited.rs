//! The previous owner's choices for the whole box: Home asks the new owner to keep or forget each with one press.

use axum::response::Redirect;
use imajin_app::choices::{BACKUPS, MAIL};
use imajin_app::extract::{Path, Person};
use imajin_app::{
    Answer, HomeCard, HomeSection, Icon, Inherited, Inherits, Lang, Node, Problem, Texts, args,
    blocking,
};
use imajin_host::mail::{forget_mail, is_mail_fixed};
use imajin_host::prelude::*;
use imajin_host::upkeep::{BackupStanding, SetBy};
use maud::html;

use super::health::for_owner;
use crate::manifest::TEXTS;

const HERE: &str = "/settings/inherited";

/// A card for each choice of the owner before.
pub(super) fn cards(
    node: &Node,
    backups: Option<&BackupStanding>,
    lang: Lang,
) -> Answer<Vec<HomeCard>> {
    let t = TEXTS.for_reader(lang);
    let left = left(node, backups, lang)?;
    let card = |one: Inherited| HomeCard {
        section: HomeSection::Waiting,
        kind: one.kind,
        at: node.now(),
        icon: Icon::Box,
        content: html! {
            p { (one.question) }
            div.actions {
                form method="post" action={ (HERE) "/" (one.kind) "/keep" } { button.main type="submit" { (t.text("inherited-keep")) } }
                (one.forget)
            }
        },
        script: one.script,
    };
    Ok(left.into_iter().map(card).collect())
}

/// The choices in force that the owner neither made nor kept.
fn left(node: &Node, backups: Option<&BackupStanding>, lang: Lang) -> Answer<Vec<Inherited>> {
    let t = TEXTS.for_reader(lang);
    let mut all = Vec::new();
    let mail = node.mail().config();
    if mail.is_set() && !is_mail_fixed(node) {
        let args = args![server = mail.server.as_str()];
        all.push(own(MAIL, t.format("inherited-mail", args), t));
    }
    if let Some(backups) = backups
        && let Some(to) = &backups.to
        && backups.plan.set_by == SetBy::Page
    {
        let args = args![to = to.as_str()];
        all.push(own(BACKUPS, t.format("inherited-backups", args), t));
    }
    let apps = node.services().offers().all::<dyn Inherits>();
    all.extend(apps.filter_map(|(_, app)| app.inherited(node, lang)));
    let mut left = Vec::new();
    for one in all {
        if !node.is_owners_choice(one.kind)? {
            left.push(one);
        }
    }
    Ok(left)
}

fn own(kind: &'static str, question: String, t: Texts) -> Inherited {
    let forget = html! { form method="post" action={ (HERE) "/" (kind) "/forget" } { button.danger type="submit" { (t.text("inherited-forget")) } } };
    Inherited { kind, question, forget, script: None }
}

/// `POST /settings/inherited/{kind}/keep`
pub(crate) async fn keep(
    Person(node, session): Person,
    lang: Lang,
    Path(kind): Path<String>,
) -> Answer<Redirect> {
    for_owner(&node, &session)?;
    blocking::run(move || {
        let backups = node.upkeep().map(|upkeep| upkeep.backups());
        let left = left(&node, backups.as_ref(), lang)?;
        match left.iter().find(|one| one.kind == kind) {
            Some(one) => node.keep_choice(one.kind),
            // The choice was made in another tab.
            None => Ok(()),
        }
    })
    .await??;
    Ok(Redirect::to("/"))
}

/// `POST /settings/inherited/{kind}/forget`, of the choices that no app asks about.
pub(crate) async fn forget(
    Person(node, session): Person,
    Path(kind): Path<String>,
) -> Answer<Redirect> {
    for_owner(&node, &session)?;
    blocking::run(move || match (kind.as_str(), node.upkeep()) {
        (MAIL, _) => forget_mail(&node),
        (BACKUPS, Some(upkeep)) => upkeep.forget_backups(),
        _ => Err(Problem::not_found(TEXTS.say("inherited-none", args![]))),
    })
    .await??;
    Ok(Redirect::to("/"))
}
