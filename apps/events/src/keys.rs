//! By which keys an event's tickets are signed.

use std::sync::Arc;

use imajin_dfos::VerifyingKey;
use imajin_dfos::identity::Role;
use imajin_ledger::rules::Chain;

/// The keys that the event ever spoke with: what it signed stays signed. Who controls it has other keys, and those sign
/// no tickets.
pub(crate) fn ever(chain: &Chain) -> impl Iterator<Item = Arc<VerifyingKey>> + '_ {
    let own = chain
        .ever_keys()
        .filter(|key| key.roles().any(|role| role == Role::Auth));
    own.filter_map(|key| key.verifying())
}
