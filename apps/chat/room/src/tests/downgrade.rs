//! Boxes that lead a page which remembers nothing from a sealed conversation to a readable one of the same name, so that its
//! reader writes in the clear; and the honest conversations that look like it.

use imajin_protocol::{Did, FactValue};

use super::attacks::{NODE, attack};
use super::followed::{THREE, of_alice};
use super::honest::{Case, direct, direct_in, seen_by, unsealed};
use super::story::{Say, Story};
use super::world::{Wish, World, id, ids, mark_of};
use crate::ops::Role;
use crate::{Admins, Rule};

const HOUR_MS: i64 = 3_600_000;
const BOTH: [(&str, Role); 2] = [("alice", Role::Member), ("bob", Role::Member)];
const THREE_WITH_ALICE: [(&str, Role); 3] =
    [("alice", Role::Owner), ("bob", Role::Member), ("carol", Role::Member)];

/// Another node.
fn elsewhere() -> Did {
    Did::from_key(&[8; 32])
}

/// An hour later, in another log of the same name.
fn again(before: &Story) -> Story {
    let mut world = before.world.clone();
    world.now_ms += HOUR_MS;
    let mut story = Story::begin(world, before.name.clone());
    story.group = before.group.clone();
    story
}

fn keyless(dids: &[Did]) -> Vec<(&'static str, FactValue)> {
    vec![("keyless", ids(dids))]
}

