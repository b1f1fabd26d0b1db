//! Pictures and films: segments, chunks, boxes and Exif of any file give facts, and a shared copy that can be read whole or none.
#![no_main]
use std::io::Cursor;

use imajin_fair::{Derived, work};
use imajin_pictures::{Facts, Kind, shared_copy};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = (Kind::detect(data), Facts::read(data));
    let mut file = Cursor::new(data);
    if let Ok(Some(recipe)) = shared_copy(&mut file) {
        assert!(work(&mut Derived::new(&recipe, &mut file)).is_ok());
    }
});
