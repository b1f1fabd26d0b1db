//! The operations of this service. Each is declared once, as a type, in the part that it belongs to.

use imajin_data::operations::{DeleteRecord, EraseBodies};
use imajin_identity::operations::{
    AdoptSide, ClaimNode, CreateDelegation, CreateIdentity, DescribeApp, EndDelegation, GiveNode,
    KeepChain, MoveHome, NameKey, ReadmitGuest, RegisterIdentity, SetEmail, TakeNode,
    UpdateIdentity, UpdateSettings,
};
use imajin_trust::operations::{
    Countersign, Countersigned, Decline, Declined, Issue, PublishAnchor, Received, Revoke, Revoked,
};

imajin_app::declarations! {
    CreateIdentity, RegisterIdentity, UpdateIdentity, KeepChain, NameKey, ClaimNode, GiveNode,
    TakeNode, MoveHome, UpdateSettings, EraseBodies, DeleteRecord, AdoptSide, CreateDelegation,
    EndDelegation, DescribeApp, SetEmail, ReadmitGuest, PublishAnchor, Issue, Received, Countersign,
    Countersigned, Decline, Declined, Revoke, Revoked,
}

#[cfg(test)]
mod tests {
    use imajin_log::ops::KERNEL_OPS;

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
