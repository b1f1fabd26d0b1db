//! Home of a signed-in person: first steps, tasks, news, coming events, and the state of the box for its owner. Apps bring the cards.

pub(super) mod first_steps;

use imajin_app::page::Viewer;
use imajin_app::{
    HomeCard, HomeSection, Icon, Node, OwnerNotice, Page, Problem, Reader, Session, Texts, Words,
    args, blocking,
};
use imajin_dfos::Timestamp;
use imajin_dfos::order::Order as _;
use imajin_host::alarms::{Alarm, Kind};
use imajin_host::prelude::*;
use imajin_host::upkeep::BackupStanding;
use maud::{Markup, html};

use super::{addresses, inherited};
use crate::manifest::TEXTS;

/// Most cards of a section.
const CARDS_MAX: usize = 10;
/// Most lines of what one alarm says; the page that it leads to has all of it.
const ALARM_LINES_MAX: usize = 4;

/// The script that fetches more when a button of a card is pressed.
pub(super) const CARDS: &str = "/assets/www/cards.js";

/// The sections in their order.
const SECTIONS: [(HomeSection, &str, &str); 3] = [
    (HomeSection::Waiting, "waiting", "home-waiting"),
    (HomeSection::New, "new", "home-new"),
    (HomeSection::ComingUp, "coming", "home-coming"),
];

/// `host`: the name by which this browser came.
pub(super) async fn page(
    node: &Node,
    session: &Session,
    viewer: Viewer,
    host: &str,
    reader: Reader,
) -> Result<Page, Problem> {
    let t = TEXTS.for_reader(reader);
    let upkeep = if node.is_owner(&session.did)? { Some(node.upkeep().cloned()) } else { None };
    let backups = match upkeep.clone().flatten() {
        Some(upkeep) => Some(blocking::run(move || upkeep.backups()).await?),
        None => None,
    };
    let steps = if first_steps::are_hidden(node, &session.did)? {
        Vec::new()
    } else if upkeep.is_some() {
        first_steps::for_owner(node, &session.did, backups.as_ref(), t)?
    } else {
        first_steps::for_member(node, &session.did, reader.lang)?
    };
    let cards = crate::news::cards(node, &session.did, reader.lang);
    let mut cards: Vec<_> = cards.into_iter().map(|brought| brought.card).collect();
    if upkeep.is_some() {
        cards.extend(inherited::cards(node, backups.as_ref(), reader.lang)?);
    }
    let content = html! {
        div #message {}
        h1 {
            @match &viewer.name {
                Some(name) => (t.format("hello", args![name = name.as_str()])),
                None => (t.text("hello-you")),
            }
        }
        (first_steps::draw(&steps, t))
        @if cards.is_empty() && steps.is_empty() { (nothing(node, t)) }
        @for (section, id, title) in SECTIONS {
            @let of_section = sorted(&cards, section);
            @if !of_section.is_empty() {
                section id=(id) {
                    h2 { (t.text(title)) }
                    ul.home-cards { @for card in of_section { li.card data-script=[card.script.filter(|_| section != HomeSection::ComingUp)] { (card.icon.draw()) div.grow { (card.content) } } } }
                }
            }
        }
        @if let Some(name) = addresses::newer(&node.network().now(), node.now(), host) { (new_address(&name, t)) }
        @if upkeep.is_some() { (this_box(node, backups.as_ref(), t)) }
    };
    let mut page =
        t.page("help-home", t.text("home"), content).current("/").wide().viewer(Some(viewer));
    let script = |card: &HomeCard| match card.section {
        HomeSection::ComingUp => card.script,
        HomeSection::Waiting | HomeSection::New => card.script.and(Some(CARDS)),
    };
    let mut scripts: Vec<_> = cards.iter().filter_map(script).collect();
    scripts.sort_unstable();
    scripts.dedup();
    for script in scripts {
        page = page.script(script);
    }
    Ok(page)
}

/// A section's cards: the newest first, but what is coming up the soonest first.
pub(super) fn sorted(cards: &[HomeCard], section: HomeSection) -> Vec<&HomeCard> {
    let mut all: Vec<_> = cards.iter().filter(|card| card.section == section).collect();
    all.order_by_key(|card| card.at);
    if section != HomeSection::ComingUp {
        all.reverse();
    }
    all.truncate(CARDS_MAX);
    all
}

/// A friendly word where there is nothing to show, and something to try.
fn nothing(node: &Node, t: Texts) -> Markup {
    html! {
        div.card.empty {
            p.lead { (t.text("home-quiet")) }
            p { (t.format("home-quiet-why", args![site = node.name()])) }
            p { a.button href="/more" { (t.text("home-try")) } }
        }
    }
}

/// The box has a name that every browser knows, and this browser came by another: a key that it holds stays where it is.
fn new_address(origin: &str, t: Texts) -> Markup {
    html! {
        div #new-address.notice {
            h2 { (t.text("new-address")) }
            p { (t.markup("new-address-why", args![address = origin.trim_start_matches("https://")], |_, inner| html! { strong { (inner) } })) }
            p.actions { a.button href={ (origin) "/device" } { (t.text("new-address-key")) } a.button href="/devices" { (t.text("devices")) } }
        }
    }
}

