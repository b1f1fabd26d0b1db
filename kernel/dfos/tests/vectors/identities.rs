//! Identity chains that must be accepted, with the state that they lead to, and others that must not.

use imajin_dfos::identity::{self, Verified, extend, verify_log};
use imajin_dfos::{base64, cbor, hex, json, jws};
use serde_json::Value as Json;

use crate::{entries, sections, text};

/// The tokens of a chain, which are texts or objects with a text `jws`.
fn tokens(chain: &Json) -> Vec<String> {
    let token = |entry: &Json| entry.as_str().unwrap_or_else(|| text(entry, "jws")).to_owned();
    chain.as_array().unwrap().iter().map(token).collect()
}

fn state_of(verified: &Verified) -> Json {
    cbor::to_json(&verified.state().to_value()).unwrap()
}

#[test]
fn accepted() {
    for entry in entries("identityChainsAccept") {
        let name = text(&entry, "name");
        let chain = tokens(&entry["chain"]);
        let verified = verify_log(&chain).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(state_of(&verified), entry["verifiedState"], "{name}");
        for (member, expected) in entry["expected"].as_object().unwrap() {
            assert_eq!(&state_of(&verified)[member], expected, "{name}: {member}");
        }
        assert_eq!(verified.operation_count(), chain.len() as u64);

        // Every part of every operation, as the other implementation wrote it down.
        for operation in entry["chain"].as_array().unwrap() {
            let jws = jws::parse(text(operation, "jws"), identity::TYP).unwrap();
            assert_eq!(cbor::to_json(jws.header()), Ok(operation["header"].clone()));
            let payload = jws.payload_value().unwrap();
            assert_eq!(cbor::to_json(&payload), Ok(operation["payload"].clone()));
            assert_eq!(hex::encode(jws.signature()), text(operation, "signatureHex"));
            assert_eq!(jws.cid(), operation["cid"].as_str());
        }
        let last = entry["chain"].as_array().unwrap().last().unwrap();
        assert_eq!(verified.head_cid().to_string(), text(last, "cid"));

        // One by one gives the same as all at once.
        let mut step = Verified::genesis(&chain[0]).unwrap();
        for token in &chain[1..] {
            step = extend(&step, token).unwrap();
        }
        assert_eq!(step, verified, "{name}");
    }
}

#[test]
fn rejected() {
    for entry in entries("identityChainsReject") {
        let name = text(&entry, "name");
        let chain = tokens(&entry["chain"]);
        let error = verify_log(&chain).expect_err(name);
        // A refused chain is refused for its last operation, where the vector puts its fault.
        let at = match error {
            identity::LogError::Empty => 0,
            identity::LogError::Operation { index, .. } => index + 1,
        };
        assert_eq!(at, chain.len(), "{name}: {error}");
        // Ours also say why.
        if let (Some(reason), identity::LogError::Operation { error, .. }) =
            (entry["error"].as_str(), &error)
        {
            assert_eq!(error.to_string(), reason, "{name}");
        }
        if let Some((last, before)) = chain.split_last().filter(|(_, before)| !before.is_empty()) {
            assert!(extend(&verify_log(before).unwrap(), last).is_err(), "{name}");
        }
    }
}

#[test]
fn unknown_members_are_kept() {
    for entry in sections("identityAcceptUnknownField") {
        let verified = verify_log([text(&entry, "jws")]).unwrap();
        assert_eq!(verified.did().as_str(), text(&entry, "did"));
        assert_eq!(verified.head_cid().to_string(), text(&entry, "cid"));
    }
    for entry in sections("identityAcceptUnknownService") {
        let verified = verify_log([text(&entry, "jws")]).unwrap();
        assert_eq!(state_of(&verified), entry["state"]);
    }
}

/// A changed character anywhere in a token is refused.
#[test]
fn damage() {
    let entry = entries("identityChainsAccept").remove(0);
    let token = tokens(&entry["chain"]).remove(0);
    for at in 0..token.len() {
        let to = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        let mut damaged = token.clone();
        damaged.replace_range(at..=at, to);
        assert!(verify_log([damaged]).is_err(), "at {at}");
    }
    // The same statement, written with a space, is another text: its CID is the same, its signature is not.
    let parts: Vec<&str> = token.split('.').collect();
    let mut payload = base64::decode_url(parts[1]).unwrap();
    let value = json::parse(&payload);
    payload.insert(1, b' ');
    assert_eq!(json::parse(&payload), value);
    let spaced = [parts[0], &base64::encode_url(&payload), parts[2]].join(".");
    assert!(verify_log([spaced]).is_err());
}
