//! Every gate of the profile, and that a token has one form.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::traits::Identity;
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use proptest::prelude::*;
use sha2::{Digest, Sha512};

use super::*;
use crate::base64::{decode_url, encode_url};

const TYP: &str = "test:typ";

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// A token with any header text, properly signed, so that only the gates can refuse it.
fn token(header: &str, payload: &[u8]) -> String {
    let input = format!("{}.{}", encode_url(header.as_bytes()), encode_url(payload));
    let signature = key().sign(input.as_bytes()).to_bytes();
    format!("{input}.{}", encode_url(&signature))
}

fn check(token: &str) -> Result<(), JwsError> {
    parse(token, TYP)?.verify(&key().verifying_key())
}

#[test]
fn signs_and_verifies() {
    let token = sign(&[("typ", TYP), ("kid", "k"), ("cid", "c\"")], b"{\"a\":1}", &key());
    let jws = parse(&token, TYP).unwrap();
    let expected = b"{\"alg\":\"EdDSA\",\"typ\":\"test:typ\",\"kid\":\"k\",\"cid\":\"c\\\"\"}";
    assert_eq!(decode_url(token.split('.').next().unwrap()).unwrap(), expected);
    assert_eq!((jws.kid(), jws.cid()), ("k", Some("c\"")));
    assert_eq!(jws.payload(), b"{\"a\":1}");
    assert_eq!(jws.payload_value().unwrap().get_i64("a"), Some(1));
    assert_eq!(jws.verify(&key().verifying_key()), Ok(()));
    let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
    assert_eq!(jws.verify(&other), Err(JwsError::Signature));

    // A caller that kept only parts rebuilds what was signed.
    let header = [("alg", "EdDSA"), ("typ", TYP), ("kid", "k"), ("cid", "c\"")];
    let rebuilt = signing_input(&header, b"{\"a\":1}");
    assert_eq!(rebuilt, jws.signing_input());
    assert_eq!(
        verify_signature(&key().verifying_key(), rebuilt.as_bytes(), jws.signature()),
        Ok(())
    );
}

#[test]
fn every_gate_of_the_header() {
    let good = "{\"alg\":\"EdDSA\",\"typ\":\"test:typ\",\"kid\":\"k\"}";
    assert_eq!(check(&token(good, b"{}")), Ok(()));
    let wrong_typ = JwsError::Type { expected: TYP.to_owned() };
    for (from, to, error) in [
        ("EdDSA", "none", JwsError::Algorithm),
        ("EdDSA", "EDDSA", JwsError::Algorithm),
        ("EdDSA", "Ed25519", JwsError::Algorithm),
        ("\"EdDSA\"", "[\"EdDSA\"]", JwsError::Algorithm),
        ("\"alg\"", "\"ALG\"", JwsError::Algorithm),
        ("test:typ", "test:TYP", wrong_typ.clone()),
        ("\"typ\"", "\"x\"", wrong_typ.clone()),
        ("\"kid\"", "\"x\"", JwsError::KeyId),
        ("\"k\"", "1", JwsError::KeyId),
        ("\"k\"", "\"\"", JwsError::KeyId),
        ("}", ",\"crit\":[]}", JwsError::Forbidden("crit")),
        ("}", ",\"crit\":null}", JwsError::Forbidden("crit")),
        ("}", ",\"jwk\":{}}", JwsError::Forbidden("jwk")),
        ("}", ",\"x5c\":[]}", JwsError::Forbidden("x5c")),
        ("}", ",\"cid\":1}", JwsError::Cid),
        ("}", ",\"cid\":null}", JwsError::Cid),
        ("}", ",\"alg\":\"EdDSA\"}", JwsError::Header),
        ("}", ",\"x\":1,\"x\":2}", JwsError::Header),
        ("}", "", JwsError::Header),
        (good, "[]", JwsError::Header),
    ] {
        assert_eq!(check(&token(&good.replacen(from, to, 1), b"{}")), Err(error), "{to}");
    }
    // Members that no one knows are none of our business.
    assert_eq!(check(&token(&good.replace('}', ",\"x\":{}}"), b"{}")), Ok(()));
}

