//! Pieces that several pages share.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use imajin_app::{Page, Texts, args};
use maud::{Markup, html};
use serde::Deserialize;

pub(crate) use imajin_app::extract::form_of;

/// Whether a page is shown after its form was saved.
#[derive(Deserialize)]
pub(crate) struct After {
    pub(crate) saved: Option<String>,
}

/// The answer of a page with a form that works without scripts: with `no-referrer`, browsers send a form with the origin `null`.
pub(crate) fn with_form(page: Page) -> Response {
    ([(header::REFERRER_POLICY, "same-origin")], page).into_response()
}

/// The element in which scripts report what happened (`ui.js`).
pub(crate) fn message() -> Markup {
    html! { div #message {} }
}

/// The notice on a page that does nothing without scripts.
pub(crate) fn scripts_off(t: Texts) -> Markup {
    html! { noscript { div.notice.bad { p { (t.text("scripts-off")) } } } }
}

/// The top of a page that lives by its scripts: the element for their reports, and the notice without them.
pub(crate) fn script_top(t: Texts) -> Markup {
    html! { (message()) (scripts_off(t)) }
}

/// Why people can believe what a page claims: folded, next to the claim.
pub(crate) fn why_believe(t: Texts, because: Markup) -> Markup {
    html! { details.how { summary { (t.text("how-do-i-know")) } (because) } }
}

/// Three ways to read in a recovery sheet: camera, file, typing. Then the passphrase that locks it, in the field of this
/// id, under the message `label`.
pub(crate) fn sheet_input(id: &str, label: &str, t: Texts) -> Markup {
    html! {
        p { button #scan type="button" hidden { (t.text("sheet-scan")) } }
        (t.field("sheet-file", "sheet-file", None, html! { input #sheet-file type="file" accept=".txt,text/plain,image/*"; }))
        (t.field("letters", "sheet-letters", Some("sheet-letters-hint"), html! {
            textarea #letters.letters rows="6" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="letters-hint" {}
        }))
        (t.field(id, label, None, html! { input id=(id) type="password" autocomplete="off" required; }))
    }
}

/// The field of this id for a code, with the messages of its label and its hint.
pub(crate) fn code_input(id: &str, [label, hint]: [&str; 2], t: Texts) -> Markup {
    let hint_id = format!("{id}-hint");
    html! {
        label for=(id) { (t.text(label)) }
        p.hint id=(hint_id) { (t.text(hint)) }
        input id=(id) type="text" required autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby=(hint_id);
    }
}

/// A recovery sheet as it is printed; `paper.js` fills it. It says whose it is and where its box is, so that it leads back alone.
pub(crate) fn paper(t: Texts) -> Markup {
    html! {
        div.sheet {
            h2 { (t.markup("paper-title", args![], |_, _| html! { span #sheet-name {} })) }
            p { (t.markup("paper-made", args![], |_, _| html! { span #sheet-date {} })) }
            p { (t.markup("paper-box", args![], |_, _| html! { strong #sheet-address {} })) }
            p.blank { (t.text("paper-backups")) }
            p { (t.markup("paper-id", args![], |_, _| html! { span #sheet-did.mono {} })) }
            div.body {
                div #sheet-code {}
                ol #sheet-lines {}
            }
            p { (t.text("paper-use")) }
        }
    }
}

/// The passphrase that locks a new sheet.
pub(crate) fn passphrase_field(t: Texts) -> Markup {
    html! {
        (t.field("passphrase", "sheet-passphrase", Some("sheet-passphrase-hint"), html! {
            input #passphrase type="password" autocomplete="new-password" minlength="12" required aria-describedby="passphrase-hint";
            label.check { input #see type="checkbox"; span { (t.text("show-typed")) } }
            button #suggest.link type="button" { (t.text("suggest")) }
        }))
    }
}
