//! Events in the shell: cards for a person's sales, for their tickets and events, for upcoming events of their groups,
//! public events on the front page, and search.

use std::collections::BTreeSet;

use imajin_app::{
    Answer, Hit, HomeCard, HomeCards, HomeSection, Icon, Lang, Node, SearchWords, Searchable,
    Texts, args,
};
use imajin_dfos::Timestamp;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use maud::{Markup, html};

use crate::Events;
use crate::manifest::{SOLD, TEXTS};
use crate::pages;
use crate::picture;
use crate::queries::{self, Event, EventSales, Sight, TicketRow, Which};
use crate::sight;

/// Maximum number of a person's newest tickets to consider.
const TICKETS_MAX: usize = 100;
/// Maximum number of events of each kind on Home.
const EVENTS_MAX: usize = 10;
/// Time for which a sale counts as new: a week.
const NEW_MS: i64 = 7 * 24 * 3_600_000;
/// Maximum number of events on the front page.
const FRONT_MAX: usize = 6;
/// Maximum number of events to search, the soonest first.
const SEARCHED_MAX: usize = 500;

impl HomeCards for Events {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Answer<Vec<HomeCard>> {
        let t = TEXTS.for_reader(lang);
        let now = node.now().as_millis();
        let own = Which {
            organiser: Some(person.to_string()),
            from: Some(now),
            sight: Sight::own(person),
            ..Which::default()
        };
        let groups = Which {
            from: Some(now),
            is_grouped: true,
            sight: sight::sight_of(node, Some(person))?,
            ..Which::default()
        };
        let (tickets, own, groups, sold) = queries::read(node, |db| {
            let (held, _) = queries::tickets(db, person.as_str(), TICKETS_MAX, 0)?;
            let valid = |ticket: &TicketRow| ticket.status == "valid";
            let (valid, void): (Vec<_>, Vec<_>) = held.into_iter().partition(valid);
            let valid: BTreeSet<_> = valid.into_iter().map(|ticket| ticket.event).collect();
            let void = void.into_iter().filter(|ticket| ticket.shown_status() == "void");
            let void: BTreeSet<_> = void.map(|ticket| ticket.event).collect();
            let mut events = Vec::new();
            for did in valid.union(&void) {
                let event = queries::event(db, did.as_str())?;
                events.extend(event.filter(|event| {
                    let is_on = event.over_at.is_none_or(|over| over >= now);
                    // Until its end, ticket holders see that the event was cancelled.
                    is_on && (valid.contains(did) || event.status == "cancelled")
                }));
            }
            let own = queries::list(db, &own, EVENTS_MAX, 0)?.0;
            let mut groups = queries::list(db, &groups, EVENTS_MAX, 0)?.0;
            groups.retain(|event| {
                let is_shown = events.iter().any(|held| held.did == event.did);
                event.organiser != *person && event.status != "cancelled" && !is_shown
            });
            Ok((events, own, groups, sold(db, person, now - NEW_MS)?))
        })?;
        let button = |href: &str, label: &str| html! { a.button href=(href) { (t.text(label)) } };
        let yours = |event: &Event| card(event, button("/events/mine", "home-show"), t);
        let organised = |event: &Event| {
            let door = format!("/events/{}/door", event.id);
            card(event, button(&door, "guests-and-door"), t)
        };
        let for_members = |event: &Event| {
            let page = format!("/events/{}", event.id);
            card(event, button(&page, "home-look"), t)
        };
        let cards = tickets.iter().map(yours).chain(own.iter().map(organised));
        let cards = cards.chain(groups.iter().map(for_members));
        let sold = sold.iter().map(|(event, sold)| sold_card(event, sold, t));
        Ok(cards.chain(sold).flatten().collect())
    }

    fn front_cards(&self, node: &Node, lang: Lang) -> Answer<Vec<HomeCard>> {
        let events = upcoming(node, FRONT_MAX, Sight::default())?;
        let shown = |event: &Event| card(event, html! {}, TEXTS.for_reader(lang));
        Ok(events.iter().filter_map(shown).collect())
    }
}

impl Searchable for Events {
    fn search(
        &self,
        node: &Node,
        person: &Did,
        words: &SearchWords,
        limit: usize,
        lang: Lang,
    ) -> Answer<Vec<Hit>> {
        let is_found = |event: &&Event| {
            let texts = ["title", "city", "venue"].into_iter();
            words.are_in(texts.filter_map(|name| event.visible_word(name, false)))
        };
        let hit = |event: &Event| Hit {
            title: pages::title(event, TEXTS.for_reader(lang)),
            detail: event.visible_word("venue", false).unwrap_or_default().to_owned(),
            href: format!("/events/{}", event.id),
            icon: Icon::Calendar,
        };
        let events = upcoming(node, SEARCHED_MAX, sight::sight_of(node, Some(person))?)?;
        Ok(events.iter().filter(is_found).take(limit).map(hit).collect())
    }
}

/// Returns the events visible to a viewer that aren't over, the soonest first.
fn upcoming(node: &Node, limit: usize, sight: Sight) -> Answer<Vec<Event>> {
    let which = Which { from: Some(node.now().as_millis()), sight, ..Which::default() };
    queries::read(node, |db| Ok(queries::list(db, &which, limit, 0)?.0))
}

/// Returns the events for which a person sold tickets since a time in milliseconds, the newest sale first.
fn sold(db: Reader<'_>, organiser: &Did, since: i64) -> rusqlite::Result<Vec<(Event, EventSales)>> {
    let all = queries::sold(db, organiser.as_str(), since, EVENTS_MAX)?;
    let with_event = |sold: EventSales| {
        let event = queries::event(db, sold.event.as_str())?;
        Ok(event.map(|event| (event, sold)))
    };
    all.into_iter().map(with_event).filter_map(Result::transpose).collect()
}

/// Builds the card for recent sales of an event: the number of tickets and the title.
fn sold_card(event: &Event, sold: &EventSales, t: Texts) -> Option<HomeCard> {
    let args = args![count = sold.count, title = pages::title(event, t)];
    let at = Timestamp::from_millis(sold.newest).ok()?;
    let content = html! {
        p { (t.format("home-sold", args)) }
        div.actions { a.button href={ "/events/" (event.id) "/door" } { (t.text("guests-and-door")) } }
    };
    Some(HomeCard::news(SOLD, at, Icon::Ticket, content))
}

/// Builds the card of an event. `None` if the event has no start.
fn card(event: &Event, button: Markup, t: Texts) -> Option<HomeCard> {
    let starts = event.starts?;
    let content = html! {
        div.with-tile {
            (picture::tile(event, t.lang))
            div.grow {
                p { a href={ "/events/" (event.id) } { strong { (pages::title(event, t)) } } }
                @if event.status == "cancelled" { p { (pages::status(event, t)) } }
                @if event.group.is_some() { p { (pages::for_group(t)) } }
                p.soft { (pages::time(Some(starts), event.zone(), t)) @if let Some(venue) = event.visible_word("venue", false) { " · " (venue) } }
                (button)
            }
        }
    };
    Some(HomeCard {
        section: HomeSection::ComingUp,
        kind: "upcoming",
        at: Timestamp::from_millis(starts).ok()?,
        icon: Icon::Calendar,
        content,
        script: Some("/assets/js/time.js"),
    })
}
