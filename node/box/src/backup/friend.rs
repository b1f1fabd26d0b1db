//! A friend's box as a place for backups: a contract there, by signed exchanges (docs/exchanges.md, "A friend's backups").
//!
//! Always: each request is signed by this machine's key, for the DID that is made of it. A file travels in parts and continues after a break. The
//! catalogue is sealed before it leaves, so that the friend learns names, sizes and times.

mod link;
mod lookout;
mod reader;
mod search;

use super::{BackupError, Result};
use crate::key::PersonKey;
use crate::settings::is_friend;
use imajin_dfos::{SigningKey, hex};
use imajin_host::outgoing::{Allowed, is_public_url};
use imajin_log::format::age::{self, AgeError, Recipient, Unlock};
use imajin_protocol::EncryptionKey;
use parking_lot::Mutex;
use reqwest::blocking::Response;
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Cursor, Read, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use link::{Call, Link, slug};
pub(crate) use lookout::Lookout;
pub(super) use reader::FriendReader;
pub use search::search_registry;

/// Bytes of a part. A box waits half a minute for the body of a signed request, and a slow line brings 9 KiB a second.
const PART_BYTES: u64 = 256 << 10;

/// Longest file that is read as a whole: a catalogue.
const CATALOGUE_BYTES_MAX: u64 = 64 << 20;

/// Files of a contract.
const FILES_MAX: usize = 20_000;

/// A contract at a friend's box.
#[derive(Clone)]
pub struct Friend(Arc<Inner>);

struct Inner {
    link: Link,
    /// The secret that opens the catalogue and packs.
    secret: [u8; 32],
    /// The SHA-256 of each replaceable file, as it was read or written last.
    versions: Mutex<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct ListAnswer {
    files: Vec<FileAnswer>,
}

#[derive(Deserialize)]
struct FileAnswer {
    name: String,
    removed: Option<i64>,
}

#[derive(Deserialize)]
struct Received {
    received: u64,
}

/// Whether a name in a friend's list leads to no other path.
fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    !name.starts_with('.') && name.bytes().all(is_plain)
}

/// Reads an address as a person types it (`box.example`), or the link that has the code as well.
fn read_address(text: &str) -> Result<(Url, Option<String>)> {
    parse_address(text).ok_or_else(|| BackupError::Address(text.to_owned()))
}

/// Reads where backups are at a friend's box: its address, or the place of a contract there.
pub(super) fn read_place(text: &str) -> Result<String> {
    let (root, _) = read_address(text)?;
    let place = Url::parse(text.trim()).ok();
    let place = place.filter(|place| place.path().starts_with(link::PATH));
    Ok(String::from(place.unwrap_or(root)))
}

fn parse_address(text: &str) -> Option<(Url, Option<String>)> {
    let text = text.trim();
    let url = if is_friend(text) {
        Url::parse(text).ok()?
    } else {
        Url::parse(&format!("https://{text}")).ok()?
    };
    let mut pairs = url.query_pairs();
    let code = pairs.find_map(|(name, code)| (name == "code").then(|| code.into_owned()));
    let is_plain = url.username().is_empty() && url.password().is_none() && url.has_host();
    // On the open internet others would read the code.
    let is_open = url.scheme() == "http" && is_public_url(url.as_str());
    let root = url.join("/").ok().filter(|_| is_plain && !is_open)?;
    Some((root, code))
}

/// Uses a code at a friend's box, and returns the place that it gives; without a code, the place that this key has there already, or `None`.
/// `address` may be the link that has the code.
/// Errors: the address cannot be read, the box does not answer, or the code is not valid.
pub(super) fn join(
    address: &str,
    code: &str,
    key: &SigningKey,
    allowed: Allowed,
) -> Result<Option<String>> {
    let (root, linked) = read_address(address)?;
    let code = if code.trim().is_empty() { linked.unwrap_or_default() } else { code.to_owned() };
    let body = json!({ "code": code }).to_string();
    let call = if code.is_empty() {
        Call::new(Method::GET, None)
    } else {
        Call { body: body.as_bytes(), ..Call::new(Method::POST, None) }
    };
    let link = Link::meet(root, key, allowed, &call)?;
    Ok(link.map(|link| String::from(link.url)))
}

