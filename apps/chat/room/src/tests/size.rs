//! Measures the largest sealed conversation.

use imajin_protocol::Did;

use super::story::Story;
use super::world::World;
use crate::ops::{Role, SEALED_MEMBERS_MAX};
use crate::verify;

/// Maximum size of an epoch, on the SD card and for each page.
const EPOCH_BYTES_MAX: usize = 64_000;

#[test]
fn an_epoch_for_as_many_as_may_be_in_is_small_and_opens() {
    let mut world = World::new(256);
    let names: Vec<&'static str> =
        (0..SEALED_MEMBERS_MAX).map(|n| &*String::leak(format!("member {n}"))).collect();
    for name in &names {
        world.person(name, 1);
    }
    let group = Did::group("0b0f9f3e-3c43-4d0c-9f6d-2d6d4b8f8a11").unwrap();
    let mut story = Story::begin(world, group);
    let role = |n| match n {
        0 => Role::Owner,
        _ => Role::Member,
    };
    let members = names.iter().enumerate().map(|(n, name)| (*name, role(n)));
    story.open(names[0], &members.collect::<Vec<_>>(), vec![], true);
    story.epoch(names[0]);
    let made = story.lines.last().unwrap();
    let (header, body) = (made.header.encode().len(), made.body.as_ref().unwrap().len());
    println!("{body} bytes, and {header} of the header");
    assert!(header + body <= EPOCH_BYTES_MAX, "{header} + {body} bytes");
    let last = names[SEALED_MEMBERS_MAX - 1];
    let report = verify(&story.input(), &story.reader(last));
    assert_eq!((report.stop, report.epoch, report.renew), (None, 1, None));
}
