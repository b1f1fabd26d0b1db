//! Ownership of the box: transferring it to another person, releasing it, and claiming one that was released.

use imajin_app::page::Viewer;
use imajin_app::{Node, Page, Texts};
use maud::html;

use crate::parts::{code_input, script_top};

/// For the owner: another owner, or none. `owner.js` lists the people and signs.
pub(crate) fn page(_: &Node, viewer: Viewer, t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        div #choose {
            h1 { (t.text("owner")) }
            p.lead { (t.text("owner-lead")) }
            p #looking.busy role="status" { (t.text("owner-looking")) }
            form #form-owner novalidate hidden {
                (t.field("heir", "owner-heir", None, html! {
                    select #heir aria-describedby="heir-hint" {
                        option value="" { (t.text("owner-choose")) }
                        option value="nobody" { (t.text("owner-nobody")) }
                    }
                    p.hint id="heir-hint" { (t.text("owner-released")) }
                }))
                label.check for="sure" { input #sure type="checkbox"; span { (t.text("owner-sure")) } }
                div.actions {
                    button #hand.main type="submit" { (t.text("owner-sign")) }
                    a #keep.button href="/settings" { (t.text("owner-keep")) }
                }
            }
        }
        div #handed hidden {
            h1 { (t.text("owner-done")) }
            p #handed-to.lead {}
            p { (t.text("owner-leaves")) }
            div.actions { a #on.button.main href="/" { (t.text("owner-home")) } }
        }
    };
    t.page("help-owner", t.text("owner"), content)
        .script("/assets/www/owner.js")
        .viewer(Some(viewer))
        .current("/settings")
}

/// For a member of a box without an owner: its claim code makes them the owner, with the key that they have.
pub(crate) fn take(viewer: Viewer, t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        div #choose {
            h1 { (t.text("owner-become")) }
            p.lead { (t.text("owner-become-lead")) }
            form #form-take novalidate {
                div.field { (code_input("claim", ["owner-code", "owner-code-hint"], t)) }
                div.actions { button #take.main type="submit" { (t.text("owner-become-sign")) } }
            }
        }
        div #handed hidden {
            h1 { (t.text("owner-yours")) }
            p #handed-to.lead {}
            p { (t.text("owner-finds")) }
            div.actions {
                a #on.button.main href="/" { (t.text("owner-home")) }
                a.button href="/settings" { (t.text("owner-settings")) }
            }
        }
    };
    t.page("help-claim", t.text("owner-become"), content)
        .script("/assets/www/take.js")
        .viewer(Some(viewer))
}
