//! The registry that gave the name by which a page is asked for.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use imajin_app::peer::host_of;
use imajin_app::{Node, Texts, args};
use imajin_host::prelude::*;
use imajin_protocol::presence;
use maud::{Markup, html};

/// The address of the registry that gave the box the name by which it is asked; `None` at home, and under a name of the box's own.
///
/// The registry can lead such a name elsewhere, to a page that uses the keys that browsers keep under it. So these get no control
/// over their owner's identity (`keychange.js`).
pub(crate) struct NameGiver(Option<String>);

impl FromRequestParts<Node> for NameGiver {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Infallible> {
        let host = host_of(parts).and_then(|host| presence::host(host, true));
        let name = host.as_deref().and_then(|host| host.split(':').next());
        let place = node.network().now();
        let giver = name.and_then(|name| place.giver_of(name));
        Ok(Self(giver.map(str::to_owned)))
    }
}

impl NameGiver {
    /// The host of the registry.
    pub(crate) fn registry(&self) -> Option<&str> {
        let registry = self.0.as_deref()?;
        Some(registry.strip_prefix("https://").unwrap_or(registry))
    }

    /// The notice on pages that make a key under such a name.
    pub(crate) fn notice(&self, t: Texts) -> Markup {
        html! {
            @if let Some(registry) = self.registry() {
                div #lent-name.notice { p { (t.format("lent-name", args![registry = registry])) } }
            }
        }
    }
}
