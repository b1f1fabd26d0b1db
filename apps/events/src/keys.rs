//! The keys against which an event's tickets are verified.

use std::sync::Arc;

use imajin_dfos::VerifyingKey;
use imajin_dfos::identity::Role;
use imajin_log::rules::Chain;

/// Returns all present and past auth keys of the event itself, since its signatures stay valid. Its controllers have
/// other keys, which sign no tickets.
pub(crate) fn ever(chain: &Chain) -> impl Iterator<Item = Arc<VerifyingKey>> + '_ {
    let own = chain.ever_keys().filter(|key| key.roles().any(|role| role == Role::Auth));
    own.filter_map(|key| key.verifying())
}
