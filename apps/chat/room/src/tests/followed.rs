//! Data that a page reads from its reader's own log (their own groups, compared keys), and requests from a place on:
//! matching conversations, and boxes that ignore the request.

use imajin_protocol::Did;

use super::attacks::{NODE, attack};
use super::honest::{Case, group, seen_by};
use super::story::Story;
use super::world::{Wish, World, id, ids};
use crate::ops::Role;
use crate::{Admins, Rule};

/// The place from which on all rows are asked for.
const FROM: u64 = 6;

pub(super) const THREE: [(&str, Role); 3] =
    [("alice", Role::Owner), ("bob", Role::Admin), ("carol", Role::Admin)];

/// A group that Alice made, and whose admin Bob is. Its conversation has the name that it gives, and is not opened yet.
pub(super) fn of_alice(pinned: bool) -> Story {
    let mut world = World::new(41);
    for name in ["alice", "bob", "carol"] {
        world.person(name, 1);
    }
    if pinned {
        world.pin("alice", "bob");
        world.pin("alice", "carol");
        let key = world.draws.next();
        world.rekey("carol", vec![key]);
    }
    let group = Did::from_key(&world.draws.next());
    let bob = world.did("bob");
    let mut story = Story::begin(world, Did::conversation_of(&group));
    for (op, fact) in [
        ("connections.group.create", vec![]),
        ("connections.group.role", vec![("dids", ids([&bob])), ("role", id("admin"))]),
    ] {
        let wish = Wish {
            op,
            about: Some(group.to_string()),
            fact,
            to: vec![group.clone()],
            ..Wish::default()
        };
        story.world.intend("alice", wish);
    }
    story.group = group;
    story
}

/// Eight messages, of which a page has asked for those from a place on.
fn asked(mut case: Case, story: &Story) -> Case {
    case.known.from = FROM;
    let mut lines = story.lines.iter().map(|line| &line.header);
    case.shown.rows.retain(|_| {
        let header = lines.next().unwrap();
        header.op != "chat.message" || header.seq >= FROM
    });
    case
}

fn long() -> Story {
    let mut story = group(42);
    for text in ["one", "two", "three", "four", "five", "six", "seven", "eight"] {
        story.say(["bob", "carol"][text.len() % 2], text);
    }
    story
}

pub(super) fn honest() -> Vec<Case> {
    let mut story = of_alice(true);
    story.open("bob", &THREE, vec![], true);
    story.epoch("carol");
    story.say("carol", "with keys that go on from those compared");
    let mut own = seen_by("own-group", &story, "alice");
    own.known.admins = Admins::Own;
    let story = long();
    vec![own, asked(seen_by("asked-from-a-place", &story, "alice"), &story)]
}

pub(super) fn lies() -> Vec<Case> {
    // A group of Carol's own, in the conversation that has the name of Alice's.
    let mut story = of_alice(false);
    story.group = Did::from_key(&story.world.draws.next());
    story.open("carol", &THREE, vec![], true);
    let mut named = attack("under-anothers-name", NODE, &[Rule::Turn], &story, "bob");
    named.known.admins = Admins::Own;

    let mut story = of_alice(false);
    story.open("carol", &THREE, vec![], true);
    let mut owned = attack("own-group-opened", NODE, &[Rule::Turn], &story, "alice");
    owned.known.admins = Admins::Own;

    let story = long();
    let mut gap =
        asked(attack("gap-in-what-was-asked-for", NODE, &[Rule::Place], &story, "alice"), &story);
    // The second of those asked for.
    gap.shown.rows.remove(4);

    // Like `second-chain`, but the comparison is in Alice's own log.
    let mut world = World::new(2);
    world.person("alice", 1);
    world.person("bob", 1);
    world.pin("alice", "bob");
    let key = world.signing_key("bob");
    world.person_with("bob", 1, key);
    let name = Did::direct(&world.did("alice"), &world.did("bob"));
    let mut story = Story::begin(world, name);
    let both = [("alice", Role::Member), ("bob", Role::Member)];
    story.open("bob", &both, vec![], true);
    story.epoch("bob");
    story.say("bob", "with keys of the box");
    let pinned = attack("second-chain-after-comparing", NODE, &[Rule::Chain], &story, "alice");
    vec![named, owned, gap, pinned]
}
