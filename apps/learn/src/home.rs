//! What courses bring to Home: students who began, and new lessons of courses that a person follows.

use imajin_dfos::Timestamp;
use imajin_items::home;
use imajin_protocol::Did;
use imajin_service::{HomeCard, HomeCards, HomeSection, Icon, Lang, Node, Problem, args};
use maud::html;

use crate::Learn;
use crate::manifest::{LESSON, MANIFEST, STUDENT, TEACHING, TEXTS};
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
        let students = node.read(MANIFEST.name, |db| {
            queries::students(db, person.as_str(), None)
        })?;
        let after = node.now().as_millis() - NEW_MS;
        let new = students.iter().filter(|one| one.at > after);
        if let Some(newest) = students.first().filter(|one| one.at > after) {
            cards.push(HomeCard {
                section: HomeSection::New,
                kind: STUDENT,
                at: Timestamp::from_millis(newest.at).map_err(Problem::internal)?,
                icon: Icon::Book,
                content: html! {
                    p { (t.with("home-students", args![count = new.count()])) }
                    div.actions { a.button href=(TEACHING) { (t.text("home-show")) } }
                },
                script: None,
            });
        }
        Ok(cards)
    }
}
