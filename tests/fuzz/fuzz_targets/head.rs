//! Heads: whatever parses is rebuilt byte for byte.
#![no_main]
use imajin_protocol::Head;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(head) = Head::parse(text)
    {
        assert_eq!(head.to_compact(), text, "rebuilt byte for byte");
    }
});
