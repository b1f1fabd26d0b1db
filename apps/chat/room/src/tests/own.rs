//! Entries that a box forges in its reader's own log, and the unsigned entries that honest people's logs contain.

use std::path::Path;

use imajin_dfos::SigningKey;
use imajin_protocol::proof::EntryPosition;
use serde_json::Value as Json;

use super::attacks::{NODE, attack};
use super::followed::{THREE, of_alice};
use super::honest::{Case, direct, direct_in, group, seen_by};
use super::story::Story;
use super::world::{CREATE, Wish, World, id, ids, int, mark_of, pin_of};
use crate::ops::Authority;
use crate::seal::RingSecret;
use crate::{Admins, Rule};

/// Alice and Bob, who have no conversation yet.
fn two(seed: u64) -> World {
    let mut world = World::new(seed);
    world.person("alice", 1);
    world.person("bob", 1);
    world
}

/// Makes a pin: Alice compared keys with Bob, by his current chain.
fn compared(story: &Story) -> Wish {
    pin_of(&story.world.did("bob"), &story.world.get_person("bob").head())
}

pub(super) fn honest() -> Vec<Case> {
    let mut story = direct(1);
    story.say("bob", "read in a session");
    let (log, head) = (story.log.clone(), story.head());
    let session = Wish { custodial: true, ..mark_of(&log, head) };
    story.world.intend("alice", session);
    let delegate = Wish { delegated: true, older: true, ..mark_of(&log, head) };
    story.world.forge("alice", delegate);
    let settings = Wish {
        op: "chat.settings",
        fact: vec![("receipts", int(1))],
        custodial: true,
        ..Wish::default()
    };
    story.world.intend("alice", settings);
    story.say("alice", "and answered with a key");
    let (log, head) = (story.log.clone(), story.head());
    let delegate = Wish { delegated: true, ..mark_of(&log, head) };
    story.world.forge("alice", delegate);
    let mut cases = vec![seen_by("read-by-a-session", &story, "alice")];

    let mut story = direct(1);
    story.world.pin("alice", "bob");
    story.world.resign("alice");
    story.say("alice", "signed with the new key");
    story.world.pin("alice", "bob");
    cases.push(seen_by("compared-before-a-new-key", &story, "alice"));

    // Without a chain everything is the box's word, and counts for nothing: this comparison names no operation of Bob's.
    let mut world = World::new(1);
    let key = SigningKey::from_bytes(&world.draws.next());
    world.guest("alice", 1, key);
    world.person("bob", 1);
    let pin = pin_of(&world.did("bob"), &world.get_person("alice").head());
    let create = Wish {
        op: "connections.group.create",
        about: Some(world.did("bob").to_string()),
        ..Wish::default()
    };
    for wish in [pin, create] {
        let wish = Wish { custodial: true, ..wish };
        world.intend("alice", wish);
    }
    world.enter_chain("alice", CREATE);
    let mut story = direct_in(world);
    story.say("alice", "with a key of my own");
    cases.push(seen_by("once-without-a-key", &story, "alice"));
    cases
}

fn lie(name: &'static str, rule: Rule, story: &Story) -> Case {
    attack(name, NODE, &[rule], story, "alice")
}

/// Alice read Bob's last message, and the box shows another in its place: who says what, and where it stands.
fn rolled_back() -> (Story, EntryPosition) {
    let mut story = group(1);
    story.say("bob", "seen by Alice");
    let (log, head) = (story.log.clone(), story.head());
    story.world.read_mark("alice", &log, head);
    story.lines.pop();
    story.say("carol", "in its place");
    let head = story.head();
    (story, head)
}

