//! The frame of every page: head, header, footer. Server-rendered, no inline script, no inline style.
//!
//! Always: everything that a person wrote is escaped by maud; scripts and styles come from `/assets/` (apps/www packs
//! them), so that the strict content policy of `browser.rs` holds. The frame must not know what a page is about.
//!
//! Names that the frame uses, for the style sheet and for scripts: `body.in` where the viewer is signed in,
//! `header.top`, `nav.main` (on a phone the bar at the bottom, on a desktop the rail on the left), `main#content`,
//! `footer.bottom`, `a.skip`, `[aria-current=page]`.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::args;
use crate::direction::settle_direction;
use crate::icons::Icon;
use crate::words::{FRAME, Label, Lang, Texts};

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
    if name.is_empty() {
        "Imajin".to_owned()
    } else {
        name
    }
}

/// The preview of a link to a page on other sites, for programs that read Open Graph (<https://ogp.me>).
#[derive(Debug, Clone)]
pub struct Preview {
    /// The page's own address, with its host.
    pub url: String,
    /// The address of a picture of 1200 by 630, with its host.
    pub picture: Option<String>,
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
    NavLink {
        href,
        text: Label { catalogue, message },
        icon,
        app: "",
        badge: 0,
    }
}

impl Texts {
    /// A page in the language of these texts.
    pub fn page(self, title: impl Into<String>, content: Markup) -> Page {
        Page::new(title, content).spoken(self)
    }
}

impl Page {
    /// Makes a page in English from a title and the content between header and footer. [`Texts::page`] makes one in the
    /// language of the request.
    pub fn new(title: impl Into<String>, content: Markup) -> Self {
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
            speaks: None,
        }
    }

    /// Sets the language of the page and the texts for its scripts.
    pub(crate) fn spoken(mut self, texts: Texts) -> Self {
        self.lang = texts.lang;
        let catalogue = texts.catalogue();
        self.speaks = catalogue.speaks_in_scripts().then_some(catalogue.app());
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

    /// The whole document.
    pub fn render(&self) -> Markup {
        let t = FRAME.for_reader(self.lang);
        html! {
            (DOCTYPE)
            html lang=(self.lang.code()) data-did=[self.viewer.as_ref().map(|viewer| &viewer.did)] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    // The frame is shown whole or not yet, so that nothing in it moves as the rest comes.
                    link rel="expect" href="#content" blocking="render";
                    @if !self.indexed { meta name="robots" content="noindex"; }
                    title { (self.title) @if self.title != site_name() { " · " (site_name()) } }
                    @if let Some(description) = &self.description { meta name="description" content=(description); }
                    @if let Some(preview) = &self.preview { (self.open_graph(preview)) }
                    link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                    link rel="stylesheet" href="/assets/site.css";
                    @for style in &self.styles { link rel="stylesheet" href=(style); }
                    @if !self.bare {
                        meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf7f2";
                        meta name="theme-color" media="(prefers-color-scheme: dark)" content="#181512";
                        link rel="manifest" href="/manifest.webmanifest";
                        link rel="apple-touch-icon" href="/assets/icon-192.png";
                    }
                    // Replaces pictures that can't be shown with tiles, and keeps the last pages of signed-in people
                    // for use without a network.
                    @if !self.bare { script type="module" src="/assets/js/shell.js" {} }
                    // Asked for at once, and not when the script has come.
                    @if let Some(app) = self.speaks.filter(|_| !self.scripts.is_empty()) {
                        link rel="modulepreload" href={ "/assets/" (app) "/texts." (self.lang.code()) ".js" };
                    }
                    @for script in &self.scripts { script type="module" src=(script) {} }
                }
                body class=[self.signed_in().map(|_| "in")] {
                    a.skip href="#content" { (t.text("skip")) }
                    header.top { (self.header()) }
                    @if let Some(viewer) = self.signed_in() { (self.bar(viewer)) }
                    main id="content" tabindex="-1" class=[self.wide.then_some("wide")] { (self.content) }
                    footer.bottom { @if !self.bare {
                        p { (t.markup("own-box", args![], |_, inner| html! { a href="/data" { (inner) } })) }
                        p { a href="/docs" { (t.text("how-it-works")) } " · " a href="/verify" { (t.text("check-a-copy")) } }
                    } }
                }
            }
        }
    }

    fn open_graph(&self, preview: &Preview) -> Markup {
        html! {
            meta property="og:type" content="website";
            meta property="og:site_name" content=(site_name());
            meta property="og:title" content=(self.title);
            @if let Some(description) = &self.description { meta property="og:description" content=(description); }
            meta property="og:url" content=(preview.url);
            @if let Some(picture) = &preview.picture {
                meta property="og:image" content=(picture);
                meta property="og:image:width" content="1200";
                meta property="og:image:height" content="630";
            }
        }
    }

    /// The viewer, on pages that lead to others.
    fn signed_in(&self) -> Option<&Viewer> {
        self.viewer.as_ref().filter(|_| !self.bare)
    }

    fn header(&self) -> Markup {
        let t = FRAME.for_reader(self.lang);
        html! {
            a.brand href="/" { (site_name()) }
            @match self.signed_in() {
                Some(viewer) => {
                    a.find href="/search" aria-label=(t.text("search")) aria-current=[self.is_at("/search")] { (Icon::Search.draw()) }
                    @let at_bell = viewer.at_bell();
                    a.bell href="/notifications" data-new=(at_bell) aria-label=(bell_text(at_bell, self.lang)) aria-current=[self.is_at("/notifications")] {
                        (Icon::Bell.draw()) (dot(at_bell))
                    }
                    a.me href=(viewer.href) { (avatar(viewer.face(self.lang))) span { (viewer.called(self.lang)) } }
                }
                None if !self.bare => nav.enter aria-label=(t.text("main")) {
                    a href="/signin" aria-current=[self.is_at("/signin")] { (t.text("sign-in")) }
                    a href="/create" aria-current=[self.is_at("/create")] { (t.text("begin")) }
                },
                None => {}
            }
        }
    }

    /// The bar with at most five places: Home, the links of apps, More. A rail also has room for the links of More; the
    /// style sheet hides those on a phone.
    fn bar(&self, viewer: &Viewer) -> Markup {
        let t = FRAME.for_reader(self.lang);
        let places = || {
            let apps = viewer.navigation.iter().copied();
            std::iter::once(HOME).chain(apps).chain([MORE])
        };
        let is_in_bar = places().any(|place| self.current == Some(place.href));
        let current = |place: &NavLink| match self.current {
            Some(href) if href == place.href => Some("page"),
            // Pages that are not in the bar are found through More.
            Some(_) if !is_in_bar && place.href == MORE.href => Some("true"),
            _ => None,
        };
        html! {
            nav.main aria-label=(t.text("main")) {
                ul {
                    @for place in places() {
                        li { a href=(place.href) data-new=(place.badge) data-app=[(!place.app.is_empty()).then_some(place.app)] aria-current=[current(&place)] { (place.icon.draw()) span { (place.text.text(self.lang)) } (badge(place.badge, self.lang)) } }
                    }
                }
                ul.unfolded {
                    @for place in &viewer.more { li { a href=(place.href) aria-current=[self.is_at(place.href)] { (place.text.text(self.lang)) } } }
                }
            }
        }
    }

    fn is_at(&self, href: &str) -> Option<&'static str> {
        (self.current == Some(href)).then_some("page")
    }
}

