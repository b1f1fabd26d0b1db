//! Cards of identities on Home: statements about a person that still need their confirmation; for the box's owner, people who joined and apps that
//! ask.

use imajin_app::{HomeCard, HomeCards, HomeSection, Icon, Lang, Node, Problem, Texts, args};
use imajin_dfos::Timestamp;
use imajin_dfos::order::Order as _;
use imajin_identity::NAME;
use imajin_identity::apps::requests::{self, AppRequest, OwnerAnswer};
use imajin_identity::queries::IS_MEMBER;
use imajin_ledger::{Reader, rows};
use imajin_protocol::Did;
use imajin_protocol::attestation::{Status, kind};
use imajin_trust::lookup::{self, AttestationRow};
use maud::html;
use rusqlite::params;
use serde_json::Value as Json;

use crate::Auth;
use crate::manifest::{ASKING, JOINED, SAID, TEXTS};

/// Cards about what others say, the newest first; the page of the person's standing has all of it.
const SAID_MAX: usize = 5;
/// How long a newcomer counts as new, in milliseconds.
const NEW_MS: i64 = 7 * 24 * 3_600_000;
/// Maximum number of newcomers counted.
const JOINED_MAX: usize = 100;

impl HomeCards for Auth {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Result<Vec<HomeCard>, Problem> {
        let t = TEXTS.for_reader(lang);
        let now = node.now();
        let mut about = node.read(NAME, |db| lookup::by_subject(db, person))?;
        about.retain(|said| {
            said.status() == Status::Pending
                && said.is_in_force(now)
                && said.issuer != person.as_str()
                // Both sides of a connection agreed when they invited and accepted.
                && !matches!(&*said.kind, kind::CONNECTION_ACCEPTED | kind::CONNECTION_INVITED)
        });
        about.order_by_key(|said| std::cmp::Reverse(said.issued_at));
        let shown = about.iter().take(SAID_MAX);
        let cards = shown.map(|said| said_card(node, said, t));
        let mut cards = cards.collect::<Result<Vec<_>, _>>()?;
        if node.is_owner(person)? {
            cards.extend(joined(node, person, t)?);
            cards.extend(asking(node, t)?);
        }
        Ok(cards)
    }
}

/// The message for an attestation. One that names a course is its certificate (docs/api.md, "Certificates").
fn says(type_: &str, course: &str) -> &'static str {
    match type_ {
        kind::VOUCH => "home-vouches",
        kind::EVENT_ATTENDANCE => "home-attended",
        kind::TRANSACTION_SETTLED => "home-settled",
        kind::CUSTOMER => "home-customer",
        kind::IDENTITY_ROOT => "home-root",
        kind::SESSION_CREATED => "home-session",
        kind::FLAG_YELLOW => "home-warns",
        _ if !course.is_empty() => "home-completed",
        _ => "home-says",
    }
}

/// The title of the course that an attestation is about; empty where it names none.
fn course_of(said: &AttestationRow) -> String {
    let attestation: Json = serde_json::from_str(&said.text).unwrap_or_default();
    let title = attestation["payload"]["course"].as_str();
    title.unwrap_or_default().to_owned()
}

/// Whether an attestation counts only once its subject has confirmed it.
fn is_bilateral(type_: &str) -> bool {
    let rule = kind::KINDS.iter().find(|rule| rule.kind == type_);
    rule.is_some_and(|rule| rule.bilateral)
}

