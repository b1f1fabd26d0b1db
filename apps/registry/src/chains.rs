//! Finds the identity chain of a person from another box: at this node's relay, else at the registries that it registers with; then at
//! the home that the chain names, which has the newest one.
//!
//! Always: only fixed paths are asked, of addresses that may be reached; answers are bounded; a chain counts only if it verifies from the DID.

use std::pin::Pin;
use std::time::Duration;

use imajin_app::Node;
use imajin_app::capabilities::FindsChains;
use imajin_dfos::identity::Verified;
use imajin_host::outgoing::{AddressSource, Allowed, Outgoing, named_by};
use imajin_protocol::Did;
use imajin_protocol::endpoints::HOME_SERVICE;
use imajin_protocol::identity::verify_chain;
use reqwest::{Method, Url};
use serde_json::Value as Json;

use crate::enrolment::own_registrations;
use crate::service::Registry;

/// Time limit for an answer.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Longest answer that is read: a hundred operations of a chain, and more.
const ANSWER_BYTES_MAX: usize = 512 << 10;
/// Registries that are asked.
const REGISTRIES_MAX: usize = 3;
/// Pages of a relay's log of one chain that are read.
const PAGES_MAX: usize = 4;

impl FindsChains for Registry {
    fn find_chain<'a>(
        &'a self,
        node: &'a Node,
        did: &'a Did,
    ) -> Pin<Box<dyn Future<Output = Option<Verified>> + Send + 'a>> {
        Box::pin(async move {
            let relayed = match self.relay().await {
                Ok(relay) => relay.identity_of_key(did).await.ok().flatten(),
                Err(_) => None,
            };
            let chain = match relayed {
                Some(chain) => chain,
                None => at_registries(node, did).await?,
            };
            Some(at_home(node, did, chain).await)
        })
    }
}

async fn at_registries(node: &Node, did: &Did) -> Option<Verified> {
    for registration in own_registrations(node).ok()?.iter().take(REGISTRIES_MAX) {
        let url = &registration.url;
        if let Some(chain) = at_registry(node, url, did).await {
            return Some(chain);
        }
    }
    None
}

/// The chain that a registry's relay has of an identity that it knows.
async fn at_registry(node: &Node, url: &str, did: &Did) -> Option<Verified> {
    let client = client(node, named_by(url))?;
    let record = get(&client, &format!("{url}/api/identity/{did}")).await?;
    let dfos = Did::parse(record["dfosDid"].as_str()?).ok()?;
    let (mut log, mut after) = (Vec::new(), String::new());
    for _ in 0..PAGES_MAX {
        let path = format!("{url}/relay/proof/v1/identities/{dfos}/log{after}");
        let page = get(&client, &path).await?;
        let entries = page["entries"].as_array()?.iter();
        log.extend(entries.filter_map(|entry| Some(entry["jwsToken"].as_str()?.to_owned())));
        let Some(next) = page["next"].as_str() else {
            return verify_chain(did, &log).ok();
        };
        if !next.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        after = format!("?after={next}");
    }
    None
}

/// The chain as the home that it names has it, if that goes further.
async fn at_home(node: &Node, did: &Did, chain: Verified) -> Verified {
    let services = chain.state().services.iter();
    let mut homes = services.filter(|service| service.kind() == HOME_SERVICE);
    let home = homes.find_map(|service| service.get_str("endpoint"));
    let Some(home) = home.map(|home| home.trim_end_matches('/').to_owned()) else {
        return chain;
    };
    let newer = async {
        let client = client(node, AddressSource::ByAnybody)?;
        let answer = get(&client, &format!("{home}/auth/api/identity/{did}/chain")).await?;
        let log = answer["log"].as_array()?.iter();
        let log: Vec<&str> = log.filter_map(Json::as_str).collect();
        let newer = verify_chain(did, &log).ok()?;
        let is_further =
            newer.did() == chain.did() && newer.operation_count() > chain.operation_count();
        is_further.then_some(newer)
    };
    newer.await.unwrap_or(chain)
}

fn client(node: &Node, named: AddressSource) -> Option<Outgoing> {
    let bounded = |client: reqwest::ClientBuilder| client.timeout(TIMEOUT);
    Outgoing::within(Allowed::from_node(node), named, bounded).ok()
}

async fn get(client: &Outgoing, url: &str) -> Option<Json> {
    let request = client.request(Method::GET, Url::parse(url).ok()?).ok()?;
    let answer = request.send(ANSWER_BYTES_MAX).await.ok()?;
    answer.status.is_success().then(|| serde_json::from_slice(&answer.bytes).ok())?
}
