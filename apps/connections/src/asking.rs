//! What an answer about a person costs: the offer, and the manifest that an answer carries.

use imajin_protocol::fair::{Contributor, Digest, Draft, Manifest};
use imajin_protocol::{Currency, Did, IdText, Minor, Ppm};
use imajin_selling::{Offer, Rail};
use imajin_service::{Node, Problem};

use crate::manifest::MANIFEST;
use crate::queries::Policy;

/// What is sold, to pay.
const SOLD: &str = "answer";

/// This service's name, as an id.
pub(crate) fn service() -> Result<IdText, Problem> {
    IdText::parse(MANIFEST.name).map_err(Problem::internal)
}

/// The name of what it sells, as an id.
pub(crate) fn sold() -> Result<IdText, Problem> {
    IdText::parse(SOLD).map_err(Problem::internal)
}

/// The manifest that somebody's answers are sold by.
pub(crate) fn manifest(node: &Node, fair: Option<&str>) -> Result<Option<Manifest>, Problem> {
    match fair.and_then(Digest::parse) {
        Some(digest) => imajin_selling::cashier(node)?.manifest(node, &digest),
        None => Ok(None),
    }
}

/// What an answer that costs nothing carries: by the node's word it is of the person who was asked about.
pub(crate) fn plain_manifest(node: &Node, about: &Did, content: &str) -> Result<Manifest, Problem> {
    let draft = Draft {
        id: content.to_owned(),
        kind: SOLD.to_owned(),
        owner: None,
        contributors: vec![Contributor {
            did: about.clone(),
            role: Some("subject".to_owned()),
            weight: Ppm::WHOLE,
        }],
        derives_from: Vec::new(),
        terms: Default::default(),
    };
    let manifest = draft.build().map_err(Problem::internal)?;
    manifest
        .sign_as_platform(&node.key().key)
        .map_err(Problem::internal)
}

/// What an answer would cost somebody.
pub(crate) fn offer(payer: &Did, policy: &Policy, manifest: Manifest) -> Result<Offer, Problem> {
    Ok(Offer {
        payer: payer.clone(),
        amount: Minor::new(policy.price).map_err(Problem::internal)?,
        currency: Currency::parse(&policy.currency).map_err(Problem::internal)?,
        service: service()?,
        kind: sold()?,
        manifest,
        agreed: None,
        rail: Rail::Ledger,
        quoted: None,
    })
}
