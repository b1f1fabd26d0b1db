//! Keys, dag-cbor, numbers, timestamps, DIDs and anchors.

use imajin_dfos::identity::{self, AnchorKind, classify_anchor};
use imajin_dfos::{Did, PublicKey, SigningKey, Timestamp, cbor, cid, hex, json, multikey};
use imajin_dfos::{
    artifact, auth, content, countersign, credential, credit, operation, sign_request,
};
use serde_json::Value as Json;

use crate::{bytes, entries, sections, text};

#[test]
fn keys() {
    for entry in entries("keys") {
        let private: [u8; 32] = bytes(&entry, "privateHex").try_into().unwrap();
        assert_eq!(cid::sha256(text(&entry, "seedString").as_bytes()), private);
        let key = PublicKey::from(&SigningKey::from_bytes(&private));
        assert_eq!(key.to_hex(), text(&entry, "publicHex"));
        assert_eq!(key.to_multikey(), text(&entry, "multikey"));
        assert_eq!(PublicKey::from_multikey(text(&entry, "multikey")), Ok(key));
        assert_eq!(PublicKey::from_hex(text(&entry, "publicHex")), Ok(key));
        assert_eq!(key.key_id(), text(&entry, "keyId"));
        assert_eq!(multikey::key_id(key.as_bytes()), text(&entry, "keyId"));
    }
}

#[test]
fn dag_cbor() {
    for entry in entries("cbor") {
        let name = text(&entry, "name");
        let value = cbor::from_json(&entry["value"]).unwrap();
        assert_eq!(json::parse(entry["value"].to_string().as_bytes()), Ok(value.clone()), "{name}");
        let form = cbor::encode(&value);
        assert_eq!(hex::encode(&form), text(&entry, "cborHex"), "{name}");
        assert_eq!(cbor::decode(&form), Ok(value), "{name}");
        let cid = cid::dag_cbor_cid(&form);
        assert_eq!(hex::encode(&cid.to_bytes()), text(&entry, "cidHex"), "{name}");
        assert_eq!(cid.to_string(), text(&entry, "cid"), "{name}");
        assert_eq!(cid::parse_cid(text(&entry, "cid")), Ok(cid), "{name}");
    }
    for entry in entries("cborWrong") {
        let form = bytes(&entry, "cborHex");
        assert!(cbor::decode(&form).is_err(), "{}", text(&entry, "name"));
        assert_eq!(cid::dag_cbor_cid(&form).to_string(), text(&entry, "cid"));
    }
}

#[test]
fn numbers() {
    for entry in entries("numberRejects") {
        // The special values have no JSON text at all; their names must not pass for one.
        let json = entry["json"].as_str().or(entry["special"].as_str()).unwrap();
        assert!(json::parse(json.as_bytes()).is_err(), "{json}");
        if let Ok(document) = serde_json::from_str::<Json>(json) {
            assert!(cbor::from_json(&document).is_err(), "{json}");
        }
    }
    for entry in entries("numberAcceptNormalise") {
        let text_of = text(&entry, "json");
        let value = json::parse(text_of.as_bytes()).unwrap();
        let document: Json = serde_json::from_str(text_of).unwrap();
        assert_eq!(cbor::from_json(&document), Ok(value.clone()));
        let cid = cid::dag_cbor_cid(&cbor::encode(&value));
        assert_eq!(cid.to_string(), text(&entry, "cid"), "{text_of}");
    }
}

#[test]
fn timestamps() {
    for entry in entries("timestamps") {
        let input = text(&entry, "input");
        let parsed = Timestamp::parse(input);
        assert_eq!(parsed.is_ok(), entry["valid"].as_bool().unwrap(), "{input}");
        if let Ok(parsed) = parsed {
            assert_eq!(parsed.to_string(), input);
        }
    }
}

#[test]
fn dids() {
    for entry in sections("didDerivation") {
        let genesis = bytes(&entry, "genesisCidHex");
        assert_eq!(hex::encode(&cid::sha256(&genesis)), text(&entry, "sha256Hex"));
        let genesis = cid::from_bytes(&genesis).unwrap();
        assert_eq!(Did::from_genesis(&genesis).as_str(), text(&entry, "did"));
    }
    for entry in entries("didSyntax") {
        let did = text(&entry, "did");
        assert_eq!(Did::parse(did).is_ok(), entry["valid"].as_bool().unwrap(), "{did}");
    }
}

#[test]
fn anchors() {
    for entry in entries("anchors") {
        let anchor = text(&entry, "anchor");
        let kind = match classify_anchor(anchor) {
            Some(AnchorKind::Chain) => "chain",
            Some(AnchorKind::Artifact) => "artifact",
            None => "invalid",
        };
        assert_eq!(kind, text(&entry, "kind"), "{anchor}");
        let service = cbor::Value::map([
            ("id", "a".into()),
            ("type", "ContentAnchor".into()),
            ("label", "profile".into()),
            ("anchor", cbor::Value::from(anchor)),
        ]);
        assert_eq!(identity::Service::new(service).is_ok(), kind != "invalid", "{anchor}");
    }
}

#[test]
fn bounds() {
    for bounds in sections("bounds") {
        let secs = |secs: i64| usize::try_from(secs).unwrap();
        for (name, ours) in [
            ("operationCborBytes", identity::OPERATION_BYTES_MAX),
            ("operationCborBytes", content::OPERATION_BYTES_MAX),
            ("artifactCborBytes", artifact::ARTIFACT_BYTES_MAX),
            ("credentialTokenBytes", credential::CREDENTIAL_BYTES_MAX),
            ("delegationCredentials", credential::DELEGATION_MAX),
            ("creditClaimTokenBytes", credit::CLAIM_BYTES_MAX),
            ("signRequestTokenBytes", sign_request::REQUEST_BYTES_MAX),
            ("signRequestTargetBytes", sign_request::TARGET_BYTES_MAX),
            ("signRequestWindowSeconds", secs(sign_request::WINDOW_SECS_MAX)),
            ("futureSkewSeconds", secs(operation::FUTURE_SKEW_SECS_MAX)),
            ("authTokenMaxSeconds", secs(auth::LIFETIME_SECS_MAX)),
            ("servicesCborBytes", identity::SERVICES_BYTES_MAX),
            ("servicesEntries", identity::SERVICES_MAX),
            ("keysPerRole", identity::KEYS_MAX),
            ("nesting", json::DEPTH_MAX),
        ] {
            assert_eq!(bounds[name].as_u64(), Some(ours as u64), "{name}");
        }
        for (name, ours) in [
            ("att", credential::ATTENUATIONS_MAX),
            ("relationChars", countersign::RELATION_CHARS_MAX),
        ] {
            assert_eq!(bounds[name][1].as_u64(), Some(ours as u64), "{name}");
        }
    }
}
