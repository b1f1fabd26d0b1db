//! The attacks on a conversation: by the box that keeps it, and by a member. Each is caught, and without the rule that
//! catches it (or the two that overlap) it passes unnoticed.

use imajin_protocol::Did;
use imajin_protocol::entry::Will;

use super::honest::{Case, group, unsealed};
use super::story::{Make, Say, Story, boxed_body};
use super::world::{World, id, ids, salted};
use crate::ops::Role;
use crate::room::verify_by;
use crate::rule::Checks;
use crate::seal::number;
use crate::{Rule, Shown, verify};

const NODE: &str = "node";
const MEMBER: &str = "member";

fn attack(name: &'static str, by: &'static str, rules: &[Rule], story: &Story, me: &str) -> Case {
    Case {
        name,
        by,
        rules: rules.to_vec(),
        shown: story.shown(),
        known: story.known(me),
        secrets: story.world.of(me).secrets.clone(),
    }
}

pub(super) fn cases() -> Vec<Case> {
    let parts: [fn() -> Vec<Case>; 6] = [keys, order, places, knowledge, epochs, members];
    parts.iter().flat_map(|part| part()).collect()
}

fn plain(seed: u64) -> Story {
    unsealed(seed, false)
}

/// Takes an entry out and links the rest anew.
fn without(story: &mut Story, seq: usize) {
    story.lines.remove(seq);
    story.relink();
}

fn keys() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut story = group(1);
    let ghost = story.admit_intent("dave", &["dave"], Role::Member);
    story.derive(&ghost, "chat.admitted", |_| ());
    cases.push(attack(
        "ghost-by-invitation",
        NODE,
        &[Rule::Turn],
        &story,
        "alice",
    ));

    let mut story = group(1);
    let mut forged = story.admit_intent("alice", &["dave"], Role::Member);
    if let Will::Signed(part) = &mut forged.header.will {
        part.sig[0] ^= 1;
    }
    forged.bytes = forged.header.encode();
    story.derive(&forged, "chat.admitted", |_| ());
    cases.push(attack(
        "admission-nobody-signed",
        NODE,
        &[Rule::Intent],
        &story,
        "bob",
    ));

    let mut story = group(1);
    let honest = story.world.of("bob").clone();
    let key = story.world.draws.next();
    story.world.rekey("bob", vec![key]);
    let forged = story.world.people.get_mut("bob").unwrap();
    let last = forged.tokens.last_mut().unwrap();
    let (signed, _) = last.rsplit_once('.').unwrap();
    let other = honest.tokens[0].rsplit_once('.').unwrap().1;
    *last = format!("{signed}.{other}");
    cases.push(attack(
        "another-key-in-a-chain",
        NODE,
        &[Rule::Chain],
        &story,
        "alice",
    ));

    let mut story = group(1);
    let key = story.world.draws.next();
    let before = story.world.of("bob").tokens.clone();
    story.world.rekey("bob", vec![key]);
    story.say("bob", "with my new key");
    let mut case = attack(
        "change-of-keys-kept-back",
        NODE,
        &[Rule::Chain],
        &story,
        "alice",
    );
    case.shown
        .chains
        .insert(story.world.did("bob"), before.clone());
    cases.push(case);

    let mut story = group(1);
    let key = story.world.draws.next();
    let before = story.world.of("bob").tokens.clone();
    story.world.rekey("bob", vec![key]);
    let (log, head) = (story.log.clone(), story.head());
    let mark = story.world.read_mark("bob", &log, head);
    let mut case = attack(
        "change-of-keys-kept-back-from-readers",
        NODE,
        &[Rule::Chain],
        &story,
        "alice",
    );
    case.shown.chains.insert(story.world.did("bob"), before);
    case.shown.reads.push(mark);
    cases.push(case);

    let mut world = World::new(2);
    world.person("alice", 1);
    world.person("bob", 1);
    let real = world.of("bob").head();
    let key = world.signing_key("bob");
    world.person_with("bob", 1, key);
    let name = Did::direct(&world.did("alice"), &world.did("bob"));
    let mut story = Story::begin(world, name);
    story.open(
        "bob",
        &[("alice", Role::Member), ("bob", Role::Member)],
        vec![],
        true,
    );
    story.epoch("bob");
    story.say("bob", "with keys of the box");
    let mut case = attack("second-chain", NODE, &[Rule::Chain], &story, "alice");
    case.known.chains.insert(story.world.did("bob"), real);
    cases.push(case);
    cases
}

