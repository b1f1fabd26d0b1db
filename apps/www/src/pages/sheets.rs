//! Recovery sheets: which there are, making one, trying one, revoking one. `sheets.js` draws it, because changes need a key.

use imajin_app::page::Viewer;
use imajin_app::{Page, Texts, args};
use maud::html;

use crate::name_giver::NameGiver;
use crate::parts::{paper, passphrase_field, script_top, sheet_input};

/// Draws the page. Under a name that a registry gave none is made, since its key would control the identity.
pub(crate) fn page(viewer: Viewer, giver: &NameGiver, t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        section #step-list {
            h1 { (t.text("sheets")) }
            p.lead { (t.text("sheets-lead")) }
            div #no-key.notice hidden {
                p { (t.markup("sheets-no-key", args![], |_, inner| html! { a href="/restore" { (inner) } })) }
            }
            div #shared.notice hidden { p { (t.text("sheets-shared")) } }
            ul #sheets.rows { li.soft { (t.text("looking")) } }
            @if let Some(registry) = giver.registry() {
                div.notice { p { (t.format("sheets-lent", args![registry = registry])) } }
            }
            div.actions { @if giver.registry().is_none() { button #new.main type="button" { (t.text("sheets-new")) } } button #try type="button" { (t.text("sheets-try")) } }
            p { a href="/devices" { (t.text("sheets-devices")) } }
        }
        section #step-make hidden {
            h1 { (t.text("sheets-make")) }
            form #form-make novalidate {
                (t.field("sheet-label", "sheets-where", Some("sheets-where-hint"), html! {
                    input #sheet-label type="text" maxlength="60" autocomplete="off" required aria-describedby="sheet-label-hint";
                }))
                (passphrase_field(t))
                p.hint { (t.text("sheets-limits")) }
                div.actions { button #make.main type="submit" { (t.text("sheets-make-it")) } button type="button" data-back { (t.text("back")) } }
            }
        }
        section #step-sheet.prints hidden {
            h1 { (t.text("sheets-yours")) }
            p.lead { (t.text("sheets-yours-lead")) }
            (paper(t))
            div.actions {
                button #print type="button" { (t.text("print")) }
                button #save type="button" { (t.text("save-as-file")) }
                button #to-test.main type="button" { (t.text("have-sheet")) }
                button type="button" data-back { (t.text("back")) }
            }
        }
        section #step-test hidden {
            h1 { (t.text("create-test")) }
            p.lead { (t.text("sheets-test-lead")) }
            form #form-test novalidate {
                (sheet_input("test-passphrase", "restore-passphrase", t))
                div.actions { button #test.main type="submit" { (t.text("open-sheet")) } button type="button" data-back { (t.text("back")) } }
            }
        }
    };
    t.page("help-sheets", t.text("sheets"), content)
        .script("/assets/www/sheets.js")
        .viewer(Some(viewer))
        .current("/devices")
}
