//! Courses on Home (cards for students who began or finished, new lessons of followed courses, and new certificates),
//! on the front page (public courses), and in search (courses, modules and lessons).

use imajin_app::{Answer, HomeCard, HomeCards, Icon, Lang, Node, Problem, Texts, args};
use imajin_dfos::Timestamp;
use imajin_items::{Owner, home};
use imajin_protocol::Did;
use maud::html;

use crate::Learn;
use crate::courses;
use crate::items::Kind;
use crate::manifest::{CERTIFICATE, FINISHED, LESSON, OWN_PAGE, STUDENT, TEACHING, TEXTS};
use crate::pages;
use crate::queries;

/// Time for which an event counts as new: two weeks.
const NEW_MS: i64 = 14 * 24 * 3_600_000;

impl HomeCards for Learn {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Answer<Vec<HomeCard>> {
        let t = TEXTS.for_reader(lang);
        let say = |news: home::News| {
            let args = args![name = news.name, title = news.title, count = news.count];
            t.format("home-lessons", args)
        };
        let mut cards = home::cards::<Self>((node, person, lang), (LESSON, Icon::Book), &say)?;
        let (students, given, own) = queries::read(node, |db| {
            let did = person.as_str();
            let (given, own) = (queries::given(db, did)?, queries::certificates(db, did)?);
            Ok((queries::students(db, did, None)?, given, own))
        })?;
        let after = node.now().as_millis() - NEW_MS;
        let is_new = |at: &i64| *at > after;
        let issued = |all: &[queries::Certificate], who: fn(&queries::Certificate) -> &String| {
            let all = all.iter().filter(|one| is_new(&one.at));
            all.map(|one| (one.at, who(one).clone())).collect::<Vec<_>>()
        };
        let began = students.iter().filter(|one| is_new(&one.at));
        let began: Vec<_> = began.map(|one| (one.at, one.seat.student.to_string())).collect();
        let finished = issued(&given, |one| &one.student);
        let certified = issued(&own, |one| &one.teacher);
        for (kind, message, href, new) in [
            (STUDENT, "home-students", TEACHING, began),
            (FINISHED, "home-finished", TEACHING, finished),
            (CERTIFICATE, "home-certificates", OWN_PAGE, certified),
        ] {
            cards.extend(card((node, t), kind, (message, href), &new)?);
        }
        Ok(cards)
    }

    fn front_cards(&self, node: &Node, lang: Lang) -> Answer<Vec<HomeCard>> {
        let t = TEXTS.for_reader(lang);
        home::front_cards::<Self>(node, (Kind::Course, LESSON), &|teacher, course| {
            let offer = courses::offer_of(node, &teacher.did, &course.id)?;
            let by = t.format("front-by", args![name = teacher.called(lang)]);
            Ok(format!("{by} · {}", pages::price(t, offer.as_ref())))
        })
    }
}

imajin_items::searchable!(Learn, Learn);

/// Builds a card about what people did, newest first. `deeds` has the times in milliseconds and the people's DIDs.
fn card(
    (node, t): (&Node, Texts),
    kind: &'static str,
    (message, href): (&'static str, &'static str),
    deeds: &[(i64, String)],
) -> Answer<Option<HomeCard>> {
    let Some((newest, doer)) = deeds.first() else {
        return Ok(None);
    };
    let doer = Did::parse(doer).map_err(Problem::internal)?;
    let who = Owner::from_did(node, doer)?.called(t.lang);
    let args = args![who = who, count = deeds.len()];
    let at = Timestamp::from_millis(*newest).map_err(Problem::internal)?;
    let content = html! {
        p { (t.format(message, args)) }
        div.actions { a.button href=(href) { (t.text("home-show")) } }
    };
    Ok(Some(HomeCard::news(kind, at, Icon::Book, content)))
}
