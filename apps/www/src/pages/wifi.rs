//! The Wi-Fi that the box joins. For its owner, or with the claim code while the box has no owner. The form needs no
//! script.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use imajin_app::extract::{Attempt, Caller};
use imajin_app::{Lang, Node, Peer, Problem, Session, Texts, args};
use imajin_host::Upkeep;
use imajin_host::prelude::*;
use imajin_host::upkeep::{WifiChoice, WifiState};
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

use super::health::for_owner;
use super::lock::is_private;
use super::to_signin;
use crate::manifest::TEXTS;
use crate::parts;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    network: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    code: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visitor {
    Owner,
    /// Anyone, while the box has no owner: the page asks for the claim code.
    Anybody,
}

/// `/wifi`
pub(crate) async fn page(
    State(node): State<Node>,
    peer: Peer,
    Caller(session): Caller,
    lang: Lang,
) -> Result<Response, Problem> {
    let t = TEXTS.for_reader(lang);
    let (upkeep, state) = looked_after(&node)?;
    drop(upkeep);
    let Some(visitor) = visitor(&node, session.as_ref())? else {
        return Ok(to_signin("/wifi"));
    };
    let content = if is_private(peer) {
        drawn(visitor, state, &Form::default(), None, t)
    } else {
        html! {
            h1 { (t.text("wifi")) }
            p.notice.bad { (t.markup("wifi-open-https", args![], |_, _| html! { code { "https://" } })) }
        }
    };
    respond(&node, session.as_ref(), StatusCode::OK, content, t)
}

/// `POST /wifi`
pub(crate) async fn choose(
    State(node): State<Node>,
    peer: Peer,
    Caller(session): Caller,
    _: Attempt,
    lang: Lang,
    body: Bytes,
) -> Result<Response, Problem> {
    let t = TEXTS.for_reader(lang);
    let (upkeep, state) = looked_after(&node)?;
    let visitor = visitor(&node, session.as_ref())?;
    let visitor =
        visitor.ok_or_else(|| Problem::unauthorized(TEXTS.say("sign-in-first", args![])))?;
    if !is_private(peer) {
        return Err(Problem::forbidden(TEXTS.say("wifi-plain", args![])).slug("plain-http"));
    }
    let form: Form = parts::form_of(&body)
        .ok_or_else(|| Problem::bad_request(TEXTS.say("wifi-form", args![])))?;
    let again = |status, why: &str| {
        let content = drawn(visitor, state, &form, Some(why), t);
        respond(&node, session.as_ref(), status, content, t)
    };
    if visitor == Visitor::Anybody && !node.is_claim_code(&form.code) {
        return again(StatusCode::FORBIDDEN, &t.text("wifi-wrong-code"));
    }
    let choice = WifiChoice {
        network: form.network.clone(),
        password: form.password.clone(),
        country: form.country.trim().to_ascii_uppercase(),
    };
    match imajin_app::blocking::run(move || upkeep.choose_wifi(choice)).await? {
        Ok(()) => {
            let content = joining(visitor, &form.network, t);
            respond(&node, session.as_ref(), StatusCode::ACCEPTED, content, t)
        }
        Err(problem) if problem.status().is_client_error() => {
            again(problem.status(), problem.detail())
        }
        Err(problem) => Err(problem),
    }
}

fn looked_after(node: &Node) -> Result<(Arc<dyn Upkeep>, WifiState), Problem> {
    let upkeep = node.upkeep().cloned();
    let state = upkeep.as_ref().and_then(|upkeep| upkeep.wifi());
    upkeep.zip(state).ok_or_else(|| Problem::not_found(TEXTS.say("wifi-unmanaged", args![])))
}

/// `None` if the visitor has to sign in first.
fn visitor(node: &Node, session: Option<&Session>) -> Result<Option<Visitor>, Problem> {
    match session {
        _ if !node.is_claimed() => Ok(Some(Visitor::Anybody)),
        Some(session) => for_owner(node, session).map(|()| Some(Visitor::Owner)),
        None => Ok(None),
    }
}

fn respond(
    node: &Node,
    session: Option<&Session>,
    status: StatusCode,
    content: Markup,
    t: Texts,
) -> Result<Response, Problem> {
    let page = t
        .page("help-wifi", t.text("wifi"), content)
        .status(status)
        .viewer(node.viewer_of(session)?);
    Ok(parts::with_form(page))
}

