//! Packs the scripts, styles and icons: each once, as it is sent to a browser (zlib, RFC 1950), with its hash.

use miniz_oxide::deflate::compress_to_vec_zlib;
use sha2::{Digest, Sha256};
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Bytes of the hash that name a file's version.
const TAG_BYTES: usize = 16;

fn main() -> Result<(), Box<dyn Error>> {
    let assets = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("assets");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", assets.display());
    let mut names = Vec::new();
    walk(&assets, &assets, &mut names)?;
    names.sort();
    let mut list = String::from("/// By name.\nstatic ASSETS: &[Asset] = &[\n");
    for (place, name) in names.iter().enumerate() {
        let bytes = fs::read(assets.join(name))?;
        let mut tag = String::new();
        for byte in &Sha256::digest(&bytes)[..TAG_BYTES] {
            write!(tag, "{byte:02x}")?;
        }
        fs::write(
            out.join(format!("{place}.zlib")),
            compress_to_vec_zlib(&bytes, 9),
        )?;
        writeln!(
            list,
            "    Asset {{ name: {name:?}, tag: \"\\\"{tag}\\\"\", packed: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{place}.zlib\")) }},"
        )?;
    }
    list.push_str("];\n");
    fs::write(out.join("assets.rs"), list)?;
    Ok(())
}

/// The files below a folder, by their names from the top with `/`.
fn walk(top: &Path, folder: &Path, names: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(top, &path, names)?;
            continue;
        }
        let name = path
            .strip_prefix(top)?
            .to_str()
            .ok_or("a name is not UTF-8")?;
        names.push(name.replace('\\', "/"));
    }
    Ok(())
}
