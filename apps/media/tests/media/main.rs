//! Tests of this service through a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[macro_use]
extern crate imajin_edge;

mod albums;
mod assets;
mod circles;
mod dav;
mod decoding;
mod erasing;
mod fair;
mod keeping;
mod pages;
mod places;
mod prelude;
mod rights;
mod sale;
mod sealed;
mod sharing;
mod storage;
mod support;
mod uploads;
mod uses;
mod zip;
