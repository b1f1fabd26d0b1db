//! Encrypted copies, opened with an owner's key: no file makes it panic, and none takes more work than a header's bound allows.
#![no_main]
use imajin_log::format::age::{HEADER_BYTES_MAX, Unlock, decrypt};
use libfuzzer_sys::fuzz_target;
use std::cell::Cell;
use std::io::{self, Read, copy, sink};

/// The nonce that follows a header.
const NONCE_BYTES: usize = 16;

struct CountingReader<'a>(&'a [u8], &'a Cell<usize>);

impl Read for CountingReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1.set(self.1.get() + count);
        Ok(count)
    }
}

fuzz_target!(|data: &[u8]| {
    let read = Cell::new(0);
    let opened = decrypt(&Unlock::Key([7; 32]), CountingReader(data, &read));
    assert!(read.get() <= HEADER_BYTES_MAX + NONCE_BYTES);
    if let Ok(plain) = opened {
        // A stream that breaks off is an error, and no end.
        let _ = copy(&mut plain.take(1 << 20), &mut sink());
    }
});
