//! Limits of concurrent transfers: per client, and in all.
//!
//! Always: a transfer gives its place back when it is dropped, however it ended. People whom the household did not let in count
//! by their address; a quarter of the places is for members, and one for the owner. How long a client may be silent is the
//! edge's matter, which ends its body or its answer.

use imajin_app::fair::{FairSemaphore, Full, Permit, Shares};
use imajin_app::{Node, Problem};
use imajin_host::jobs::{Client, JobOwner};

/// Transfers of one client: what a browser sends and shows side by side.
const EACH_MAX: usize = 8;
/// All of them: each has two pieces of 64 KiB in memory and a descriptor.
const ALL_MAX: usize = 64;
/// Seconds after which one may try again.
const RETRY_S: u32 = 5;

/// The transfers that are under way.
struct Transfers(FairSemaphore<JobOwner>);

impl Default for Transfers {
    fn default() -> Self {
        Self(FairSemaphore::new(Shares::of_transfers(ALL_MAX, EACH_MAX)))
    }
}

/// A place among the transfers.
pub(crate) struct Transfer(#[expect(dead_code, reason = "held")] Permit<JobOwner>);

impl Transfer {
    /// Takes a place.
    /// Errors: 503 if there is none.
    pub(crate) fn begin(node: &Node, client: &Client) -> Result<Self, Problem> {
        let transfers = node.state::<Transfers>();
        let permit = transfers.0.try_acquire(client.who.clone(), client.role);
        permit.map(Self).map_err(|full| match full {
            Full::All => Problem::busy(
                RETRY_S,
                "As many files are on their way as this box can handle: try again in a moment.",
            ),
            Full::Client => Problem::busy(
                RETRY_S,
                format!(
                    "{EACH_MAX} of your files are on their way: try again as soon as another has arrived."
                ),
            ),
        })
    }
}
