//! The way of a file that is sold into its buyer's folder, and back if it wasn't sold after all.
//!
//! Always: room is reserved in the buyer's quota before the file arrives, and the file cannot be used before the sale is
//! entered.

use std::sync::Arc;

use imajin_app::{Node, Problem};
use imajin_dfos::cid::parse_cid;
use imajin_ledger::media::{Delivery, MediaError};
use imajin_protocol::Did;
use parking_lot::Mutex;

use crate::bytes::{self, Reserved};
use crate::queries::Asset;

/// A file that is in its buyer's folder for an order.
#[derive(Clone)]
pub(crate) struct Ready(Arc<Mutex<Option<Brought>>>);

/// A delivery, with its place in the buyer's room until it has ended.
struct Brought {
    delivery: Delivery,
    _room: Option<Reserved>,
}

impl std::fmt::Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ready")
    }
}

impl Ready {
    /// Brings an asset's file into a buyer's folder. `None` while another order does. Blocks: between disks it is copied.
    /// Errors: 507 without room, 503 if the file isn't there.
    pub(crate) fn make(
        node: &Node,
        (seller, buyer): (&Did, &Did),
        asset: &Asset,
    ) -> Result<Option<Self>, Problem> {
        let cid = parse_cid(&asset.cid).map_err(Problem::internal)?;
        let media = node.ledger().media();
        let bring = || {
            media.deliver((seller, buyer), &cid).map_err(|error| match error {
                MediaError::NotFound { .. } => crate::files::missing(),
                other => bytes::problem(other),
            })
        };
        let has_it = media.size(buyer, &cid).map_err(bytes::problem)?;
        let (room, delivery) = match has_it {
            Some(_) => (None, bring()?),
            None => {
                let length = asset.bytes.unsigned_abs();
                let (room, delivery) = bytes::reserve(node, buyer, length, bring)?;
                bytes::stored(node, buyer, length);
                (Some(room), delivery)
            }
        };
        let brought = delivery.map(|delivery| Brought { delivery, _room: room });
        Ok(brought.map(|brought| Self(Arc::new(Mutex::new(Some(brought))))))
    }

    fn take(&self) -> Option<Delivery> {
        let mut held = self.0.lock();
        held.take().map(|brought| brought.delivery)
    }

    /// The sale was entered.
    pub(crate) fn delivered(&self) {
        if let Some(delivery) = self.take() {
            delivery.end();
        }
    }

    /// The sale was refused.
    pub(crate) fn take_back(&self) {
        if let Some(delivery) = self.take()
            && let Err(error) = delivery.take_back()
        {
            tracing::warn!(%error, "the file of an order that was refused waits for the sweep");
        }
    }
}
