//! Agreement to several manifests: the signatures next to each of them, by its digest, as the sale of a work encloses them.
//!
//! Always: nothing here says that a signature is good; [`Agreements::missing`] does.

use super::{AgreementList, Digest, FairError, Keys, LINES_MAX, Manifest, Signed};
use crate::json_form::json_form;
use crate::{Did, Ppm};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Maximum number of manifests: those that the money of one payment can follow.
const MANIFESTS_MAX: usize = LINES_MAX + 1;

/// The signatures next to manifests, by the manifests' digests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreements(BTreeMap<Digest, AgreementList>);

impl Agreements {
    /// Reads `{digest: [{did, signature}]}`.
    pub fn read(value: &Value) -> Result<Self, FairError> {
        let wrong = || {
            FairError::Member(
                "agreed".into(),
                "lists of {did, signature}, each under a manifest's digest",
            )
        };
        let all = value.as_object().filter(|all| all.len() <= MANIFESTS_MAX);
        let mut agreements = Self::default();
        for (digest, list) in all.ok_or_else(wrong)? {
            let digest = Digest::parse(digest).ok_or_else(wrong)?;
            agreements.0.insert(digest, AgreementList::read(list)?);
        }
        Ok(agreements)
    }

    /// Returns the agreements as JSON.
    pub fn to_value(&self) -> Value {
        let all = self.0.iter();
        let all: Map<String, Value> =
            all.map(|(digest, agreed)| (digest.to_string(), agreed.to_value())).collect();
        Value::Object(all)
    }

    /// Puts the signatures next to a manifest.
    pub fn put(&mut self, manifest: Digest, agreed: AgreementList) {
        if agreed.is_empty() {
            self.0.remove(&manifest)
        } else {
            self.0.insert(manifest, agreed)
        };
    }

    /// Returns whether these can be the signatures next to the manifests of a work's sale, the sold work's own first:
    /// each list is of people whom its manifest names, and of those with a part in a work at most one is in no list,
    /// who signed the manifest itself. Whether the signatures are good takes keys ([`Self::missing`]).
    pub fn fit(&self, manifests: &[Manifest]) -> bool {
        let of = |digest: &Digest| manifests.iter().find(|one| one.digest() == *digest);
        let is_theirs = |(digest, agreed): (&Digest, &AgreementList)| {
            of(digest).is_some_and(|manifest| agreed.iter().all(|one| manifest.names(one.did())))
        };
        let is_whole = |(at, manifest): (usize, &Manifest)| {
            let agreed = self.0.get(&manifest.digest());
            let mut missing: Vec<&Did> = Vec::new();
            for one in manifest.contributors().iter().filter(|one| one.weight > Ppm::ZERO) {
                let has_agreed = agreed.is_some_and(|agreed| agreed.has(&one.did));
                if !has_agreed && !missing.contains(&&one.did) {
                    missing.push(&one.did);
                }
            }
            (at > 0 && manifest.distributes().is_some()) || missing.len() <= 1
        };
        self.0.iter().all(is_theirs) && manifests.iter().enumerate().all(is_whole)
    }

    /// Contributors with a weight above 0 who neither signed a manifest nor agreed to it here with one of these keys.
    ///
    /// # Errors
    /// [`FairError::Stranger`] if a person agreed whom the manifest doesn't name.
    pub fn missing(&self, signed: &Signed, keys: &dyn Keys) -> Result<Vec<Did>, FairError> {
        let nobody = AgreementList::default();
        let agreed = self.0.get(&signed.manifest().digest());
        Ok(signed.check(agreed.unwrap_or(&nobody), keys)?.missing)
    }
}

