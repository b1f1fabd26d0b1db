//! News from apps, and the marks of what a person has seen: the notification centre, and the badges of the frame.
//!
//! Always: a notification is a card of Home and lives in no table here; the marks are hashes of the cards that a person has seen, so they name
//! nothing, and go when the cards go. They are in `secrets.sqlite`, since no record can tell who looked at a page.

use std::collections::BTreeSet;

use imajin_app::{
    Answer, HomeCard, HomeCards, HomeSection, Lang, Manifest, NewsLine, NewsSource, Node,
};
use imajin_dfos::cid::sha256;
use imajin_dfos::order::{self, Order as _};
use imajin_host::prelude::*;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use rusqlite::{Connection, params};

/// The table of the marks, and that of the people who hid their first steps.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS www_seen (did TEXT PRIMARY KEY, marks BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS www_first_steps (did TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
";

/// Bytes of a card's hash: a collision hides one dot, so an attacker gains nothing by it.
const MARK_BYTES: usize = 8;

/// The hash that identifies a card.
pub(crate) type Mark = [u8; MARK_BYTES];

/// A card, the app that brought it, and what names it.
pub(crate) struct Brought {
    pub(crate) app: &'static str,
    pub(crate) card: HomeCard,
    pub(crate) mark: Mark,
}

impl Brought {
    fn is_notification(&self) -> bool {
        self.card.section != HomeSection::ComingUp
    }

    /// The name of the card's kind; the app's name if its manifest lacks the kind.
    fn kind(&self, node: &Node, lang: Lang) -> &'static str {
        let words = node.services().words().with_lang(lang);
        let mut manifests = node.services().manifests();
        let manifest = manifests.find(|manifest| manifest.name == self.app);
        let declared = manifest.and_then(|manifest| {
            let mut kinds = manifest.notices.iter();
            kinds.find(|kind| kind.name == self.card.kind)
        });
        declared
            .and_then(|kind| words.get(self.app, kind.message))
            .unwrap_or_else(|| words.service(self.app))
    }
}

/// The kinds of cards that are news elsewhere, where a mounted app keeps what entries tell.
fn told_elsewhere(node: &Node) -> Vec<(&'static str, &'static str)> {
    let services = node.services();
    if !services.iter().any(|one| one.keeps_notices().is_some()) {
        return Vec::new();
    }
    let of = |manifest: &'static Manifest| {
        let kinds = manifest.notices.iter();
        let kinds = kinds.filter(|kind| kind.source == NewsSource::Elsewhere);
        kinds.map(|kind| (manifest.name, kind.name))
    };
    services.manifests().flat_map(of).collect()
}

/// Another text or time is another card. Of the English text: what was seen in one language was seen in all.
fn mark(app: &str, english: &HomeCard) -> Mark {
    let HomeCard { kind, at, content, .. } = english;
    let text = format!("{app}\n{kind}\n{}\n{}", at.as_millis(), content.0);
    let hash = sha256(text.as_bytes());
    std::array::from_fn(|at| hash[at])
}

/// All cards of a person, in the order of the apps.
pub(crate) fn cards(node: &Node, person: &Did, lang: Lang) -> Vec<Brought> {
    let mut all = Vec::new();
    for (app, home) in node.services().offers().all::<dyn HomeCards>() {
        match brought(app, home, node, person, lang) {
            Ok(own) => all.extend(own),
            // The other apps' cards are as good as ever.
            Err(problem) => tracing::error!("{app}: its cards for Home cannot be read: {problem}"),
        }
    }
    all
}

fn brought(
    app: &'static str,
    home: &dyn HomeCards,
    node: &Node,
    person: &Did,
    lang: Lang,
) -> Answer<Vec<Brought>> {
    let english = home.home_cards(node, person, Lang::En)?;
    let marks: Vec<_> = english.iter().map(|card| mark(app, card)).collect();
    let cards = match lang {
        Lang::En => english,
        other => home.home_cards(node, person, other)?,
    };
    let named = cards.into_iter().zip(marks);
    Ok(named.map(|(card, mark)| Brought { app, card, mark }).collect())
}

/// Returns the cards that are notifications and have no other source of news, the newest first.
pub(crate) fn notifications(node: &Node, person: &Did, lang: Lang) -> Vec<Brought> {
    let mut all = cards(node, person, lang);
    let elsewhere = told_elsewhere(node);
    all.retain(|one| one.is_notification() && !elsewhere.contains(&(one.app, one.card.kind)));
    all.order_by_key(|brought| std::cmp::Reverse(brought.card.at));
    all
}

fn seen(node: &Node, person: &Did) -> Answer<BTreeSet<Mark>> {
    node.secrets().read(|db| marks(db, person))
}

