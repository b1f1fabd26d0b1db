//! The search for a person's home: the pin of the last day; then the homes that WebFinger, the last proof, relays and registries name.
//!
//! Always: nothing but a proof of home decides. The rest only says where to ask for one.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use imajin_app::capabilities::FindsChains;
use imajin_app::{Node, blocking};
use imajin_host::jobs::JobOwner;
use imajin_host::outgoing::{Answer, asked_by};
use imajin_host::prelude::*;
use imajin_log::home::{HomeCard, HomeProof, PROOF_BYTES_MAX, ProvenHome};
use imajin_protocol::Did;
use imajin_protocol::endpoints::HOME_SERVICE;
use reqwest::header::LOCATION;
use reqwest::{StatusCode, Url};

use crate::address::Address;
use crate::client::{Client, host_of, is_nobody};
use crate::errors::SearchError;
use crate::pins::{self, Checked, Verdict};
use crate::proof;
use crate::webfinger::{self, Descriptor};

/// Longest answer of WebFinger that is read.
const DESCRIPTOR_BYTES_MAX: usize = 16 << 10;
/// Nodes that are asked for a proof in one search, with those that they name in turn.
const NODES_MAX: usize = 5;
/// Time limit for a search: several boxes may be silent.
const TIMEOUT: Duration = Duration::from_secs(25);

/// A person whose home was proven.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) home: ProvenHome,
    /// How their home shows them.
    pub(crate) card: Option<HomeCard>,
    /// The SHA-256 of the TLS key of their home.
    pub(crate) tls_key: Option<[u8; 32]>,
}

/// A person who was found by their handle.
#[derive(Debug)]
pub(crate) struct Match {
    pub(crate) person: Person,
    /// The DID that had the handle before.
    pub(crate) before: Option<Did>,
}

pub(crate) async fn by_did(node: &Node, asker: &Did, did: &Did) -> Result<Person, SearchError> {
    if let Some(person) = pinned(node, did).await? {
        return Ok(person);
    }
    node.state::<Client>().count(node, asker)?;
    let search = async { prove(node, did, VecDeque::new()).await };
    within(asker, search, || SearchError::Homeless).await
}

/// Finds a person by their handle.
pub(crate) async fn by_address(
    node: &Node,
    asker: &Did,
    address: &Address,
) -> Result<Match, SearchError> {
    let pin = node.secrets().read(|db| pins::handle(db, address))?;
    if let Some(pin) = pin.as_ref().filter(|pin| pin.is_fresh(node.now()))
        && let Some(person) = pinned(node, &pin.did).await?
    {
        let secrets = node.secrets();
        let before = secrets.read(|db| pins::known_before(db, asker, address, &pin.did))?;
        return Ok(Match { person, before });
    }
    node.state::<Client>().count(node, asker)?;
    let search = async {
        let (did, homes) = match ask_webfinger(node, address).await {
            Ok(named) => named,
            // The box is gone, and its person may have moved.
            Err(SearchError::NoAnswer(host)) => match pin {
                Some(pin) => (pin.did, VecDeque::new()),
                None => return Err(SearchError::NoAnswer(host)),
            },
            Err(error) => return Err(error),
        };
        let person = prove(node, &did, homes).await?;
        let (asker, address, now) = (asker.clone(), address.clone(), node.now());
        let note = node.secrets().write(move |db| {
            pins::note_handle(db, &address, &did, now)?;
            pins::known_before(db, &asker, &address, &did)
        });
        let before = note.await?;
        Ok(Match { person, before })
    };
    let silent = || SearchError::NoAnswer(address.host.clone());
    within(asker, search, silent).await
}

async fn within<T>(
    asker: &Did,
    search: impl Future<Output = Result<T, SearchError>>,
    late: impl FnOnce() -> SearchError,
) -> Result<T, SearchError> {
    let search = asked_by(JobOwner::Person(asker.clone()), search);
    tokio::time::timeout(TIMEOUT, search).await.unwrap_or_else(|_| Err(late()))
}

/// Returns a person whose home was proven within a day.
async fn pinned(node: &Node, did: &Did) -> Result<Option<Person>, SearchError> {
    let now = node.now();
    let pin = node.secrets().read(|db| pins::person(db, did))?;
    let Some(text) = pin.filter(|pin| pin.is_fresh(now)).and_then(|pin| pin.proof) else {
        return Ok(None);
    };
    let did = did.clone();
    let check = move || {
        let proof: HomeProof = serde_json::from_str(&text).ok()?;
        Some((proof.verify(&did).ok()?, proof.card))
    };
    let Some((home, card)) = blocking::run(check).await? else {
        return Ok(None);
    };
    let tls_key = node.secrets().read(|db| pins::tls_key(db, &home.home.node))?;
    Ok(Some(Person { home, card, tls_key }))
}

