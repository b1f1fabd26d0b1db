//! Coming in: signing in, restoring from the sheet, and the new device's side of adding a device.

use imajin_service::Page;
use maud::html;

use crate::parts::{message, needs_script, sheet_input};

/// Sign in.
pub(crate) fn signin() -> Page {
    let content = html! {
        (message())
        (needs_script("You sign in with the key in your browser."))
        h1 { "Sign in" }
        p #looking.busy { "Looking for your key in this browser…" }
        div #some hidden {
            p { "Your key is in this browser." }
            ul #people.plain {}
        }
        div #none hidden {
            p.lead { "This browser holds no key yet." }
        }
        details #other-ways open {
            summary { "Other ways in" }
            ul.cards {
                li.card {
                    h2 { "I have my sheet" }
                    p { "Your recovery sheet and its passphrase bring your key into this browser." }
                    p { a.button href="/restore" { "Restore from the sheet" } }
                }
                li.card {
                    h2 { "I have another device" }
                    p { "A device that is signed in can let this one in too, with a key of its own." }
                    p { a.button href="/device" { "Add this device" } }
                }
                li.card {
                    h2 { "I have an e-mail address" }
                    p { "A letter with a link lets you in: to tickets, courses and conversations. A key of your own can come later." }
                    form #form-mail novalidate {
                        div.field {
                            label for="email" { "Your address" }
                            input #email type="email" autocomplete="email" required;
                        }
                        button #send type="submit" { "Send me the letter" }
                    }
                    p #sent role="status" hidden {}
                    form #form-code novalidate {
                        div.field {
                            label for="code" { "Or the code that you were given when you first came" }
                            input #code type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" required;
                        }
                        button #use-code type="submit" { "Come in with the code" }
                    }
                }
                li.card {
                    h2 { "I am new here" }
                    p { "It takes some minutes, and a printer or a USB stick helps." }
                    p { a.button href="/create" { "Create your identity" } }
                }
            }
        }
    };
    Page::new("Sign in", content)
        .script("/assets/js/pages/signin.js")
        .current("/signin")
}

/// Restore from the sheet.
pub(crate) fn restore() -> Page {
    let content = html! {
        (message())
        (needs_script("The sheet is opened in your browser, by a script of this page."))
        h1 { "Restore from the sheet" }
        p.lead { "The sheet is opened here in your browser. Neither it nor your passphrase is sent anywhere." }
        form #form-restore novalidate {
            (sheet_input())
            div.field {
                label for="passphrase" { "Its passphrase" }
                input #passphrase type="password" autocomplete="off" required;
            }
            div.actions { button #restore.main type="submit" { "Bring my key back" } }
        }
    };
    Page::new("Restore from the sheet", content)
        .script("/assets/js/pages/restore.js")
        .current("/signin")
}

/// The new device's side of "add a device".
pub(crate) fn device() -> Page {
    let content = html! {
        (message())
        (needs_script("This device's key is made in your browser."))
        section #step-who {
            h1 { "Add this device" }
            p.lead { "This device gets a key of its own. A device that is yours already says that it belongs to you." }
            form #form-who novalidate {
                div.field {
                    label for="who" { "Who are you on this box?" }
                    p.hint id="who-hint" { "Your short name, or your address from “Devices” on the other device." }
                    input #who type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required aria-describedby="who-hint";
                }
                div.actions { button #make.main type="submit" { "Continue" } }
            }
        }
        section #step-show hidden {
            h1 { "Now take your other device" }
            ol {
                li { "Open “Devices” there, and scan this code with it (its camera app can do that too)." }
                li { "Compare: both must show " strong.mono #check {} "." }
                li { "Sign there. This page notices by itself." }
            }
            div.qrs { div #code {} }
            details {
                summary { "No camera? Copy the text instead" }
                p { code #key-text {} span #key-copy {} }
            }
            p.busy role="status" { "Waiting for the other device…" }
            div.actions { button #stop type="button" { "Stop" } }
        }
        section #step-added hidden {
            h1 { "This device is yours" }
            p.lead { "It can sign for you from now on, with its own key." }
            div.actions { a.button.main href="/data" { "Look at your data" } }
        }
    };
    Page::new("Add this device", content)
        .script("/assets/js/pages/device.js")
        .current("/signin")
}
