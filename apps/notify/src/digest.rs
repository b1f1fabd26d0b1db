//! Hourly or daily letters with the notices that a person has neither seen nor been pushed.
//!
//! Always: a letter names the author and the act, and quotes no one. Each period has one letter (`once`). A link in the
//! letter unsubscribes the person without a session, and grants nothing else.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use imajin_app::capabilities::LetterState;
use imajin_app::{Lang, Node, Problem, args};
use imajin_dfos::order::Order as _;
use imajin_dfos::{Timestamp, hex};
use imajin_host::mail::Mail as Letter;
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use imajin_ledger::Reader;
use imajin_ledger::rows::pair;
use imajin_protocol::Did;
use ring::hmac;
use rusqlite::{Connection, params};

use crate::feed::{self, Feed, Line};
use crate::fields::Mail;
use crate::manifest::{SETTINGS, TEXTS};
use crate::news;
use crate::queries::{self, NoticeRow, Whom};
use crate::stopped::is_stopped;
use crate::wishes::{Period, Wishes};

/// The path of the page that ends letters.
pub(crate) const STOP: &str = "/notify/stop";
/// The longest period, and the time in which it may still be written.
const DAY_MS: i64 = 24 * 3_600_000;
/// Prefix of the `once` of letters.
const ONCE: &str = "notify ";
/// Notices of one letter at most.
const NOTICES_MAX: usize = 500;
/// Sentences of one letter at most.
const LINES_MAX: usize = 30;

/// Begins the work.
pub(crate) fn started(node: &Node) {
    node.begin(Writing::default());
}

/// Writes letters.
#[derive(Default)]
pub(crate) struct Writing {
    /// The periods whose letters are queued, or had nothing to say, by person.
    done: HashSet<(Did, String)>,
}

impl Rounds for Writing {
    const NAME: &'static str = "letters with what is new";
    const EVERY: Duration = Duration::from_secs(600);
    const FIRST: Duration = Duration::from_secs(30);

    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        if !node.mail().can_send() {
            return Ok(());
        }
        let now = node.now();
        // Most periods of a large set are past, and `once` prevents a second letter.
        if self.done.len() > 10_000 {
            self.done.clear();
        }
        for person in candidates(node, now)? {
            // The others get their letters nevertheless; this person's is tried again in the next round.
            if let Err(error) = self.write(node, &person, now).await {
                tracing::warn!(%person, %error, "a letter with what is new could not be written");
            }
        }
        Ok(())
    }
}

/// Returns the people with a notice in the last two days.
fn candidates(node: &Node, now: Timestamp) -> Result<BTreeSet<Did>, Problem> {
    let since = now.as_millis().saturating_sub(2 * DAY_MS);
    let mut people = BTreeSet::new();
    for (to, whom) in queries::read(node, |db| queries::told_since(db, since))? {
        if whom == Whom::Person {
            people.insert(to);
            continue;
        }
        let members = node.members_of_room(&to)?.into_iter();
        let members = members.filter(|(_, role)| *role >= whom.least());
        people.extend(members.map(|(did, _)| did));
    }
    Ok(people)
}

impl Writing {
    async fn write(&mut self, node: &Node, person: &Did, now: Timestamp) -> Result<(), Problem> {
        let Some(to) = node.address(person)? else {
            return Ok(());
        };
        if is_stopped(node, person)? {
            return Ok(());
        }
        let wishes = Wishes::load(node, person)?;
        for how_often in [Mail::Hourly, Mail::Daily] {
            let Some(period) = wishes.period(how_often, now) else {
                continue;
            };
            let written = (person.clone(), period.name.clone());
            if self.done.contains(&written) {
                continue;
            }
            let new = new_in(node, person, &wishes, (how_often, &period))?;
            if !new.is_empty() {
                node.mail().queue(letter(node, person, &to, &new, &period)?).await?;
            }
            self.done.insert(written);
        }
        Ok(())
    }
}

/// Returns the notices of a period that belong in a person's letter.
fn new_in(
    node: &Node,
    person: &Did,
    wishes: &Wishes,
    (how_often, period): (Mail, &Period),
) -> Result<Vec<NoticeRow>, Problem> {
    let mut new = unseen_in(node, person, period)?;
    new.retain(|kept| wishes.ways(kept.about).mail == how_often);
    new.order_by_key(|kept| std::cmp::Reverse((kept.at, kept.id)));
    Ok(new)
}

/// Notices of a period that a person neither saw nor was pushed.
fn unseen_in(node: &Node, person: &Did, period: &Period) -> Result<Vec<NoticeRow>, Problem> {
    let feed = Feed::open(node, person)?;
    let mut new = feed.between(period.from, period.to, NOTICES_MAX)?;
    new.retain(|kept| !feed.is_seen(kept));
    let pushed = node.secrets().read(|db| pushed(db, person, period.from))?;
    new.retain(|kept| !pushed.contains(&(kept.log.to_string(), kept.seq)));
    Ok(new)
}