/// Asks the box of a handle for the DID. The second part of the answer are the nodes to ask for a proof.
async fn ask_webfinger(
    node: &Node,
    address: &Address,
) -> Result<(Did, VecDeque<Url>), SearchError> {
    let host = || address.host.clone();
    let invalid = || SearchError::Invalid(host());
    let origin = address.origin().ok_or_else(invalid)?;
    let mut url = origin.join(webfinger::PATH).map_err(|_| invalid())?;
    let resource = format!("acct:{}@{}", address.handle, address.host);
    url.query_pairs_mut().append_pair("resource", &resource);
    let client = node.state::<Client>();
    let answer = client.get(node, url, DESCRIPTOR_BYTES_MAX).await?;
    if is_nobody(answer.status) {
        return Err(SearchError::Nobody(address.clone()));
    }
    if answer.status != StatusCode::OK {
        return Err(invalid());
    }
    let descriptor: Descriptor = serde_json::from_slice(&answer.bytes).map_err(|_| invalid())?;
    let mut dids = descriptor.aliases.iter().filter_map(|alias| Did::parse(alias).ok());
    let did = dids.next().ok_or_else(invalid)?;
    let links = descriptor.links.into_iter();
    let mut homes = links.filter(|link| link.rel == webfinger::HOME_RELATION);
    let home = homes.find_map(|link| home_of_proof(&Url::parse(&link.href?).ok()?, &did));
    Ok((did, home.into_iter().chain([origin]).collect()))
}

/// Returns the node of a proof's URL; `None` if it is not the URL of the proof of this DID.
fn home_of_proof(url: &Url, did: &Did) -> Option<Url> {
    let origin = url.join("/").ok()?;
    let expected = proof_url(&origin, did)?;
    (*url == expected && url.username().is_empty()).then_some(origin)
}

fn proof_url(origin: &Url, did: &Did) -> Option<Url> {
    Url::parse(&proof::url(origin.as_str().trim_end_matches('/'), did)).ok()
}

/// Asks these nodes for a proof, then those that the pin, relays and registries name. Returns the error that says most where none has one.
async fn prove(node: &Node, did: &Did, mut homes: VecDeque<Url>) -> Result<Person, SearchError> {
    let pin = node.secrets().read(|db| pins::person(db, did))?;
    homes.extend(pin.and_then(|pin| Url::parse(&pin.url).ok()));
    let (mut asked, mut has_chain) = (Vec::new(), false);
    let mut failure = SearchError::Homeless;
    while asked.len() < NODES_MAX {
        let Some(home) = homes.pop_front() else {
            if has_chain {
                break;
            }
            has_chain = true;
            homes.extend(home_in_chain(node, did).await);
            continue;
        };
        if asked.contains(&home) {
            continue;
        }
        asked.push(home.clone());
        match ask_home(node, did, &home).await {
            Ok(HomeAnswer::Person(person)) => return Ok(*person),
            Ok(HomeAnswer::Moved(next)) => homes.push_front(next),
            Ok(HomeAnswer::Nobody) => {}
            Err(error) if error.is_weak() && !matches!(failure, SearchError::Homeless) => {}
            Err(error @ (SearchError::Internal(_) | SearchError::TooMany)) => {
                return Err(error);
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// The answer of a node about a DID.
enum HomeAnswer {
    Person(Box<Person>),
    /// They moved to another node.
    Moved(Url),
    Nobody,
}

async fn ask_home(node: &Node, did: &Did, home: &Url) -> Result<HomeAnswer, SearchError> {
    let host = host_of(home);
    let invalid = || SearchError::Invalid(host.clone());
    let url = proof_url(home, did).ok_or_else(invalid)?;
    let client = node.state::<Client>();
    let answer = client.get(node, url, PROOF_BYTES_MAX).await?;
    if is_nobody(answer.status) {
        return Ok(HomeAnswer::Nobody);
    }
    if answer.status == StatusCode::PERMANENT_REDIRECT {
        let next = answer.headers.get(LOCATION).and_then(|text| text.to_str().ok());
        let next = next.and_then(|text| home_of_proof(&Url::parse(text).ok()?, did));
        return next.map(HomeAnswer::Moved).ok_or_else(invalid);
    }
    if answer.status != StatusCode::OK {
        return Err(invalid());
    }
    Ok(HomeAnswer::Person(Box::new(check(node, did, &host, answer).await?)))
}

/// Verifies a proof and pins it.
async fn check(node: &Node, did: &Did, host: &str, answer: Answer) -> Result<Person, SearchError> {
    let host = host.to_owned();
    let tls_key = answer.tls_key;
    let subject = did.clone();
    let verify = move || {
        let proof: HomeProof = serde_json::from_slice(&answer.bytes).ok()?;
        let home = proof.verify(&subject);
        Some((proof, home))
    };
    let Some((proof, home)) = blocking::run(verify).await? else {
        return Err(SearchError::Invalid(host));
    };
    let home = match home {
        Ok(home) => Arc::new(home),
        Err(fault) => return Err(SearchError::Fault { host, fault }),
    };
    let card = proof.card.clone();
    let (at, checked) = (node.now(), Arc::clone(&home));
    let accept = node.secrets().write(move |db| {
        let checked = Checked { home: &checked, proof: &proof, tls_key, at };
        pins::accept(db, &checked)
    });
    match accept.await? {
        Verdict::Believed => Ok(Person { home: Arc::unwrap_or_clone(home), card, tls_key }),
        Verdict::Refused(fault) => Err(SearchError::Pinned { host, fault }),
        Verdict::TwoHomes(proofs) => Err(SearchError::TwoHomes(proofs)),
    }
}

/// Returns the home that the chain names which relays and registries have.
async fn home_in_chain(node: &Node, did: &Did) -> Option<Url> {
    let chain = node.get::<dyn FindsChains>()?.find_chain(node, did).await?;
    let mut homes = chain.state().services.iter().filter(|service| service.kind() == HOME_SERVICE);
    homes.find_map(|service| Url::parse(service.get_str("endpoint")?).ok()?.join("/").ok())
}
