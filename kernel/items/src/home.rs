//! The cards that items contribute to Home (news in the items that a person follows) and to the front page.

use imajin_app::operation::Choice;
use imajin_app::{Answer, HomeCard, Icon, Lang, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_ledger::{Reader, rows};
use imajin_protocol::Did;
use maud::html;
use rusqlite::params;

use crate::store::{self, Followed};
use crate::{ItemOf, ItemPages, Items, Owner, TEXTS, visible_item};

/// The age up to which an item is news, in milliseconds.
const NEW_MS: i64 = 14 * 24 * 3_600_000;
/// Maximum number of cards on the front page.
const FRONT_MAX: usize = 6;
/// Maximum number of cards on Home.
const CARDS_MAX: usize = 10;
/// Maximum number of followed items that are searched for news: some may have none for this person.
const LOOKED_AT: usize = 50;

/// The news in a followed item.
#[derive(Debug)]
pub struct News {
    /// The owner's display name.
    pub name: String,
    /// The item's title.
    pub title: String,
    /// The number of new items in it.
    pub count: usize,
}

/// Returns a person's cards: the kind is one of the app's manifest, and `say` makes a card's sentence from its news.
pub fn cards<S: Items>(
    (node, person, lang): (&Node, &Did, Lang),
    (kind, icon): (&'static str, Icon),
    say: &dyn Fn(News) -> String,
) -> Answer<Vec<HomeCard>> {
    let after = node.now().as_millis() - NEW_MS;
    let followed = node.read(S::SERVICE, |db| {
        let (limit, did) = ((LOOKED_AT, S::DEPTH), person.as_str());
        store::with_news(db.into(), did, after, limit)
    })?;
    let mut cards = Vec::new();
    for Followed { of, item, since } in followed {
        let of = Did::parse(&of).map_err(Problem::internal)?;
        let Some(visible) = visible_item::<S>(node, &of, Some(person), &item)? else {
            continue;
        };
        let new = || visible.within.iter().map(|one| one.put).filter(|put| *put > since);
        let Some(newest) = new().max() else {
            continue;
        };
        let owner = Owner::from_did(node, of)?;
        let href = format!("{}/{}", owner.path(S::SERVICE), visible.item.address());
        let news =
            News { name: owner.called(lang), count: new().count(), title: visible.item.base.title };
        let t = TEXTS.for_reader(lang);
        let at = Timestamp::from_millis(newest).map_err(Problem::internal)?;
        let content = html! {
            p { (say(news)) }
            div.actions { a.button href=(href) { (t.text("home-show")) } }
        };
        cards.push(HomeCard::news(kind, at, icon, content));
        if cards.len() == CARDS_MAX {
            break;
        }
    }
    Ok(cards)
}

/// Returns cards of the newest public items of a kind for the front page. The kind of the cards is one of the app's manifest;
/// `detail` returns the line below an item's title.
pub fn front_cards<S: ItemPages>(
    node: &Node,
    (kind, card_kind): (S::Kind, &'static str),
    detail: &dyn Fn(&Owner, &ItemOf<S>) -> Answer<String>,
) -> Answer<Vec<HomeCard>> {
    let card = |(owner, item): (Did, ItemOf<S>)| {
        let owner = Owner::from_did(node, owner)?;
        let href = format!("{}/{}", owner.path(S::SERVICE), item.address());
        let at = Timestamp::from_millis(item.put).map_err(Problem::internal)?;
        let content = html! {
            p { a href=(href) { strong { (item.title) } } }
            p.soft { (detail(&owner, &item)?) }
        };
        Ok(HomeCard::news(card_kind, at, S::ICON, content))
    };
    newest_public::<S>(node, kind, FRONT_MAX)?.into_iter().map(card).collect()
}

/// Returns the newest public items of a kind that strangers find in lists, each with its owner: fewer than `limit` where some
/// are in items that are hidden. For services with an index of such items.
pub fn newest_public<S: ItemPages>(
    node: &Node,
    kind: S::Kind,
    limit: usize,
) -> Answer<Vec<(Did, ItemOf<S>)>> {
    // The kind is a part of the statement, so that a partial index serves it.
    let sql = format!(
        "SELECT owner_did, id FROM items WHERE kind = '{}' AND visibility = 'public' AND is_on = 1
            AND coalesce(from_ms <= ?1, 1) AND coalesce(?1 < until_ms, 1) ORDER BY put_ms DESC, owner_did, id LIMIT ?2",
        kind.name()
    );
    let params = params![node.now().as_millis(), rows::int(limit)];
    let ids = node.read(S::SERVICE, |db| {
        Reader::from(db)
            .rows(&sql, params, |row| Ok((rows::did(row, 0)?, row.get::<_, String>(1)?)))
    })?;
    let mut newest = Vec::with_capacity(ids.len());
    for (owner, id) in ids {
        if let Some(item) = S::list(node, &owner, None)?.into_iter().find(|item| item.id == id) {
            newest.push((owner, item));
        }
    }
    Ok(newest)
}
