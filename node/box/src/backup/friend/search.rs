//! The search for a friend's box among those of a registry, for a person who forgot its address.
//!
//! Always: the registry's list is untrusted. A registry on the open internet leads to no address elsewhere, and a box that does not answer is passed
//! over. The boxes learn who asks.

use super::super::BackupError;
use super::link::{Call, Link};
use super::parse_address;
use crate::failure::because;
use crate::key::PersonKey;
use crate::settings::BoxConfig;
use imajin_dfos::SigningKey;
use imajin_host::outgoing::{AddressSource, Allowed, Blocking, is_public_url};
use reqwest::blocking::Response;
use reqwest::{Method, Url};
use serde::Deserialize;
use std::io::Read;

/// Boxes on a page of the registry's list.
const PAGE_BOXES: &str = "100";
const PAGES_MAX: usize = 100;
const PAGE_BYTES_MAX: u64 = 4 << 20;

/// A page of a registry's list.
#[derive(Deserialize)]
struct ListPage {
    nodes: Vec<ListedNode>,
    /// The beginning of the next page.
    next: Option<String>,
}

/// A node on a registry's list.
#[derive(Deserialize)]
struct ListedNode {
    subdomain: Option<String>,
    url: Option<String>,
}

impl ListedNode {
    /// Returns the addresses that may be asked.
    fn addresses(&self, is_near: bool) -> Vec<Url> {
        let named = [self.subdomain.as_deref(), self.url.as_deref()];
        let roots = named.into_iter().flatten().filter_map(parse_address).map(|(root, _)| root);
        roots.filter(|root| is_near || is_public_url(root.as_str())).collect()
    }
}

/// Asks the boxes of a registry, one after the other, for backups that a key may read. Returns the places. Blocks.
pub fn search_registry(
    registry: &str,
    key: &PersonKey,
    config: &BoxConfig,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<String>, BackupError> {
    let allowed = Allowed { private: config.private_addresses };
    let nodes = read_list(registry, allowed)?;
    let is_near = !is_public_url(registry);
    let key = key.signing_key();
    let mut places = Vec::new();
    for (done, node) in (1..).zip(&nodes) {
        let mut roots = node.addresses(is_near).into_iter();
        places.extend(roots.find_map(|root| ask(root, &key, allowed)));
        progress(done, nodes.len() as u64);
    }
    Ok(places)
}

/// Asks a box. Returns the place of the backups; the box's address if it has those of several boxes.
fn ask(root: Url, key: &SigningKey, allowed: Allowed) -> Option<String> {
    match Link::meet(root.clone(), key, allowed, &Call::new(Method::GET, None)) {
        Ok(link) => link.map(|link| String::from(link.url)),
        Err(BackupError::Several { .. }) => Some(String::from(root)),
        Err(error) => {
            tracing::debug!(%error, "a box of a registry was passed over");
            None
        }
    }
}

fn read_list(registry: &str, allowed: Allowed) -> Result<Vec<ListedNode>, BackupError> {
    let http = Blocking::within(allowed, AddressSource::InSettings, |client| client)
        .map_err(BackupError::settings)?;
    let mut nodes = Vec::new();
    let mut after: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let page = read_page(&http, registry, after.as_deref())?;
        nodes.extend(page.nodes);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(nodes)
}

fn read_page(
    http: &Blocking,
    registry: &str,
    after: Option<&str>,
) -> Result<ListPage, BackupError> {
    let failed = |why: String| BackupError::Place { place: registry.to_owned(), why };
    let url = Url::parse(&format!("{registry}/api/node/list"));
    let mut url = url.map_err(|error| failed(error.to_string()))?;
    url.query_pairs_mut()
        .append_pair("limit", PAGE_BOXES)
        .extend_pairs(after.map(|after| ("after", after)));
    let request = http.request(Method::GET, url).map_err(|error| failed(error.to_string()))?;
    let answer = request.send().and_then(Response::error_for_status);
    let answer = answer.map_err(|error| failed(because(&error.without_url())))?;
    let mut bytes = Vec::new();
    let read = answer.take(PAGE_BYTES_MAX).read_to_end(&mut bytes);
    read.map_err(|error| failed(error.to_string()))?;
    let page = serde_json::from_slice(&bytes);
    page.map_err(|_| failed("its answer is not one of a registry".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_on_the_internet_leads_to_no_address_at_home() {
        let node = |subdomain: Option<&str>, url: Option<&str>| ListedNode {
            subdomain: subdomain.map(str::to_owned),
            url: url.map(str::to_owned),
        };
        let addresses = |node: ListedNode, is_near: bool| -> Vec<String> {
            let roots = node.addresses(is_near).into_iter();
            roots.map(String::from).collect()
        };
        let named = || node(Some("bob.nodes.example"), Some("http://192.168.1.1:7000"));
        assert_eq!(addresses(named(), false), ["https://bob.nodes.example/"]);
        let expected = ["https://bob.nodes.example/", "http://192.168.1.1:7000/"];
        assert_eq!(addresses(named(), true), expected);
    }
}
