//! Copies: taking one away, checking one, moving to another box, and deleting what is here.

use imajin_service::Page;
use imajin_service::page::Viewer;
use maud::html;

use crate::parts::{message, needs_script};

/// Take a copy away.
pub(crate) fn copy(viewer: Viewer) -> Page {
    let content = html! {
        (message())
        (needs_script("A copy is signed with the key in your browser."))
        h1 { "Take a copy away" }
        p.lead { "One file with everything: your whole record, your pictures, and a page to look at it all without any box." }
        form #begin novalidate {
            p { "It proves itself: anyone you show it to can check that nothing was changed or left out. Another box can carry on from it." }
            label.check for="lock" { input #lock type="checkbox"; span { "Lock it with a passphrase, so that only who knows it can read it" } }
            div #lock-field.field hidden {
                label for="passphrase" { "Passphrase of this copy" }
                p.hint id="passphrase-hint" { "Without it nobody can open the file, you included." }
                input #passphrase type="password" autocomplete="new-password" aria-describedby="passphrase-hint";
            }
            div.actions { button #make-copy.main type="submit" { "Make the copy" } }
        }
        div #working hidden {
            p.busy role="status" { "Your box is writing the copy." }
            progress #progress aria-label="How far the copy is" {}
            p.hint #how-far {}
            p.hint { "You can close this page and come back: the box goes on." }
        }
        div #finished hidden {
            div.notice.good { p { "The copy is ready and signed by you." } }
            div.actions {
                a #download.button.main href="/data/copy" download { "Save the copy" }
                button #another type="button" { "Make another" }
            }
            p #open-file.hint { "Put it on a stick or another disk. It is not locked: whoever has it can read it." }
            p #locked-file.hint hidden { "Put it on a stick or another disk. It opens with its passphrase only." }
        }
    };
    Page::new("Take a copy away", content)
        .script("/assets/js/pages/copy.js")
        .viewer(Some(viewer))
        .current("/data")
}

/// Check a copy.
pub(crate) fn verify(viewer: Option<Viewer>) -> Page {
    let content = html! {
        (message())
        (needs_script("The file is sent by a script of this page."))
        h1 { "Check a copy" }
        p.lead { "Drop a copy here, and this box reads it through: is it whole, and does every signature fit? Nothing of it is kept." }
        div #drop.drop {
            label for="file" { strong { "A copy (.tar) or a single record (log.sqlite)" } }
            p.hint { "Drop it here, or choose it:" }
            input #file type="file" accept=".tar,.sqlite,.age";
        }
        section #result aria-live="polite" {}
        details {
            summary { "Without trusting this box" }
            p { "Another box, or " code { "imajin verify" } " on your own computer, says the same of the same file. Nobody needs to be believed." }
        }
    };
    Page::new("Check a copy", content)
        .script("/assets/js/pages/verify.js")
        .viewer(viewer)
        .current("/verify")
}

/// Move to another box.
pub(crate) fn moving(viewer: Viewer) -> Page {
    let content = html! {
        (message())
        (needs_script("Moving takes a signature of your key."))
        div #where {
            h1 { "Move to another box" }
            p.lead { "Your whole record moves, with your key and your name for others. Nothing is lost: the other box checks every line before it takes you in, and this one then sends whoever looks for you there." }
            form #ask novalidate {
                div.field {
                    label for="to" { "Address of the other box" }
                    p.hint id="to-hint" { "As you type it in a browser there, without anything behind it." }
                    input #to type="url" inputmode="url" autocomplete="url" autocapitalize="none" spellcheck="false" required maxlength="200" placeholder="https://box.example" aria-describedby="to-hint";
                }
                div.actions { button #look.main type="submit" { "Look at what moves" } a.button href="/data" { "Stay here" } }
            }
        }
        div #plan hidden {
            h1 { "Move to " span #new-home {} }
            section.card #moves { h2 { "What moves along" } ul #moves-list {} p { "And every line of your record, as you signed it." } }
            section.card #cannot hidden { h2 { "What cannot, and why" } ul #cannot-list {} }
            section.card {
                h2 { "How it goes" }
                ul {
                    li { "While it moves, nothing can be written to your record. That takes as long as sending it." }
                    li { "Afterwards this box only shows what it had, and sends people on to the new one." }
                    li { "You sign in at the new box with your recovery sheet: browsers keep keys for each address apart." }
                }
            }
            form #go novalidate {
                div.field {
                    label for="invite" { "Invitation to the other box" }
                    p.hint id="invite-hint" { "Only if it takes people in by invitation: the code that its owner gave you." }
                    input #invite type="text" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="100" aria-describedby="invite-hint";
                }
                label.check for="sheet" { input #sheet type="checkbox"; span { "I have my recovery sheet at hand" } }
                div.actions { button #move.main type="submit" { "Sign and move" } button #back type="button" { "Another box" } }
            }
        }
        div #begun hidden {
            h1 { "Your move is not finished" }
            p.lead { "You signed a move to " strong #begun-to {} ", and this box does not know yet whether it arrived. Nothing can be written to your record until it does." }
            div.actions { button #again.main type="button" { "Go on with the move" } }
        }
        div #moved hidden {
            h1 { "You have moved" }
            p.lead { "Your record now lives at " strong #lives-at {} ". Sign in there with your recovery sheet." }
            div.actions { a #there.button.main href="/" { "Go to your new box" } }
        }
    };
    Page::new("Move to another box", content)
        .script("/assets/js/pages/move.js")
        .viewer(Some(viewer))
        .current("/data")
}

/// Delete everything.
pub(crate) fn delete(viewer: Viewer) -> Page {
    let content = html! {
        (message())
        (needs_script("Deleting takes a signature of your key."))
        div #before {
            h1 { "Delete my data" }
            p.lead { "This erases your words and pictures on this box, for good. Take a copy first: it can be brought to another box later." }
            div.actions { a.button.main href="/data/copy" { "Take a copy first" } a.button href="/data" { "Keep everything" } }
            p #looking.busy role="status" { "Looking at what would go…" }
            div #plan hidden {
                section.card #events hidden {
                    h2 { "Your events" }
                    p { "An event has a record of its own, and only you can close it. Decide before you go: after that nobody is let in, and nobody gets their money back." }
                    ul #events-list.rows {}
                }
                section.card { h2 { "What goes" } ul #goes {} p #nothing-goes hidden { "There are no words or pictures of yours here." } }
                section.card {
                    h2 { "What stays, and why" }
                    ul #stays {}
                }
                section.card { h2 { "What this box cannot reach" } ul #out-of-reach {} }
                form #form-delete novalidate {
                    label.check for="sure" { input #sure type="checkbox"; span { "I understand that nobody can undo this" } }
                    div.actions { button #erase.danger type="submit" { "Sign and delete" } }
                }
            }
        }
        div #gone hidden {
            h1 { "It is gone" }
            p.lead { "Your words and pictures are erased on this box. Keep the receipt: it is signed, and says what was erased and when." }
            div.actions { button #save-receipt.main type="button" { "Save the receipt" } a.button href="/" { "Leave" } }
        }
    };
    Page::new("Delete my data", content)
        .script("/assets/js/pages/delete.js")
        .viewer(Some(viewer))
        .current("/data")
}
