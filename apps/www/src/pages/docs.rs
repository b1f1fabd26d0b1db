//! The short explanation for people, and the long one for programs.

use axum::extract::State;
use axum::response::Response;
use imajin_app::{Lang, Node, Page, args};
use imajin_host::prelude::*;
use maud::html;

use crate::manifest::TEXTS;

pub(crate) async fn docs(State(node): State<Node>, lang: Lang) -> Page {
    let t = TEXTS.for_reader(lang);
    let services: Vec<_> = node
        .services()
        .iter()
        .map(|service| service.name())
        .collect();
    let content = html! {
        h1 { (t.text("docs")) }
        h2 { (t.text("docs-key")) }
        p { (t.text("docs-key-why")) }
        h2 { (t.text("docs-record")) }
        p { (t.text("docs-record-why")) }
        h2 { (t.text("docs-copy")) }
        p { (t.markup("docs-copy-why", args![], |_, inner| html! { a href="/verify" { (inner) } })) }
        h2 { (t.text("docs-erased")) }
        p { (t.text("docs-erased-why")) }
        h2 { (t.text("docs-lost")) }
        p { (t.text("docs-lost-why")) }
        h2 { (t.text("docs-programs")) }
        p { (t.text("docs-programs-why")) }
        ul { @for name in &services { li { a href={ "/" (name) "/api/spec" } { (name) } } } }
        p { (t.markup("docs-programs-all", args![], |_, _| html! { a href="/llms-full.txt" { "llms-full.txt" } })) }
    };
    t.page("help-docs", t.text("docs"), content)
        .current("/docs")
}

/// `/llms-full.txt`
pub(crate) async fn llms(State(node): State<Node>) -> Response {
    let mut out = format!("# {}\n\n", node.name());
    out.push_str(include_str!("llms.txt"));
    out.push_str(&format!(
        "\n## This node\n\nDID: {}\nAddress: {}\nServices (each with its OpenAPI document):\n",
        node.did(),
        node.url()
    ));
    for service in node.services().iter() {
        out.push_str(&format!(
            "- {0}: {1}/{0}/api/spec\n",
            service.name(),
            node.url()
        ));
    }
    super::text(out)
}