fn order() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut story = group(1);
    story.say("bob", "one");
    story.say("carol", "two");
    story.say("bob", "three");
    let mut case_story = story.clone();
    without(&mut case_story, 4);
    cases.push(attack(
        "taken-out-of-the-middle",
        NODE,
        &[Rule::Seen],
        &case_story,
        "alice",
    ));
    let mut swapped = story.clone();
    swapped.lines.swap(4, 5);
    swapped.relink();
    cases.push(attack(
        "other-order",
        NODE,
        &[Rule::Seen],
        &swapped,
        "alice",
    ));

    let mut story = group(1);
    story.say("bob", "kept back");
    story.say("bob", "and again");
    without(&mut story, 3);
    cases.push(attack(
        "newest-kept-back",
        NODE,
        &[Rule::Seen],
        &story,
        "alice",
    ));

    let mut story = group(1);
    story.say("bob", "kept back");
    let (log, head) = (story.log.clone(), story.head());
    let mark = story.world.read_mark("carol", &log, head);
    story.lines.pop();
    let mut case = attack(
        "newest-kept-back-from-writers",
        NODE,
        &[Rule::Reads],
        &story,
        "alice",
    );
    case.shown.reads.push(mark);
    cases.push(case);

    let mut story = group(1);
    let head = story.head();
    let crossed = || Say {
        seen: Some(head),
        ..Say::default()
    };
    story.say_with("alice", "crossing", crossed());
    story.say_with("carol", "each other", crossed());
    let (log, head) = (story.log.clone(), story.head());
    let mark = story.world.read_mark("bob", &log, head);
    story.lines.swap(3, 4);
    story.relink();
    let mut case = attack(
        "crossed-in-other-order",
        NODE,
        &[Rule::Reads],
        &story,
        "alice",
    );
    case.shown.reads.push(mark);
    cases.push(case);

    let mut story = group(1);
    story.say("bob", "once");
    story.lines.push(story.lines[3].clone());
    story.relink();
    cases.push(attack(
        "entered-twice",
        NODE,
        &[Rule::Intent, Rule::Seen],
        &story,
        "alice",
    ));

    let mut ours = group(1);
    let mut theirs = ours.clone();
    ours.say("bob", "as Alice sees it");
    theirs.say("bob", "as Carol sees it");
    let (_, intent) = theirs.message("carol", "who has seen that", Say::default());
    ours.derive(&intent, "chat.message", |_| ());
    cases.push(attack("two-histories", NODE, &[Rule::Seen], &ours, "alice"));

    let mut story = plain(1);
    story.remove("alice", "bob");
    story.say("carol", "without Bob");
    story.lines.swap(2, 3);
    story.relink();
    cases.push(attack(
        "removal-moved",
        NODE,
        &[Rule::Seen, Rule::Message],
        &story,
        "alice",
    ));
    cases
}

/// Another conversation of the same people.
fn elsewhere(story: &Story) -> Story {
    let name = Did::group("7d7a0a65-0f0e-4e59-8d9e-07b6f1a7a0c2").unwrap();
    let mut world = story.world.clone();
    world.draws.next();
    let mut other = Story::begin(world, name);
    let members: Vec<_> = story.members.clone().into_iter().collect();
    other.open("alice", &members, vec![], false);
    other
}

