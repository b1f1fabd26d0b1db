//! HTTP routes of this service: its pages. Helpers speak MCP ([`crate::mcp`]).

use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, get};

use crate::pages;

/// All routes, relative to `/agents`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new().route("/", get(pages::helpers)).with_state(node)
}
