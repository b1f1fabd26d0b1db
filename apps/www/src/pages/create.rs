//! "Create your identity": the wizard's five steps. The script `create.js` moves between them.

use imajin_service::{Node, Page, Registration};
use maud::{Markup, html};

use crate::parts::{message, needs_script, sheet_input};

/// The page.
pub(crate) fn page(node: &Node) -> Page {
    if node.registration() == Registration::Closed {
        return closed();
    }
    let content = html! {
        (message())
        (needs_script("Your key is made in your browser, by a script of this page."))
        ol.steps aria-label="Steps" {
            @for (id, name) in [("name", "Name"), ("key", "Key"), ("sheet", "Sheet"), ("test", "Test"), ("done", "Done")] {
                li id={ "mark-" (id) } aria-current=[(id == "name").then_some("step")] { (name) }
            }
        }
        (name_step(node))
        (key_step())
        (sheet_step())
        (test_step())
        (done_step())
    };
    Page::new("Create your identity", content)
        .script("/assets/js/pages/create.js")
        .current("/create")
}

fn closed() -> Page {
    let content = html! {
        h1 { "This box takes nobody new" }
        p { "Its owner has closed it for new people. Are you here already? " a href="/signin" { "Sign in" } "." }
    };
    Page::new("Create your identity", content).current("/create")
}

fn name_step(node: &Node) -> Markup {
    html! {
        section #step-name {
            h1 { "What shall people call you?" }
            div #own.notice hidden {
                p { "You came in with a letter. Now you get a key of your own: your address and all that you have stay as they are. An invitation, if you have one, lets you do more here." }
            }
            form #form-name novalidate {
                div.field {
                    label for="name" { "Your name" }
                    p.hint id="name-hint" { "As your friends know you. You can change it at any time." }
                    input #name type="text" autocomplete="name" maxlength="100" required aria-describedby="name-hint";
                }
                @if !node.is_claimed() { (claim_field()) }
                @if node.registration() == Registration::Invite { (invite_field()) }
                div.actions { button.main type="submit" { "Continue" } }
            }
            p.soft { "Have you been here before? " a href="/signin" { "Sign in" } " instead." }
        }
    }
}

/// Shown only while the box has no owner. `create.js` opens it, or says that the code came with the link.
fn claim_field() -> Markup {
    html! {
        div #claim-came.notice hidden { p { "You came by this box's claim link, so you will be its owner." } }
        details #claim-details {
            summary { "I have this box's claim code" }
            div.field {
                label for="claim" { "Claim code" }
                p.hint id="claim-hint" {
                    "This box has no owner yet. Whoever enters the code that it printed when it was first started becomes its owner. "
                    "You can also begin without it; then you just do not own the box."
                }
                input #claim type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="claim-hint";
            }
        }
    }
}

/// Shown where one begins by invitation. `create.js` fills it from the link.
fn invite_field() -> Markup {
    html! {
        div.field {
            label for="invite" { "Your invitation" }
            p.hint id="invite-hint" { "The code that the owner of this box gave you." }
            input #invite type="text" required autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="invite-hint";
        }
    }
}

fn key_step() -> Markup {
    html! {
        section #step-key hidden {
            h1 { "Your key" }
            p.lead {
                "Your key is a very long secret number that this browser makes for you and never gives away. "
                "With it you sign what you do, so that everybody can see it was you, and nobody, not even this box, can pretend to be you."
            }
            form #form-key novalidate {
                div.field {
                    label for="passphrase" { "A passphrase for your recovery sheet" }
                    p.hint id="passphrase-hint" {
                        "Next comes a sheet of paper that brings your key back if this device breaks or gets lost. "
                        "The passphrase locks the sheet. Choose one that you will still know in some years."
                    }
                    input #passphrase type="password" autocomplete="new-password" minlength="12" required aria-describedby="passphrase-hint";
                    label.check { input #see type="checkbox"; span { "Show what I type" } }
                    button #suggest.link type="button" { "Suggest one that can be said aloud" }
                }
                div.actions { button #make.main type="submit" { "Make my key" } }
            }
            p { button.link type="button" data-start-over { "Start over" } }
        }
    }
}

fn sheet_step() -> Markup {
    html! {
        section #step-sheet.prints hidden {
            h1 { "Your recovery sheet" }
            p.lead { "Print this sheet or save it on a stick, and keep it where you keep papers that matter. Without your passphrase it opens nothing." }
            div.sheet {
                h2 { "Recovery sheet of " span #sheet-name {} }
                p { "Made on " span #sheet-date {} ". Opens only with your passphrase, which does not stand here." }
                div.body {
                    div #sheet-code {}
                    ol #sheet-lines {}
                }
                p { "To use it: open your box's address in a browser, choose “Sign in”, then “Restore from the sheet”." }
            }
            div.actions {
                button #print type="button" { "Print" }
                button #save type="button" { "Save as a file" }
                button #to-test.main type="button" { "I have it, continue" }
            }
            p { button.link type="button" data-start-over { "Start over with a new key" } }
        }
    }
}

fn test_step() -> Markup {
    html! {
        section #step-test hidden {
            h1 { "Does the sheet work?" }
            p.lead { "Read it back now, while nothing depends on it yet. A sheet that was never tried is only a hope." }
            form #form-test novalidate {
                (sheet_input())
                div.field {
                    label for="test-passphrase" { "Your passphrase" }
                    input #test-passphrase type="password" autocomplete="off" required;
                }
                div.actions {
                    button #test.main type="submit" { "Open the sheet" }
                    button #back-to-sheet type="button" { "Back to the sheet" }
                }
            }
            p { button.link type="button" data-start-over { "Start over with a new key" } }
        }
    }
}

fn done_step() -> Markup {
    html! {
        section #step-done hidden {
            div #finishing { p.busy role="status" { "The sheet works. Telling your box…" } }
            div #finish-again hidden {
                h1 { "Almost done" }
                p { "Your key and your sheet are good. Only your box has not taken you in yet." }
                div #claim-again hidden {
                    div.field {
                        label for="claim-code" { "Claim code" }
                        p.hint id="claim-code-hint" { "Look at it again, or leave it empty to begin without owning the box." }
                        input #claim-code type="text" autocomplete="off" spellcheck="false" aria-describedby="claim-code-hint";
                    }
                }
                div #invite-again hidden {
                    div.field {
                        label for="invite-code" { "Your invitation" }
                        p.hint id="invite-code-hint" { "The code that the owner of this box gave you." }
                        input #invite-code type="text" autocomplete="off" spellcheck="false" aria-describedby="invite-code-hint";
                    }
                }
                div.actions { button #try-again.main type="button" { "Try again" } }
            }
            div #finished hidden {
                h1 { "Welcome, " span #finished-name {} }
                p.lead { "Your key is in this browser, your sheet is tested, and your record has begun. What you do from here on is signed by you." }
                div.actions {
                    a #finished-invite.button.main href="/connections" hidden { "Accept the invitation to connect" }
                    a.button.main href="/profile/edit" { "Write your profile" }
                }
                div #finished-owner.card hidden {
                    h2 { "Lock this box with a passphrase?" }
                    p { "You own this box. Whoever steals it, or its card, can read what is on it. With a lock the keys, addresses and letters that it keeps open only with a passphrase; in return somebody types it after every power cut." }
                    p { a.button href="/lock" { "What a lock means, and how to put it on" } }
                    p.hint { "You can do it at any time: from “How it is”." }
                }
                p.soft { "Or look at " a href="/data" { "your data" } "." }
            }
        }
        p #resumed.soft hidden { "You are where you left off." }
    }
}
