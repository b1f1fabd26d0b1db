//! Bundles of logs with real operations, and forged ones whose manifest lists their files.

use std::path::{Path, PathBuf};

use imajin_bundle::NoPage;
use imajin_bundle::export::{ExportOptions, Source, Target, prepare};
use imajin_dfos::hex;
use imajin_ledger::NodeKey;
use imajin_log::format::manifest::SignerKind;
use imajin_protocol::jcs;
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use super::{ops, view};
use crate::support::export::sign;
use crate::support::{Log, Party};

/// Exports the bundle of a log, signed by its owner, as a folder below `dir`.
pub fn export(log: &Log, dir: &Path) -> PathBuf {
    export_from(log, None, dir)
}

/// Exports by a node that has its own log with its anchors.
pub fn export_from(log: &Log, node: Option<&Log>, dir: &Path) -> PathBuf {
    let target = Target::Folder(dir.join("bundle"));
    export_to(log, node, dir, &target);
    target.path().to_owned()
}

/// Exports to any target; `dir` is for what it is made from.
pub fn export_to(log: &Log, node: Option<&Log>, dir: &Path, target: &Target) {
    let data = dir.join("data");
    place(log, &data);
    let key = node.map(|node| {
        let file = place(node, &data);
        // A node marks its anchors as it enters them; these logs were made by hand.
        let marks = Connection::open(file).unwrap();
        for entry in node.entries.iter().filter(|e| e.header.op == "auth.anchor") {
            let row = (entry.header.seq as i64, &entry.header.op);
            marks.execute("INSERT INTO local_marks VALUES (?1, ?2)", row).unwrap();
        }
        NodeKey { did: node.owner.did.clone(), kid: node.owner.kid(), key: node.owner.key.clone() }
    });
    let source = Source::standing(&data, &log.owner.did, key);
    let (ops, views) = (ops::real(), view::ProfileViews);
    let options = ExportOptions::default();
    let staging = target.staging();
    let prepared = prepare(&source, &ops, &views, &NoPage, &staging, &options).unwrap();
    let ready = sign(prepared, &log.owner, SignerKind::Owner);
    ready.write(target, None, &mut |_| {}).unwrap();
}

/// Writes a log where a node keeps it.
fn place(log: &Log, data: &Path) -> PathBuf {
    let folder = data.join("users").join(log.owner.did.folder_name());
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("log.sqlite");
    let _ = std::fs::remove_file(&file);
    log.write(&file);
    file
}

/// Reads a JSON document of a bundle, to be changed.
pub fn read(folder: &Path, name: &str) -> Json {
    serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
}

/// Writes a document back in its canonical form.
pub fn write(folder: &Path, name: &str, document: &Json) {
    std::fs::write(folder.join(name), jcs::to_string(document)).unwrap();
}

pub fn sign_document(document: &mut Json, by: &Party, kind: &str) {
    document["signer"] = json!({ "kind": kind, "kid": by.kid().to_string() });
    document.as_object_mut().unwrap().remove("signature");
    let signature = by.sign(&jcs::to_string(document));
    document["signature"] = hex::encode(&signature).into();
}

/// Lists a file in the manifest as it is now.
pub fn list(manifest: &mut Json, folder: &Path, name: &str) {
    let mut bytes = std::fs::read(folder.join(name)).unwrap();
    let document = serde_json::from_slice(&bytes).ok();
    if let ("bundle.json", Some(Json::Object(mut members))) = (name, document) {
        members.remove("signature");
        members.remove("signer");
        bytes = jcs::to_string(&Json::Object(members)).into_bytes();
    }
    let digest = imajin_dfos::cid::sha256(&bytes);
    manifest["files"][name] = json!({ "size": bytes.len(), "sha256": hex::encode(&digest) });
}

/// Puts a file into a bundle, and lists all of its files.
pub fn add(folder: &Path, name: &str, by: &Party, write: impl FnOnce(&Path)) {
    let file = folder.join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    write(&file);
    relist(folder, by);
}

/// Lists the files that are in a bundle now, counts its media, and signs that.
pub fn relist(folder: &Path, by: &Party) {
    let mut manifest = read(folder, "manifest.json");
    manifest["files"] = json!({});
    let (mut media, mut bytes) = (0, 0);
    for name in names(folder, "") {
        if name == "manifest.json" {
            continue;
        }
        list(&mut manifest, folder, &name);
        if name.starts_with("media/") {
            media += 1;
            bytes += std::fs::metadata(folder.join(&name)).unwrap().len();
        }
    }
    manifest["counts"]["media"] = media.into();
    manifest["counts"]["media_bytes"] = bytes.into();
    sign_document(&mut manifest, by, "owner");
    write(folder, "manifest.json", &manifest);
}

/// Returns the names of the files below a folder.
pub fn names(folder: &Path, prefix: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            paths.extend(names(&entry.path(), &format!("{name}/")))
        } else {
            paths.push(name)
        }
    }
    paths.sort();
    paths
}
