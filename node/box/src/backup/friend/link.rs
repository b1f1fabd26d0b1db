//! Signed requests to a friend's box.

use super::super::{BackupError, Result, friend_host};
use crate::clock::machine_now;
use crate::failure::because;
use imajin_dfos::order;
use imajin_dfos::{SigningKey, VerifyingKey};
use imajin_host::backoff::Backoff;
use imajin_host::network::ShownCertificate;
use imajin_host::outgoing::{AddressSource, Allowed, Blocking, is_public_url, time_for};
use imajin_host::{pinned, random};
use imajin_protocol::Did;
use imajin_protocol::exchange::{Exchange, Request};
use reqwest::blocking::Response;
use reqwest::{Method, StatusCode, Url};
use rustls::ClientConfig;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::io::Read;
use std::time::Duration;

/// The path of contracts.
pub(super) const PATH: &str = "/away/api/kept";
/// Maximum silence of the friend's box.
pub(super) const SILENCE: Duration = Duration::from_secs(60);
/// Attempts, and the pauses between them. The next attempt of a whole backup comes an hour later.
pub(super) const ATTEMPTS: u32 = 5;
pub(super) const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
/// Longest answer of a known form: a list of 20,000 files.
const LIST_BYTES_MAX: u64 = 8 << 20;
/// Longest answer whose form is not known: JSON of any form takes many times its length in memory.
const ANSWER_BYTES_MAX: u64 = 64 << 10;

/// Signed requests to an address.
pub(super) struct Link {
    http: Blocking,
    pub(super) url: Url,
    key: SigningKey,
}

/// A request.
pub(super) struct Call<'c> {
    pub(super) method: Method,
    /// The file; `None` for the contract itself.
    pub(super) name: Option<&'c str>,
    pub(super) query: &'c [(&'c str, &'c str)],
    pub(super) body: &'c [u8],
    /// The value of `Range`.
    pub(super) range: Option<&'c str>,
}

/// The complaint about an answer of another form.
const NO_BOX: &str = "its answer is not one of an Imajin box";
/// Characters of a refusal that the owner reads.
const REFUSAL_CHARS_MAX: usize = 400;

/// The contracts that a box names in an answer.
#[derive(Deserialize)]
struct ContractsAnswer {
    /// The DID of the box.
    node: String,
    /// The contract of a code.
    contract: Option<String>,
    /// The contracts of a key, the newest first.
    #[serde(default)]
    contracts: Vec<ContractAnswer>,
}

#[derive(Deserialize)]
struct ContractAnswer {
    contract: String,
    /// The DID of the box whose backups they are.
    source: Option<String>,
}

impl ContractsAnswer {
    /// The contract of a code, or the newest of a key.
    fn first(&self) -> Option<&str> {
        self.contract.as_deref().or(self.contracts.first().map(|newest| &*newest.contract))
    }

    /// Whether a person must choose: a stranger's box may have named them as its owner, since their chain is public.
    fn is_ambiguous(&self) -> bool {
        order::set(self.contracts.iter().filter_map(|contract| contract.source.as_ref())).len() > 1
    }
}

impl<'c> Call<'c> {
    pub(super) fn new(method: Method, name: Option<&'c str>) -> Self {
        Self { method, name, query: &[], body: &[], range: None }
    }
}

impl Link {
    /// A link to a place. A box whose DID is in the fragment proves its own key (`mjn/1`); else its certificate must be trusted.
    pub(super) fn new(url: Url, key: &SigningKey, allowed: Allowed) -> Result<Self> {
        let tls = url.fragment().map(|did| {
            let key = Did::parse(did).ok().and_then(|did| did.key_bytes());
            let key = key.and_then(|key| VerifyingKey::from_bytes(&key).ok());
            let wrong = || format!("{url}: after # comes the DID of the friend's box");
            let key = key.ok_or_else(|| BackupError::settings(wrong()))?;
            pinned::tls(vec![key]).map_err(BackupError::settings)
        });
        Self::with_tls(url, key, allowed, tls.transpose()?)
    }

    /// A link to the place of a contract's URL, or to the first one of this key at the address of a box.
    pub(super) fn open(to: &str, key: &SigningKey, allowed: Allowed) -> Result<Self> {
        let wrong = || BackupError::Settings(format!("{to} is not a place at a friend's box"));
        let url = Url::parse(to).map_err(|_| wrong())?;
        if url.path() != "/" {
            return Self::new(url, key, allowed);
        }
        let link = Self::meet(url, key, allowed, &Call::new(Method::GET, None))?;
        link.ok_or_else(|| BackupError::NoBackups(friend_host(to).unwrap_or_default()))
    }

