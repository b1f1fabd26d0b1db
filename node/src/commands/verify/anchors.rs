//! Sources of published anchors: a chain file, or a relay. Their content is not trusted; the ledger verifies it.

use crate::client::{Client, ClientError, escape};
use imajin_log::verify::AnchorRequest;
use imajin_protocol::anchor::{ChainFile, SCHEMA};
use serde_json::Value as Json;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// A chain file of a node that anchors daily grows by a quarter of a megabyte a year.
const FILE_BYTES_MAX: u64 = 64 << 20;
/// Rows of one request to a relay, and pages of one list, at most: a relay may send pages without end.
const PAGE: u32 = 1_000;
const PAGES_MAX: u32 = 1_000;

/// Source of published anchors.
pub(super) enum AnchorLocation {
    File(PathBuf),
    Relay(Client),
}

impl AnchorLocation {
    pub(super) fn new(text: &str) -> Result<Self, ClientError> {
        if text.starts_with("http://") || text.starts_with("https://") {
            Client::new(text).map(Self::Relay)
        } else {
            Ok(Self::File(text.into()))
        }
    }

    /// Returns the published operations of a log's homes, as far as the source has them.
    pub(super) fn read(&self, wanted: &[AnchorRequest]) -> Result<Vec<ChainFile>, String> {
        match self {
            Self::File(path) => {
                let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
                let mut bytes = Vec::new();
                File::open(path)
                    .and_then(|file| file.take(FILE_BYTES_MAX).read_to_end(&mut bytes))
                    .map_err(|error| named(&error))?;
                Ok(vec![ChainFile::parse(&bytes).map_err(|error| named(&error))?])
            }
            Self::Relay(relay) => {
                let mut files = Vec::new();
                for wanted in wanted {
                    files.extend(of_node(relay, wanted).map_err(|error| error.to_string())?);
                }
                if files.is_empty() {
                    Err(format!(
                        "{} knows none of the nodes that the log lived on",
                        relay.address()
                    ))
                } else {
                    Ok(files)
                }
            }
        }
    }
}

/// Fetches a node's chains from a relay; `None` if the relay does not know the node.
fn of_node(relay: &Client, request: &AnchorRequest) -> Result<Option<ChainFile>, ClientError> {
    let did = &request.dfos_did;
    let identity = format!("/proof/v1/identities/{did}/log");
    let Some(identity) = list(relay, &identity, "", "entries")? else {
        return Ok(None);
    };
    let mut chains: Vec<String> = request.chains.iter().map(ToString::to_string).collect();
    let filter = format!("&creator={}&docSchema={}", escape(did), escape(SCHEMA));
    let indexed = list(relay, "/index/v0/content", &filter, "content")?;
    for row in indexed.into_iter().flatten() {
        let chain = text(&row, "contentId")?;
        if !chains.contains(&chain) {
            chains.push(chain);
        }
    }
    let mut file = ChainFile {
        node: request.node.clone(),
        identity: tokens(&identity)?,
        operations: Vec::new(),
        countersignatures: Vec::new(),
        paths: Vec::new(),
    };
    for chain in chains {
        let path = format!("/proof/v1/content/{}/log", escape(&chain));
        for row in list(relay, &path, "", "entries")?.into_iter().flatten() {
            let path = format!("/proof/v1/countersignatures/{}", escape(&text(&row, "cid")?));
            let rows = list(relay, &path, "", "countersignatures")?.unwrap_or_default();
            file.countersignatures.extend(tokens(&rows)?);
            file.operations.push(text(&row, "jwsToken")?);
        }
    }
    Ok(Some(file))
}

fn tokens(rows: &[Json]) -> Result<Vec<String>, ClientError> {
    rows.iter().map(|row| text(row, "jwsToken")).collect()
}

fn text(row: &Json, name: &'static str) -> Result<String, ClientError> {
    row.get(name).and_then(Json::as_str).map(str::to_owned).ok_or(ClientError::Form(name))
}

/// Fetches a whole list, page by page; `None` if the relay does not know it (404) or lacks the capability (501).
fn list(
    relay: &Client,
    path: &str,
    filter: &str,
    member: &'static str,
) -> Result<Option<Vec<Json>>, ClientError> {
    let mut rows: Vec<Json> = Vec::new();
    let mut after = String::new();
    for _ in 0..PAGES_MAX {
        let mut page = match relay.get(&format!("{path}?limit={PAGE}{filter}{after}")) {
            Ok(page) => page,
            Err(error) if matches!(error.status(), Some(404 | 501)) => {
                return Ok((!rows.is_empty()).then_some(rows));
            }
            Err(error) => return Err(error),
        };
        let some = page.get_mut(member).and_then(Json::as_array_mut);
        let some = std::mem::take(some.ok_or(ClientError::Form(member))?);
        let is_last = some.is_empty();
        rows.extend(some);
        match page.get("next").and_then(Json::as_str) {
            Some(next) if !is_last => after = format!("&after={}", escape(next)),
            _ => return Ok(Some(rows)),
        }
    }
    Err(ClientError::Failed(format!("{} sends pages without end", relay.address())))
}
