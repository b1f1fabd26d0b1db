//! Cards on Home: works that wait for the person's agreement, pictures that the person took on this day in earlier years, and
//! files that have been in the trash for a month.

use imajin_app::capabilities::{FirstStep, FirstSteps};
use imajin_app::{
    Answer, HomeCard, HomeCards, HomeSection, Icon, Lang, Node, Problem, Texts, args,
};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use maud::html;

use crate::Media;
use crate::bytes::zone_of;
use crate::fields::LocalTime;
use crate::manifest::{AGREE, ON_THIS_DAY, OWN_PAGE, TEXTS, TRASH};
use crate::sight::Viewer;
use crate::{fair, pages, queries};

/// Pictures on the card: what fits in a row.
const PICTURES_MAX: usize = 4;

/// How often the trash card changes, in milliseconds: once a week, so that it does not repeat itself daily.
const TRASH_EVERY_MS: i64 = 7 * 86_400_000;

/// Requests to agree; their page has all of them.
const ASKED_MAX: usize = 5;

impl HomeCards for Media {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Answer<Vec<HomeCard>> {
        let t = TEXTS.for_reader(lang);
        let mut cards = asked(node, person, t)?;
        cards.extend(on_this_day(node, person, t)?);
        cards.extend(trash(node, person, t)?);
        Ok(cards)
    }
}

impl FirstSteps for Media {
    fn first_step(&self, node: &Node, member: &Did, lang: Lang) -> Answer<Option<FirstStep>> {
        if queries::read(node, |db| queries::has_assets(db, member.as_str()))? {
            return Ok(None);
        }
        Ok(Some(FirstStep {
            rank: 20,
            text: TEXTS.for_reader(lang).text("first-photo").into_owned(),
            href: OWN_PAGE.to_owned(),
            icon: Icon::Picture,
        }))
    }
}

/// Works that others say this person made, and that wait for their agreement.
fn asked(node: &Node, person: &Did, t: Texts) -> Answer<Vec<HomeCard>> {
    let mut cards = Vec::new();
    let viewer = Viewer::new(Some(person.clone()));
    for (asset, said) in fair::asked(node, person)?.iter().take(ASKED_MAX) {
        let at = queries::read(node, |db| queries::fair_since(db, &asset.owner, &asset.id))?;
        cards.push(HomeCard {
            section: HomeSection::Waiting,
            kind: AGREE,
            at: Timestamp::from_millis(at.unwrap_or_default()).map_err(Problem::internal)?,
            icon: Icon::Picture,
            content: pages::asked(node, t, &viewer, (asset, said))?,
            script: Some("/assets/media/agree.js"),
        });
    }
    Ok(cards)
}

/// Pictures that this person took on this day of earlier years: on the day that their clock shows.
fn on_this_day(node: &Node, person: &Did, t: Texts) -> Answer<Option<HomeCard>> {
    let (zone, now) = (zone_of(node, person)?, node.now());
    let Some(clock) = LocalTime::by_clock(zone, now) else {
        return Ok(None);
    };
    let assets =
        queries::read(node, |db| queries::on_this_day(db, person.as_str(), &clock, PICTURES_MAX))?;
    if assets.is_empty() {
        return Ok(None);
    }
    let at = zone.start_of_day(zone.day_number(now)).unwrap_or(now);
    let content = html! {
        p { (t.text("on-this-day")) }
        (pages::a_few(&assets, t))
        div.actions { a.button href=(OWN_PAGE) { (t.text("home-show")) } }
    };
    Ok(Some(HomeCard::news(ON_THIS_DAY, at, Icon::Picture, content)))
}

/// The card with the number of files that have been in the trash for a month, as of the beginning of this week.
fn trash(node: &Node, person: &Did, t: Texts) -> Answer<Option<HomeCard>> {
    let now_ms = node.now().as_millis();
    let week_ms = now_ms - now_ms.rem_euclid(TRASH_EVERY_MS);
    let before_ms = week_ms.saturating_sub(pages::OLD_MS);
    let (count, bytes) =
        queries::read(node, |db| queries::trashed_before(db, person.as_str(), before_ms))?;
    if count == 0 {
        return Ok(None);
    }
    let arguments = args![count = count, size = t.lang.size(bytes)];
    let at = Timestamp::from_millis(week_ms).map_err(Problem::internal)?;
    let content = html! {
        p { (t.format("home-trash", arguments)) }
        div.actions { a.button href="/media/trash" { (t.text("home-trash-show")) } }
    };
    Ok(Some(HomeCard::news(TRASH, at, Icon::Picture, content)))
}