    fn with_tls(
        url: Url,
        key: &SigningKey,
        allowed: Allowed,
        tls: Option<ClientConfig>,
    ) -> Result<Self> {
        let http = Blocking::within(allowed, AddressSource::InSettings, |client| match tls {
            Some(tls) => client.tls_backend_preconfigured(tls),
            None => client,
        });
        Ok(Self { http: http.map_err(BackupError::settings)?, url, key: key.clone() })
    }

    /// Asks a box whose DID may not be known yet for a contract, once, since a person waits for it. Returns the link to the contract, at the box that
    /// proved to be the answering one; `None` if there is none.
    pub(super) fn meet(
        mut root: Url,
        key: &SigningKey,
        allowed: Allowed,
        call: &Call<'_>,
    ) -> Result<Option<Self>> {
        root.set_path(PATH);
        let mut link = Self::new(root.clone(), key, allowed)?;
        if root.scheme() == "https"
            && root.fragment().is_none()
            && let Some(did) = Self::ask_did(&root, key, allowed, call)?
        {
            root.set_fragment(Some(&did));
            let pinned = Self::new(root, key, allowed)?;
            // Behind a proxy, a box can't prove its key, and the certificate counts.
            if pinned.attempt(call)?.is_ok() {
                link = pinned;
            }
        }
        let answer: ContractsAnswer = link.json(link.send_once(call)?)?;
        if answer.is_ambiguous() {
            return Err(link.ambiguous(&answer.contracts));
        }
        let Some(contract) = answer.first() else {
            return Ok(None);
        };
        link.url = link.contract_url(contract)?;
        Ok(Some(link))
    }

    /// Asks a box for its DID; `None` if it does not answer. A public name has to be proved by a certificate; in the network at home, where none can, the
    /// first answer is believed.
    fn ask_did(
        root: &Url,
        key: &SigningKey,
        allowed: Allowed,
        call: &Call<'_>,
    ) -> Result<Option<String>> {
        let tls = if is_public_url(root.as_str()) {
            None
        } else {
            Some(pinned::anybody().map_err(BackupError::settings)?)
        };
        let stranger = Self::with_tls(root.clone(), key, allowed, tls)?;
        let Ok(answer) = stranger.attempt(call)? else {
            return Ok(None);
        };
        let answer: ContractsAnswer = stranger.json(answer)?;
        Ok(Some(answer.node))
    }

    /// The refusal to choose between contracts.
    fn ambiguous(&self, contracts: &[ContractAnswer]) -> BackupError {
        let places = contracts.iter().filter_map(|contract| {
            let place = self.contract_url(&contract.contract).ok()?;
            let source = contract.source.as_deref().unwrap_or("-");
            Some(format!("{place} (of {source})"))
        });
        let (host, places) = (self.place(), places.collect::<Vec<_>>().join(", "));
        BackupError::Several { host, places }
    }

    /// The host.
    pub(super) fn place(&self) -> String {
        friend_host(self.url.as_str()).unwrap_or_default()
    }

    pub(super) fn failed(&self, why: impl std::fmt::Display) -> BackupError {
        BackupError::Place { place: self.place(), why: why.to_string() }
    }

    /// The error of a box that does not answer, or no more.
    pub(super) fn away(&self, why: impl std::fmt::Display) -> BackupError {
        BackupError::Away { place: self.place(), why: why.to_string() }
    }

    fn contract_url(&self, contract: &str) -> Result<Url> {
        let is_plain = !contract.is_empty() && contract.bytes().all(|b| b.is_ascii_alphanumeric());
        let mut url = self.url.clone();
        url.set_path(&format!("{PATH}/{contract}"));
        if is_plain { Ok(url) } else { Err(self.failed(NO_BOX)) }
    }

    /// Sends a request, again where the line broke or the box was busy.
    pub(super) fn send(&self, call: &Call<'_>) -> Result<Response> {
        let mut failures = 0;
        loop {
            failures += 1;
            match self.send_once(call) {
                Err(BackupError::Away { .. }) if failures < ATTEMPTS => {
                    std::thread::sleep(BACKOFF.pause(failures));
                }
                outcome => return outcome,
            }
        }
    }

    fn send_once(&self, call: &Call<'_>) -> Result<Response> {
        let why = match self.attempt(call)? {
            Ok(answer) if !is_busy(answer.status()) => return Ok(answer),
            Ok(answer) => answer.status().to_string(),
            Err(error) => because(&error.without_url()),
        };
        Err(self.away(why))
    }

