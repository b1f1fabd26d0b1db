//! How many proofs of will one core reads and verifies a second, compared with the ceiling of the signature check alone.
//! `cargo bench -p imajin-protocol --bench proof`
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use imajin_dfos::cid::{dag_cbor_cid, raw_cid};
use imajin_dfos::jws::verify_signature;
use imajin_protocol::{
    Did, EntryPosition, Fact, FactValue, IdText, Kid, Proof, ProofPayload, generate_keypair,
};
use std::hint::black_box;
use std::time::{Duration, Instant};

fn main() {
    let Some(token) = token() else {
        eprintln!("the sample could not be made");
        return;
    };
    let key = generate_keypair([1; 32]).signing_key().verifying_key();
    let Ok(proof) = Proof::parse(&token) else {
        eprintln!("the sample could not be read");
        return;
    };
    let input = proof.signing_input();
    println!("a token of {} bytes", token.len());
    rate("signature check alone", || {
        verify_signature(&key, input.as_bytes(), &proof.signature).is_ok()
    });
    rate("parse", || Proof::parse(black_box(&token)).is_ok());
    rate("rebuild what is signed", || !black_box(&proof).signing_input().is_empty());
    rate("payload CID", || black_box(&proof).payload.cid().codec() == 0x55);
    rate("parse and verify", || {
        Proof::parse(black_box(&token)).is_ok_and(|proof| proof.verify(&key).is_ok())
    });
}

fn rate(what: &str, mut run: impl FnMut() -> bool) {
    let (start, mut count) = (Instant::now(), 0u32);
    while start.elapsed() < Duration::from_secs(1) {
        for _ in 0..16 {
            assert!(run(), "{what} failed");
        }
        count += 16;
    }
    let each = start.elapsed() / count;
    println!("{what:24} {:>9.0}/s  {each:?}", 1.0 / each.as_secs_f64());
}

fn token() -> Option<String> {
    let pair = generate_keypair([1; 32]);
    let did = |seed| generate_keypair([seed; 32]).did();
    let payload = ProofPayload {
        aud: did(2),
        did: did(1),
        service: "events".into(),
        op: "events.ticket.buy".into(),
        reference: IdText::parse("evt_9f").ok(),
        body: Some(dag_cbor_cid(b"body")),
        fact: Fact::new([("price", FactValue::Int(1250)), ("quantity", FactValue::Int(2))]).ok(),
        to: vec![did(3)],
        seen: Some(EntryPosition { seq: 41, cid: dag_cbor_cid(b"seen") }),
        after: Some(raw_cid(b"after")),
        chain: Some(dag_cbor_cid(b"chain")),
        iat: 1_790_000_000,
        via: None,
    };
    let kid = Kid::of_bare_key(&Did::from_key(pair.public_key().as_bytes()))?;
    Proof::sign(pair.signing_key(), kid, payload).ok().map(|proof| proof.to_compact())
}