fn places() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut story = plain(1);
    let (_, intent) = story.message("bob", "said elsewhere", Say::default());
    let mut other = elsewhere(&story);
    other.derive(&intent, "chat.message", |_| ());
    cases.push(attack(
        "replayed-elsewhere",
        NODE,
        &[Rule::Place, Rule::Seen],
        &other,
        "alice",
    ));

    let mut story = plain(1);
    let intent = story.forget("bob");
    let mut other = elsewhere(&story);
    let message = other.say("bob", "deleted elsewhere only");
    other.erase(&intent, &[&message]);
    cases.push(attack(
        "deletion-replayed",
        NODE,
        &[Rule::Place],
        &other,
        "alice",
    ));

    let story = group(1);
    let mut world = story.world.clone();
    world.draws.next();
    let mut second = Story::begin(world, story.name.clone());
    let members: Vec<_> = story.members.clone().into_iter().collect();
    second.open("alice", &members, vec![], true);
    let mut case = attack("second-log", NODE, &[Rule::Place], &second, "bob");
    case.known.log = Some(story.log);
    cases.push(case);

    let mut world = World::new(2);
    world.person("alice", 1);
    world.person("bob", 1);
    let name = Did::direct(&world.did("alice"), &world.did("bob"));
    let alice = world.did("alice");
    let mut story = Story::begin(world, name);
    story.world.now_ms += 3_600_000;
    let both = [("alice", Role::Member), ("bob", Role::Member)];
    story.open("bob", &both, vec![("keyless", ids([&alice]))], false);
    cases.push(attack("downgrade", NODE, &[Rule::Keyless], &story, "alice"));

    let mut world = World::new(2);
    world.person("alice", 1);
    world.person("bob", 1);
    let bob = world.did("bob");
    let name = Did::group("0b0f9f3e-3c43-4d0c-9f6d-2d6d4b8f8a11").unwrap();
    let mut story = Story::begin(world, name);
    story.world.now_ms += 3_600_000;
    let both = [("alice", Role::Owner), ("bob", Role::Member)];
    story.open("alice", &both, vec![("keyless", ids([&bob]))], false);
    cases.push(attack(
        "downgrade-of-a-group",
        NODE,
        &[Rule::Keyless],
        &story,
        "bob",
    ));

    let mut story = group(1);
    let words = vec![("type", "text".into()), ("text", "in Bob's name".into())];
    let say = Say {
        body: Some(salted(words, story.world.draws.next())),
        custodial: true,
        ..Say::default()
    };
    story.say_with("bob", "", say);
    cases.push(attack(
        "readable-in-sealed",
        NODE,
        &[Rule::Sealed],
        &story,
        "alice",
    ));

    let mut story = plain(1);
    story.say("bob", "yes");
    let other = salted(
        vec![("type", "text".into()), ("text", "no".into())],
        story.world.draws.next(),
    );
    story.lines.last_mut().unwrap().body =
        Some(imajin_protocol::entry::encode_body(&other).unwrap());
    cases.push(attack("other-body", NODE, &[Rule::Intent], &story, "alice"));

    let mut story = plain(1);
    let one = story.say("alice", "shall we?");
    let other = story.say("carol", "or not?");
    let say = Say {
        re: Some(one),
        ..Say::default()
    };
    story.say_with("bob", "yes", say);
    let header = &mut story.lines.last_mut().unwrap().header;
    let fact = header.fact.as_ref().unwrap();
    let changed = fact.iter().map(|(key, value)| match key {
        "re" => (key, id(&other)),
        _ => (key, value.clone()),
    });
    header.fact = Some(imajin_protocol::Fact::new(changed).unwrap());
    cases.push(attack(
        "other-answer",
        NODE,
        &[Rule::Intent],
        &story,
        "alice",
    ));

    let mut story = plain(1);
    story.say("bob", "mine");
    story.lines.last_mut().unwrap().header.author = story.world.did("carol");
    cases.push(attack(
        "other-author",
        NODE,
        &[Rule::Intent],
        &story,
        "alice",
    ));
    cases
}

fn knowledge() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut story = group(1);
    story.say("alice", "from the phone that is lost");
    let own = story.world.of("alice").own.clone();
    story.say("bob", "seen by it");
    let (log, head) = (story.log.clone(), story.head());
    story.world.read_mark("alice", &log, head);
    let newer = story.world.of("alice").own.clone();
    assert!(newer.len() > own.len());
    let whole = story.clone();
    story.lines.pop();
    let mut case = attack(
        "older-state-to-a-new-phone",
        NODE,
        &[Rule::Known],
        &story,
        "alice",
    );
    case.shown.own = newer;
    cases.push(case);
    let mut case = attack(
        "older-state-to-a-page",
        NODE,
        &[Rule::Known],
        &story,
        "carol",
    );
    case.known.pin = Some(whole.head());
    cases.push(case);

    let mut story = group(1);
    story.say("alice", "answered with 201");
    let sent = story.head();
    story.lines.pop();
    let mut case = attack("not-entered", NODE, &[Rule::Known], &story, "alice");
    case.known.sent.push(sent);
    cases.push(case);

    let mut story = group(1);
    let intent = story.group_op("carol", "connections.group.leave", None, None, true);
    story.group_turn(&intent, "chat.out", "carol", "member");
    cases.push(attack(
        "made-up-leaving",
        NODE,
        &[Rule::Turn],
        &story,
        "alice",
    ));

    let mut story = group(1);
    let message = story.say("bob", "not deleted");
    let carols = story.about("carol", "chat.delete", &message);
    story.erase(&carols, &[&message]);
    let last = story.lines.last_mut().unwrap();
    last.header.will = Will::Node;
    last.header.cause = None;
    last.header.author = story.world.node.clone();
    last.cause = None;
    cases.push(attack(
        "body-kept-back",
        NODE,
        &[Rule::Body],
        &story,
        "alice",
    ));

    let mut story = unsealed(1, true);
    story.lines.truncate(1);
    story.turns.clear();
    let ghosts = [
        ("alice", Role::Admin),
        ("bob", Role::Member),
        ("dave", Role::Owner),
    ];
    story.open("dave", &ghosts, vec![], true);
    let mut case = attack("ghost-opens-first", NODE, &[Rule::Turn], &story, "alice");
    case.known.admins = Some(Default::default());
    cases.push(case);

    let mut story = group(1);
    let old = Say {
        seen: Some(story.head()),
        ..Say::default()
    };
    let (_, intent) = story.message("carol", "signed before", old);
    story.remove("alice", "bob");
    story.epoch("alice");
    story.derive(&intent, "chat.message", |_| ());
    cases.push(attack(
        "under-the-epoch-before",
        NODE,
        &[Rule::Message],
        &story,
        "alice",
    ));

    let mut story = group(1);
    story.remove("alice", "bob");
    story.epoch("alice");
    without(&mut story, 3);
    cases.push(attack(
        "removal-hidden",
        NODE,
        &[Rule::Seen, Rule::Epoch],
        &story,
        "carol",
    ));
    cases
}

