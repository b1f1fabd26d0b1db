use super::jws::When;
use super::*;
use imajin_dfos::PublicKey;
use imajin_dfos::identity::{Key, Keys, Verified, sign_create, sign_update};
use proptest::prelude::*;

struct Party {
    key: SigningKey,
    did: Did,
    chain: Verified,
    key_id: String,
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn party(seed: u8) -> Party {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let named = Key::new(&PublicKey::from(&key));
    let key_id = named.id().to_owned();
    let chain = sign_create(Keys::single(named), vec![], at(0), &key_id, &key).unwrap().verified;
    Party { did: Did::from_key(PublicKey::from(&key).as_bytes()), key, chain, key_id }
}

fn vouch(issuer: &Party, subject: &Party) -> Attestation {
    Attestation {
        issuer: issuer.did.clone(),
        subject: subject.did.clone(),
        kind: Kind::parse(kind::VOUCH).unwrap(),
        context_id: None,
        context_type: None,
        payload: Some(Map::from_iter([("since".to_owned(), json!(2019))])),
        issued_at: at(1_700_000_000_123),
    }
}

#[test]
fn the_two_texts() {
    let (ada, bob) = (party(1), party(2));
    let attestation = vouch(&ada, &bob);
    let signed = attestation.clone().sign(&ada.key).unwrap();
    assert_eq!(
        signed.text(),
        format!(
            r#"{{"context_id":null,"context_type":null,"issued_at":1700000000123,"payload":{{"since":2019}},"subject_did":"{}","type":"vouch"}}"#,
            bob.did
        )
    );
    // The CID covers the issuer, too, and uses other member names; written out here a second time, by hand.
    let row = json!({
        "issuerDid": ada.did.as_str(), "subjectDid": bob.did.as_str(), "type": "vouch", "contextId": null,
        "contextType": null, "payload": {"since": 2019}, "issuedAt": 1_700_000_000_123_i64,
    });
    let bytes = cbor::encode(&cbor::from_json(&row).unwrap());
    assert_eq!(attestation.cid().unwrap(), dag_cbor_cid(&bytes));
    let keys = [ada.key.verifying_key()];
    let read = SignedAttestation::read(&ada.did, signed.text(), &signed.signature(), &keys);
    assert_eq!(read, Ok(signed));
}

#[test]
fn signed_by_its_issuer_and_nobody_else() {
    let (ada, bob) = (party(1), party(2));
    let signed = vouch(&ada, &bob).sign(&ada.key).unwrap();
    let (ours, theirs) = ([ada.key.verifying_key()], [bob.key.verifying_key()]);
    let read = |text: &str, signature: &str, keys: &[VerifyingKey]| {
        SignedAttestation::read(&ada.did, text, signature, keys)
    };
    let signature = signed.signature();
    assert_eq!(read(signed.text(), &signature, &theirs), Err(AttestationError::Signature));
    assert_eq!(read(signed.text(), "00", &ours), Err(AttestationError::SignatureForm));
    // Another text with the same members is not the signed one.
    let spaced = signed.text().replace("\"type\":", "\"type\": ");
    assert_eq!(read(&spaced, &signature, &ours), Err(AttestationError::Signature));
    let other = signed.text().replace("2019", "2018");
    assert_eq!(read(&other, &signature, &ours), Err(AttestationError::Signature));
}

#[test]
fn clients_that_sort_by_locale() {
    let (ada, bob) = (party(1), party(2));
    let mut attestation = vouch(&ada, &bob);
    attestation.payload =
        Some(Map::from_iter([("B".to_owned(), json!(1)), ("a".to_owned(), json!(2))]));
    let theirs = jcs::icu_en_us_order(&attestation.document()).unwrap();
    assert_ne!(theirs, jcs::to_string(&attestation.document()));
    let pair = crate::generate_keypair(ada.key.to_bytes());
    let signature = crate::sign(&pair, theirs.as_bytes());
    let keys = [ada.key.verifying_key()];
    let signed = attestation.verify(&signature, &keys).unwrap();
    assert_eq!((signed.form(), signed.text()), (CanonicalForm::IcuEnUs, theirs.as_str()));
    assert_eq!(SignedAttestation::read(&ada.did, &theirs, &signature, &keys), Ok(signed));
}

#[test]
fn what_has_no_one_meaning_is_refused() {
    let (ada, bob) = (party(1), party(2));
    let text = vouch(&ada, &bob).sign(&ada.key).unwrap().text().to_owned();
    let parse = |text: &str| Attestation::parse(&ada.did, text);
    assert!(parse(&text).is_ok());
    let mjn = format!("did:mjn:{}", PublicKey::from(&bob.key).to_multikey());
    for (from, to) in [
        ("\"context_id\":null,", ""),
        ("\"context_id\":null", "\"context_id\":\"\""),
        ("\"context_id\":null", "\"context_id\":7"),
        ("{\"since\":2019}", "[]"),
        ("2019", "20.5"),
        ("2019", "9007199254740992"),
        ("1700000000123", "\"1700000000123\""),
        ("1700000000123", "17.5"),
        ("\"vouch\"", "\"Vouch\""),
        ("\"type\"", "\"more\":1,\"type\""),
        ("\"type\"", "\"type\":\"vouch\",\"type\""),
        (bob.did.as_str(), mjn.as_str()),
        (bob.did.as_str(), "did:web:example.org"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert!(parse(&changed).is_err(), "{changed}");
    }
    let mut long = vouch(&ada, &bob);
    long.payload =
        Some(Map::from_iter([("note".to_owned(), json!("x".repeat(PAYLOAD_BYTES_MAX)))]));
    assert_eq!(long.check(), Err(AttestationError::TooLong("payload", PAYLOAD_BYTES_MAX)));
}

#[test]
fn both_signatures_name_one_cid() {
    let (ada, bob, eve) = (party(1), party(2), party(3));
    let attestation = vouch(&ada, &bob);
    let ends = Some(at(1_800_000_000_000));
    let author = attestation.author_jws(ends, &ada.chain, &ada.key_id, &ada.key).unwrap();
    let artifact =
        attestation.verify_author_jws(ends, &author.token, &ada.chain, When::Now).unwrap();
    assert_eq!(artifact, author.cid);
    let witness = Attestation::witness_jws(
        &author.token,
        at(1_700_000_001_000),
        &bob.chain,
        &bob.key_id,
        &bob.key,
    )
    .unwrap();
    let verify = |attestation: &Attestation, token: &str, who: &Party| {
        attestation.verify_witness_jws(&artifact, token, &who.chain, When::Now)
    };
    assert_eq!(verify(&attestation, &witness.token, &bob), Ok(()));

    // Any other end, word, author, witness or target is refused.
    let mut other = attestation.clone();
    other.payload = None;
    let author_of = |said: &Attestation, ends, who: &Party| {
        said.verify_author_jws(ends, &author.token, &who.chain, When::Now)
    };
    assert!(matches!(author_of(&attestation, None, &ada), Err(JwsFault::Document(_))));
    assert!(matches!(author_of(&other, ends, &ada), Err(JwsFault::Document(_))));
    assert!(author_of(&attestation, ends, &eve).is_err());
    assert!(verify(&attestation, &witness.token, &eve).is_err());
    assert!(verify(&attestation, &author.token, &bob).is_err());
    let theirs = other.author_jws(ends, &ada.chain, &ada.key_id, &ada.key).unwrap();
    let elsewhere = Attestation::witness_jws(
        &theirs.token,
        at(1_700_000_001_000),
        &bob.chain,
        &bob.key_id,
        &bob.key,
    )
    .unwrap();
    assert!(matches!(verify(&attestation, &elsewhere.token, &bob), Err(JwsFault::Target(_))));

    // The row's own CID may be countersigned as well: both name the same statement.
    let direct = countersign_of(&attestation.cid().unwrap(), &bob);
    assert_eq!(verify(&attestation, &direct, &bob), Ok(()));
}

fn countersign_of(target: &Cid, who: &Party) -> String {
    use imajin_dfos::countersign::{Countersign, sign};
    let word = Countersign {
        did: who.chain.did().clone(),
        target: target.to_string(),
        relation: None,
        created_at: at(1),
    };
    sign(&word, &who.key_id, &who.key).unwrap().token
}

#[test]
fn a_key_that_was_given_up_signs_nothing_new_and_keeps_what_it_signed() {
    let ada = party(1);
    let attestation = vouch(&ada, &party(2));
    let author = attestation.author_jws(None, &ada.chain, &ada.key_id, &ada.key).unwrap();
    let next = Keys::single(Key::new(&PublicKey::from(&SigningKey::from_bytes(&[9; 32]))));
    let rotated =
        sign_update(&ada.chain, next, vec![], at(1), &ada.key_id, &ada.key).unwrap().verified;
    let verify = |when| attestation.verify_author_jws(None, &author.token, &rotated, when);
    assert!(verify(When::Now).is_err());
    assert_eq!(verify(When::Once), Ok(author.cid));
}

/// Generates any JSON that an attestation may hold.
fn json_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Json::from),
        ".{0,12}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(".{0,6}", inner, 0..4)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

fn attestation() -> impl Strategy<Value = Attestation> {
    let context = || prop::option::of("[A-Za-z0-9:_é-]{1,24}");
    let payload = prop::option::of(prop::collection::btree_map(".{0,6}", json_value(), 0..4));
    (
        1_u8..5,
        1_u8..5,
        "[a-z][a-z0-9_]{0,8}(\\.[a-z0-9_]{1,8}){0,2}",
        context(),
        context(),
        payload,
        0_i64..4_000_000_000_000,
    )
        .prop_map(|(issuer, subject, kind, context_id, context_type, payload, millis)| {
            Attestation {
                issuer: party(issuer).did,
                subject: party(subject).did,
                kind: Kind::parse(&kind).unwrap(),
                context_id,
                context_type,
                payload: payload.map(|map| map.into_iter().collect()),
                issued_at: at(millis),
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_signed_reads_back_and_names_itself(said in attestation(), seed in 1_u8..5) {
        let key = party(seed).key;
        let signed = said.clone().sign(&key).unwrap();
        let parsed = Attestation::parse(&said.issuer, signed.text()).unwrap();
        prop_assert_eq!(&parsed.document(), &said.document());
        prop_assert_eq!(parsed.cid(), said.cid());
        let keys = [key.verifying_key()];
        let read = SignedAttestation::read(&said.issuer, signed.text(), &signed.signature(), &keys).unwrap();
        prop_assert_eq!(read.text(), signed.text());
    }

    #[test]
    fn another_word_is_another_cid_and_another_signature(a in attestation(), b in attestation()) {
        let key = party(1).key;
        let same = a.document() == b.document() && a.issuer == b.issuer;
        prop_assert_eq!(a.cid() == b.cid(), same);
        let signature = a.clone().sign(&key).unwrap().signature();
        let taken = b.clone().verify(&signature, &[key.verifying_key()]).is_ok();
        prop_assert_eq!(taken, a.document() == b.document());
    }

    #[test]
    fn a_changed_byte_is_noticed(said in attestation(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let key = party(1).key;
        let signed = said.clone().sign(&key).unwrap();
        let mut bytes = signed.text().as_bytes().to_vec();
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != byte);
        bytes[place] = byte;
        if let Ok(text) = String::from_utf8(bytes) {
            let read = SignedAttestation::read(&said.issuer, &text, &signed.signature(), &[key.verifying_key()]);
            prop_assert!(read.is_err());
        }
    }
}
