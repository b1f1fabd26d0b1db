//! What this service does, through a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod albums;
mod assets;
mod erasing;
mod pages;
mod sharing;
mod support;
mod uploads;
