//! People's files: uploads and downloads, previews, a long timeline, and the delay that an erasure in it causes for
//! others.

mod coming;
mod going;
mod moving;
mod preview;
mod timeline;

pub use coming::upload;
pub use going::serving;
pub use moving::moving;
pub use preview::previews;
pub use timeline::timeline;

use crate::measure::prelude::*;
use crate::stream::Stream;
use data_encoding::BASE32_NOPAD;
use imajin_dfos::cid::sha256;
use serde_json::Value as Json;

pub(super) const MIB: usize = 1 << 20;
/// The media type of the files.
pub(super) const JPEG: &str = "image/jpeg";
pub(super) const OTHER: &str = "application/octet-stream";
/// Length of an asset's id after `ast_`.
const ID_CHARACTERS: usize = 26;

/// An uploaded file.
struct File {
    cid: String,
    bytes: u64,
}

/// Returns the id of a person's copy of a file (docs/operations/media.md).
fn asset_id(owner: &str, cid: &str, copy: usize) -> String {
    let hashed = format!("mjn:asset\0{owner}\0{cid}\0{copy}");
    let mut text = BASE32_NOPAD.encode(&sha256(hashed.as_bytes()));
    text.make_ascii_lowercase();
    text.truncate(ID_CHARACTERS);
    format!("ast_{text}")
}

impl File {
    /// Uploads `piece` this many times, by the tus protocol: one request for the upload and one for all its bytes.
    fn send(bench: &Bench, by: &Actor, piece: &[u8], pieces: u64) -> Outcome<Self> {
        let mut stream = Stream::open(bench.node()?.address)?;
        let (host, bytes) = (bench.host()?, piece.len() as u64 * pieces);
        let (session, length) = (bearer(by), bytes.to_string());
        let both = [("authorization", session.as_str()), ("tus-resumable", "1.0.0")];
        // With `sign`, the sender signs the file's resulting entry.
        let begin = [
            ("upload-length", length.as_str()),
            ("upload-metadata", "sign"),
            ("content-length", "0"),
        ];
        let path = "/media/api/uploads";
        let begun =
            stream.ask(&request("POST", path, &host, &[&both[..], &begin[..]].concat(), ""))?;
        let rest = [
            ("upload-offset", "0"),
            ("content-type", "application/offset+octet-stream"),
            ("content-length", length.as_str()),
        ];
        let path = begun.header("location")?;
        let head = request("PATCH", path, &host, &[&both[..], &rest[..]].concat(), "");
        let sent = stream.send(&head, piece, pieces)?;
        let cid = sent.header("x-media")?.to_owned();
        Ok(Self { cid, bytes })
    }

    /// Builds the command that adds it as its sender's copy with this number. `about` and `fact` have additional
    /// members.
    fn add(
        &self,
        owner: &PersonKey,
        copy: usize,
        (mut about, mut fact): (Json, Json),
    ) -> Outcome<Draft> {
        about["bytes"] = self.bytes.into();
        fact["media"] = json!([self.cid]);
        fact["n"] = copy.into();
        let id = asset_id(owner.did().as_str(), &self.cid, copy);
        let draft = Draft::new("media", "media.add").reference(&id)?;
        Ok(draft.body(&about)?.fact(&fact)?)
    }
}

/// Uploads and adds a person's file. Returns its path.
pub(super) fn put(
    bench: &Bench,
    by: &Actor,
    (kind, bytes): (&str, &[u8]),
    fact: Json,
) -> Outcome<String> {
    let file = File::send(bench, by, bytes, 1)?;
    let about = json!({ "name": "file", "kind": kind });
    by.does(&bench.client, &file.add(&by.key, 0, (about, fact))?)?;
    Ok(format!("/media/api/assets/{}", asset_id(&by.did(), &file.cid, 0)))
}

/// Registers a person and signs them in.
fn person(bench: &Bench) -> Outcome<Actor> {
    let key = bench.register(1)?.pop().ok_or("nobody")?;
    Actor::new(&bench.client, key)
}

/// Returns the authorization header of a session.
fn bearer(of: &Actor) -> String {
    format!("Bearer {}", of.session.token())
}

/// Builds a GET request with a person's session.
pub(super) fn get(bench: &Bench, by: &Actor, path: &str) -> Outcome<Vec<u8>> {
    let session = bearer(by);
    let headers = [("authorization", session.as_str())];
    Ok(request("GET", path, &bench.host()?, &headers, ""))
}
