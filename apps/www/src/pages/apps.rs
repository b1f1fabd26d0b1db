//! Apps of others: letting one act, and taking that back.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use imajin_service::extract::Caller;
use imajin_service::page::Viewer;
use imajin_service::{Node, Page, Problem};
use maud::html;

use super::viewer_of;
use crate::parts::{message, needs_script};

/// The apps that may act for somebody.
pub(crate) fn list(viewer: Viewer) -> Page {
    let content = html! {
        (message())
        (needs_script("What an app may do is changed with your signature."))
        h1 { "Apps" }
        p.lead { "Programs of others that you let act in your name, each for some things and for a while." }
        p #none.soft { "None." }
        ul #apps.rows hidden {}
        p.hint { "What an app did for you stands in your record. Taking the permission back ends it at once." }
    };
    Page::new("Apps", content)
        .script("/assets/js/pages/apps.js")
        .viewer(Some(viewer))
}

/// An app asks. Who is not signed in is told so by the page, which keeps what was asked in its address.
pub(crate) async fn authorize(
    State(node): State<Node>,
    Caller(session): Caller,
) -> Result<Response, Problem> {
    let viewer = viewer_of(&node, session.as_ref())?;
    let content = html! {
        (message())
        (needs_script("An app is let in with your signature."))
        p #looking.busy { "Looking who asks…" }
        section #asks hidden {
            h1 { "Let " span #name {} " act for you?" }
            p { "It says that it is at " strong.mono #url {} ". If you did not come from there, press “No”." }
            h2 { "What it could do in your name" }
            ul #scope {}
            form #form-allow {
                div.field {
                    label for="days" { "For how long?" }
                    select #days {
                        @for (days, words) in [(1, "a day"), (30, "a month"), (365, "a year")] {
                            option value=(days) selected[days == 30] { (words) }
                        }
                    }
                }
                div.actions {
                    button #allow.main type="submit" { "Let it" }
                    a #no.button href="/" { "No" }
                }
            }
            p.hint { "It never gets your key, can neither change your keys nor delete anything, and you can take this back under “Apps”." }
        }
        section #sign-in hidden {
            h1 { "An app asks for you" }
            p { "Sign in first; then you see what it wants." }
            p { a #to-signin.button.main href="/signin" { "Sign in" } }
        }
    };
    Ok(Page::new("Let an app act for you?", content)
        .script("/assets/js/pages/authorize.js")
        .viewer(viewer)
        .into_response())
}
