//! The signature verification profile.

use imajin_dfos::{PublicKey, base64, json, jws};
use serde_json::Value as Json;

use crate::{sections, text};

/// The `typ` that a token itself names, which a real caller never asks: it demands its own.
fn typ_of(token: &str) -> String {
    let header = token.split('.').next().unwrap();
    let header = json::parse(&base64::decode_url(header).unwrap()).unwrap();
    header.get_str("typ").unwrap().to_owned()
}

fn check(token: &str, public_hex: &str) -> Result<(), jws::JwsError> {
    let key = PublicKey::from_hex(public_hex).unwrap();
    jws::parse(token, &typ_of(token))?.verify(&key.verifying_key().unwrap())
}

#[test]
fn profile() {
    for (rejects, base) in sections("profileRejects").iter().zip(sections("profileBaseAccept")) {
        let key = text(rejects, "publicKeyHex");
        for (name, token) in rejects["tokens"].as_object().unwrap() {
            assert!(check(token.as_str().unwrap(), key).is_err(), "{name}");
        }
        assert_eq!(check(text(&base, "token"), key), Ok(()));
    }
}

#[test]
fn generic_token() {
    for sample in sections("jwtSample") {
        let (token, key) = (text(&sample, "jws"), text(&sample, "publicKeyHex"));
        assert_eq!(check(token, key), Ok(()));
        let claims = jws::parse(token, "JWT").unwrap().payload_value().unwrap();
        assert!(claims.get_i64("exp").is_some());
        assert!(jws::parse(token, "jwt").is_err());
        let claims: Json = imajin_dfos::cbor::to_json(&claims).unwrap();
        assert!(claims["sub"].is_string());
    }
}
