//! Vectors: our own, which always run, and the protocol's, where a copy of them lies beside the workspace.
//!
//! Both have one shape, so that one set of tests reads both. Ours are written by `own.rs` from fixed keys; run
//! with `UPDATE_VECTORS=1` to write `vectors.json` anew after a change that is meant.

#![expect(clippy::unwrap_used, reason = "a panic is the report of a test, also in its helpers")]

mod contents;
mod credentials;
mod encodings;
mod identities;
mod own;
mod resolver;
mod signatures;
mod statements;

use serde_json::Value as Json;

/// The vectors to test: ours first.
fn all() -> Vec<Json> {
    const OWN: &str = include_str!("../vectors.json");
    const UPSTREAM: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/dfos-vectors.json");
    let mut texts = vec![OWN.to_owned()];
    texts.extend(std::fs::read_to_string(UPSTREAM));
    let documents = texts.iter().map(|text| serde_json::from_str(text));
    documents.collect::<Result<_, _>>().unwrap()
}

/// All entries of a section that is a list, of all documents; a document without the section is a fault.
fn entries(section: &str) -> Vec<Json> {
    let lists = sections(section);
    let lists = lists.iter().map(|list| list.as_array().unwrap());
    lists.flatten().cloned().collect()
}

/// A section of each document.
fn sections(section: &str) -> Vec<Json> {
    let section = |document: &Json| {
        let member = document.get(section);
        member.unwrap_or_else(|| panic!("no {section}")).clone()
    };
    all().iter().map(section).collect()
}

/// A member that is a text.
fn text<'a>(entry: &'a Json, name: &str) -> &'a str {
    let member = entry[name].as_str();
    member.unwrap_or_else(|| panic!("no text {name} in {entry}"))
}

/// A member that is hexadecimal.
fn bytes(entry: &Json, name: &str) -> Vec<u8> {
    imajin_dfos::hex::decode(text(entry, name)).unwrap()
}
