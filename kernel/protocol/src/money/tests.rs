use super::*;
use proptest::prelude::*;

fn minor(units: i64) -> Minor {
    Minor::new(units).unwrap()
}

fn minors(units: &[i64]) -> Vec<Minor> {
    units.iter().map(|units| minor(*units)).collect()
}

#[test]
fn amounts_stay_within_what_json_keeps() {
    assert_eq!(Minor::new(SAFE_INTEGER_MAX), Ok(Minor::MAX));
    assert_eq!(Minor::new(SAFE_INTEGER_MAX + 1), Err(AmountError));
    assert_eq!(Minor::new(i64::MIN), Err(AmountError));
    assert_eq!(Minor::MAX.plus(minor(1)), Err(AmountError));
    assert_eq!(Minor::MAX.negated().minus(minor(1)), Err(AmountError));
    assert_eq!(minor(i64::from(u32::MAX)).times(u32::MAX), Err(AmountError));
    assert_eq!(minor(250).times(4), Ok(minor(1000)));
    assert_eq!(Minor::sum(minors(&[1, -3, 2])), Ok(Minor::ZERO));
    assert!(serde_json::from_str::<Minor>("1.5").is_err());
    assert!(serde_json::from_str::<Minor>("9007199254740993").is_err());
}

#[test]
fn currencies() {
    for (text, code, digits) in [
        ("usd", "USD", 2),
        ("CHF", "CHF", 2),
        ("jpy", "JPY", 0),
        ("Kwd", "KWD", 3),
        ("MJN", "MJN", 2),
        ("mjnx", "MJNX", 2),
    ] {
        let currency = Currency::parse(text).unwrap();
        assert_eq!((currency.code(), currency.digits()), (code, digits));
    }
    for text in ["", "EU", "EURO", "XXX", "XAU", "ÄÖÜ", "CHF USD"] {
        assert!(Currency::parse(text).is_err(), "{text}");
    }
}

#[test]
fn browsers_count_in_the_same_units() {
    let script = include_str!("../../../../apps/www/shared/js/money/amount.js");
    for (digits, codes) in currency::ISO.iter().filter(|(digits, _)| *digits != 2) {
        let codes = codes.replace(' ', "/");
        assert!(script.contains(&format!("\"{codes}\"")), "{digits}");
    }
    assert!(currency::ISO.iter().all(|(digits, _)| [0, 2, 3].contains(digits)));
}

#[test]
fn shares_as_people_read_them() {
    assert_eq!(Ppm::new(700_000).unwrap().to_string(), "70 %");
    assert_eq!(Ppm::new(333_333).unwrap().to_string(), "33.3333 %");
    assert_eq!(Ppm::new(2_500).unwrap().to_string(), "0.25 %");
}

#[test]
fn largest_remainder_and_ties_by_order() {
    let parts = |units, weights: &[u64]| {
        let parts = split(minor(units), weights).unwrap();
        parts.into_iter().map(Minor::get).collect::<Vec<_>>()
    };
    assert_eq!(parts(100, &[1, 1, 1]), [34, 33, 33]);
    assert_eq!(parts(101, &[1, 1, 1]), [34, 34, 33]);
    assert_eq!(parts(1000, &[700_000, 300_000]), [700, 300]);
    assert_eq!(parts(1, &[1, 2]), [0, 1]);
    assert_eq!(parts(1, &[1, 0, 1]), [1, 0, 0]);
    assert_eq!(parts(0, &[1, 1]), [0, 0]);
    assert_eq!(split(minor(-1), &[1]), Err(SplitError::Negative));
    assert_eq!(split(minor(1), &[0, 0]), Err(SplitError::NoWeight));
    assert_eq!(split(minor(1), &[]), Err(SplitError::NoWeight));
}

#[test]
fn refunds_stop_at_what_was_paid() {
    let paid = minors(&[700, 299, 1]);
    let none = minors(&[0, 0, 0]);
    let first = refund(&paid, &none, minor(500)).unwrap();
    assert_eq!(first, minors(&[350, 150, 0]));
    let second = refund(&paid, &first, minor(500)).unwrap();
    assert_eq!(second, minors(&[350, 149, 1]), "the last takes the rest");
    assert_eq!(
        refund(&paid, &first, minor(501)),
        Err(SplitError::TooMuch { left: minor(500), asked: minor(501) })
    );
    assert_eq!(refund(&paid, &none, minor(-1)), Err(SplitError::Negative));
    assert_eq!(refund(&paid, &paid[..2], minor(1)), Err(SplitError::Mismatch));
    assert_eq!(refund(&minors(&[1]), &minors(&[2]), minor(0)), Err(SplitError::Mismatch));
}

