//! Pages: a title and content, in the frame that all pages share. Server-rendered, no inline script, no inline style.
//!
//! Always: everything that a person wrote is escaped by maud; scripts and styles come from `/assets/` (apps/www packs
//! them), so that the strict content policy of `browser.rs` holds. The frame must not know what a page is about.

mod frame;

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};

use crate::direction::settle_direction;
use crate::help;
use crate::icons::Icon;
use crate::words::{FRAME, Label, Lang, Texts};

use frame::help_link;
pub use frame::{badge, badge_text, bell_text};

/// A page. `into_response` draws the frame around its content.
pub struct Page {
    title: String,
    description: Option<String>,
    preview: Option<Preview>,
    content: Markup,
    scripts: Vec<&'static str>,
    styles: Vec<&'static str>,
    current: Option<&'static str>,
    viewer: Option<Viewer>,
    status: StatusCode,
    indexed: bool,
    wide: bool,
    bare: bool,
    lang: Lang,
    /// The fragment of its help text's address on `/help`.
    help: Option<String>,
    /// The app whose scripts say something on this page.
    speaks: Option<&'static str>,
}

tokio::task_local! {
    static SITE_NAME: String;
}

/// Answers a request: the pages that are drawn meanwhile name this box in their titles and headers.
pub async fn drawn_by<T>(site_name: String, answer: impl Future<Output = T>) -> T {
    SITE_NAME.scope(site_name, answer).await
}

/// The name of the box that draws a page; *Imajin* where a page is drawn without one.
fn site_name() -> String {
    let name = SITE_NAME.try_with(String::clone).unwrap_or_default();
    if name.is_empty() { "Imajin".to_owned() } else { name }
}

/// The preview of a link to a page on other sites, for programs that read Open Graph (<https://ogp.me>).
#[derive(Debug, Clone)]
pub struct Preview {
    /// The page's own address, with its host.
    pub url: String,
    /// The address of a picture of 1200 by 630, with its host.
    pub picture: Option<String>,
    /// Whether the page is an article, and not any other page.
    pub is_article: bool,
}

/// The viewer of a page, as the header shows them.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The viewer's name, or else their handle, if they have one.
    pub name: Option<String>,
    /// The viewer's DID; scripts find it in `<html data-did>`.
    pub did: String,
    /// The path of their picture, as small as a face.
    pub picture: Option<String>,
    /// The page that shows them.
    pub href: String,
    /// The links in the bar between *Home* and *More*.
    pub navigation: Vec<NavLink>,
    /// The links that the rail of a desktop shows below *More*, where a phone has a page of tiles.
    pub more: Vec<NavLink>,
    /// The number of notifications that the viewer has not seen.
    pub unseen: usize,
    /// The page on which they choose the recipients of a link ([`crate::capabilities::SendsLinks`]); scripts find it in
    /// `<html data-send>`.
    pub recipients_page: Option<&'static str>,
}

/// A page that the shell leads to.
#[derive(Debug, Clone, Copy)]
pub struct NavLink {
    /// The link's path.
    pub href: &'static str,
    /// The link's text.
    pub text: Label,
    /// The link's icon.
    pub icon: Icon,
    /// The app that it belongs to; empty for the shell's own.
    pub app: &'static str,
    /// The number of notifications of the app that the viewer has not seen.
    pub badge: usize,
}

/// The first place of the bar.
const HOME: NavLink = shell_link("/", "home", Icon::Home);
/// The last place of the bar, which leads to all other pages.
const MORE: NavLink = shell_link("/more", "more", Icon::More);

const fn shell_link(href: &'static str, message: &'static str, icon: Icon) -> NavLink {
    let catalogue = &FRAME;
    NavLink { href, text: Label { catalogue, message }, icon, app: "", badge: 0 }
}

impl Texts {
    /// A page in the language of these texts. `help` is the message with its help text ([`crate::help`]).
    pub fn page(self, help: &'static str, title: impl Into<String>, content: Markup) -> Page {
        let help = Some(help::fragment(self.catalogue.app, help));
        Page { help, ..self.notice_page(title, content) }
    }

    /// The *?* that leads to a help text, for a page that hides the header of the frame.
    pub fn help_link(self, help: &'static str) -> Markup {
        help_link(&help::fragment(self.catalogue.app, help), self.lang)
    }

    /// A field of a form: the input of this id below the message `label` and, where there is one, the message `hint`, whose
    /// id is that of the input with `-hint`.
    pub fn field(self, id: &str, label: &str, hint: Option<&str>, input: Markup) -> Markup {
        html! {
            div.field {
                label for=(id) { (self.text(label)) }
                @if let Some(hint) = hint { p.hint id={ (id) "-hint" } { (self.text(hint)) } }
                (input)
            }
        }
    }

    /// A page in the place of another one: an error, a locked box, no network. It explains itself, so it has no help text.
    pub fn notice_page(self, title: impl Into<String>, content: Markup) -> Page {
        Page::new(title, content).spoken(self)
    }
}

