//! Speaking to a node as a person does: ask where the log is, sign, send; sign again when something came between. The
//! secret key never leaves this process. Commands, tests and benchmarks share it.

mod answer;
mod draft;
mod export;
mod genesis;
mod import;
mod known_nodes;
mod log_position;
mod node;
mod session;
mod sign;
mod whereabouts;

pub use answer::{ClientError, Receipt};
pub use draft::{Draft, DraftError};
pub use export::Export;
pub use genesis::{Genesis, genesis};
pub use import::{HomePlace, Import};
pub use known_nodes::{KnownNodes, NodeMeeting, VARIABLE as KNOWN_NODES};
pub use log_position::LogPosition;
pub use node::NodeInfo;
pub use session::Session;
pub use sign::{Signed, Signer};

use imajin_log::{Clock as _, SystemClock};
use imajin_protocol::Did;
use imajin_protocol::presence::host_of_url;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::blocking::{RequestBuilder, Response};
use serde_json::Value as Json;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Attempts to sign a command again after concurrent writes by the same key.
const SIGN_ATTEMPTS: u32 = 4;
/// Maximum number of times the same proof is sent while the outcome is unknown.
const SEND_ATTEMPTS: u32 = 4;
/// Between two sendings; longer each time.
const PAUSE: Duration = Duration::from_millis(400);
/// An answer to a small request; large ones (bundles) have no limit on the whole, only on standing still.
const ANSWER_BYTES_MAX: u64 = 64 << 20;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection to one node.
#[derive(Clone)]
pub struct Client {
    http: reqwest::blocking::Client,
    base: String,
    /// The node that answered first: everything that this client signs is for it.
    did: Arc<OnceLock<Did>>,
}

