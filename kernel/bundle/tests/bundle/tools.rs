//! Shared parts of the tests of threats and of agreement: histories made with real operations, attacks on them, and one
//! judge that asks both verifiers and wants one answer.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]
pub mod acts;
pub mod bundles;
pub mod forge;
pub mod history;
pub mod judge;
pub mod mutate;
pub mod ops;
pub mod publish;
pub mod python;
pub mod view;

/// Returns the number in an environment variable, or the default.
pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Returns the number of single bits to flip in a damaged log: `IMAJIN_FLIPS`, or the default.
pub fn flips(default: u64) -> u64 {
    number("IMAJIN_FLIPS", default)
}
