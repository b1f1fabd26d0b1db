//! "Create your identity": the wizard's five steps. The script `create.js` moves between them.

use imajin_app::page::Viewer;
use imajin_app::{Node, Page, Texts, args};
use imajin_host::Registration;
use imajin_host::prelude::*;
use maud::{Markup, html};

use crate::name_giver::NameGiver;
use crate::parts::{code_input, paper, passphrase_field, script_top, sheet_input};

pub(crate) fn page(node: &Node, viewer: Option<Viewer>, giver: &NameGiver, t: Texts) -> Page {
    if node.registration() == Registration::Closed {
        return closed(t).viewer(viewer);
    }
    let content = html! {
        (script_top(t))
        ol.steps aria-label=(t.text("create-steps")) {
            @for (id, name) in [("name", "create-step-name"), ("key", "create-step-key"), ("sheet", "create-step-sheet"), ("test", "create-step-test"), ("done", "create-step-done")] {
                li id={ "mark-" (id) } aria-current=[(id == "name").then_some("step")] { (t.text(name)) }
            }
        }
        (name_step(node, viewer.as_ref(), t))
        section #step-key hidden {
            h1 { (t.text("create-key")) }
            p.lead { (t.text("create-key-what")) }
            (giver.notice(t))
            form #form-key novalidate {
                p { (t.text("create-sheet-next")) }
                (passphrase_field(t))
                div.actions { button #make.main type="submit" { (t.text("create-make")) } }
            }
            p { button.link type="button" data-start-over { (t.text("create-over")) } }
        }
        section #step-sheet.prints hidden {
            h1 { (t.text("create-sheet")) }
            p.lead { (t.text("create-sheet-lead")) }
            (paper(t))
            div.actions {
                button #print type="button" { (t.text("print")) }
                button #save type="button" { (t.text("save-as-file")) }
                button #to-test.main type="button" { (t.text("have-sheet")) }
            }
            p { button.link type="button" data-start-over { (t.text("create-over-key")) } }
        }
        section #step-test hidden {
            h1 { (t.text("create-test")) }
            p.lead { (t.text("create-test-lead")) }
            form #form-test novalidate {
                (sheet_input("test-passphrase", "create-passphrase", t))
                div.actions {
                    button #test.main type="submit" { (t.text("open-sheet")) }
                    button #back-to-sheet type="button" { (t.text("create-back")) }
                }
            }
            p { button.link type="button" data-start-over { (t.text("create-over-key")) } }
        }
        (done_step(t))
    };
    t.page("help-create", t.text("create"), content)
        .script("/assets/www/create.js")
        .current("/create")
        .viewer(viewer)
}

fn closed(t: Texts) -> Page {
    let content = html! {
        h1 { (t.text("create-closed")) }
        p { (t.markup("create-closed-why", args![], |_, inner| html! { a href="/signin" { (inner) } })) }
    };
    t.page("help-create", t.text("create"), content).current("/create")
}

fn name_step(node: &Node, viewer: Option<&Viewer>, t: Texts) -> Markup {
    html! {
        section #step-name {
            h1 { (t.text("create-name")) }
            div #own.notice hidden { p { (t.text("create-own")) } }
            @if let Some(viewer) = viewer { (signed_in(viewer, t)) }
            div #code-came.notice.good role="status" data-box=(node.name()) hidden { p {} }
            (super::addresses::been_here_before(node, t))
            form #form-name novalidate {
                @match (node.is_claimed(), node.registration()) {
                    (false, _) => (code_field("claim", ["create-claim", "create-claim-hint"], t)),
                    (true, Registration::Invite) => (code_field("invite", ["create-invite", "create-invite-hint"], t)),
                    (true, _) => {}
                }
                (t.field("name", "create-your-name", Some("create-name-hint"), html! {
                    input #name type="text" autocomplete="name" maxlength="100" required aria-describedby="name-hint";
                }))
                div.actions { button #to-key.main type="submit" { (t.text("continue")) } }
            }
            p.soft { (t.markup("create-before", args![], |_, inner| html! { a href="/signin" { (inner) } })) }
            (super::restore_box::way(node, t))
        }
    }
}

/// The notice for a signed-in visitor: continuing makes a second identity. The script shows it unless the key is for the identity that they
/// have.
fn signed_in(viewer: &Viewer, t: Texts) -> Markup {
    html! {
        div #signed-in.notice hidden {
            p { (t.format("create-signed-in", args![name = viewer.called(t.lang)])) }
            p { a.button href="/" { (t.text("create-signed-in-home")) } }
        }
    }
}

/// The field for the code that comes first: the claim code while the box has no owner, because an owner must exist before others
/// can begin; the invitation code for invited people. Hidden by `create.js` if a link brought the code.
fn code_field(id: &str, messages: [&str; 2], t: Texts) -> Markup {
    html! { div.field data-code { (code_input(id, messages, t)) } }
}

/// The roles that a new person may get, by their names in the API.
const ROLES: [(&str, &str); 4] = [
    ("owner", "create-owner"),
    ("member", "create-member"),
    ("guest", "create-guest"),
    ("stranger", "create-stranger"),
];

fn done_step(t: Texts) -> Markup {
    html! {
        section #step-done hidden {
            div #finishing { p.busy role="status" { (t.text("create-finishing")) } }
            div #finish-again hidden {
                h1 { (t.text("create-almost")) }
                p { (t.text("create-almost-why")) }
                div #claim-again hidden {
                    (t.field("claim-code", "create-claim", Some("create-claim-again"), html! {
                        input #claim-code type="text" autocomplete="off" spellcheck="false" aria-describedby="claim-code-hint";
                    }))
                }
                div #invite-again hidden {
                    (t.field("invite-code", "create-invite", Some("create-invite-hint"), html! {
                        input #invite-code type="text" autocomplete="off" spellcheck="false" aria-describedby="invite-code-hint";
                    }))
                }
                div.actions { button #try-again.main type="button" { (t.text("create-again")) } }
            }
            div #finished hidden {
                h1 { (t.markup("create-welcome", args![], |_, _| html! { span #finished-name {} })) }
                p.lead { (t.text("create-done")) }
                p #finished-connected.notice.good hidden {}
                @for (role, message) in ROLES { p.notice.good data-role=(role) hidden { (t.text(message)) } }
                div.actions {
                    a #finished-invite.button.main href="/connections" hidden { (t.text("create-connect")) }
                    a #finished-write.button.main href="/connections" hidden {}
                    a.button.main href="/profile/edit" { (t.text("create-profile")) }
                }
                div #finished-owner.card hidden {
                    h2 { (t.text("create-lock")) }
                    p { (t.text("create-lock-why")) }
                    div.actions { a.button href="/lock" { (t.text("create-lock-how")) } }
                    p.hint { (t.text("create-lock-later")) }
                    h2 { (t.text("create-anywhere")) }
                    p { (t.text("create-anywhere-why")) }
                    div.actions { a.button href="/network#anywhere" { (t.text("network-anywhere-title")) } }
                    div.actions { a.button href="/invite" { (t.text("invite")) } }
                }
                p.soft { (t.markup("create-look", args![], |_, inner| html! { a href="/data" { (inner) } })) }
            }
        }
        p #resumed.soft hidden { (t.text("create-resumed")) }
    }
}
