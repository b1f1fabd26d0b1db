//! Pages as JSON and as Markdown (<https://spec.commonmark.org/0.31.2/>), for programs and for people who take them elsewhere.
//!
//! Always: what a person wrote is text in Markdown too, with every character escaped that could mean something else.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use imajin_service::Session;
use serde::Serialize;

use super::{View, paragraphs};
use crate::fields::Kind;
use crate::queries::Item;

/// A page, or a collection with what is in it.
#[derive(Serialize)]
struct Written<'a> {
    owner: &'a str,
    handle: Option<&'a str>,
    title: &'a str,
    /// On a page all that its viewer sees of it, in its order; of a collection or link the item itself, and what is in it.
    items: Vec<&'a Item>,
}

impl View<'_> {
    pub(super) fn json(&self, session: Option<&Session>) -> Response {
        let subject = self.subject.as_ref();
        // The page itself is among its items.
        let first = subject.filter(|subject| subject.kind != Kind::Page);
        let written = Written {
            owner: self.owner.did.as_str(),
            handle: self.owner.handle.as_deref(),
            title: &self.title,
            items: first.into_iter().chain(&self.items).collect(),
        };
        for_viewer(axum::Json(written).into_response(), session)
    }

    pub(super) fn markdown(&self, session: Option<&Session>) -> Response {
        let mut out = format!("# {}\n", escaped(&self.title));
        let subject = self.subject.as_ref();
        note(subject, "", &mut out);
        match subject.filter(|subject| subject.kind != Kind::Page) {
            Some(item) if item.kind == Kind::Link => link(item, &mut out),
            Some(collection) => self.links(Some(&collection.id), &mut out),
            None => self.links(None, &mut out),
        }
        for collection in self.within(Kind::Collection, None) {
            out.push_str(&format!("\n## {}\n", escaped(&collection.title)));
            note(Some(collection), "", &mut out);
            self.links(Some(&collection.id), &mut out);
        }
        let kind = [(header::CONTENT_TYPE, "text/markdown; charset=utf-8")];
        for_viewer((kind, out).into_response(), session)
    }

    fn links(&self, parent: Option<&str>, out: &mut String) {
        for (place, item) in self.within(Kind::Link, parent).enumerate() {
            if place == 0 {
                out.push('\n');
            }
            link(item, out);
        }
    }
}

/// Marks an answer that may show more to the person who is signed in: the next one at this browser must not see it.
fn for_viewer(mut response: Response, session: Option<&Session>) -> Response {
    let keep = match session {
        Some(_) => "private, no-store",
        None => "no-cache",
    };
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

fn link(item: &Item, out: &mut String) {
    let url = item.url.as_deref().unwrap_or_default();
    out.push_str(&format!(
        "- [{}](<{}>)\n",
        escaped(&item.title),
        escaped(url)
    ));
    note(Some(item), "  ", out);
}

fn note(item: Option<&Item>, indent: &str, out: &mut String) {
    let note = item.and_then(|item| item.note.as_deref());
    for paragraph in paragraphs(note.unwrap_or_default()) {
        let lines = paragraph.lines().map(str::trim);
        let lines: Vec<_> = lines.filter(|line| !line.is_empty()).map(escaped).collect();
        // A backslash at the end of a line keeps the break.
        let text = lines.join(&format!("\\\n{indent}"));
        out.push_str(&format!("\n{indent}{text}\n"));
    }
}

/// A text in which nothing is markup: a backslash makes any ASCII punctuation plain, in a link's address too.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' => out.push(' '),
            _ => {
                if letter.is_ascii_punctuation() && !matches!(letter, ',' | ';' | '/' | '\'' | '?')
                {
                    out.push('\\');
                }
                out.push(letter);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_is_text_in_markdown() {
        assert_eq!(
            escaped("[a](b) <i> *x* 1. & #"),
            r"\[a\]\(b\) \<i\> \*x\* 1\. \& \#"
        );
        assert_eq!(escaped("a\n# b"), r"a \# b");
    }
}
