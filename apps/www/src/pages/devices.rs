//! Devices and sessions: listing keys, adding one, ending sessions. `devices.js` draws it, because changes need a key.

use imajin_app::page::{Viewer, short_did};
use imajin_app::{Node, Page, Texts, args};
use maud::{Markup, html};

use super::apps::scopes;
use crate::parts::script_top;

pub(crate) fn page(node: &Node, viewer: Viewer, t: Texts) -> Page {
    let content = html! {
        (scopes(node, t))
        (script_top(t))
        h1 { (t.text("devices")) }
        p { (t.markup("devices-id", args![], |_, _| short_did(&viewer.did))) }
        h2 { (t.text("devices-sign")) }
        div #no-key.notice hidden {
            p { (t.markup("devices-no-key", args![], |_, inner| html! { a href="/restore" { (inner) } })) }
        }
        div #kept.notice hidden {
            p { (t.text("devices-kept")) }
            p { a.button.main href="/create?own" { (t.text("devices-own")) } }
        }
        ul #keys.rows { li.soft { (t.text("looking")) } }
        (programs(t))
        section.card {
            h2 { (t.text("devices-add")) }
            p { (t.text("devices-add-scan")) }
            div.qrs { div #new-device {} }
            p { (t.text("devices-add-how")) }
            p #pairing hidden { (t.markup("devices-code", args![], |_, _| html! { strong.mono #pairing-code {} })) }
            p { (t.text("devices-add-other")) }
            p { button #scan type="button" hidden { (t.text("devices-scan")) } }
            form #form-add novalidate {
                (t.field("key", "devices-key", None, html! { input #key type="text" autocomplete="off" autocapitalize="none" spellcheck="false"; }))
                button type="submit" { (t.text("continue")) }
            }
            div #confirm hidden {
                h3 tabindex="-1" { (t.text("devices-is-it")) }
                p { (t.markup("devices-check", args![], |_, _| html! { strong.mono #check {} })) }
                (t.field("device-name", "devices-call", None, html! {
                    input #device-name type="text" maxlength="60" autocomplete="off" placeholder=(t.text("devices-phone"));
                }))
                p { (t.text("devices-reads")) }
                label.check { input #full type="checkbox"; span { (t.text("devices-full")) } }
                p #only-signs hidden { (t.text("devices-only-signs")) }
                div.actions {
                    button #add.main type="button" { (t.text("devices-sign-add")) }
                    button #not-add type="button" { (t.text("devices-not-mine")) }
                }
            }
        }
        (older(node, t))
        section.card {
            h2 { (t.text("sheets")) }
            p { span #sheet-count {} " " (t.text("devices-sheets-why")) }
            p { a.button href="/sheets" { (t.text("devices-sheets")) } }
        }
        h2 { (t.text("devices-sessions")) }
        ul #sessions.rows { li.soft { (t.text("looking")) } }
        div.actions { button #sign-out type="button" { (t.text("devices-sign-out")) } }
        p.hint { (t.text("devices-sign-out-why")) }
        (lock(t))
        details #forget hidden {
            summary { (t.text("devices-forget")) }
            form #form-forget novalidate {
                p { (t.text("devices-forget-why")) }
                label.check for="forget-sure" { input #forget-sure type="checkbox"; span { (t.text("devices-forget-sure")) } }
                div.actions { button #forget-go.danger type="submit" { (t.text("devices-forget")) } }
            }
        }
    };
    t.page("help-devices", t.text("devices"), content)
        .script("/assets/www/devices.js")
        .script("/assets/www/lock-key.js")
        .viewer(Some(viewer))
        .current("/devices")
}

/// The programs that keys out of use connected, and the button that ends them all; `programs.js` fills it.
fn programs(t: Texts) -> Markup {
    html! {
        section #programs.card hidden {
            h2 { (t.text("programs")) }
            p { (t.text("programs-why")) }
            ul #programs-list.rows {}
            div.actions { button #programs-end.danger type="button" { (t.text("programs-end")) } }
        }
    }
}

/// The card that hands older messages over to devices that lack them; apps' scripts do it (`handover.js`).
fn older(node: &Node, t: Texts) -> Markup {
    let manifests = node.services().manifests();
    let scripts: Vec<_> = manifests.filter_map(|manifest| manifest.device_secrets).collect();
    html! {
        section #older.card hidden data-scripts=(scripts.join(" ")) {
            h2 { (t.text("devices-older")) }
            p { (t.text("devices-older-why")) }
            div.actions { button #hand-over type="button" { (t.text("devices-older-go")) } }
        }
    }
}

/// The optional lock on the key in this browser; `lock-key.js` puts it on.
fn lock(t: Texts) -> Markup {
    html! {
        section #lock.card hidden {
            h2 { (t.text("keylock")) }
            p #lock-open { (t.text("keylock-why")) }
            p #lock-closed hidden {}
            form #form-lock novalidate hidden {
                div.field {
                    label for="lock-passphrase" { (t.text("keylock-passphrase")) }
                    p.hint id="lock-hint" { (t.text("keylock-hint")) }
                    input #lock-passphrase type="password" autocomplete="new-password" minlength="8" required aria-describedby="lock-hint";
                }
                div.actions { button #lock-go.main type="submit" { (t.text("keylock-with-passphrase")) } }
            }
            div.actions {
                button #lock-prf type="button" hidden { (t.text("keylock-with-device")) }
                button #lock-choose type="button" hidden { (t.text("keylock-with-passphrase")) }
                button #lock-off type="button" hidden { (t.text("keylock-off")) }
            }
        }
    }
}
