//! The node's program with one more service.

use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    imajin_node::run(|| vec![Arc::new(imajin_e2e::notes::Notes)])
}
