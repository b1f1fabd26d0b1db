//! Compact JWS: whatever parses is exactly what would be written again.
#![no_main]
use imajin_dfos::jws;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(token) = jws::parse(text, "did:dfos:identity-op")
    {
        assert!(text.starts_with(token.signing_input()), "what was signed is the token's own text");
    }
});
