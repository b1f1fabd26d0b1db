//! Artifacts, countersignatures, revocations, claims, sign requests and sign-ins.

use imajin_dfos::artifact::Artifact;
use imajin_dfos::countersign::Countersign;
use imajin_dfos::credit::CreditClaim;
use imajin_dfos::revocation::Revocation;
use imajin_dfos::sign_request::SignRequest;
use imajin_dfos::siwd::{self, Challenge};
use imajin_dfos::statement::{self, Statement};
use imajin_dfos::{ContentId, cbor, hex, jws};
use serde_json::{Value as Json, json};

use super::contents::People;
use super::{at, cid_of, id, key};

fn described<S: Statement>(statement: &S) -> Json {
    let signed = statement::sign(statement, &id(1), &key(1)).unwrap();
    let jws = jws::parse(&signed.token, S::TYP).unwrap();
    json!({
        "jws": signed.token,
        "header": cbor::to_json(jws.header()).unwrap(),
        "payload": cbor::to_json(&jws.payload_value().unwrap()).unwrap(),
        "signatureHex": hex::encode(jws.signature()),
        "cid": signed.cid.to_string(),
    })
}

fn payload<S: Statement>(statement: &S) -> Json {
    let payload = cbor::to_json(&statement.to_value()).unwrap();
    json!({"payload": payload, "cid": cid_of(&payload)})
}

pub(super) fn put_into(document: &mut Json) {
    let people = People::new();
    let did = people.one;
    let content =
        json!({"$schema": "https://example.org/note/v1", "deep": [{"n": [1, null, true]}]});
    document["artifact"] = described(&Artifact {
        did: did.clone(),
        content: cbor::from_json(&content).unwrap(),
        created_at: at(1),
    });
    let countersign = |relation: Option<&str>| {
        described(&Countersign {
            did: did.clone(),
            target: cid_of(&json!(null)),
            relation: relation.map(str::to_owned),
            created_at: at(1),
        })
    };
    // Sixty-four units of UTF-16, in fewer characters and more bytes.
    let longest = "😀".repeat(32);
    document["countersign"] = json!([countersign(None), countersign(Some(&longest))]);
    document["revocation"] = described(&Revocation {
        did: did.clone(),
        credential: cid_of(&json!({})),
        created_at: at(1),
    });
    let claim = CreditClaim {
        content_id: ContentId::parse("2346789acdefhknrtvz2346789acdef").unwrap(),
        did: people.two.clone(),
        role: "éditeur \"en chef\"\u{2028}".to_owned(),
        created_at: at(1),
        as_of_document: Some("x".to_owned()),
    };
    document["creditClaim"] = json!([payload(&claim)]);
    document["signRequest"] = payload(&SignRequest {
        did,
        subject: people.two.clone(),
        payload_typ: CreditClaim::TYP.to_owned(),
        payload: vec![0, 0xff, 0x7f],
        created_at: at(1),
        expires_at: at(2),
    });
    document["signerCanonical"] = canonical(people.two.as_str());
    document["siwd"] = sign_in(people.two.as_str());
}

fn canonical(did: &str) -> Json {
    let claim = |changes: &[(&str, &str)]| {
        let mut text = format!(
            "{{\"version\":1,\"type\":\"credit-claim\",\"contentId\":\"2346789acdefhknrtvz2346789acdef\",\
             \"did\":\"{did}\",\"role\":\"r\",\"createdAt\":\"2026-11-01T00:00:00.000Z\"}}"
        );
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        text
    };
    json!({
        "payloadTyp": "did:dfos:credit-claim",
        "subject": did,
        "accept": [
            claim(&[]),
            claim(&[("\"r\"", "\"\\b\\t\\n\\f\\r\\u0001\\\"\\\\/\u{7f}\u{2028}😀\"")]),
            claim(&[("Z\"}", "Z\",\"asOfDocumentCID\":\"x\"}")]),
        ],
        "reject": [
            claim(&[("\"r\"", "\"\\/\"")]),
            claim(&[("\"r\"", "\"\\u0041\"")]),
            claim(&[("\"r\"", "\"\\u000A\"")]),
            claim(&[("\"r\"", "\"\"")]),
            claim(&[("\"r\"", "null")]),
            claim(&[(":1,", ":01,")]),
            claim(&[(":1,", ":2,")]),
            claim(&[("00.000Z", "00.001Z")]),
            claim(&[("Z\"}", "Z\",\"asOfDocumentCID\":null}")]),
            claim(&[("Z\"}", "Z\"} ")]),
            claim(&[(did, "did:dfos:2346789acdefhknrtvz2346789acdef")]),
            "", "{}", "null",
        ],
    })
}

fn sign_in(did: &str) -> Json {
    let first =
        "{\"domain\":\"example.org\",\"nonce\":\"n\",\"timestamp\":\"2026-11-01T00:00:00.000Z\"}";
    let rest = format!(",\"statement\":\"\",\"did\":\"{did}\"}}");
    let full = format!("{}{rest}", first.trim_end_matches('}'));
    let challenge = Challenge::parse(full.as_bytes()).unwrap();
    let signer = challenge.did.clone().unwrap();
    let token = siwd::sign(&challenge, &signer, "key_siwd_vector", &key(3)).unwrap();
    json!({
        "seedHex": hex::encode(key(3).as_bytes()),
        "canonical": [first, full],
        "jws": token,
        "reject": [
            first.replace("\"n\"", "1"),
            first.replace("example.org", ""),
            first.replace("\"}", "\",\"did\":\"did:dfos:x\"}"),
            first.replace("\"}", "\",\"did\":null}"),
            first.replace("\"}", "\",\"statement\":null}"),
            format!("\u{feff}{first}"),
            "null".to_owned(),
        ],
    })
}
