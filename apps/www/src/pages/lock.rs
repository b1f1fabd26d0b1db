//! The lock of the box: its owner sets it, changes its passphrase and removes it. The forms need no script.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::{Attempt, Caller};
use imajin_app::{Lang, Node, Peer, Problem, Session, Texts, args};
use imajin_host::prelude::*;
use imajin_host::upkeep::{Lock, LockChange};
use maud::{Markup, html};
use serde::Deserialize;

use super::Owner;
use super::health::for_owner;
use crate::manifest::TEXTS;
use crate::parts;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    what: LockAction,
    #[serde(default)]
    now: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    again: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LockAction {
    Lock,
    Change,
    Open,
}

/// `/lock`
pub(crate) async fn page(
    Owner { node, session }: Owner,
    peer: Peer,
    lang: Lang,
) -> Result<Response, Problem> {
    respond(&node, &session, peer, (StatusCode::OK, None), TEXTS.for_reader(lang))
}

/// `POST /lock`: one of the forms.
pub(crate) async fn change(
    State(node): State<Node>,
    peer: Peer,
    Caller(session): Caller,
    lang: Lang,
    _: Attempt,
    body: Bytes,
) -> Result<Response, Problem> {
    let session =
        session.ok_or_else(|| Problem::unauthorized(TEXTS.say("sign-in-first", args![])))?;
    for_owner(&node, &session)?;
    if !is_private(peer) {
        let plain = TEXTS.say("lock-plain", args![]);
        return Err(Problem::forbidden(plain).slug("plain-http"));
    }
    let form = form_of(&body)?;
    if matches!(form.what, LockAction::Lock | LockAction::Change) && form.next != form.again {
        let t = TEXTS.for_reader(lang);
        let wrong = t.text("lock-differ");
        let status = (StatusCode::BAD_REQUEST, Some(&*wrong));
        return respond(&node, &session, peer, status, t);
    }
    let wish = match form.what {
        LockAction::Lock => LockChange::Lock { next: form.next },
        LockAction::Change => LockChange::Change { now: form.now, next: form.next },
        LockAction::Open => LockChange::Open { now: form.now },
    };
    let upkeep = node.upkeep().cloned();
    let upkeep =
        upkeep.ok_or_else(|| Problem::unavailable(TEXTS.say("nobody-looks-after", args![])))?;
    match imajin_app::blocking::run(move || upkeep.change_lock(wish)).await? {
        Ok(()) => Ok(Redirect::to("/lock").into_response()),
        Err(problem) if problem.status().is_client_error() => {
            let (status, why) = (problem.status(), problem.detail().to_owned());
            respond(&node, &session, peer, (status, Some(&why)), TEXTS.for_reader(lang))
        }
        Err(problem) => Err(problem),
    }
}

fn form_of(body: &[u8]) -> Result<Form, Problem> {
    parts::form_of(body).ok_or_else(|| Problem::bad_request("Send the form of the page /lock."))
}

pub(super) fn is_private(peer: Peer) -> bool {
    peer.secure || peer.address.is_loopback()
}

fn respond(
    node: &Node,
    session: &Session,
    peer: Peer,
    (status, wrong): (StatusCode, Option<&str>),
    t: Texts,
) -> Result<Response, Problem> {
    let lock = node.upkeep().map(|upkeep| upkeep.lock());
    let content = html! {
        h1 { (t.text("lock-box")) }
        @if let Some(wrong) = wrong { p.notice.bad role="alert" { (wrong) } }
        @match lock {
            None => p.soft { (t.text("nobody-looks-after")) },
            Some(_) if !is_private(peer) => p.notice.bad {
                (t.markup("lock-page-plain", args![], |_, inner| html! { code { (inner) } }))
            },
            Some(lock) => (drawn(lock, t)),
        }
    };
    let page = t
        .page("help-lock", t.text("lock-box"), content)
        .status(status)
        .viewer(node.viewer_of(Some(session))?);
    Ok(parts::with_form(page))
}

fn drawn(lock: Lock, t: Texts) -> Markup {
    match lock {
        Lock::Open => html! {
            p.lead { (t.text("lock-open")) }
            section.card {
                h2 { (t.text("lock-with")) }
                // The consequences in plain words, before the owner locks the box.
                ul {
                    li { (t.text("lock-means-type")) }
                    li { (t.text("lock-means-forget")) }
                    li { (t.text("lock-means-backup")) }
                    li { (t.text("lock-means-records")) }
                }
                form method="post" action="/lock" {
                    input type="hidden" name="what" value="lock";
                    (new_passphrase(t))
                    div.actions { button.main type="submit" { (t.text("lock-it")) } }
                }
            }
        },
        Lock::Sealed => html! {
            p.lead { (t.text("lock-sealed")) }
            section.card {
                h2 { (t.text("lock-change")) }
                form method="post" action="/lock" {
                    input type="hidden" name="what" value="change";
                    (passphrase_now("change-now", t))
                    (new_passphrase(t))
                    div.actions { button.main type="submit" { (t.text("lock-change-it")) } }
                }
            }
            section.card {
                h2 { (t.text("keylock-off")) }
                p { (t.text("lock-off-why")) }
                form method="post" action="/lock" {
                    input type="hidden" name="what" value="open";
                    (passphrase_now("open-now", t))
                    div.actions { button.danger type="submit" { (t.text("keylock-off")) } }
                }
            }
            p.hint { (t.markup("lock-reseal", args![], |_, inner| html! { code { (inner) } })) }
        },
    }
}

fn new_passphrase(t: Texts) -> Markup {
    html! {
        (t.field("next", "lock-new", Some("lock-new-hint"), html! {
            input #next type="password" name="next" autocomplete="new-password" minlength="8" required aria-describedby="next-hint";
        }))
        (t.field("again", "lock-again", None, html! {
            input #again type="password" name="again" autocomplete="new-password" minlength="8" required;
        }))
    }
}

fn passphrase_now(id: &str, t: Texts) -> Markup {
    html! {
        (t.field(id, "lock-now", None, html! { input id=(id) type="password" name="now" autocomplete="current-password" required; }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_lock_means_is_said_before_it_is_put_on() {
        let text = drawn(Lock::Open, TEXTS.for_reader(Lang::En)).into_string();
        let place = |what: &str| text.find(what).unwrap_or(usize::MAX);
        assert!(place("After every power cut") < place("<form"), "{text}");
        assert!(place("Forget it") < place("<form") && place("backup") < place("<form"));
        assert!(!text.contains("<script") && text.contains("name=\"again\""));
        let text = drawn(Lock::Sealed, TEXTS.for_reader(Lang::En)).into_string();
        assert!(text.contains("value=\"change\"") && text.contains("value=\"open\""));
    }

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let form = form_of(b"what=change&now=correct+horse&next=a%26b&again=a%26b").unwrap();
        assert!(matches!(form.what, LockAction::Change));
        assert_eq!((form.now.as_str(), form.next.as_str()), ("correct horse", "a&b"));
        assert!(form_of(b"what=burn").is_err() && form_of(b"\xff").is_err());
    }
}
