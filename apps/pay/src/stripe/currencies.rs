//! Amounts as Stripe counts them. Stripe has its own table of decimals, which differs from ISO 4217, by which the box
//! counts.
//!
//! Source: <https://docs.stripe.com/currencies> ("Minor units in API amounts", "Zero-decimal currencies", "Three-decimal currencies", "Special
//! cases", "Minimum and maximum charge amounts"). Its special cases HUF and TWD concern payouts to a bank, which the box doesn't make: they
//! are charged in hundredths like others. Its minimum holds for the currency in which Stripe pays out; the box reads it in the currency of the
//! charge, because it knows no other and no rates. A currency without a minimum here may still have one after Stripe's conversion.

use imajin_protocol::{Currency, Minor};

/// Currencies that are charged in whole units. An ariary (MGA) has five iraimbilanja and no decimals; ISO 4217 gives it two.
const WHOLE: &str = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF";
/// Currencies without decimals that are charged in hundredths, always with 00 at the end.
const WHOLE_IN_HUNDREDTHS: &str = "ISK UGX";
/// Currencies that are charged in thousandths, with 0 at the end.
const THOUSANDTHS: &str = "BHD JOD KWD OMR TND";
/// Currencies of ISO 4217 with three decimals that Stripe doesn't charge.
const UNKNOWN: &str = "IQD LYD";

/// The smallest charges, in Stripe's units.
const LEAST: &[(i64, &str)] = &[
    (30, "GBP"),
    (50, "ARS AUD BRL CAD CHF COP EUR IDR ILS INR JPY KRW NZD PHP RUB SGD USD ZAR"),
    (200, "AED MYR PLN RON"),
    (250, "DKK"),
    (300, "NOK SEK"),
    (400, "HKD"),
    (1_000, "MXN THB"),
    (1_500, "CZK"),
    (17_500, "HUF"),
];
/// Decimal digits of the largest charge in Stripe's units, where they aren't [`DIGITS_MAX`].
const DIGITS: &[(u32, &str)] = &[(9, "INR"), (10, "COP HUF JPY"), (11, "LBP"), (12, "IDR")];
const DIGITS_MAX: u32 = 8;

/// The reason why an amount can't be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Uncharged {
    /// The amount's currency is unknown to Stripe.
    Currency,
    /// The amount isn't a multiple of this one.
    Step(Minor),
    /// The amount is below this one.
    Below(Minor),
    /// The amount is above this one.
    Above(Minor),
}

impl Uncharged {
    /// Returns the amount that could be charged instead, unless no card pays in the currency.
    pub(crate) fn bound(self) -> Option<Minor> {
        match self {
            Self::Currency => None,
            Self::Step(bound) | Self::Below(bound) | Self::Above(bound) => Some(bound),
        }
    }
}

/// The units in which Stripe charges a currency.
struct Units {
    /// Decimal digits of Stripe's unit.
    digits: u8,
    /// Number of units of which every amount is a multiple.
    step: i64,
}

impl Units {
    fn for_currency(currency: Currency) -> Option<Self> {
        let is_in = |codes| lists(codes, currency);
        if is_in(UNKNOWN) || currency.is_of_the_network() {
            return None;
        }
        let (digits, step) = if is_in(WHOLE) {
            (0, 1)
        } else if is_in(WHOLE_IN_HUNDREDTHS) {
            (2, 100)
        } else if is_in(THOUSANDTHS) {
            (3, 10)
        } else {
            (2, 1)
        };
        Some(Self { digits, step })
    }

    /// Returns Stripe's units in one minor unit, and minor units in one of Stripe's: one of the two is 1.
    fn ratio(&self, currency: Currency) -> (i64, i64) {
        let power = |by: u8| 10_i64.pow(u32::from(by));
        let (theirs, ours) = (self.digits, currency.digits());
        (power(theirs.saturating_sub(ours)), power(ours.saturating_sub(theirs)))
    }
}

fn lists(codes: &str, currency: Currency) -> bool {
    codes.split(' ').any(|code| code == currency.code())
}

/// Refuses an amount that Stripe can't charge. A refund or a part of a charge has no smallest amount.
pub(crate) fn check_charge(amount: Minor, currency: Currency) -> Result<(), Uncharged> {
    let units = to_units(amount, currency)?;
    let minor = |units| Minor::new(from_units(units, currency.code())).unwrap_or(Minor::MAX);
    let least = LEAST.iter().find(|(_, codes)| lists(codes, currency));
    let least = least.map_or(1, |(least, _)| *least);
    let digits = DIGITS.iter().find(|(_, codes)| lists(codes, currency));
    let most = 10_i64.pow(digits.map_or(DIGITS_MAX, |(digits, _)| *digits)) - 1;
    match units {
        units if units < least => Err(Uncharged::Below(minor(least))),
        units if units > most => Err(Uncharged::Above(minor(most))),
        _ => Ok(()),
    }
}

