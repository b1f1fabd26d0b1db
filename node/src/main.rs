//! The `imajin` program: becomes the version that an update chose, and runs with no services but the node's.

use std::process::ExitCode;

fn main() -> ExitCode {
    imajin_box::versions::become_chosen();
    imajin_node::run(Vec::new)
}
