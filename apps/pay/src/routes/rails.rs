//! The ways of paying that this node offers.

use serde::Serialize;
use utoipa::ToSchema;

use crate::counter::Counter;
use imajin_host::prelude::*;

/// A way of paying.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rail {
    /// `ledger`, `free`, `emt` or `stripe`.
    #[schema(example = "ledger")]
    name: &'static str,
    /// Whether it can be used here.
    available: bool,
    /// A description, or the reason that it is not available.
    note: &'static str,
}

/// Message while nothing is sold after a restore.
const RESTORED: &str = "This box was restored from a backup and asks its payment provider what was sold since; try again in a moment.";

/// Lists the ways of paying that this node offers.
#[utoipa::path(get, path = "/api/rails", tag = "pay", responses((status = 200, body = Vec<Rail>)))]
pub(crate) async fn rails(counter: Counter) -> axum::Json<[Rail; 4]> {
    let cards = counter.pay.provider().is_some();
    let open = counter.pay.is_reconciled();
    let closed = counter.node.sales_are_closed();
    let rail = |name, available: bool, note| Rail {
        name,
        available: available && !closed,
        note: if closed { RESTORED } else { note },
    };
    axum::Json([
        rail("ledger", true, "Credit on this box."),
        rail("free", true, "What costs nothing."),
        rail(
            "emt",
            true,
            "An e-transfer from bank to bank, confirmed by its recipient within 72 hours.",
        ),
        if cards && open {
            rail("stripe", true, "A card, on a page of Stripe's.")
        } else if cards {
            rail(
                "stripe",
                false,
                "This box has just started and asks what was sold by card meanwhile; try again in a moment.",
            )
        } else {
            rail("stripe", false, "The owner of this box has set up no cards.")
        },
    ])
}