/// Whether a letter that waits still has something for its reader: they want letters at this address, and may be told of something in it.
pub(crate) fn letter_state(node: &Node, once: &str, to: &str) -> Result<LetterState, Problem> {
    let named = once.strip_prefix(ONCE).and_then(|rest| rest.split_once(' '));
    let Some((Ok(person), name)) = named.map(|(person, name)| (Did::parse(person), name)) else {
        return Ok(LetterState::Unknown);
    };
    let is_theirs = node.address(&person)?.as_deref() == Some(to);
    if !is_theirs || is_stopped(node, &person)? {
        return Ok(LetterState::Void);
    }
    let wishes = Wishes::load(node, &person)?;
    let Some(period) = wishes.period_named(name) else {
        return Ok(LetterState::Void);
    };
    let mut new = unseen_in(node, &person, &period)?.into_iter();
    Ok(LetterState::known(new.any(|kept| wishes.ways(kept.about).mail != Mail::Off)))
}

/// Returns the entries that were pushed to a person's devices since a time, in milliseconds.
fn pushed(db: &Connection, person: &Did, since: i64) -> rusqlite::Result<HashSet<(String, u64)>> {
    let sql = "SELECT DISTINCT log, seq FROM notify_given WHERE did = ?1 AND sent = 1 AND at >= ?2";
    Ok(Reader::from(db).rows(sql, params![person.as_str(), since], pair)?.into_iter().collect())
}

fn letter(
    node: &Node,
    person: &Did,
    to: &str,
    new: &[NoticeRow],
    period: &Period,
) -> Result<Letter, Problem> {
    let url = node.url();
    let stop = format!("{url}{STOP}?who={person}&key={}", key(node, person));
    let site = node.name();
    let mut texts = Vec::with_capacity(Lang::ALL.len());
    for lang in Lang::ALL {
        let t = TEXTS.for_reader(lang);
        let lines = lines(node, person, new, lang)?.join("\n");
        let links = args![
            page = format!("{url}/notifications"),
            settings = format!("{url}{SETTINGS}"),
            stop = stop.as_str()
        ];
        let head = t.format("letter", args![site = site.as_str()]);
        texts.push(format!("{head}\n\n{lines}\n\n{}\n", t.format("letter-links", links)));
    }
    let subjects = Lang::ALL
        .map(|lang| TEXTS.for_reader(lang).format("letter-subject", args![site = site.as_str()]));
    Ok(Letter {
        to: to.to_owned(),
        subject: subjects.join(" / "),
        text: texts.join("\n--------\n\n"),
        attachments: Vec::new(),
        unsubscribe: url.starts_with("https://").then_some(stop),
        once: Some(format!("{ONCE}{person} {}", period.name)),
        expires: Timestamp::from_millis(period.to + 2 * DAY_MS).unwrap_or(Timestamp::MAX),
    })
}

/// The sentences of a letter, the newest first; the messages of one conversation are one. `new` is sorted like that.
fn lines(node: &Node, person: &Did, new: &[NoticeRow], lang: Lang) -> Result<Vec<String>, Problem> {
    let t = TEXTS.for_reader(lang);
    let mut lines: Vec<Line> = Vec::new();
    for kept in new {
        let mut others = lines.iter_mut();
        match others.find(|line| feed::is_same_talk(&line.newest, kept)) {
            Some(line) => line.count += 1,
            None => lines.push(Line { newest: kept.clone(), count: 1, is_new: true }),
        }
    }
    let more = lines.len().saturating_sub(LINES_MAX);
    lines.truncate(LINES_MAX);
    let say = |line: &Line| {
        let kind = news::kind(line.newest.about, lang);
        let sentence = news::sentence(node, person, line, lang)?.text;
        Ok(t.format("letter-line", args![kind = kind, said = sentence]))
    };
    let mut all = lines.iter().map(say).collect::<Result<Vec<_>, Problem>>()?;
    if more > 0 {
        all.push(t.format("letter-more", args![count = more]));
    }
    Ok(all)
}

/// Returns the key and the text that authenticate a person's unsubscribe link. Anyone with the link can end the
/// person's letters, and nothing else.
fn link(node: &Node, person: &Did) -> (hmac::Key, String) {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &node.key().key.to_bytes());
    (key, format!("mjn:notify:stop:1\n{person}"))
}

fn key(node: &Node, person: &Did) -> String {
    let (key, text) = link(node, person);
    hex::encode(hmac::sign(&key, text.as_bytes()).as_ref())
}

/// Whether a key is that of a person's unsubscribe link.
pub(crate) fn is_key(node: &Node, person: &Did, given: &str) -> bool {
    let (key, text) = link(node, person);
    hex::decode(given).is_some_and(|given| hmac::verify(&key, text.as_bytes(), &given).is_ok())
}

#[cfg(test)]
mod tests;