impl Friend {
    /// The place of a contract's URL, or the first one of this key at the address of a box.
    pub(super) fn open(to: &str, key: &PersonKey, allowed: Allowed) -> Result<Self> {
        Ok(Self(Arc::new(Inner {
            link: Link::open(to, &key.signing_key(), allowed)?,
            secret: *key.encryption_secret(),
            versions: Mutex::default(),
        })))
    }

    pub(super) fn name(&self) -> String {
        self.0.link.url.to_string()
    }

    pub(super) fn host(&self) -> String {
        self.0.link.place()
    }

    /// Says who the box and its owner are, so that the friend's box knows their keys.
    pub(super) fn introduce(&self, introduction: &Json) -> Result<()> {
        let body = introduction.to_string();
        let call = Call { body: body.as_bytes(), ..Call::new(Method::PUT, None) };
        let link = &self.0.link;
        link.succeed(link.send(&call)?).map(drop)
    }

    /// Sends a file, and continues where a break left it.
    pub(super) fn put(&self, name: &str, file: &File) -> Result<()> {
        let link = &self.0.link;
        let failed = |error| link.failed(error);
        let bytes = file.metadata().map_err(failed)?.len();
        let sha256 = digest(file, bytes).map_err(failed)?;
        let after = self.0.versions.lock().get(name).cloned();
        let mut at = 0;
        // As many requests as parts, and some more for parts that are sent again.
        for _ in 0..2 * (bytes / PART_BYTES + 4) {
            let length = PART_BYTES.min(bytes.saturating_sub(at));
            let mut part = vec![0; usize::try_from(length).unwrap_or_default()];
            file.read_exact_at(&mut part, at).map_err(failed)?;
            let numbers = [bytes.to_string(), at.to_string()];
            let mut query =
                vec![("sha256", &*sha256), ("bytes", &*numbers[0]), ("at", &*numbers[1])];
            query.extend(after.as_deref().map(|after| ("after", after)));
            let answer = link.send(&Call {
                query: &query,
                body: &part,
                ..Call::new(Method::PUT, Some(name))
            })?;
            let status = answer.status();
            let answer: Json = link.any_json(answer)?;
            at = match Received::deserialize(&answer) {
                Ok(Received { received }) if received <= bytes => received,
                // A power cut over there lost bytes of an earlier part: begin again.
                _ if status == StatusCode::BAD_REQUEST
                    && slug(&answer) == Some("digest")
                    && at > 0 =>
                {
                    0
                }
                _ => return Err(link.refused(status, &answer)),
            };
            if at == bytes && status.is_success() {
                self.0.versions.lock().insert(name.to_owned(), sha256);
                return Ok(());
            }
        }
        Err(link.failed("it takes the same parts again and again"))
    }

    /// Opens a file; `None` if there is none.
    pub(super) fn get(&self, name: &str) -> Result<Option<Box<dyn Read>>> {
        let answer = self.send(&Call::new(Method::GET, Some(name)))?;
        if answer.status() == StatusCode::NOT_FOUND {
            self.0.versions.lock().remove(name);
            return Ok(None);
        }
        let answer = self.0.link.succeed(answer)?;
        let file = FriendReader::continuing(self, name, answer);
        if name.ends_with(".age") {
            return Ok(Some(Box::new(file)));
        }
        let mut bytes = Vec::new();
        let read = file.take(CATALOGUE_BYTES_MAX).read_to_end(&mut bytes);
        read.map_err(|error| self.0.link.away(error))?;
        let version = hex::encode(&Sha256::digest(&bytes));
        self.0.versions.lock().insert(name.to_owned(), version);
        Ok(Some(Box::new(Cursor::new(bytes))))
    }

