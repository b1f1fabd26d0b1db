//! Invitations, for the owner of the box.

use imajin_service::page::Viewer;
use imajin_service::{Page, Texts, args};
use maud::html;

use crate::parts::{message, scripts_off};

/// The page.
pub(crate) fn page(viewer: Viewer, t: Texts) -> Page {
    let content = html! {
        (message())
        (scripts_off(t))
        h1 { (t.text("invite")) }
        p.lead { (t.text("invite-lead")) }
        form #form-invite {
            div.field {
                label for="uses" { (t.text("invite-uses")) }
                select #uses { @for number in [1, 2, 5, 10, 50] { option value=(number) { (number) } } }
            }
            div.actions { button #make.main type="submit" { (t.text("invite-make")) } }
        }
        section #made.card hidden {
            h2 tabindex="-1" { (t.text("invite-hand-on")) }
            p { (t.markup("invite-link", args![], |_, _| html! { code #link {} span #copy {} })) }
            p { (t.markup("invite-code", args![], |_, _| html! { strong #code.mono {} })) }
            div.qrs { div #picture {} }
        }
        h2 { (t.text("invite-out")) }
        p #none.soft { (t.text("invite-none")) }
        ul #invites.rows hidden {}
    };
    t.page(t.text("invite"), content)
        .script("/assets/www/invite.js")
        .viewer(Some(viewer))
}
