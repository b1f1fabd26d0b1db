//! Properties of any history, with erasures, imports, crashes and restarts anywhere: live projections equal a rebuild,
//! and every log verifies.

use std::sync::Arc;

use crate::copies::checked;
use crate::world::{Party, Say, World};
use imajin_bundle::NoPage;
use imajin_bundle::export::{ExportOptions, Source, Target, prepare};
use imajin_bundle::import::import;
use imajin_dfos::Cid;
use imajin_dfos::cid::raw_cid;
use imajin_ledger::{CommandWill, Limits, NodeKey, OpenError, SubmitError};
use imajin_log::OpTable;
use imajin_log::format::views::NoViews;
use imajin_log::verify::{VerifyOptions, verify_log};
use proptest::prelude::*;

/// People of the node, and someone who lives on another one.
const PEOPLE: usize = 3;

#[derive(Debug, Clone)]
enum Action {
    Note(usize, String),
    Named(usize, String),
    Set(usize, String),
    Ping(usize, usize),
    Custodial(usize),
    Refused(usize),
    /// Erases one of the bodies so far, or several.
    Erase(usize, Vec<prop::sample::Index>),
    /// The stranger writes on their own node.
    Elsewhere(String),
    ElsewhereErase(prop::sample::Index),
    Import,
    Drain,
    Settle,
    Restart,
    Crash,
    Remake,
}

fn step() -> impl Strategy<Value = Action> {
    let who = 0..PEOPLE;
    let text = "[a-z]{1,12}";
    prop_oneof![
        8 => (who.clone(), text).prop_map(|(who, text)| Action::Note(who, text)),
        3 => (who.clone(), "[ab]").prop_map(|(who, text)| Action::Named(who, text)),
        3 => (who.clone(), text).prop_map(|(who, text)| Action::Set(who, text)),
        4 => (who.clone(), who.clone()).prop_map(|(one, other)| Action::Ping(one, other)),
        1 => who.clone().prop_map(Action::Custodial),
        1 => who.clone().prop_map(Action::Refused),
        4 => (who, prop::collection::vec(any::<prop::sample::Index>(), 1..4)).prop_map(|(who, which)| Action::Erase(who, which)),
        3 => text.prop_map(Action::Elsewhere),
        1 => any::<prop::sample::Index>().prop_map(Action::ElsewhereErase),
        2 => Just(Action::Import),
        2 => Just(Action::Drain),
        1 => Just(Action::Settle),
        1 => Just(Action::Restart),
        2 => Just(Action::Crash),
        1 => Just(Action::Remake),
    ]
}

/// The bodies of a person that may be erased.
#[derive(Default, Clone)]
struct ErasableBodies(Vec<Cid>);

struct History {
    world: World,
    elsewhere: World,
    people: Vec<Party>,
    stranger: Party,
    written: Vec<ErasableBodies>,
    abroad: ErasableBodies,
}

impl History {
    fn new() -> Self {
        let limits = Limits {
            journal_swap_entries: 5,
            move_entries: 4,
            waiting_bytes_max: 10_000,
            ..Limits::default()
        };
        let world = World::with_limits(limits);
        let elsewhere = World::with_seed(9);
        let people: Vec<Party> = (1..=PEOPLE as u64).map(Party::new).collect();
        people.iter().for_each(|party| drop(world.create(party)));
        let stranger = elsewhere.person(50);
        Self {
            world,
            elsewhere,
            people,
            stranger,
            written: vec![ErasableBodies::default(); PEOPLE],
            abroad: ErasableBodies::default(),
        }
    }

    fn write(&mut self, who: usize, say: Say) {
        let cid = say.body_cid();
        self.world.submit(&self.people[who], say).unwrap();
        self.written[who].0.extend(cid);
    }

