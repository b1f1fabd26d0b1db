use super::*;
use crate::fair::tests::{did, draft, key, signed};
use crate::fair::{Manifest, SuffixKeys, Work};
use imajin_dfos::{VerifyingKey, base64};

/// Returns a manifest of two with a share, one without, and an owner who is not a contributor.
fn song() -> Signed {
    let mut draft = draft("w", "song", &[(1, 700_000), (2, 300_000), (3, 0)]);
    draft.owner = Some(did(4));
    signed(draft, 1)
}

fn agreed(signed: &Signed, by: &[u8]) -> AgreementList {
    let mut agreed = AgreementList::default();
    for seed in by {
        agreed.put(signed.agree(&did(*seed), &key(*seed)).unwrap());
    }
    agreed
}

#[test]
fn everybody_with_a_share_has_signed_or_is_named() {
    let song = song();
    let missing = |by: &[u8]| song.check(&agreed(&song, by), &SuffixKeys).unwrap().missing;
    assert_eq!(missing(&[]), [did(2)], "the signer need not agree again");
    assert_eq!(missing(&[3, 4]), [did(2)]);
    assert!(missing(&[2]).is_empty());
    let all = song.check(&agreed(&song, &[4, 2, 3]), &SuffixKeys).unwrap();
    assert_eq!(all.agreed, [did(4), did(2), did(3)]);
    assert!(all.wrong.is_empty());
}

#[test]
fn agreement_is_over_the_same_bytes_as_the_signature() {
    let song = song();
    // A contributor's `signature` and their agreement are one and the same.
    let again = song.agree(&did(1), &key(1)).unwrap();
    let hexed = hex::encode(&again.signature);
    assert_eq!(song.manifest().document()["signature"], hexed);
    // A signature of another manifest is worth nothing here.
    let other = signed(draft("x", "song", &[(1, 500_000), (2, 500_000)]), 1);
    let stolen = song.check(&agreed(&other, &[2]), &SuffixKeys).unwrap();
    assert_eq!((stolen.wrong, stolen.missing), (vec![did(2)], vec![did(2)]));
}

#[test]
fn a_manifest_in_the_form_of_locales_is_agreed_to_in_that_form() {
    let document = json!({"fair": "1.1", "b_c": 1, "bC": 2, "attribution": [{"did": did(1), "share": 0.5}, {"did": did(2), "share": 0.5}]});
    let by_locale = jcs::icu_en_us_order(&document).unwrap();
    assert_ne!(by_locale, jcs::to_string(&document));
    let signature = |seed: u8| key(seed).sign(by_locale.as_bytes()).to_bytes();
    let mut named = document;
    named["signature"] = json!({"alg": "EdDSA", "value": base64::encode_url(&signature(1))});
    let song = Manifest::from_value(named).unwrap();
    let song = song.verify(&SuffixKeys).unwrap();
    assert_eq!(song.form(), CanonicalForm::IcuEnUs);
    assert_eq!(song.agree(&did(2), &key(2)).unwrap().signature, signature(2));
    let consent = song.check(&agreed(&song, &[2]), &SuffixKeys).unwrap();
    assert_eq!(consent.agreed, [did(2)]);
}

#[test]
fn strangers_neither_agree_nor_are_accepted() {
    let song = song();
    let refused = Err(FairError::Stranger(did(5)));
    assert_eq!(song.agree(&did(5), &key(5)).map(|_| ()), refused);
    let forged = json!([{"did": did(5), "signature": "00".repeat(64)}]);
    let forged = AgreementList::read(&forged).unwrap();
    assert_eq!(song.check(&forged, &SuffixKeys).map(|_| ()), refused);
}

#[test]
fn a_key_that_came_later_is_as_good_as_the_first() {
    struct Later;
    impl Keys for Later {
        fn keys_of(&self, did: &Did) -> Vec<VerifyingKey> {
            let mut keys = SuffixKeys.keys_of(did);
            keys.push(key(9).verifying_key());
            keys
        }
    }
    let song = song();
    let mut agreed = AgreementList::default();
    agreed.put(song.agree(&did(2), &key(9)).unwrap());
    assert!(song.check(&agreed, &Later).unwrap().missing.is_empty());
    assert_eq!(song.check(&agreed, &SuffixKeys).unwrap().wrong, [did(2)]);
}

