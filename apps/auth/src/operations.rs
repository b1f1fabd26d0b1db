//! The operations of this service. Each is declared once, as a type.
//!
//! Most are the log's own: what their entries do, the ledger's rules say (docs/format.md §4–§9), and the ledger has their
//! rows. What a decision needs from outside, and what happens after it, is in the room that the operation belongs to.

mod anchor;
mod app;
mod attestation;
mod delegation;
mod fields;
mod guest;
mod identity;
mod key_name;
mod ownership;
mod record;

use imajin_service::operation::{Declaration, Operation};

pub(crate) use anchor::PublishAnchor;
pub(crate) use app::{DescribeApp, may_describe};
pub(crate) use attestation::{
    CheckedAttestation, Countersign, Decline, Issue, Other, Revoke, attestation_received,
};
pub(crate) use delegation::{CreateDelegation, EndDelegation};
pub(crate) use fields::{EntryCid, Home, KeyBytes, Multikey, Text, home};
pub(crate) use guest::{ReadmitGuest, SetEmail};
pub(crate) use identity::{
    Admission, CreateIdentity, KeepChain, KeysStay, Proved, RegisterIdentity, UpdateIdentity,
    extends,
};
pub(crate) use key_name::NameKey;
pub(crate) use ownership::{GiveNode, ShowedCode, TakeNode};
pub(crate) use record::{BodiesToErase, DeleteRecord, MoveHome};

/// All operations of this service.
pub(crate) static ALL: [Declaration; 27] = [
    CreateIdentity::DECLARATION,
    RegisterIdentity::DECLARATION,
    UpdateIdentity::DECLARATION,
    KeepChain::DECLARATION,
    NameKey::DECLARATION,
    identity::ClaimNode::DECLARATION,
    GiveNode::DECLARATION,
    TakeNode::DECLARATION,
    MoveHome::DECLARATION,
    record::UpdateSettings::DECLARATION,
    record::EraseBodies::DECLARATION,
    DeleteRecord::DECLARATION,
    record::AdoptSide::DECLARATION,
    CreateDelegation::DECLARATION,
    EndDelegation::DECLARATION,
    DescribeApp::DECLARATION,
    SetEmail::DECLARATION,
    ReadmitGuest::DECLARATION,
    PublishAnchor::DECLARATION,
    Issue::DECLARATION,
    attestation::Received::DECLARATION,
    Countersign::DECLARATION,
    attestation::Countersigned::DECLARATION,
    Decline::DECLARATION,
    attestation::Declined::DECLARATION,
    Revoke::DECLARATION,
    attestation::Revoked::DECLARATION,
];

#[cfg(test)]
mod tests {
    use imajin_ledger::ops::KERNEL_OPS;

    use super::*;

    /// The build checks that the rows are equal: see `kernel` of `#[derive(Operation)]`.
    #[test]
    fn every_operation_of_the_log_itself_is_declared_here() {
        for row in KERNEL_OPS {
            let declared = ALL.iter().find(|one| one.spec.op == row.op);
            assert_eq!(declared.map(|one| one.spec), Some(*row), "{}", row.op);
        }
    }

    #[test]
    fn every_operation_reads_its_own_example() {
        for one in &ALL {
            assert_eq!(one.reads_its_sample(), Ok(()), "{}", one.spec.op);
        }
    }
}
