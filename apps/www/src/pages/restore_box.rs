//! Bringing a whole box back from a friend's box, on a box without an owner. `restorebox.js` opens the sheet, shows the progress and signs in.

use imajin_app::{Node, Page, Texts, args};
use imajin_host::prelude::*;
use maud::{Markup, html};

use crate::name_giver::NameGiver;
use crate::parts::{code_input, script_top, sheet_input};

/// `/restore/box`
pub(crate) fn page(node: &Node, giver: &NameGiver, t: Texts) -> Page {
    let is_new = is_new(node);
    let content = html! {
        (script_top(t))
        section #step-form hidden[!is_new] { (form(giver, t)) }
        section #step-running hidden { (running(t)) }
        section #step-done hidden { (done(t)) }
        section #step-claimed hidden[is_new] {
            h1 { (t.text("box-restore-claimed")) }
            p.lead { (t.text("box-restore-claimed-why")) }
            div.actions { a.button.main href="/signin" { (t.text("signin")) } a.button href="/restore" { (t.text("restore")) } }
        }
    };
    t.page("help-restore-box", t.text("box-restore"), content)
        .script("/assets/www/restorebox.js")
        .current("/signin")
}

/// Whether a box may become another one: it never had an owner.
fn is_new(node: &Node) -> bool {
    !node.is_claimed() && !node.was_released()
}

/// The way here from the first pages of a new box.
pub(super) fn way(node: &Node, t: Texts) -> Markup {
    html! {
        @if is_new(node) {
            p { (t.markup("box-restore-way", args![], |_, inner| html! { a href="/restore/box" { (inner) } })) }
        }
    }
}

fn form(giver: &NameGiver, t: Texts) -> Markup {
    html! {
        h1 { (t.text("box-restore")) }
        p.lead { (t.text("box-restore-lead")) }
        div #interrupted.notice hidden { p { (t.text("box-restore-interrupted")) } }
        (giver.notice(t))
        form #form-restore novalidate {
            (t.field("friend", "backups-friend", Some("box-restore-friend-hint"), html! {
                input #friend type="text" inputmode="url" required placeholder="box.example" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="friend-hint";
            }))
            h2 { (t.text("box-restore-sheet")) }
            (sheet_input("passphrase", "restore-passphrase", t))
            h2 { (t.text("box-restore-here")) }
            div.field { (code_input("claim", ["create-claim", "box-restore-code-hint"], t)) }
            p.notice { (t.text("box-restore-keys")) }
            div.actions { button #restore.main type="submit" { (t.text("box-restore-go")) } }
        }
    }
}

fn running(t: Texts) -> Markup {
    html! {
        h1 { (t.text("box-restore-running")) }
        p #made.lead {}
        p #arrived role="status" {}
        progress #bar aria-labelledby="arrived" {}
        div #late.notice hidden {
            p { (t.text("box-restore-late")) }
            p { a #plain.button href="/signin" { (t.text("box-restore-late-open")) } }
        }
        p.hint { (t.text("box-restore-stay")) }
    }
}

fn done(t: Texts) -> Markup {
    html! {
        h1 { (t.text("box-restore-done")) }
        p.lead { (t.text("box-restore-done-why")) }
        ul {
            li { (t.text("box-restore-done-people")) }
            li { (t.text("box-restore-done-sales")) }
            li { strong { (t.text("box-restore-done-card")) } }
        }
        div.actions { a.button.main href="/" { (t.text("owner-home")) } a.button href="/backups" { (t.text("backups")) } }
    }
}
