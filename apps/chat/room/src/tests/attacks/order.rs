//! About the order: entries taken out, kept back, moved or entered twice.

use super::{NODE, attack, plain, without};
use crate::Rule;
use crate::ops::Role;
use crate::tests::honest::{Case, group};
use crate::tests::story::Say;
use crate::tests::world::Intent;

pub(super) fn cases() -> Vec<Case> {
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

    let mut story = group(1);
    let intent = story.group_op(
        "alice",
        "connections.group.remove",
        Some("bob"),
        None,
        false,
    );
    story.group_turn(&intent, "chat.out", "bob", "member");
    story.admit("alice", &["bob"], Role::Member);
    // The box puts a second header around what Alice signed, as if she had removed Bob again.
    let mut header = intent.header.clone();
    header.seq += 1;
    let again = Intent {
        bytes: header.encode(),
        header,
        ..intent
    };
    story.group_turn(&again, "chat.out", "bob", "member");
    cases.push(attack(
        "signed-once-entered-twice",
        NODE,
        &[Rule::Intent],
        &story,
        "carol",
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
