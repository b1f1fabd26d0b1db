//! The API of attestations and standing, one file a group.

mod attestation_answers;
mod attestations;
mod standing;

use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, routes as paths};

/// The routes of attestations and standing, relative to `/auth`.
pub fn routes(node: &Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(paths!(attestations::list, attestations::issue))
        .routes(paths!(attestations::read_attestation))
        .routes(paths!(attestation_answers::countersign))
        .routes(paths!(attestation_answers::decline))
        .routes(paths!(attestation_answers::revoke))
        .routes(paths!(attestations::root_record))
        .routes(paths!(standing::standing))
        .with_state(node.clone())
}
