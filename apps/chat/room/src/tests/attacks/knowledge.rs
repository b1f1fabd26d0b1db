//! Attacks on a page's previous state, and on the membership.

use imajin_protocol::entry::Will;

use super::{Attacks, NODE, without};
use crate::ops::Role;
use crate::tests::honest::{Case, group, unsealed};
use crate::tests::story::Say;
use crate::{Admins, Rule};

pub(super) fn cases() -> Vec<Case> {
    let mut attacks = Attacks::by(NODE);
    let mut story = group(1);
    story.say("alice", "from the phone that is lost");
    let own = story.world.get_person("alice").own.clone();
    story.say("bob", "seen by it");
    let (log, head) = (story.log.clone(), story.head());
    story.world.read_mark("alice", &log, head);
    let newer = story.world.get_person("alice").own.clone();
    assert!(newer.len() > own.len());
    let whole = story.clone();
    story.lines.pop();
    let case = attacks.add("older-state-to-a-new-phone", &[Rule::Known], &story, "alice");
    case.shown.own = Some(newer);
    let case = attacks.add("older-state-to-a-page", &[Rule::Known], &story, "carol");
    case.known.pin = Some(whole.head());

    let mut story = group(1);
    story.say("alice", "answered with 201");
    let sent = story.head();
    story.lines.pop();
    let case = attacks.add("not-entered", &[Rule::Known], &story, "alice");
    case.known.sent.push(sent);

    let mut story = group(1);
    let intent = story.group_op("carol", "connections.group.leave", None, None, true);
    story.group_turn(&intent, "chat.out", "carol", "member");
    attacks.add("made-up-leaving", &[Rule::Turn], &story, "alice");

    let mut story = group(1);
    let message = story.say("bob", "not deleted");
    let carols = story.intend_about("carol", "chat.delete", &message);
    story.erase(&carols, &[&message]);
    let last = story.lines.last_mut().unwrap();
    last.header.will = Will::Node;
    last.header.cause = None;
    last.header.author = story.world.node.clone();
    last.cause = None;
    attacks.add("body-kept-back", &[Rule::Body], &story, "alice");

    let mut story = unsealed(1, true);
    story.lines.truncate(1);
    story.turns.clear();
    let ghosts = [("alice", Role::Admin), ("bob", Role::Member), ("dave", Role::Owner)];
    story.open("dave", &ghosts, vec![], true);
    let case = attacks.add("ghost-opens-first", &[Rule::Turn], &story, "alice");
    case.known.admins = Admins::These(Default::default());

    let mut story = group(1);
    let old = Say { seen: Some(story.head()), ..Say::default() };
    let (_, intent) = story.message("carol", "signed before", old);
    story.remove("alice", "bob");
    story.epoch("alice");
    story.derive(&intent, "chat.message", |_| ());
    attacks.add("under-the-epoch-before", &[Rule::Message], &story, "alice");

    let mut story = group(1);
    story.remove("alice", "bob");
    story.epoch("alice");
    without(&mut story, 3);
    attacks.add("removal-hidden", &[Rule::Seen, Rule::Epoch], &story, "carol");
    attacks.cases
}
