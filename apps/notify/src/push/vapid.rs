//! The key by which push services know this node (RFC 8292), and the tokens that it signs for them.
//!
//! Always: it is made once and kept in `secrets.sqlite`, since browsers allow notifications for this key alone.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use imajin_app::{Node, Problem};
use imajin_host::prelude::*;
use parking_lot::Mutex;
use reqwest::Url;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;

/// The lifetime of a token: half of the permitted one.
const TOKEN_S: i64 = 12 * 3_600;

/// The key, once it was read.
#[derive(Default)]
struct KeyCache(Mutex<Option<Arc<EcdsaKeyPair>>>);

/// The node's key, which is made when it is first asked for. Waits for the disk on this thread.
pub(crate) fn key(node: &Node) -> Result<Arc<EcdsaKeyPair>, Problem> {
    let cache = node.state::<KeyCache>();
    let mut slot = cache.0.lock();
    if let Some(key) = &*slot {
        return Ok(Arc::clone(key));
    }
    let pkcs8 = match kept(node)? {
        Some(pkcs8) => pkcs8,
        None => made(node)?,
    };
    let (form, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let key = EcdsaKeyPair::from_pkcs8(form, &pkcs8, &random)
        .map_err(|error| Problem::internal(format!("the key for push messages: {error}")))?;
    Ok(Arc::clone(slot.insert(Arc::new(key))))
}

fn kept(node: &Node) -> Result<Option<Vec<u8>>, Problem> {
    node.secrets().row("SELECT pkcs8 FROM notify_key", [], |row| row.get(0))
}

fn made(node: &Node) -> Result<Vec<u8>, Problem> {
    let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let pair = pair.map_err(|_| Problem::internal("no key for push messages can be made"))?;
    let pkcs8 = pair.as_ref().to_vec();
    let sql = "INSERT OR IGNORE INTO notify_key (one, pkcs8) VALUES (1, ?1)";
    node.secrets().write_blocking(|db| db.execute(sql, [&pkcs8]).map(drop))?;
    Ok(kept(node)?.unwrap_or(pkcs8))
}

/// The public key, as browsers take it.
pub(crate) fn public(key: &EcdsaKeyPair) -> String {
    BASE64URL_NOPAD.encode(key.public_key().as_ref())
}

/// The header by which a push service knows the node: for the service of this address.
pub(crate) fn authorization(node: &Node, key: &EcdsaKeyPair, endpoint: &Url) -> Option<String> {
    let mut claims = json!({
        "aud": endpoint.origin().ascii_serialization(),
        "exp": node.now().as_secs() + TOKEN_S,
    });
    if let Some(contact) = contact(node) {
        claims["sub"] = contact.into();
    }
    let encoded = |text: String| BASE64URL_NOPAD.encode(text.as_bytes());
    let head = encoded(json!({ "typ": "JWT", "alg": "ES256" }).to_string());
    let signed = format!("{head}.{}", encoded(claims.to_string()));
    let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
    let signature = BASE64URL_NOPAD.encode(signature.as_ref());
    Some(format!("vapid t={signed}.{signature}, k={}", public(key)))
}

/// The contact for the operator of a push service: this node's address, or the sender address of its letters.
fn contact(node: &Node) -> Option<String> {
    let url = node.url();
    if url.starts_with("https://") {
        return Some(url.to_owned());
    }
    let letters = node.mail().config();
    let from = letters.from.as_str();
    let address = from.rsplit('<').next().unwrap_or(from).trim_end_matches('>');
    address.contains('@').then(|| format!("mailto:{address}"))
}
