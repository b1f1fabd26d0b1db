//! How the box is, for its owner: what `imajin doctor` finds beside the running node, in plain words, backups, and updates from sticks.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use imajin_dfos::Timestamp;
use imajin_service::extract::{Caller, Json};
use imajin_service::upkeep::{BackupStanding, Check, Lock, Offer, Updates};
use imajin_service::{Node, Page, Problem, Session};
use maud::{Markup, html};
use serde::Deserialize;

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
        asked.map(|upkeep| {
            let found = (upkeep.checks(), upkeep.backups(), upkeep.updates());
            (found, upkeep.lock())
        })
    });
    let content = match looked.await? {
        Some(((checks, backups, updates), lock)) => html! {
            (drawn(&checks, &backups, &updates))
            (of_lock(lock))
        },
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

/// A release on a stick.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    stick: String,
    file: String,
}

/// `POST /health/update`: asks the machine for an update.
pub(crate) async fn update(
    State(node): State<Node>,
    Caller(session): Caller,
    Json(which): Json<Which>,
) -> Result<StatusCode, Problem> {
    let session = session.ok_or_else(|| Problem::unauthorized("Sign in first."))?;
    for_owner(&node, &session)?;
    let upkeep = node.upkeep().cloned();
    let upkeep = upkeep.ok_or_else(|| Problem::unavailable("Nobody looks after this node."))?;
    let asked = move || upkeep.begin_update(&which.stick, &which.file);
    imajin_service::blocking::run(asked).await??;
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

fn drawn(checks: &[Check], backups: &BackupStanding, updates: &Updates) -> Markup {
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
        h2 { "The program" }
        (of_updates(updates))
        h2 { "What was looked at" }
        ul.cards {
            @for check in checks.iter().filter(|check| check.ok && check.name != "backups") { (card(check)) }
        }
        p.hint { "With the box stopped, " code { "imajin doctor" } " also reads every entry of every record." }
    }
}

fn of_lock(lock: Lock) -> Markup {
    html! {
        h2 { "The lock" }
        section.card {
            @match lock {
                Lock::Open => p { "The box is not locked: it starts by itself, and whoever has its card can read what is on it." },
                Lock::Sealed => p { "The box is locked: its keys, addresses and letters open only with what is not on the card." },
            }
            p { a.button href="/lock" { @if lock == Lock::Open { "Lock this box with a passphrase" } @else { "Change it, or take it off" } } }
        }
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

fn of_updates(updates: &Updates) -> Markup {
    html! {
        section.card {
            p { "Version " (updates.version) " runs." }
            @match (&updates.refused, &updates.last) {
                (Some(why), _) => p { span.tag.bad { "refused" } " The last update was not made: " (why) },
                (None, Some((version, Some(why)))) => p {
                    span.tag.bad { "given up" } " The update to version " (version) " was given up, and the version before runs again: " (why)
                },
                (None, _) => {},
            }
            @if updates.is_running {
                p #updating role="status" { "An update is being made. The box starts with it and looks whether it is well; that takes a minute or two." }
            } @else if updates.is_possible {
                @if updates.offers.is_empty() {
                    p.hint { "A newer version comes on a stick: put its file (its name ends in " code { ".release" } ") at the top of one, and the stick into the box." }
                }
                ul.cards { @for offer in &updates.offers { (of_offer(offer, &updates.version)) } }
            }
        }
    }
}

fn of_offer(offer: &Offer, running: &str) -> Markup {
    html! {
        li.card {
            h3 { (offer.file) }
            @match (&offer.version, &offer.problem) {
                (Some(version), None) => {
                    p { "Version " (version) " of " (offer.date.as_deref().unwrap_or("an unknown day")) ", signed by a key that this box trusts." }
                    @for line in offer.notes.iter().flat_map(|notes| notes.lines()) { p.soft { (line) } }
                    @if version == running { p.hint { "It runs already." } }
                    @else {
                        p { button.main type="button" data-stick=(offer.stick) data-file=(offer.file) { "Update to version " (version) } }
                        p.hint { "If it does not work well, the box goes back to version " (running) " by itself." }
                    }
                },
                (_, problem) => p { span.tag.bad { "not taken" } " " (problem.as_deref().unwrap_or("it cannot be read")) },
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
        let text = drawn(&checks, &BackupStanding::default(), &Updates::default()).into_string();
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
        let text = drawn(&[], &standing, &Updates::default()).into_string();
        assert!(text.contains("All is well") && text.contains("3 records"));
        assert!(text.contains("id=\"backup\""), "{text}");
        standing.running = Some((5, 10));
        let text = drawn(&[], &standing, &Updates::default()).into_string();
        assert!(
            text.contains("<progress") && !text.contains("id=\"backup\""),
            "{text}"
        );
    }

    #[test]
    fn an_update_is_offered_where_the_box_can_make_it() {
        let shown = |updates: &Updates| of_updates(updates).into_string();
        let offer = |version: Option<&str>, problem: Option<&str>| Offer {
            stick: "sda1".to_owned(),
            file: "imajin.release".to_owned(),
            version: version.map(str::to_owned),
            problem: problem.map(str::to_owned),
            ..Offer::default()
        };
        let mut updates = Updates {
            version: "1.0.0".to_owned(),
            offers: vec![offer(Some("1.1.0"), None)],
            ..Updates::default()
        };
        assert!(!shown(&updates).contains("<button"));
        updates.is_possible = true;
        assert!(shown(&updates).contains("data-file=\"imajin.release\""));
        updates.is_running = true;
        assert!(shown(&updates).contains("updating") && !shown(&updates).contains("<button"));
        updates.is_running = false;
        updates.offers = vec![
            offer(Some("1.0.0"), None),
            offer(None, Some("a <stranger's>")),
        ];
        let text = shown(&updates);
        assert!(text.contains("runs already") && text.contains("a &lt;stranger's&gt;"));
        assert!(!text.contains("<button"));
        updates.last = Some(("1.1.0".to_owned(), Some("it hung".to_owned())));
        assert!(shown(&updates).contains("given up"));
        updates.refused = Some("no room".to_owned());
        assert!(shown(&updates).contains("no room"));
    }
}
