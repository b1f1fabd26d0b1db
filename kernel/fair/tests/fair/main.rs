//! .fair in files that the tests write: what goes in comes out, and hostile files do no harm.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how tests report")]

mod expected;
mod hostile;
mod round_trip;
mod support;
mod writers;
