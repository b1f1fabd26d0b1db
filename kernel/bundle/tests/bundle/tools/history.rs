//! Random histories of three people and their node: everything that a person's log may have, as a result of their acts.

use imajin_dfos::Value;
use imajin_log::entry::Will;
use imajin_protocol::{Did, Fact, FactValue};
use proptest::prelude::*;

use super::acts::*;
use crate::support::{Log, Make, Party};

/// A step of one person.
#[derive(Debug, Clone)]
pub enum Action {
    Update(u8),
    Claim(u8),
    Release,
    Session(u8),
    Media(u8),
    Unknown(u8),
    NodeSays,
    Follow { whom: u8, op: bool, how: u8 },
    Delegate { uses: u8 },
    EndDelegation,
    ByDelegate(u8),
    Rotate,
    Erase(u8),
    Delete(u8),
    Move,
    Head,
    RequireSigned(bool),
    Adopt,
}

/// A history: each person's steps, the logs with a head over their last entries, and whether the claim's body is shown.
#[derive(Debug, Clone)]
pub struct History {
    pub steps: Vec<(u8, Action)>,
    pub heads: u8,
    pub shown: bool,
}

pub fn histories() -> impl Strategy<Value = History> {
    let step = prop_oneof![
        3 => any::<u8>().prop_map(Action::Update),
        1 => any::<u8>().prop_map(Action::Claim),
        1 => Just(Action::Release),
        2 => any::<u8>().prop_map(Action::Session),
        1 => any::<u8>().prop_map(Action::Media),
        1 => any::<u8>().prop_map(Action::Unknown),
        1 => Just(Action::NodeSays),
        4 => (any::<u8>(), any::<bool>(), any::<u8>())
            .prop_map(|(whom, op, how)| Action::Follow { whom, op, how }),
        2 => any::<u8>().prop_map(|uses| Action::Delegate { uses }),
        1 => Just(Action::EndDelegation),
        2 => any::<u8>().prop_map(Action::ByDelegate),
        1 => Just(Action::Rotate),
        2 => any::<u8>().prop_map(Action::Erase),
        1 => any::<u8>().prop_map(Action::Delete),
        1 => Just(Action::Move),
        1 => Just(Action::Head),
        1 => any::<bool>().prop_map(Action::RequireSigned),
        1 => Just(Action::Adopt),
    ];
    let steps = proptest::collection::vec((0u8..3, step), 4..28);
    (steps, any::<u8>(), any::<bool>()).prop_map(|(steps, heads, shown)| History {
        steps,
        heads,
        shown,
    })
}

/// The four logs of a history: Ann's, Bob's, Carol's (a bare key at first) and the node's.
pub struct World {
    pub logs: Vec<Log>,
    strict: [bool; 3],
    bare: [bool; 3],
    ended: Vec<u64>,
    moves: u8,
    rotations: u8,
}

pub fn play(history: &History) -> World {
    let node = Party::new(3);
    let (ann, mut claim) = begin_claimed(&Party::new(1), &node);
    if !history.shown {
        claim.body = None;
    }
    let mut of_node = begin(&node, &node);
    take_evidence(&mut of_node, &claim);
    open_own(&mut of_node, &claim);
    derive(&mut of_node, &claim, Make::op("auth.node.claim").reference(&claim.author.did));
    let logs = vec![ann, begin(&Party::new(2), &node), begin_bare(&Party::new(5), &node), of_node];
    let mut world = World {
        logs,
        strict: [false; 3],
        bare: [false, false, true],
        ended: Vec::new(),
        moves: 0,
        rotations: 0,
    };
    for (who, step) in &history.steps {
        world.step(usize::from(*who), step);
    }
    for (n, log) in world.logs.iter_mut().enumerate() {
        if history.heads >> n & 1 == 1 {
            log.head();
        }
    }
    world
}

impl World {
    /// Enters by the person's own key, or with a session if they have no chain; not at all if they require signatures
    /// too.
    fn say(&mut self, who: usize, make: Make) {
        let log = &mut self.logs[who];
        if !self.bare[who] {
            will(log, make);
        } else if !self.strict[who] {
            log.custodial(make);
        }
    }

    fn step(&mut self, who: usize, step: &Action) {
        match step {
            Action::Update(n) => self.say(who, update(&format!("name {n}"))),
            Action::Claim(n) => self.say(who, claim(&format!("handle{n}"))),
            Action::Release => self.say(who, Make::op("profile.handle.release")),
            Action::Session(n) if !self.strict[who] => {
                self.logs[who].custodial(update(&format!("asked {n}")));
            }
            Action::Media(n) => {
                let file = imajin_dfos::cid::raw_cid(&[*n]).to_string();
                self.say(who, update(&format!("picture {n}")).fact_ids("media", &[file]));
            }
            Action::Unknown(n) => {
                let body = vec![("n", Value::Int(i64::from(*n)))];
                self.say(who, Make::op("weather.report").body(body));
            }
            Action::NodeSays => drop(self.logs[who].by_node(Make::op("weather.tick"))),
            Action::Follow { whom, op, how } => self.follow(who, *whom, *op, *how),
            Action::Delegate { uses } => {
                let uses = (uses % 3 > 0).then_some(i64::from(uses % 4));
                let scope: &[&str] = &["profile.*", "weather.report"];
                self.say(who, delegation(30, scope, 1000, uses));
            }
            Action::EndDelegation => self.end_delegation(who),
            Action::ByDelegate(n) => {
                if let Some(hand) = self.delegate(who) {
                    will_by(&mut self.logs[who], update(&format!("for you {n}")), &hand);
                }
            }
            Action::Rotate if !self.bare[who] && self.rotations < 100 => {
                self.rotations += 1;
                rotate(&mut self.logs[who], 100 + self.rotations);
            }
            Action::Erase(pick) => self.erase(who, *pick),
            Action::Delete(pick) => self.delete(who, *pick),
            Action::Move if !self.bare[who] && self.moves < 50 => {
                self.moves += 1;
                move_to(&mut self.logs[who], &Party::new(50 + self.moves));
            }
            Action::Head => drop(self.logs[who].head()),
            Action::RequireSigned(yes) => {
                let flag = FactValue::Int(i64::from(*yes));
                let fact = Fact::new([("require_signed", flag)]).unwrap();
                let make = Make::op("auth.settings.update");
                let before = self.logs[who].seq();
                self.say(who, Make { fact: Some(fact), ..make });
                if self.logs[who].seq() > before {
                    self.strict[who] = *yes;
                }
            }
            Action::Adopt if self.bare[who] => {
                let log = &mut self.logs[who];
                let make = creation(log);
                will(log, make);
                self.bare[who] = false;
            }
            _ => {}
        }
    }

