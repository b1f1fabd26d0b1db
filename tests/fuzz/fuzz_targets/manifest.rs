//! `manifest.json` and `bundle.json`: whatever parses has one text.
#![no_main]
use imajin_log::format::manifest::{Manifest, Readable};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(manifest) = Manifest::parse(data) {
        assert_eq!(manifest.text().as_bytes(), data, "one text");
        assert_ne!(manifest.to_sign().as_bytes(), data, "without its signature");
    }
    if let Ok(readable) = Readable::parse(data) {
        assert_eq!(readable.text().as_bytes(), data, "one text");
        assert_ne!(readable.to_sign().as_bytes(), data, "without its signature");
    }
});
