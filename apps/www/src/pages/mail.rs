//! Signing in with an e-mail address: the page that a mailed link opens, and the links that wait, for the box's
//! owner.

use imajin_app::page::Viewer;
use imajin_app::{Page, Texts};
use maud::html;

use crate::parts::script_top;

/// The page of a mailed link. It needs a press, so that a program that only follows links does not use one up.
pub(crate) fn follow(t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        section #ready hidden {
            h1 { (t.text("mail-title")) }
            p.lead { (t.text("mail-ready")) }
            div.actions { button #come.main type="button" { (t.text("mail-title")) } }
            p.hint { (t.text("mail-once")) }
        }
        section #given hidden {
            h1 { (t.text("mail-code")) }
            p.lead { strong.mono #code {} }
            p { (t.text("mail-code-why")) }
            div.actions { a #on.button.main href="/data" { (t.text("mail-code-done")) } }
        }
        section #told hidden {
            h1 { (t.text("mail-in")) }
            p.lead { (t.text("mail-in-read")) }
        }
        section #none hidden {
            h1 { (t.text("mail-broken")) }
            p { (t.text("mail-broken-why")) }
            p { a.button href="/signin" { (t.text("mail-again")) } }
        }
    };
    t.page("help-mail-link", t.text("mail-title"), content)
        .script("/assets/www/mail.js")
        .current("/signin")
}

/// The page of letters that wait.
pub(crate) fn letters(viewer: Viewer, t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        h1 { (t.text("letters")) }
        p #sending.lead hidden { (t.text("letters-sending")) }
        div #handing hidden {
            p.lead { (t.text("letters-handing")) }
            p { a.button href="/settings/mail" { (t.text("letters-server")) } }
        }
        p #none.soft { (t.text("letters-none")) }
        ul #letters.cards hidden {}
    };
    t.page("help-letters", t.text("letters"), content)
        .script("/assets/www/letters.js")
        .viewer(Some(viewer))
}
