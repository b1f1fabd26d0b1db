//! Room for the files of this service: the account of all of a person's bytes, and how long one file may be.

use imajin_app::{Node, Problem};
use imajin_host::account::{self, Reserved};
use imajin_protocol::Did;

use super::{settings, too_large};

/// Reserves room for a file, as [`account::reserve`] does. Blocks.
/// Errors: 413 for a file that is longer than any may be, 507 if it does not fit, and whatever `begin` says.
pub(crate) fn reserve<T>(
    node: &Node,
    did: &Did,
    bytes: u64,
    begin: impl FnOnce() -> Result<T, Problem>,
) -> Result<(Reserved, T), Problem> {
    let most = settings::file_bytes_max(node)?;
    if bytes > most {
        return Err(too_large(most));
    }
    account::reserve(node, did, bytes, begin)
}
