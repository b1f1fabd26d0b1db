//! What courses bring to Home: students who began or finished, new lessons of courses that a person follows, and their certificates.

use imajin_dfos::Timestamp;
use imajin_items::home;
use imajin_protocol::Did;
use imajin_service::{HomeCard, HomeCards, HomeSection, Icon, Lang, Node, Problem, Texts, args};
use maud::html;

use crate::Learn;
use crate::manifest::{
    CERTIFICATE, FINISHED, LESSON, MANIFEST, OWN_PAGE, STUDENT, TEACHING, TEXTS,
};
use crate::queries;

/// For how long something is new.
const NEW_MS: i64 = 14 * 24 * 3_600_000;

impl HomeCards for Learn {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Result<Vec<HomeCard>, Problem> {
        let t = TEXTS.of(lang);
        let say = |news: home::News| {
            let args = args![name = news.name, title = news.title, count = news.count];
            t.with("home-lessons", args)
        };
        let mut cards = home::cards::<Self>((node, person, lang), (LESSON, Icon::Book), &say)?;
        let (students, given, own) = node.read(MANIFEST.name, |db| {
            let did = person.as_str();
            let (given, own) = (queries::given(db, did)?, queries::certificates(db, did)?);
            Ok((queries::students(db, did, None)?, given, own))
        })?;
        let after = node.now().as_millis() - NEW_MS;
        let is_new = |at: &i64| *at > after;
        let times = |all: &[queries::Certificate]| -> Vec<i64> {
            all.iter().map(|one| one.at).filter(is_new).collect()
        };
        let began: Vec<i64> = students.iter().map(|one| one.at).filter(is_new).collect();
        for (kind, message, href, new) in [
            (STUDENT, "home-students", TEACHING, began),
            (FINISHED, "home-finished", TEACHING, times(&given)),
            (CERTIFICATE, "home-certificates", OWN_PAGE, times(&own)),
        ] {
            cards.extend(card(t, kind, (message, href), &new)?);
        }
        Ok(cards)
    }
}

/// A card about what happened at these times, the newest first.
fn card(
    t: Texts,
    kind: &'static str,
    (message, href): (&'static str, &'static str),
    times: &[i64],
) -> Result<Option<HomeCard>, Problem> {
    let Some(newest) = times.first() else {
        return Ok(None);
    };
    Ok(Some(HomeCard {
        section: HomeSection::New,
        kind,
        at: Timestamp::from_millis(*newest).map_err(Problem::internal)?,
        icon: Icon::Book,
        content: html! {
            p { (t.with(message, args![count = times.len()])) }
            div.actions { a.button href=(href) { (t.text("home-show")) } }
        },
        script: None,
    }))
}
