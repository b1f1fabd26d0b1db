//! Receipts of random works: the second verifier computes the program's division too, from the page alone.

use std::collections::BTreeSet;

use imajin_protocol::fair::{Digest, Library, Manifest, Signed, SuffixKeys, follow, followed};
use imajin_protocol::settlement::{FeeParties, FeeProfile, Order, Receipt, divide};
use imajin_protocol::{Currency, Minor, jcs};

use super::{derived_log, facts, id};
use crate::threats::prelude::*;

/// All published manifests.
struct Shelf {
    manifests: Vec<Signed>,
    /// The people who deleted their records.
    gone: Vec<Did>,
}

impl Library for Shelf {
    fn work(&self, id: &str, digest: Option<Digest>) -> Option<&Signed> {
        self.manifests.iter().find(|signed| {
            let manifest = signed.manifest();
            manifest.distributes().is_none()
                && manifest.id() == Some(id)
                && digest.is_none_or(|digest| digest == manifest.digest())
        })
    }

    fn distribution(&self, did: &Did) -> Option<&Signed> {
        let mut all = self.manifests.iter();
        all.find(|signed| signed.manifest().distributes() == Some(did))
    }

    fn is_gone(&self, did: &Did) -> bool {
        self.gone.contains(did)
    }
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// Makes shares that add up to the whole, as documents have them.
fn shares(chance: &mut Chance, name: &str, share: &str, signer: &Party) -> Vec<Json> {
    let number = 1 + chance.below(4);
    let weights: Vec<u64> = (0..number).map(|_| 1 + chance.below(97)).collect();
    let sum: u64 = weights.iter().sum();
    let people = weights.iter().enumerate().map(|(n, weight)| {
        let who = match n {
            0 => signer.did.clone(),
            _ => person(chance).did,
        };
        let mut contributor = json!({ name: who.as_str(), share: *weight as f64 / sum as f64 });
        if chance.below(2) == 0 {
            contributor["role"] = "author".into();
        }
        contributor
    });
    people.collect()
}

fn person(chance: &mut Chance) -> Party {
    Party::new(60 + u8::try_from(chance.below(5)).unwrap())
}

/// Makes the manifest of a work in some dialect, derived from others; or a distribution.
fn manifest(chance: &mut Chance, id: &str, kind: &str, by: &Party) -> Signed {
    let (list, name, share, version) = match chance.below(4) {
        0 => ("contributors", "did", "share", json!({ "version": "1.0" })),
        1 => ("attribution", "did", "share", json!({ "fair": "1.1" })),
        _ => ("contributors", "id", "weight", json!({ "version": "0.3.0" })),
    };
    let mut document = version;
    document["id"] = id.into();
    document["type"] = kind.into();
    document[list] = shares(chance, name, share, by).into();
    let from: Vec<Json> = (0..chance.below(3))
        .map(|_| {
            let weight = chance.below(40) as f64 / 100.0;
            match chance.below(4) {
                0 => json!({ "id": person(chance).did.as_str(), "weight": weight }),
                1 => json!(person(chance).did.as_str()),
                n => json!({ "id": format!("work-{}", n + chance.below(2)), "share": weight }),
            }
        })
        .collect();
    document["derivesFrom"] = from.into();
    let signature = by.sign(&jcs::to_string(&document));
    document["signature"] = hex::encode(&signature).into();
    let read = Manifest::from_value(document).unwrap();
    read.verify(&SuffixKeys).unwrap()
}

#[test]
fn receipts_of_random_works_hold_for_both_and_one_unit_more_for_nobody() {
    let mut chance = Chance(0x1234_5678_9abc_def1);
    let (mut held, mut passed, mut summed, mut left_out) = (0, 0, 0, 0);
    for _ in 0..90 {
        let mut shelf = Vec::new();
        for work in 2..5 {
            let by = person(&mut chance);
            shelf.push(manifest(&mut chance, &format!("work-{work}"), "song", &by));
        }
        for seed in 60..65 {
            let by = Party::new(seed);
            if chance.below(2) == 0 {
                let did = by.did.to_string();
                shelf.push(manifest(&mut chance, &did, "distribution", &by));
            }
        }
        let root = manifest(&mut chance, "sold", "ticket", &bob());
        let mut shelf = Shelf { manifests: shelf, gone: Vec::new() };
        let pinned = follow(Minor::MAX, &root, &shelf);
        if chance.below(3) == 0 {
            let people = (60..65).map(|seed| Party::new(seed).did);
            shelf.gone = people.filter(|_| chance.below(2) == 0).collect();
        }
        let profile = match chance.below(3) {
            0 => FeeProfile::NONE,
            _ => FeeProfile::mjn(2_500 + u32::try_from(chance.below(17_500)).unwrap()).unwrap(),
        };
        let parties = FeeParties { protocol: Party::new(7).did, node: first_box().did };
        let gross = Minor::new(i64::try_from(chance.below(50_000)).unwrap()).unwrap();
        let text = |text: &str| IdText::parse(text).unwrap();
        let order = Order {
            id: text("pay_1"),
            payer: ann().did,
            seller: bob().did,
            gross,
            currency: Currency::parse("CHF").unwrap(),
            service: text("events"),
            kind: text("ticket"),
            rail: text("ledger"),
        };
        let Ok(division) = divide(&order, &root, &profile, &parties, &shelf) else {
            continue;
        };
        held += 1;
        passed += usize::from(division.lines.iter().any(|line| line.passed_on.is_some()));
        // The pinned manifests do not depend on deleted people.
        let Ok(whole) = pinned else { continue };
        let used = followed(&root, &whole);
        let of =
            |digest: &Digest| shelf.manifests.iter().find(|m| m.manifest().digest() == *digest);
        let mut manifests = vec![&root];
        manifests.extend(used[1..].iter().filter_map(of));
        // A small amount may follow manifests that the largest cannot: the pinned ones are not all that this one
        // followed.
        let mut passed_on = division.lines.iter().filter_map(|line| line.passed_on);
        let is_whole = passed_on.all(|digest| used.contains(&digest));
        summed += usize::from(is_whole);
        let receipt = Receipt::new(at(0), order, profile, parties, &manifests, division);
        let receipt = receipt.with_gone(shelf.gone.clone());
        left_out += usize::from(!shelf.gone.is_empty());
        let settle = |follows: Digest| Make {
            fact: facts(&[
                ("fair", id(&root.manifest().digest().to_string())),
                ("follows", id(&follows.to_string())),
            ]),
            ..Make::op("pay.settle").body(vec![("manifest", "x".into())])
        };
        let entry = |text: &str| Make {
            fact: facts(&[
                ("amount", imajin_protocol::FactValue::Int(gross.get())),
                ("currency", id("CHF")),
                ("payer", id(ann().did.as_str())),
                ("seller", id(bob().did.as_str())),
            ]),
            ..Make::op("pay.receipt").reference("pay_1").body(vec![("receipt", Value::from(text))])
        };
        // Earlier intents name the manifests alone, as all do while everyone is there.
        let agreed = Digest::of_division(&used, &shelf.gone);
        for follows in BTreeSet::from([agreed, Digest::of_all(&used)]) {
            let report = valid(&derived_log(settle(follows), entry(&receipt.to_text())));
            let is_proved = is_whole && shelf.gone.is_empty();
            assert_eq!(report.home_divisions, u64::from(!is_proved));
        }
        let others = Digest::of_division(&used, &[ann().did]);
        caught(&derived_log(settle(others), entry(&receipt.to_text())), 1, "cause");
        let mut more: Json = serde_json::from_str(&receipt.to_text()).unwrap();
        if is_whole && more["division"]["recipients"][0].is_array() {
            let amount = more["division"]["recipients"][0][1].as_i64().unwrap();
            more["division"]["recipients"][0][1] = (amount + 1).into();
            caught(&derived_log(settle(agreed), entry(&jcs::to_string(&more))), 1, "cause");
        }
    }
    assert!(
        held > 30 && passed > 10 && summed > 30 && left_out > 10,
        "{held} {passed} {summed} {left_out}"
    );
}
