//! Items as JSON and as Markdown (<https://spec.commonmark.org/0.31.2/>), for programs and for people who take them elsewhere.
//!
//! Always: what a person wrote is text in Markdown too, with every character escaped that could mean something else.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use imajin_app::Session;
use imajin_app::operation::settle_direction;
use serde::Serialize;

use crate::pages::paragraphs;
use crate::{Base, Item, Owner};

/// A page, or an item with its contents.
#[derive(Serialize)]
struct PageDocument<'a, I> {
    owner: &'a str,
    handle: Option<&'a str>,
    title: &'a str,
    /// The items that the viewer sees, in order: all of a page, or an item with its contents.
    items: Vec<&'a I>,
}

/// Items as JSON, under the title of their page.
pub fn json<I: Serialize>(
    (owner, title): (&Owner, &str),
    items: Vec<&I>,
    session: Option<&Session>,
) -> Response {
    let written =
        PageDocument { owner: owner.did.as_str(), handle: owner.handle.as_deref(), title, items };
    for_viewer(axum::Json(written).into_response(), session)
}

/// Returns a response in Markdown.
pub fn markdown(text: String, session: Option<&Session>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/markdown; charset=utf-8")];
    for_viewer((kind, text).into_response(), session)
}

/// Marks an answer that may show more to the person who is signed in: the next one at this browser must not see it.
fn for_viewer(mut response: Response, session: Option<&Session>) -> Response {
    let keep = match session {
        Some(_) => "private, no-store",
        None => "no-cache",
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

/// Writes a note, a paragraph for each of its paragraphs.
pub fn note(note: Option<&str>, indent: &str, out: &mut String) {
    for paragraph in paragraphs(note.unwrap_or_default()) {
        let lines = paragraph.lines().map(str::trim);
        let lines: Vec<_> = lines.filter(|line| !line.is_empty()).map(escaped).collect();
        // A backslash at the end of a line keeps the break.
        let text = lines.join(&format!("\\\n{indent}"));
        out.push_str(&format!("\n{indent}{text}\n"));
    }
}

/// Writes a list of items in Markdown, below a title and a note; `path` is that of their owner's page.
pub fn outline<K, W>(
    (title, text): (&str, Option<&str>),
    path: &str,
    items: &[Item<K, W>],
) -> String {
    let mut out = format!("# {}\n", escaped(title));
    note(text, "", &mut out);
    for item in items {
        row(item, path, &mut out);
    }
    out
}

/// Writes an item of a list, which leads to the item's page; `path` is that of its owner's.
pub fn row(item: &Base, path: &str, out: &mut String) {
    let title = escaped(&item.title);
    out.push_str(&format!("\n* [{title}]({path}/{})\n", item.address()));
    note(item.note.as_deref(), "  ", out);
}

/// Escapes a text so that nothing in it is markup: a backslash makes any ASCII punctuation plain, in a link's address
/// too.
pub fn escaped(text: &str) -> String {
    let text = settle_direction(text);
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
        assert_eq!(escaped("[a](b) <i> *x* 1. & #"), r"\[a\]\(b\) \<i\> \*x\* 1\. \& \#");
        assert_eq!(escaped("photo\u{202e}gpj"), "photogpj", "an old title");
        assert_eq!(escaped("a\n# b"), r"a \# b");
    }
}
