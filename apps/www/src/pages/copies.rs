//! Copies: downloading one, checking one, bringing one, moving to another box, and deleting the data on this box.

use imajin_app::page::Viewer;
use imajin_app::{Node, Page, Role, Texts, args};
use imajin_host::Registration;
use imajin_host::prelude::*;
use maud::{Markup, html};

use crate::name_giver::NameGiver;
use crate::parts::{script_top, sheet_input, why_believe};

/// Download a copy.
pub(crate) fn copy(viewer: Viewer, t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        h1 { (t.text("copy")) }
        p.lead { (t.text("copy-lead")) }
        form #begin novalidate {
            p { (t.text("copy-proves")) }
            label.check for="lock" { input #lock type="checkbox"; span { (t.text("copy-lock")) } }
            div #lock-field.field hidden {
                label for="passphrase" { (t.text("copy-passphrase")) }
                p.hint id="passphrase-hint" { (t.text("copy-passphrase-hint")) }
                input #passphrase type="password" autocomplete="new-password" aria-describedby="passphrase-hint";
            }
            div.actions { button #make-copy.main type="submit" { (t.text("copy-make")) } }
        }
        div #working hidden {
            p.busy role="status" { (t.text("copy-writing")) }
            progress #progress aria-label=(t.text("copy-progress")) {}
            p.hint #how-far {}
            p.hint { (t.text("copy-come-back")) }
        }
        div #finished hidden {
            div.notice.good { p { (t.text("copy-ready")) } }
            div.actions {
                a #download.button.main href="/data/copy" download { (t.text("copy-save")) }
                button #another type="button" { (t.text("copy-another")) }
            }
            p #open-file.hint { (t.text("copy-open")) }
            p #locked-file.hint hidden { (t.text("copy-locked")) }
        }
    };
    t.page("help-copy", t.text("copy"), content)
        .script("/assets/www/copy.js")
        .viewer(Some(viewer))
        .current("/data")
}

/// Check a copy.
pub(crate) fn verify(viewer: Option<Viewer>, t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        h1 { (t.text("verify")) }
        p.lead { (t.text("verify-lead")) }
        div #drop.drop {
            label for="file" { strong { (t.text("verify-kinds")) } }
            p.hint { (t.text("verify-drop")) }
            input #file type="file" accept=".tar,.sqlite,.age";
        }
        section #result aria-live="polite" {}
        (why_believe(t, html! {
            p { (t.text("verify-how")) }
            p { (t.markup("verify-elsewhere", args![], |_, inner| html! { code { (inner) } })) }
        }))
    };
    t.page("help-verify", t.text("verify"), content)
        .script("/assets/www/verify.js")
        .viewer(viewer)
        .current("/verify")
}

/// The page for bringing a copy of a record to this box. `role` is the viewer's, if they are signed in.
pub(crate) fn bring(
    node: &Node,
    (viewer, role): (Option<Viewer>, Option<Role>),
    giver: &NameGiver,
    t: Texts,
) -> Page {
    let content = html! {
        (script_top(t))
        section #choose {
            h1 { (t.text("bring")) }
            p.lead { (t.text("bring-lead")) }
            (bring_form(node, role.unwrap_or(Role::Stranger), t))
            (why_believe(t, html! { p { (t.text("bring-how")) } }))
        }
        section #sending hidden {
            h1 { (t.text("bring-on-its-way")) }
            p #sending-words.busy role="status" {}
            progress #progress aria-label=(t.text("bring-progress")) {}
            p #how-far.hint {}
            p.hint { (t.text("bring-stay")) }
        }
        section #found data-owner[role == Some(Role::Owner)] hidden {
            h1 { (t.text("bring-found")) }
            div #report {}
            div #choices {
                p { (t.text("bring-choose")) }
                form #form-sheet novalidate {
                    h2 { (t.text("bring-sheet")) }
                    p { (t.text("bring-sheet-why")) }
                    (giver.notice(t))
                    (sheet_input("passphrase", "restore-passphrase", t))
                    div.actions { button #sheet-home.main type="submit" { (t.text("bring-home")) } }
                }
            }
            div.actions {
                button #home.main type="button" { (t.text("bring-home")) }
                button #backup type="button" { (t.text("bring-backup")) }
                button #leave type="button" { (t.text("bring-leave")) }
            }
        }
    };
    t.page("help-bring", t.text("bring"), content)
        .script("/assets/www/bring.js")
        .viewer(viewer)
        .current("/data")
}

