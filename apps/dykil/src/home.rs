//! Surveys on Home and in search: cards for new answers, lost boxes, and new surveys of people whom the viewer follows.

use imajin_app::{Answer, HomeCard, HomeCards, Icon, Lang, Node, Texts, args};
use imajin_dfos::Timestamp;
use imajin_dfos::order::Order as _;
use imajin_items::{Owner, Visibility};
use imajin_protocol::Did;
use maud::html;

use crate::Dykil;
use crate::asking;
use crate::manifest::{ANSWERS, MANIFEST, OPEN, TEXTS};
use crate::queries::{self, Survey};
use crate::survey::{End, Status};

/// Time for which an answer or a survey counts as new: two weeks.
const NEW_MS: i64 = 14 * 24 * 3_600_000;
/// Maximum number of cards of each kind.
const CARDS_MAX: usize = 5;
/// Number of new surveys to consider, since some may be hidden from the viewer.
const LOOKED_AT: usize = 20;

impl HomeCards for Dykil {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Answer<Vec<HomeCard>> {
        let t = TEXTS.for_reader(lang);
        let mut cards = answered(node, person, t)?;
        cards.extend(opened(node, person, t)?);
        Ok(cards)
    }
}

imajin_items::searchable!(Dykil, Dykil);

fn card(kind: &'static str, at: i64, (text, href): (String, String), t: Texts) -> HomeCard {
    let at = Timestamp::from_millis(at).unwrap_or(Timestamp::MIN);
    let content = html! {
        p { (text) }
        div.actions { a.button href=(href) { (t.text("home-show")) } }
    };
    HomeCard::news(kind, at, Icon::Chart, content)
}

fn path(owner: &Owner, survey: &Survey) -> String {
    format!("{}/{}", owner.path(MANIFEST.name), survey.item.address())
}

/// Builds the cards of own surveys with new answers or a lost box, newest first.
fn answered(node: &Node, person: &Did, t: Texts) -> Answer<Vec<HomeCard>> {
    let owner = Owner::from_did(node, person.clone())?;
    let mut cards = Vec::new();
    for survey in asking::all(node, person, Some(person))? {
        let came = queries::read(node, |db| queries::came(db, person.as_str(), &survey.item.id))?;
        let (number, at) = came.unwrap_or((0, 0));
        let (title, href) = (survey.item.title.clone(), path(&owner, &survey));
        let text = match survey.state.ended {
            Some(End::Lost) => t.format("home-lost", args![title = title]),
            _ if number > 0 => t.format("home-answers", args![title = title, count = number]),
            _ => continue,
        };
        let is_lost = survey.state.ended == Some(End::Lost);
        let at = if is_lost { survey.state.opened.unwrap_or(0) } else { at };
        if is_lost || at > node.now().as_millis() - NEW_MS {
            cards.push(card(ANSWERS, at, (text, href), t));
        }
    }
    cards.order_by_key(|card| std::cmp::Reverse(card.at));
    cards.truncate(CARDS_MAX);
    Ok(cards)
}

/// Builds the cards of open surveys by people whom the viewer follows.
fn opened(node: &Node, person: &Did, t: Texts) -> Answer<Vec<HomeCard>> {
    let after = node.now().as_millis() - NEW_MS;
    let new = queries::read(node, |db| queries::followed(db, person.as_str(), (after, LOOKED_AT)))?;
    let mut cards = Vec::new();
    for (of, id) in new {
        // Skip surveys that were removed or hidden, or whose owner left.
        let Ok(survey) = asking::seen(node, &of, Some(person), &id) else {
            continue;
        };
        let is_listed = survey.item.visibility != Visibility::Link;
        if is_listed && survey.state.visible_status(&survey.item, node.now()) == Status::Open {
            let owner = Owner::from_did(node, of)?;
            let (name, title) = (owner.called(t.lang), survey.item.title.clone());
            let text = t.format("home-open", args![name = name, title = title]);
            let at = survey.state.opened.unwrap_or(0);
            cards.push(card(OPEN, at, (text, path(&owner, &survey)), t));
        }
        if cards.len() == CARDS_MAX {
            break;
        }
    }
    Ok(cards)
}
