//! A person's feed: notices to them and to the conversations that they are in, the newest first.
//!
//! Always: consecutive messages of a conversation are one line, with their number. Reading a conversation marks its notices as seen.

use std::collections::BTreeMap;

use imajin_app::notices::About;
use imajin_app::{Answer, JoinedRoom, Node, RoomRole};
use imajin_dfos::order::Order as _;
use imajin_protocol::{Did, naming};

use crate::marks::{self, Looks};
use crate::queries::{self, NoticeRow, Of, Whom};
use crate::wishes::Wishes;

/// After everything.
pub(crate) const NEWEST: (i64, i64) = (i64::MAX, i64::MAX);
/// Most that is counted: a badge shows no more.
const COUNTED_MAX: usize = 100;

/// A line: a notice, or several messages of one conversation by the newest of them.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) newest: NoticeRow,
    /// Number of messages that the line stands for; 1 of everything else.
    pub(crate) count: usize,
    pub(crate) is_new: bool,
}

/// The notices of conversations to include.
#[derive(Debug, Clone, Copy)]
enum Which {
    All,
    Unread,
}

/// Some lines, and the place from which there are more, if there are.
pub(crate) type Part = (Vec<Line>, Option<(i64, i64)>);

/// A person's notices.
pub(crate) struct Feed<'a> {
    node: &'a Node,
    person: &'a Did,
    rooms: Vec<JoinedRoom>,
    hidden: String,
    /// Everything until then was seen, in milliseconds.
    pub(crate) upto: i64,
    looks: Looks,
}

impl<'a> Feed<'a> {
    /// Opens a person's feed, without the kinds that they hide.
    pub(crate) fn open(node: &'a Node, person: &'a Did) -> Answer<Self> {
        Ok(Self {
            node,
            person,
            rooms: node.rooms_of(person)?,
            hidden: Wishes::load(node, person)?.hidden(),
            upto: marks::upto(node, person)?,
            looks: marks::looks(node, person)?,
        })
    }

    /// The time until when everything like a notice was seen, in milliseconds. Looking at a list of conversations reads none of them.
    fn seen_until(&self, op: &str, about: About) -> i64 {
        let look = match about {
            About::Message | About::Mention => None,
            _ => self.looks.get(naming::service_of(op)).copied(),
        };
        self.upto.max(look.unwrap_or(0))
    }

    pub(crate) fn is_seen(&self, kept: &NoticeRow) -> bool {
        kept.at <= self.seen_until(&kept.op, kept.about)
    }

    /// The sources: the person, and each conversation, all of it or what they have not read.
    fn sources(&self, which: Which, after: i64, before: (i64, i64)) -> Vec<Of<'_>> {
        let me = self.person;
        let own = Of { to: me, me, leads: false, after, before };
        let rooms = self.rooms.iter().map(|room| Of {
            to: &room.room,
            leads: room.role >= RoomRole::Admin,
            after: after.max(match which {
                Which::All => room.since_ms,
                Which::Unread => room.since_ms.max(room.read_ms),
            }),
            ..own
        });
        std::iter::once(own).chain(rooms).collect()
    }

    /// Whether a notice is for the person now, and news to them: what they did themselves in a conversation is not, nor what they read.
    pub(crate) fn has_news(&self, kept: &NoticeRow) -> bool {
        if kept.whom == Whom::Person {
            return kept.to == *self.person && !self.is_seen(kept);
        }
        let mut rooms = self.rooms.iter().filter(|room| room.room == kept.to);
        let is_by_another = kept.author != *self.person;
        let is_for_them = kept.who.as_ref().is_none_or(|who| who == self.person);
        is_by_another
            && is_for_them
            && rooms.any(|room| {
                let start_ms = room.since_ms.max(room.read_ms);
                room.role >= kept.whom.least() && kept.at > start_ms && !self.is_seen(kept)
            })
    }

    /// The newest before a place, and the place from which there are more, if there are.
    pub(crate) fn lines(&self, before: (i64, i64), limit: usize) -> Answer<Part> {
        let sources = self.sources(Which::All, 0, before);
        let mut all = self.newest(sources, &self.hidden, limit + 1)?;
        all.order_by_key(|kept| std::cmp::Reverse((kept.at, kept.id)));
        let has_more = all.len() > limit;
        all.truncate(limit);
        let next = all.last().filter(|_| has_more).map(|kept| (kept.at, kept.id));
        Ok((self.joined(all), next))
    }

    /// Returns the unread notices of every kind with `from` < time ≤ `to` (milliseconds), the newest first in each
    /// source, at most `limit` of each.
    pub(crate) fn between(&self, from: i64, to: i64, limit: usize) -> Answer<Vec<NoticeRow>> {
        let sources = self.sources(Which::Unread, from, (to, i64::MAX));
        self.newest(sources, "", limit)
    }

    fn newest(&self, sources: Vec<Of<'_>>, without: &str, limit: usize) -> Answer<Vec<NoticeRow>> {
        queries::read(self.node, |db| {
            let mut all = Vec::new();
            for source in sources {
                all.extend(queries::newest(db, source, without, limit)?);
            }
            Ok(all)
        })
    }

    fn joined(&self, all: Vec<NoticeRow>) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for kept in all {
            let read = self.rooms.iter().find(|room| room.room == kept.to);
            let read_ms = read.map_or(0, |room| room.read_ms);
            let is_new = kept.at > read_ms && !self.is_seen(&kept);
            if let Some(line) = lines.last_mut()
                && line.is_new == is_new
                && is_same_talk(&line.newest, &kept)
            {
                line.count += 1;
                continue;
            }
            lines.push(Line { newest: kept, count: 1, is_new });
        }
        lines
    }

    /// Returns the number of new notices, by operation: at most [`COUNTED_MAX`] of each conversation.
    pub(crate) fn unseen(&self) -> Answer<Vec<(String, usize)>> {
        queries::read(self.node, |db| {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for source in self.sources(Which::Unread, self.upto, NEWEST) {
                let unseen = queries::brief(db, source, &self.hidden, COUNTED_MAX)?;
                for notice in unseen {
                    if notice.at > self.seen_until(&notice.op, notice.about) {
                        *counts.entry(notice.op).or_default() += 1;
                    }
                }
            }
            Ok(counts.into_iter().collect())
        })
    }
}

/// Whether two notices are messages of one conversation.
pub(crate) fn is_same_talk(one: &NoticeRow, other: &NoticeRow) -> bool {
    one.about == About::Message && other.about == About::Message && one.to == other.to
}
