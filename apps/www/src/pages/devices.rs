//! Devices and sessions: which keys are mine, adding one, ending sessions. Drawn by `devices.js`, since changing them
//! needs a key.

use imajin_service::Page;
use imajin_service::page::{Viewer, short_did};
use maud::html;

use crate::parts::{message, needs_script};

/// The page.
pub(crate) fn page(viewer: Viewer) -> Page {
    let content = html! {
        (message())
        (needs_script("Changing your devices takes a signature of your key."))
        h1 { "Devices" }
        p { "Your address: " (short_did(&viewer.did)) }
        h2 { "Keys that sign for you" }
        div #no-key.notice hidden {
            p { "This browser is signed in but holds no key of yours, so it can look and not sign. " a href="/restore" { "Restore your key from the sheet" } "." }
        }
        div #kept.notice hidden {
            p { "You came in with a letter, and this box keeps your key for you. Make it yours: then nobody but you can sign for you, and what you have stays as it is." }
            p { a.button.main href="/create?own" { "Make a key of my own" } }
        }
        ul #keys.rows { li.soft { "Looking…" } }
        section.card {
            h2 { "Add a device" }
            p { "On the new device open this box's address, choose “Sign in”, then “Add this device”. It shows a code." }
            p { button #scan type="button" hidden { "Scan its code with the camera" } }
            form #form-add novalidate {
                div.field {
                    label for="key" { "The text below the code on the new device" }
                    input #key type="text" autocomplete="off" autocapitalize="none" spellcheck="false";
                }
                button type="submit" { "Continue" }
            }
            div #confirm hidden {
                h3 tabindex="-1" { "Is it your device?" }
                p { "It must show " strong.mono #check {} ". If it shows anything else, it is not yours." }
                label.check { input #full type="checkbox"; span { "It may also change which devices are mine (for a device that you trust like this one)" } }
                div.actions {
                    button #add.main type="button" { "Sign and add it" }
                    button #not-add type="button" { "Not mine" }
                }
            }
        }
        h2 { "Where you are signed in" }
        ul #sessions.rows { li.soft { "Looking…" } }
        div.actions { button #sign-out type="button" { "Sign out here" } }
        p.hint { "Signing out leaves your key in this browser. To take a device out of your hands, take its key out of use above." }
    };
    Page::new("Devices", content)
        .script("/assets/js/pages/devices.js")
        .viewer(Some(viewer))
        .current("/devices")
}
