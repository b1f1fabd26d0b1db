//! Conversations among honest people on an honest box: never an alarm, and everybody reads all that they may.

use imajin_protocol::Did;

use super::story::{Say, Story};
use super::world::{World, id, ids, secret_of};
use super::{downgrade, followed, own};
use crate::ops::Role;
use crate::{Admins, MessageState, ReaderState, RoomInput, Rule, verify};

/// A case for all implementations.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) name: &'static str,
    /// The attacker; `nobody` if the case is valid.
    pub(super) by: &'static str,
    /// The rules that detect it, each on its own or both together.
    pub(super) rules: Vec<Rule>,
    pub(super) shown: RoomInput,
    pub(super) known: ReaderState,
    /// The private keys of the device, as `known` has them.
    pub(super) secrets: Vec<[u8; 32]>,
    /// The private key that it signs with.
    pub(super) signs: [u8; 32],
}

impl Case {
    fn hold(&mut self, secrets: &[[u8; 32]]) {
        self.secrets = secrets.to_vec();
        self.known.secrets = secrets.iter().map(secret_of).collect();
    }
}

pub(super) fn seen_by(name: &'static str, story: &Story, me: &str) -> Case {
    let mut input = story.input();
    input.own = Some(story.world.get_person(me).own.clone());
    Case {
        name,
        by: "nobody",
        rules: Vec::new(),
        shown: input,
        known: story.reader(me),
        secrets: story.world.get_person(me).secrets.clone(),
        signs: story.world.get_person(me).signs(),
    }
}

/// Alice and Bob, sealed.
pub(super) fn direct(seed: u64) -> Story {
    let mut world = World::new(seed);
    world.person("alice", 1);
    world.person("bob", 1);
    direct_in(world)
}

pub(super) fn direct_in(world: World) -> Story {
    let name = Did::direct(&world.did("alice"), &world.did("bob"));
    let mut story = Story::begin(world, name);
    let both = [("alice", Role::Member), ("bob", Role::Member)];
    story.open("alice", &both, vec![], true);
    story.epoch("alice");
    story
}

/// Alice leads; Bob and Carol are members; Dave is outside. Sealed.
pub(super) fn group(seed: u64) -> Story {
    let mut story = unsealed(seed, true);
    story.epoch("alice");
    story
}

/// Returns a group like [`group`]'s before its first epoch.
pub(super) fn unsealed(seed: u64, sealed: bool) -> Story {
    let mut world = World::new(seed);
    for name in ["alice", "bob", "carol", "dave"] {
        world.person(name, 1);
    }
    let mut story = Story::of_group(world);
    story.found("alice");
    let three = [("alice", Role::Owner), ("bob", Role::Member), ("carol", Role::Member)];
    story.open("alice", &three, vec![], sealed);
    story
}

fn re(message: &str, kind: &'static str) -> Say {
    Say { kind: Some(kind), re: Some(message.to_owned()), ..Say::default() }
}

fn crossing() -> Story {
    let mut story = group(1);
    let head = story.head();
    let crossed = Say { seen: Some(head), ..Say::default() };
    story.say("alice", "first");
    story.say_with("bob", "at the same time", crossed);
    story
}

fn removal() -> Story {
    let mut story = group(1);
    story.say("bob", "all three read this");
    story.remove("alice", "bob");
    story.epoch("carol");
    story.say("carol", "only two read this");
    story
}

fn key_change() -> (Story, [u8; 32]) {
    let mut story = direct(1);
    story.say("alice", "under the old key");
    let old = story.world.get_person("bob").secrets[0];
    let ring = story.ring();
    let fresh = story.world.draws.next();
    story.world.rekey("bob", vec![fresh]);
    story.world.keyring("bob", &ring);
    story.epoch("bob");
    story.say("bob", "under the new one");
    (story, old)
}

