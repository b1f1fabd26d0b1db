//! The nodes that may have a tunnel, and for which names (docs/registry.md, "Tunnels").
//!
//! Always: only an active node has one, for a name that the registry keeps for it. Whether names outside of the registry's domain are
//! the node's is not for the directory to say. A request is accepted once.

use imajin_edge::tunnel::OWNED_NAMES_MAX;
use imajin_protocol::did::is_host_name;
use serde_json::Value;
use tokio::sync::watch;

use super::message::Document;
use super::rate::Rate;
use super::refusal::{Refusal, field, forbidden, unauthorized};
use super::rows::NodeRow;
use super::status::Status;
use super::{Core, Directory, NO_NODE, take};

/// Names of one tunnel, at most.
const NAMES_MAX: usize = 8;
/// Tunnels that one node may open.
const TUNNELS_AN_HOUR: u32 = 240;
/// How long a request is remembered, in milliseconds: longer than it is believed.
const REQUEST_MS: i64 = 600_000;

/// A node that may have a tunnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TunnelHolder {
    /// The node's DID.
    pub(crate) id: String,
    /// The host names that the registry keeps for it.
    pub(crate) names: Vec<String>,
    /// The names outside of the registry's domain that the node says are its own.
    pub(crate) claimed_names: Vec<String>,
    /// When it first registered, in milliseconds since 1970.
    pub(crate) registered_ms: i64,
}

/// The host names in a request.
struct AskedNames {
    /// Names below the registry's domain.
    kept: Vec<String>,
    /// Names elsewhere, which belong to the node if their zone says so.
    claimed: Vec<String>,
}

impl Core {
    /// Accepts a node's request for a tunnel.
    fn tunnel_holder(&self, text: &Value) -> Result<TunnelHolder, Refusal> {
        let document = Document::read(text)?;
        let now_ms = self.now_ms();
        document.check_time(now_ms)?;
        let names = self.asked_names(&document)?;
        let id = document.id.as_str();
        let public_key = self.read(|reads| reads.key(id)?.ok_or(Refusal::NotFound(NO_NODE)))?;
        document.verify_stored(&public_key)?;
        self.write(|tx| {
            let node = tx.node(id)?.ok_or(Refusal::NotFound(NO_NODE))?;
            if node.public_key != public_key {
                return Err(unauthorized("another key is registered for this node by now"));
            }
            self.may_hold(&node, &names.kept, now_ms)?;
            let rate = Rate::an_hour(TUNNELS_AN_HOUR);
            take(tx, &format!("tunnel {id}"), rate, now_ms)?;
            let message = "this request, or a newer one, was accepted already";
            document.take(tx, ("tunnel-at", message), (now_ms, REQUEST_MS))?;
            // The operator may have given the tunnels other addresses since the node registered.
            self.follow(tx, Some(&node), Some(&node))?;
            Ok(TunnelHolder {
                id: node.id.clone(),
                names: names.kept.clone(),
                claimed_names: names.claimed.clone(),
                registered_ms: node.registered_ms,
            })
        })
    }

    /// Reads the names in a request. One of them is below the registry's domain at least.
    fn asked_names(&self, document: &Document) -> Result<AskedNames, Refusal> {
        let domain = self.config.domain.as_deref().unwrap_or_default();
        let is_kept = |name: &String| {
            let above = name.strip_suffix(domain);
            above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
        };
        let (kept, claimed): (Vec<_>, Vec<_>) = names(document)?.into_iter().partition(is_kept);
        if claimed.len() > OWNED_NAMES_MAX {
            let message = format!("names may have at most {OWNED_NAMES_MAX} of the node's own");
            return Err(field("names", message));
        }
        if let Some(name) = claimed.iter().find(|name| !is_public_name(name)) {
            return Err(field("names", format!("{name} is not a host name")));
        }
        if kept.is_empty() {
            let message = "names has none that this registry keeps for the node";
            return Err(forbidden("name-not-held", message));
        }
        Ok(AskedNames { kept, claimed })
    }

    /// Refuses a node that isn't active, and names that are not kept for it.
    fn may_hold(&self, node: &NodeRow, names: &[String], now_ms: i64) -> Result<(), Refusal> {
        self.check_verdict(node, now_ms)?;
        match node.at(&self.config.times, now_ms).status {
            Status::Active => {}
            Status::Expired => {
                return Err(forbidden("node-expired", "the registration has ended: renew it"));
            }
            _ => {
                let message = "heartbeats of this node are missing: send one first";
                return Err(forbidden("node-not-active", message));
            }
        }
        let own = self.subdomain(node);
        match names.iter().find(|name| own.as_ref() != Some(name)) {
            None => Ok(()),
            Some(name) => {
                let message = format!("{name} is not a name that this registry keeps for the node");
                Err(forbidden("name-not-held", message))
            }
        }
    }
}

/// Whether a name can be in the public DNS.
fn is_public_name(name: &str) -> bool {
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let last = name.rsplit_once('.').map(|(_, last)| last);
    is_host_name(name) && last.is_some_and(|last| !is_number(last))
}

/// The host names in a request, in lower case and each once.
fn names(document: &Document) -> Result<Vec<String>, Refusal> {
    let refused = || {
        let message = format!("names must be a list of 1 to {NAMES_MAX} host names");
        field("names", message)
    };
    let items = document.get("names").and_then(Value::as_array);
    let items = items.filter(|items| (1..=NAMES_MAX).contains(&items.len()));
    let items = items.ok_or_else(refused)?.iter();
    let names = items.map(|item| Some(item.as_str()?.to_ascii_lowercase()));
    let mut names: Vec<String> = names.collect::<Option<_>>().ok_or_else(refused)?;
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

impl Directory {
    /// Accepts a node's request for a tunnel.
    pub(crate) async fn tunnel_holder(&self, text: Value) -> Result<TunnelHolder, Refusal> {
        self.work(move |core| core.tunnel_holder(&text)).await
    }

    /// Whether a node may keep its tunnel; the refusal says why not.
    pub(crate) async fn check_tunnel(&self, holder: &TunnelHolder) -> Result<(), Refusal> {
        let holder = holder.clone();
        self.work(move |core| {
            let node = core.read(|reads| Ok(reads.node(&holder.id)?))?;
            let node = node.ok_or(Refusal::NotFound(NO_NODE))?;
            core.may_hold(&node, &holder.names, core.now_ms())
        })
        .await
    }

    /// Finds a node by its host name, or by the label of it: its DID, and the host name.
    pub(crate) async fn named_node(&self, name: String) -> Result<(String, String), Refusal> {
        self.work(move |core| {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let domain = core.config.domain.as_deref().unwrap_or_default();
            let label = name.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.'));
            let label = label.unwrap_or(&name);
            let node = core.read(|reads| Ok(reads.node_named(label)?))?;
            let node = node.ok_or(Refusal::NotFound(NO_NODE))?;
            let name = core.subdomain(&node).ok_or(Refusal::NotFound(NO_NODE))?;
            Ok((node.id, name))
        })
        .await
    }

    /// Tells of each verdict about a node.
    pub(crate) fn verdicts(&self) -> watch::Receiver<()> {
        self.core.verdicts.subscribe()
    }
}