json_form! { Agreements as Value, |agreements| agreements.to_value(), |value|
    Agreements::read(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fair::SuffixKeys;
    use imajin_dfos::{PublicKey, SigningKey};
    use serde_json::json;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn did(seed: u8) -> Did {
        Did::from_key(PublicKey::from(&key(seed)).as_bytes())
    }

    fn song(name: &str) -> Signed {
        let document = json!({ "id": name, "version": "0.3.0", "contributors": [
            { "id": did(1), "weight": 0.5 }, { "id": did(2), "weight": 0.5 }, { "id": did(3), "weight": 0 }] });
        let manifest = Manifest::from_value(document).unwrap();
        manifest.sign(&key(1)).unwrap().verify(&SuffixKeys).unwrap()
    }

    #[test]
    fn a_signature_counts_for_the_manifest_that_it_is_next_to() {
        let (one, other) = (song("one"), song("other"));
        let mut agreed = AgreementList::default();
        agreed.put(one.agree(&did(2), &key(2)).unwrap());
        let mut all = Agreements::default();
        assert_eq!(all.missing(&one, &SuffixKeys).unwrap(), [did(2)]);
        all.put(one.manifest().digest(), agreed.clone());
        assert!(all.missing(&one, &SuffixKeys).unwrap().is_empty());
        assert_eq!(all.missing(&other, &SuffixKeys).unwrap(), [did(2)]);
        all.put(other.manifest().digest(), agreed);
        assert_eq!(all.missing(&other, &SuffixKeys).unwrap(), [did(2)], "over another manifest");
        let again = Agreements::read(&all.to_value()).unwrap();
        assert_eq!(again, all);
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<Agreements>(&text).unwrap(), all);
    }

    #[test]
    fn without_keys_it_is_known_whether_they_can_be_everybodys() {
        let (one, other) = (song("one").manifest().clone(), song("other").manifest().clone());
        let both = [one.clone(), other.clone()];
        let mut agreed = AgreementList::default();
        agreed.put(song("one").agree(&did(2), &key(2)).unwrap());
        let mut all = Agreements::default();
        assert!(!all.fit(&both), "one signed, and the other is missing");
        all.put(one.digest(), agreed.clone());
        // The one who is missing may be the one who signed it.
        assert!(all.fit(std::slice::from_ref(&one)));
        assert!(!all.fit(&both), "nothing is said of the other manifest");
        assert!(!all.fit(std::slice::from_ref(&other)), "next to none of them");
        let document = json!({ "id": "three", "version": "0.3.0", "contributors": [
            { "id": did(1), "weight": 0.5 }, { "id": did(2), "weight": 0.25 }, { "id": did(4), "weight": 0.25 }] });
        let three = Manifest::from_value(document).unwrap();
        let by = |seeds: &[u8]| {
            let of = |seed: &u8| json!({ "did": did(*seed), "signature": "0".repeat(128) });
            AgreementList::read(&seeds.iter().map(of).collect()).unwrap()
        };
        all.put(three.digest(), by(&[2]));
        assert!(!all.fit(&[one.clone(), three.clone()]), "two of three are missing");
        all.put(three.digest(), by(&[2, 4]));
        assert!(all.fit(&[one.clone(), three]));
        let stranger = json!([{ "did": did(9), "signature": "0".repeat(128) }]);
        all = Agreements::default();
        all.put(one.digest(), AgreementList::read(&stranger).unwrap());
        assert!(!all.fit(&[one]));
    }

    #[test]
    fn other_forms_are_refused() {
        let digest = song("one").manifest().digest().to_string();
        for wrong in [
            json!([]),
            json!("all of them"),
            json!({ "one": [] }),
            json!({ &digest: {} }),
            json!({ &digest: [{ "did": did(2) }] }),
        ] {
            assert!(Agreements::read(&wrong).is_err(), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_work_is_agreed_if_and_only_if_everybody_with_a_weight_has_signed(
            weights in proptest::collection::vec(0_u8..3, 1..6),
            has_signed in proptest::collection::vec(proptest::bool::ANY, 6),
        ) {
            proptest::prop_assume!(weights.iter().any(|weight| *weight > 0));
            let sum: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
            let people: Vec<(u8, bool)> = (1..).zip(weights.iter().map(|weight| *weight > 0)).collect();
            let contributors: Vec<Value> = (1..).zip(&weights)
                .map(|(seed, weight)| json!({ "id": did(seed), "weight": f64::from(*weight) / sum }))
                .collect();
            let document = json!({ "id": "work", "version": "0.3.0", "contributors": contributors });
            let manifest = Manifest::from_value(document).unwrap();
            let signed = manifest.sign(&key(1)).unwrap().verify(&SuffixKeys).unwrap();
            let mut agreed = AgreementList::default();
            for ((seed, _), _) in people.iter().zip(&has_signed).filter(|(_, has)| **has) {
                agreed.put(signed.agree(&did(*seed), &key(*seed)).unwrap());
            }
            let expected: Vec<Did> = people.iter().zip(&has_signed)
                .filter(|((seed, counts), has)| *counts && *seed != 1 && !**has)
                .map(|((seed, _), _)| did(*seed))
                .collect();
            let mut all = Agreements::default();
            all.put(signed.manifest().digest(), agreed);
            let missing = all.missing(&signed, &SuffixKeys).unwrap();
            proptest::prop_assert_eq!(&missing, &expected);
            let fits = all.fit(&[signed.manifest().clone()]);
            proptest::prop_assert!(fits || !missing.is_empty(), "who has keys and who has none agree");
        }
    }
}