/// Maximum number in a badge, which is small on a phone.
const BADGE_MAX: usize = 99;

/// The number of new notifications: a small number for the eye, and words for screen readers.
pub fn badge(number: usize, lang: Lang) -> Markup {
    html! {
        (dot(number))
        @if number > 0 { span.unsaid { (badge_text(number, lang)) } }
    }
}

/// The words for the number of new notifications at a place in the bar.
pub fn badge_text(number: usize, lang: Lang) -> String {
    FRAME
        .for_reader(lang)
        .format("badge", args![count = number])
}

/// The words for the number of new notifications at the bell.
pub fn bell_text(number: usize, lang: Lang) -> String {
    FRAME.for_reader(lang).format("bell", args![count = number])
}

/// The number alone, where the text next to it says it already.
fn dot(number: usize) -> Markup {
    html! {
        @match number {
            0 => {},
            1..=BADGE_MAX => span.badge aria-hidden="true" { (number) },
            _ => span.badge aria-hidden="true" { (BADGE_MAX) "+" },
        }
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
        Face {
            name: self.called(lang),
            did: &self.did,
            picture: self.picture.as_deref(),
        }
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
        let mut response = (self.status, Html(self.render().into_string())).into_response();
        if self.viewer.is_some() {
            // The next person at this browser must not see a page about the last one.
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
    fn escapes_and_has_nothing_inline() {
        let page =
            Page::new("<b>", html! { p { ("<script>alert(1)</script>") } }).script("/assets/x.js");
        let text = page.render().into_string();
        assert!(text.contains("&lt;script&gt;") && text.contains("<title>&lt;b&gt;"));
        assert!(!text.contains("<style") && !text.contains("style=") && !text.contains("onclick"));
        // The frame's and its own.
        assert_eq!(text.matches("<script").count(), 2);
        assert_eq!(text.matches("</script>").count(), 2);
        assert_eq!(text.matches("></script>").count(), 2);
    }

    #[test]
    fn an_app_s_own_style_sheet_follows_the_one_of_all_pages() {
        let of = |page: Page| page.render().into_string();
        let own = of(Page::new("A", html! {}).style("/assets/a/a.css"));
        let sheets: Vec<_> = own.split("rel=\"stylesheet\" href=\"").skip(1).collect();
        assert!(sheets[0].starts_with("/assets/site.css"), "{own}");
        assert!(sheets[1].starts_with("/assets/a/a.css"), "{own}");
        assert_eq!(
            of(Page::new("A", html! {})).matches("stylesheet").count(),
            1
        );
    }

    fn viewer(unseen: usize) -> Viewer {
        Viewer {
            name: Some("Ada".to_owned()),
            did: "did:imajin:ada".to_owned(),
            href: "/ada".to_owned(),
            picture: None,
            navigation: vec![NavLink {
                href: "/people",
                text: Label {
                    catalogue: &FRAME,
                    message: "search",
                },
                icon: Icon::People,
                app: "people",
                badge: unseen.min(2),
            }],
            more: Vec::new(),
            unseen,
        }
    }

    #[test]
    fn the_box_is_named_in_the_title_and_in_the_header() {
        let of = |page: Page| page.render().into_string();
        let at_ada = |page: Page| SITE_NAME.sync_scope("Ada’s box".to_owned(), || of(page));
        let own = at_ada(Page::new("Home", html! {}).viewer(Some(viewer(0))));
        assert!(own.contains("<title>Home · Ada’s box</title>"), "{own}");
        assert!(own.contains(">Ada’s box</a>") && !own.contains("class=\"badge\""));
        let front = at_ada(Page::new("Ada’s box", html! {}));
        assert!(front.contains("<title>Ada’s box</title>"), "{front}");
        assert!(of(Page::new("Sign in", html! {})).contains("<title>Sign in · Imajin</title>"));
    }

    #[test]
    fn what_is_new_is_counted_once_at_its_place_or_at_the_bell() {
        let text = Page::new("Home", html! {}).viewer(Some(viewer(120)));
        let text = text.render().into_string();
        assert!(
            text.contains("aria-label=\"Notifications, 118 new\""),
            "{text}"
        );
        assert!(text.contains(">99+</span>") && text.contains(", 2 new"));
        assert_eq!(text.matches("class=\"badge\"").count(), 2, "{text}");
        let text = Page::new("Home", html! {}).viewer(Some(viewer(1)));
        let text = text.render().into_string();
        assert_eq!(text.matches("class=\"badge\"").count(), 1, "{text}");
        assert!(text.contains("aria-label=\"Notifications\""), "{text}");
    }

    #[test]
    fn the_frame_is_in_the_language_of_the_texts_that_make_the_page() {
        let page = FRAME.for_reader(Lang::De).page("Start", html! {});
        let text = page.viewer(Some(viewer(3))).render().into_string();
        for said in [
            "<html lang=\"de\"",
            ">Mehr<",
            ", 2 neu<",
            "Benachrichtigungen, 1 neu",
        ] {
            assert!(text.contains(said), "{said} is not in {text}");
        }
        let unnamed = Viewer {
            name: None,
            ..viewer(0)
        };
        let page = FRAME.for_reader(Lang::De).page("Start", html! {});
        let text = page.viewer(Some(unnamed)).render().into_string();
        assert!(text.contains("<span>Du</span>"), "{text}");
    }

    #[test]
    fn a_face_is_a_picture_above_the_letter_and_says_nothing_beside_a_name() {
        let face = |picture| Face {
            name: "ada",
            did: "did:imajin:ada",
            picture,
        };
        let letter = avatar(face(None)).into_string();
        assert!(letter.contains(">A</span>") && !letter.contains("<img"));
        let shown = avatar(face(Some("/a?b=1&c"))).into_string();
        assert!(shown.contains("aria-hidden=\"true\">A<img src=\"/a?b=1&amp;c\" alt=\"\""));
        assert!(shown.contains("loading=\"lazy\""), "{shown}");
    }

    #[test]
    fn a_link_shows_the_title_the_description_and_the_picture() {
        let page = Page::new("A \"fête\"", html! {}).description("On Friday");
        assert!(!page.render().into_string().contains("og:"));
        let page = page.preview(Preview {
            url: "https://box.example/events/evt_1".to_owned(),
            picture: Some("https://box.example/p?w=og&x".to_owned()),
        });
        let text = page.render().into_string();
        for said in [
            "property=\"og:title\" content=\"A &quot;fête&quot;\"",
            "property=\"og:description\" content=\"On Friday\"",
            "property=\"og:url\" content=\"https://box.example/events/evt_1\"",
            "property=\"og:image\" content=\"https://box.example/p?w=og&amp;x\"",
        ] {
            assert!(text.contains(said), "{said} is not in {text}");
        }
    }

    #[test]
    fn shortens_dids() {
        let text = short_did("did:imajin:AbCdEfGhIjKlMnOpQrStUvWxYz").into_string();
        assert!(text.contains(">AbCdEf…WxYz<"), "{text}");
    }
}