/// Returns all valid cases.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut story = direct(1);
    story.say("alice", "Hello, Bob.");
    story.say("bob", "Hello, Alice – grüß dich 👋");
    cases.push(seen_by("dm", &story, "bob"));

    let mut story = group(1);
    story.say("bob", "in the group");
    cases.push(seen_by("group", &story, "carol"));

    story.admit("alice", &["dave"], Role::Member);
    story.epoch("dave");
    story.say("dave", "thank you");
    cases.push(seen_by("admitted", &story, "alice"));
    let mut newcomer = seen_by("newcomer", &story, "dave");
    for row in &mut newcomer.shown.rows {
        let header = crate::row::Entry::read(&row.header).unwrap().header;
        if header.op == "chat.message" && header.author != newcomer.known.me {
            row.body = None;
        }
    }
    cases.push(newcomer);
    story.leave("bob");
    story.epoch("carol");
    story.say("carol", "without Bob");
    cases.push(seen_by("left", &story, "alice"));
    cases.push(seen_by("left-oneself", &story, "bob"));

    cases.push(seen_by("removed", &removal(), "alice"));
    cases.push(seen_by("crossed", &crossing(), "carol"));

    let (story, old) = key_change();
    let mut both = seen_by("key-change-old-device", &story, "bob");
    both.hold(&[both.secrets[0], old]);
    cases.push(both);
    cases.push(seen_by("new-phone", &story, "bob"));

    let mut story = direct(1);
    story.say("alice", "to one device");
    let (first, second) = (story.world.get_person("bob").secrets[0], story.world.draws.next());
    let ring = story.ring();
    story.world.rekey("bob", vec![first, second]);
    story.world.keyring("bob", &ring);
    cases.push(seen_by("second-device-before-the-epoch", &story, "bob"));
    story.epoch("alice");
    story.say("alice", "to both devices");
    let mut device = seen_by("second-device", &story, "bob");
    device.hold(&[second]);
    cases.push(device);

    let mut story = group(1);
    let gone = story.say("bob", "deleted");
    let hidden = story.say("carol", "hidden");
    story.delete("bob", &gone);
    story.hide("alice", &hidden);
    cases.push(seen_by("deleted-and-hidden", &story, "carol"));
    let other = story.say("bob", "forgotten, too");
    let intent = story.forget("bob");
    story.erase(&intent, &[&other]);
    cases.push(seen_by("forgotten", &story, "carol"));

    let mut story = group(1);
    let words = story.say("bob", "wrods");
    story.say_with("bob", "words", re(&words, "edit"));
    let heart = story.say_with("carol", "❤", re(&words, "reaction"));
    story.say_with("carol", "", re(&heart, "reaction.end"));
    story.say_with("carol", "from the future", Say { kind: Some("hologram"), ..Say::default() });
    cases.push(seen_by("edits-and-reactions", &story, "alice"));

    cases.extend(more());
    cases
}

fn more() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut story = group(1);
    let offer = story.group_op("alice", "connections.group.offer", Some("bob"), None, false);
    story.group_turn(&offer, "chat.role", "bob", "offered");
    let take = story.group_op("bob", "connections.group.take", None, None, false);
    story.group_turn(&take, "chat.role", "bob", "owner");
    story.group_turn(&take, "chat.role", "alice", "admin");
    let role = Some(Role::Reader);
    let intent = story.group_op("bob", "connections.group.role", Some("carol"), role, false);
    story.group_turn(&intent, "chat.role", "carol", "reader");
    story.epoch("bob");
    story.say("alice", "a new owner");
    cases.push(seen_by("handed-over", &story, "alice"));

    // A phone that asks for the turns and the newest two rows.
    let mut story = group(1);
    for text in ["one", "two", "three", "four"] {
        story.say("bob", text);
    }
    story.remove("alice", "carol");
    story.epoch("alice");
    for text in ["five", "six"] {
        story.say("bob", text);
    }
    let mut partial = seen_by("turns-and-newest", &story, "alice");
    partial.known.from = ReaderState::NEWEST;
    let keep: Vec<bool> = story
        .lines
        .iter()
        .map(|line| line.header.op != "chat.message" || line.header.seq > 8)
        .collect();
    let mut keep = keep.into_iter();
    partial.shown.rows.retain(|_| keep.next().unwrap());
    cases.push(partial);

    // Dave has no key, so the group is readable, and some of it is the box's word.
    let mut world = World::new(21);
    world.person("alice", 1);
    world.person("dave", 0);
    let name = Did::direct(&world.did("alice"), &world.did("dave"));
    let dave = world.did("dave");
    let mut story = Story::begin(world, name);
    let both = [("alice", Role::Member), ("dave", Role::Member)];
    story.open("alice", &both, vec![("keyless", ids([&dave]))], false);
    let say = Say { keyless: vec![dave.clone()], ..Say::default() };
    story.say_with("alice", "your box can read this", say);
    let say = Say { custodial: true, ..Say::default() };
    story.say_with("dave", "by the word of the box", say);
    cases.push(seen_by("readable", &story, "dave"));
    let key = story.world.draws.next();
    story.world.now_ms += 3_600_000;
    story.world.rekey("dave", vec![key]);
    story.epoch("dave");
    story.say("alice", "sealed from here on");
    cases.push(seen_by("sealed-later", &story, "dave"));

    // Another log continues the conversation.
    let before = group(1);
    let mut world = before.world.clone();
    world.now_ms += 60_000;
    let mut story = Story::begin(world, before.name.clone());
    story.group = before.group.clone();
    let members: Vec<_> = before.members.clone().into_iter().collect();
    let after = vec![("after", id(before.log.as_str()))];
    story.open("alice", &members, after, true);
    story.epoch("bob");
    story.say("bob", "in the next log");
    let mut case = seen_by("goes-on", &story, "carol");
    case.known.log = Some(before.log.clone());
    case.known.sealed = true;
    case.known.leaders = [story.world.did("alice")].into();
    cases.push(case);

    let mut world = World::new(23);
    world.person("alice", 1);
    world.person("bob", 0);
    let mut story = Story::begin(world, Did::event("evt_summer").unwrap());
    story.open("alice", &[("alice", Role::Owner)], vec![], false);
    story.say("bob", "in the room of an event");
    cases.push(seen_by("event", &story, "alice"));

    let mut story = group(1);
    story.say("bob", "read by Carol");
    let head = story.head();
    let mut case = seen_by("known-and-read", &story, "alice");
    let log = story.log.clone();
    case.shown.reads = vec![story.world.read_mark("carol", &log, head)];
    case.known.pin = Some(head);
    case.known.log = Some(log);
    case.known.admins = Admins::These(Default::default());
    for name in ["alice", "bob", "carol"] {
        let head = story.world.get_person(name).head();
        case.known.chains.insert(story.world.did(name), head);
    }
    cases.push(case);
    cases
}

