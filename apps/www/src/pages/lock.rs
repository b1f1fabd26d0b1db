//! The lock of the box: its owner puts it on, changes its passphrase and takes it off. The forms need no script.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use imajin_service::extract::{Attempt, Caller};
use imajin_service::site::Peer;
use imajin_service::upkeep::{Lock, LockChange};
use imajin_service::{Node, Page, Problem, Session};
use maud::{Markup, html};
use serde::Deserialize;

use super::{to_signin, viewer_of};

/// What the forms send.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    what: What,
    #[serde(default)]
    now: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    again: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Lock,
    Change,
    Open,
}

/// `/lock`
pub(crate) async fn page(
    State(node): State<Node>,
    peer: Peer,
    Caller(session): Caller,
) -> Result<Response, Problem> {
    let Some(session) = session else {
        return Ok(to_signin("/lock"));
    };
    for_owner(&node, &session)?;
    shown(&node, &session, peer, StatusCode::OK, None)
}

/// `POST /lock`: one of the forms.
pub(crate) async fn change(
    State(node): State<Node>,
    peer: Peer,
    Caller(session): Caller,
    _: Attempt,
    body: Bytes,
) -> Result<Response, Problem> {
    let session = session.ok_or_else(|| Problem::unauthorized("Sign in first."))?;
    for_owner(&node, &session)?;
    if !is_private(peer) {
        return Err(Problem::forbidden(
            "The passphrase is not taken over plain HTTP, where others can read it along: open this box by its https:// address.",
        )
        .slug("plain-http"));
    }
    let form = form_of(&body)?;
    if matches!(form.what, What::Lock | What::Change) && form.next != form.again {
        let wrong = "The two new passphrases are not the same. Nothing was changed.";
        return shown(&node, &session, peer, StatusCode::BAD_REQUEST, Some(wrong));
    }
    let wish = match form.what {
        What::Lock => LockChange::Lock { next: form.next },
        What::Change => LockChange::Change {
            now: form.now,
            next: form.next,
        },
        What::Open => LockChange::Open { now: form.now },
    };
    let upkeep = node.upkeep().cloned();
    let upkeep = upkeep.ok_or_else(|| Problem::unavailable("Nobody looks after this node."))?;
    match imajin_service::blocking::run(move || upkeep.change_lock(wish)).await? {
        Ok(()) => Ok(Redirect::to("/lock").into_response()),
        Err(problem) if problem.status().is_client_error() => {
            let (status, why) = (problem.status(), problem.detail().to_owned());
            shown(&node, &session, peer, status, Some(&why))
        }
        Err(problem) => Err(problem),
    }
}

/// A form's body has the form of a query.
fn form_of(body: &[u8]) -> Result<Form, Problem> {
    let wrong = || Problem::bad_request("Send the form of the page /lock.");
    let text = std::str::from_utf8(body).map_err(|_| wrong())?;
    let uri = format!("/?{text}").parse().map_err(|_| wrong())?;
    let query = axum::extract::Query::<Form>::try_from_uri(&uri);
    query.map(|query| query.0).map_err(|_| wrong())
}

fn is_private(peer: Peer) -> bool {
    peer.secure || peer.address.is_loopback()
}

fn for_owner(node: &Node, session: &Session) -> Result<(), Problem> {
    match node.is_owner(&session.did)? {
        true => Ok(()),
        false => Err(Problem::forbidden(
            "This page is for whoever owns this box.",
        )),
    }
}

fn shown(
    node: &Node,
    session: &Session,
    peer: Peer,
    status: StatusCode,
    wrong: Option<&str>,
) -> Result<Response, Problem> {
    let lock = node.upkeep().map(|upkeep| upkeep.lock());
    let content = html! {
        h1 { "The lock of your box" }
        @if let Some(wrong) = wrong { p.notice.bad role="alert" { (wrong) } }
        @match lock {
            None => p.soft { "Nobody looks after this node." },
            Some(_) if !is_private(peer) => p.notice.bad {
                "Open this page by the box's " code { "https://" } " address: over plain HTTP others could read the passphrase along."
            },
            Some(lock) => (drawn(lock)),
        }
    };
    let page = Page::new("The lock of your box", content)
        .status(status)
        .viewer(viewer_of(node, Some(session))?);
    let mut response = page.into_response();
    // With none, browsers name no origin where a form is sent.
    let own = HeaderValue::from_static("same-origin");
    response.headers_mut().insert(header::REFERRER_POLICY, own);
    Ok(response)
}

