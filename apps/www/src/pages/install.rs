//! The installable app for phones: the web manifest, the service worker, and the offline page.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use imajin_app::front::Front;
use imajin_app::notices::About;
use imajin_app::{Lang, Node, Page, args};
use maud::html;
use serde_json::{Value, json};

use crate::assets;
use crate::manifest::TEXTS;

/// Characters of a name below an icon; phones cut it there.
const SHORT_MAX: usize = 12;
/// Side of the picture that the settings page sends, in pixels.
const PICTURE: &str = "512x512";
/// The paper of the light scheme, as in the style sheet.
const PAPER: &str = "#faf7f2";

/// `/manifest.webmanifest`
pub(crate) async fn manifest(State(node): State<Node>) -> Response {
    let manifest = described(&node.front(), &node.name(), share_page(&node));
    typed(manifest.to_string(), "application/manifest+json")
}

/// The page of an app that adds what other programs of a device share.
fn share_page(node: &Node) -> Option<&'static str> {
    let mut manifests = node.services().manifests();
    manifests.find_map(|manifest| manifest.share_page)
}

fn described(front: &Front, name: &str, share_page: Option<&str>) -> Value {
    let icon = |src: &str, sizes: &str, kind: &str, purpose: &str| json!({ "src": src, "sizes": sizes, "type": kind, "purpose": purpose });
    let mut icons = Vec::new();
    if let Some(picture) = &front.picture {
        icons.push(icon(&picture.path(), PICTURE, picture.kind, "any"));
    } else {
        icons.push(icon("/assets/icon.svg", "any", "image/svg+xml", "any"));
        icons.push(icon("/assets/icon-192.png", "192x192", "image/png", "any"));
        icons.push(icon("/assets/icon-512.png", PICTURE, "image/png", "any maskable"));
    }
    let mut manifest = json!({
        "id": "/",
        "name": name,
        "short_name": name.chars().take(SHORT_MAX).collect::<String>().trim(),
        "description": front.sentence,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": icons,
    });
    if let Some(page) = share_page {
        manifest["share_target"] = json!({
            "action": page,
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": { "files": [{ "name": "files", "accept": ["*/*"] }] },
        });
    }
    manifest
}

/// `/worker.js`: the service worker, which another program's assets make another one. It says one sentence over pages of any
/// language, and one for each kind of push message.
pub(crate) async fn worker(State(node): State<Node>) -> Response {
    typed(worker_script(share_page(&node)), "text/javascript; charset=utf-8")
}

fn worker_script(share_page: Option<&str>) -> String {
    let element = |_: &str, _| html! { time {} };
    let sentences = Lang::ALL.map(|lang| {
        let sentence = TEXTS.for_reader(lang).markup("offline-kept", args![], element);
        (lang.code().to_owned(), Value::String(sentence.into_string()))
    });
    let pushed = Lang::ALL.map(|lang| {
        let of = |about: About| {
            (about.as_str().to_owned(), TEXTS.for_reader(lang).text(pushed(about)).into())
        };
        let kinds = About::ALL.map(of).into_iter().collect();
        (lang.code().to_owned(), Value::Object(kinds))
    });
    format!(
        "const VERSION = {:?};\nconst SHARE_PAGE = {};\nconst SAID = {};\nconst PUSHED = {};\n{}",
        assets::VERSION,
        json!(share_page),
        Value::Object(sentences.into_iter().collect()),
        Value::Object(pushed.into_iter().collect()),
        include_str!("../../assets/worker.js")
    )
}

/// Returns the text that a device shows for a push message, which names no person.
const fn pushed(about: About) -> &'static str {
    match about {
        About::Message => "push-message",
        About::Mention => "push-mention",
        About::Request => "push-request",
        About::Turn => "push-turn",
        About::Connection => "push-connection",
        About::Ticket => "push-ticket",
        About::Event => "push-event",
        About::Share => "push-share",
        About::Payment => "push-payment",
        About::Security => "push-security",
    }
}

fn typed(text: String, kind: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")];
    (headers, text).into_response()
}

/// `/offline`: what the worker shows instead of a page that it has not kept.
pub(crate) async fn offline(lang: Lang) -> Page {
    let t = TEXTS.for_reader(lang);
    let content = html! {
        h1 { (t.text("offline")) }
        p.lead { (t.text("offline-why")) }
        div.actions { a.button.main href="" { (t.text("offline-again")) } a.button href="/" { (t.text("home")) } }
    };
    t.notice_page(t.text("offline"), content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_app::front::Picture;

    #[test]
    fn the_installed_app_has_the_name_and_the_picture_of_the_box() {
        let plain = described(&Front::default(), "Imajin node", None);
        assert_eq!(plain["name"], "Imajin node");
        assert_eq!(plain["icons"][2]["src"], "/assets/icon-512.png");
        assert!(plain.get("share_target").is_none());
        let picture = Picture::read(b"\x89PNG\r\n\x1a\n".to_vec().into());
        let path = picture.as_ref().unwrap().path();
        let front = Front { picture, ..Front::default() };
        let own = described(&front, "The house by the lake", Some("/add"));
        assert_eq!(own["icons"][0]["src"], path);
        assert_eq!(own["short_name"], "The house by");
        assert_eq!(own["share_target"]["action"], "/add");
    }

    #[test]
    fn the_worker_knows_the_version_of_the_assets() {
        assert!(worker_script(None).contains("const SHARE_PAGE = null;"));
        let text = worker_script(Some("/add"));
        assert!(text.starts_with(&format!("const VERSION = {:?};", assets::VERSION)));
        assert_eq!(assets::VERSION.len(), 32);
        for said in [
            "\"en\":\"Your box isn’t answering.",
            "\"de\":\"Deine Box antwortet nicht.",
            "<time></time>",
            "const SHARE_PAGE = \"/add\";",
            "\"payment\":\"You have a new payment\"",
        ] {
            assert!(text.contains(said), "{said}");
        }
    }
}