#[test]
fn nothing_that_goes_well_is_an_alarm() {
    let parts = [cases, followed::honest, own::honest, downgrade::honest];
    for case in parts.into_iter().flat_map(|part| part()) {
        let report = verify(&case.shown, &case.known);
        assert_eq!(report.stop, None, "{}", case.name);
        assert!(report.voids.is_empty(), "{}: {:?}", case.name, report.voids);
        let before = case.name == "second-device-before-the-epoch";
        assert_eq!(report.renew.is_some(), before, "{}: {:?}", case.name, report.renew);
        let readable = |state| matches!(state, MessageState::Opened | MessageState::Plain);
        let last = report.messages.last().unwrap();
        let unread = ["left-oneself", "forgotten", "edits-and-reactions", "deleted-and-hidden"];
        assert_eq!(
            readable(last.state),
            !unread.contains(&case.name),
            "{}: {:?}",
            case.name,
            report.messages
        );
    }
}

#[test]
fn a_new_phone_reads_what_the_old_one_read() {
    let (story, _) = key_change();
    let mut input = story.input();
    let reader = story.reader("bob");
    assert_eq!(verify(&input, &reader).messages[0].state, MessageState::Locked);
    input.own = Some(story.world.get_person("bob").own.clone());
    let report = verify(&input, &reader);
    let text_of = |n: usize| report.messages[n].said.as_ref().unwrap().text.clone();
    assert_eq!([0, 1].map(text_of), ["under the old key", "under the new one"]);
}

#[test]
fn who_was_put_out_reads_nothing_more() {
    let report = verify(&removal().input(), &removal().reader("bob"));
    assert_eq!(report.stop, None);
    let states: Vec<_> = report.messages.iter().map(|message| message.state).collect();
    assert_eq!(states, [MessageState::Opened, MessageState::Locked]);
}

#[test]
fn a_box_that_keeps_back_the_readers_own_chain_is_stopped() {
    let (story, _) = key_change();
    let reader = story.reader("bob");
    let mut input = story.input();
    let tokens = input.chains.remove(&reader.me).unwrap();
    let problem = |shown: &RoomInput| verify(shown, &reader).stop.map(|stop| stop.problem);
    assert_eq!(problem(&input), Some(crate::Problem::KeptBack), "none of it");
    input.chains.insert(reader.me.clone(), tokens[..1].to_vec());
    assert_eq!(problem(&input), Some(crate::Problem::KeptBack), "as it was before the key");
    input.chains.insert(reader.me.clone(), tokens);
    assert_eq!(problem(&input), None);
}

/// The mark was signed with the keys before, and an epoch names the newer ones.
#[test]
fn a_read_mark_may_be_older_than_its_readers_keys() {
    let mut story = direct(2);
    story.say("alice", "read before the change");
    let (log, head) = (story.log.clone(), story.head());
    let mark = story.world.read_mark("bob", &log, head);
    let key = story.world.draws.next();
    story.world.rekey("bob", vec![key]);
    story.epoch("alice");
    let mut input = story.input();
    input.reads.push(mark);
    assert_eq!(verify(&input, &story.reader("alice")).stop, None);
}
