//! The attacks on a conversation: by the box that keeps it, and by a member. Each is caught, and without the rule that
//! catches it (or the two that overlap) it passes unnoticed.

mod epochs;
mod keys;
mod knowledge;
mod members;
mod order;
mod places;

use imajin_protocol::Did;

use super::honest::{Case, seen_by, unsealed};
use super::story::Story;
use super::{downgrade, followed, own};
use crate::room::verify_by;
use crate::rule::Checks;
use crate::seal::number;
use crate::{RoomInput, Rule, verify};

pub(super) const NODE: &str = "node";
const MEMBER: &str = "member";

pub(super) fn attack(
    name: &'static str,
    by: &'static str,
    rules: &[Rule],
    story: &Story,
    me: &str,
) -> Case {
    Case { by, rules: rules.to_vec(), ..seen_by(name, story, me) }
}

/// Attacks by one attacker.
struct Attacks {
    by: &'static str,
    cases: Vec<Case>,
}

impl Attacks {
    fn by(by: &'static str) -> Self {
        Self { by, cases: Vec::new() }
    }

    /// Adds an attack, as `me` is shown it.
    fn add(&mut self, name: &'static str, rules: &[Rule], story: &Story, me: &str) -> &mut Case {
        self.cases.push(attack(name, self.by, rules, story, me));
        self.cases.last_mut().unwrap()
    }
}

pub(super) fn cases() -> Vec<Case> {
    let parts: [fn() -> Vec<Case>; 6] =
        [keys::cases, order::cases, places::cases, knowledge::cases, epochs::cases, members::cases];
    parts.iter().flat_map(|part| part()).collect()
}

/// The attacks, those against what a page takes from its reader's own log, and the ways to a readable conversation.
fn lies() -> impl Iterator<Item = Case> {
    let parts = [cases, followed::lies, own::lies, downgrade::lies];
    parts.into_iter().flat_map(|part| part())
}

fn plain(seed: u64) -> Story {
    unsealed(seed, false)
}

/// Removes an entry and relinks the rest.
fn without(story: &mut Story, seq: usize) {
    story.lines.remove(seq);
    story.relink();
}

/// Returns the one attack that no rule detects: a chain that the box made before the keys were compared. The safety
/// numbers differ.
pub(super) fn uncompared() -> (Case, [[String; 12]; 2]) {
    let mut case = keys::cases().into_iter().find(|case| case.name == "second-chain").unwrap();
    let bob = case.known.chains.keys().next().unwrap().clone();
    let real = case.known.chains.remove(&bob).unwrap();
    case.name = "second-chain-before-comparing";
    case.rules = Vec::new();
    let head = |shown: &RoomInput, did: &Did| {
        let tokens = &shown.chains[did];
        *imajin_protocol::identity::verify_chain(did, tokens).unwrap().head_cid()
    };
    let me = case.known.me.clone();
    let (mine, theirs) = (head(&case.shown, &me), head(&case.shown, &bob));
    let numbers = [number((&me, &mine), (&bob, &theirs)), number((&bob, &real), (&me, &mine))];
    (case, numbers)
}

#[test]
fn every_attack_is_caught_by_its_rule() {
    for case in lies() {
        let report = verify(&case.shown, &case.known);
        let finding = report.stop.or(report.voids.first().copied()).or(report.renew);
        let finding = finding.unwrap_or_else(|| panic!("{} passes", case.name));
        assert_eq!(finding.problem.rule(), case.rules[0], "{}: {finding:?}", case.name);
    }
}

#[test]
fn without_its_rule_every_attack_passes_unnoticed() {
    for case in lies() {
        let report = verify_by(&case.shown, &case.known, Checks::without(&case.rules));
        let findings = (report.stop, report.voids, report.renew);
        assert_eq!(findings, (None, vec![], None), "{}", case.name);
        let only_first = Checks::without(&case.rules[..1]);
        let still = verify_by(&case.shown, &case.known, only_first);
        let caught = still.stop.is_some() || !still.voids.is_empty() || still.renew.is_some();
        assert_eq!(caught, case.rules.len() > 1, "{}: no rule too many", case.name);
    }
}

#[test]
fn there_are_fifty() {
    assert_eq!(cases().len() + 1, 50);
    let (case, numbers) = uncompared();
    let report = verify(&case.shown, &case.known);
    assert_eq!((report.stop, report.voids.len()), (None, 0));
    assert_ne!(numbers[0], numbers[1]);
}