fn epochs() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut push = |name, rules: &[Rule], story: &Story, me: &str| {
        cases.push(attack(name, MEMBER, rules, story, me));
    };
    let mut story = group(1);
    let make = Make {
        other: Some("alice"),
        ..Make::default()
    };
    story.remove("alice", "bob");
    story.epoch_with("carol", make);
    push("another-secret-for-one", &[Rule::Secret], &story, "alice");

    let mut story = group(1);
    let make = Make {
        for_whom: Some(vec!["alice", "carol"]),
        ..Make::default()
    };
    story.epoch_with("carol", make);
    push("left-out", &[Rule::Epoch], &story, "alice");

    let mut story = group(1);
    let make = Make {
        for_whom: Some(vec!["alice", "bob", "carol", "dave"]),
        ..Make::default()
    };
    story.epoch_with("carol", make);
    push("for-a-stranger", &[Rule::Epoch], &story, "alice");

    let mut story = group(1);
    story.remove("alice", "bob");
    let make = Make {
        skip_turn: Some(3),
        ..Make::default()
    };
    story.epoch_with("carol", make);
    push("leaves-out-a-removal", &[Rule::Epoch], &story, "alice");

    let mut story = group(1);
    let stolen = story.world.of("bob").clone();
    let key = story.world.draws.next();
    story.world.rekey("bob", vec![key]);
    story.epoch("bob");
    let make = Make {
        old: Some(("bob", stolen.head(), stolen.secrets)),
        ..Make::default()
    };
    story.epoch_with("carol", make);
    push("for-keys-put-away", &[Rule::Epoch], &story, "alice");

    let mut story = group(1);
    story.remove("alice", "bob");
    let (intent, secret) = story.epoch_intent("bob", Make::default());
    story.derive(&intent, "chat.epoch.made", |_| ());
    story.secrets.insert(2, secret);
    push("epoch-by-a-stranger", &[Rule::Epoch], &story, "alice");

    let mut story = group(1);
    story.remove("alice", "bob");
    let make = Make {
        secret: Some(story.secrets[&1]),
        ..Make::default()
    };
    story.epoch_with("carol", make);
    push("old-secret", &[Rule::Epoch], &story, "alice");

    let mut story = group(1);
    story.epoch("carol");
    story.epoch("carol");
    push("flood-of-epochs", &[Rule::Epoch], &story, "alice");
    cases
}

