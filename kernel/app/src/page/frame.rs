//! The frame of every page: head, header, bar and footer around its content.
//!
//! Names that the frame uses, for the style sheet and for scripts: `body.in` where the viewer is signed in,
//! `header.top`, `a.help`, `nav.main` (on a phone the bar at the bottom, on a desktop the rail on the left), `main#content`,
//! `footer.bottom`, `a.skip`, `[aria-current=page]`.

use maud::{DOCTYPE, Markup, html};

use super::{HOME, MORE, NavLink, Page, Viewer, avatar, site_name};
use crate::args;
use crate::icons::Icon;
use crate::words::{FRAME, Lang};

impl Page {
    /// The whole document.
    pub fn render(&self) -> Markup {
        let t = FRAME.for_reader(self.lang);
        html! {
            (DOCTYPE)
            html lang=(self.lang.code()) data-did=[self.viewer.as_ref().map(|viewer| &viewer.did)] data-send=[self.viewer.as_ref().and_then(|viewer| viewer.recipients_page)] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    // The frame is shown whole or not yet, so that nothing in it moves as the rest comes.
                    link rel="expect" href="#content" blocking="render";
                    @if !self.indexed { meta name="robots" content="noindex"; }
                    title { (self.title) @if self.title != site_name() { " · " (site_name()) } }
                    @if let Some(description) = &self.description { meta name="description" content=(description); }
                    @if let Some(preview) = &self.preview {
                        meta property="og:type" content=(if preview.is_article { "article" } else { "website" });
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
                        p { a href="/docs" { (t.text("how-it-works")) } " · " a href="/verify" { (t.text("check-a-copy")) } " · " a href="/help" { (t.text("help")) } }
                    } }
                }
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
            @if let Some(fragment) = &self.help { (help_link(fragment, self.lang)) }
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

pub(super) fn help_link(fragment: &str, lang: Lang) -> Markup {
    let label = FRAME.for_reader(lang).text("help");
    html! { a.help href={ "/help#" (fragment) } aria-label=(label) { (Icon::Help.draw()) } }
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
    FRAME.for_reader(lang).format("badge", args![count = number])
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

#[cfg(test)]
mod tests {
    use super::super::{Preview, SITE_NAME};
    use super::*;
    use crate::words::Label;

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
        assert_eq!(of(Page::new("A", html! {})).matches("stylesheet").count(), 1);
    }

    fn viewer(unseen: usize) -> Viewer {
        Viewer {
            name: Some("Ada".to_owned()),
            did: "did:imajin:ada".to_owned(),
            href: "/ada".to_owned(),
            picture: None,
            navigation: vec![NavLink {
                href: "/people",
                text: Label { catalogue: &FRAME, message: "search" },
                icon: Icon::People,
                app: "people",
                badge: unseen.min(2),
            }],
            more: Vec::new(),
            unseen,
            recipients_page: None,
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
    fn scripts_read_from_a_page_who_looks_at_it_and_where_links_are_sent() {
        let ada = Viewer { recipients_page: Some("/people"), ..viewer(0) };
        let text = Page::new("Home", html! {}).viewer(Some(ada));
        let text = text.render().into_string();
        let attributes = "data-did=\"did:imajin:ada\" data-send=\"/people\"";
        assert!(text.contains(attributes), "{text}");
        let stranger = Page::new("Home", html! {}).render().into_string();
        assert!(!stranger.contains("data-send"), "{stranger}");
    }

    #[test]
    fn what_is_new_is_counted_once_at_its_place_or_at_the_bell() {
        let text = Page::new("Home", html! {}).viewer(Some(viewer(120)));
        let text = text.render().into_string();
        assert!(text.contains("aria-label=\"Notifications, 118 new\""), "{text}");
        assert!(text.contains(">99+</span>") && text.contains(", 2 new"));
        assert_eq!(text.matches("class=\"badge\"").count(), 2, "{text}");
        let text = Page::new("Home", html! {}).viewer(Some(viewer(1)));
        let text = text.render().into_string();
        assert_eq!(text.matches("class=\"badge\"").count(), 1, "{text}");
        assert!(text.contains("aria-label=\"Notifications\""), "{text}");
    }

    #[test]
    fn the_frame_is_in_the_language_of_the_texts_that_make_the_page() {
        let page = FRAME.for_reader(Lang::De).notice_page("Start", html! {});
        let text = page.viewer(Some(viewer(3))).render().into_string();
        for said in ["<html lang=\"de\"", ">Mehr<", ", 2 neu<", "Benachrichtigungen, 1 neu"] {
            assert!(text.contains(said), "{said} is not in {text}");
        }
        let unnamed = Viewer { name: None, ..viewer(0) };
        let page = FRAME.for_reader(Lang::De).notice_page("Start", html! {});
        let text = page.viewer(Some(unnamed)).render().into_string();
        assert!(text.contains("<span>Du</span>"), "{text}");
    }

    #[test]
    fn a_page_leads_to_its_help_text_and_a_notice_to_none() {
        let t = FRAME.for_reader(Lang::De);
        let text = t.page("help-start", "Start", html! {}).render();
        let link = "<a class=\"help\" href=\"/help#frame-start\" aria-label=\"Hilfe\">";
        assert!(text.0.contains(link), "{}", text.0);
        let notice = t.notice_page("Start", html! {}).render().into_string();
        assert!(!notice.contains("/help#"), "{notice}");
    }

    #[test]
    fn a_link_shows_the_title_the_description_and_the_picture() {
        let page = Page::new("A \"fête\"", html! {}).description("On Friday");
        assert!(!page.render().into_string().contains("og:"));
        let page = page.preview(Preview {
            url: "https://box.example/events/evt_1".to_owned(),
            picture: Some("https://box.example/p?w=og&x".to_owned()),
            is_article: true,
        });
        let text = page.render().into_string();
        for said in [
            "property=\"og:type\" content=\"article\"",
            "property=\"og:title\" content=\"A &quot;fête&quot;\"",
            "property=\"og:description\" content=\"On Friday\"",
            "property=\"og:url\" content=\"https://box.example/events/evt_1\"",
            "property=\"og:image\" content=\"https://box.example/p?w=og&amp;x\"",
        ] {
            assert!(text.contains(said), "{said} is not in {text}");
        }
    }
}