fn drawn(lock: Lock) -> Markup {
    match lock {
        Lock::Open => html! {
            p.lead { "Your box is not locked: it starts by itself, and whoever steals its card can read what is on it." }
            section.card {
                h2 { "Lock this box with a passphrase" }
                (what_it_means())
                form method="post" action="/lock" {
                    input type="hidden" name="what" value="lock";
                    (new_passphrase())
                    div.actions { button.main type="submit" { "Lock this box" } }
                }
            }
        },
        Lock::Sealed => html! {
            p.lead { "Your box is locked: after each start somebody types its passphrase before it serves anybody." }
            section.card {
                h2 { "Choose another passphrase" }
                form method="post" action="/lock" {
                    input type="hidden" name="what" value="change";
                    (passphrase_now("change-now"))
                    (new_passphrase())
                    div.actions { button.main type="submit" { "Change it" } }
                }
            }
            section.card {
                h2 { "Take the lock off" }
                p { "The box then starts by itself again, and its card can be read by whoever has it." }
                form method="post" action="/lock" {
                    input type="hidden" name="what" value="open";
                    (passphrase_now("open-now"))
                    div.actions { button.danger type="submit" { "Take the lock off" } }
                }
            }
            p.hint { "A box that opens with a key file or a credential of the machine is changed with " code { "imajin init --reseal" } "." }
        },
    }
}

/// In plain words, before anybody does it.
fn what_it_means() -> Markup {
    html! {
        ul {
            li { "After every power cut and every restart somebody has to open the box's page and type the passphrase. Until then it serves nobody." }
            li { "Forget it, and what is sealed is lost: the box's own key, the keys that it keeps for guests and events, addresses and letters that wait. Your own key is not among them: it is in your browser and on your recovery sheet." }
            li { "So have your recovery sheet and a backup first. A backup is encrypted to you and opens with your key, without this passphrase." }
            li { "The records and pictures of people stay readable on the card; the lock keeps the box's keys, addresses, codes and letters." }
        }
    }
}

fn new_passphrase() -> Markup {
    html! {
        div.field {
            label for="next" { "The new passphrase" }
            p.hint id="next-hint" { "At least 8 letters; four or five words that you can remember are good." }
            input #next type="password" name="next" autocomplete="new-password" minlength="8" required aria-describedby="next-hint";
        }
        div.field {
            label for="again" { "The same once more" }
            input #again type="password" name="again" autocomplete="new-password" minlength="8" required;
        }
    }
}

fn passphrase_now(id: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { "The passphrase of now" }
            input id=(id) type="password" name="now" autocomplete="current-password" required;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_lock_means_is_said_before_it_is_put_on() {
        let text = drawn(Lock::Open).into_string();
        let place = |what: &str| text.find(what).unwrap_or(usize::MAX);
        assert!(place("After every power cut") < place("<form"), "{text}");
        assert!(place("Forget it") < place("<form") && place("backup") < place("<form"));
        assert!(!text.contains("<script") && text.contains("name=\"again\""));
        let text = drawn(Lock::Sealed).into_string();
        assert!(text.contains("value=\"change\"") && text.contains("value=\"open\""));
    }

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let form = form_of(b"what=change&now=correct+horse&next=a%26b&again=a%26b").unwrap();
        assert!(matches!(form.what, What::Change));
        assert_eq!(
            (form.now.as_str(), form.next.as_str()),
            ("correct horse", "a&b")
        );
        assert!(form_of(b"what=burn").is_err() && form_of(b"\xff").is_err());
    }
}
