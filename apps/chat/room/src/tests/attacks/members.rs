//! Attacks by a member who writes.

use super::{MEMBER, attack};
use crate::Rule;
use crate::ops::Role;
use crate::tests::honest::{Case, group};
use crate::tests::story::{Say, Story, boxed_body};

pub(super) fn cases() -> Vec<Case> {
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
    let contents = story.lines.last().unwrap().body.clone().unwrap();
    let contents = imajin_protocol::entry::decode_body(&contents).unwrap();
    let bytes = |name: &str| contents.get(name).unwrap().as_bytes().unwrap().to_vec();
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