    fn attempt(&self, call: &Call<'_>) -> Result<reqwest::Result<Response>> {
        let mut url = self.url.clone();
        if let Some(name) = call.name {
            url.set_path(&format!("{}/{name}", self.url.path()));
        }
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query);
        }
        let headers = self.sign(call, &url)?;
        let request = self.http.request(call.method.clone(), url);
        let mut request = request.map_err(|error| self.failed(error))?;
        request = request.timeout(SILENCE + time_for(call.body.len() as u64));
        for (name, text) in headers {
            request = request.header(name, text);
        }
        if let Some(range) = call.range {
            request = request.header("range", range);
        }
        if !call.body.is_empty() {
            request = request.body(call.body.to_vec());
        }
        Ok(request.send())
    }

    fn sign(&self, call: &Call<'_>, url: &Url) -> Result<Vec<(&'static str, String)>> {
        let did = Did::from_key(self.key.verifying_key().as_bytes());
        let nonce = random::hex::<16>().map_err(|error| self.failed(error))?;
        let exchange = Exchange::new(did, machine_now(), nonce);
        let query = url.query().map(|query| format!("?{query}"));
        let request = Request {
            host: &self.place(),
            method: call.method.as_str(),
            target: &format!("{}{}", url.path(), query.unwrap_or_default()),
            body: call.body,
        };
        Ok(exchange.headers(&request, &self.key))
    }

    fn read_up_to(&self, bytes_max: u64, answer: Response) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = answer.take(bytes_max).read_to_end(&mut bytes);
        read.map(|_| bytes).map_err(|error| self.away(error))
    }

    /// Reads a short answer, also a refusal; JSON's `null` for another one.
    pub(super) fn any_json(&self, answer: Response) -> Result<Json> {
        Ok(serde_json::from_slice(&self.read_up_to(ANSWER_BYTES_MAX, answer)?).unwrap_or_default())
    }

    /// Asks once which certificates a host name shows at the friend's box.
    pub(super) fn shown_certificates(&self, name: &str) -> Result<Vec<ShownCertificate>> {
        let path = format!("names/{name}");
        let answer = self.send_once(&Call::new(Method::GET, Some(&path)))?;
        let answer = self.any_json(self.succeed(answer)?)?;
        Vec::deserialize(&answer["shown"]).map_err(|_| self.failed(NO_BOX))
    }

    pub(super) fn json<T: DeserializeOwned>(&self, answer: Response) -> Result<T> {
        let bytes = self.read_up_to(LIST_BYTES_MAX, self.succeed(answer)?)?;
        serde_json::from_slice(&bytes).map_err(|_| self.failed(NO_BOX))
    }

    pub(super) fn succeed(&self, answer: Response) -> Result<Response> {
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        Err(self.refused(status, &self.any_json(answer)?))
    }

    pub(super) fn refused(&self, status: StatusCode, answer: &Json) -> BackupError {
        match slug(answer).and_then(known_refusal).or_else(|| answer["error"].as_str()) {
            Some(text) => self.failed(text.chars().take(REFUSAL_CHARS_MAX).collect::<String>()),
            None => self.failed(status),
        }
    }
}

/// The kind of a refusal: the last part of its `type`.
pub(super) fn slug(answer: &Json) -> Option<&str> {
    answer["type"].as_str()?.rsplit(':').next()
}

/// The sentence for a refusal of a known kind, which pages translate. The friend's box doesn't know the reader's language.
fn known_refusal(slug: &str) -> Option<&'static str> {
    Some(match slug {
        "code" => {
            "This code is not valid at your friend's box. Each code works once, within seven days: ask your friend for a new one."
        }
        "ended" => {
            "Your friend's box takes no more of your backups. It lets you read the older ones for 30 days. Choose another place."
        }
        "no-room" => {
            "There is no room for this at your friend's box: the room that you were given is used up, or the disk is nearly full. Nothing of this file stayed there. Ask your friend for more room."
        }
        "replaced" => {
            "Your friend's box has another version of a file than the one that was to be replaced. Perhaps two boxes use one place."
        }
        _ => return None,
    })
}

/// Whether an answer says that a later attempt may have success.
fn is_busy(status: StatusCode) -> bool {
    match status {
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::INSUFFICIENT_STORAGE => false,
        other => other.is_server_error(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_person_chooses_where_the_contracts_are_of_several_boxes() {
        let answer = |contracts: Json| -> ContractsAnswer {
            let answer = json!({ "node": "did:imajin:bob", "contracts": contracts });
            serde_json::from_value(answer).unwrap()
        };
        let contract = |id: &str, source: Option<&str>| json!({ "contract": id, "source": source, "bytes": 1 });
        assert_eq!(answer(json!([])).first(), None);
        let own = answer(json!([
            contract("2", None),
            contract("1", Some("a")),
            contract("0", Some("a"))
        ]));
        assert_eq!((own.first(), own.is_ambiguous()), (Some("2"), false));
        let several = answer(json!([contract("2", Some("eve")), contract("1", Some("a"))]));
        assert!(several.is_ambiguous());
    }
}
