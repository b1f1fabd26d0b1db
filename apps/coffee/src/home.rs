//! Tips on Home and in the search: tips that arrived, their words, the jars that a person wants to be reminded of, and
//! jars that match words.

use imajin_app::{Answer, HomeCard, HomeCards, Icon, Lang, Node, Texts, Zone, args};
use imajin_dfos::Timestamp;
use imajin_items::Owner;
use imajin_protocol::Did;
use imajin_selling::ForSale;
use maud::{Markup, html};

use crate::jars::{self, Jar, Jars};
use crate::manifest::{OWN_PAGE, REMINDER, TEXTS, TIPS, WORDS};
use crate::queries::{self, Reminder, Tip, Which};
use crate::{Coffee, month};

/// Duration for which a tip is new and a reminder stays, in milliseconds.
const NEW_MS: i64 = 14 * 24 * 3_600_000;
/// Maximum number of tips that are looked at.
const TIPS_MAX: usize = 200;
/// Maximum number of cards of words, and of reminders.
const CARDS_MAX: usize = 5;

impl HomeCards for Coffee {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Answer<Vec<HomeCard>> {
        let (t, now) = (TEXTS.for_reader(lang), node.now());
        let (got, reminders) = queries::read(node, |db| {
            let got = queries::tips(db, person.as_str(), Which::Got, (TIPS_MAX, 0))?;
            Ok((got, queries::reminders(db, person.as_str())?))
        })?;
        let is_new = |tip: &&Tip| tip.at > now.as_millis() - NEW_MS && tip.back < tip.amount;
        let new: Vec<&Tip> = got.iter().filter(is_new).collect();
        let mut cards: Vec<HomeCard> = came(node, &new, t)?.into_iter().collect();
        let messages = new.iter().filter(|tip| tip.said.is_some() && !tip.is_out);
        for tip in messages.take(CARDS_MAX) {
            cards.push(words(node, tip, t)?);
        }
        for reminder in reminders.iter().take(CARDS_MAX) {
            cards.extend(reminder_card(node, person, reminder, t)?);
        }
        Ok(cards)
    }
}

imajin_items::searchable!(Coffee, Jars);

fn card(kind: &'static str, at: i64, content: Markup) -> HomeCard {
    let at = Timestamp::from_millis(at).unwrap_or(Timestamp::MIN);
    HomeCard::news(kind, at, Icon::Cup, content)
}

/// Returns the name by which the giver of a tip wants to be called.
pub(crate) fn giver(node: &Node, tip: &Tip, t: Texts) -> Answer<String> {
    let name = match &tip.said_as {
        Some(name) => Some(name.clone()),
        None => crate::routes::name_of(node, tip)?,
    };
    Ok(name.unwrap_or_else(|| t.text("somebody").into_owned()))
}

/// Draws the card with the sum of the new tips and the giver of the newest.
fn came(node: &Node, new: &[&Tip], t: Texts) -> Answer<Option<HomeCard>> {
    let Some(newest) = new.first() else {
        return Ok(None);
    };
    // Tips in another currency than the newest are counted and summed on the page only.
    let same: Vec<_> = new.iter().filter(|tip| tip.currency == newest.currency).collect();
    let sum = same.iter().map(|tip| tip.amount - tip.back).sum();
    let (who, sum) = (giver(node, newest, t)?, t.lang.amount(sum, newest.currency));
    let args = args![who = who, count = same.len(), sum = sum];
    let content = html! {
        p { (t.format("home-tips", args)) }
        div.actions { a.button href={ (OWN_PAGE) "#tips" } { (t.text("home-show")) } }
    };
    Ok(Some(card(TIPS, newest.at, content)))
}

fn words(node: &Node, tip: &Tip, t: Texts) -> Answer<HomeCard> {
    let name = giver(node, tip, t)?;
    let content = html! {
        p { (t.format("home-words", args![name = name])) }
        @if let Some(said) = &tip.said { blockquote { (said) } }
        div.actions { a.button href={ (OWN_PAGE) "#tips" } { (t.text("home-show")) } }
    };
    Ok(card(WORDS, tip.at, content))
}

/// Draws the card of a reminder: from its day on, until the person gives something or two weeks have passed.
fn reminder_card(
    node: &Node,
    person: &Did,
    reminder: &Reminder,
    t: Texts,
) -> Answer<Option<HomeCard>> {
    let now = node.now().as_millis();
    let zone = node.zone_of(person)?.unwrap_or_else(Zone::home);
    let due = month::due(now, reminder.day, zone);
    if due < reminder.since || now - due > NEW_MS {
        return Ok(None);
    }
    let tips =
        queries::read(node, |db| queries::tips(db, person.as_str(), Which::Given, (TIPS_MAX, 0)))?;
    let is_this =
        |tip: &Tip| tip.jar == reminder.jar && tip.seller == reminder.seller && tip.at >= due;
    if tips.iter().any(is_this) {
        return Ok(None);
    }
    // Skip the reminder of a jar that is gone, or that the person no longer sees.
    let Ok(jar) = jars::open(node, &reminder.seller, Some(person), &reminder.jar) else {
        return Ok(None);
    };
    Ok(Some(card(REMINDER, due, reminded(&jar, reminder, t))))
}

fn reminded(jar: &Jar, reminder: &Reminder, t: Texts) -> Markup {
    let Owner { name, .. } = &jar.owner;
    let name = name.clone();
    let args = args![
        name = name.unwrap_or_else(|| t.text("somebody").into_owned()),
        amount = t.lang.amount(reminder.amount, reminder.currency)
    ];
    html! {
        p { (t.format("home-reminder", args)) }
        div.actions { a.button href={ (jar.path()) "?amount=" (reminder.amount) } { (t.text("home-give")) } }
    }
}
