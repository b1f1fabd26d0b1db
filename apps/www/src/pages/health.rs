//! How the box is, for its owner: what `imajin doctor` finds beside the running node, in plain words, and backups.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use imajin_dfos::Timestamp;
use imajin_service::extract::Caller;
use imajin_service::upkeep::{BackupStanding, Check};
use imajin_service::{Node, Page, Problem, Session};
use maud::{Markup, html};

use super::{to_signin, viewer_of};
use crate::parts::message;
use crate::words;

/// `/health`
pub(crate) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
) -> Result<Response, Problem> {
    let Some(session) = session else {
        return Ok(to_signin("/health"));
    };
    for_owner(&node, &session)?;
    let asked = node.upkeep().cloned();
    // Disks are asked, and names looked up.
    let looked = imajin_service::blocking::run(move || {
        asked.map(|upkeep| (upkeep.checks(), upkeep.backups()))
    });
    let content = match looked.await? {
        Some((checks, backups)) => drawn(&checks, &backups),
        None => html! { h1 { "How your box is" } p.soft { "Nobody looks after this node." } },
    };
    let viewer = viewer_of(&node, Some(&session))?;
    Ok(Page::new("How your box is", content)
        .script("/assets/js/pages/health.js")
        .viewer(viewer)
        .into_response())
}

/// `POST /health/backup`: begins a backup.
pub(crate) async fn backup(
    State(node): State<Node>,
    Caller(session): Caller,
) -> Result<StatusCode, Problem> {
    let session = session.ok_or_else(|| Problem::unauthorized("Sign in first."))?;
    for_owner(&node, &session)?;
    let upkeep = node.upkeep();
    upkeep
        .ok_or_else(|| Problem::unavailable("Nobody looks after this node."))?
        .begin_backup()?;
    Ok(StatusCode::ACCEPTED)
}

fn for_owner(node: &Node, session: &Session) -> Result<(), Problem> {
    match node.is_owner(&session.did)? {
        true => Ok(()),
        false => Err(Problem::forbidden(
            "This page is for whoever owns this box.",
        )),
    }
}

fn drawn(checks: &[Check], backups: &BackupStanding) -> Markup {
    let wrong = checks.iter().filter(|check| !check.ok).count();
    html! {
        (message())
        h1 { "How your box is" }
        @match wrong {
            0 => p.lead { "All is well." },
            some => p.lead { (words::counted(some as u64, "thing")) " " (if some == 1 { "needs" } else { "need" }) " you." },
        }
        // What needs somebody comes first.
        ul.cards {
            @for check in checks.iter().filter(|check| !check.ok) { (card(check)) }
        }
        h2 { "Backups" }
        (of_backups(backups))
        h2 { "What was looked at" }
        ul.cards {
            @for check in checks.iter().filter(|check| check.ok && check.name != "backups") { (card(check)) }
        }
        p.hint { "With the box stopped, " code { "imajin doctor" } " also reads every entry of every record." }
    }
}

fn card(check: &Check) -> Markup {
    html! {
        li.card {
            h3 {
                (title(&check.name)) " "
                @if check.ok { span.tag.good { "well" } } @else { span.tag.bad { "needs you" } }
            }
            @for line in check.says.lines() { p { (line) } }
            @if let Some(todo) = &check.todo { p { strong { "What to do: " } (todo) } }
        }
    }
}

/// What a check is called on a page.
fn title(name: &str) -> &str {
    match name {
        "permissions" => "Keys and secrets",
        "disk" => "Room on the card",
        "disk health" => "Wear of the card",
        "clock" => "Clock",
        "settings" => "Settings",
        "registries" => "Registries",
        "backups" => "Backups",
        "restored" => "Came back from a backup",
        "records" => "Records",
        "https" => "HTTPS",
        "certificate" => "Certificate",
        "name" => "Name",
        "lan" => "Home network",
        other => other,
    }
}

fn of_backups(backups: &BackupStanding) -> Markup {
    let at = |ms: i64| Timestamp::from_millis(ms).unwrap_or(Timestamp::MIN);
    html! {
        section.card {
            @match &backups.last {
                Some(last) => {
                    p {
                        "The last backup was made " (words::time(at(last.at_ms))) ": "
                        (words::counted(last.logs, "record")) ", " (words::size(last.bytes)) " in all, "
                        (words::size(last.added)) " written."
                    }
                    p.soft { "It is in " span.mono { (last.to) } ", encrypted to you: only your key or your recovery sheet opens it." }
                },
                None => p { "There is none yet. If this card breaks, everything on it is gone." },
            }
            @match (&backups.to, backups.running) {
                (_, Some((done, total))) => {
                    p #making { "One is being made: " (words::size(done)) " of " (words::size(total)) "." }
                    progress max=(total.max(1)) value=(done) aria-labelledby="making" {}
                },
                (Some(_), None) => p { button #backup.main type="button" { "Make a backup now" } },
                (None, None) => p.hint {
                    "No place for backups is set. Name one under " code { "[backup]" } " in the settings, or put a stick in and run "
                    code { "imajin backup --to FOLDER" } "."
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_service::upkeep::LastBackup;

    #[test]
    fn what_needs_somebody_comes_first_with_what_to_do() {
        let checks = [
            Check::good("disk", "9 GB are free"),
            Check::bad("clock", "it is 1970", "set the <clock>"),
        ];
        let text = drawn(&checks, &BackupStanding::default()).into_string();
        assert!(text.contains("1 thing needs you"), "{text}");
        let place = |what: &str| text.find(what).unwrap();
        assert!(place("set the &lt;clock&gt;") < place("9 GB are free"));
        assert!(text.contains("There is none yet") && !text.contains("id=\"backup\""));
    }

    #[test]
    fn a_backup_is_told_and_one_can_be_begun() {
        let last = LastBackup {
            id: "a".to_owned(),
            at_ms: 1_800_000_000_000,
            to: "/stick".to_owned(),
            logs: 3,
            bytes: 4_000,
            added: 500,
        };
        let mut standing = BackupStanding {
            to: Some("/stick".to_owned()),
            last: Some(last),
            ..BackupStanding::default()
        };
        let text = drawn(&[], &standing).into_string();
        assert!(text.contains("All is well") && text.contains("3 records"));
        assert!(text.contains("id=\"backup\""), "{text}");
        standing.running = Some((5, 10));
        let text = drawn(&[], &standing).into_string();
        assert!(
            text.contains("<progress") && !text.contains("id=\"backup\""),
            "{text}"
        );
    }
}
