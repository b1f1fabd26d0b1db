//! The backups of friends' boxes that this box keeps (docs/exchanges.md, "A friend's backups").
//!
//! | module | contents |
//! |---|---|
//! | `store` | the files of one contract, on the disk |
//! | `contract` | the contracts, their codes, and the keys that may read and write |
//! | `routes` | the answers to the boxes of friends |
//! | `page` | the owner's part of the page of backups, and the page that a code leads to |
//!
//! Always: this box sees names, sizes and times. Everything else is sealed before it comes here.

mod contract;
mod page;
mod routes;
mod store;

use std::time::Duration;

use imajin_app::capabilities::KeepsBackups;
use imajin_app::check::Check;
use imajin_app::routing::OpenApiRouter;
use imajin_app::{Node, OwnerChecks, Problem, Reader, blocking};
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use maud::Markup;

use crate::Away;
use store::Store;

pub(crate) fn routes() -> OpenApiRouter<Node> {
    routes::routes().merge(page::routes())
}

/// Begins to remove what has stayed long enough.
pub(crate) fn started(node: &Node) {
    node.begin(Sweep);
}

struct Sweep;

impl Rounds for Sweep {
    const NAME: &'static str = "the end of friends' backups";
    const EVERY: Duration = Duration::from_secs(3600);
    const FIRST: Duration = Duration::from_secs(30);

    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        let node = node.clone();
        blocking::long(move || sweep(&node)).await?
    }
}

fn sweep(node: &Node) -> Result<(), Problem> {
    let now_ms = node.now().as_millis();
    for contract in contract::all(node)? {
        let store = Store::new(node.data(), &contract.id);
        if contract.is_over(now_ms) {
            store.clear()?;
            contract::forget(node, &contract.id)?;
        } else {
            store.sweep(now_ms)?;
        }
    }
    Ok(())
}

impl KeepsBackups for Away {
    fn draw_contracts(&self, node: &Node, reader: Reader) -> Result<Markup, Problem> {
        page::draw(node, reader)
    }
}

impl OwnerChecks for Away {
    fn checks(&self, node: &Node) -> Vec<Check> {
        const NAME: &str = "friends' backups";
        // The checks of the records report unreadable tables.
        let mut contracts = contract::all(node).unwrap_or_default();
        contracts.retain(|contract| contract.is_taken() && contract.ended_ms.is_none());
        let full = contracts.iter().filter(|one| one.refused_ms.is_some());
        let names: Vec<&str> = full.map(|contract| contract.name.as_str()).collect();
        match (contracts.len(), names.is_empty()) {
            (0, _) => Vec::new(),
            (count, true) => vec![Check::good(
                NAME,
                format!("the backups of other boxes are kept here: {count}"),
            )],
            (_, false) => vec![Check::warn(
                NAME,
                format!("there was no room here for a backup of a friend: {}", names.join(", ")),
                "make room on the disk, or give them more room on the page Backups",
            )],
        }
    }
}
