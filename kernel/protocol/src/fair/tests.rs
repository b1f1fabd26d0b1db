use super::*;
use crate::CanonicalForm;
use crate::money::SplitError;
use ed25519_dalek::Signer;
use imajin_dfos::{PublicKey, SigningKey, base64};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub(crate) fn did(seed: u8) -> Did {
    Did::from_key(key(seed).verifying_key().as_bytes())
}

pub(crate) fn ppm(millionths: u32) -> Ppm {
    Ppm::new(millionths).unwrap()
}

pub(crate) fn minor(units: i64) -> Minor {
    Minor::new(units).unwrap()
}

/// Returns a draft whose contributors are these seeds with these millionths.
pub(crate) fn draft(id: &str, kind: &str, shares: &[(u8, u32)]) -> Draft {
    let contributor = |(seed, weight): &(u8, u32)| Contributor {
        did: did(*seed),
        role: Some(format!("role {seed}")),
        weight: ppm(*weight),
    };
    Draft {
        id: id.to_owned(),
        kind: kind.to_owned(),
        owner: None,
        contributors: shares.iter().map(contributor).collect(),
        derives_from: Vec::new(),
        terms: serde_json::Map::new(),
    }
}

pub(crate) fn signed(draft: Draft, by: u8) -> Signed {
    let manifest = draft.build().unwrap().sign(&key(by)).unwrap();
    manifest.verify(&SuffixKeys).unwrap()
}

/// Makes a signed manifest by which a person passes on their earnings.
pub(crate) fn distribution(of: u8, shares: &[(u8, u32)]) -> Signed {
    let mut draft = draft(did(of).as_str(), DISTRIBUTION, shares);
    draft.owner = Some(did(of));
    signed(draft, of)
}

#[derive(Debug, Default)]
pub(crate) struct Shelf {
    works: BTreeMap<String, Signed>,
    people: BTreeMap<Did, Signed>,
    gone: Vec<Did>,
}

impl Shelf {
    /// Returns this shelf without a person, who deleted their record.
    pub(crate) fn without(mut self, n: u8) -> Self {
        self.gone.push(did(n));
        self
    }

    pub(crate) fn with_manifest(mut self, signed: Signed) -> Self {
        match signed.manifest().distributes().cloned() {
            Some(did) => self.people.insert(did, signed),
            None => {
                let id = signed.manifest().id().unwrap().to_owned();
                self.works.insert(id, signed)
            }
        };
        self
    }
}

impl Library for Shelf {
    fn work(&self, id: &str, digest: Option<Digest>) -> Option<&Signed> {
        let signed = self.works.get(id)?;
        digest.is_none_or(|digest| digest == signed.manifest().digest()).then_some(signed)
    }

    fn distribution(&self, did: &Did) -> Option<&Signed> {
        self.people.get(did)
    }

    fn is_gone(&self, did: &Did) -> bool {
        self.gone.contains(did)
    }
}

#[test]
fn every_dialect_says_the_same() {
    let (a, b) = (did(1), did(2));
    let by_id = json!([{"id": a, "role": "music", "weight": 0.7}, {"id": b, "weight": 0.3}]);
    let by_did = json!([{"did": a, "role": "music", "share": 0.7}, {"did": b, "share": 0.3}]);
    let sources = json!(["a sample", {"id": "song", "weight": 0.2}]);
    let documents = [
        (
            json!({"id": "w", "version": "0.3.0", "type": "song", "contributors": by_id, "derivesFrom": sources, "terms": {}, "signature": null}),
            Dialect::V0_3_0,
        ),
        (
            json!({"id": "w", "version": "1.0", "type": "song", "contributors": by_did, "derives_from": sources}),
            Dialect::Shares1_0,
        ),
        (
            json!({"id": "w", "fair": "1.0", "type": "song", "attribution": by_did, "derives_from": sources}),
            Dialect::Attribution1_0,
        ),
        (
            json!({"id": "w", "fair": "1.1", "version": "7", "type": "song", "attribution": by_did, "derivesFrom": sources}),
            Dialect::Attribution1_1,
        ),
    ];
    let tables: Vec<_> = documents
        .iter()
        .map(|(document, dialect)| {
            let text = serde_json::to_string_pretty(document).unwrap();
            let manifest = Manifest::parse(&text).unwrap();
            assert_eq!(manifest.dialect(), *dialect);
            assert_eq!(manifest.text(), text, "kept as it came");
            (manifest.contributors().to_vec(), manifest.sources().to_vec(), manifest.table())
        })
        .collect();
    assert!(tables.windows(2).all(|pair| pair[0] == pair[1]));
    let shares: Vec<_> = tables[0].2.iter().map(|row| row.share.to_string()).collect();
    assert_eq!(shares, ["56 %", "24 %", "0 %", "20 %"]);
}