/// An unsigned readable opening, and a message.
fn made_up(story: &mut Story, more: Vec<(&'static str, FactValue)>) {
    let mut fact = keyless(&[story.world.did("bob")]);
    fact.extend(more);
    story.open_in_session("bob", &BOTH, fact);
    let custodial = Say { custodial: true, ..Say::default() };
    story.say_with("bob", "write to me here", custodial);
}

/// Another log with the conversation that the box made up.
fn readable(before: &Story) -> Story {
    let mut story = again(before);
    made_up(&mut story, Vec::new());
    story
}

/// Shown to Alice, whom the box tells that Bob has no chain.
fn lie(name: &'static str, rule: Rule, story: &Story) -> Case {
    let mut case = attack(name, NODE, &[rule], story, "alice");
    case.shown.chains.remove(&story.world.did("bob"));
    case
}

/// Shows the genesis of another log.
fn with_genesis(mut case: Case, of: &Story) -> Case {
    let tokens = vec![of.genesis.clone()];
    case.shown.chains.insert(of.log.clone(), tokens);
    case
}

/// Alice and Bob, and Bob's conversation with her.
fn of_bob() -> Story {
    let mut world = World::new(51);
    world.person("alice", 1);
    world.person("bob", 1);
    let name = Did::direct(&world.did("alice"), &world.did("bob"));
    let mut story = Story::begin(world, name);
    story.open("bob", &BOTH, vec![], true);
    story.epoch("bob");
    story
}

/// Alice has a key, and Dave has none. They have no conversation yet.
fn with_dave() -> World {
    let mut world = World::new(52);
    world.person("alice", 1);
    world.person("bob", 1);
    world.person("dave", 0);
    world.now_ms += HOUR_MS;
    world
}

fn to_dave(world: World) -> Story {
    let name = Did::direct(&world.did("alice"), &world.did("dave"));
    Story::begin(world, name)
}

const WITH_DAVE: [(&str, Role); 2] = [("alice", Role::Member), ("dave", Role::Member)];

/// Cases without a fault.
pub(super) fn honest() -> Vec<Case> {
    let mut cases = moved().to_vec();
    let mut story = of_alice(false);
    story.open("alice", &THREE, vec![], true);
    let after = vec![("after", id(story.log.as_str()))];
    let mut story = again(&story);
    story.open("bob", &THREE, after, true);
    story.epoch("carol");
    story.say("carol", "in the next log");
    let mut case = seen_by("goes-on-from-my-own", &story, "alice");
    case.known.admins = Admins::Own;
    cases.push(case);
    cases.extend(readable_ones());
    cases
}

/// Conversations of people who moved.
fn moved() -> [Case; 2] {
    let mut first = direct(53);
    first.say("alice", "at the first home");
    let mut second = again(&first);
    second.world.move_to("alice", elsewhere());
    second.open("bob", &BOTH, vec![], true);
    second.epoch("bob");
    second.say("bob", "at the second home");
    let there = seen_by("moved", &second, "alice");

    let home = first.world.node.clone();
    second.say("alice", "not for long");
    first.world = second.world;
    first.world.move_to("alice", home);
    first.say("bob", "at the first home again");
    [there, seen_by("moved-and-back", &first, "alice")]
}

/// Readable conversations, and one that is sealed later.
fn readable_ones() -> Vec<Case> {
    let mut world = with_dave();
    let mut sealed = direct_in(world.clone());
    sealed.say("alice", "sealed elsewhere");
    world = sealed.world.clone();
    let dave = [world.did("dave")];
    let mut story = to_dave(world);
    story.open("alice", &WITH_DAVE, keyless(&dave), false);
    story.say("alice", "your box can read this");
    let opener = seen_by("readable-to-who-wrote-elsewhere", &story, "alice");
    let mut cases = vec![with_genesis(opener, &sealed)];
    story.world.now_ms += HOUR_MS;
    let key = story.world.draws.next();
    story.world.rekey("dave", vec![key]);
    story.epoch("dave");
    story.say("dave", "sealed from here on");
    cases.push(seen_by("sealed-without-other-geneses", &story, "alice"));

    let mut story = to_dave(with_dave());
    story.open_in_session("alice", &WITH_DAVE, keyless(&dave));
    story.say("dave", "opened in a session");
    cases.push(seen_by("opened-in-a-session", &story, "alice"));

    let mut story = to_dave(with_dave());
    story.open_in_session("dave", &WITH_DAVE, keyless(&dave));
    story.world.now_ms += HOUR_MS;
    let key = story.world.draws.next();
    story.world.rekey("dave", vec![key]);
    story.say("dave", "I have a key now");
    cases.push(seen_by("opened-before-a-key", &story, "alice"));
    cases
}

pub(super) fn lies() -> Vec<Case> {
    let mut cases = other_logs();
    let mut story = of_bob();
    let mut opened = again(&story);
    opened.open("alice", &BOTH, vec![], true);
    opened.lines.truncate(1);
    opened.turns.clear();
    made_up(&mut opened, Vec::new());
    cases.push(lie("own-opening-made-readable", Rule::Sealed, &opened));

    story.say("alice", "sealed");
    let second = readable(&story);
    cases.push(lie("genesis-kept-back", Rule::Chain, &second));
    let case = lie("another-log-than-written-in", Rule::Place, &second);
    cases.push(with_genesis(case, &story));

    let mut before = of_bob();
    before.say("alice", "on the old phone");
    let own = before.world.get_person("alice").own.len();
    let key = before.world.draws.next();
    before.world.rekey("alice", vec![key]);
    let mut case = lie("own-log-cut", Rule::Known, &readable(&before));
    case.shown.own.as_mut().unwrap().truncate(own - 1);
    cases.push(case);

    let mut story = of_bob();
    story.say("bob", "read by Alice");
    let mark = mark_of(&story.log, story.head());
    story.world.intend("alice", mark);
    let case = lie("another-log-than-read", Rule::Place, &readable(&story));
    cases.push(with_genesis(case, &story));

    let mut story = unsealed(54, true);
    story.lines.truncate(1);
    story.turns.clear();
    story.world.now_ms += HOUR_MS;
    let mut unsigned = story.clone();
    unsigned.open_in_session("alice", &THREE_WITH_ALICE, vec![]);
    unsigned.say("bob", "opened by nobody");
    cases.push(attack("unsigned-opening", NODE, &[Rule::Turn], &unsigned, "carol"));
    let bob = [story.world.did("bob")];
    story.open_in_session("alice", &THREE_WITH_ALICE, keyless(&bob));
    story.say("bob", "with a key");
    cases.push(attack("key-of-another-denied", NODE, &[Rule::Keyless], &story, "carol"));
    cases
}

/// Another log than the one that Alice opened, or took a request in.
fn other_logs() -> Vec<Case> {
    let first = direct(53);
    let mut cases = vec![lie("another-log-than-opened", Rule::Place, &readable(&first))];
    let mut second = again(&first);
    made_up(&mut second, vec![("after", id(first.log.as_str()))]);
    cases.push(lie("goes-on-readable", Rule::Place, &second));

    let mut moved = first.clone();
    moved.world.move_to("alice", elsewhere());
    cases.push(lie("readable-at-another-home", Rule::Place, &readable(&moved)));

    let mut second = again(&first);
    second.world.node = elsewhere();
    let made = second.world.move_wish();
    second.world.forge("alice", made);
    second.open("bob", &BOTH, vec![], true);
    second.epoch("bob");
    second.say("bob", "where nobody moved to");
    cases.push(attack("move-made-up", NODE, &[Rule::Place], &second, "alice"));

    let mut story = of_bob();
    let accept = Wish {
        op: "chat.accept",
        about: Some(story.world.did("bob").to_string()),
        fact: vec![("log", id(story.log.as_str()))],
        to: vec![story.log.clone()],
        ..Wish::default()
    };
    story.world.intend("alice", accept);
    cases.push(lie("another-log-than-accepted", Rule::Place, &readable(&story)));
    cases
}
