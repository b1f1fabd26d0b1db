//! Strict JSON and JCS: canonical text is a fixed point.
#![no_main]
use imajin_protocol::jcs;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(value) = jcs::parse_strict(data) {
        let text = jcs::to_string(&value);
        let again = jcs::parse_strict(text.as_bytes()).map(|v| jcs::to_string(&v));
        assert_eq!(again.ok().as_deref(), Some(text.as_str()), "canonical text is a fixed point");
    }
});