fn drawn(visitor: Visitor, state: WifiState, form: &Form, wrong: Option<&str>, t: Texts) -> Markup {
    html! {
        h1 { (t.text("wifi")) }
        @if let Some(wrong) = wrong { p.notice.bad role="alert" { (wrong) } }
        (now(state, t))
        @if !matches!(state, WifiState::Card | WifiState::Joining) {
            section.card {
                h2 { (t.text("wifi-join-title")) }
                form method="post" action="/wifi" {
                    (fields(form, t))
                    @if visitor == Visitor::Anybody { (claim_code(t)) }
                    div.actions { button.main type="submit" { (t.text("wifi-join")) } }
                }
            }
        }
        @if visitor == Visitor::Anybody {
            p { (t.markup("wifi-claim", args![], |_, inner| html! { a href="/claim" { (inner) } })) }
        } @else { p { a href="/network" { (t.text("network")) } } }
    }
}

fn now(state: WifiState, t: Texts) -> Markup {
    html! {
        @match state {
            WifiState::Off => p.lead { (t.text("wifi-off")) },
            WifiState::Card => p.lead { (t.markup("wifi-card", args![], |_, _| html! { code { "imajin.toml" } })) },
            WifiState::Own => p.lead { (t.text("wifi-own")) },
            WifiState::Joining => p.lead { (t.text("wifi-joining")) },
            WifiState::Joined => p.lead { (t.text("wifi-joined")) },
            WifiState::Failed => p.notice.bad { (t.text("wifi-failed")) },
        }
    }
}

fn fields(form: &Form, t: Texts) -> Markup {
    html! {
        (t.field("network", "wifi-name", None, html! {
            input #network type="text" name="network" value=(form.network) maxlength="32" required autocomplete="off" autocapitalize="none" spellcheck="false";
        }))
        (t.field("password", "wifi-password", Some("wifi-password-hint"), html! {
            input #password type="password" name="password" maxlength="63" autocomplete="off" aria-describedby="password-hint";
        }))
        (t.field("country", "wifi-country", Some("wifi-country-hint"), html! {
            input #country type="text" name="country" value=(form.country) maxlength="2" pattern="[A-Za-z]{2}" autocomplete="country" autocapitalize="characters" aria-describedby="country-hint";
        }))
    }
}

fn claim_code(t: Texts) -> Markup {
    html! {
        (t.field("code", "wifi-code", Some("wifi-code-hint"), html! {
            input #code type="text" name="code" required autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-hint";
        }))
    }
}

fn joining(visitor: Visitor, network: &str, t: Texts) -> Markup {
    let address = |name: &str, _| match name {
        "network" => html! { strong { (network) } },
        _ => html! { code { "http://imajin.local" } },
    };
    html! {
        h1 { (t.format("wifi-joining-title", args![network = network])) }
        p.lead { (t.markup("wifi-joining-how", args![], address)) }
        p { (t.text("wifi-joining-back")) }
        @if visitor == Visitor::Anybody {
            p { (t.markup("wifi-joining-claim", args![], |_, _| html! { code { "http://imajin.local/claim" } })) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visitors_other_than_the_owner_are_asked_for_the_claim_code() {
        let text = |visitor, state| {
            drawn(visitor, state, &Form::default(), None, TEXTS.for_reader(Lang::En)).into_string()
        };
        assert!(text(Visitor::Anybody, WifiState::Own).contains("name=\"code\""));
        let owner = text(Visitor::Owner, WifiState::Failed);
        assert!(!owner.contains("name=\"code\"") && owner.contains("could not join"));
        for text in
            [text(Visitor::Owner, WifiState::Card), text(Visitor::Anybody, WifiState::Joining)]
        {
            assert!(!text.contains("<form") && !text.contains("<script"));
        }
    }

    #[test]
    fn a_form_that_was_refused_keeps_its_words_but_no_password() {
        let form = parts::form_of::<Form>(b"network=a%22b&password=secretsecret&country=ca&code=x");
        let text = drawn(
            Visitor::Anybody,
            WifiState::Own,
            &form.unwrap(),
            Some("no"),
            TEXTS.for_reader(Lang::En),
        )
        .into_string();
        assert!(text.contains("a&quot;b") && !text.contains("secretsecret"));
        assert!(parts::form_of::<Form>(b"network=a&more=1").is_none());
    }
}
