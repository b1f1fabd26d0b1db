//! How the released program is linked: without what only unwinding needs, and with its relocations packed.
//!
//! With `panic = "abort"` nothing ever unwinds, but compilers write the tables for it all the same, and those of Rust's
//! own library are there already: a tenth of the program, on an SD card and in memory. A panic still says where it was;
//! it has no backtrace, which names nothing in a stripped program anyway. Packed relocations need glibc 2.36 (Debian 12).

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=no-unwind.ld");
    let is = |name: &str, value: &str| var(name).is_ok_and(|found| found == value);
    let gnu = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    // The release profile's `panic = "abort"` is not told to build scripts.
    if gnu && is("PROFILE", "release") {
        let folder = var("CARGO_MANIFEST_DIR").unwrap_or_default();
        let link = |argument: &str| println!("cargo::rustc-link-arg-bins=-Wl,{argument}");
        link("--no-eh-frame-hdr");
        link(&format!("-T,{folder}/no-unwind.ld"));
        // Debian's linker for ARM does not know how.
        if is("CARGO_CFG_TARGET_ARCH", "x86_64") {
            link("-z,pack-relative-relocs");
        }
    }
}
