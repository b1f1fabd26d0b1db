//! The child alone, as `imajin preview` runs it: for this crate's tests, which look at a real process.

use std::process::ExitCode;

fn main() -> ExitCode {
    imajin_pictures::child()
}