    fn take(&mut self, step: Action) {
        match step {
            Action::Note(who, text) => self.write(who, Say::note(&text)),
            Action::Named(who, name) => {
                self.write(
                    who,
                    Say::op("note.write").body(vec![("name", imajin_dfos::Value::from(name))]),
                );
            }
            Action::Set(who, text) => self.write(who, Say::set(&text)),
            Action::Ping(one, other) if one != other => {
                let other = self.people[other].did.clone();
                self.write(one, Say::ping(&[other]));
            }
            Action::Ping(..) => {}
            Action::Custodial(who) => {
                let did = self.people[who].did.clone();
                let will = CommandWill::Custodial { author: did.clone(), via: raw_cid(b"session") };
                self.world.clock.advance(1);
                let command = self.world.command(&did, Say::note("by session"), will);
                self.world.ledger().submit_blocking(command).unwrap();
            }
            Action::Refused(who) => {
                let refused = self.world.submit(&self.people[who], Say::op("note.refused"));
                assert!(matches!(refused, Err(SubmitError::Refused(_))));
            }
            Action::Erase(who, which) => {
                let written = &mut self.written[who].0;
                let mut gone: Vec<Cid> = Vec::new();
                for index in which {
                    if !written.is_empty() {
                        gone.push(written.swap_remove(index.index(written.len())));
                    }
                }
                if !gone.is_empty() {
                    self.world.submit(&self.people[who], Say::erase(&gone)).unwrap();
                }
            }
            Action::Elsewhere(text) => {
                let say = Say::note(&text);
                self.abroad.0.extend(say.body_cid());
                self.elsewhere.submit(&self.stranger, say).unwrap();
            }
            Action::ElsewhereErase(index) => {
                if !self.abroad.0.is_empty() {
                    let gone = self.abroad.0.swap_remove(index.index(self.abroad.0.len()));
                    self.elsewhere.submit(&self.stranger, Say::erase(&[gone])).unwrap();
                }
            }
            Action::Import => self.import(),
            Action::Drain => self.world.ledger().drain(),
            Action::Settle => assert!(self.world.ledger().settle()),
            Action::Restart => {
                self.world.stop();
                self.world.open();
            }
            Action::Crash => self.world.crash(),
            Action::Remake => {
                self.world.version += 1;
                self.world.stop();
                self.world.open();
            }
        }
    }

    /// Imports a backup of the stranger's log repeatedly.
    fn import(&self) {
        let folder = tempfile::tempdir().unwrap();
        let source = Source::live(self.elsewhere.ledger(), &self.stranger.did);
        let target = Target::Folder(folder.path().join("copy"));
        let ops = self.elsewhere.machine().ops();
        let prepared =
            prepare(&source, &ops, &NoViews, &NoPage, &target.staging(), &ExportOptions::default())
                .unwrap();
        let party = &self.elsewhere.node;
        let node =
            NodeKey { did: party.did.clone(), kid: party.kid.clone(), key: party.key.clone() };
        prepared.sign_with_node(&node).unwrap().write(&target, None, &mut |_| {}).unwrap();
        let checked = checked(&self.world, &folder.path().join("copy")).unwrap();
        import(self.world.ledger(), checked, None).unwrap();
    }

    fn finish(mut self) {
        self.world.assert_rebuildable();
        self.world.stop();
        for party in &self.people {
            let log =
                self.world.data().join("users").join(party.did.folder_name()).join("log.sqlite");
            let ops: Arc<OpTable> = self.world.machine().ops();
            let report = verify_log(
                &log,
                &ops,
                &VerifyOptions { did: Some(party.did.clone()), ..VerifyOptions::default() },
            );
            let report = report.unwrap();
            assert!(report.valid, "{report:?}");
        }
    }
}

#[test]
fn a_rebuild_refuses_operations_that_the_program_does_not_know() {
    let mut world = World::with_seed(1);
    let ann = world.person(100);
    world.submit(&ann, Say::note("of a newer program")).unwrap();
    let refused = world.rebuild_without_notes().unwrap_err();
    assert!(matches!(&refused, OpenError::UnknownOp { op, .. } if op == "note.write"), "{refused}");
    // Nothing has changed.
    world.open();
    assert_eq!(world.notes(&ann.did), ["of a newer program"]);
}

/// Histories to draw; `IMAJIN_REBUILDS` asks for more.
fn histories() -> u32 {
    let count = std::env::var("IMAJIN_REBUILDS");
    count.map_or(6, |text| text.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: histories(), max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn live_projections_equal_a_rebuild(steps in prop::collection::vec(step(), 1..40)) {
        let mut history = History::new();
        for step in steps {
            history.take(step);
        }
        history.finish();
    }
}
