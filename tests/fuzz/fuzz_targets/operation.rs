//! Operations of any kind: one token a line; what reads knows its CID.
#![no_main]
use imajin_dfos::operation;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for line in text.lines() {
        let cid = operation::payload_cid(line);
        if let Ok(read) = operation::read(line) {
            assert_eq!(cid, Some(*read.cid()));
            let _ = (read.chain_id(), read.created_at(), read.previous());
        }
    }
});
