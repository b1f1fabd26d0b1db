//! The attestation that a node sends when it registers.

use std::net::IpAddr;

use imajin_protocol::Did;
use serde_json::Value;

use super::config::key;
use super::message::Document;
use super::name;
use super::refusal::{Refusal, field};
use super::rows::AttestedFields;
use crate::version::Version;

/// Entries of a list, at most.
const LIST_MAX: usize = 64;
/// Addresses that a name leads to, at most.
const ADDRESSES_MAX: usize = 4;
/// Bytes of an entry, at most.
const WORD_BYTES_MAX: usize = 64;

/// A well-formed attestation. Its content is not verified.
pub(super) struct Attestation {
    pub(super) document: Document,
    pub(super) key: [u8; 32],
    pub(super) hostname: String,
    pub(super) version: Version,
    pub(super) fields: AttestedFields,
}

impl Attestation {
    pub(super) fn read(value: &Value, reserved: &[String]) -> Result<Self, Refusal> {
        let document = Document::read(value)?;
        const KEY: &str = "publicKey must be the node's key: 64 hexadecimal digits";
        let key = key(document.text("publicKey", KEY)?).ok_or_else(|| field("publicKey", KEY))?;
        let hostname =
            document.text("hostname", "hostname must be the name that the node wants")?;
        name::check(hostname, reserved).map_err(|error| field("hostname", error.to_string()))?;
        let hostname = hostname.to_owned();
        let version = document.version()?;
        let fields = AttestedFields {
            at_ms: document.at_ms,
            build_hash: document.build_hash()?,
            source_commit: commit(&document)?,
            version: version.to_string(),
            services: words(&document, "services")?,
            capabilities: words(&document, "capabilities")?,
            operators: operators(&document)?,
            scopes: words(&document, "scopes")?,
            url: url(&document)?,
            addresses: addresses(&document)?,
            tunnel: tunnel(&document)?,
        };
        Ok(Self { document, key, hostname, version, fields })
    }
}

fn commit(document: &Document) -> Result<String, Refusal> {
    const FORM: &str = "sourceCommit must be a commit: 7 to 64 hexadecimal digits";
    let text = document.text("sourceCommit", FORM)?;
    let is_commit = (7..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_commit.then(|| text.to_owned()).ok_or_else(|| field("sourceCommit", FORM))
}

fn list<'a>(document: &'a Document, name: &'static str) -> Result<Vec<&'a str>, Refusal> {
    let refused = || field(name, format!("{name} must be a list of at most {LIST_MAX} texts"));
    let items = match document.get(name) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(items)) if items.len() <= LIST_MAX => items,
        Some(_) => return Err(refused()),
    };
    items.iter().map(|item| item.as_str().ok_or_else(refused)).collect()
}

/// Lower-case words, each once.
fn words(document: &Document, name: &'static str) -> Result<Vec<String>, Refusal> {
    let is_letter =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.:/*".contains(&byte);
    let is_word =
        |word: &&str| (1..=WORD_BYTES_MAX).contains(&word.len()) && word.bytes().all(is_letter);
    let mut words = list(document, name)?;
    if !words.iter().all(is_word) {
        let message = format!(
            "{name} must be words of a-z 0-9 - _ . : / * with at most {WORD_BYTES_MAX} characters"
        );
        return Err(field(name, message));
    }
    words.sort_unstable();
    words.dedup();
    Ok(words.into_iter().map(str::to_owned).collect())
}

/// The node's own address, as it claims.
fn url(document: &Document) -> Result<Option<String>, Refusal> {
    let Some(value) = document.get("url").filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let address = value.as_str().and_then(|text| imajin_host::registries::parse_address(text).ok());
    let wrong = || field("url", "url must be an address like https://box.example");
    address.map(Some).ok_or_else(wrong)
}

/// Whether the node wants its connections carried.
fn tunnel(document: &Document) -> Result<bool, Refusal> {
    match document.get("tunnel") {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(tunnel)) => Ok(*tunnel),
        Some(_) => Err(field("tunnel", "tunnel must be true or false")),
    }
}

/// The addresses for the node's name. Refuses addresses that mean something else on every machine.
fn addresses(document: &Document) -> Result<Vec<IpAddr>, Refusal> {
    let addresses = list(document, "addresses")?.into_iter().map(|text| {
        let address = text.parse::<IpAddr>().ok().map(|address| address.to_canonical());
        address
            .filter(|address| {
                !(address.is_loopback() || address.is_unspecified() || address.is_multicast())
            })
            .ok_or_else(|| field("addresses", format!("{text:?} is not an IP address of a node")))
    });
    let addresses: Vec<IpAddr> = addresses.collect::<Result<_, _>>()?;
    if addresses.len() <= ADDRESSES_MAX {
        Ok(addresses)
    } else {
        Err(field("addresses", format!("addresses must be at most {ADDRESSES_MAX}")))
    }
}

fn operators(document: &Document) -> Result<Vec<String>, Refusal> {
    let dids = list(document, "operators")?.into_iter().map(|text| {
        let did = Did::parse(text).map_err(|error| field("operators", error.to_string()))?;
        Ok(did.as_str().to_owned())
    });
    dids.collect()
}