pub(crate) fn to_units(amount: Minor, currency: Currency) -> Result<i64, Uncharged> {
    let units = Units::for_currency(currency).ok_or(Uncharged::Currency)?;
    let (times, per) = units.ratio(currency);
    let step = units.step * per / times.min(units.step);
    let is_even = amount.get() % step == 0;
    let whole = amount.get().checked_mul(times).filter(|_| is_even);
    whole
        .map(|whole| whole / per)
        .ok_or_else(|| Uncharged::Step(Minor::new(step).unwrap_or(Minor::MAX)))
}

/// Returns an amount of Stripe's in minor units. One that the box can't count is returned unchanged: no awaited amount
/// equals it.
pub(super) fn from_units(units: i64, code: &str) -> i64 {
    let Ok(currency) = Currency::parse(code) else {
        return units;
    };
    let (times, per) = Units::for_currency(currency).map_or((1, 1), |all| all.ratio(currency));
    units.checked_mul(per).map_or(units, |minor| minor / times)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn charged(minor: i64, code: &str) -> Result<i64, Uncharged> {
        to_units(Minor::new(minor).unwrap(), Currency::parse(code).unwrap())
    }

    #[test]
    fn amounts_are_charged_in_the_units_of_the_documentation() {
        // 10 USD, 10 JPY, 5 ISK, 5 UGX, 10.45 HUF, 5 MGA and 5.120 KWD.
        assert_eq!(charged(1000, "USD"), Ok(1000));
        assert_eq!(charged(10, "JPY"), Ok(10));
        assert_eq!(charged(5, "ISK"), Ok(500));
        assert_eq!(charged(5, "UGX"), Ok(500));
        assert_eq!(charged(1045, "HUF"), Ok(1045));
        assert_eq!(charged(1045, "TWD"), Ok(1045));
        assert_eq!(charged(500, "MGA"), Ok(5));
        assert_eq!(charged(5120, "KWD"), Ok(5120));
    }

    #[test]
    fn an_amount_between_two_steps_is_not_charged() {
        let step = |minor| Err(Uncharged::Step(Minor::new(minor).unwrap()));
        assert_eq!(charged(5124, "KWD"), step(10));
        assert_eq!(charged(550, "MGA"), step(100));
        assert_eq!(charged(500, "IQD"), Err(Uncharged::Currency));
        assert_eq!(charged(500, "MJN"), Err(Uncharged::Currency));
    }

    #[test]
    fn a_charge_is_within_the_bounds_of_its_currency() {
        let check = |minor, code: &str| {
            check_charge(Minor::new(minor).unwrap(), Currency::parse(code).unwrap())
        };
        let below = |minor| Err(Uncharged::Below(Minor::new(minor).unwrap()));
        let above = |minor| Err(Uncharged::Above(Minor::new(minor).unwrap()));
        assert_eq!(check(49, "CHF"), below(50));
        assert_eq!(check(50, "CHF"), Ok(()));
        assert_eq!(check(29, "GBP"), below(30));
        assert_eq!(check(49, "JPY"), below(50));
        assert_eq!(check(17_499, "HUF"), below(17_500));
        assert_eq!(check(1, "ISK"), Ok(()));
        assert_eq!(check(99_999_999, "CHF"), Ok(()));
        assert_eq!(check(100_000_000, "CHF"), above(99_999_999));
        assert_eq!(check(1_000_000, "ISK"), above(999_999));
        assert_eq!(check(100_000_000, "JPY"), Ok(()));
        assert_eq!(check(5_124, "KWD"), Err(Uncharged::Step(Minor::new(10).unwrap())));
    }

    #[test]
    fn each_currency_of_the_tables_is_one_that_the_box_knows() {
        for (_, codes) in LEAST {
            for code in codes.split(' ') {
                assert!(Currency::parse(code).is_ok(), "{code}");
            }
        }
        for (_, codes) in DIGITS {
            for code in codes.split(' ') {
                assert!(Currency::parse(code).is_ok(), "{code}");
            }
        }
        let all = [WHOLE, WHOLE_IN_HUNDREDTHS, THOUSANDTHS, UNKNOWN];
        let codes: Vec<&str> = all.iter().flat_map(|codes| codes.split(' ')).collect();
        let once: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(once.len(), codes.len());
        for code in codes {
            assert!(Currency::parse(code).is_ok(), "{code}");
        }
    }

    proptest! {
        /// A charged amount is read back as the same amount, in every currency.
        #[test]
        fn what_is_charged_comes_back_as_the_same(
            minor in 0..99_999_900_i64,
            code in prop::sample::select(vec!["CHF", "JPY", "ISK", "UGX", "MGA", "KWD", "TND", "HUF", "TWD"]),
        ) {
            match charged(minor, code) {
                Ok(units) => prop_assert_eq!(from_units(units, code), minor),
                Err(Uncharged::Step(step)) => prop_assert!(minor % step.get() != 0),
                Err(_) => prop_assert!(false),
            }
        }
    }
}
