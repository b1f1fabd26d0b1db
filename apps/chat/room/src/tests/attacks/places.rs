//! About places: what was said elsewhere, otherwise, or to be read by the box.

use imajin_protocol::Did;

use super::{Attacks, NODE, plain};
use crate::Rule;
use crate::ops::Role;
use crate::tests::honest::{Case, group};
use crate::tests::story::{Say, Story};
use crate::tests::world::{World, id, ids, salted};

/// Another conversation of the same people.
fn elsewhere(story: &Story) -> Story {
    let mut world = story.world.clone();
    world.draws.next();
    let mut other = Story::of_group(world);
    other.found("alice");
    let members: Vec<_> = story.members.clone().into_iter().collect();
    other.open("alice", &members, vec![], false);
    other
}

pub(super) fn cases() -> Vec<Case> {
    let mut attacks = Attacks::by(NODE);
    let mut story = plain(1);
    let (_, intent) = story.message("bob", "said elsewhere", Say::default());
    let mut other = elsewhere(&story);
    other.derive(&intent, "chat.message", |_| ());
    attacks.add("replayed-elsewhere", &[Rule::Place, Rule::Seen], &other, "alice");

    let mut story = plain(1);
    let intent = story.forget("bob");
    let mut other = elsewhere(&story);
    let message = other.say("bob", "deleted elsewhere only");
    other.erase(&intent, &[&message]);
    attacks.add("deletion-replayed", &[Rule::Place], &other, "alice");

    let story = group(1);
    let mut world = story.world.clone();
    world.draws.next();
    let mut second = Story::begin(world, story.name.clone());
    second.group = story.group.clone();
    let members: Vec<_> = story.members.clone().into_iter().collect();
    second.open("alice", &members, vec![], true);
    let case = attacks.add("second-log", &[Rule::Place], &second, "bob");
    case.known.log = Some(story.log);

    let mut world = World::new(2);
    world.person("alice", 1);
    world.person("bob", 1);
    let name = Did::direct(&world.did("alice"), &world.did("bob"));
    let alice = world.did("alice");
    let mut story = Story::begin(world, name);
    story.world.now_ms += 3_600_000;
    let both = [("alice", Role::Member), ("bob", Role::Member)];
    story.open("bob", &both, vec![("keyless", ids([&alice]))], false);
    attacks.add("downgrade", &[Rule::Keyless], &story, "alice");

    let mut world = World::new(2);
    world.person("alice", 1);
    world.person("bob", 1);
    let bob = world.did("bob");
    let mut story = Story::of_group(world);
    story.found("alice");
    story.world.now_ms += 3_600_000;
    let both = [("alice", Role::Owner), ("bob", Role::Member)];
    story.open("alice", &both, vec![("keyless", ids([&bob]))], false);
    attacks.add("downgrade-of-a-group", &[Rule::Keyless], &story, "bob");

    let mut story = group(1);
    let words = vec![("type", "text".into()), ("text", "in Bob's name".into())];
    let say = Say {
        body: Some(salted(words, story.world.draws.next())),
        custodial: true,
        ..Say::default()
    };
    story.say_with("bob", "", say);
    attacks.add("readable-in-sealed", &[Rule::Sealed], &story, "alice");

    let mut story = plain(1);
    story.say("bob", "yes");
    let other =
        salted(vec![("type", "text".into()), ("text", "no".into())], story.world.draws.next());
    story.lines.last_mut().unwrap().body =
        Some(imajin_protocol::entry::encode_body(&other).unwrap());
    attacks.add("other-body", &[Rule::Intent], &story, "alice");

    let mut story = plain(1);
    let question = story.say("alice", "shall we?");
    let other = story.say("carol", "or not?");
    let say = Say { re: Some(question), ..Say::default() };
    story.say_with("bob", "yes", say);
    let header = &mut story.lines.last_mut().unwrap().header;
    let fact = header.fact.as_ref().unwrap();
    let changed = fact.iter().map(|(key, value)| match key {
        "re" => (key, id(&other)),
        _ => (key, value.clone()),
    });
    header.fact = Some(imajin_protocol::Fact::new(changed).unwrap());
    attacks.add("other-answer", &[Rule::Intent], &story, "alice");

    let mut story = plain(1);
    story.say("bob", "mine");
    story.lines.last_mut().unwrap().header.author = story.world.did("carol");
    attacks.add("other-author", &[Rule::Intent], &story, "alice");
    attacks.cases
}
