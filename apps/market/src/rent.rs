//! Rents: the time for which something is lent, its price, and the pieces that are away meanwhile.

use std::collections::BTreeMap;

use imajin_app::FromRow;
use imajin_app::operation::Group;
use imajin_dfos::Timestamp;
use imajin_protocol::Minor;

use crate::listings::Rent;

const DAY_MS: i64 = Rent::Day.millis();
/// Time since which a rent has begun at most, in milliseconds: the longest day, since days begin in the reader's zone.
pub(crate) const BEGUN_MS_MAX: i64 = 25 * 3_600_000;
/// Time ahead in which a rent may end, in milliseconds: 366 days.
const AHEAD_MS_MAX: i64 = 366 * DAY_MS;
/// How long the money of a rent is held after its end, in milliseconds: three days.
const HELD_MS: i64 = 3 * DAY_MS;

/// The time for which something is lent, and its deposit; of what is sold, nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Group)]
#[group(facts)]
pub(crate) struct Rental {
    /// When something lent is taken over, in milliseconds; with `to`.
    pub(crate) from: Option<Timestamp>,
    /// When it is brought back, in milliseconds.
    pub(crate) to: Option<Timestamp>,
    /// The deposit in the amount, in minor units, which the seller gives back.
    pub(crate) bond: Option<Minor>,
}

impl Rental {
    /// Returns the time for which it is lent; `None` if it is sold.
    pub(crate) fn span(&self) -> Option<Span> {
        let (from, to) = (self.from?.as_millis(), self.to?.as_millis());
        (from < to).then_some(Span { from, to })
    }

    /// Returns whether it was lent for a time that is over.
    pub(crate) fn is_over(&self, now_ms: i64) -> bool {
        self.span().is_some_and(|span| span.to <= now_ms)
    }
}

/// A time from its beginning until before its end, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Span {
    /// Returns whether a rent may be for this time: from the beginning of today.
    pub(crate) fn is_bookable(self, now_ms: i64) -> bool {
        self.from >= now_ms - BEGUN_MS_MAX && self.to > now_ms && self.to <= now_ms + AHEAD_MS_MAX
    }

    /// Returns when the money of a rent for this time becomes free, in milliseconds.
    pub(crate) fn free_at_ms(self) -> i64 {
        self.to + HELD_MS
    }

    /// Returns the price in minor units, by the units of time that are begun; `None` if no amount is so large.
    pub(crate) fn price(self, unit: Rent, price: i64, quantity: i64) -> Option<i64> {
        let units = self.to.checked_sub(self.from)?.checked_add(unit.millis() - 1)? / unit.millis();
        price.checked_mul(units)?.checked_mul(quantity)
    }
}

/// Pieces that are lent for a time.
#[derive(Debug, Clone, Copy, FromRow)]
pub(crate) struct Booking {
    from: i64,
    to: i64,
    quantity: i64,
}

/// Returns by how much the number of pieces that are away changes, by the time in milliseconds.
fn changes(bookings: impl Iterator<Item = Booking>) -> BTreeMap<i64, i64> {
    let mut changes = BTreeMap::new();
    for booking in bookings {
        *changes.entry(booking.from).or_default() += booking.quantity;
        *changes.entry(booking.to).or_default() -= booking.quantity;
    }
    changes
}

/// Returns the largest number of pieces that are away at once in a time.
pub(crate) fn peak(bookings: &[Booking], during: Span) -> i64 {
    let inside = bookings.iter().map(|booking| Booking {
        from: booking.from.max(during.from),
        to: booking.to.min(during.to),
        ..*booking
    });
    let inside = inside.filter(|booking| booking.from < booking.to);
    let (mut away, mut most) = (0, 0);
    for change in changes(inside).into_values() {
        away += change;
        most = most.max(away);
    }
    most
}

/// Returns the times in which all of so many pieces are away.
pub(crate) fn taken(bookings: &[Booking], pieces: i64) -> Vec<Span> {
    let (mut away, mut begun, mut taken) = (0, None, Vec::new());
    for (at, change) in changes(bookings.iter().copied()) {
        away += change;
        if away >= pieces {
            begun.get_or_insert(at);
        } else if let Some(from) = begun.take() {
            taken.push(Span { from, to: at });
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    const VECTORS: &str = include_str!("../../../tests/vectors/rent.json");

    /// A price as the script computes it, too (`tests/browser/unit/market.test.mjs`).
    #[derive(Deserialize)]
    struct Vector {
        rent: Rent,
        from: i64,
        to: i64,
        price: i64,
        quantity: i64,
        amount: i64,
    }

    #[test]
    fn the_script_computes_the_same_prices() {
        let vectors: Vec<Vector> = serde_json::from_str(VECTORS).unwrap();
        assert!(vectors.len() >= 2_000);
        for vector in vectors {
            let span = Span { from: vector.from, to: vector.to };
            assert_eq!(span.price(vector.rent, vector.price, vector.quantity), Some(vector.amount));
        }
    }

    #[test]
    fn a_rent_begins_today_and_ends_within_a_year() {
        let now = 1_000 * DAY_MS;
        let bookable = |from, to| Span { from, to }.is_bookable(now);
        assert!(bookable(now, now + 1));
        // The last minute of the day on which clocks are put back.
        assert!(bookable(now - 25 * 3_600_000 + 60_000, now + 1));
        assert!(!bookable(now - BEGUN_MS_MAX - 1, now + 1));
        assert!(!bookable(now - 1, now));
        assert!(bookable(now, now + AHEAD_MS_MAX));
        assert!(!bookable(now, now + AHEAD_MS_MAX + 1));
    }

    #[test]
    fn a_price_is_for_each_unit_that_is_begun() {
        let price = |to| Span { from: 0, to }.price(Rent::Day, 500, 2);
        assert_eq!(price(1), Some(1_000));
        assert_eq!(price(DAY_MS), Some(1_000));
        assert_eq!(price(DAY_MS + 1), Some(2_000));
        let always = Span { from: 0, to: i64::MAX - DAY_MS };
        assert_eq!(always.price(Rent::Hour, i64::MAX, 1), None);
    }

    fn booking() -> impl Strategy<Value = Booking> {
        (0..30_i64, 1..12_i64, 1..4_i64).prop_map(|(from, length, quantity)| Booking {
            from,
            to: from + length,
            quantity,
        })
    }

    proptest! {
        #[test]
        fn what_is_taken_and_the_peak_are_those_of_each_instant(
            bookings in proptest::collection::vec(booking(), 0..12), pieces in 1..8_i64, from in 0..40_i64, length in 1..10_i64,
        ) {
            let away = |at: i64| -> i64 {
                let there = bookings.iter().filter(|one| one.from <= at && at < one.to);
                there.map(|one| one.quantity).sum()
            };
            let during = Span { from, to: from + length };
            let most = (from..during.to).map(away).max().unwrap();
            prop_assert_eq!(peak(&bookings, during), most);
            let spans = taken(&bookings, pieces);
            for at in 0..50 {
                let is_taken = spans.iter().any(|span| span.from <= at && at < span.to);
                prop_assert_eq!(is_taken, away(at) >= pieces);
            }
        }
    }
}
