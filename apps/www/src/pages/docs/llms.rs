//! `/llms.txt` and `/llms-full.txt`: the documentation for programs (<https://llmstxt.org>).

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use imajin_app::{Node, tagged};
use imajin_host::prelude::*;

use super::library::{Document, documents, operations};
use crate::pages::text;

const SUMMARY: &str = include_str!("summary.md");

/// The pages in `/llms-full.txt`. The operations of all services and the routes follow.
const FULL: [&str; 5] = ["guide", "api", "apps", "fair", "format"];
const ROUTES: &str = "routes";

/// `/llms.txt`
pub(crate) async fn index(State(node): State<Node>) -> Response {
    let url = node.url();
    let link = |document: Document| {
        let (title, path) = (document.title(), document.path);
        format!("- [{title}]({url}/docs/{path}.md)\n")
    };
    let specs = node.services().iter().map(|service| {
        let name = service.name();
        format!("- [{name}]({url}/{name}/api/spec)\n")
    });
    let mut out = head(&node);
    out += &format!("\n## Build\n\n- [Everything in one file]({url}/llms-full.txt)\n");
    out.extend(documents(&node, "build").map(link));
    out += "\n## Operations\n\n";
    out.extend(operations(&node).map(link));
    out += "\n## OpenAPI\n\n";
    out.extend(specs);
    out += "\n## Optional\n\n";
    out.extend(documents(&node, "run").map(link));
    text(out)
}

/// `/llms-full.txt`
pub(crate) async fn full(State(node): State<Node>, headers: HeaderMap) -> Response {
    let pages = FULL.into_iter().filter_map(|path| Document::find(&node, path));
    let pages = pages.chain(operations(&node)).chain(Document::find(&node, ROUTES));
    let mut out = head(&node);
    for page in pages {
        out.push('\n');
        out += &page.text;
    }
    let kind = ("text/plain; charset=utf-8", "no-cache");
    tagged(&headers, kind, out.into_bytes())
}

/// The title, the summary, and which node this is.
fn head(node: &Node) -> String {
    let (name, did, url) = (node.name(), node.did(), node.url());
    format!("# {name}\n\n{SUMMARY}\nThis node is {did} at {url}.\n")
}