/// Reads a row of a table: a member, its value, and what the refusal names.
pub(crate) fn read_row(row: &str) -> (&str, serde_json::Value, &str) {
    let [member, value, named] = row.split(" | ").collect::<Vec<_>>()[..] else {
        panic!("a row has three cells: {row}");
    };
    let value = value
        .replace("@1", did(1).as_str())
        .replace("@2", did(2).as_str())
        .replace("@00", &"00".repeat(64));
    (member, serde_json::from_str(&value).unwrap(), named)
}

/// Members that are refused, with what the refusal names. `@1` is the DID of the first person.
const REFUSED_MEMBERS: &str = r#"
version | "0.4.0" | version
version | 1.0 | version
contributors | [] | contributors
contributors | [{"id": "ada", "weight": 1}] | contributors[0].id
contributors | [{"id": "@1", "weight": "1"}] | contributors[0].weight
contributors | [{"id": "@1", "weight": -1}, {"id": "@2", "weight": 2}] | 0 to 1
contributors | [{"id": "@1", "weight": 0.5}] | add up to 500000
derivesFrom | [{"id": "x", "weight": 1.5}] | sources
derivesFrom | [{"weight": 0.5}] | derivesFrom[0].id
derivesFrom | [{"id": "x", "fair": "sha256:00"}] | derivesFrom[0].fair
derivesFrom | [{"id": "x", "weight": 0.6}, {"id": "y", "weight": 0.6}] | sources
derives_from | [] | once
type | "distribution" | id
owner | "me" | owner
signature | "00" | signature
signature | {"algorithm": "RSA", "value": "@00"} | signature
platformSignature | 7 | platformSignature
"#;

