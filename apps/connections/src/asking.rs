//! The price of an answer about a person: the offer, and the answer's manifest.

use imajin_app::{Node, Problem};
use imajin_protocol::fair::{Contributor, Digest, Draft, Manifest};
use imajin_protocol::{Currency, Did, IdText, Minor, Ppm};
use imajin_selling::{Offer, Rail};

use crate::manifest::MANIFEST;
use crate::queries::Policy;

/// The kind of the sale.
const SOLD: &str = "answer";

/// Returns this service's name, as an ID.
pub(crate) fn service() -> Result<IdText, Problem> {
    IdText::parse(MANIFEST.name).map_err(Problem::internal)
}

/// Returns the kind of the sale, as an ID.
pub(crate) fn sold() -> Result<IdText, Problem> {
    IdText::parse(SOLD).map_err(Problem::internal)
}

/// Returns the manifest by which a person sells answers; `None` without one.
pub(crate) fn manifest(node: &Node, fair: Option<&str>) -> Result<Option<Manifest>, Problem> {
    match fair.and_then(Digest::parse) {
        Some(digest) => imajin_selling::cashier(node)?.manifest(node, &digest),
        None => Ok(None),
    }
}

/// Makes the manifest of a free answer: the node states that it is about this person.
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
    manifest.sign_as_platform(&node.key().key).map_err(Problem::internal)
}

/// Makes the offer of an answer to a payer.
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
