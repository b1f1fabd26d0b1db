//! The node's owner, and the people they may hand it to.

use axum::Json as Answer200;
use imajin_app::extract::Person;
use imajin_app::{Answer, Node, Problem};
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{ownership, people};

/// A person, as the owner is shown them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnerLine {
    /// Their DID.
    #[schema(example = "did:imajin:6ASf5EcmmEHTgDJ4X4ZT5vT6iHVJBXPg5AN5YoTCpGWt")]
    did: String,
    /// The name that they show.
    name: Option<String>,
    /// Their handle.
    handle: Option<String>,
}

/// The owner, and whom they may give the node to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnerAnswer {
    /// The owner.
    owner: OwnerLine,
    /// The people with keys whose home this node is, up to 200, in the order in which they came.
    heirs: Vec<OwnerLine>,
}

/// Who may own this node after me? For its owner.
#[utoipa::path(
    get, path = "/api/owner", tag = "node",
    responses((status = 200, body = OwnerAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Only for the owner of the node")),
)]
pub(crate) async fn owner(Person(node, session): Person) -> Answer<Answer200<OwnerAnswer>> {
    if people::owner_of_node(&node)?.as_deref() != Some(session.did.as_str()) {
        return Err(Problem::forbidden("Only the owner of this node sees that."));
    }
    let heirs = ownership::heirs(&node, &session.did)?;
    Ok(Answer200(OwnerAnswer {
        owner: line(&node, &session.did)?,
        heirs: heirs.iter().map(|did| line(&node, did)).collect::<Result<_, _>>()?,
    }))
}

fn line(node: &Node, did: &Did) -> Result<OwnerLine, Problem> {
    let card = node.card(did)?;
    let (handle, name) = card.map_or((None, None), |card| (card.handle, card.display_name));
    Ok(OwnerLine { did: did.to_string(), name, handle })
}
