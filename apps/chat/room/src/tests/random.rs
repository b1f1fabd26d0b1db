//! Random orders of sending, letting in, putting out and changing keys, by honest people on an honest box: no false alarm,
//! and everybody reads exactly what they may.

use std::collections::{BTreeMap, BTreeSet};

use imajin_protocol::Did;
use proptest::prelude::*;

use super::story::{Say, Story};
use super::world::World;
use crate::ops::Role;
use crate::seal::RingSecret;
use crate::{MessageState, verify};

const NAMES: [&str; 5] = ["alice", "bob", "carol", "dave", "erin"];
const STEPS: usize = 24;

struct Play {
    story: Story,
    /// The epochs whose secrets each person has.
    knows: BTreeMap<&'static str, BTreeSet<u64>>,
    /// The people who may read each message.
    readers: BTreeMap<String, BTreeSet<&'static str>>,
    /// Whether an epoch must come before the next message.
    due: bool,
    /// Each person's newest read mark, which may be older than their newest keys.
    marks: BTreeMap<&'static str, Vec<u8>>,
    /// The newest entry of each person, and the newest turn.
    floor: BTreeMap<&'static str, u64>,
}

impl Play {
    fn begin(seed: u64) -> Self {
        let mut world = World::new(seed);
        for name in NAMES {
            world.person(name, 1);
        }
        let name = Did::group("0b0f9f3e-3c43-4d0c-9f6d-2d6d4b8f8a11").unwrap();
        let mut story = Story::begin(world, name);
        let members = [("alice", Role::Owner), ("bob", Role::Admin), ("carol", Role::Member)];
        story.open("alice", &members, vec![], true);
        Self {
            story,
            knows: BTreeMap::new(),
            readers: BTreeMap::new(),
            due: true,
            marks: BTreeMap::new(),
            floor: BTreeMap::new(),
        }
    }

    fn pick(&mut self, of: &[&'static str]) -> Option<&'static str> {
        (!of.is_empty()).then(|| of[self.story.world.draws.below(of.len())])
    }

    fn inside(&self) -> Vec<&'static str> {
        self.story.members.keys().copied().collect()
    }

    fn step(&mut self) {
        match self.story.world.draws.below(10) {
            0 => self.admit(),
            1 => self.put_out(),
            2 => self.leave(),
            3 => self.change_keys(),
            4 => self.read(),
            _ => self.send(),
        }
    }

    fn turned(&mut self, by: &'static str) {
        self.due = true;
        let seq = self.story.head().seq;
        self.floor.insert(by, seq);
    }

    fn admit(&mut self) {
        let outside: Vec<_> =
            NAMES.into_iter().filter(|name| !self.inside().contains(name)).collect();
        if let Some(who) = self.pick(&outside) {
            self.story.admit("alice", &[who], Role::Member);
            self.turned("alice");
        }
    }

    fn put_out(&mut self) {
        let others: Vec<_> = self.inside().into_iter().filter(|name| *name != "alice").collect();
        if let Some(who) = self.pick(&others) {
            self.story.remove("alice", who);
            self.turned("alice");
        }
    }

    fn leave(&mut self) {
        let others: Vec<_> = self.inside().into_iter().filter(|name| *name != "alice").collect();
        if let Some(who) = self.pick(&others) {
            self.story.leave(who);
            self.turned(who);
        }
    }

    fn change_keys(&mut self) {
        let Some(who) = self.pick(&NAMES) else {
            return;
        };
        let count = 1 + self.story.world.draws.below(2);
        let keys = (0..count).map(|_| self.story.world.draws.next()).collect();
        self.story.world.rekey(who, keys);
        let epochs = self.knows.entry(who).or_default().clone();
        let ring: Vec<RingSecret> = self.story.ring();
        let ring: Vec<RingSecret> =
            ring.into_iter().filter(|one| epochs.contains(&one.epoch)).collect();
        self.story.world.keyring(who, &ring);
        self.due |= self.story.members.contains_key(who);
    }

    fn read(&mut self) {
        if let Some(by) = self.pick(&self.inside()) {
            let (log, head) = (self.story.log.clone(), self.story.head());
            let mark = self.story.world.read_mark(by, &log, head);
            self.marks.insert(by, mark);
        }
    }

    fn send(&mut self) {
        let Some(by) = self.pick(&self.inside()) else {
            return;
        };
        if self.due {
            self.story.epoch(by);
            self.due = false;
            self.floor.insert(by, self.story.head().seq);
            for name in self.inside() {
                let epoch = self.story.epoch;
                self.knows.entry(name).or_default().insert(epoch);
            }
        }
        // A page may be some messages behind, but not behind its own or the newest turn.
        let head = self.story.head();
        let turn = self.story.turns.last().unwrap().seq;
        let least = turn.max(self.floor.get(by).copied().unwrap_or(0));
        let behind = self.story.world.draws.below(3) as u64;
        let seq = head.seq.saturating_sub(behind).max(least);
        let line = &self.story.lines[seq as usize];
        let seen = imajin_protocol::proof::EntryPosition {
            seq,
            cid: imajin_dfos::cid::dag_cbor_cid(&line.header.encode()),
        };
        let say = Say { seen: Some(seen), ..Say::default() };
        let message = self.story.say_with(by, "said", say);
        self.floor.insert(by, self.story.head().seq);
        let inside = self.inside().into_iter().collect();
        self.readers.insert(message, inside);
    }

    fn check(&self) {
        for name in NAMES {
            let mut input = self.story.input();
            input.own = Some(self.story.world.get_person(name).own.clone());
            input.reads = self.marks.values().cloned().collect();
            let report = verify(&input, &self.story.reader(name));
            assert_eq!((report.stop, &report.voids), (None, &vec![]), "{name}");
            let only_keys =
                report.renew.is_none_or(|renew| renew.problem.rule() == crate::Rule::OwnKeys);
            assert!(
                only_keys && (report.renew.is_none() || self.due),
                "{name}: {:?}",
                report.renew
            );
            for message in &report.messages {
                let reads = message.state == MessageState::Opened;
                let may = self.readers[message.id.as_str()].contains(name);
                assert_eq!(reads, may, "{name} and entry {}: {:?}", message.seq, message.state);
            }
        }
    }
}

/// Orders to draw; `IMAJIN_ORDERS` asks for more.
fn orders() -> u32 {
    let count = std::env::var("IMAJIN_ORDERS").ok();
    count.map_or(24, |wanted| wanted.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(orders()))]

    #[test]
    fn no_false_alarm_and_everybody_reads_what_they_may(seed: u64) {
        let mut play = Play::begin(seed);
        for _ in 0..STEPS {
            play.step();
        }
        play.check();
    }
}