#[test]
fn the_list_reads_again_as_it_was_and_names_what_is_wrong() {
    let song = song();
    let mut list = agreed(&song, &[2, 4]);
    assert_eq!(AgreementList::read(&list.to_value()), Ok(list.clone()));
    list.put(song.agree(&did(2), &key(2)).unwrap());
    assert_eq!(list.iter().count(), 2, "each DID once");
    let good = json!({"did": did(2), "signature": "00".repeat(64)});
    for (bad, named) in [
        (json!({}), "agreed"),
        (json!([1]), "agreed[0]"),
        (json!([good, good]), "agreed[1].did"),
        (json!([{"did": "ada", "signature": "00".repeat(64)}]), "agreed[0].did"),
        (json!([{"did": did(2), "signature": "00"}]), "agreed[0].signature"),
        (json!([{"did": did(2), "signature": "00".repeat(64), "at": 1}]), "agreed[0]"),
        (json!(vec![good.clone(); AGREED_MAX + 1]), "agreed"),
    ] {
        let error = AgreementList::read(&bad).unwrap_err().to_string();
        assert!(error.contains(named), "{error} should name {named}");
    }
}

#[test]
fn the_work_is_signed_and_named() {
    let work = Work::from_sha256(imajin_dfos::cid::sha256(b"a song"), 6);
    let with = |value: Value| {
        let mut document =
            draft("w", "song", &[(1, 1_000_000)]).build().unwrap().document().clone();
        document["work"] = value;
        Manifest::from_value(document).unwrap()
    };
    let manifest = with(work.to_value()).sign(&key(1)).unwrap();
    assert_eq!(manifest.work(), Ok(Some(work.clone())));
    assert!(manifest.clone().verify(&SuffixKeys).is_ok());
    let other = manifest.text().replace("\"bytes\":6", "\"bytes\":7");
    let other = Manifest::parse(&other).unwrap();
    let expected = Err(FairError::Signature);
    assert_eq!(other.verify(&SuffixKeys), expected, "it is part of what is signed");
    assert_eq!(with(Value::Null).work(), Ok(None));
    let dag = imajin_dfos::cid::dag_cbor_cid(b"x").to_string();
    for (bad, named) in [
        (json!("x"), "work"),
        (json!({"cid": work.cid}), "work"),
        (json!({"cid": work.cid, "bytes": 6, "name": "x"}), "work"),
        (json!({"cid": dag, "bytes": 6}), "work.cid"),
        (json!({"cid": work.cid.to_uppercase(), "bytes": 6}), "work.cid"),
        (json!({"cid": work.cid, "bytes": -1}), "work.bytes"),
        (json!({"cid": work.cid, "bytes": 1.5}), "work.bytes"),
        (json!({"cid": work.cid, "bytes": 9_007_199_254_740_992_u64}), "work.bytes"),
    ] {
        let manifest = with(bad);
        let error = manifest.work().unwrap_err().to_string();
        assert!(error.contains(&format!("{named} ")), "{error} should name {named}");
        assert!(manifest.sign(&key(1)).is_ok(), "readers who don't know the member accept it");
    }
}

#[test]
fn what_the_terms_leave_out_is_reserved() {
    let says = |terms: Value| {
        let mut draft = draft("w", "song", &[(1, 1_000_000)]);
        draft.terms = terms.as_object().cloned().unwrap_or_default();
        draft.build().unwrap().is_free_to_train()
    };
    assert!(says(json!({"train": "free"})));
    for reserved in [
        json!({}),
        json!({"train": "explicit"}),
        json!({"train": null}),
        json!({"train": "Free"}),
        json!({"train": true}),
    ] {
        assert!(!says(reserved.clone()), "{reserved}");
    }
}
