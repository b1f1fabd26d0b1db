use super::*;
use crate::fair::SuffixKeys;
use crate::fair::tests::{did, draft, key, read_row};
use ed25519_dalek::Signer as _;
use imajin_dfos::base64;
use serde_json::json;

fn with_terms(terms: Value) -> Manifest {
    let mut draft = draft("w", "song", &[(1, 1_000_000)]);
    draft.terms = terms.as_object().cloned().unwrap_or_default();
    draft.build().unwrap()
}

fn train(train: Value) -> Result<Training, FairError> {
    with_terms(json!({ "train": train })).training()
}

fn licence(price: Value, currency: &str) -> Result<(i64, &'static str), String> {
    let terms = json!({ "consent": "explicit", "price": price, "currency": currency });
    match train(terms).map_err(|error| error.to_string())? {
        Training::Priced { price, currency } => Ok((price.get(), currency.code())),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn a_decimal_price_is_in_the_currency_that_it_names() {
    for (price, currency, units) in [
        (json!(900), "CHF", 900),
        (json!(9.5), "chf", 950),
        (json!(0.01), "EUR", 1),
        (json!("9.00"), "CHF", 900),
        (json!("0.5"), "MJN", 50),
        (json!("1.234"), "KWD", 1_234),
        (json!(500), "JPY", 500),
    ] {
        let code = Currency::parse(currency).unwrap().code();
        assert_eq!(licence(price.clone(), currency), Ok((units, code)), "{price}");
    }
    // A text without a point could be either. The others are finer than the currency, or no numbers.
    for (price, currency) in [
        (json!("9"), "CHF"),
        (json!(9.555), "CHF"),
        (json!("9.000"), "CHF"),
        (json!(9.5), "JPY"),
        (json!(-9.5), "CHF"),
        (json!(0), "CHF"),
        (json!("0.00"), "CHF"),
        (json!("9,00"), "CHF"),
        (json!(".50"), "CHF"),
        (json!("9."), "CHF"),
        (json!("1e2.0"), "CHF"),
        (json!(1e-7), "CHF"),
        (json!(9_007_199_254_740_992_i64), "CHF"),
        (json!("99999999999999999999.00"), "CHF"),
        (json!([9]), "CHF"),
    ] {
        let error = licence(price.clone(), currency).unwrap_err();
        assert!(error.contains("terms.train.price must be"), "{price}: {error}");
    }
    let error = licence(json!(9.5), "francs").unwrap_err();
    assert!(error.contains("terms.train.currency"), "{error}");
}

#[test]
fn terms_in_an_unknown_form_are_refused_in_words() {
    for reserved in [
        json!(null),
        json!("reserved"),
        json!("explicit"),
        json!({ "consent": "explicit" }),
        json!({ "consent": "reserved", "price": null }),
    ] {
        assert_eq!(train(reserved.clone()), Ok(Training::Reserved), "{reserved}");
    }
    for unknown in [
        json!("Free"),
        json!(true),
        json!(9),
        json!({}),
        json!({ "consent": "open" }),
        json!({ "price": 900, "currency": "CHF" }),
        json!({ "consent": "reserved", "price": 900, "currency": "CHF" }),
        json!({ "consent": "explicit", "price": 900 }),
    ] {
        let manifest = with_terms(json!({ "train": unknown }));
        let error = manifest.check().unwrap_err().to_string();
        assert!(error.contains("terms.train"), "{unknown}: {error}");
        assert!(!manifest.is_free_to_train() && manifest.training_price().is_none());
    }
    let copy = |copy: Value| with_terms(json!({ "copy": copy })).copy_share();
    assert_eq!(copy(json!(null)), Ok(None));
    assert_eq!(copy(json!({ "consent": "reserved" })), Ok(None));
    let open = json!({ "consent": "open", "share": 0.2 });
    assert_eq!(copy(open), Ok(Some(Ppm::new(200_000).unwrap())));
    for unknown in [
        json!("open"),
        json!({ "consent": "Open", "share": 0.2 }),
        json!({ "consent": "open" }),
        json!({ "consent": "open", "share": 20 }),
        json!({ "consent": "reserved", "share": 0.2 }),
    ] {
        let error = copy(unknown.clone()).unwrap_err().to_string();
        assert!(error.contains("terms.copy"), "{unknown}: {error}");
    }
}

/// Returns a manifest of 1.1 as other programs write them, unsigned.
fn of_1_1() -> Value {
    json!({
        "fair": "1.1", "version": "1.1", "id": "asset_1", "type": "image/png", "owner": did(1),
        "created": "2026-01-01T00:00:00.000Z", "source": "upload", "access": { "type": "public" },
        "attribution": [
            { "did": did(1), "role": "creator", "share": 0.75, "note": "the drawing" },
            { "did": did(2), "role": "colours", "share": 0.25 },
        ],
        "distribution": { "streaming": { "mode": "allowed", "price": { "amount": 1, "currency": "USD" } } },
        "transfer": { "allowed": true, "resaleRoyaltyBps": 500 },
        "training": { "allowed": false }, "commercial": { "allowed": false },
        "integrity": { "hash": "00".repeat(32), "size": 7 },
        "terms": "Ask before you print it.", "tipping": { "enabled": true },
    })
}

#[test]
fn a_manifest_of_1_1_is_read_as_one_of_1_0_and_keeps_the_rest() {
    let mut newer = of_1_1();
    let signature = key(1).sign(crate::jcs::to_string(&newer).as_bytes());
    newer["signature"] = json!({
        "signer": did(1), "alg": "ed25519", "value": base64::encode_url(&signature.to_bytes()),
        "signedAt": "2026-01-01T00:00:00.000Z",
    });
    let text = newer.to_string();
    let newer = Manifest::parse(&text).unwrap();
    let mut older = of_1_1();
    older["fair"] = json!("1.0");
    older["version"] = json!(null);
    let older = Manifest::from_value(older).unwrap();
    assert_eq!((newer.table(), newer.owner()), (older.table(), older.owner()));
    assert_eq!((newer.check(), newer.training()), (Ok(()), Ok(Training::Reserved)));
    assert_eq!(newer.text(), text, "every member is kept");
    assert_eq!(*newer.verify(&SuffixKeys).unwrap().signer(), did(1));
    // A document that names its version once.
    let mut once = of_1_1();
    once.as_object_mut().unwrap().remove("fair");
    let once = Manifest::from_value(once).unwrap();
    assert_eq!((once.dialect(), once.table()), (Dialect::Attribution1_1, older.table()));
    let people = json!([{ "did": did(1), "role": "creator", "share": 1 }]);
    let listed = json!({ "version": "1.1", "contributors": people });
    let listed = Manifest::from_value(listed).unwrap();
    assert_eq!(listed.dialect(), Dialect::Shares1_1);
    assert_eq!(listed.contributors()[0].role.as_deref(), Some("creator"));
    let mut free = of_1_1();
    free["training"] = json!({ "allowed": true, "grants": [] });
    let free = Manifest::from_value(free).unwrap();
    assert!(free.check().is_ok() && free.is_free_to_train());
}

/// Members that contradict others or mean nothing, with what the refusal names. `@1` is the DID of the first person.
const CONTRADICTIONS: &str = r#"
version | "1.0" | version must be
version | "0.3.0" | version must be
contributors | [{ "id": "@1", "weight": 1 }] | contributors must be
training | true | training.allowed
training | { "allowed": "no" } | training.allowed
training | { "allowed": true, "grants": [{ "purpose": "art" }] } | training.grants
training | { "allowed": true, "grants": "art" } | training.grants
terms | { "train": "free" } | training must be
terms | { "train": { "consent": "explicit", "price": 9, "currency": "USD" } } | training must be
attribution | [{ "did": "@1", "id": "@2", "share": 1 }] | attribution[0].did
attribution | [{ "did": "@1", "share": 1, "weight": 0.5 }] | attribution[0].share
derivesFrom | [{ "id": "a", "did": "b" }] | derivesFrom[0].did
derivesFrom | [{ "id": "a", "weight": 0.1, "share": 0.2 }] | derivesFrom[0].share
work | { "cid": "x", "bytes": 7 } | work.cid
"#;

#[test]
fn members_that_contradict_each_other_are_refused_in_words() {
    for row in CONTRADICTIONS.trim().lines() {
        let (member, value, named) = read_row(row);
        let mut document = of_1_1();
        document[member] = value.clone();
        let manifest = Manifest::from_value(document).unwrap();
        let error = manifest.check().unwrap_err().to_string();
        assert!(error.contains(named), "{member} {value}: {error}");
    }
    // The version of a work, and both names of a member with the same value, contradict nothing.
    let mut document = of_1_1();
    document["version"] = json!("7");
    document["attribution"] = json!([{ "did": did(1), "id": did(1), "share": 1, "weight": 1 }]);
    assert_eq!(Manifest::from_value(document).unwrap().check(), Ok(()));
    let work = crate::fair::Work::from_sha256([0; 32], 7);
    for (hash, size, is_same) in [
        ("00".repeat(32), 7, true),
        (format!("sha256:{}", "00".repeat(32)), 7, true),
        ("11".repeat(32), 7, false),
        ("00".repeat(32), 8, false),
    ] {
        let mut document = of_1_1();
        document["work"] = work.to_value();
        document["integrity"] = json!({ "hash": hash, "size": size });
        assert_eq!(Manifest::from_value(document).unwrap().check().is_ok(), is_same);
    }
}