impl Client {
    /// For a node's address. Nothing is sent yet.
    pub fn new(address: &str) -> Result<Self, ClientError> {
        let base = address.trim_end_matches('/');
        if !(base.starts_with("http://") || base.starts_with("https://")) {
            return Err(ClientError::Address(address.to_owned()));
        }
        // A provider that another part of the program installed already is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::blocking::Client::builder()
            .user_agent(concat!("imajin/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(None)
            .redirect(reqwest::redirect::Policy::none());
        if base.starts_with("http://") {
            // Reading all authorities of the system takes longer than most commands.
            http = http.tls_certs_only([]);
        }
        let http = http.build().map_err(ClientError::no_answer)?;
        Ok(Self { http, base: base.to_owned(), did: Arc::default() })
    }

    /// Asks the node for its DID, and compares it with the one remembered for this address.
    pub fn meet(&self, known: &KnownNodes) -> Result<NodeMeeting, ClientError> {
        let host = self.host()?;
        let scheme = if self.is_secure() { "https" } else { "http" };
        known.meet(&format!("{scheme}://{host}"), &self.did()?)
    }

    /// The node's DID, as it said when it was first asked.
    pub fn did(&self) -> Result<Did, ClientError> {
        match self.did.get() {
            Some(did) => Ok(did.clone()),
            None => Ok(self.node()?.did),
        }
    }

    /// The host of the address, as challenges name it.
    pub fn host(&self) -> Result<String, ClientError> {
        host_of_url(&self.base).ok_or_else(|| ClientError::Address(self.base.clone()))
    }

    fn is_secure(&self) -> bool {
        self.base.starts_with("https://")
    }

    /// Nobody on the way reads a session along: TLS, or this very machine.
    pub(crate) fn check_private(&self) -> Result<(), ClientError> {
        let host = self.host()?;
        let (name, port) = host.rsplit_once(':').unwrap_or((&host, ""));
        // The colons of an address in brackets are its own.
        let name = if port.contains(']') { &host } else { name };
        let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
        let is_here = name == "localhost"
            || name.ends_with(".localhost")
            || address.is_ok_and(|address| address.is_loopback());
        if self.is_secure() || is_here {
            Ok(())
        } else {
            Err(ClientError::PlainHttp(self.base.clone()))
        }
    }

    /// Only the node that answered first is signed for.
    fn check_node(&self, said: &Did) -> Result<(), ClientError> {
        let node = self.did.get_or_init(|| said.clone());
        if node == said {
            Ok(())
        } else {
            Err(ClientError::NamesAnother { node: node.clone(), said: said.clone() })
        }
    }

    /// Only the home may write a log. Refuses to sign for another node on the word of this one.
    fn check_home(&self, did: &Did, place: &LogPosition) -> Result<(), ClientError> {
        match self.did.get() {
            Some(node) if *node != place.node => Err(ClientError::LivesElsewhere {
                did: did.clone(),
                node: node.clone(),
                home: place.node.clone(),
                url: place.url.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// The node's address, without a slash at its end.
    pub fn address(&self) -> &str {
        &self.base
    }

    /// A request to a path of this node.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// Reads JSON.
    pub fn get(&self, path: &str) -> Result<Json, ClientError> {
        self.json(self.request(Method::GET, path))
    }

    /// Sends a request and reads the answer, whose refusal becomes an error for people.
    pub fn send(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let response = request.send().map_err(ClientError::no_answer)?;
        if response.status().is_success() { Ok(response) } else { Err(answer::refusal(response)) }
    }

    /// Sends a request whose answer is JSON.
    pub fn json(&self, request: RequestBuilder) -> Result<Json, ClientError> {
        answer::json(self.send(request)?, ANSWER_BYTES_MAX)
    }

    /// Fetches the node's description of itself, and checks its DID.
    pub fn node(&self) -> Result<NodeInfo, ClientError> {
        let node = NodeInfo::new(self.send(self.request(Method::GET, "/auth/api/node"))?)?;
        self.check_node(&node.did)?;
        Ok(node)
    }

    /// Where the signer's log is, and what the next proof in it must name.
    pub fn place(&self, signer: &Signer) -> Result<LogPosition, ClientError> {
        self.place_in(&signer.did, signer)
    }

    /// Where a log is, and what the signer's next proof in it must name. A signer who may not write there learns only its home.
    pub fn place_in(&self, log: &Did, signer: &Signer) -> Result<LogPosition, ClientError> {
        let kid = escape(&signer.kid.to_string());
        let path = format!("/auth/api/head/{log}?kid={kid}");
        let ask = |at| self.json(signer.sign_request(self, &path, at)?);
        let is_refused = |answer: &Result<Json, ClientError>| matches!(answer, Err(error) if error.status() == Some(401));
        let mut answer = ask(SystemClock.now());
        if is_refused(&answer) {
            // This device's clock may be wrong; the node says its time.
            let unsigned = LogPosition::from_json(&self.get(&path)?)?;
            answer = ask(unsigned.time);
            // A key that is no longer in force. The node says so of what it signs.
            if is_refused(&answer) {
                return Ok(unsigned);
            }
        }
        LogPosition::from_json(&answer?)
    }

    /// Signs a command and sends it, again when another write came between.
    pub fn submit(&self, signer: &Signer, draft: &Draft) -> Result<Receipt, ClientError> {
        self.signed(signer, draft, |signed| self.send_signed(signed, &[]))
    }

    /// Signs and submits a command at the given route, and returns the whole answer.
    pub fn submit_at(
        &self,
        path: &str,
        signer: &Signer,
        draft: &Draft,
    ) -> Result<Json, ClientError> {
        self.signed(signer, draft, |signed| {
            self.until_known(|| self.json(self.signed_request(path, signed, &[])))
        })
    }

    fn signed<T>(
        &self,
        signer: &Signer,
        draft: &Draft,
        send: impl Fn(&Signed) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let mut attempt = 1;
        loop {
            let place = self.place(signer)?;
            self.check_home(&signer.did, &place)?;
            match send(&signer.sign(draft, &place)?) {
                Err(error) if error.wants_new_signature() && attempt < SIGN_ATTEMPTS => {
                    attempt += 1
                }
                other => return other,
            }
        }
    }

    /// Sends a signed command, again if the outcome is unknown; the node counts the same command once.
    pub fn send_signed(
        &self,
        signed: &Signed,
        headers: &[(&str, &str)],
    ) -> Result<Receipt, ClientError> {
        self.until_known(|| self.send_signed_once(signed, headers))
    }

    fn until_known<T>(&self, send: impl Fn() -> Result<T, ClientError>) -> Result<T, ClientError> {
        let mut attempt = 1;
        loop {
            match send() {
                Err(error) if error.is_outcome_unknown() && attempt < SEND_ATTEMPTS => {
                    std::thread::sleep(PAUSE * attempt);
                    attempt += 1;
                }
                other => return other,
            }
        }
    }

    /// Sends a signed command once, without retries.
    pub fn send_signed_once(
        &self,
        signed: &Signed,
        headers: &[(&str, &str)],
    ) -> Result<Receipt, ClientError> {
        Receipt::from_json(&self.json(self.signed_request(&signed.path(), signed, headers))?)
    }

    fn signed_request(
        &self,
        path: &str,
        signed: &Signed,
        headers: &[(&str, &str)],
    ) -> RequestBuilder {
        let mut request = self.request(Method::POST, path).header("MJN-Proof", &signed.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match &signed.body {
            Some(body) => request.header("content-type", "application/json").body(body.clone()),
            None => request,
        }
    }
}

/// One part of a path, or a value in a query: everything escaped but unreserved characters (RFC 3986, section 2.3).
pub fn escape(text: &str) -> String {
    const RESERVED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_goes_over_tls_or_stays_in_this_machine() {
        let check = |address: &str| Client::new(address).unwrap().check_private();
        let cases = "https://ada.example https://192.168.1.7:7443 http://127.0.0.1:7000 \
            http://localhost:7000/ http://auth.localhost http://[::1]:7000";
        for private in cases.split(' ') {
            assert!(check(private).is_ok(), "{private}");
        }
        let others = "http://imajin.local http://192.168.1.7:7000 http://[fe80::1]:7000 \
            http://localhost.evil.example http://127.0.0.1.evil.example:7000";
        for open in others.split(' ') {
            let refused = check(open).unwrap_err();
            assert!(matches!(refused, ClientError::PlainHttp(_)), "{open}: {refused}");
        }
    }

    /// Although 0.0.0.0 leads to this machine, it is not a loopback address.
    #[test]
    fn nobody_is_asked_for_a_challenge_over_plain_http_from_another_machine() {
        let listener = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || listener.accept().map(drop));
        let client = Client::new(&format!("http://0.0.0.0:{port}")).unwrap();
        let key = imajin_box::key::PersonKey::generate().unwrap();
        let refused = Session::begin(&client, &key).err().unwrap();
        assert!(matches!(refused, ClientError::PlainHttp(_)), "{refused}");
        assert!(!server.is_finished(), "the node was asked");
    }

    #[test]
    fn only_the_node_that_answered_first_is_signed_for() {
        let (node, other) = (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]));
        let client = Client::new("http://127.0.0.1:7000").unwrap();
        assert!(client.check_node(&node).is_ok() && client.check_node(&node).is_ok());
        let refused = client.clone().check_node(&other).unwrap_err();
        assert!(matches!(refused, ClientError::NamesAnother { .. }), "{refused}");
    }
}
