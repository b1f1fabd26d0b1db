//! About keys: people let in, and chains that the box shows otherwise.

use imajin_protocol::Did;
use imajin_protocol::entry::Will;

use super::{Attacks, NODE};
use crate::Rule;
use crate::ops::Role;
use crate::tests::honest::{Case, group};
use crate::tests::story::Story;
use crate::tests::world::World;

pub(super) fn cases() -> Vec<Case> {
    let mut attacks = Attacks::by(NODE);
    let mut story = group(1);
    let ghost = story.admit_intent("dave", &["dave"], Role::Member);
    story.derive(&ghost, "chat.admitted", |_| ());
    attacks.add("ghost-by-invitation", &[Rule::Turn], &story, "alice");

    let mut story = group(1);
    let mut forged = story.admit_intent("alice", &["dave"], Role::Member);
    if let Will::Signed(part) = &mut forged.header.will {
        part.sig[0] ^= 1;
    }
    forged.bytes = forged.header.encode();
    story.derive(&forged, "chat.admitted", |_| ());
    attacks.add("admission-nobody-signed", &[Rule::Intent], &story, "bob");

    let mut story = group(1);
    let honest = story.world.get_person("bob").clone();
    let key = story.world.draws.next();
    story.world.rekey("bob", vec![key]);
    let forged = story.world.people.get_mut("bob").unwrap();
    let last = forged.tokens.last_mut().unwrap();
    let (signed, _) = last.rsplit_once('.').unwrap();
    let other = honest.tokens[0].rsplit_once('.').unwrap().1;
    *last = format!("{signed}.{other}");
    attacks.add("another-key-in-a-chain", &[Rule::Chain], &story, "alice");

    let mut story = group(1);
    let key = story.world.draws.next();
    let before = story.world.get_person("bob").tokens.clone();
    story.world.rekey("bob", vec![key]);
    story.say("bob", "with my new key");
    let case = attacks.add("change-of-keys-kept-back", &[Rule::Chain], &story, "alice");
    case.shown.chains.insert(story.world.did("bob"), before.clone());

    let mut story = group(1);
    let key = story.world.draws.next();
    let before = story.world.get_person("bob").tokens.clone();
    story.world.rekey("bob", vec![key]);
    let (log, head) = (story.log.clone(), story.head());
    let mark = story.world.read_mark("bob", &log, head);
    let case =
        attacks.add("change-of-keys-kept-back-from-readers", &[Rule::Chain], &story, "alice");
    case.shown.chains.insert(story.world.did("bob"), before);
    case.shown.reads.push(mark);

    let mut world = World::new(2);
    world.person("alice", 1);
    world.person("bob", 1);
    let real = world.get_person("bob").head();
    let key = world.signing_key("bob");
    world.person_with("bob", 1, key);
    let name = Did::direct(&world.did("alice"), &world.did("bob"));
    let mut story = Story::begin(world, name);
    story.open("bob", &[("alice", Role::Member), ("bob", Role::Member)], vec![], true);
    story.epoch("bob");
    story.say("bob", "with keys of the box");
    let case = attacks.add("second-chain", &[Rule::Chain], &story, "alice");
    case.known.chains.insert(story.world.did("bob"), real);
    attacks.cases
}
