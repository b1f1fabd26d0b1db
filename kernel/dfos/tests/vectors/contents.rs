//! Content chains and heads.

use imajin_dfos::content::{self, Chain, State, verify_log};
use imajin_dfos::statement;
use imajin_dfos::{Timestamp, Verifier, cbor, cid, hex, jws};
use serde_json::Value as Json;

use crate::resolver::Keys;
use crate::{entries, text};

fn tokens(chain: &Json) -> Vec<String> {
    let token = |entry: &Json| entry.as_str().unwrap_or_else(|| text(entry, "jws")).to_owned();
    chain.as_array().unwrap().iter().map(token).collect()
}

#[test]
fn accepted() {
    let keys = Keys::of_vectors();
    let verifier = Verifier::of_history(&keys);
    for entry in entries("contentChainsAccept") {
        let name = text(&entry, "name");
        let log = tokens(&entry["chain"]);
        let state = verify_log(&log, &verifier).unwrap_or_else(|error| panic!("{name}: {error}"));
        let value = cbor::to_json(&state.to_value()).unwrap();
        for member in ["expected", "verifiedState"] {
            for (member, expected) in entry[member].as_object().into_iter().flatten() {
                assert_eq!(&value[member], expected, "{name}: {member}");
            }
        }
        for operation in entry["chain"].as_array().unwrap() {
            let token = text(operation, "jws");
            let jws = jws::parse(token, content::TYP).unwrap();
            assert_eq!(cbor::to_json(jws.header()), Ok(operation["header"].clone()));
            let payload = jws.payload_value().unwrap();
            assert_eq!(cbor::to_json(&payload), Ok(operation["payload"].clone()));
            assert_eq!(hex::encode(jws.signature()), text(operation, "signatureHex"));
            // The members that we would have signed are those that were signed.
            let read = statement::read::<content::Operation>(token).unwrap();
            assert_eq!(statement::Statement::to_value(read.statement()), payload);
        }
        for document in entry["documents"].as_array().into_iter().flatten() {
            let form = cbor::encode(&cbor::from_json(&document["content"]).unwrap());
            assert_eq!(cid::dag_cbor_cid(&form).to_string(), text(document, "documentCID"));
        }

        // One by one gives the same as all at once, and so does the set of all branches.
        let mut step = State::genesis(&log[0], &verifier).unwrap();
        for token in &log[1..] {
            step = step.extend(token, &verifier).unwrap();
        }
        assert_eq!(step, state, "{name}");
        assert_eq!(*Chain::verify_log(&log, &verifier).unwrap().head(), state);
    }
}

#[test]
fn rejected() {
    let keys = Keys::of_vectors();
    let verifier = Verifier::of_history(&keys);
    for section in ["contentChainsReject", "contentChainsDivergent"] {
        for entry in entries(section) {
            let name = text(&entry, "name");
            let log = tokens(&entry["chain"]);
            let error = verify_log(&log, &verifier).expect_err(name);
            let at = match error {
                content::LogError::Empty => 0,
                content::LogError::Operation { index, .. } => index + 1,
            };
            assert_eq!(at, log.len(), "{name}: {error}");
            if let (Some(reason), content::LogError::Operation { error, .. }) =
                (entry["error"].as_str(), &error)
            {
                assert_eq!(error.to_string(), reason, "{name}");
            }
            assert!(Chain::verify_log(&log, &verifier).is_err(), "{name}");
        }
    }
}

#[test]
fn heads() {
    for entry in entries("headSelection") {
        let mut tips: Vec<_> = entry["tips"].as_array().unwrap().clone();
        for _ in 0..tips.len() {
            tips.rotate_left(1);
            let tips = tips.iter().map(|tip| {
                let at = Timestamp::parse(text(tip, "createdAt")).unwrap();
                (at, text(tip, "cid"))
            });
            let head = content::select_head(tips).unwrap();
            assert_eq!(head.1, text(&entry, "head"));
        }
    }
}
