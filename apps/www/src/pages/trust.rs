//! Who vouches for somebody, and what it adds up to (docs/standing.md). Drawn by `trust.js`, since confirming what others
//! say takes a key.

use imajin_service::Page;
use imajin_service::page::Viewer;
use maud::html;

use crate::parts::{message, needs_script};

/// The page.
pub(crate) fn page(viewer: Viewer) -> Page {
    let content = html! {
        (message())
        (needs_script("Who speaks for you is fetched by a script of this page."))
        h1 { "Who vouches for me" }
        p #tier.lead {}
        section #way hidden {
            h2 { "What is missing to be established here" }
            p.hint { "Who is established may vouch for others, attest what they did, warn, and invite people." }
            ul #steps.plain {}
        }
        section #waiting hidden {
            h2 { "Waits for your word" }
            p.hint { "Confirm what is true: with your signature beside theirs it counts, and you both have it in your record." }
            ul #pending.cards {}
        }
        section {
            h2 { "What it adds up to" }
            p #sum {}
            div #bars aria-hidden="true" {}
            details {
                summary { "Show as table" }
                table {
                    thead { tr { th { "Who" } th { "What" } th { "What its age leaves" } th { "Share" } } }
                    tbody #terms {}
                }
            }
            p #withheld.hint hidden {}
            p.hint {
                "Standing begins with the owner of this box and flows on by what people say of each other: it fades with time, counts more "
                "from many different people, and nothing that you say of yourself counts. " a href="/docs" { "How it works" } "; " a href="/policy" { "what this box allows" } "."
            }
        }
    };
    Page::new("Who vouches for me", content)
        .script("/assets/js/pages/trust.js")
        .viewer(Some(viewer))
}
