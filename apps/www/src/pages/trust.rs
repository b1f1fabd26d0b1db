//! Who vouches for a person, and the resulting standing (docs/standing.md). `trust.js` draws it, because confirming
//! statements needs a key.

use imajin_app::page::Viewer;
use imajin_app::{Page, Texts, args};
use maud::html;

use crate::parts::{script_top, why_believe};

pub(crate) fn page(viewer: Viewer, t: Texts) -> Page {
    let content = html! {
        (script_top(t))
        h1 { (t.text("trust-title")) }
        p #tier.lead {}
        section #way hidden {
            h2 { (t.text("trust-missing")) }
            p.hint { (t.text("trust-established-may")) }
            ul #steps.plain {}
        }
        section #waiting hidden {
            h2 { (t.text("trust-confirm")) }
            p.hint { (t.text("trust-confirm-hint")) }
            ul #pending.cards {}
        }
        (why_believe(t, html! {
            p { (t.text("trust-why-signed")) }
            p data-share { (t.text("trust-why-same")) }
        }))
        section {
            h2 { (t.text("trust-sum")) }
            p #sum {}
            div #bars aria-hidden="true" {}
            details {
                summary { (t.text("trust-table")) }
                table {
                    thead { tr { th { (t.text("trust-who")) } th { (t.text("trust-what")) } th data-share { (t.text("trust-age")) } th data-share { (t.text("trust-share")) } } }
                    tbody #terms {}
                }
            }
            p #withheld.hint hidden {}
            p.hint {
                (t.markup("trust-how", args![], |name, inner| match name {
                    "docs" => html! { a href="/docs" { (inner) } },
                    _ => html! { a href="/policy" { (inner) } },
                }))
            }
        }
    };
    t.page("help-trust", t.text("trust-title"), content)
        .script("/assets/www/trust.js")
        .viewer(Some(viewer))
}
