//! Coming in with an e-mail address: the page that a mailed link opens, and what waits to be sent, for the box's owner.

use imajin_service::Page;
use imajin_service::page::Viewer;
use maud::html;

use crate::parts::{message, needs_script};

/// Where a mailed link leads. It is followed by a press, so that a program that only looks at links uses none up.
pub(crate) fn follow() -> Page {
    let content = html! {
        (message())
        (needs_script("The link is handed over by a script of this page."))
        section #ready hidden {
            h1 { "Come in" }
            p.lead { "Your letter brought you here. Press once, and you are in." }
            div.actions { button #come.main type="button" { "Come in" } }
            p.hint { "The link works once. This browser then stays signed in for a day." }
        }
        section #given hidden {
            h1 { "Keep this code" }
            p.lead { strong.mono #code {} }
            p { "With it and your address you get in again, also when this box sends no letters. It is shown this once: write it down." }
            div.actions { a #on.button.main href="/data" { "I wrote it down" } }
        }
        section #told hidden {
            h1 { "You are in" }
            p.lead { "Read what stands above before you go on." }
        }
        section #none hidden {
            h1 { "This link is not whole" }
            p { "Open it from the letter again, or copy all of it into the address bar." }
            p { a.button href="/signin" { "Ask for another letter" } }
        }
    };
    Page::new("Come in", content)
        .script("/assets/js/pages/mail.js")
        .current("/signin")
}

/// Letters that wait.
pub(crate) fn letters(viewer: Viewer) -> Page {
    let content = html! {
        (message())
        (needs_script("The letters are fetched by a script of this page."))
        h1 { "Letters" }
        p #sending.lead hidden { "Your box sends these by itself. Here is what waits." }
        p #handing.lead hidden {
            "Your box has no mail server, so it sends nothing. Hand these on yourself, to the person and to nobody else: "
            "a link lets in anybody who has it. Where it lets in a guest who was here before, it ends all their sessions, and "
            "their record says for good that it happened. They get in without you by the code that they were given."
        }
        p #none.soft { "Nothing waits." }
        ul #letters.cards hidden {}
    };
    Page::new("Letters", content)
        .script("/assets/js/pages/letters.js")
        .viewer(Some(viewer))
}
