//! The proof of a home: a log's newest entry that names one, with everything another node needs to check it
//! (docs/exchanges.md).
//!
//! Always: pure. A proof comes from anyone, so nothing in it counts before [`HomeProof::verify`] has checked it against the DID that
//! was asked about. The name on the card is the word of the node alone, and unsigned.

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::identity::{Role, Service};
use imajin_dfos::{Cid, Value, base64};
use imajin_protocol::endpoints::HOME_SERVICE;
use imajin_protocol::head::{Head, HeadError, HeadPayload};
use imajin_protocol::{Did, Kid};
use serde::{Deserialize, Serialize};

use crate::entry::{Header, ProofPart, Sealed};
use crate::ops;
use crate::rules::{Chain, ChainError, Fault, Home, IAT_SLACK_MS, shape};

/// Maximum bytes of a proof as JSON: two chains of a hundred operations.
pub const PROOF_BYTES_MAX: usize = 256 << 10;

/// A proof of home as nodes send it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeProof {
    /// The operations of the owner's identity chain, oldest first.
    pub chain: Vec<String>,
    /// The newest entry that names a home.
    pub entry: ProvenEntry,
    /// The node's head of the log, at that entry: a later one would tell how long the log is.
    pub head: String,
    /// The node that is the home.
    pub node: HomeNode,
    /// The owner as the node shows them to strangers; `None` if it shows nothing.
    #[serde(default)]
    pub card: Option<HomeCard>,
}

/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvenEntry {
    /// The header's dag-cbor, base64url.
    pub header: String,
    /// The body's dag-cbor, base64url.
    pub body: String,
}

/// A node with the chain that proves its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeNode {
    /// The node's DID.
    pub did: String,
    /// The operations of its identity chain, oldest first.
    pub chain: Vec<String>,
    /// Its address: [`home_address`].
    pub url: String,
}

/// A person as a node shows them to strangers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeCard {
    /// The name that they gave themselves.
    pub name: Option<String>,
    /// The handle, without `@`.
    pub handle: Option<String>,
    /// The path of their picture on the node.
    pub picture: Option<String>,
}

/// A home that was proven.
#[derive(Debug, Clone)]
pub struct ProvenHome {
    /// The log's owner.
    pub did: Did,
    /// The home, with its current address.
    pub home: Home,
    /// The owner's chain.
    pub chain: Chain,
    /// The operation of that chain under which the home was named, from 0.
    pub position: usize,
    /// The home's own chain.
    pub node_chain: Chain,
}

/// A fault of a proof of home.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum HomeFault {
    /// The owner's chain is invalid, or of another DID.
    #[error("chain: {0}")]
    Chain(ChainError),
    #[error("chain: deleted")]
    Deleted,
    /// The entry is malformed, or names no home of this DID.
    #[error("entry: {0}")]
    Entry(String),
    /// No controller key of the owner signed the entry.
    #[error("key: {0}")]
    Key(String),
    #[error("epoch: {head}, not {entry}")]
    Epoch { head: u64, entry: u64 },
    /// The head is malformed or does not cover the entry.
    #[error("head: {0}")]
    Head(String),
    /// The node's chain is invalid, or of another node than the entry names.
    #[error("node: {0}")]
    Node(String),
    /// The address is not the one that the node or the owner signed.
    #[error("url: {found}, not {signed}")]
    Url { found: String, signed: String },
}

impl From<HeadError> for HomeFault {
    fn from(error: HeadError) -> Self {
        Self::Head(error.to_string())
    }
}

impl From<Fault> for HomeFault {
    fn from(fault: Fault) -> Self {
        Self::Entry(fault.to_string())
    }
}

/// Returns the address of a home: the one in the node's own chain, which follows the node when it gets another name; else the one in
/// the entry.
pub fn home_address<'a>(node: &Did, services: &'a [Service], entry: &'a str) -> &'a str {
    let mut homes = services.iter().filter(|service| {
        service.kind() == HOME_SERVICE && service.get_str("node") == Some(node.as_str())
    });
    homes.find_map(|service| service.get_str("endpoint")).unwrap_or(entry)
}

/// Returns the home that an entry names, if it is one that a controller key must have signed.
pub fn named_home(header: &Header, body: &Value) -> Result<Option<Home>, Fault> {
    Ok(match (header.op.as_str(), header.proof_part()) {
        (ops::IDENTITY_CREATE, Some(_)) => Some(shape::create(header, body)?.home),
        (ops::HOME, Some(_)) => Some(shape::home(header, body)?.home),
        _ => None,
    })
}

impl HomeProof {
    /// Checks the whole proof. It must be of `did`, the DID that was asked about.
    ///
    /// # Errors
    /// The first fault: chain, entry, key, epoch, head, node and address are checked in this order.
    pub fn verify(&self, did: &Did) -> Result<ProvenHome, HomeFault> {
        let chain = Chain::verify(did, &self.chain).map_err(HomeFault::Chain)?;
        if chain.is_deleted() {
            return Err(HomeFault::Deleted);
        }
        let (entry, mut home) = self.entry.read(did)?;
        let header = &entry.header;
        let Some(part) = header.proof_part() else {
            return Err(HomeFault::Key("the entry has no signature".to_owned()));
        };
        let position = check_signature(header, part, &home, &chain)?;
        let head = Head::parse(&self.head)?;
        check_head(&head, &entry, &home)?;
        let node_chain = self.node.verify(&head, &home)?;
        let verified = node_chain.verified().map_err(|error| HomeFault::Node(error.to_string()))?;
        let services = &verified.state().services;
        let signed = home_address(&home.node, services, &home.url);
        if self.node.url != signed {
            return Err(HomeFault::Url { found: self.node.url.clone(), signed: signed.to_owned() });
        }
        home.url = signed.into();
        Ok(ProvenHome { did: did.clone(), home, chain, position, node_chain })
    }
}