#[test]
fn refused_with_the_member_named() {
    let good = json!({"id": "w", "version": "0.3.0", "type": "song", "contributors": [{"id": did(1), "weight": 1}]});
    assert!(Manifest::from_value(good.clone()).is_ok());
    for row in REFUSED_MEMBERS.trim().lines() {
        let (member, value, named) = read_row(row);
        let mut bad = good.clone();
        bad["derivesFrom"] = json!([]);
        bad[member] = value;
        let error = Manifest::from_value(bad).unwrap_err().to_string();
        assert!(error.contains(named), "{error} should name {named}");
    }
    let many: Vec<_> = (0..65).map(|_| json!({"id": did(1), "weight": 1.0 / 65.0})).collect();
    let mut bad = good;
    bad["contributors"] = json!(many);
    assert!(Manifest::from_value(bad).is_err());
    assert_eq!(Manifest::parse(&" ".repeat(MANIFEST_BYTES_MAX + 1)), Err(FairError::TooLong));
    assert!(matches!(Manifest::parse(r#"{"id":1,"id":2}"#), Err(FairError::Json(_))));
}

#[test]
fn either_signature_may_come_first() {
    let ours = || draft("w", "song", &[(1, 700_000), (2, 300_000)]).build().unwrap();
    let platform = key(9);
    let owner_first = ours().sign(&key(1)).unwrap().sign_as_platform(&platform).unwrap();
    let other = ours().sign_as_platform(&platform).unwrap().sign(&key(1)).unwrap();
    assert_eq!(owner_first, other);
    assert_eq!(owner_first.verify_platform(&platform.verifying_key()), Some(CanonicalForm::Jcs));
    assert_eq!(owner_first.verify_platform(&key(1).verifying_key()), None);
    let expected = Err(FairError::NotOurs);
    assert_eq!(owner_first.clone().sign(&key(2)), expected, "nothing is signed twice");
    let text = owner_first.text().to_owned();
    let read = Manifest::parse(&text).unwrap().verify(&SuffixKeys).unwrap();
    assert_eq!((read.signer(), read.form()), (&did(1), CanonicalForm::Jcs));
    // A stranger's signature, a changed share, and no signature.
    assert_eq!(ours().sign(&key(3)).unwrap().verify(&SuffixKeys), Err(FairError::Signature));
    let changed = text.replace("0.7", "0.6").replace("0.3,", "0.4,").replace("0.3}", "0.4}");
    assert_ne!(changed, text);
    assert_eq!(Manifest::parse(&changed).unwrap().verify(&SuffixKeys), Err(FairError::Signature));
    assert_eq!(ours().verify(&SuffixKeys), Err(FairError::Unsigned));
    let foreign = json!({"fair": "1.1", "attribution": [{"did": did(1), "share": 1}]});
    assert_eq!(Manifest::from_value(foreign).unwrap().sign(&key(1)), Err(FairError::NotOurs));
}

#[test]
fn foreign_forms_of_a_signature() {
    let document = json!({"fair": "1.1", "b_c": 1, "bC": 2, "attribution": [{"did": did(1), "share": 0.5}, {"did": did(2), "share": 0.5}]});
    let read = |name: &str, signature: serde_json::Value| {
        let mut document = document.clone();
        document[name] = signature;
        Manifest::from_value(document)
    };
    let canonical = key(2).sign(crate::jcs::to_string(&document).as_bytes()).to_bytes();
    let by_locale = crate::jcs::icu_en_us_order(&document).unwrap();
    let by_locale = key(2).sign(by_locale.as_bytes()).to_bytes();
    let hexed = imajin_dfos::hex::encode(&canonical);
    let public = PublicKey::from(&key(2));
    for signature in [
        json!(hexed),
        json!({"algorithm": "Ed25519", "value": hexed, "publicKeyRef": format!("{}#key-1", did(2))}),
        json!({"algorithm": "ed25519", "value": base64::encode_std(&canonical) + "==", "publicKeyRef": public.to_hex()}),
        json!({"signer": did(2), "alg": "EdDSA", "value": base64::encode_url(&canonical), "signedAt": "2026-01-01T00:00:00Z"}),
    ] {
        let signed = read("signature", signature).unwrap().verify(&SuffixKeys).unwrap();
        assert_eq!((signed.signer(), signed.form()), (&did(2), CanonicalForm::Jcs));
    }
    let old = json!(imajin_dfos::hex::encode(&by_locale));
    let signed = read("signature", old).unwrap().verify(&SuffixKeys).unwrap();
    assert_eq!(signed.form(), CanonicalForm::IcuEnUs);
    // The signature claims another signer.
    for claim in [did(1).to_string(), did(3).to_string(), PublicKey::from(&key(1)).to_multikey()] {
        let wrong = json!({"algorithm": "Ed25519", "value": hexed, "publicKeyRef": claim});
        let verified = read("signature", wrong).unwrap().verify(&SuffixKeys);
        assert_eq!(verified, Err(FairError::Signature));
    }
}

#[test]
fn headers_and_digest() {
    let manifest = draft("w", "song", &[(1, 1_000_000)]).build().unwrap();
    let pretty = serde_json::to_string_pretty(manifest.document()).unwrap();
    let again = Manifest::parse(&pretty).unwrap();
    assert_eq!(manifest.digest(), again.digest(), "whatever the spaces");
    assert_ne!(manifest.digest(), again.sign(&key(1)).unwrap().digest(), "signatures count");
    let [digest, link] = manifest.headers("https://box.example/media/api/assets/1/fair").unwrap();
    assert_eq!(Digest::parse(&digest.1), Some(manifest.digest()));
    assert_eq!(
        link,
        ("link", "<https://box.example/media/api/assets/1/fair>; rel=\"fair\"".to_owned())
    );
    for bad in ["", "a b", "a>; rel=\"x", "a\r\nset-cookie: x", "ä"] {
        assert_eq!(manifest.headers(bad), Err(FairError::Link), "{bad:?}");
    }
    assert_eq!(Digest::parse(&digest.1.to_uppercase()), None);
}

#[test]
fn three_levels_down_to_the_cent() {
    // A song, a quarter of it to the song that it samples; one of its two makers passes a fifth on.
    let mut song = draft("song", "song", &[(1, 700_000), (2, 300_000)]);
    song.derives_from.push(Source { id: "old song".to_owned(), weight: ppm(250_000), fair: None });
    let song = signed(song, 1);
    let shelf = Shelf::default()
        .with_manifest(signed(draft("old song", "song", &[(3, 500_000), (1, 500_000)]), 3))
        .with_manifest(distribution(2, &[(2, 800_000), (4, 200_000)]))
        .with_manifest(distribution(3, &[(5, 1_000_000)]));
    let lines = follow(minor(1001), &song, &shelf).unwrap();
    let shown: Vec<_> = lines
        .iter()
        .map(|line| (line.level, line.amount.get(), line.passed_on.is_some()))
        .collect();
    assert_eq!(
        shown,
        [
            (1, 526, false),
            (1, 225, true),
            (2, 180, false),
            (2, 45, false),
            (1, 250, true),
            (2, 125, true),
            (3, 125, false),
            (2, 125, false)
        ]
    );
    let paid = recipients(&lines).unwrap();
    assert_eq!(
        paid,
        [(did(1), minor(651)), (did(2), minor(180)), (did(4), minor(45)), (did(5), minor(125))]
    );
    assert_eq!(serde_json::to_value(&lines[0]).unwrap()["to"], json!({"did": did(1)}));
    assert!(follow(Minor::ZERO, &song, &shelf).unwrap().is_empty(), "no row for nothing");
}

#[test]
fn what_cannot_be_passed_on_stays_with_its_did() {
    let root = signed(draft("w", "song", &[(1, 1_000_000)]), 1);
    let circle = Shelf::default()
        .with_manifest(distribution(1, &[(1, 500_000), (2, 500_000)]))
        .with_manifest(distribution(2, &[(1, 1_000_000)]));
    let paid = |shelf: &Shelf| recipients(&follow(minor(100), &root, shelf).unwrap()).unwrap();
    // The second passes on to the first, who passes on to the second: it stays with the first, by the second's word.
    assert_eq!(paid(&circle), [(did(1), minor(100))]);
    let chain = |length: u8| {
        (1..length).fold(Shelf::default(), |shelf, n| {
            shelf.with_manifest(distribution(n, &[(n + 1, 1_000_000)]))
        })
    };
    let lines = follow(minor(100), &root, &chain(8)).unwrap();
    assert_eq!((lines.len(), lines[7].level), (8, 8));
    assert_eq!(recipients(&lines).unwrap(), [(did(8), minor(100))]);
    assert_eq!(paid(&chain(9)), [(did(8), minor(100))]);
}

#[test]
fn the_share_of_somebody_who_is_gone_goes_to_the_other_contributors_in_proportion() {
    type Paid = Result<Vec<(Did, Minor)>, ChainError>;
    let paid = |root: &Signed, shelf: Shelf| -> Paid {
        Ok(recipients(&follow(minor(1_000), root, &shelf)?).unwrap())
    };
    let mut work = draft("w", "song", &[(1, 500_000), (2, 300_000), (3, 200_000)]);
    let root = signed(work.clone(), 1);
    let without = |n| Shelf::default().without(n);
    assert_eq!(paid(&root, without(3)).unwrap(), [(did(1), minor(625)), (did(2), minor(375))]);
    assert_eq!(paid(&root, without(2).without(3)).unwrap(), [(did(1), minor(1_000))]);
    let nobody = without(1).without(2).without(3);
    assert_eq!(paid(&root, nobody), Err(ChainError::Split(SplitError::NoWeight)));
    // A source keeps its part until all of its makers are gone.
    work.derives_from.push(Source { id: "sample".to_owned(), weight: ppm(200_000), fair: None });
    let root = signed(work, 1);
    let sample = || signed(draft("sample", "song", &[(4, 1_000_000)]), 4);
    let with_sample = |shelf: Shelf| shelf.with_manifest(sample());
    let expected = [(did(1), minor(500)), (did(2), minor(300)), (did(4), minor(200))];
    assert_eq!(paid(&root, with_sample(without(3))).unwrap(), expected);
    let expected = [(did(1), minor(500)), (did(2), minor(300)), (did(3), minor(200))];
    assert_eq!(paid(&root, with_sample(without(4))).unwrap(), expected);
    let alone = with_sample(without(1).without(2).without(3));
    assert_eq!(paid(&root, alone).unwrap(), [(did(4), minor(1_000))]);
    // Distributions to a person who is gone stay with their giver; the distribution of a person who is gone is void.
    let passes = Shelf::default()
        .with_manifest(distribution(1, &[(1, 500_000), (5, 500_000)]))
        .with_manifest(distribution(2, &[(6, 1_000_000)]));
    let root = signed(draft("w", "song", &[(1, 500_000), (2, 500_000)]), 1);
    assert_eq!(paid(&root, passes.without(5).without(2)).unwrap(), [(did(1), minor(1_000))]);
}

#[test]
fn nobody_is_paid_by_what_they_did_not_sign() {
    let mut draft_of_one = draft(did(1).as_str(), DISTRIBUTION, &[(2, 1_000_000)]);
    draft_of_one.owner = Some(did(1));
    // The signer is a recipient: a contributor, but not the person with the distributed earnings.
    let theft = signed(draft_of_one, 2);
    let root = signed(draft("w", "song", &[(1, 1_000_000)]), 1);
    let shelf = Shelf::default().with_manifest(theft);
    assert_eq!(follow(minor(1), &root, &shelf), Err(ChainError::NotTheirs(did(1))));
    let mut derived = draft("x", "song", &[(1, 1_000_000)]);
    derived.derives_from.push(Source { id: "lost".to_owned(), weight: ppm(1), fair: None });
    let derived = signed(derived, 1);
    let nothing = Shelf::default();
    assert!(follow(minor(1), &derived, &nothing).is_ok(), "too little for it to get anything");
    let much = follow(minor(1_000_000), &derived, &nothing);
    assert_eq!(much, Err(ChainError::Unknown("lost".to_owned())));
    let alias = json!({"fair": "1.0", "attribution": [{"did": "did:email:ada_at_example.org", "share": 0.5}, {"did": did(1), "share": 0.5}]});
    let signature =
        imajin_dfos::hex::encode(&key(1).sign(crate::jcs::to_string(&alias).as_bytes()).to_bytes());
    let mut alias = alias;
    alias["signature"] = json!(signature);
    let alias = Manifest::from_value(alias).unwrap().verify(&SuffixKeys).unwrap();
    assert!(matches!(follow(minor(2), &alias, &nothing), Err(ChainError::Unpayable(_))));
}

#[test]
fn lines_are_bounded() {
    // Each of 30 passes on to the same next 30: without a bound, 30^8 lines.
    let even = |from: u8| {
        (from..from + 30).map(|n| (n, 33_333 + u32::from(n == from) * 10)).collect::<Vec<_>>()
    };
    let mut shelf = Shelf::default();
    for n in 1..=30 {
        shelf = shelf.with_manifest(distribution(n, &even(31)));
    }
    let root = signed(draft("w", "song", &even(1)), 1);
    let lines = follow(minor(1_000_000_000), &root, &shelf).unwrap();
    assert!(lines.len() <= super::LINES_MAX);
    let expected = Ok(minor(1_000_000_000));
    assert_eq!(Minor::sum(recipients(&lines).unwrap().iter().map(|(_, part)| *part)), expected);
}

prop_compose! {
    /// Returns a shelf whose manifests only point to later people and works, and a root.
    fn shelves()(
        shares in prop::collection::vec(prop::collection::vec(1..1_000u32, 1..4), 6),
        sources in prop::collection::vec(prop::option::of(0..=1_000_000u32), 6),
    ) -> (Signed, Shelf) {
        let whole = |parts: &[u32], first: u8| -> Vec<(u8, u32)> {
            let sum: u32 = parts.iter().sum();
            let numbers: Vec<f64> = parts.iter().map(|part| f64::from(*part) / f64::from(sum)).collect();
            let ppm = Ppm::whole_from_numbers(&numbers).unwrap();
            ppm.iter().enumerate().map(|(n, ppm)| (first + n as u8, ppm.get())).collect()
        };
        let mut shelf = Shelf::default();
        let mut root = None;
        for n in (0..6u8).rev() {
            let shares = whole(&shares[usize::from(n)], n + 1);
            let mut work = draft(&format!("work {n}"), "song", &shares);
            if let (Some(weight), true) = (sources[usize::from(n)], n < 5) {
                work.derives_from.push(Source { id: format!("work {}", n + 1), weight: ppm(weight), fair: None });
            }
            let work = signed(work, n + 1);
            if n == 0 { root = Some(work) } else { shelf = shelf.with_manifest(work) }
            if n > 2 {
                shelf = shelf.with_manifest(distribution(n, &whole(&[3, 1], n)));
            }
        }
        (root.unwrap(), shelf)
    }
}

proptest! {
    #[test]
    fn written_and_read_again(weights in prop::collection::vec(1..10_000u32, 1..20), source in 0..=1_000_000u32) {
        let sum: u32 = weights.iter().sum();
        let numbers: Vec<f64> = weights.iter().map(|weight| f64::from(*weight) / f64::from(sum)).collect();
        let weights = Ppm::whole_from_numbers(&numbers).unwrap();
        let shares: Vec<_> = weights.iter().enumerate().map(|(n, ppm)| (n as u8 + 1, ppm.get())).collect();
        let mut original = draft("w", "song", &shares);
        original.derives_from.push(Source { id: "x".to_owned(), weight: ppm(source), fair: None });
        let manifest = original.clone().build().unwrap().sign(&key(1)).unwrap();
        let read = Manifest::parse(manifest.text()).unwrap();
        prop_assert_eq!(read.contributors(), &original.contributors[..]);
        prop_assert_eq!(read.sources(), &original.derives_from[..]);
        let whole: u32 = read.table().iter().map(|row| row.share.get()).sum();
        prop_assert_eq!(whole, 1_000_000);
        prop_assert!(read.verify(&SuffixKeys).is_ok());
    }

    /// Tests at any depth that no money is lost or made, and that every manifest divides exactly its part.
    #[test]
    fn money_is_conserved_at_every_level((root, shelf) in shelves(), amount in 0..10_000_000i64) {
        let lines = follow(minor(amount), &root, &shelf).unwrap();
        let paid = recipients(&lines).unwrap();
        prop_assert_eq!(Minor::sum(paid.iter().map(|(_, amount)| *amount)), Ok(minor(amount)));
        prop_assert!(lines.iter().all(|line| line.amount > Minor::ZERO));
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.passed_on.is_some()) {
            let below = lines[at + 1..].iter().take_while(|other| other.level > line.level);
            let next = below.filter(|other| other.level == line.level + 1).map(|other| other.amount);
            prop_assert_eq!(Minor::sum(next), Ok(line.amount));
        }
    }

    /// Divides every unit among the other people if some are gone.
    #[test]
    fn money_is_conserved_without_those_who_are_gone(
        (root, shelf) in shelves(), amount in 0..10_000_000i64, gone in prop::collection::vec(0..10u8, 0..6),
    ) {
        let shelf = gone.iter().fold(shelf, |shelf, n| shelf.without(*n));
        match follow(minor(amount), &root, &shelf) {
            Ok(lines) => {
                let paid = recipients(&lines).unwrap();
                prop_assert_eq!(Minor::sum(paid.iter().map(|(_, amount)| *amount)), Ok(minor(amount)));
                prop_assert!(paid.iter().all(|(who, _)| !gone.iter().any(|n| did(*n) == *who)));
            }
            Err(error) => prop_assert_eq!(error, ChainError::Split(SplitError::NoWeight)),
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,80}") {
        let _ = Manifest::parse(&text).map(|manifest| (manifest.table(), manifest.verify(&SuffixKeys)));
    }
}

/// Forms of signatures, and manifests that are too deep: the cases that the second verifier has, too.
#[test]
fn manifests_are_read_as_the_second_verifier_reads_them() {
    let vectors = include_str!("../../../../tests/vectors/fair.json");
    let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
    for case in vectors["cases"].as_array().unwrap() {
        let name = &case["name"];
        let manifest = Manifest::parse(case["manifest"].as_str().unwrap());
        assert_eq!(manifest.is_ok(), case["reads"] == true, "{name}");
        let signed = manifest.and_then(|manifest| manifest.verify(&SuffixKeys));
        let signer = signed.ok().map(|signed| signed.signer().to_string());
        assert_eq!(signer.as_deref(), case["signer"].as_str(), "{name}");
    }
}
