//! Signatures over canonical JSON, as in attestations, messages, consents and manifests: Ed25519 over the UTF-8 bytes
//! of the text, as 128 hex digits (docs/format.md §1, "JCS").
//!
//! Always: a document that could be of two kinds is refused, so that signing one kind never also signs another
//! (docs/threats.md, "What a key signs").

use crate::jcs::{self, CanonicalForm};
use ed25519_dalek::Signer;
use imajin_dfos::jws::verify_signature;
use imajin_dfos::{SigningKey, VerifyingKey, hex};
use serde_json::Value;

/// The kinds of signed documents that may have unknown members, with the members that mark each kind.
pub const MARKS: [(&str, &[&str]); 4] = [
    ("message", &["payload"]),
    ("manifest", &["contributors", "attribution"]),
    ("consent or settlement", &["consumer"]),
    ("receipt", &["division"]),
];

/// Returns whether a document has the marks of at most one kind.
pub fn has_one_meaning(document: &Value) -> bool {
    let has = |(_, marks): &&(&str, &[&str])| marks.iter().any(|mark| document.get(mark).is_some());
    MARKS.iter().filter(has).count() <= 1
}

/// Signs the RFC 8785 form of `document`: the only form that this project signs.
pub fn sign_json(key: &SigningKey, document: &Value) -> [u8; 64] {
    key.sign(jcs::to_string(document).as_bytes()).to_bytes()
}

/// Returns the form of `document` that this signature covers; `None` if it covers neither. Tries RFC 8785's first,
/// then, if its text differs, that of clients that sort keys by locale.
pub fn verify_json(
    key: &VerifyingKey,
    document: &Value,
    signature: &[u8; 64],
) -> Option<CanonicalForm> {
    if !has_one_meaning(document) {
        return None;
    }
    let signed = |text: &str| verify_signature(key, text.as_bytes(), signature).is_ok();
    let canonical = jcs::to_string(document);
    if signed(&canonical) {
        return Some(CanonicalForm::Jcs);
    }
    let by_locale = jcs::icu_en_us_order(document).filter(|text| *text != canonical)?;
    signed(&by_locale).then_some(CanonicalForm::IcuEnUs)
}

/// Parses 128 hex digits of either case into 64 bytes.
pub fn parse_signature(text: &str) -> Option<[u8; 64]> {
    if text.len() == 128 { hex::decode(text)?.try_into().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_forms_verify_and_are_told_apart() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let document = json!({"from_did": "x", "fromDid": "y", "total": 1.5});
        let ours = sign_json(&key, &document);
        assert_eq!(verify_json(&key.verifying_key(), &document, &ours), Some(CanonicalForm::Jcs));
        let theirs = key.sign(br#"{"from_did":"x","fromDid":"y","total":1.5}"#).to_bytes();
        let expected = Some(CanonicalForm::IcuEnUs);
        assert_eq!(verify_json(&key.verifying_key(), &document, &theirs), expected);
        let other = json!({"from_did": "x", "fromDid": "y", "total": 1.25});
        assert_eq!(verify_json(&key.verifying_key(), &other, &theirs), None);
        assert_eq!(parse_signature(&hex::encode(&ours)), Some(ours));
        assert_eq!(parse_signature("00"), None);
    }

    #[test]
    fn a_document_of_two_kinds_is_of_none() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let marks: Vec<_> = MARKS.iter().map(|(_, marks)| marks[0]).collect();
        for one in &marks {
            let mut document = json!({ "type": "x" });
            document[*one] = json!([]);
            let signature = sign_json(&key, &document);
            assert!(verify_json(&key.verifying_key(), &document, &signature).is_some());
            for other in marks.iter().filter(|other| *other != one) {
                let mut both = document.clone();
                both[*other] = json!([]);
                let signature = sign_json(&key, &both);
                assert_eq!(verify_json(&key.verifying_key(), &both, &signature), None, "{both}");
            }
        }
    }
}
