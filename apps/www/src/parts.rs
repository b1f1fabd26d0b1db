//! Pieces that several pages share.

use maud::{Markup, html};

/// Where scripts say what happened (`ui.js`).
pub(crate) fn message() -> Markup {
    html! { div #message {} }
}

/// What a page that needs a key says where scripts are off.
pub(crate) fn needs_script(why: &str) -> Markup {
    html! {
        noscript {
            div.notice.bad { p { (why) " Scripts are off in this browser: switch them on for this address, then load the page again." } }
        }
    }
}

/// Three ways to read a recovery sheet in: camera, file, typing.
pub(crate) fn sheet_input() -> Markup {
    html! {
        p { button #scan type="button" hidden { "Scan the code with the camera" } }
        div.field {
            label for="sheet-file" { "The saved file, or a photo of the code" }
            input #sheet-file type="file" accept=".txt,text/plain,image/*";
        }
        div.field {
            label for="letters" { "Or the letters from the paper" }
            p.hint id="letters-hint" { "Ten lines of 25. Small or capital letters and spaces do not matter." }
            textarea #letters.letters rows="6" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="letters-hint" {}
        }
    }
}
