//! About epochs, by a member who makes them.

use super::{Attacks, MEMBER};
use crate::Rule;
use crate::tests::honest::{Case, group};
use crate::tests::story::Make;

pub(super) fn cases() -> Vec<Case> {
    let mut attacks = Attacks::by(MEMBER);
    let mut story = group(1);
    let make = Make { other: Some("alice"), ..Make::default() };
    story.remove("alice", "bob");
    story.epoch_with("carol", make);
    attacks.add("another-secret-for-one", &[Rule::Secret], &story, "alice");

    let mut story = group(1);
    let make = Make { for_whom: Some(vec!["alice", "carol"]), ..Make::default() };
    story.epoch_with("carol", make);
    attacks.add("left-out", &[Rule::Epoch], &story, "alice");

    let mut story = group(1);
    let make = Make { for_whom: Some(vec!["alice", "bob", "carol", "dave"]), ..Make::default() };
    story.epoch_with("carol", make);
    attacks.add("for-a-stranger", &[Rule::Epoch], &story, "alice");

    let mut story = group(1);
    story.remove("alice", "bob");
    let make = Make { skip_turn: Some(3), ..Make::default() };
    story.epoch_with("carol", make);
    attacks.add("leaves-out-a-removal", &[Rule::Epoch], &story, "alice");

    let mut story = group(1);
    let stolen = story.world.get_person("bob").clone();
    let key = story.world.draws.next();
    story.world.rekey("bob", vec![key]);
    story.epoch("bob");
    let make = Make { old: Some(("bob", stolen.head(), stolen.secrets)), ..Make::default() };
    story.epoch_with("carol", make);
    attacks.add("for-keys-put-away", &[Rule::Epoch], &story, "alice");

    let mut story = group(1);
    story.remove("alice", "bob");
    let (intent, secret) = story.epoch_intent("bob", Make::default());
    story.derive(&intent, "chat.epoch.made", |_| ());
    story.secrets.insert(2, secret);
    attacks.add("epoch-by-a-stranger", &[Rule::Epoch], &story, "alice");

    let mut story = group(1);
    story.remove("alice", "bob");
    let make = Make { secret: Some(story.secrets[&1]), ..Make::default() };
    story.epoch_with("carol", make);
    attacks.add("old-secret", &[Rule::Epoch], &story, "alice");

    let mut story = group(1);
    story.epoch("carol");
    story.epoch("carol");
    attacks.add("flood-of-epochs", &[Rule::Epoch], &story, "alice");
    attacks.cases
}
