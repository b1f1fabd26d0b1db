//! Packs the documents of the services' APIs, and says how the released program is linked: without what only unwinding
//! needs, with its relocations packed.
//!
//! With `panic = "abort"` nothing ever unwinds, but compilers write the tables for it all the same, and those of Rust's
//! own library are there already: a tenth of the program, on an SD card and in memory. A panic still says where it was;
//! it has no backtrace, which names nothing in a stripped program anyway. Packed relocations need glibc 2.36 (Debian 12).

use miniz_oxide::deflate::compress_to_vec;
use std::env::var;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    link();
    commit();
    pack()
}

/// The commit that this is built from, for attestations: `IMAJIN_SOURCE_COMMIT` (packages are built outside a repository),
/// else what git says, else zeros.
fn commit() {
    println!("cargo::rerun-if-env-changed=IMAJIN_SOURCE_COMMIT");
    // While developing, a commit alone does not cause another build.
    if var("PROFILE").is_ok_and(|profile| profile == "release") {
        for file in ["HEAD", "logs/HEAD"] {
            let path = PathBuf::from("../.git").join(file);
            if path.exists() {
                println!("cargo::rerun-if-changed={}", path.display());
            }
        }
    }
    let is_commit = |text: &String| {
        (7..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
    };
    let from_env = var("IMAJIN_SOURCE_COMMIT").ok().filter(is_commit);
    let hash = from_env.or_else(|| git(&["rev-parse", "HEAD"]).filter(is_commit));
    println!("cargo::rustc-env=IMAJIN_COMMIT={}", hash.unwrap_or_else(|| "0".repeat(40)));
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// `openapi.json` of each app, without spaces and deflated.
fn pack() -> Result<(), Box<dyn Error>> {
    let apps = PathBuf::from(var("CARGO_MANIFEST_DIR")?).join("../apps");
    let out = PathBuf::from(var("OUT_DIR")?);
    let mut list = String::from("/// By service.\npub(super) static DOCUMENTS: &Documents = &[\n");
    println!("cargo::rerun-if-changed={}", apps.display());
    let mut entries = fs::read_dir(&apps)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(|app| app.file_name());
    for app in entries {
        let file = app.path().join("openapi.json");
        if !file.exists() {
            continue;
        }
        let name = app.file_name();
        let name = name.to_str().ok_or("an app's folder is not UTF-8")?;
        println!("cargo::rerun-if-changed={}", file.display());
        let text = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let document: serde_json::Value = serde_json::from_slice(&text)?;
        let packed = compress_to_vec(document.to_string().as_bytes(), 9);
        fs::write(out.join(format!("{name}.json.deflate")), packed)?;
        writeln!(
            list,
            "    ({name:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.json.deflate\"))),"
        )?;
    }
    list.push_str("];\n");
    fs::write(out.join("documents.rs"), list)?;
    Ok(())
}

fn link() {
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
            // Functions with the same code are one: what generic code comes to for many types is half a megabyte. Nothing depends
            // on functions having different addresses.
            if links_with_lld() {
                link("--icf=all");
            }
        }
    }
}

/// Whether the compiler came with LLD, which is then its default linker. GNU's linker can't fold functions.
fn links_with_lld() -> bool {
    let rustc = var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    Command::new(rustc).args(["--print", "sysroot"]).output().is_ok_and(|output| {
        let sysroot = String::from_utf8_lossy(&output.stdout);
        let target = var("TARGET").unwrap_or_default();
        let tools = format!("lib/rustlib/{target}/bin/gcc-ld/ld.lld");
        Path::new(sysroot.trim()).join(tools).exists()
    })
}