#[test]
fn every_gate_of_the_form() {
    let good = token("{\"alg\":\"EdDSA\",\"typ\":\"test:typ\",\"kid\":\"k\"}", b"{}");
    let signature = good.rsplit('.').next().unwrap();
    let input = good.strip_suffix(signature).unwrap();
    assert_eq!(check(""), Err(JwsError::Parts));
    assert_eq!(check(input.trim_end_matches('.')), Err(JwsError::Parts));
    assert_eq!(check(&format!("{good}.")), Err(JwsError::Parts));
    assert_eq!(check(&format!("{good}=")), Err(JwsError::Base64("signature")));
    assert_eq!(check(&format!("{good} ")), Err(JwsError::Base64("signature")));
    assert_eq!(check(input), Err(JwsError::SignatureLength));
    let bytes = decode_url(signature).unwrap();
    let with = |bytes: &[u8]| format!("{input}{}", encode_url(bytes));
    assert_eq!(check(&with(&bytes[..63])), Err(JwsError::SignatureLength));
    assert_eq!(check(&with(&[&bytes[..], &[0]].concat())), Err(JwsError::SignatureLength));
    let unreadable =
        token("{\"alg\":\"EdDSA\",\"typ\":\"test:typ\",\"kid\":\"k\"}", b"{\"a\":1,\"a\":1}");
    assert!(parse(&unreadable, TYP).unwrap().payload_value().is_err());
}

/// Keys and nonces with a part of small order, or nothing else, made so that some of their signatures hold: they are
/// judged as by `verify_strict`.
#[test]
fn points_of_small_order_are_judged_strictly() {
    let (secret, nonce) = (Scalar::from(7u8), Scalar::from(11u8));
    let (mut held, mut refused) = (0, 0);
    for (key_point, secret) in
        [(EdwardsPoint::identity(), Scalar::ZERO), (EdwardsPoint::mul_base(&secret), secret)]
    {
        for (nonce_point, nonce) in
            [(EdwardsPoint::identity(), Scalar::ZERO), (EdwardsPoint::mul_base(&nonce), nonce)]
        {
            for (small, text) in
                (0..64).flat_map(|small| (0..16u8).map(move |text| (small, [text])))
            {
                let key = (key_point + EIGHT_TORSION[small % 8]).compress();
                let commitment = (nonce_point + EIGHT_TORSION[small / 8]).compress();
                let hash = Sha512::new()
                    .chain_update(commitment.as_bytes())
                    .chain_update(key.as_bytes())
                    .chain_update(text)
                    .finalize();
                let challenge = Scalar::from_bytes_mod_order_wide(&hash.into());
                let scalar = nonce + challenge * secret;
                let signature =
                    Signature::from_components(*commitment.as_bytes(), scalar.to_bytes());
                let key = VerifyingKey::from_bytes(key.as_bytes()).unwrap();
                let strict = key.verify_strict(&text, &signature).is_ok();
                let ours = verify_signature(&key, &text, &signature.to_bytes()).is_ok();
                assert_eq!(ours, strict, "{small} {text:?}");
                held += u32::from(strict);
                refused += u32::from(!strict && key.verify(&text, &signature).is_ok());
            }
        }
    }
    // Both sorts were among them: good ones, and ones that only a careless verifier takes.
    assert!(held > 0 && refused > 0, "{held} {refused}");
}

/// S + L signs the same statement for a careless verifier: a second signature that no one made.
#[test]
fn a_scalar_has_one_form() {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, //
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut signature = key().sign(b"x").to_bytes();
    let verifying = key().verifying_key();
    assert_eq!(verify_signature(&verifying, b"x", &signature), Ok(()));
    let mut carry = 0;
    for (byte, order) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = (sum & 0xff) as u8;
        carry = sum >> 8;
    }
    assert_eq!(verify_signature(&verifying, b"x", &signature), Err(JwsError::Scalar));
    signature[32..].copy_from_slice(&ORDER);
    assert_eq!(verify_signature(&verifying, b"x", &signature), Err(JwsError::Scalar));
    signature[32] -= 1;
    assert_eq!(verify_signature(&verifying, b"x", &signature), Err(JwsError::Signature));
}

/// The identity point as key and nonce would verify with S = 0 over anything.
#[test]
fn points_of_small_order_are_refused() {
    let mut identity = [0; 32];
    identity[0] = 1;
    let key = ed25519_dalek::VerifyingKey::from_bytes(&identity).unwrap();
    let mut signature = [0; 64];
    signature[0] = 1;
    assert_eq!(verify_signature(&key, b"x", &signature), Err(JwsError::Signature));
}

proptest! {
    #[test]
    fn one_changed_character_is_refused(payload in prop::collection::vec(any::<u8>(), 0..60), at: prop::sample::Index, to in "[A-Za-z0-9_.=-]") {
        let good = sign(&[("typ", TYP), ("kid", "k")], &payload, &key());
        prop_assert_eq!(check(&good), Ok(()));
        let at = at.index(good.len());
        let mut changed = good.clone();
        changed.replace_range(at..=at, &to);
        prop_assert_eq!(check(&changed).is_ok(), changed == good);
    }
}
