//! The form by which a visitor without an account takes a free ticket.

use imajin_app::Texts;
use maud::{Markup, html};

use super::type_name;
use crate::queries::{Event, Kind};

/// Draws the form. Its script makes a key that signs in alone, and leads to the ticket.
pub(super) fn form(event: &Event, kinds: &[&Kind], t: Texts) -> Markup {
    html! {
        form.card #free-ticket novalidate data-id=(event.id) {
            h3 { (t.text("free-ticket")) }
            (choice(event, kinds, t))
            div.field {
                label for="free-name" { (t.text("free-name")) }
                p.hint #free-name-hint { (t.text("free-name-hint")) }
                input #free-name type="text" maxlength="100" autocomplete="name" required aria-describedby="free-name-hint";
            }
            div.field {
                label for="free-email" { (t.text("free-email")) }
                p.hint #free-email-hint { (t.text("free-email-hint")) }
                input #free-email type="email" maxlength="200" autocomplete="email" required aria-describedby="free-email-hint";
            }
            @if kinds.iter().any(|kind| kind.most > 1) { (companions("free-companions", t)) }
            div.actions { button.main type="submit" { (t.text("free-take")) } }
        }
    }
}

/// Draws the field with the names of companions.
pub(super) fn companions(id: &str, t: Texts) -> Markup {
    let hint = format!("{id}-hint");
    html! {
        div.field {
            label for=(id) { (t.text("free-companions")) }
            p.hint id=(hint) { (t.text("free-companions-hint")) }
            input id=(id) type="text" maxlength="2000" autocomplete="off" aria-describedby=(hint);
        }
    }
}

/// Draws the choice of a type, where there are several.
fn choice(event: &Event, kinds: &[&Kind], t: Texts) -> Markup {
    html! {
        @if let [kind] = kinds { input #free-type type="hidden" value=(kind.n); }
        @else {
            div.field {
                label for="free-type" { (t.text("free-type")) }
                select #free-type { @for kind in kinds { option value=(kind.n) { (type_name(event, kind.n, t)) } } }
            }
        }
    }
}
