//! Tests that no rows make the verification panic, and that no part of them can be changed without detection.

use proptest::prelude::*;

use super::honest::{direct, group};
use crate::row::RowBytes;
use crate::{RoomInput, verify};

fn part(row: &mut RowBytes, which: u8) -> Option<&mut Vec<u8>> {
    match which % 3 {
        0 => Some(&mut row.header),
        1 => row.cause.as_mut(),
        _ => row.body.as_mut(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// The newest header has no successor that names it: its time is the box's word.
    #[test]
    fn no_changed_byte_goes_unnoticed(row in 0..4_usize, which: u8, at: u16, flip in 1..=255_u8) {
        let mut story = group(31);
        story.say("bob", "one");
        story.say("carol", "two");
        let mut input = story.input();
        if let Some(bytes) = part(&mut input.rows[row], which) {
            let at = usize::from(at) % bytes.len();
            bytes[at] ^= flip;
            let report = verify(&input, &story.reader("alice"));
            prop_assert!(report.stop.is_some(), "row {row}, byte {at} of part {}", which % 3);
        }
    }

    #[test]
    fn any_bytes_are_judged(
        header in prop::collection::vec(any::<u8>(), 0..300),
        body in prop::option::of(prop::collection::vec(any::<u8>(), 0..300)),
        cut in 0..4_usize,
        token in "[A-Za-z0-9_.-]{0,80}",
    ) {
        let story = direct(32);
        let reader = story.reader("alice");
        let mut input = story.input();
        input.rows.truncate(cut);
        let row = RowBytes { header: header.clone(), cause: body.clone(), body };
        input.rows.push(row.clone());
        prop_assert!(verify(&input, &reader).stop.is_some());
        let mut input = RoomInput { rows: story.rows(), ..RoomInput::default() };
        input.own = Some(vec![row]);
        input.reads.push(header);
        input.chains.insert(reader.me.clone(), vec![token]);
        prop_assert!(verify(&input, &reader).stop.is_some());
    }
}

#[test]
fn nothing_is_not_a_conversation() {
    let story = direct(33);
    assert!(verify(&RoomInput::default(), &story.reader("alice")).stop.is_some());
}
