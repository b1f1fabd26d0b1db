//! Auth tokens: claims that read are written and read again as the same.
#![no_main]
use imajin_dfos::auth::Claims;
use imajin_dfos::{SigningKey, auth, json, jws};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(payload) = json::parse(data) else {
        return;
    };
    let Ok(claims) = Claims::from_value(&payload) else {
        return;
    };
    assert_eq!(Claims::from_value(&claims.to_value()).as_ref(), Ok(&claims));
    let key = SigningKey::from_bytes(&[7; 32]);
    if let Ok(token) = auth::sign(&claims, "k", &key) {
        assert!(jws::parse(&token, auth::TYP).is_ok(), "signed and read again");
    }
});