/// The copy, what opens it, and an invitation where the box asks for one.
fn bring_form(node: &Node, role: Role, t: Texts) -> Markup {
    let registration = node.registration();
    let is_invited = role >= Role::Member || registration == Registration::Open;
    html! {
        @if !node.is_claimed() {
            div.notice { p { (t.markup("bring-unclaimed", args![], |_, inner| html! { a href="/claim" { (inner) } })) } }
        } @else if registration == Registration::Closed && role < Role::Member {
            div.notice { p { (t.text("bring-closed")) } }
        }
        form #form-bring novalidate {
            (t.field("file", "bring-file", Some("bring-file-hint"), html! {
                input #file type="file" accept=".tar,.age" required aria-describedby="file-hint";
            }))
            div #locked.field hidden {
                label for="copy-passphrase" { (t.text("bring-passphrase")) }
                input #copy-passphrase type="password" autocomplete="off";
            }
            @if !is_invited && registration == Registration::Invite {
                (t.field("invite", "bring-invite", Some("bring-invite-hint"), html! {
                    input #invite type="text" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="100" aria-describedby="invite-hint";
                }))
            }
            div.actions { button #go.main type="submit" { (t.text("bring-go")) } }
        }
    }
}

/// Move to another box.
pub(crate) fn moving(viewer: Viewer, t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        div #where {
            h1 { (t.text("move")) }
            p.lead { (t.text("move-lead")) }
            form #ask novalidate {
                (t.field("to", "move-to", Some("move-to-hint"), html! {
                    input #to type="url" inputmode="url" autocomplete="url" autocapitalize="none" spellcheck="false" required maxlength="200" placeholder="https://box.example" aria-describedby="to-hint";
                }))
                div.actions { button #look.main type="submit" { (t.text("move-look")) } a.button href="/data" { (t.text("move-stay")) } }
            }
        }
        div #plan hidden {
            h1 { (t.markup("move-plan", args![], |_, _| html! { span #new-home {} })) }
            section.card #moves { h2 { (t.text("move-along")) } ul #moves-list {} p { (t.text("move-record")) } }
            section.card #cannot hidden { h2 { (t.text("move-cannot")) } ul #cannot-list {} }
            section.card {
                h2 { (t.text("move-how")) }
                ul {
                    li { (t.text("move-while")) }
                    li { (t.text("move-after")) }
                    li { (t.text("move-signin")) }
                }
            }
            form #go novalidate {
                (t.field("invite", "move-invite", Some("move-invite-hint"), html! {
                    input #invite type="text" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="100" aria-describedby="invite-hint";
                }))
                label.check for="sheet" { input #sheet type="checkbox"; span { (t.text("move-sheet")) } }
                div.actions { button #move.main type="submit" { (t.text("move-go")) } button #back type="button" { (t.text("move-another")) } }
            }
        }
        div #begun hidden {
            h1 { (t.text("move-begun")) }
            p.lead { (t.markup("move-begun-why", args![], |_, _| html! { strong #begun-to {} })) }
            div.actions { button #again.main type="button" { (t.text("move-again")) } }
        }
        div #moved hidden {
            h1 { (t.text("move-done")) }
            p.lead { (t.markup("move-lives", args![], |_, _| html! { strong #lives-at {} })) }
            div.actions { a #there.button.main href="/" { (t.text("move-there")) } }
        }
    };
    t.page("help-move", t.text("move"), content)
        .script("/assets/www/move.js")
        .viewer(Some(viewer))
        .current("/data")
}

/// Delete everything.
pub(crate) fn delete(node: &Node, viewer: Viewer, t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        div #before {
            h1 { (t.text("delete")) }
            p.lead { (t.text("delete-lead")) }
            div.actions { a.button.main href="/data/copy" { (t.text("delete-copy")) } a.button href="/data" { (t.text("delete-keep")) } }
            div #owns.notice hidden {
                h2 { (t.text("delete-owns")) }
                p { (t.text("delete-owns-why")) }
                p.actions {
                    a #name-owner.button.main href="/owner?next=/data/delete" { (t.text("delete-name-owner")) }
                    a #release.button href="/owner?next=/data/delete#release" { (t.text("delete-release")) }
                    a.button href="/data" { (t.text("cancel")) }
                }
            }
            p #looking.busy role="status" { (t.text("delete-looking")) }
            // Apps' conditions for deleting: an owner can meet them before the box has another owner.
            div #first {}
            div #plan hidden {
                section.card { h2 { (t.text("delete-goes")) } ul #goes {} p #nothing-goes hidden { (t.text("delete-nothing")) } }
                section.card { h2 { (t.text("delete-stays")) } ul #stays {} }
                section.card { h2 { (t.text("delete-reach")) } ul #out-of-reach {} }
                form #form-delete novalidate {
                    label.check for="sure" { input #sure type="checkbox"; span { (t.text("delete-sure")) } }
                    div.actions { button #erase.danger type="submit" { (t.text("delete-go")) } }
                }
            }
        }
        div #gone hidden {
            h1 { (t.text("delete-gone")) }
            p.lead { (t.text("delete-gone-why")) }
            div.actions { button #save-receipt.main type="button" { (t.text("delete-receipt")) } a.button href="/" { (t.text("delete-leave")) } }
        }
    };
    let page = t
        .page("help-delete", t.text("delete"), content)
        .script("/assets/www/delete.js")
        .viewer(Some(viewer))
        .current("/data");
    let manifests = node.services().manifests();
    manifests.filter_map(|manifest| manifest.before_deletion).fold(page, Page::script)
}
