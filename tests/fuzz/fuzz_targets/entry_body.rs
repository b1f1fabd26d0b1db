//! Bodies of entries: whatever decodes has one byte form.
#![no_main]
use imajin_log::entry::{decode_body, encode_body};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(body) = decode_body(data) {
        assert_eq!(encode_body(&body).as_deref(), Ok(data), "one byte form");
    }
});