fn marks(db: &Connection, person: &Did) -> rusqlite::Result<BTreeSet<Mark>> {
    let sql = "SELECT marks FROM www_seen WHERE did = ?1";
    let blob: Option<Vec<u8>> = Reader::from(db).row(sql, [person.as_str()], |row| row.get(0))?;
    let (marks, _) = blob.as_deref().unwrap_or_default().as_chunks();
    Ok(order::set(marks.iter().copied()))
}

/// The notifications as lines of the centre.
pub(crate) fn lines(node: &Node, person: &Did, lang: Lang, limit: usize) -> Answer<Vec<NewsLine>> {
    let seen = seen(node, person)?;
    let line = |brought: Brought| NewsLine {
        app: brought.app,
        kind: brought.kind(node, lang),
        at: brought.card.at,
        icon: brought.card.icon,
        is_new: !seen.contains(&brought.mark),
        script: brought.card.script,
        content: brought.card.content,
    };
    let all = notifications(node, person, lang).into_iter();
    Ok(all.take(limit).map(line).collect())
}

/// Notes that a person has seen what there is for them now: all of it, or that of one app. Waits for the disk on this thread.
pub(crate) fn see(node: &Node, person: &Did, app: Option<&str>) -> Answer<()> {
    let before = seen(node, person)?;
    let all = notifications(node, person, Lang::En);
    let marks: Vec<u8> = all
        .iter()
        .filter(|brought| {
            app.is_none_or(|app| app == brought.app) || before.contains(&brought.mark)
        })
        .flat_map(|brought| brought.mark)
        .collect();
    let sql = "INSERT OR REPLACE INTO www_seen (did, marks) VALUES (?1, ?2)";
    let params = params![person.as_str(), marks];
    node.secrets().execute(sql, params).map(drop)
}

/// Returns the number of unseen notifications of a person, by app.
pub(crate) fn unseen(node: &Node, person: &Did) -> Answer<Vec<(&'static str, usize)>> {
    let all = notifications(node, person, Lang::En);
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let seen = seen(node, person)?;
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for brought in all.iter().filter(|brought| !seen.contains(&brought.mark)) {
        match counts.iter_mut().find(|(app, _)| *app == brought.app) {
            Some((_, number)) => *number += 1,
            None => counts.push((brought.app, 1)),
        }
    }
    Ok(counts)
}

/// Forgets the marks and choices of people whose record is not here any more. Waits for the disk on this thread.
pub(crate) fn tidy(node: &Node) -> Answer<()> {
    let sql = "SELECT did FROM www_seen UNION SELECT did FROM www_first_steps";
    let dids: Vec<String> = node.secrets().rows(sql, [], |row| row.get(0))?;
    for text in dids {
        let status = match Did::parse(&text) {
            Ok(did) => node.status(&did)?,
            Err(_) => None,
        };
        if status.is_none_or(|status| status.deleted) {
            for sql in [
                "DELETE FROM www_seen WHERE did = ?1",
                "DELETE FROM www_first_steps WHERE did = ?1",
            ] {
                node.secrets().execute(sql, [&text])?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_app::Icon;
    use imajin_dfos::Timestamp;
    use maud::html;

    fn brought(app: &'static str, section: HomeSection, at: i64, text: &str) -> Brought {
        let card = HomeCard {
            section,
            kind: "test",
            at: Timestamp::from_millis(at).unwrap(),
            icon: Icon::Bell,
            content: html! { p { (text) } },
            script: None,
        };
        let mark = mark(app, &card);
        Brought { app, card, mark }
    }

    #[test]
    fn a_card_that_says_something_else_is_another_one() {
        let first = brought("a", HomeSection::New, 1, "hello").mark;
        assert_eq!(first, brought("a", HomeSection::Waiting, 1, "hello").mark);
        for other in [
            brought("b", HomeSection::New, 1, "hello"),
            brought("a", HomeSection::New, 2, "hello"),
            brought("a", HomeSection::New, 1, "hallo"),
        ] {
            assert_ne!(first, other.mark);
        }
    }

    #[test]
    fn what_is_coming_up_is_no_notification() {
        assert!(!brought("a", HomeSection::ComingUp, 1, "x").is_notification());
        assert!(brought("a", HomeSection::Waiting, 1, "x").is_notification());
    }

    #[test]
    fn marks_are_a_persons_own() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(SCHEMA).unwrap();
        let did = |seed: u8| Did::from_key(&[seed; 32]);
        let sql = "INSERT INTO www_seen VALUES (?1, ?2)";
        db.execute(sql, params![did(1).as_str(), [7_u8; 17]]).unwrap();
        assert_eq!(marks(&db, &did(1)).unwrap(), BTreeSet::from([[7; 8]]));
        assert!(marks(&db, &did(2)).unwrap().is_empty());
    }
}
