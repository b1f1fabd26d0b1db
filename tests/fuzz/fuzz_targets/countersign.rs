//! Countersignatures: a payload that reads is signed and reads again as the same.
#![no_main]
#[path = "shared/statement.rs"]
mod statement;

use imajin_dfos::countersign::Countersign;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| statement::check::<Countersign>(data));
