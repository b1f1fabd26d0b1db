//! Attacks by a member who writes.

use super::{Attacks, MEMBER};
use crate::Rule;
use crate::ops::Role;
use crate::tests::honest::{Case, group};
use crate::tests::story::{Say, boxed_body};

pub(super) fn cases() -> Vec<Case> {
    let mut attacks = Attacks::by(MEMBER);
    let mut story = group(1);
    story.admit("bob", &["dave"], Role::Member);
    attacks.add("member-lets-a-friend-in", &[Rule::Turn], &story, "alice");

    let mut story = group(1);
    story.remove("bob", "carol");
    attacks.add("member-puts-another-out", &[Rule::Turn], &story, "alice");

    let mut story = group(1);
    let words = story.say("alice", "mine");
    let edit = |re: String| Say { kind: Some("edit"), re: Some(re), ..Say::default() };
    story.say_with("bob", "not mine", edit(words));
    attacks.add("edits-anothers", &[Rule::Box], &story, "alice");

    let mut story = group(1);
    story.remove("alice", "bob");
    let say = Say { epoch: Some(1), ..Say::default() };
    story.say_with("bob", "still here", say);
    attacks.add("written-after-being-put-out", &[Rule::Message], &story, "alice");

    let mut story = group(1);
    story.say("alice", "my words");
    let copied = story.lines.last().unwrap().body.clone().unwrap();
    let say =
        Say { body: Some(imajin_protocol::entry::decode_body(&copied).unwrap()), ..Say::default() };
    story.say_with("bob", "", say);
    attacks.add("anothers-box", &[Rule::Box], &story, "alice");

    let mut story = group(1);
    let before = story.head();
    story.say("bob", "one");
    let say = Say { seen: Some(before), ..Say::default() };
    story.say_with("bob", "two", say);
    attacks.add("passes-over-their-own", &[Rule::Seen], &story, "alice");

    let mut story = group(1);
    story.say("bob", "said");
    let contents = story.lines.last().unwrap().body.clone().unwrap();
    let contents = imajin_protocol::entry::decode_body(&contents).unwrap();
    let bytes = |name: &str| contents.get(name).unwrap().as_bytes().unwrap().to_vec();
    let nonce = bytes("nonce").try_into().unwrap();
    let body = boxed_body(nonce, [7; 32], bytes("box"), [8; 32]);
    let mut story = group(1);
    let say = Say { body: Some(body), ..Say::default() };
    story.say_with("bob", "said", say);
    attacks.add("another-commitment", &[Rule::Box], &story, "alice");

    let mut story = group(1);
    let (one, other) = (story.say("alice", "shall we?"), story.say("carol", "or not?"));
    let say = Say { re: Some(other), boxed_re: Some(one), ..Say::default() };
    story.say_with("bob", "yes", say);
    attacks.add("moved-answer", &[Rule::Box], &story, "alice");

    let mut story = group(1);
    let say =
        Say { body: Some(boxed_body([1; 32], [2; 32], vec![3; 272], [4; 32])), ..Say::default() };
    story.say_with("bob", "", say);
    story.say("carol", "goes on");
    attacks.add("box-for-nobody", &[Rule::Box], &story, "alice");
    attacks.cases
}
