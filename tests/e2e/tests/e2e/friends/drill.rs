//! The restore drill at a friend's box, as the owner's page tells of it.

use super::{World, drill_at};
use imajin_box::backup::DrillOutcome;
use imajin_e2e::prelude::*;

/// Checks that the owner's page says in both languages that all of the backup came back.
fn check_page(ada: &Owner, data: &Path) {
    let node = Node::start(data);
    let ada = ada.at(&node);
    assert_has!(ada.page("/backups"), "all of it came back");
    assert_has!(ada.german_page("/backups"), "kam alles davon zurück");
    node.stop();
}

#[test]
fn the_day_when_all_of_it_came_back_stays_while_the_friend_is_away() {
    let world = World::new();
    let data = world.house.data();
    world.back_up();
    let place = world.place();
    world.house.node.stop();
    let whole = drill_at(&data, &place);
    assert!(matches!(whole, DrillOutcome::Whole { .. }), "{whole:?}");
    check_page(&world.ada, &data);
    world.bob.stop();
    let skipped = drill_at(&data, &place);
    assert!(matches!(skipped, DrillOutcome::Skipped(_)), "{skipped:?}");
    check_page(&world.ada, &data);
}
