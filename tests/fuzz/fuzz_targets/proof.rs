//! Proofs of will: whatever parses is rebuilt byte for byte.
#![no_main]
use imajin_protocol::Proof;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(proof) = Proof::parse(text)
    {
        assert_eq!(proof.to_compact(), text, "rebuilt byte for byte");
    }
});
