//! Entering: signing in, restoring from the sheet, and the new device's side of adding a device.

use imajin_app::{Node, Page, Texts, args};
use imajin_host::prelude::*;
use maud::{Markup, html};

use crate::name_giver::NameGiver;
use crate::parts::{script_top, sheet_input};

/// Sign in.
pub(crate) fn signin(node: &Node, t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        h1 { (t.text("signin")) }
        p #looking.busy { (t.text("signin-looking")) }
        div #some hidden {
            p { (t.text("signin-here")) }
            ul #people.plain {}
        }
        div #none hidden {
            p.lead { (t.text("signin-none")) }
            (super::addresses::been_here_before(node, t))
        }
        details #other-ways open {
            summary { (t.text("signin-others")) }
            ul.cards {
                (way(["signin-sheet", "signin-sheet-why", "restore"], "/restore", t))
                (way(["signin-device", "signin-device-why", "device"], "/device", t))
                @if node.is_claimed() {
                    (way(["signin-bring", "signin-bring-why", "bring"], "/bring", t))
                    li.card {
                        h2 { (t.text("signin-mail")) }
                        p { (t.text("signin-mail-why")) }
                        form #form-mail novalidate {
                            (t.field("email", "signin-mail-address", None, html! { input #email type="email" autocomplete="email" required; }))
                            button #send type="submit" { (t.text("signin-mail-send")) }
                        }
                        p #sent role="status" hidden {}
                        form #form-code novalidate {
                            (t.field("code", "signin-code", None, html! {
                                input #code type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" required;
                            }))
                            button #use-code type="submit" { (t.text("signin-code-use")) }
                        }
                    }
                    (way(["signin-new", "signin-new-why", "create"], "/create", t))
                } @else { (unclaimed(node, t)) }
            }
        }
    };
    t.page("help-signin", t.text("signin"), content)
        .script("/assets/www/signin.js")
        .current("/signin")
}

/// Draws the card of a way in that has its own page.
fn way([title, why, go]: [&str; 3], href: &str, t: Texts) -> Markup {
    html! {
        li.card {
            h2 { (t.text(title)) }
            p { (t.text(why)) }
            p { a.button href=(href) { (t.text(go)) } }
        }
    }
}

/// The notice on a box without an owner: such a box takes no guests, because no one could admit them further.
fn unclaimed(node: &Node, t: Texts) -> Markup {
    html! {
        li.card {
            h2 { (t.text("unclaimed")) }
            p { (t.text("signin-unclaimed")) }
            p { a.button.main href="/claim" { (t.text("unclaimed-code")) } }
            (super::restore_box::way(node, t))
        }
    }
}

/// Restore from the sheet.
pub(crate) fn restore(giver: &NameGiver, t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        h1 { (t.text("restore")) }
        p.lead { (t.text("restore-lead")) }
        (giver.notice(t))
        form #form-restore novalidate {
            (sheet_input("passphrase", "restore-passphrase", t))
            div.actions { button #restore.main type="submit" { (t.text("restore-go")) } }
        }
    };
    t.page("help-restore", t.text("restore"), content)
        .script("/assets/www/restore.js")
        .current("/signin")
}

/// The new device's side of "add a device".
pub(crate) fn device(giver: &NameGiver, t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        section #step-who {
            h1 { (t.text("device")) }
            p.lead { (t.text("device-lead")) }
            (giver.notice(t))
            form #form-who novalidate {
                (t.field("who", "device-who", Some("device-who-hint"), html! {
                    input #who type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required aria-describedby="who-hint";
                }))
                (t.field("pairing-code", "device-code", Some("device-code-hint"), html! {
                    input #pairing-code type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="pairing-code-hint";
                }))
                div.actions { button #make.main type="submit" { (t.text("continue")) } }
            }
        }
        section #step-show hidden {
            h1 { (t.text("device-now")) }
            ol {
                li #to-scan { (t.text("device-scan")) }
                li { (t.markup("device-compare", args![], |_, _| html! { strong.mono #check {} })) }
                li { (t.text("device-sign")) }
            }
            div.qrs { div #code {} }
            details {
                summary { (t.text("device-copy")) }
                p { code #key-text {} span #key-copy {} }
            }
            p.busy role="status" { (t.text("device-waiting")) }
            div.actions { button #stop type="button" { (t.text("device-stop")) } }
        }
    };
    t.page("help-device", t.text("device"), content)
        .script("/assets/www/device.js")
        .current("/signin")
}
