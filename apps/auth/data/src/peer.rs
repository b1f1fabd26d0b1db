//! The client for the new home when a person moves there.
//!
//! Always: only fixed paths of the node that the owner named, at addresses that the operator lets people name
//! (`imajin_host::outgoing`); answers are bounded and redirects are not followed; what a node says of itself is believed
//! only as far as its own identity chain proves it.

use std::sync::OnceLock;
use std::time::Duration;

use imajin_app::disk_body::DiskBody;
use imajin_app::{Node, Problem};
use imajin_dfos::VerifyingKey;
use imajin_dfos::identity::Role;
use imajin_host::outgoing::{AddressSource, AnswerError, Outgoing, OutgoingRequest};
use imajin_host::pinned;
use imajin_log::rules::Chain;
use imajin_protocol::Did;
use reqwest::{ClientBuilder, Method, StatusCode, Url};
use serde_json::{Value as Json, json};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Between two signs of life: the other node verifies a whole record before it answers.
const READ_TIMEOUT: Duration = Duration::from_secs(600);
/// More is not read of an answer.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// Connections to other nodes.
#[derive(Default)]
pub(super) struct Peers(OnceLock<Outgoing>);

/// Another node.
#[derive(Clone)]
pub(super) struct Peer {
    client: Outgoing,
    url: Url,
}

/// Another node's DID and public address, as it states them.
pub(super) struct About {
    pub(super) did: Did,
    pub(super) url: String,
}

/// A node's identity chain.
pub(super) struct PeerKeys(Chain);

/// Why another node did not do what it was asked.
pub(super) enum PeerError {
    /// The address is not allowed for outgoing requests: nothing was sent.
    NotReached(String),
    /// No answer came: the outcome is unknown.
    NoAnswer(String),
    /// The node refused: the status, its sentence, and the whole answer.
    Refused(StatusCode, String, Json),
}

impl Peers {
    /// A node at an address that the owner of a record named.
    pub(super) fn at(&self, node: &Node, address: &str) -> Result<Peer, Problem> {
        let url = origin(address)?;
        let client = match self.0.get() {
            Some(client) => client.clone(),
            None => {
                let made = Outgoing::new(node, AddressSource::ByAnybody, limits);
                let made = made.map_err(Problem::internal)?;
                self.0.get_or_init(|| made).clone()
            }
        };
        // The client looks the name up with each request.
        let looked = client.request(Method::GET, url.clone());
        looked.map(drop).map_err(|error| Problem::field("to", format!("{error}.")))?;
        Ok(Peer { client, url })
    }
}

fn origin(address: &str) -> Result<Url, Problem> {
    let wrong =
        || Problem::field("to", "to must be the address of a node, like https://box.example");
    let url = Url::parse(address).map_err(|_| wrong())?;
    let is_origin = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if matches!(url.scheme(), "http" | "https") && url.has_host() && is_origin {
        Ok(url)
    } else {
        Err(wrong())
    }
}

fn limits(client: ClientBuilder) -> ClientBuilder {
    client.connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT)
}

/// The keys of a node: those in its chain if this node has it, else the one in its DID.
fn keys_of(node: &Node, did: &Did) -> Vec<VerifyingKey> {
    let keys = node.keys(did).unwrap_or_default();
    if !keys.is_empty() {
        return keys;
    }
    let first = did.key_bytes().and_then(|key| VerifyingKey::from_bytes(&key).ok());
    first.into_iter().collect()
}

impl Peer {
    /// Returns this peer with another TLS configuration; `None` if its URL is not HTTPS.
    fn with_tls(
        &self,
        node: &Node,
        tls: Result<rustls::ClientConfig, rustls::Error>,
    ) -> Option<Self> {
        let tls = tls.ok().filter(|_| self.url.scheme() == "https")?;
        let by_key = |client| limits(client).tls_backend_preconfigured(tls);
        Some(Self {
            client: Outgoing::new(node, AddressSource::ByAnybody, by_key).ok()?,
            url: self.url.clone(),
        })
    }

    /// Returns this peer, authenticated by its key instead of a certificate authority. A peer behind a proxy that
    /// terminates TLS cannot prove its key; the machine must then trust the proxy's certificate.
    pub(super) async fn pinned(self, node: &Node, did: &Did) -> Self {
        if let Some(pinned) = self.with_tls(node, pinned::tls(keys_of(node, did)))
            && pinned.fetch_about().await.is_ok_and(|about| about.did == *did)
        {
            return pinned;
        }
        self
    }

    /// Identifies the node at this address before the person signs anything for it. A node at home has no certificate
    /// that this machine trusts: it states its DID and must prove that DID's key.
    pub(super) async fn enquire(self, node: &Node) -> Result<About, PeerError> {
        let answer = self.fetch_about().await;
        let Err(PeerError::NoAnswer(_)) = answer else {
            return answer;
        };
        let Some(somebody) = self.with_tls(node, pinned::anybody()) else {
            return answer;
        };
        let Ok(about) = somebody.fetch_about().await else {
            return answer;
        };
        match self.with_tls(node, pinned::tls(keys_of(node, &about.did))) {
            Some(pinned) => pinned.fetch_about().await,
            None => answer,
        }
    }