fn members() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut push = |name, rules: &[Rule], story: &Story| {
        cases.push(attack(name, MEMBER, rules, story, "alice"));
    };
    let mut story = group(1);
    story.admit("bob", &["dave"], Role::Member);
    push("member-lets-a-friend-in", &[Rule::Turn], &story);

    let mut story = group(1);
    story.remove("bob", "carol");
    push("member-puts-another-out", &[Rule::Turn], &story);

    let mut story = group(1);
    let words = story.say("alice", "mine");
    let edit = |re: String| Say {
        kind: Some("edit"),
        re: Some(re),
        ..Say::default()
    };
    story.say_with("bob", "not mine", edit(words));
    push("edits-anothers", &[Rule::Box], &story);

    let mut story = group(1);
    story.remove("alice", "bob");
    let say = Say {
        epoch: Some(1),
        ..Say::default()
    };
    story.say_with("bob", "still here", say);
    push("written-after-being-put-out", &[Rule::Message], &story);

    let mut story = group(1);
    story.say("alice", "my words");
    let copied = story.lines.last().unwrap().body.clone().unwrap();
    let say = Say {
        body: Some(imajin_protocol::entry::decode_body(&copied).unwrap()),
        ..Say::default()
    };
    story.say_with("bob", "", say);
    push("anothers-box", &[Rule::Box], &story);

    let mut story = group(1);
    let before = story.head();
    story.say("bob", "one");
    let say = Say {
        seen: Some(before),
        ..Say::default()
    };
    story.say_with("bob", "two", say);
    push("passes-over-their-own", &[Rule::Seen], &story);

    let mut story = group(1);
    story.say("bob", "said");
    let said = story.lines.last().unwrap().body.clone().unwrap();
    let said = imajin_protocol::entry::decode_body(&said).unwrap();
    let bytes = |name: &str| said.get(name).unwrap().as_bytes().unwrap().to_vec();
    let nonce = bytes("nonce").try_into().unwrap();
    let body = boxed_body(nonce, [7; 32], bytes("box"), [8; 32]);
    let mut story = group(1);
    let say = Say {
        body: Some(body),
        ..Say::default()
    };
    story.say_with("bob", "said", say);
    push("another-commitment", &[Rule::Box], &story);

    let mut story = group(1);
    let (one, other) = (
        story.say("alice", "shall we?"),
        story.say("carol", "or not?"),
    );
    let say = Say {
        re: Some(other),
        boxed_re: Some(one),
        ..Say::default()
    };
    story.say_with("bob", "yes", say);
    push("moved-answer", &[Rule::Box], &story);

    let mut story = group(1);
    let say = Say {
        body: Some(boxed_body([1; 32], [2; 32], vec![3; 272], [4; 32])),
        ..Say::default()
    };
    story.say_with("bob", "", say);
    story.say("carol", "goes on");
    push("box-for-nobody", &[Rule::Box], &story);
    cases
}

/// The one attack that no rule catches: a chain that the box made before anybody compared. The numbers differ.
pub(super) fn uncompared() -> (Case, [[String; 12]; 2]) {
    let mut case = keys()
        .into_iter()
        .find(|case| case.name == "second-chain")
        .unwrap();
    let bob = case.known.chains.keys().next().unwrap().clone();
    let real = case.known.chains.remove(&bob).unwrap();
    case.name = "second-chain-before-comparing";
    case.rules = Vec::new();
    let head = |shown: &Shown, did: &Did| {
        let tokens = &shown.chains[did];
        *imajin_protocol::identity::verify_chain(did, tokens)
            .unwrap()
            .head_cid()
    };
    let me = case.known.me.clone();
    let (mine, theirs) = (head(&case.shown, &me), head(&case.shown, &bob));
    let numbers = [
        number((&me, &mine), (&bob, &theirs)),
        number((&bob, &real), (&me, &mine)),
    ];
    (case, numbers)
}

#[test]
fn every_attack_is_caught_by_its_rule() {
    for case in cases() {
        let report = verify(&case.shown, &case.known);
        let found = report
            .stop
            .or(report.voids.first().copied())
            .or(report.renew);
        let found = found.unwrap_or_else(|| panic!("{} passes", case.name));
        assert_eq!(
            found.problem.rule(),
            case.rules[0],
            "{}: {found:?}",
            case.name
        );
    }
}

#[test]
fn without_its_rule_every_attack_passes_unnoticed() {
    for case in cases() {
        let report = verify_by(&case.shown, &case.known, Checks::without(&case.rules));
        let found = (report.stop, report.voids, report.renew);
        assert_eq!(found, (None, vec![], None), "{}", case.name);
        let only_first = Checks::without(&case.rules[..1]);
        let still = verify_by(&case.shown, &case.known, only_first);
        let caught = still.stop.is_some() || !still.voids.is_empty() || still.renew.is_some();
        assert_eq!(
            caught,
            case.rules.len() > 1,
            "{}: no rule too many",
            case.name
        );
    }
}

#[test]
fn there_are_forty_nine() {
    assert_eq!(cases().len() + 1, 49);
    let (case, numbers) = uncompared();
    let report = verify(&case.shown, &case.known);
    assert_eq!((report.stop, report.voids.len()), (None, 0));
    assert_ne!(numbers[0], numbers[1]);
}
