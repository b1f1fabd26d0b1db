//! Sealed files: what the record takes in of one, and the vectors of the format.

use aes_gcm::aead::stream::EncryptorBE32;
use aes_gcm::{Aes256Gcm, KeyInit as _};

use crate::prelude::*;
use crate::support::jpeg;

const CHUNK_BYTES: usize = 64 * 1024;
const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/sealed.json");
/// Lengths around the borders of pieces and of padding.
const LENGTHS: [usize; 9] = [0, 1, 9, 1_000, 65_535, 65_536, 65_537, 131_072, 300_001];

/// A file of this many bytes, as the vectors have it.
fn file(length: usize) -> Vec<u8> {
    let byte = |at: usize| at.wrapping_mul(131).wrapping_add(at >> 8).to_le_bytes()[0];
    (0..length).map(byte).collect()
}

/// A padded file, sealed by RustCrypto.
fn seal(key: &[u8; 32], padded: &[u8]) -> Vec<u8> {
    let cipher = Aes256Gcm::new(key.into());
    let mut stream = EncryptorBE32::from_aead(cipher, &[0; 7].into());
    let mut pieces: Vec<&[u8]> = padded.chunks(CHUNK_BYTES).collect();
    let last = pieces.pop().unwrap_or_default();
    let mut sealed = Vec::new();
    for piece in pieces {
        sealed.extend(stream.encrypt_next(piece).unwrap());
    }
    sealed.extend(stream.encrypt_last(last).unwrap());
    sealed
}

fn vectors() -> Json {
    let files = LENGTHS.map(|length| {
        let key = sha256(format!("the key of {length}").as_bytes());
        let mut padded = file(length);
        padded.resize(padme(length), 0);
        let sealed = seal(&key, &padded);
        json!({
            "length": length, "padded": padded.len(), "sealed": sealed.len(),
            "key": hex::encode(&key), "sha256": hex::encode(&sha256(&sealed)),
        })
    });
    json!({ "files": files })
}

/// As the paper writes it (Nikitin et al. 2019, §4).
fn padme(length: usize) -> usize {
    if length < 2 {
        return length;
    }
    let exponent = length.ilog2();
    let bits = exponent.ilog2() + 1;
    let mask = (1 << (exponent - bits)) - 1;
    (length + mask) & !mask
}

#[test]
fn the_vectors_are_those_of_rustcrypto() {
    let made = vectors();
    if std::env::var_os("IMAJIN_WRITE_VECTORS").is_some() {
        std::fs::create_dir_all(std::path::Path::new(VECTORS).parent().unwrap()).unwrap();
        let text = serde_json::to_string_pretty(&made).unwrap();
        std::fs::write(VECTORS, text + "\n").unwrap();
    }
    let kept = std::fs::read(VECTORS).unwrap();
    let kept: Json = serde_json::from_slice(&kept).unwrap();
    assert_eq!(kept, made, "IMAJIN_WRITE_VECTORS=1 writes them");
}

#[tokio::test]
async fn a_sealed_file_is_for_a_conversation_and_nothing_is_said_of_it() {
    let world = world().await;
    let bea = &world.bea;
    // The first bytes look like a picture, but give the file neither a kind nor a preview.
    let put = world.stores(bea, &[&jpeg("x")[..], &[7_u8; 1_024 + 16][..]].concat()[..1_024 + 16]);
    let group = world.owner.did().as_str();
    let body = json!({"name": "sealed", "kind": "application/octet-stream", "bytes": put.bytes});
    let fact =
        json!({"media": [put.cid], "n": 0, "access": "conversation", "to": group, "sealed": 1});
    let with = |of: &Json, more: Json| {
        let mut all = of.clone();
        for (name, value) in more.as_object().unwrap() {
            all[name] = value.clone();
        }
        all
    };
    let open = json!({"media": [put.cid], "n": 0, "sealed": 1});
    let context = json!({"app": "chat", "feature": "", "entity": ""});
    let two = json!({"media": [put.cid, world.stores(bea, &jpeg("preview")).cid]});
    for (body, fact, field) in [
        (body.clone(), open, "access"),
        (with(&body, json!({"name": "beach.jpg"})), fact.clone(), "name"),
        (with(&body, json!({"kind": "image/jpeg"})), fact.clone(), "kind"),
        (with(&body, json!({"bytes": put.bytes - 1})), fact.clone(), "bytes"),
        (with(&body, json!({"title": "The beach"})), fact.clone(), "sealed"),
        (with(&body, json!({"context": context})), fact.clone(), "context"),
        (body.clone(), with(&fact, two), "media"),
    ] {
        let reply = world.tries(bea, "media.add", Some(&put.id), (body, fact)).await;
        let refusal = (reply.status, reply.json()["field"].clone());
        assert_eq!(refusal, (400, json!(field)), "{}", reply.text());
    }
    world.enters(bea, &put, body, fact).await;
    let path = format!("/media/api/assets/{}", put.id);
    let meta = world.get(Some(bea), &format!("{path}/meta")).await.json();
    assert_members!(meta, "sealed": true, "access": "conversation", "filename": "sealed");
    let preview = world.get(Some(bea), &format!("{path}?w=400")).await.check(404);
    assert!(preview.text().contains("no-preview"), "{}", preview.text());
    assert_eq!(world.file_status(Some(bea), &put).await, 200);
    let words = (json!({"title": "The beach"}), Json::Null);
    let changed = world.tries(bea, "media.change", Some(&put.id), words).await;
    changed.check_member(409, "reason", "sealed");
    world.close().await;
}