#[test]
fn shares_as_documents_have_them() {
    let expected = [700_000, 300_000].map(|ppm| Ppm::new(ppm).unwrap());
    assert_eq!(Ppm::whole_from_numbers(&[0.7, 0.3]).unwrap(), expected);
    let twelfths = Ppm::whole_from_numbers(&[1.0 / 12.0; 12]).unwrap();
    assert_eq!(twelfths.iter().map(|ppm| ppm.get()).sum::<u32>(), 1_000_000);
    assert!(Ppm::whole_from_numbers(&[0.333_333; 3]).is_ok());
    assert_eq!(Ppm::whole_from_numbers(&[0.5, 0.499_998]), Err(PpmError::Sum(999_998)));
    for bad in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert_eq!(Ppm::from_number(bad), Err(PpmError::Range));
        assert_eq!(Ppm::whole_from_numbers(&[bad]), Err(PpmError::Range));
    }
    assert!(Ppm::whole_from_numbers(&[]).is_err());
    assert!(Ppm::new(1_000_001).is_err());
}

fn amount() -> impl Strategy<Value = Minor> {
    prop_oneof![0..200i64, 0..=SAFE_INTEGER_MAX].prop_map(minor)
}

fn weights() -> impl Strategy<Value = Vec<u64>> {
    let weight = prop_oneof![0..5u64, 0..=1_000_000u64, any::<u64>()];
    prop::collection::vec(weight, 1..40)
        .prop_filter("somebody", |weights| weights.iter().any(|w| *w > 0))
}

proptest! {
    /// No split loses or makes money, for any weights and amounts; each part is within one unit of the exact one.
    #[test]
    fn a_split_conserves(amount in amount(), weights in weights()) {
        let parts = split(amount, &weights).unwrap();
        prop_assert_eq!(parts.len(), weights.len());
        prop_assert_eq!(Minor::sum(parts.iter().copied()), Ok(amount));
        let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        for (part, weight) in parts.iter().zip(&weights) {
            let exact = amount.get() as u128 * u128::from(*weight);
            let part = u128::try_from(part.get()).unwrap();
            prop_assert!(part == exact / sum || (part == exact / sum + 1 && !exact.is_multiple_of(sum)));
            prop_assert!(*weight > 0 || part == 0);
        }
    }

    /// The earlier of two equal weights never gets less.
    #[test]
    fn order_decides_ties(amount in amount(), weight in 1..1_000u64, count in 1..30usize) {
        let parts = split(amount, &vec![weight; count]).unwrap();
        prop_assert!(parts.windows(2).all(|pair| pair[0] >= pair[1]));
    }

    /// Tests any sequence of refunds: in sum never more than was paid, by no one more than they got, in proportion to
    /// within a unit for each refund, and the last one takes all that is left.
    #[test]
    fn refunds_never_exceed(
        amount in (1..=SAFE_INTEGER_MAX / 1_000_000).prop_map(minor), weights in weights(),
        asks in prop::collection::vec(0..=1_000_000u32, 1..12),
    ) {
        let paid = split(amount, &weights).unwrap();
        let mut back = vec![Minor::ZERO; paid.len()];
        let mut rest = amount;
        for (n, ask) in asks.iter().enumerate() {
            let ask = minor(amount.get() * i64::from(*ask) / 1_000_000);
            let parts = match refund(&paid, &back, ask) {
                Ok(parts) => parts,
                Err(error) => {
                    prop_assert_eq!(error, SplitError::TooMuch { left: rest, asked: ask });
                    prop_assert!(ask > rest);
                    continue;
                }
            };
            prop_assert_eq!(Minor::sum(parts.iter().copied()), Ok(ask));
            for (back, part) in back.iter_mut().zip(parts) {
                *back = back.plus(part).unwrap();
            }
            rest = rest.minus(ask).unwrap();
            let refunded = (amount.get() - rest.get()) as i128;
            for (paid, back) in paid.iter().zip(&back) {
                prop_assert!(!back.is_negative() && back <= paid);
                let exact = i128::from(paid.get()) * refunded;
                let off = (i128::from(back.get()) * i128::from(amount.get()) - exact).abs();
                prop_assert!(off <= (n as i128 + 1) * i128::from(amount.get()));
            }
        }
        let last = refund(&paid, &back, rest).unwrap();
        for ((paid, back), part) in paid.iter().zip(&back).zip(last) {
            prop_assert_eq!(back.plus(part), Ok(*paid));
        }
    }

    #[test]
    fn a_share_is_read_as_it_was_written(millionths in 0..=1_000_000u32) {
        let ppm = Ppm::new(millionths).unwrap();
        prop_assert_eq!(Ppm::from_number(ppm.to_number()), Ok(ppm));
        let both = [ppm.to_number(), ppm.rest().to_number()];
        prop_assert_eq!(Ppm::whole_from_numbers(&both), Ok(vec![ppm, ppm.rest()]));
    }

    #[test]
    fn any_weights_are_brought_to_a_whole(weights in weights()) {
        let sum: f64 = weights.iter().map(|weight| *weight as f64).sum();
        let numbers: Vec<f64> = weights.iter().map(|weight| *weight as f64 / sum).collect();
        let ppm = Ppm::whole_from_numbers(&numbers).unwrap();
        prop_assert_eq!(ppm.iter().map(|ppm| ppm.get()).sum::<u32>(), 1_000_000);
    }
}