    /// Returns the signer of the newest delegation in force.
    fn delegate(&self, who: usize) -> Option<Hand> {
        let log = &self.logs[who];
        let held = log.entries.iter().rev().find(|entry| {
            let body = || imajin_log::entry::decode_body(&log.bodies[&entry.header.seq]).unwrap();
            let via = Some(entry.cid);
            let used = log.entries.iter().filter(|e| e.header.via == via).count();
            let ref_of = |e: &&imajin_log::Sealed| {
                e.header.op == "auth.delegation.end"
                    && e.header.reference.as_ref().map(ToString::to_string)
                        == Some(entry.cid.to_string())
            };
            entry.header.op == "auth.delegation.create"
                && !log.entries.iter().any(|e| ref_of(&e))
                && body()
                    .get("uses")
                    .and_then(Value::as_u64)
                    .is_none_or(|uses| (used as u64) < uses)
        });
        Some(Hand { older: log.entries.len() % 2 == 1, ..delegate(log, 30, held?.cid) })
    }

    fn end_delegation(&mut self, who: usize) {
        let delegations = |e: &&imajin_log::Sealed| e.header.op == "auth.delegation.create";
        let delegation = self.logs[who].entries.iter().find(delegations);
        if let Some(cid) = delegation.map(|entry| entry.cid) {
            self.say(who, Make::op("auth.delegation.end").reference(cid));
        }
    }

    fn follow(&mut self, who: usize, whom: u8, op: bool, how: u8) {
        let others: Vec<usize> =
            (0..3).filter(|n| *n != who && (whom >> n & 1 == 1 || whom < 8)).collect();
        let dids: Vec<Did> = others.iter().map(|n| self.logs[*n].owner.did.clone()).collect();
        let op = if op { "profile.follow" } else { "profile.unfollow" };
        if others.is_empty() {
            return;
        }
        let delegate = self.delegate(who).filter(|_| how.is_multiple_of(3));
        let custodial = !self.strict[who] && (self.bare[who] || how % 3 == 1);
        let log = &mut self.logs[who];
        let operation = match delegate {
            Some(hand) => follow_by(log, &dids, op, Some(&hand)),
            None if custodial => follow(log, &dids, op, false),
            None if self.bare[who] => return,
            None => follow(log, &dids, op, true),
        };
        for other in others {
            be_followed(&mut self.logs[other], &operation);
            if how & 16 == 16 {
                // The follower may see the opening of the other log's entry.
                let theirs = self.logs[other].owner.did.clone();
                let for_them = |bytes: &&Vec<u8>| opening_did(bytes) == theirs.as_str();
                let shown = operation.openings.iter().find(for_them).unwrap();
                open(&mut self.logs[who], shown);
            }
        }
    }

    /// Returns the entries with bodies that may be erased and still exist.
    fn erasable(&self, who: usize) -> Vec<u64> {
        let log = &self.logs[who];
        let own = |seq: &&u64| {
            let op = &log.entries[usize::try_from(**seq).unwrap()].header.op;
            !op.starts_with("auth.")
        };
        log.bodies.keys().filter(own).copied().collect()
    }

    fn erase(&mut self, who: usize, pick: u8) {
        let may = self.erasable(who);
        if may.is_empty() {
            return;
        }
        let seqs = [may[usize::from(pick) % may.len()]];
        let make = erasure(&self.logs[who], &seqs);
        let before = self.logs[who].seq();
        self.say(who, make);
        if self.logs[who].seq() > before {
            forget(&mut self.logs[who], &seqs);
        }
    }

    /// Deletes the bodies as consequences of one entry.
    fn delete(&mut self, who: usize, pick: u8) {
        if self.bare[who] {
            return;
        }
        let may = self.erasable(who);
        let log = &mut self.logs[who];
        let counts = Value::map([("profile", Value::map([("entries", Value::Int(1))]))]);
        let cause = will(log, Make::op("auth.delete").body(vec![("counts", counts)]));
        for seq in may.iter().take(usize::from(pick % 4)) {
            if log.bodies.contains_key(seq) {
                let make = erasure(log, &[*seq]);
                let author = log.owner.did.clone();
                log.push(make, author, Will::Derived, None, Some(cause), None);
                forget(log, &[*seq]);
            }
        }
    }
}
