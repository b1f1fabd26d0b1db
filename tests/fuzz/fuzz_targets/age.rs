//! Encrypted copies, opened with an owner's key: no file makes it panic.
#![no_main]
use imajin_ledger::bundle::age::{Unlock, decrypt};
use libfuzzer_sys::fuzz_target;
use std::io::{Read, copy, sink};

fuzz_target!(|data: &[u8]| {
    if let Ok(plain) = decrypt(&Unlock::Key([7; 32]), data) {
        // A stream that breaks off is an error, and no end.
        let _ = copy(&mut plain.take(1 << 20), &mut sink());
    }
});
