//! The pages of chat. They draw what the node knows; what was said in a sealed conversation is opened and drawn by their scripts
//! (`assets/`), which check everything that is shown here.

mod list;
mod new;
mod settings;
mod talk;

use imajin_app::{Node, Page, Problem, Session, Texts};
use maud::{Markup, html};

pub(crate) use list::list;
pub(crate) use new::new;
pub(crate) use settings::settings;
pub(crate) use talk::talk;

/// The style sheet of this app's pages.
const STYLE: &str = "/assets/chat/chat.css";
/// The list of conversations.
const HERE: &str = "/chat";

fn page(
    node: &Node,
    session: &Session,
    t: Texts,
    (help, title): (&'static str, &str),
    content: Markup,
) -> Result<Page, Problem> {
    let page = t.page(help, title, content);
    let viewer = node.viewer(session)?;
    Ok(page.style(STYLE).current(HERE).viewer(Some(viewer)))
}

fn needs_script(t: Texts) -> Markup {
    html! {
        div #message {}
        noscript { div.notice.bad { p { (t.text("scripts-off")) } } }
    }
}
