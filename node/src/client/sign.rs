//! Signing a command at a place in a log, or a request. Pure: no network, no clock.

use super::draft::Draft;
use super::{Client, ClientError, DraftError, LogPosition};
use imajin_box::key::PersonKey;
use imajin_dfos::{Cid, SigningKey, Timestamp, hex};
use imajin_protocol::exchange::{self, Exchange};
use imajin_protocol::{Did, EntryPosition, Kid, Proof, ProofPayload};
use reqwest::Method;
use reqwest::blocking::RequestBuilder;

/// The signer, and the log that is written.
#[derive(Clone)]
pub struct Signer {
    /// The owner's DID.
    pub did: Did,
    /// The key's name.
    pub kid: Kid,
    key: SigningKey,
    /// A delegate has a delegation, and no chain in the log it writes in.
    delegation: Option<Cid>,
}

/// A signed command, ready to be sent as often as it takes.
#[derive(Debug, Clone)]
pub struct Signed {
    service: String,
    op: String,
    /// The proof.
    pub token: String,
    /// The CID that the key's next proof in this log names as `after`.
    pub after: Cid,
    /// The body as it travels.
    pub body: Option<String>,
}

impl Signer {
    /// A person in their own log.
    pub fn new(key: &PersonKey) -> Result<Self, ClientError> {
        let kid =
            Kid::new(key.did().clone(), key.key_id()).map_err(|_| ClientError::Form("kid"))?;
        Ok(Self { did: key.did().clone(), kid, key: key.signing_key(), delegation: None })
    }

    /// A delegate in the log of a person who delegated to this key by the entry `delegation` (docs/format.md §6).
    pub fn delegate(owner: Did, key: &PersonKey, delegation: Cid) -> Result<Self, ClientError> {
        let kid = Kid::of_bare_key(key.did()).ok_or(ClientError::Form("kid"))?;
        Ok(Self { did: owner, kid, key: key.signing_key(), delegation: Some(delegation) })
    }

    /// A request for something to read, as a signed exchange (docs/api.md, "Signed exchanges").
    pub(super) fn sign_request(
        &self,
        client: &Client,
        path: &str,
        at: Timestamp,
    ) -> Result<RequestBuilder, ClientError> {
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(DraftError::Random)?;
        let exchange = Exchange::new(self.kid.did().clone(), at, hex::encode(&nonce));
        let signed =
            exchange::Request { host: &client.host()?, method: "GET", target: path, body: &[] };
        let headers = exchange.headers(&signed, &self.key);
        let request = client.request(Method::GET, path);
        Ok(headers.into_iter().fold(request, |request, (name, text)| request.header(name, text)))
    }

    /// Signs for the log's home.
    pub fn sign(&self, draft: &Draft, place: &LogPosition) -> Result<Signed, ClientError> {
        self.sign_at(draft, &place.node, place.seen, place.after, place.chain, place.time)
    }

    /// Signs with everything said. `after` of one is [`Signed::after`] of the one before.
    pub fn sign_at(
        &self,
        draft: &Draft,
        aud: &Did,
        seen: Option<EntryPosition>,
        after: Option<Cid>,
        chain: Option<Cid>,
        time: Timestamp,
    ) -> Result<Signed, ClientError> {
        let payload = ProofPayload {
            aud: aud.clone(),
            did: self.did.clone(),
            service: draft.service.clone(),
            op: draft.op.clone(),
            reference: draft.reference.clone(),
            body: draft.body.as_ref().map(|body| body.cid),
            fact: draft.fact.clone(),
            to: draft.to.clone(),
            seen,
            after,
            chain: chain.filter(|_| self.delegation.is_none()),
            iat: time.as_secs(),
            via: self.delegation,
        };
        let after = payload.cid();
        let proof = Proof::sign(&self.key, self.kid.clone(), payload)?;
        Ok(Signed {
            service: draft.service.clone(),
            op: draft.op.clone(),
            token: proof.to_compact(),
            after,
            body: draft.body.as_ref().map(|body| body.json.clone()),
        })
    }
}

impl Signed {
    /// Where it is posted.
    pub fn path(&self) -> String {
        format!("/{}/api/commands/{}", self.service, self.op)
    }
}
