//! The short explanation for people, and the long one for programs.

use axum::extract::State;
use axum::response::Response;
use imajin_service::{Node, Page};
use maud::html;

/// `/docs`
pub(crate) async fn docs(State(node): State<Node>) -> Page {
    let services: Vec<_> = node
        .services()
        .iter()
        .map(|service| service.name())
        .collect();
    let content = html! {
        h1 { "How it works" }
        h2 { "Your key" }
        p { "When you begin, your browser makes a secret number for you: your key. It stays in that browser. What you do is signed with it, and everybody can check the signature without asking anyone." }
        h2 { "Your record" }
        p { "Everything this box knows about you stands in one file, your record. Each entry names the one before it, so nothing can be slipped in, taken out or changed without it showing. Your box writes; only you can sign." }
        h2 { "Your copy" }
        p { "You can take the whole record away, as one file. It proves itself: " a href="/verify" { "any box can check it" } ", and so can a small program on any computer. Another box can carry on from it, with the same address, pages and friends." }
        h2 { "When words are erased" }
        p { "What you wrote can be erased. What stays is that there was something, when, and who signed it, so that the rest of the record still proves itself." }
        h2 { "If you lose your device" }
        p { "Your recovery sheet and its passphrase bring the key back. If you have another device that is yours, it can let a new one in as well." }
        h2 { "For programs" }
        p { "Each service describes itself:" }
        ul { @for name in &services { li { a href={ "/" (name) "/api/spec" } { (name) } } } }
        p { "The whole in one text: " a href="/llms-full.txt" { "llms-full.txt" } "." }
    };
    Page::new("How it works", content).current("/docs")
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