impl Page {
    /// Makes a page in English from a title and the content between header and footer.
    fn new(title: impl Into<String>, content: Markup) -> Self {
        let title: String = title.into();
        Self {
            title: settle_direction(&title).into_owned(),
            description: None,
            preview: None,
            content,
            scripts: Vec::new(),
            styles: Vec::new(),
            current: None,
            viewer: None,
            status: StatusCode::OK,
            indexed: false,
            wide: false,
            bare: false,
            lang: Lang::En,
            help: None,
            speaks: None,
        }
    }

    /// Sets the language of the page and the texts for its scripts.
    fn spoken(mut self, texts: Texts) -> Self {
        self.lang = texts.lang;
        self.speaks = texts.catalogue.speaks_in_scripts().then_some(texts.catalogue.app);
        self
    }

    /// Sets the sentence for search engines and previews.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Says what a link to the page shows elsewhere, with its title and its description.
    pub fn preview(mut self, preview: Preview) -> Self {
        self.preview = Some(preview);
        self
    }

    /// Loads a script (an ES module) from `/assets/`.
    pub fn script(mut self, path: &'static str) -> Self {
        self.scripts.push(path);
        self
    }

    /// Loads a style sheet from `/assets/`, after the one of all pages and those before it.
    pub fn style(mut self, path: &'static str) -> Self {
        self.styles.push(path);
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
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }
}

/// A person, a group or an event, as far as a face shows them.
#[derive(Debug, Clone, Copy)]
pub struct Face<'a> {
    /// The person's name.
    pub name: &'a str,
    /// The DID.
    pub did: &'a str,
    /// The path of a small picture of them, if the viewer sees one. `Node::face_of` knows people's.
    pub picture: Option<&'a str>,
}

impl Viewer {
    /// The number of new things that no place in the bar counts. The bell counts them, so that each has one badge.
    pub fn at_bell(&self) -> usize {
        let in_bar: usize = self.navigation.iter().map(|place| place.badge).sum();
        self.unseen.saturating_sub(in_bar)
    }

    /// The name by which a page in this language calls them.
    pub fn called(&self, lang: Lang) -> &str {
        let you = || FRAME.label(lang, "you").unwrap_or_default();
        self.name.as_deref().unwrap_or_else(you)
    }

    /// The viewer's face.
    pub fn face(&self, lang: Lang) -> Face<'_> {
        Face { name: self.called(lang), did: &self.did, picture: self.picture.as_deref() }
    }
}

/// A face next to a name: the picture, on top of the first letter on one of eight grounds, which the DID chooses. The letter shows until
/// the picture has loaded.
pub fn avatar(face: Face<'_>) -> Markup {
    let Face { name, did, picture } = face;
    let letter = name.chars().find(|c| c.is_alphanumeric()).unwrap_or('·');
    let ground = did.bytes().map(u32::from).sum::<u32>() % 8;
    html! {
        span class={ "avatar g" (ground) } aria-hidden="true" {
            (letter.to_uppercase())
            @if let Some(picture) = picture { img src=(picture) alt="" loading="lazy" decoding="async"; }
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        // The next person at this browser must not see a page about the last one.
        let private = [(header::CACHE_CONTROL, "private, no-store")];
        let private = self.viewer.is_some().then_some(private);
        (self.status, private, Html(self.render().into_string())).into_response()
    }
}

/// A DID as people are shown it: `abc…wxyz`, the whole one on touch and for copying.
pub fn short_did(did: &str) -> Markup {
    let id = did.rsplit(':').next().unwrap_or(did);
    let short = match (id.get(..6), id.get(id.len().saturating_sub(4)..)) {
        (Some(first), Some(last)) if id.len() > 12 => format!("{first}…{last}"),
        _ => id.to_owned(),
    };
    html! { span.did title=(did) { (short) } (copies(did, None)) }
}

/// The button that copies a text, `what` in words. The script of all pages writes on it: it has its place from the start, so that
/// nothing moves.
pub fn copies(text: &str, what: Option<&str>) -> Markup {
    html! { button.copy type="button" data-copy=(text) data-copy-what=[what] {} }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_is_a_picture_above_the_letter_and_says_nothing_beside_a_name() {
        let face = |picture| Face { name: "ada", did: "did:imajin:ada", picture };
        let letter = avatar(face(None)).into_string();
        assert!(letter.contains(">A</span>") && !letter.contains("<img"));
        let shown = avatar(face(Some("/a?b=1&c"))).into_string();
        assert!(shown.contains("aria-hidden=\"true\">A<img src=\"/a?b=1&amp;c\" alt=\"\""));
        assert!(shown.contains("loading=\"lazy\""), "{shown}");
    }

    #[test]
    fn shortens_dids() {
        let text = short_did("did:imajin:AbCdEfGhIjKlMnOpQrStUvWxYz").into_string();
        assert!(text.contains(">AbCdEf…WxYz<"), "{text}");
    }
}