impl ProvenEntry {
    /// Encodes an entry.
    pub fn new(header: &[u8], body: &[u8]) -> Self {
        Self { header: base64::encode_url(header), body: base64::encode_url(body) }
    }

    fn read(&self, did: &Did) -> Result<(Sealed, Home), HomeFault> {
        let wrong = |text: &str| HomeFault::Entry(text.to_owned());
        let bytes = |text: &str| base64::decode_url(text).map_err(|_| wrong("no base64url"));
        let (header, body) = (bytes(&self.header)?, bytes(&self.body)?);
        let body_cid = dag_cbor_cid(&body);
        let entry = Sealed::decode(header.into(), Some(body.into()));
        let entry = entry.map_err(|error| HomeFault::Entry(error.to_string()))?;
        let header = &entry.header;
        if header.did != *did || header.author != *did || header.via.is_some() {
            return Err(wrong("it is not the owner's, in their own log"));
        }
        if header.body != Some(body_cid) {
            return Err(wrong("the body is another one than the header names"));
        }
        let body = entry.body().map_err(|error| HomeFault::Entry(error.to_string()))?;
        let body = body.ok_or_else(|| wrong("the body is missing"))?;
        let home = named_home(header, &body)?;
        let home = home.ok_or_else(|| wrong("it names no home"))?;
        Ok((entry, home))
    }
}

/// Checks the owner's signature, and that it is addressed to the home. Returns the operation under which the key was in force.
fn check_signature(
    header: &Header,
    part: &ProofPart,
    home: &Home,
    chain: &Chain,
) -> Result<usize, HomeFault> {
    let wrong = |text: &str| Err(HomeFault::Key(text.to_owned()));
    if *part.kid.did() != header.did {
        return wrong("the signer is not the owner");
    }
    if part.aud != home.node {
        return wrong("the signature is addressed to another node than the home");
    }
    if header.op == ops::HOME && part.seen.map(|seen| seen.cid) != header.prev {
        return wrong("the signer did not see the entry right before");
    }
    if (part.iat.saturating_mul(1000) - header.at.as_millis()).abs() > IAT_SLACK_MS {
        return wrong("the time of the signature is not that of the entry");
    }
    let position = part.chain.and_then(|cid| chain.position(&cid));
    let Some(position) = position.filter(|position| !chain.is_deleted_at(*position)) else {
        return wrong("the signature names no operation of the chain");
    };
    let key = chain.key(position, Role::Controller, part.kid.key_id());
    let signed = key.zip(header.proof()).map(|(key, proof)| proof.verify(&key));
    match signed {
        Some(Ok(_)) => Ok(position),
        Some(Err(error)) => Err(HomeFault::Key(error.to_string())),
        None => Err(HomeFault::Key(format!("{} is not among the controller keys there", part.kid))),
    }
}

fn check_head(head: &Head, entry: &Sealed, home: &Home) -> Result<(), HomeFault> {
    if *head.node() != home.node {
        return Err(HomeFault::Head(format!("it is of {}, not of the home", head.node())));
    }
    if head.payload.epoch != home.epoch {
        return Err(HomeFault::Epoch { head: head.payload.epoch, entry: home.epoch });
    }
    if head.payload == head_payload(&entry.header, entry.cid, home) {
        Ok(())
    } else {
        Err(HomeFault::Head("it does not cover the entry".to_owned()))
    }
}

/// Returns the head that a node signs at an entry which names it as home.
pub fn head_payload(header: &Header, cid: Cid, home: &Home) -> HeadPayload {
    HeadPayload { at: header.at, cid, did: header.did.clone(), epoch: home.epoch, seq: header.seq }
}

impl HomeNode {
    /// Checks the node's chain, and the head by a key that is in force in it: a node signs a head with each proof.
    fn verify(&self, head: &Head, home: &Home) -> Result<Chain, HomeFault> {
        let wrong = |text: String| HomeFault::Node(text);
        if self.did != home.node.as_str() {
            return Err(wrong(format!("{} is not {}", self.did, home.node)));
        }
        let chain = Chain::verify(&home.node, &self.chain);
        let chain = chain.map_err(|error| wrong(error.to_string()))?;
        if chain.is_deleted() {
            return Err(wrong("its identity was deleted".to_owned()));
        }
        let kid: &Kid = &head.kid;
        let key = chain.newest_key(Role::Auth, kid.key_id());
        let key = key.ok_or_else(|| wrong(format!("{kid} is not among its keys")))?;
        head.verify(&key)?;
        Ok(chain)
    }
}

#[cfg(test)]
mod tests;
