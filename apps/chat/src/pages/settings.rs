//! The page with a person's settings for all their conversations.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use imajin_app::extract::Caller;
use imajin_app::{Lang, Node, Problem};
use maud::html;

use super::{HERE, needs_script, page, reader, texts};
use crate::manifest::MANIFEST;
use crate::queries::{self, Wishes};

/// The choices of the people from whom requests are taken, with their message IDs.
const REQUESTS: [(&str, &str); 3] = [
    ("all", "requests-all"),
    ("reach", "requests-reach"),
    ("none", "requests-none"),
];

/// Returns the settings, or the defaults for a person without any.
pub(super) fn chosen(wishes: Option<Wishes>) -> Wishes {
    wishes.unwrap_or_else(|| Wishes {
        requests: "all".to_owned(),
        receipts: true,
        presence: false,
        mute: false,
    })
}

/// Your settings of chat.
pub(crate) async fn settings(
    State(node): State<Node>,
    Caller(session): Caller,
    lang: Lang,
) -> Result<Response, Problem> {
    let session = match reader(session, "/chat/settings") {
        Ok(session) => session,
        Err(response) => return Ok(response),
    };
    let t = texts(lang);
    let wishes = node.read(MANIFEST.name, |db| {
        queries::wishes(db, session.did.as_str(), "")
    })?;
    let wishes = chosen(wishes);
    let check = |id: &str, message: &str, hint: &str, is_on: bool| {
        html! {
            label.check for=(id) { input id=(id) type="checkbox" checked[is_on]; span { (t.text(message)) br; span.hint { (t.text(hint)) } } }
        }
    };
    let content = html! {
        p.crumbs { a href=(HERE) { (t.text("chats")) } }
        h1 { (t.text("settings")) }
        (needs_script(t))
        form #settings.card {
            fieldset {
                legend { (t.text("requests-who")) }
                @for (value, message) in REQUESTS {
                    label.check { input type="radio" name="requests" value=(value) checked[wishes.requests == value]; span { (t.text(message)) } }
                }
            }
            (check("receipts", "receipts", "receipts-why", wishes.receipts))
            (check("presence", "presence", "presence-why", wishes.presence))
            div.actions { button.main type="submit" { (t.text("save")) } }
        }
        section.card {
            h2 { (t.text("sealed-about")) }
            p { (t.text("sealed-about-1")) }
            p { (t.text("sealed-about-2")) }
            p { (t.text("sealed-about-3")) }
        }
    };
    let page = page(&node, &session, (t, &t.text("settings")), content)?;
    Ok(page.script("/assets/chat/settings.js").into_response())
}
