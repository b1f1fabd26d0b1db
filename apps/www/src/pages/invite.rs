//! Invitations, for the owner of the box.

use imajin_service::Page;
use imajin_service::page::Viewer;
use maud::html;

use crate::parts::{message, needs_script};

/// The page.
pub(crate) fn page(viewer: Viewer) -> Page {
    let content = html! {
        (message())
        (needs_script("Invitations are made by a script of this page."))
        h1 { "Invite somebody" }
        p.lead { "Whoever gets your invitation can begin here, with a key of their own. It is good for a week." }
        form #form-invite {
            div.field {
                label for="uses" { "For how many people?" }
                select #uses { @for number in [1, 2, 5, 10, 50] { option value=(number) { (number) } } }
            }
            div.actions { button #make.main type="submit" { "Make an invitation" } }
        }
        section #made.card hidden {
            h2 tabindex="-1" { "Hand this on" }
            p { "As a link: " code #link {} span #copy {} }
            p { "Or as a code to type: " strong #code.mono {} }
            div.qrs { div #picture {} }
        }
        h2 { "Invitations that are out" }
        p #none.soft { "None." }
        ul #invites.rows hidden {}
    };
    Page::new("Invite somebody", content)
        .script("/assets/js/pages/invite.js")
        .viewer(Some(viewer))
}
