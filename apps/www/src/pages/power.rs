//! Restarting the box, shutting it down, and resetting it, for its owner. Each needs typed words.

use axum::response::{IntoResponse, Response};
use imajin_app::{Lang, Problem, Texts, args};
use imajin_host::prelude::*;
use imajin_host::upkeep::{Power, Powers};
use maud::{Markup, html};

use super::Owner;
use crate::manifest::TEXTS;
use crate::parts::script_top;

/// `/power`
pub(crate) async fn page(Owner { node, session }: Owner, lang: Lang) -> Result<Response, Problem> {
    let t = TEXTS.for_reader(lang);
    let powers = node.upkeep().map(|upkeep| upkeep.powers());
    let content = drawn(powers.unwrap_or_default(), t);
    let viewer = node.viewer_of(Some(&session))?;
    let page = t.page("help-power", t.text("power-title"), content).script("/assets/www/power.js");
    Ok(page.viewer(viewer).into_response())
}

fn drawn(powers: Powers, t: Texts) -> Markup {
    html! {
        (script_top(t))
        section #asked {
            h1 { (t.text("power-title")) }
            @if !powers.of_machine { p.soft { (t.text("power-program")) } }
            @if powers.restart { (restart(powers, t)) }
            @if powers.stop { (stop(powers, t)) }
            @if powers.reset { (reset(t)) }
            p { a href="/health" { (t.text("health")) } }
        }
        section #away hidden {
            h1 { (t.text("power-away")) }
            p.lead #away-says {}
        }
    }
}

fn restart(powers: Powers, t: Texts) -> Markup {
    html! {
        section.card {
            h2 { @if powers.of_machine { (t.text("power-restart-box")) } @else { (t.text("power-restart-node")) } }
            p { (t.text("power-restart-why")) }
            (asked(Power::Restart, "power-restart", t))
        }
    }
}

fn stop(powers: Powers, t: Texts) -> Markup {
    html! {
        section.card {
            @if powers.of_machine {
                h2 { (t.text("power-shut-down-box")) }
                p { (t.text("power-shut-down-why")) }
                (asked(Power::Stop, "power-shut-down", t))
            } @else {
                h2 { (t.text("power-stop-node")) }
                p { (t.text("power-stop-why")) }
                (asked(Power::Stop, "power-stop", t))
            }
        }
    }
}

fn reset(t: Texts) -> Markup {
    let link = |name: &str, inner| match name {
        "copy" => html! { a href="/data/copy" { (inner) } },
        _ => html! { a href="/backups" { (inner) } },
    };
    html! {
        section.card {
            h2 { (t.text("power-reset")) }
            p { (t.markup("power-reset-why", args![], |_, inner| html! { strong { (inner) } })) }
            p { (t.text("power-reset-before")) }
            ul {
                li { (t.markup("power-reset-copy", args![], link)) }
                li { (t.markup("power-reset-backup", args![], link)) }
            }
            p { (t.text("power-reset-cells")) }
            label.check { input #copied type="checkbox"; " " (t.text("power-reset-copied")) }
            (asked(Power::Reset, "power-reset-go", t))
        }
    }
}

/// A field for the words, and the button that sends them.
fn asked(power: Power, button: &str, t: Texts) -> Markup {
    let words = power.typed();
    let (what, id) = match power {
        Power::Restart => ("restart", "typed-restart"),
        Power::Stop => ("stop", "typed-stop"),
        Power::Reset => ("reset", "typed-reset"),
    };
    html! {
        form data-what=(what) {
            div.field {
                label for=(id) { (t.format("power-type", args![words = words])) }
                input id=(id) type="text" required autocomplete="off" autocapitalize="none" spellcheck="false";
            }
            div.actions { button.danger type="submit" { (t.text(button)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_not_shown_and_a_reset_offers_the_copy_first() {
        let all = Powers { of_machine: true, restart: true, stop: true, reset: true };
        let text = drawn(all, TEXTS.for_reader(Lang::En)).into_string();
        let place = |what: &str| text.find(what).unwrap_or(usize::MAX);
        assert!(place("/data/copy") < place("Type “erase everything”"));
        assert!(place("/backups") < place("Type “erase everything”"));
        assert!(text.contains("Shut the box down"));
        let program = Powers { of_machine: false, ..all };
        let text = drawn(program, TEXTS.for_reader(Lang::En)).into_string();
        assert!(!text.contains("Shut the box down") && text.contains("Stop the node"));
        let text = drawn(Powers::default(), TEXTS.for_reader(Lang::En)).into_string();
        assert!(!text.contains("<form"));
    }
}
