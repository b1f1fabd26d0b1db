//! Who is there: told to their connections, if they let it be seen. It is in no log.

use std::collections::BTreeSet;

use imajin_protocol::Did;
use imajin_service::{Node, Problem, blocking};
use serde_json::{Value as Json, json};

use super::Hub;
use crate::manifest::MANIFEST;
use crate::queries;

/// Whether somebody came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The first of their sockets.
    Came,
    /// The last of them.
    Went,
}

/// Tells the connections of somebody who came or went, and who came of those that are there.
pub(super) async fn tell(node: &Node, did: &Did, change: Change) {
    let (node, did) = (node.clone(), did.clone());
    let told = blocking::run(move || tell_connections(&node, &did, change)).await;
    if let Ok(Err(problem)) | Err(problem) = told {
        tracing::error!("connections could not be told who is there: {problem}");
    }
}

/// Tells somebody whose further socket opens who is there.
pub(super) async fn tell_again(node: &Node, did: &Did) {
    let (node, did) = (node.clone(), did.clone());
    let told = blocking::run(move || {
        let others = connected_here(&node, &did)?;
        tell_of(&node, &did, &others)
    });
    if let Ok(Err(problem)) | Err(problem) = told.await {
        tracing::error!("nobody could be told who is there: {problem}");
    }
}

fn tell_connections(node: &Node, did: &Did, change: Change) -> Result<(), Problem> {
    let others = connected_here(node, did)?;
    if shows(node, did)? {
        let hub = node.state::<Hub>();
        hub.tell_people(&others, &event(did, change == Change::Came));
    }
    match change {
        Change::Came => tell_of(node, did, &others),
        Change::Went => Ok(()),
    }
}

/// Tells somebody which of these are there.
fn tell_of(node: &Node, did: &Did, others: &BTreeSet<Did>) -> Result<(), Problem> {
    let hub = node.state::<Hub>();
    for other in others {
        if shows(node, other)? {
            hub.tell_people(&[did.clone()].into(), &event(other, true));
        }
    }
    Ok(())
}

/// Those of somebody's connections who have a socket.
fn connected_here(node: &Node, did: &Did) -> Result<BTreeSet<Did>, Problem> {
    let mut others = BTreeSet::new();
    for other in node.state::<Hub>().people() {
        if other != *did && node.connected(did, &other)? == Some(true) {
            others.insert(other);
        }
    }
    Ok(others)
}

fn shows(node: &Node, did: &Did) -> Result<bool, Problem> {
    node.read(MANIFEST.name, |db| {
        queries::shows_presence(db, did.as_str())
    })
}

fn event(did: &Did, online: bool) -> Json {
    json!({ "type": "user_presence", "fromDid": did, "online": online })
}
