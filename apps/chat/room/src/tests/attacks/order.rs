//! About the order: entries taken out, kept back, moved or entered twice.

use super::{Attacks, NODE, plain, without};
use crate::Rule;
use crate::ops::Role;
use crate::tests::honest::{Case, group};
use crate::tests::story::Say;
use crate::tests::world::Intent;

pub(super) fn cases() -> Vec<Case> {
    let mut attacks = Attacks::by(NODE);
    let mut story = group(1);
    story.say("bob", "one");
    story.say("carol", "two");
    story.say("bob", "three");
    let mut gap = story.clone();
    without(&mut gap, 4);
    attacks.add("taken-out-of-the-middle", &[Rule::Seen], &gap, "alice");
    let mut swapped = story.clone();
    swapped.lines.swap(4, 5);
    swapped.relink();
    attacks.add("other-order", &[Rule::Seen], &swapped, "alice");

    let mut story = group(1);
    story.say("bob", "kept back");
    story.say("bob", "and again");
    without(&mut story, 3);
    attacks.add("newest-kept-back", &[Rule::Seen], &story, "alice");

    let mut story = group(1);
    story.say("bob", "kept back");
    let (log, head) = (story.log.clone(), story.head());
    let mark = story.world.read_mark("carol", &log, head);
    story.lines.pop();
    let case = attacks.add("newest-kept-back-from-writers", &[Rule::Reads], &story, "alice");
    case.shown.reads.push(mark);

    let mut story = group(1);
    let head = story.head();
    let crossed = || Say { seen: Some(head), ..Say::default() };
    story.say_with("alice", "crossing", crossed());
    story.say_with("carol", "each other", crossed());
    let (log, head) = (story.log.clone(), story.head());
    let mark = story.world.read_mark("bob", &log, head);
    story.lines.swap(3, 4);
    story.relink();
    let case = attacks.add("crossed-in-other-order", &[Rule::Reads], &story, "alice");
    case.shown.reads.push(mark);

    let mut story = group(1);
    story.say("bob", "once");
    story.lines.push(story.lines[3].clone());
    story.relink();
    attacks.add("entered-twice", &[Rule::Intent, Rule::Seen], &story, "alice");

    let mut story = group(1);
    let intent = story.group_op("alice", "connections.group.remove", Some("bob"), None, false);
    story.group_turn(&intent, "chat.out", "bob", "member");
    story.admit("alice", &["bob"], Role::Member);
    // The box puts a second header around what Alice signed, as if she had removed Bob again.
    let mut header = intent.header.clone();
    header.seq += 1;
    let again = Intent { bytes: header.encode(), header, ..intent };
    story.group_turn(&again, "chat.out", "bob", "member");
    attacks.add("signed-once-entered-twice", &[Rule::Intent], &story, "carol");

    let mut ours = group(1);
    let mut theirs = ours.clone();
    ours.say("bob", "as Alice sees it");
    theirs.say("bob", "as Carol sees it");
    let (_, intent) = theirs.message("carol", "who has seen that", Say::default());
    ours.derive(&intent, "chat.message", |_| ());
    attacks.add("two-histories", &[Rule::Seen], &ours, "alice");

    let mut story = plain(1);
    story.remove("alice", "bob");
    story.say("carol", "without Bob");
    story.lines.swap(2, 3);
    story.relink();
    attacks.add("removal-moved", &[Rule::Seen, Rule::Message], &story, "alice");
    attacks.cases
}
