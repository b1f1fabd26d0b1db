//! The node's fees: its owner's choice, entered in the node's own log so that everybody can see since when.

use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::settlement::FeeProfile;
use serde_json::json;

use super::{Asked, Consequences, World, bad, fact_with, id, no_ref, refuse};
use crate::{ops, reads};

pub(super) fn change(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    no_ref(asked)?;
    if !reads::is_owner(world.db, world.node, asked.did)? {
        return Err(refuse(
            RefusalKind::Forbidden,
            "The fees of this box are chosen by who owns it.",
        ));
    }
    let fact = fact_with(asked, &["profile", "node", "network"])?;
    let profile = fact.id("profile").map(|id| id.as_str()).unwrap_or_default();
    let node = fact.int("node").and_then(|node| u32::try_from(node).ok());
    let node = node.ok_or_else(|| bad("node", "The node's fee is a number of millionths."))?;
    FeeProfile::named(profile, Some(node)).map_err(|error| bad("node", format!("{error}.")))?;
    let network = fact.id("network").and_then(|id| id.to_did());
    if network.is_none_or(|did| did.key_bytes().is_none()) {
        return Err(bad(
            "network",
            "Who gets the network's fee must be a did:imajin of a key.",
        ));
    }
    let draft = imajin_ledger::Draft {
        did: world.node.clone(),
        service: "pay",
        op: ops::FEES_CHANGED,
        reference: Some(id(asked.did.as_str())?),
        body: None,
        fact: Some(fact.clone()),
    };
    Ok(Consequences {
        drafts: vec![draft],
        reply: json!({}),
        ..Consequences::none()
    })
}