    pub(super) fn remove(&self, name: &str) -> Result<()> {
        let answer = self.send(&Call::new(Method::DELETE, Some(name)))?;
        self.0.versions.lock().remove(name);
        self.0.link.succeed(answer).map(drop)
    }

    pub(super) fn names(&self) -> Result<BTreeSet<String>> {
        let link = &self.0.link;
        let answer: ListAnswer = link.json(self.send(&Call::new(Method::GET, None))?)?;
        let files = answer.files.into_iter().take(FILES_MAX);
        let current = files.filter(|file| file.removed.is_none() && is_name(&file.name));
        Ok(current.map(|file| file.name).collect())
    }

    fn send(&self, call: &Call<'_>) -> Result<Response> {
        self.0.link.send(call)
    }

    /// Seals a file that the friend must not read.
    pub(super) fn seal(&self, text: &[u8], keys: Vec<EncryptionKey>) -> Result<Vec<u8>> {
        let failed = |error: String| self.0.link.failed(error);
        let writer = age::encrypt(&Recipient::Keys(keys), Vec::new());
        let mut writer = writer.map_err(|error| failed(error.to_string()))?;
        let sealed = writer.write_all(text).and_then(|()| writer.finish());
        sealed.map_err(|error| failed(error.to_string()))
    }

    /// Opens a sealed file.
    pub(super) fn unseal(&self, sealed: &[u8]) -> Result<Vec<u8>, AgeError> {
        let mut text = Vec::new();
        age::decrypt(&Unlock::Key(self.0.secret), sealed)?.read_to_end(&mut text)?;
        Ok(text)
    }

    /// Returns the secret that opens packs.
    pub(super) fn secret(&self) -> &[u8; 32] {
        &self.0.secret
    }
}

fn digest(file: &File, bytes: u64) -> std::io::Result<String> {
    let (mut sum, mut at) = (Sha256::new(), 0);
    let mut chunk = vec![0; 64 * 1024];
    while at < bytes {
        let count = file.read_at(&mut chunk, at)?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        sum.update(chunk.get(..count).unwrap_or_default());
        at += count as u64;
    }
    Ok(hex::encode(&sum.finalize()))
}

#[cfg(test)]
mod tests {
    use super::super::friend_host;
    use super::*;

    #[test]
    fn an_address_is_read_as_people_type_it_and_as_the_link_of_a_code() {
        let parse = |text| parse_address(text).map(|(url, code)| (url.to_string(), code));
        let root = |url: &str| Some((url.to_owned(), None));
        assert_eq!(parse(" bob.example "), root("https://bob.example/"));
        assert_eq!(parse("bob.example:8443"), root("https://bob.example:8443/"));
        assert_eq!(parse("http://10.0.0.2:7000"), root("http://10.0.0.2:7000/"));
        let link = "https://bob.example/away/kept?code=7KQ2%2DM9XT%2D04RB";
        let code = Some("7KQ2-M9XT-04RB".to_owned());
        assert_eq!(parse(link), Some(("https://bob.example/".to_owned(), code)));
        for wrong in
            ["", "https://", "https://a:b@bob.example", "bob example", "http://bob.example"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_place_is_that_of_a_box_or_of_a_contract_there() {
        let contract = "https://bob.example/away/api/kept/00ff#did:imajin:bob";
        let place = |text: &str| read_place(text).ok();
        assert_eq!(place(" bob.example"), Some("https://bob.example/".to_owned()));
        assert_eq!(place(contract), Some(contract.to_owned()));
        assert!(read_place("bob example").is_err());
    }

    #[test]
    fn a_list_leads_to_no_other_path() {
        assert!(is_name("pack-20261120-213000-123-0.age"));
        for wrong in ["..", "../x.age", "a/b.age", "a?b.age"] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_friend_is_named_by_the_host() {
        let to = "https://bob.example:8443/away/api/kept/00ff";
        assert_eq!(friend_host(to).unwrap(), "bob.example:8443");
        assert_eq!(friend_host("/stick"), None);
        assert_eq!(friend_host("s3://boxes"), None);
    }
}
