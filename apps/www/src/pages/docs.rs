//! `/docs`: the documentation for three readers. Answers for those who live with a box are in each language. Pages for those who run a box, or
//! build on one, are in English; programs get them as Markdown.

mod library;
pub(super) mod llms;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use imajin_app::extract::Path;
use imajin_app::{Answer, Icon, Lang, Node, Page, Problem, Texts, args, tagged};
use imajin_items::markdown::documentation;
use imajin_items::pages::STYLE;
use maud::{Markup, html};

use super::help;
use super::questions::questions;
use crate::manifest::TEXTS;
use library::{Document, address, documents, operations};

struct ReaderKind {
    /// The fragment of the part of the page for them.
    part: &'static str,
    /// The message that says who they are.
    name: &'static str,
    /// The message that says what they find.
    about: &'static str,
    icon: Icon,
}

const READERS: [ReaderKind; 3] = [
    ReaderKind { part: "live", name: "docs-live", about: "docs-live-about", icon: Icon::Home },
    ReaderKind { part: "run", name: "docs-run", about: "docs-run-about", icon: Icon::Box },
    ReaderKind { part: "build", name: "docs-build", about: "docs-build-about", icon: Icon::Apps },
];

/// `/docs`
pub(crate) async fn docs(State(node): State<Node>, lang: Lang) -> Page {
    let t = TEXTS.for_reader(lang);
    let content = html! {
        h1 { (t.text("docs")) }
        p.lead { (t.text("docs-lead")) }
        ul.rows.places { @for reader in &READERS { li { a href={ "#" (reader.part) } { (reader.icon.draw()) span.grow { (t.text(reader.name)) br; span.soft { (t.text(reader.about)) } } } } } }
        section #live {
            h2 { (t.text("docs-live")) }
            ul.rows { @for text in questions(lang) { (help::row(&text)) } }
            p { a href="/help" { (t.text("docs-live-all")) } }
        }
        section #run {
            h2 { (t.text("docs-run")) }
            (english(t))
            (list(documents(&node, "run")))
        }
        section #build {
            h2 { (t.text("docs-build")) }
            (english(t))
            (list(documents(&node, "build")))
            p { (t.markup("docs-programs-all", args![], |name, _| html! { a href={ "/" (name) ".txt" } { (name) ".txt" } })) }
            details { summary { (t.text("docs-operations")) } (list(operations(&node))) }
            details { summary { (t.text("docs-programs")) } ul.rows.places { @for service in node.services().iter() { li { a href={ "/" (service.name()) "/api/spec" } { (service.name()) } } } } }
        }
    };
    t.page("help-docs", t.text("docs"), content).current("/docs")
}

/// Says that the pages are in English, to those who read another language.
fn english(t: Texts) -> Markup {
    html! { @if t.lang != Lang::En { p.hint { (t.text("docs-english")) } } }
}

fn list(documents: impl Iterator<Item = Document>) -> Markup {
    html! { ul.rows.places lang="en" { @for document in documents { li { a href={ "/docs/" (document.path) } { (document.title()) } } } } }
}

/// `/docs/{path}`: a page, or its Markdown where the path ends in `.md`.
pub(crate) async fn page(
    State(node): State<Node>,
    Path(path): Path<String>,
    lang: Lang,
    headers: HeaderMap,
) -> Answer<Response> {
    let name = path.strip_suffix(".md");
    let document = Document::find(&node, name.unwrap_or(&path))
        .ok_or_else(|| Problem::not_found(TEXTS.say("docs-none", args![])))?;
    if name.is_some() {
        let kind = ("text/markdown; charset=utf-8", "no-cache");
        return Ok(tagged(&headers, kind, document.text.into_bytes()));
    }
    Ok(show(&document, TEXTS.for_reader(lang)).into_response())
}

fn show(document: &Document, t: Texts) -> Page {
    let title = document.title();
    let content = html! {
        (english(t))
        article.prose lang="en" {
            h1 { (title) }
            (documentation(document.content(), address))
        }
        p { a href={ "/docs/" (document.path) ".md" } { (t.text("docs-markdown")) } }
    };
    t.page("help-docs", title, content).current("/docs").style(STYLE).wide()
}
