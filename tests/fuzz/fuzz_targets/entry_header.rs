//! Headers of entries: whatever decodes has one byte form, and its proof is rebuilt from it.
#![no_main]
use imajin_log::Header;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(header) = Header::decode(data) {
        assert_eq!(header.encode(), data, "one byte form");
        assert_eq!(header.proof().is_some(), header.proof_part().is_some());
    }
});
