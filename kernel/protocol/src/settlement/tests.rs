use super::*;
use crate::fair::tests::{Shelf, did, distribution, draft, key, minor, ppm, signed};
use crate::fair::{Source, SuffixKeys};
use crate::{Kid, Ppm};
use imajin_dfos::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

const NODE: u8 = 90;
const PAYER: u8 = 91;
const NETWORK: u8 = 92;

fn id(text: &str) -> IdText {
    IdText::parse(text).unwrap()
}

fn order(gross: i64) -> Order {
    Order {
        id: id("txn_1"),
        payer: did(PAYER),
        seller: did(1),
        gross: minor(gross),
        currency: Currency::parse("CHF").unwrap(),
        service: id("events"),
        kind: id("ticket"),
        rail: id("ledger"),
    }
}

fn parties() -> FeeParties {
    FeeParties { protocol: did(NETWORK), node: did(NODE) }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

#[test]
fn bounds_of_the_profile() {
    assert_eq!(FeeProfile::default(), FeeProfile::NONE);
    assert_eq!(FeeProfile::from_name("none", None), Ok(FeeProfile::NONE));
    let mjn = FeeProfile::from_name("mjn", None).unwrap();
    let shares = [mjn.protocol(), mjn.node(), mjn.buyer_credit()].map(|share| share.to_string());
    assert_eq!(shares, ["1 %", "0.5 %", "0.25 %"]);
    for node in [2_500, 20_000] {
        assert!(FeeProfile::mjn(node).is_ok());
    }
    for node in [0, 2_499, 20_001, u32::MAX] {
        assert_eq!(FeeProfile::mjn(node), Err(FeeError::Node));
    }
    assert_eq!(FeeProfile::from_name("MJN", None), Err(FeeError::Profile));
}

#[test]
fn down_at_once_up_after_a_day() {
    let now = 1_790_000_000_000;
    let [low, middle, high] = [2_500, 5_000, 20_000].map(|node| FeeProfile::mjn(node).unwrap());
    let schedule = FeeSchedule::new(middle);
    let lowered = schedule.change(low, at(now));
    assert_eq!((lowered.at(at(now)), lowered.announced(at(now))), (low, None));
    let raised = schedule.change(high, at(now));
    let from = now + NOTICE_MS;
    assert_eq!(raised.at(at(from - 1)), middle);
    assert_eq!(raised.announced(at(from - 1)), Some((high, from)));
    assert_eq!(raised.at(at(from)), high);
    assert_eq!(raised.announced(at(from)), None);
    // A change that was announced and withdrawn never takes effect.
    let withdrawn = raised.change(middle, at(from - 1));
    assert_eq!(withdrawn.at(at(from + NOTICE_MS)), middle);
    // A repeated announcement restarts the day of notice.
    assert_eq!(raised.change(high, at(from - 1)).at(at(from)), middle);
    // A change from no fees to fees raises each.
    let first = FeeSchedule::default().change(middle, at(now));
    assert_eq!(first.at(at(from - 1)), FeeProfile::NONE);
    assert_eq!(first.at(at(from)), middle);
}

#[test]
fn fees_come_off_the_gross() {
    let work = signed(draft("w", "event", &[(1, 700_000), (2, 300_000)]), 1);
    let shelf = Shelf::default();
    let mjn = FeeProfile::mjn(FeeProfile::MJN_NODE).unwrap();
    let division = divide(&order(10_000), &work, &mjn, &parties(), &shelf).unwrap();
    let fees: Vec<_> = division.fees.iter().map(|fee| (&fee.to, fee.amount.get())).collect();
    assert_eq!(fees, [(&did(NETWORK), 100), (&did(NODE), 50), (&did(PAYER), 25)]);
    let paid: Vec<_> =
        division.recipients.iter().map(|(did, amount)| (did, amount.get())).collect();
    assert_eq!(paid[..2], [(&did(1), 6878), (&did(2), 2947)]);
    // One cent has no fee: the seller gets it.
    assert!(divide(&order(1), &work, &mjn, &parties(), &shelf).unwrap().fees.is_empty());
    let free = divide(&order(0), &work, &mjn, &parties(), &shelf).unwrap();
    assert!(free.recipients.is_empty() && free.lines.is_empty());
    assert_eq!(divide(&order(-1), &work, &mjn, &parties(), &shelf), Err(SettlementError::Negative));
    // A person with a share and a fee is one recipient.
    let own = FeeParties { protocol: did(1), node: did(1) };
    let settlement = divide(&order(10_000), &work, &mjn, &own, &shelf).unwrap();
    assert_eq!(settlement.recipients[0], (did(1), minor(6878 + 150)));
}

fn receipt() -> (Receipt, Shelf) {
    let mut work = draft("w", "event", &[(1, 700_000), (2, 300_000)]);
    work.derives_from.push(Source { id: "old".to_owned(), weight: ppm(100_000), fair: None });
    let (work, old, passed) = (
        signed(work, 1),
        signed(draft("old", "song", &[(3, 1_000_000)]), 3),
        distribution(2, &[(2, 800_000), (4, 200_000)]),
    );
    let shelf = Shelf::default().with_manifest(old.clone()).with_manifest(passed.clone());
    let mjn = FeeProfile::mjn(FeeProfile::MJN_NODE).unwrap();
    let division = divide(&order(1_000), &work, &mjn, &parties(), &shelf).unwrap();
    let manifests = [&work, &old, &passed];
    let receipt =
        Receipt::new(at(1_790_000_000_000), order(1_000), mjn, parties(), &manifests, division);
    (receipt, shelf)
}

#[test]
fn a_receipt_verifies_by_itself() {
    let (receipt, _) = receipt();
    assert_eq!(Receipt::parse(&receipt.to_text()), Ok(receipt.clone()));
    let text = receipt.sign(&key(NODE), &Kid::of_bare_key(&did(NODE)).unwrap());
    let verified = Receipt::verify(&text, &SuffixKeys).unwrap();
    assert_eq!((&verified.receipt, verified.signer.did()), (&receipt, &did(NODE)));
    // A receipt signed in another DID's name.
    let forged = receipt.sign(&key(PAYER), &Kid::of_bare_key(&did(NODE)).unwrap());
    assert_eq!(Receipt::verify(&forged, &SuffixKeys), Err(ReceiptError::Signature(did(NODE))));
    // A receipt signed by another node than the one that settled.
    let other = receipt.sign(&key(4), &Kid::of_bare_key(&did(4)).unwrap());
    assert_eq!(Receipt::verify(&other, &SuffixKeys), Err(ReceiptError::Signature(did(NODE))));
}

/// Tests that another amount, share, payee or level does not add up, even if the node signs it.
#[test]
fn a_node_cannot_sign_another_sum() {
    let (receipt, _) = receipt();
    let kid = Kid::of_bare_key(&did(NODE)).unwrap();
    let changed = |pointer: &str, value: Value| {
        let mut document = serde_json::to_value(&receipt).unwrap();
        *document.pointer_mut(pointer).unwrap() = value;
        let lie = Receipt::parse(&document.to_string()).unwrap();
        Receipt::verify(&lie.sign(&key(NODE), &kid), &SuffixKeys).unwrap_err()
    };
    for (pointer, value) in [
        ("/order/gross", json!(1_001)),
        ("/division/lines/0/amount", json!(1)),
        ("/division/lines/0/level", json!(2)),
        ("/division/recipients/0/1", json!(0)),
        ("/division/recipients/0/0", json!(did(4))),
        ("/division/fees/1/amount", json!(6)),
        ("/division/fees/1/to", json!(did(4))),
        ("/profile/node", json!(20_000)),
    ] {
        assert_eq!(changed(pointer, value), ReceiptError::Differs, "{pointer}");
    }
    let other = signed(draft("w", "event", &[(1, 1_000_000)]), 1);
    assert_eq!(changed("/manifests/0", json!(other.manifest().text())), ReceiptError::Differs);
    let unsigned = draft("w", "event", &[(1, 1_000_000)]).build().unwrap();
    assert!(matches!(
        changed("/manifests/0", json!(unsigned.text())),
        ReceiptError::Manifest(0, _)
    ));
    assert!(matches!(changed("/manifests", json!([])), ReceiptError::Form(_)));
}

#[test]
fn what_is_no_receipt() {
    let (receipt, _) = receipt();
    let mut more = serde_json::to_value(&receipt).unwrap();
    more["more"] = json!(1);
    for text in
        [String::new(), "{}".to_owned(), "[]".to_owned(), more.to_string(), receipt.to_text()]
    {
        assert!(
            matches!(Receipt::verify(&text, &SuffixKeys), Err(ReceiptError::Form(_))),
            "{text}"
        );
    }
    assert!(Receipt::parse(&receipt.to_text().replace("\"v\":1", "\"v\":2")).is_err());
}

proptest! {
    /// Tests that all parts add up to the gross amount, for any amount, weights and fees, and in the receipt.
    #[test]
    fn the_gross_is_what_everybody_gets(
        gross in prop_oneof![0..300i64, 0..9_000_000_000i64], node in 2_500..=20_000u32,
        weights in prop::collection::vec(1..1_000u32, 1..12), passed in 1..999_999u32,
    ) {
        let sum: u32 = weights.iter().sum();
        let numbers: Vec<f64> = weights.iter().map(|weight| f64::from(*weight) / f64::from(sum)).collect();
        let whole = Ppm::whole_from_numbers(&numbers).unwrap();
        let shares: Vec<_> = whole.iter().enumerate().map(|(n, ppm)| (n as u8 + 1, ppm.get())).collect();
        let work = signed(draft("w", "event", &shares), 1);
        let passes = distribution(1, &[(1, 1_000_000 - passed), (50, passed)]);
        let shelf = Shelf::default().with_manifest(passes.clone());
        let profile = FeeProfile::mjn(node).unwrap();
        let division = divide(&order(gross), &work, &profile, &parties(), &shelf).unwrap();
        let paid = Minor::sum(division.recipients.iter().map(|(_, amount)| *amount));
        prop_assert_eq!(paid, Ok(minor(gross)));
        let receipt = Receipt::new(at(0), order(gross), profile, parties(), &[&work, &passes], division);
        prop_assert_eq!(receipt.check(&SuffixKeys), Ok(()));
    }

    /// Tests that a fee never rises without a day's notice, for any order of changes.
    #[test]
    fn no_fee_rises_unannounced(changes in prop::collection::vec((2_500..=20_000u32, 0..2 * NOTICE_MS), 1..12)) {
        let mut schedule = FeeSchedule::new(FeeProfile::mjn(5_000).unwrap());
        let mut time = 1_790_000_000_000;
        for (node, later) in changes {
            let before = schedule.at(at(time));
            schedule = schedule.change(FeeProfile::mjn(node).unwrap(), at(time));
            prop_assert!(schedule.at(at(time)).node() <= before.node());
            prop_assert!(schedule.at(at(time + NOTICE_MS - 1)).node() <= before.node());
            prop_assert_eq!(schedule.at(at(time + NOTICE_MS)).node(), Ppm::new(node).unwrap());
            time += later;
        }
    }
}
