use super::*;
use proptest::prelude::*;

const NOW: i64 = 1_790_000_000;

fn key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn node() -> Did {
    Did::from_key(key().verifying_key().as_bytes())
}

fn kid() -> Kid {
    Kid::of_bare_key(&node()).unwrap()
}

fn claims() -> Claims {
    Claims {
        sub: Did::from_key(&[7; 32]),
        iss: node(),
        aud: node().to_string(),
        iat: NOW,
        exp: NOW + 86_400,
        jti: "ses_1".into(),
        scope: Scope::Actor,
        subtype: Some(Subtype::Human),
        tier: Tier::Preliminary,
        extra: Map::new(),
    }
}

fn verify_at(token: &str, secs: i64) -> Result<Claims, TokenError> {
    let (issuer, audience) = (node(), node().to_string());
    let now = Timestamp::from_millis(secs * 1000).unwrap();
    verify(
        token,
        |_| Some(key().verifying_key()),
        &Expected { issuer: &issuer, audience: &audience, now },
    )
}

#[test]
fn round_trip_and_times() {
    let token = sign(&key(), &kid(), &claims()).unwrap();
    assert_eq!(verify_at(&token, NOW), Ok(claims()));
    assert_eq!(verify_at(&token, NOW - IAT_AHEAD_SECS_MAX), Ok(claims()));
    assert_eq!(verify_at(&token, NOW - IAT_AHEAD_SECS_MAX - 1), Err(TokenError::Early));
    assert_eq!(verify_at(&token, NOW + 86_399), Ok(claims()));
    assert_eq!(verify_at(&token, NOW + 86_400), Err(TokenError::Expired));
}

#[test]
fn a_soft_person_has_no_subtype_and_an_app_has_more_to_say() {
    let mut claims = Claims { subtype: None, tier: Tier::Soft, ..claims() };
    claims.extra.insert("app".into(), json!("did:imajin:event:x"));
    let token = sign(&key(), &kid(), &claims).unwrap();
    let payload = base64::decode_url(token.split('.').nth(1).unwrap()).unwrap();
    assert!(!String::from_utf8(payload).unwrap().contains("subtype"));
    assert_eq!(verify_at(&token, NOW), Ok(claims.clone()));
    claims.extra.insert("sub".into(), json!("did:imajin:event:x"));
    assert!(matches!(sign(&key(), &kid(), &claims), Err(TokenError::Claims(_))));
}

#[test]
fn refused() {
    let other = Did::from_key(&[8; 32]);
    let signed = |claims: &Claims| sign(&key(), &kid(), claims).unwrap();
    let expected = Err(TokenError::Issuer);
    assert_eq!(verify_at(&signed(&Claims { iss: other.clone(), ..claims() }), NOW), expected);
    let expected = Err(TokenError::Audience);
    assert_eq!(verify_at(&signed(&Claims { aud: "x".into(), ..claims() }), NOW), expected);
    let foreign = sign(&key(), &Kid::of_bare_key(&other).unwrap(), &claims()).unwrap();
    assert_eq!(verify_at(&foreign, NOW), Err(TokenError::Issuer));
    let forged = sign(&SigningKey::from_bytes(&[2; 32]), &kid(), &claims()).unwrap();
    assert_eq!(verify_at(&forged, NOW), Err(TokenError::Signature));
    let (issuer, audience) = (node(), node().to_string());
    let now = Timestamp::from_millis(NOW * 1000).unwrap();
    let unknown = verify(
        &signed(&claims()),
        |_| None,
        &Expected { issuer: &issuer, audience: &audience, now },
    );
    assert_eq!(unknown, Err(TokenError::UnknownKey));
    // A proof is not a session, and `alg: none` is not a signature.
    let input = compact::signing_input(&kid(), "mjn:proof", b"{}");
    let proof = compact::with_signature(input.clone(), &key().sign(input.as_bytes()).to_bytes());
    assert!(matches!(verify_at(&proof, NOW), Err(TokenError::Compact(CompactError::Header(_)))));
    let none = format!(
        "{}.{}.",
        base64::encode_url(b"{\"alg\":\"none\",\"typ\":\"JWT\"}"),
        base64::encode_url(b"{}")
    );
    assert!(matches!(verify_at(&none, NOW), Err(TokenError::Compact(_))));
    let long = "a".repeat(TOKEN_BYTES_MAX + 1);
    assert!(matches!(verify_at(&long, NOW), Err(TokenError::Compact(CompactError::TooLong(_)))));
}

#[test]
fn the_published_key_verifies_the_token() {
    let public = PublicKey::from(&key());
    let set = jwks([(&kid(), &public)]);
    let token = sign(&key(), &kid(), &claims()).unwrap();
    let find = |kid: &Kid| {
        let keys = set["keys"].as_array()?;
        let jwk = keys.iter().find(|key| key["kid"] == kid.to_string().as_str())?;
        assert_eq!((jwk["kty"].as_str()?, jwk["crv"].as_str()?), ("OKP", "Ed25519"));
        let bytes: [u8; 32] = base64::decode_url(jwk["x"].as_str()?).ok()?.try_into().ok()?;
        VerifyingKey::from_bytes(&bytes).ok()
    };
    let (issuer, audience) = (node(), node().to_string());
    let now = Timestamp::from_millis(NOW * 1000).unwrap();
    assert!(verify(&token, find, &Expected { issuer: &issuer, audience: &audience, now }).is_ok());
}

proptest! {
    #[test]
    fn a_changed_token_never_counts(at: prop::sample::Index, bit in 0u8..7) {
        let mut bytes = sign(&key(), &kid(), &claims()).unwrap().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(verify_at(&String::from_utf8(bytes).unwrap(), NOW).is_err());
    }

    #[test]
    fn no_input_panics(text in "[ -~]{0,100}") {
        prop_assert!(verify_at(&text, NOW).is_err());
    }
}
