//! Outside apps: permitting one, revoking that, and those that ask the box's owner.

use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Visitor};
use imajin_app::page::Viewer;
use imajin_app::{Lang, Node, Page, Problem, Texts, args};
use maud::{Markup, html};

use crate::manifest::TEXTS;
use crate::parts::script_top;

/// The apps that may act for a person.
pub(crate) fn list(node: &Node, viewer: Viewer, t: Texts) -> Page {
    let content = html! {
        (scopes(node, t))
        (script_top(t))
        h1 { (t.text("apps-title")) }
        p.lead { (t.text("apps-lead")) }
        p #none.soft { (t.text("apps-none")) }
        ul #apps.rows hidden {}
        p.hint { (t.text("apps-hint")) }
    };
    t.page("help-apps", t.text("apps-title"), content)
        .script("/assets/www/apps.js")
        .viewer(Some(viewer))
}

/// Apps that ask the box's owner whether they may be here at all.
pub(crate) fn requests(node: &Node, viewer: Viewer, t: Texts) -> Page {
    let content = html! {
        (scopes(node, t))
        (script_top(t))
        h1 { (t.text("app-requests")) }
        p.lead { (t.text("app-requests-lead")) }
        h2 { (t.text("app-requests-waiting")) }
        p #waiting-none.soft { (t.text("app-requests-none")) }
        ul #waiting.cards {}
        h2 { (t.text("app-requests-allowed")) }
        p #allowed-none.soft { (t.text("app-requests-none")) }
        ul #allowed.cards {}
    };
    t.page("help-app-requests", t.text("app-requests"), content)
        .script("/assets/www/app-requests.js")
        .current("/settings")
        .viewer(Some(viewer))
}

/// An app asks for permission. The page tells a visitor who is not signed in, and keeps the request in its address.
pub(crate) async fn authorize(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
) -> Result<Response, Problem> {
    let t = TEXTS.for_reader(lang);
    let viewer = node.viewer_of(session.as_ref())?;
    let content = html! {
        (scopes(&node, t))
        (script_top(t))
        p #looking.busy { (t.text("apps-looking")) }
        section #asks hidden {
            h1 { (t.markup("apps-ask", args![], |_, _| html! { span #name {} })) }
            p { (t.markup("apps-ask-from", args![], |_, _| html! { strong.mono #url {} })) }
            h2 { (t.text("apps-ask-scope")) }
            ul #scope {}
            form #form-allow {
                (t.field("days", "apps-ask-days", None, html! {
                    select #days {
                        @for (days, id) in [(1, "apps-day"), (30, "apps-month"), (365, "apps-year")] {
                            option value=(days) selected[days == 30] { (t.text(id)) }
                        }
                    }
                }))
                div.actions {
                    button #allow.main type="submit" { (t.text("apps-allow")) }
                    a #no.button href="/" { (t.text("apps-no")) }
                }
            }
            p.hint { (t.text("apps-ask-hint")) }
        }
        section #sign-in hidden {
            h1 { (t.text("apps-signin")) }
            p { (t.text("apps-signin-why")) }
            p { a #to-signin.button.main href="/signin" { (t.text("apps-signin-go")) } }
        }
    };
    Ok(t.page("help-authorize", t.text("apps-ask-title"), content)
        .script("/assets/www/authorize.js")
        .viewer(viewer)
        .into_response())
}

/// The scopes of delegations in the apps' words, for the script.
pub(crate) fn scopes(node: &Node, t: Texts) -> Markup {
    html! { @for (scope, text) in node.services().words().on(t).scopes() { span hidden data-scope=(scope) { (text) } } }
}