/// Draws the time of the newest backup, or the warning that none exists.
fn of_backups(backups: &BackupStanding, t: Texts) -> Markup {
    html! {
        p #newest-backup {
            @match &backups.last {
                Some(last) => (t.markup("backup-newest", args![], |_, _| t.time(Timestamp::from_millis(last.at_ms).unwrap_or(Timestamp::MIN)))),
                None => {
                    strong { (t.text("backup-none")) } " "
                    @if backups.to.is_none() { (t.text("backup-risk")) " " a href="/backups" { (t.text("backup-set-up")) } }
                    @else { a href="/backups" { (t.text("backup-first")) } }
                },
            }
        }
    }
}

/// The section for the box's owner: one calm line, or the faults.
fn this_box(node: &Node, backups: Option<&BackupStanding>, t: Texts) -> Markup {
    let alarms = node.alarms().now();
    let all = node.services().offers().all::<dyn OwnerNotice>();
    let notices: Vec<_> = all.filter_map(|(_, app)| app.notice(node, t.lang)).collect();
    html! {
        section #owner {
            h2 { (t.text("this-box")) }
            @if !alarms.is_empty() { (cards_of(&alarms, &node.services().words().on(t), t)) }
            // Nothing is fine above a warning; the alarm comes with the next look.
            @else if backups.is_none_or(|backups| backups.last.is_some() || backups.to.is_some()) { p { (Icon::Box.draw()) " " (t.format("box-fine", args![site = node.name()])) } }
            @if let Some(backups) = backups {
                // A missing backup is reported once.
                @if backups.last.is_some() || alarms.iter().all(|alarm| alarm.kind != Kind::Backup) { (of_backups(backups, t)) }
            }
            @for notice in &notices { p { (notice.text) " " a href=(notice.href) { (notice.label) } } }
            p.actions { a.button href="/invite" { (t.text("invite")) } a.button href="/health" { (t.text("health")) } a.button href="/settings" { (t.text("settings")) } }
        }
    }
}

/// The alarms that need the owner, as one card each.
fn cards_of(alarms: &[Alarm], words: &Words, t: Texts) -> Markup {
    html! {
        ul.cards #alarms {
            @for alarm in alarms {
                li.card {
                    h3 {
                        (alarm.title(words)) " "
                        @if alarm.is_warning { span.tag { (t.text("alarm-warning")) } } @else { span.tag.bad { (t.text("alarm-urgent")) } }
                    }
                    @for line in alarm.says(words).lines().take(ALARM_LINES_MAX) { p { (line) } }
                    @if let Some(todo) = alarm.todo(words) { p { strong { (t.text("alarm-todo")) } " " (todo) } }
                    p { a.button href=(alarm.kind.href()) { (t.text("alarm-open")) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_app::Lang;
    use imajin_host::upkeep::LastBackup;

    #[test]
    fn the_owner_is_told_how_old_the_newest_backup_is_and_that_there_is_none() {
        let none = of_backups(&BackupStanding::default(), TEXTS.for_reader(Lang::En)).into_string();
        assert!(none.contains("No backup yet") && none.contains("href=\"/backups\""));
        let last = LastBackup {
            id: "a".to_owned(),
            at_ms: 1_800_000_000_000,
            to: "/stick".to_owned(),
            logs: 1,
            bytes: 1,
            added: 1,
        };
        let some = BackupStanding { last: Some(last), ..BackupStanding::default() };
        let text = of_backups(&some, TEXTS.for_reader(Lang::En)).into_string();
        assert!(text.contains("Newest backup") && text.contains("2027-01-15"), "{text}");
    }

    #[test]
    fn what_needs_the_owner_is_a_card_with_what_to_do_and_where() {
        let alarm = Alarm {
            kind: Kind::Backup,
            is_warning: true,
            says: "none are <made>".to_owned(),
            todo: Some("choose a place".to_owned()),
        };
        let text = cards_of(&[alarm], &Words::default(), TEXTS.for_reader(Lang::En)).into_string();
        for said in [
            "Backups need you",
            "warning",
            "none are &lt;made&gt;",
            "choose a place",
            "href=\"/backups\"",
        ] {
            assert!(text.contains(said), "{said} is not in {text}");
        }
    }

    #[test]
    fn the_newest_is_first_and_of_what_is_coming_the_soonest() {
        let card = |section, at| HomeCard {
            section,
            kind: "test",
            at: Timestamp::from_millis(at).unwrap(),
            icon: Icon::Home,
            content: html! {},
            script: None,
        };
        let cards: Vec<_> = [HomeSection::New, HomeSection::ComingUp]
            .into_iter()
            .flat_map(|section| (1..=12).map(move |at| card(section, at)))
            .collect();
        let times = |section| {
            let sorted = sorted(&cards, section);
            sorted.iter().map(|card| card.at.as_millis()).collect::<Vec<_>>()
        };
        assert_eq!(times(HomeSection::New), (3..=12).rev().collect::<Vec<_>>());
        assert_eq!(times(HomeSection::ComingUp), (1..=10).collect::<Vec<_>>());
        assert!(times(HomeSection::Waiting).is_empty());
    }
}