    /// Asks the node for its DID and address.
    pub(super) async fn fetch_about(&self) -> Result<About, PeerError> {
        let answer = self.get("/auth/api/node").await?;
        let did = answer["did"].as_str().and_then(|text| Did::parse(text).ok());
        match (did, answer["url"].as_str()) {
            (Some(did), Some(url)) => Ok(About { did, url: url.trim_end_matches('/').to_owned() }),
            _ => Err(PeerError::unusable("it is no Imajin node")),
        }
    }

    /// The keys that it signs with, proved by its chain.
    pub(super) async fn keys(&self, did: &Did) -> Result<PeerKeys, PeerError> {
        let path = format!("/auth/api/identity/{did}/chain");
        let answer = self.get(&path).await?;
        let log: Vec<&str> =
            answer["log"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        let chain = Chain::verify(did, &log);
        chain.map(PeerKeys).map_err(|error| {
            PeerError::unusable(format!("its identity chain does not verify: {error}"))
        })
    }

    /// Begins an import there.
    pub(super) async fn begin(&self, size: u64, invite: Option<&str>) -> Result<String, PeerError> {
        let mut wish = json!({ "size": size });
        if let Some(code) = invite {
            wish["inviteCode"] = code.into();
        }
        let answer =
            self.call(self.request(Method::POST, "/auth/api/imports")?.json(&wish)).await?;
        let id = answer["id"].as_str().filter(|id| {
            !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
        id.map(str::to_owned).ok_or_else(|| PeerError::unusable("its answer has no id"))
    }

    /// Returns the number of bytes that the peer has received of an import.
    pub(super) async fn received(&self, id: &str) -> Result<u64, PeerError> {
        let answer = self.get(&format!("/auth/api/imports/{id}")).await?;
        Ok(answer["received"].as_u64().unwrap_or(0))
    }

    pub(super) async fn send(
        &self,
        id: &str,
        offset: u64,
        piece: DiskBody,
    ) -> Result<(), PeerError> {
        let request =
            self.request(Method::PUT, &format!("/auth/api/imports/{id}?offset={offset}"))?;
        self.call(
            request.header("content-type", "application/x-tar").body(reqwest::Body::wrap(piece)),
        )
        .await
        .map(drop)
    }

    /// Gives an import up; that it fails changes nothing.
    pub(super) async fn give_up(&self, id: &str) {
        if let Ok(request) = self.request(Method::DELETE, &format!("/auth/api/imports/{id}")) {
            let _ = self.call(request).await;
        }
    }

    /// Asks it to become home; gives its head.
    pub(super) async fn home(
        &self,
        id: &str,
        proof: &str,
        body: &Json,
    ) -> Result<String, PeerError> {
        let request = self
            .request(Method::POST, &format!("/auth/api/imports/{id}/home"))?
            .header("mjn-proof", proof)
            .json(body);
        let answer = self.call(request).await?;
        let head = answer["head"].as_str().map(str::to_owned);
        head.ok_or_else(|| PeerError::NoAnswer("its answer has no head".to_owned()))
    }

    async fn get(&self, path: &str) -> Result<Json, PeerError> {
        self.call(self.request(Method::GET, path)?).await
    }

    fn request(&self, method: Method, path: &str) -> Result<OutgoingRequest, PeerError> {
        let url = self.url.join(path).map_err(|error| PeerError::NoAnswer(error.to_string()))?;
        let request = self.client.request(method, url);
        request.map_err(|error| PeerError::NotReached(error.to_string()))
    }

    async fn call(&self, request: OutgoingRequest) -> Result<Json, PeerError> {
        let no_answer = |error: AnswerError| match error.not_reached() {
            Some(why) => PeerError::NotReached(why.to_string()),
            None => PeerError::NoAnswer(error.without_url()),
        };
        let answer = request.send(ANSWER_BYTES_MAX).await.map_err(no_answer)?;
        let status = answer.status;
        let json: Json = serde_json::from_slice(&answer.bytes).unwrap_or_default();
        if status.is_success() {
            return Ok(json);
        }
        let says = json["error"]
            .as_str()
            .or_else(|| json["detail"].as_str())
            .unwrap_or("it gave no reason")
            .to_owned();
        Err(PeerError::Refused(status, says, json))
    }
}

impl PeerError {
    /// An answer that does not help.
    fn unusable(says: impl Into<String>) -> Self {
        Self::Refused(StatusCode::BAD_GATEWAY, says.into(), Json::Null)
    }
}

impl PeerKeys {
    /// A key in force.
    pub(super) fn get(&self, key_id: &str) -> Option<VerifyingKey> {
        self.0.newest_key(Role::Auth, key_id).map(|key| *key)
    }
}

impl From<PeerError> for Problem {
    fn from(error: PeerError) -> Self {
        match error {
            PeerError::NotReached(text) => Problem::field("to", format!("{text}.")),
            PeerError::NoAnswer(text) => Problem::unavailable(format!(
                "The other node did not answer: {text}. Nothing was moved; try again later."
            ))
            .slug("peer"),
            PeerError::Refused(status, says, _) => {
                Problem::conflict(format!("The other node said no ({}): {says}", status.as_u16()))
                    .slug("peer")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_are_addresses() {
        for good in ["https://box.example", "http://192.168.1.5:7000/", "https://box.example:8443"]
        {
            assert!(origin(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "box.example",
            "file:///etc/passwd",
            "https://box.example/x",
            "https://a:b@box.example",
            "https://box.example/?q=1",
            "ftp://box.example",
        ] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }
}
