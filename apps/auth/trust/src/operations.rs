//! The operations of attestations and anchors.

mod anchor;
mod attestation;

pub use anchor::PublishAnchor;
pub use attestation::{
    CheckedAttestation, Countersign, Countersigned, Decline, Declined, Issue, Other, Received,
    Revoke, Revoked, attestation_received,
};
