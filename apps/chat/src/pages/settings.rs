//! The page with a person's settings for all their conversations.

use axum::extract::State;
use imajin_app::extract::OwnPage;
use imajin_app::{Lang, Node, Page, Problem};
use maud::html;

use super::{HERE, needs_script, page};
use crate::manifest::TEXTS;
use crate::queries::{self, Wishes};

/// The choices of the people from whom requests are taken, with their message IDs.
const REQUESTS: [(&str, &str); 3] =
    [("all", "requests-all"), ("reach", "requests-reach"), ("none", "requests-none")];

/// Returns the settings, or the defaults for a person without any.
pub(super) fn chosen(wishes: Option<Wishes>) -> Wishes {
    wishes.unwrap_or_else(|| Wishes {
        requests: "all".to_owned(),
        receipts: true,
        presence: false,
        mute: false,
    })
}

pub(crate) async fn settings(
    State(node): State<Node>,
    OwnPage(session): OwnPage,
    lang: Lang,
) -> Result<Page, Problem> {
    let t = TEXTS.for_reader(lang);
    let wishes = chosen(queries::read(&node, |db| queries::wishes(db, &session.did, ""))?);
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
    let page = page(&node, &session, t, ("help-settings", &t.text("settings")), content)?;
    Ok(page.script("/assets/chat/settings.js"))
}
