//! Presence: people's connections are told that they are online, if they permit it. Presence is in no log.

use std::collections::BTreeSet;
use std::sync::Arc;

use imajin_app::{Answer, Node, blocking};
use imajin_protocol::Did;
use serde_json::json;

use super::{About, Client, Hub, News};
use crate::queries;

/// Somebody's socket opened: they are told who is there and, if it is their first one, their connections of them.
pub(super) async fn came(node: &Node, client: &Arc<Client>, is_first: bool) {
    let (node, client) = (node.clone(), Arc::clone(client));
    let outcome = blocking::run(move || tell_of_coming(&node, &client, is_first)).await;
    if let Ok(Err(problem)) | Err(problem) = outcome {
        tracing::error!("nobody could be told who is there: {problem}");
    }
}

/// Somebody's last socket closed: their connections are told.
pub(super) async fn went(node: &Node, did: &Did) {
    let (node, did) = (node.clone(), did.clone());
    let task = blocking::run(move || {
        let others = connected_here(&node, &did)?;
        tell_others(&node, &did, &others, false)
    });
    if let Ok(Err(problem)) | Err(problem) = task.await {
        tracing::error!("nobody could be told who went: {problem}");
    }
}

fn tell_of_coming(node: &Node, client: &Client, is_first: bool) -> Answer<()> {
    let others = connected_here(node, &client.did)?;
    for other in &others {
        if queries::read(node, |db| queries::shows_presence(db, other))? {
            client.tell(&event(other, true));
        }
    }
    if is_first { tell_others(node, &client.did, &others, true) } else { Ok(()) }
}

fn tell_others(node: &Node, did: &Did, others: &BTreeSet<Did>, online: bool) -> Answer<()> {
    if queries::read(node, |db| queries::shows_presence(db, did))? {
        let hub = node.state::<Hub>();
        hub.tell_people(others, &event(did, online));
    }
    Ok(())
}

/// Returns the person's connections who have a socket.
fn connected_here(node: &Node, did: &Did) -> Answer<BTreeSet<Did>> {
    let mut others = BTreeSet::new();
    for other in node.state::<Hub>().people() {
        if other != *did && node.connected(did, &other)? == Some(true) {
            others.insert(other);
        }
    }
    Ok(others)
}

fn event(did: &Did, online: bool) -> News {
    let event = json!({ "type": "user_presence", "fromDid": did, "online": online });
    News::new(&event, About::Person(did.clone()))
}
