//! The frame of every page: head, header, footer. Server-rendered, no inline script, no inline style.
//!
//! Always: everything that a person wrote is escaped by maud; scripts and styles come from `/assets/` (apps/www keeps
//! them), so that the strict content policy of `browser.rs` holds. It must not know what a page is about.
//!
//! Names that the frame uses, for the style sheet and for scripts: `body > header.top`, `nav.main`, `main#content`,
//! `footer.bottom`, `a.skip`, `[aria-current=page]`.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

/// A page. `into_response` draws the frame around its content.
pub struct Page {
    title: String,
    description: Option<String>,
    content: Markup,
    scripts: Vec<&'static str>,
    current: Option<&'static str>,
    viewer: Option<Viewer>,
    status: StatusCode,
    indexed: bool,
    wide: bool,
    bare: bool,
}

/// Who looks at the page, as the header shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Their name, else their handle, else their shortened DID.
    pub name: String,
    /// Their DID; scripts find it in `<html data-did>`.
    pub did: String,
    /// The page that shows them.
    pub href: String,
}

impl Page {
    /// A page with a title and what stands between header and footer.
    pub fn new(title: impl Into<String>, content: Markup) -> Self {
        Self {
            title: title.into(),
            description: None,
            content,
            scripts: Vec::new(),
            current: None,
            viewer: None,
            status: StatusCode::OK,
            indexed: false,
            wide: false,
            bare: false,
        }
    }

    /// One sentence for search engines and previews.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Loads a script (an ES module) from `/assets/`.
    pub fn script(mut self, path: &'static str) -> Self {
        self.scripts.push(path);
        self
    }

    /// Marks the entry of the navigation that this page belongs to, by its href.
    pub fn current(mut self, href: &'static str) -> Self {
        self.current = Some(href);
        self
    }

    /// Shows who is signed in.
    pub fn viewer(mut self, viewer: Option<Viewer>) -> Self {
        self.viewer = viewer;
        self
    }

    /// Answers with another status than 200.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Lets search engines list the page: only what a person made public.
    pub fn indexed(mut self) -> Self {
        self.indexed = true;
        self
    }

    /// Lets the content be wider than a column of text: `main.wide`.
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Leaves out what leads to other pages, where there are none.
    pub(crate) fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// The whole document.
    pub fn render(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" data-did=[self.viewer.as_ref().map(|viewer| &viewer.did)] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    @if !self.indexed { meta name="robots" content="noindex"; }
                    title { (self.title) " · Imajin" }
                    @if let Some(description) = &self.description { meta name="description" content=(description); }
                    link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                    link rel="stylesheet" href="/assets/site.css";
                    @for script in &self.scripts { script type="module" src=(script) {} }
                }
                body {
                    a.skip href="#content" { "Skip to the content" }
                    header.top { (self.header()) }
                    main id="content" tabindex="-1" class=[self.wide.then_some("wide")] { (self.content) }
                    footer.bottom { @if !self.bare {
                        p { "This is somebody's own box. What is yours here, you can " a href="/data" { "look at, take away or delete" } "." }
                        p { a href="/docs" { "How it works" } " · " a href="/verify" { "Check a copy" } }
                    } }
                }
            }
        }
    }

    fn header(&self) -> Markup {
        let link = |href: &'static str, text: &str| {
            let current = (self.current == Some(href)).then_some("page");
            html! { li { a href=(href) aria-current=[current] { (text) } } }
        };
        html! {
            a.brand href="/" { "Imajin" }
            @if !self.bare { nav.main aria-label="Main" {
                ul {
                    @match &self.viewer {
                        Some(viewer) => {
                            (link("/data", "My data"))
                            (link("/pay", "Money"))
                            (link("/profile/edit", "Profile"))
                            li { a.me href=(viewer.href) { (viewer.name) } }
                        }
                        None => {
                            (link("/signin", "Sign in"))
                            (link("/create", "Begin"))
                        }
                    }
                }
            } }
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = (self.status, Html(self.render().into_string())).into_response();
        if self.viewer.is_some() {
            // A page about somebody must not be shown to whoever opens the browser next.
            response.headers_mut().insert(
                axum::http::header::CACHE_CONTROL,
                axum::http::HeaderValue::from_static("private, no-store"),
            );
        }
        response
    }
}

/// A DID as people are shown it: `abc…wxyz`, the whole one on touch and for copying.
pub fn short_did(did: &str) -> Markup {
    let id = did.rsplit(':').next().unwrap_or(did);
    let short = match (id.get(..6), id.get(id.len().saturating_sub(4)..)) {
        (Some(first), Some(last)) if id.len() > 12 => format!("{first}…{last}"),
        _ => id.to_owned(),
    };
    html! { span.did title=(did) data-copy=(did) { (short) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_has_nothing_inline() {
        let page =
            Page::new("<b>", html! { p { ("<script>alert(1)</script>") } }).script("/assets/x.js");
        let text = page.render().into_string();
        assert!(text.contains("&lt;script&gt;") && text.contains("<title>&lt;b&gt;"));
        assert!(!text.contains("<style") && !text.contains("style=") && !text.contains("onclick"));
        assert_eq!(text.matches("<script").count(), 1);
    }

    #[test]
    fn shortens_dids() {
        let text = short_did("did:imajin:AbCdEfGhIjKlMnOpQrStUvWxYz").into_string();
        assert!(text.contains(">AbCdEf…WxYz<"), "{text}");
    }
}