pub(super) fn lies() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut world = two(2);
    let key = world.signing_key("bob");
    world.person_with("bob", 1, key);
    let mut story = direct_in(world);
    story.say("bob", "with keys of the box");
    let pin = compared(&story);
    story.world.forge("alice", pin);
    cases.push(lie("comparison-made-up", Rule::Intent, &story));

    let mut story = direct(1);
    story.say("bob", "with the keys before");
    let (before, old) = (story.world.get_person("bob").tokens.clone(), compared(&story));
    let key = story.world.draws.next();
    story.world.rekey("bob", vec![key]);
    story.world.pin("alice", "bob");
    story.world.forge("alice", old);
    let mut case = lie("older-comparison-over-a-newer", Rule::Intent, &story);
    case.shown.chains.insert(story.world.did("bob"), before);
    cases.push(case);

    let mut story = direct(1);
    story.say("bob", "under the first secret");
    let ring = RingSecret { log: story.log.clone(), epoch: 1, secret: story.world.draws.next() };
    let ring = story.world.keyring_wish("alice", &[ring]);
    story.world.forge("alice", ring);
    cases.push(lie("keyring-made-up", Rule::Intent, &story));

    let (mut story, head) = rolled_back();
    let send = Wish {
        op: "chat.send",
        about: Some(story.new_id()),
        fact: vec![
            ("log", id(story.log.as_str())),
            ("epoch", int(story.epoch)),
            ("turns", int(story.turns.len() as u64)),
            ("seq", int(head.seq)),
            ("seen", id(&head.cid.to_string())),
        ],
        to: vec![story.log.clone()],
        ..Wish::default()
    };
    story.world.forge("alice", send);
    cases.push(lie("message-of-mine-made-up", Rule::Intent, &story));

    let (mut story, head) = rolled_back();
    let session = Wish { custodial: true, ..mark_of(&story.log, head) };
    story.world.intend("alice", session);
    cases.push(lie("read-mark-of-the-box", Rule::Known, &story));

    let mut story = of_alice(false);
    let role = Wish {
        op: "connections.group.role",
        about: Some(story.group.to_string()),
        fact: vec![("dids", ids([&story.world.did("carol")])), ("role", id("admin"))],
        ..Wish::default()
    };
    story.world.forge("alice", role);
    story.open("carol", &THREE, vec![], true);
    let mut case = lie("admin-made-up", Rule::Intent, &story);
    case.known.admins = Admins::Own;
    cases.push(case);

    // The box hides all of Alice's entries: the keys that she compared and her read marks.
    let mut story = direct(1);
    story.say("bob", "compared");
    story.world.pin("alice", "bob");
    let mut case = lie("own-log-kept-back", Rule::Known, &story);
    case.shown.own = Some(Vec::new());
    cases.push(case);

    cases.extend(without_a_key());
    cases
}

/// Comparisons that are not by Alice's key in force.
fn without_a_key() -> [Case; 3] {
    let mut story = direct(1);
    story.say("bob", "nobody compared");
    let mut session = story.clone();
    let pin = Wish { custodial: true, ..compared(&story) };
    session.world.intend("alice", pin);

    let mut delegate = story.clone();
    let pin = Wish { delegated: true, older: true, ..compared(&story) };
    delegate.world.forge("alice", pin);

    let then = story.world.get_person("alice").clone();
    story.world.resign("alice");
    story.say("alice", "with the new key");
    let pin = compared(&story);
    story.world.intend_as(&then, "alice", pin);
    [
        lie("comparison-of-the-box", Rule::Intent, &session),
        lie("comparison-by-a-delegate", Rule::Intent, &delegate),
        lie("comparison-by-a-key-put-away", Rule::Intent, &story),
    ]
}

/// The operations that need the author's own key are those that declare it.
#[test]
fn what_needs_a_key_of_ones_own_is_what_is_declared() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/operations.json");
    let text = std::fs::read_to_string(path).unwrap();
    let document: Json = serde_json::from_str(&text).unwrap();
    let rows = document["operations"].as_array().unwrap().iter();
    let declared = rows
        .filter(|row| row["by"] == "own_key")
        .filter_map(|row| row["op"].as_str())
        .filter(|op| op.starts_with("chat.") || op.starts_with("connections.group."));
    assert_eq!(declared.collect::<Vec<_>>(), Authority::OWN_KEY);
}