/// Returns the card of an attestation, with a button that confirms it if there is an author's signature to countersign.
fn said_card(node: &Node, said: &AttestationRow, t: Texts) -> Result<HomeCard, Problem> {
    let issuer = Did::parse(&said.issuer).map_err(Problem::internal)?;
    let name = node.called(&issuer)?.unwrap_or_else(|| t.text("home-somebody").into_owned());
    let href = node.page_of(&said.issuer);
    let named = |_: &str, _| html! { a href=(href) data-name { (name) } };
    let course = course_of(said);
    Ok(HomeCard {
        section: HomeSection::Waiting,
        kind: SAID,
        at: Timestamp::from_millis(said.issued_at).map_err(Problem::internal)?,
        icon: Icon::Shield,
        content: html! {
            div.said {
                p { (t.markup(says(&said.kind, &course), args![course = &*course], named)) @if is_bilateral(&said.kind) { " " span data-waits { (t.text("home-counts-once")) } } }
                div.actions data-waits {
                    @if let Some(jws) = &said.author_jws {
                        button.main type="button" data-confirm=(said.cid) data-issuer=(said.issuer) data-jws=(jws) { (t.text("home-confirm")) }
                    }
                    a.button href="/trust" { (t.text("home-said-do")) }
                }
            }
        },
        script: said.author_jws.as_ref().map(|_| "/assets/auth/said.js"),
    })
}

/// Apps that wait for the owner, the newest first.
fn asking(node: &Node, t: Texts) -> Result<Vec<HomeCard>, Problem> {
    let mut waiting = requests::list(node)?;
    waiting.retain(|request| request.answer == OwnerAnswer::Waiting);
    let card = |request: AppRequest| {
        let name = request.app.name;
        Ok(HomeCard {
            section: HomeSection::Waiting,
            kind: ASKING,
            at: Timestamp::from_millis(request.created).map_err(Problem::internal)?,
            icon: Icon::Apps,
            content: html! {
                p { (t.format("home-app-asks", args![name = name])) }
                div.actions { a.button.main href="/apps/requests" { (t.text("home-app-look")) } }
            },
            script: None,
        })
    };
    waiting.into_iter().take(SAID_MAX).map(card).collect()
}

/// The newest of the people who joined lately, and how many there are. Those whom the owner is connected with are left out: the owner invited them
/// and was told that they accepted, or connected with them since.
fn joined(node: &Node, owner: &Did, t: Texts) -> Result<Option<HomeCard>, Problem> {
    let since = node.now().as_millis() - NEW_MS;
    let sql = format!(
        "SELECT owner_did, home_at FROM identities WHERE {IS_MEMBER}
         AND home_at > ?3 AND owner_did NOT IN (?1, ?2) ORDER BY home_at DESC, owner_did LIMIT {JOINED_MAX}"
    );
    let newcomers: Vec<(Did, i64)> = node.read(NAME, |db| {
        let params = params![node.did().as_str(), owner.as_str(), since];
        Reader::from(db).rows(&sql, params, |row| Ok((rows::did(row, 0)?, row.get(1)?)))
    })?;
    let mut strangers = Vec::new();
    for (did, at) in newcomers {
        if node.connected(owner, &did)? != Some(true) {
            strangers.push((did, at));
        }
    }
    let Some((newest, at)) = strangers.first() else {
        return Ok(None);
    };
    let name = node.called(newest)?.unwrap_or_else(|| t.text("home-somebody").into_owned());
    let href = node.page_of(newest.as_str());
    let args = args![more = strangers.len() - 1, site = node.name()];
    let at = Timestamp::from_millis(*at).map_err(Problem::internal)?;
    let content =
        html! { p { (t.markup("home-joined", args, |_, _| html! { a href=(href) { (name) } })) } };
    Ok(Some(HomeCard::news(JOINED, at, Icon::Person, content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_that_is_said_has_a_sentence_in_each_language() {
        for said in [
            kind::VOUCH,
            kind::EVENT_ATTENDANCE,
            kind::TRANSACTION_SETTLED,
            kind::CUSTOMER,
            kind::IDENTITY_ROOT,
            kind::SESSION_CREATED,
            kind::FLAG_YELLOW,
            "x.y",
        ] {
            for lang in [Lang::En, Lang::De] {
                let t = TEXTS.for_reader(lang);
                let name = |_: &str, _| html! { "Ada" };
                let text = t.markup(says(said, ""), args![course = "Bread"], name).into_string();
                assert!(text.contains("Ada"), "{said}: {text}");
            }
        }
    }
}
