//! How long the hot path's parts take here: encode, decode, hash, sign and verify an entry-like document.
//!
//! `cargo run --release -p imajin-dfos --example timings`

use std::hint::black_box;

use imajin_dfos::batch::Batch;
use imajin_dfos::content::{self, Author};
use imajin_dfos::identity::{self, Key, Keys, extend, sign_create, sign_update};
use imajin_dfos::resolve::MemoryResolver;
use imajin_dfos::{PublicKey, SigningKey, Timestamp, Value, Verifier};
use imajin_dfos::{cbor, cid, json, jws, operation};

#[expect(clippy::disallowed_methods, reason = "a benchmark measures with the machine's clock")]
fn time<T>(name: &str, rounds: u32, mut run: impl FnMut() -> T) {
    for _ in 0..rounds / 10 {
        black_box(run());
    }
    let mut best_ns = f64::INFINITY;
    for _ in 0..5 {
        let start = std::time::Instant::now();
        for _ in 0..rounds {
            black_box(run());
        }
        let ns = start.elapsed().as_secs_f64() * 1e9 / f64::from(rounds);
        best_ns = best_ns.min(ns);
    }
    println!("{name:<34} {best_ns:>9.0} ns");
}

/// A header like that of a log entry: sixteen members, three links, a nested proof.
fn header() -> Value {
    let link = || Value::Link(cid::dag_cbor_cid(b"x"));
    let did = "did:imajin:z6MkrzLMNwoJSV4P3YccWcbtk8vd9LtgMKnLeaDLUqLuASjb";
    Value::map([
        ("v", Value::Int(1)),
        ("did", Value::from(did)),
        ("seq", Value::Int(123_456)),
        ("prev", link()),
        ("at", Value::from("2026-11-20T12:00:00.000Z")),
        ("service", Value::from("profile")),
        ("op", Value::from("profile.update")),
        ("ref", Value::from(did)),
        ("body", link()),
        ("fact", Value::map([("amount", Value::Int(2_500)), ("seats", Value::Int(2))])),
        ("author", Value::from(did)),
        ("will", Value::from("signed")),
        (
            "proof",
            Value::map([
                ("kid", Value::from("key_r9ev34fvc23z999veaaft83nn29zvhe")),
                ("aud", Value::from(did)),
                ("to", Value::List(vec![Value::from(did)])),
                ("seen", Value::map([("seq", Value::Int(123_455)), ("cid", link())])),
                ("after", link()),
                ("chain", link()),
                ("iat", Value::Int(1_800_000_000)),
                ("sig", Value::Bytes(vec![7; 64])),
            ]),
        ),
    ])
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let header = header();
    let form = cbor::encode(&header);
    println!("entry header: {} bytes of dag-cbor", form.len());
    time("cbor::encode", 20_000, || cbor::encode(&header));
    time("cbor::decode", 20_000, || cbor::decode(&form));
    let ciborium = || ciborium::from_reader::<ciborium::Value, _>(form.as_slice());
    time("  ciborium::Value, not strict", 20_000, ciborium);
    time("cid::dag_cbor_cid", 20_000, || cid::dag_cbor_cid(&form));
    let cid = cid::dag_cbor_cid(&form);
    time("cid to text", 20_000, || cid.to_string());
    let text = cid.to_string();
    time("cid::parse_cid", 20_000, || cid::parse_cid(&text));

    let body = cbor::to_dag_json(&header)?;
    time("cbor::to_dag_json", 10_000, || cbor::to_dag_json(&header));
    time("cbor::from_dag_json", 10_000, || cbor::from_dag_json(&body));

    let key = SigningKey::from_bytes(&[7; 32]);
    let public = PublicKey::from(&key);
    let payload = json::to_jcs(&Value::map([("text", Value::from("x".repeat(600)))]))?;
    time("json::parse (600 B)", 20_000, || json::parse(payload.as_bytes()));
    let members = [("typ", "mjn:proof"), ("kid", "did:imajin:x#key")];
    let token = jws::sign(&members, payload.as_bytes(), &key);
    let verifying = public.verifying_key()?;
    time("jws::sign", 2_000, || jws::sign(&members, payload.as_bytes(), &key));
    time("jws::parse", 10_000, || jws::parse(&token, "mjn:proof").is_ok());
    let parsed = jws::parse(&token, "mjn:proof")?;
    let input = parsed.signing_input().as_bytes();
    time("jws::verify_signature", 2_000, || {
        jws::verify_signature(&verifying, input, parsed.signature())
    });
    time("PublicKey::verifying_key", 5_000, || public.verifying_key());

    let keys = Keys::single(Key::new(&public));
    let at = |millis: i64| Timestamp::from_millis(1_800_000_000_000 + millis);
    let id = public.key_id();
    let first = sign_create(keys.clone(), vec![], at(0)?, &id, &key)?;
    let second = sign_update(&first.verified, keys, vec![], at(1)?, &id, &key)?;
    time("identity::extend", 2_000, || extend(&first.verified, &second.token));
    content_chain(&second.verified, &key)
}

/// A relay's work for one operation of a content chain: read it, check its signature, extend the chain.
fn content_chain(
    chain: &identity::Verified,
    key: &SigningKey,
) -> Result<(), Box<dyn std::error::Error>> {
    let resolver = MemoryResolver::from_iter([chain.clone()]);
    let verifier = Verifier::of_new(&resolver);
    let public = PublicKey::from(key);
    let author = Author { did: chain.did(), key_id: &public.key_id(), key, authorization: None };
    let at = |millis: i64| Timestamp::from_millis(1_800_000_000_000 + millis);
    let document = cid::dag_cbor_cid(b"").to_string();
    let first = content::sign_create(&document, None, at(2)?, &author, &verifier)?;
    let state = &first.state;
    let second = content::sign_update(state, Some(&document), None, at(3)?, &author, &verifier)?;
    time("operation::read", 10_000, || operation::read(&second.token).is_ok());
    let read = operation::read(&second.token)?;
    let mut batch = Batch::new();
    batch.push(&public.verifying_key()?, read.jws());
    let check = batch.checks()[0].clone();
    time("batch::Check::run", 2_000, || check.run());
    let verdicts = batch.run();
    let with_verdicts = verifier.with_signatures(&verdicts);
    time("content::State::extend, with verdict", 5_000, || {
        state.extend(&second.token, &with_verdicts)
    });
    time("content::State::extend, at once", 2_000, || state.extend(&second.token, &verifier));
    Ok(())
}
