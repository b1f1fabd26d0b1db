//! The edges of time: 300 s before and after the signed time, clocks that are days wrong, and the way back from them.

use crate::threats::prelude::*;
use crate::tools::forge::{change, change_as_home};

const DAY_S: i64 = 86_400;

/// Asserts that both verifiers find a fault of this code at this entry, or none.
#[track_caller]
fn assert_verdict(log: &Log, seq: u64, code: Option<&str>) {
    match code {
        Some(code) => caught(log, seq, code),
        None => drop(valid(log)),
    }
}

/// Changes an entry's date as the home, and links the later entries again.
fn dated(log: &Log, seq: u64, millis: i64) -> Log {
    change_as_home(log, seq, |row| {
        row.header.at = row.header.at.checked_add_millis(millis).unwrap();
    })
}

/// Makes a log whose newest entry is the home's word, dated ahead by a wrong clock.
fn ahead(seconds: i64) -> Log {
    let mut log = begin(&ann(), &first_box());
    log.later += seconds;
    log.custodial(update("ahead"));
    log.later -= seconds;
    log
}

#[test]
fn a_home_dates_what_is_signed_within_300_seconds_to_the_millisecond() {
    let mut log = begin(&ann(), &first_box());
    will(&mut log, update("one"));
    log.head();
    for (millis, code) in [(300_000, None), (300_001, Some("iat")), (DAY_S * 1000, Some("iat"))] {
        assert_verdict(&dated(&log, 1, millis), 1, code);
    }
    let mut first = begin(&ann(), &first_box());
    first.head();
    for (millis, code) in [
        (300_000, None),
        (300_001, Some("iat")),
        (-300_000, None),
        (-300_001, Some("iat")),
        (-DAY_S * 1000, Some("iat")),
    ] {
        assert_verdict(&dated(&first, 0, millis), 0, code);
    }
    // An entry must be at least a millisecond later than the one before.
    for (millis, code) in [(-999, None), (-1_000, Some("at")), (-1_001, Some("at"))] {
        assert_verdict(&dated(&log, 1, millis), 1, code);
    }
}

#[test]
fn what_is_signed_today_follows_no_entry_of_tomorrow() {
    let log = ahead(DAY_S);
    valid(&log);
    let seq = log.seq();
    let mut signed = log.clone();
    will(&mut signed, update("now"));
    signed.head();
    caught(&signed, seq, "at");
    // A date behind the previous one does not help either.
    caught(&dated(&signed, seq, DAY_S * 1000), seq, "iat");
    // Home entries without a signature are not a way back.
    let home = || {
        let imajin_dfos::Value::Map(home) = crate::support::home_value(&second_box(), 2) else {
            unreachable!()
        };
        let members = home.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
        Make::op("auth.home").body(members)
    };
    for by_node in [false, true] {
        let mut moved = log.clone();
        if by_node {
            moved.by_node(home())
        } else {
            moved.custodial(home())
        };
        moved.head();
        let fault = judge(&moved).fault.unwrap();
        assert_eq!(fault.seq, Some(seq));
        assert!(["at", "will"].contains(&fault.code.as_str()), "{fault}");
    }
}

#[test]
fn the_owners_word_leads_back_only_from_dates_that_nothing_signed_can_follow() {
    // The home entry is signed in second 2: up to 300 s later anything may be dated.
    for (millis, code) in [(-1, Some("at")), (0, Some("at")), (1, None)] {
        let mut log = change(&ahead(DAY_S), 1, |row| {
            row.header.at = at(2 + 300).checked_add_millis(millis).unwrap();
        });
        let seq = log.seq();
        move_to(&mut log, &second_box());
        log.head();
        assert_verdict(&log, seq, code);
    }
    let mut log = ahead(DAY_S);
    let seq = log.seq();
    move_to(&mut log, &second_box());
    log.head();
    // The owner's signature dates the entry, also before all earlier entries.
    for (millis, code) in
        [(300_000, None), (300_001, Some("iat")), (-300_000, None), (-300_001, Some("iat"))]
    {
        assert_verdict(&dated(&log, seq, millis), seq, code);
    }
    // Time continues from there, and a second wrong day ends in the same way.
    will(&mut log, update("now"));
    let mut back = log.clone();
    back.later -= 1;
    will(&mut back, update("a second before"));
    back.head();
    caught(&back, seq + 2, "at");
    log.later += 100 * DAY_S;
    log.custodial(update("ahead again"));
    log.later -= 100 * DAY_S;
    move_to(&mut log, &first_box());
    will(&mut log, update("now"));
    log.head();
    valid(&log);
}
