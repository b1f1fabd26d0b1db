//! Cache of the destinations of links, for visitors who aren't signed in. Each is kept until it changes.

use std::sync::Arc;

use imajin_app::operation::ItemId;
use imajin_app::recent::{FreshAnswer, Recent, Tables};
use imajin_app::{Answer, Node};
use imajin_items::strangers::until;
use imajin_items::{ItemPages, Owner};

use crate::Links;
use crate::manifest::MANIFEST;
use crate::visits::Target;

const TARGETS_BYTES_MAX: usize = 256 << 10;
/// Approximate bytes of a link in addition to its address.
const TARGET_BYTES: usize = 256;

struct Targets(Recent<Target>);

impl Default for Targets {
    fn default() -> Self {
        // A deletion may concern any table.
        Self(Recent::new(Tables::All, TARGETS_BYTES_MAX))
    }
}

/// Returns the destination of a link.
pub(crate) fn target(node: &Node, whose: &str, link: &ItemId) -> Answer<Arc<Target>> {
    let key = format!("{whose}/{}", link.as_str());
    node.state::<Targets>().0.get(node, &key, || {
        let owner = Owner::resolve(node, whose)?;
        let until = until(node, MANIFEST.name, whose, &owner)?;
        let item = Links::find(node, &owner.did, None, link.as_str())?.item;
        Ok(FreshAnswer {
            bytes: TARGET_BYTES + item.own.url.as_ref().map_or(0, String::len),
            value: Target::new(node, owner.did, &item)?,
            until,
        })
    })
}
