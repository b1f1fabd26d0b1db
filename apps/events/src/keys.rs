//! The keys that an event's tickets are checked by.

use std::sync::Arc;

use imajin_dfos::VerifyingKey;
use imajin_dfos::identity::Role;
use imajin_ledger::rules::Chain;

/// The keys that the event ever had for its own words: what it signed stays signed. Its controllers have other keys, and those
/// sign no tickets.
pub(crate) fn ever(chain: &Chain) -> impl Iterator<Item = Arc<VerifyingKey>> + '_ {
    let own = chain
        .ever_keys()
        .filter(|key| key.roles().any(|role| role == Role::Auth));
    own.filter_map(|key| key.verifying())
}
