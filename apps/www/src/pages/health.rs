//! The state of the box, for its owner: the findings of `imajin doctor` while the node runs, in plain words,
//! backups, and updates from sticks.

pub(super) mod mending;
mod room;

use std::borrow::Cow;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use imajin_app::check::Check;
use imajin_app::extract::{Caller, Json, Visitor};
use imajin_app::{Answer, Node, Problem, Reader, Session, Texts, Words, args};
use imajin_dfos::Timestamp;
use imajin_host::Upkeep;
use imajin_host::prelude::*;
use imajin_host::upkeep::{BackupStanding, Lock, Offer, Updates};
use maud::{Markup, html};
use serde::Deserialize;

use super::Owner;
use crate::manifest::TEXTS;
use crate::parts::message;

/// `/health`
pub(crate) async fn page(Owner { node, session }: Owner, reader: Reader) -> Answer<Response> {
    let t = TEXTS.for_reader(reader);
    let words = &node.services().words().on(t);
    let service = node.upkeep().cloned();
    // This reads from disks and looks up names.
    let looked = imajin_app::blocking::run(move || {
        service.map(|upkeep| {
            // First, because it records what was mended elsewhere.
            let mending = upkeep.mending();
            let report = (upkeep.checks(), upkeep.backups(), upkeep.updates());
            (report, upkeep.usage(), upkeep.lock(), mending)
        })
    });
    let content = match looked.await? {
        Some(((checks, backups, updates), usage, lock, mending)) => {
            // From now on the owner's first page says the same.
            node.alarms().see(&checks);
            html! {
                (drawn(&checks, &backups, &updates, (words, t)))
                (mending::drawn(&mending, (words, t)))
                (room::drawn(&usage, t))
                h2 { (t.text("health-lock")) }
                section.card {
                    @let (state, change) = match lock {
                        Lock::Open => ("health-unlocked", "health-lock-it"),
                        Lock::Sealed => ("health-locked", "health-lock-change"),
                    };
                    p { (t.text(state)) }
                    p { a.button href="/lock" { (t.text(change)) } }
                }
                h2 { (t.text("health-power")) }
                section.card { p { a.button href="/power" { (t.text("health-power-go")) } } }
            }
        }
        None => html! { h1 { (t.text("health")) } p.soft { (t.text("health-unmanaged")) } },
    };
    let viewer = node.viewer_of(Some(&session))?;
    Ok(t.page("help-health", t.text("health"), content)
        .script("/assets/www/health.js")
        .viewer(viewer)
        .into_response())
}

/// `POST /health/backup`: starts a backup.
pub(crate) async fn backup(Visitor(node, Caller(session)): Visitor) -> Answer<StatusCode> {
    upkeep_of_owner(&node, session.as_ref())?.begin_backup()?;
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
    Visitor(node, Caller(session)): Visitor,
    Json(which): Json<Which>,
) -> Answer<StatusCode> {
    let upkeep = upkeep_of_owner(&node, session.as_ref())?;
    let job = move || upkeep.begin_update(&which.stick, &which.file);
    imajin_app::blocking::run(job).await??;
    Ok(StatusCode::ACCEPTED)
}

pub(crate) use room::remove;

/// Returns the upkeep of the box to its owner, and refuses everybody else.
fn upkeep_of_owner(node: &Node, session: Option<&Session>) -> Answer<Arc<dyn Upkeep>> {
    let session =
        session.ok_or_else(|| Problem::unauthorized(TEXTS.say("sign-in-first", args![])))?;
    for_owner(node, session)?;
    let upkeep = node.upkeep().cloned();
    upkeep.ok_or_else(|| Problem::unavailable(TEXTS.say("nobody-looks-after", args![])))
}

pub(crate) fn for_owner(node: &Node, session: &Session) -> Answer<()> {
    if node.is_owner(&session.did)? {
        Ok(())
    } else {
        Err(Problem::forbidden(TEXTS.say("owner-only", args![])))
    }
}

/// The words for what the checks found, and the page's own.
pub(super) type Wording<'w> = (&'w Words, Texts);

fn drawn(
    checks: &[Check],
    backups: &BackupStanding,
    updates: &Updates,
    (words, t): Wording<'_>,
) -> Markup {
    let wrong = checks.iter().filter(|check| !check.ok).count();
    html! {
        (message())
        h1 { (t.text("health")) }
        @match wrong {
            // "All is well" above a warning would be none.
            0 if backups.last.is_none() && backups.to.is_none() => p.lead { (t.text("health-fine-no-backup")) },
            0 => p.lead { (t.text("health-fine")) },
            some => p.lead { (t.format("health-wrong", args![count = some])) },
        }
        // Findings that need action come first.
        @if wrong > 0 {
            h2 { (t.text("health-needs")) }
            ul.cards {
                @for check in checks.iter().filter(|check| !check.ok) { (card(check, (words, t))) }
            }
        }
        h2 { (t.text("backups")) }
        (of_backups(backups, t))
        h2 #program { (t.text("health-program")) }
        (of_updates(updates, (words, t)))
        h2 { (t.text("health-good")) }
        ul.cards {
            @for check in checks.iter().filter(|check| check.ok && check.name != "backups") { (card(check, (words, t))) }
        }
        p.hint { (t.markup("health-doctor", args![], |_, _| html! { code { "imajin doctor" } })) }
    }
}

fn card(check: &Check, (words, t): Wording<'_>) -> Markup {
    html! {
        li.card {
            h3 {
                (title(&check.name, t)) " "
                @if check.ok { span.tag.good { (t.text("health-tag-good")) } }
                @else if check.warning { span.tag { (t.text("health-tag-warning")) } }
                @else { span.tag.bad { (t.text("health-tag-bad")) } }
            }
            @for line in words.sentence(&check.says).lines() { p { (line) } }
            @if let Some(todo) = &check.todo { p { strong { (t.text("health-todo")) } " " (words.sentence(todo)) } }
        }
    }
}

fn title(name: &str, t: Texts) -> Cow<'_, str> {
    let id = match name {
        "permissions" => "health-check-permissions",
        "disk" => "health-check-disk",
        "disk health" => "health-check-wear",
        "disk of files" => "health-check-files",
        "clock" => "health-check-clock",
        "settings" => "health-check-settings",
        "registries" => "health-check-registries",
        "backups" => "backups",
        "restore drill" => "health-check-drill",
        "proof of keeping" => "health-check-keeping",
        "friends' backups" => "health-check-friends",
        "restored" => "health-check-restored",
        "records" => "health-check-records",
        "verification" => "health-check-verification",
        "updates" => "health-check-updates",
        "twin" => "health-check-twin",
        "https" => return "HTTPS".into(),
        "certificate" => "health-check-certificate",
        "name" => "health-check-name",
        "lan" => "health-check-lan",
        "tunnel" => "health-check-tunnel",
        "port mapping" => "health-check-port",
        "older copy" => "health-check-older",
        "payments" => "health-check-payments",
        "refunds" => "health-check-refunds",
        other => return other.into(),
    };
    t.text(id)
}

/// Returns the name of a place for people: of a friend's box the host.
fn place_of<'a>(backups: &'a BackupStanding, to: &'a str) -> &'a str {
    let is_now = backups.to.as_deref() == Some(to);
    let friend = backups.plan.friend.as_deref().filter(|_| is_now);
    friend.unwrap_or(to)
}

fn of_backups(backups: &BackupStanding, t: Texts) -> Markup {
    let lang = t.lang;
    html! {
        section.card {
            @match &backups.last {
                Some(last) => {
                    @let arguments = args![logs = last.logs, bytes = lang.size(last.bytes), added = lang.size(last.added)];
                    p { (t.markup("health-last", arguments, |_, _| t.time(Timestamp::from_millis(last.at_ms).unwrap_or(Timestamp::MIN)))) }
                    p.soft { (t.markup("health-last-where", args![], |_, _| html! { span.mono { (place_of(backups, &last.to)) } })) }
                },
                None => p {
                    (t.text("backup-none"))
                    @if backups.to.is_none() { " " (t.text("backup-risk")) }
                },
            }
            @match (&backups.to, backups.running) {
                (_, Some((done, total))) => {
                    p #making { (t.format("health-making", args![done = lang.size(done), total = lang.size(total)])) }
                    progress max=(total.max(1)) value=(done) aria-labelledby="making" {}
                },
                (Some(_), None) => p { button #backup.main type="button" { (t.text("health-backup-now")) } },
                (None, None) => p { (t.text("health-no-place")) },
            }
            p { a.button href="/backups" { (t.text("backup-set-up")) } }
        }
    }
}

fn of_updates(updates: &Updates, (words, t): Wording<'_>) -> Markup {
    html! {
        section.card {
            p { (t.format("health-version", args![version = updates.version.as_str()])) }
            @match (&updates.refused, &updates.last) {
                (Some(why), _) => p { span.tag.bad { (t.text("health-refused")) } " " (t.format("health-refused-why", args![why = words.sentence(why)])) },
                (None, Some((version, Some(why)))) => p {
                    span.tag.bad { (t.text("health-undone")) } " "
                    (t.format("health-undone-why", args![version = version.as_str(), why = words.sentence(why)]))
                },
                (None, _) => {},
            }
            @if updates.is_running {
                p #updating role="status" { (t.text("health-updating")) }
            } @else if updates.is_possible {
                @if updates.offers.is_empty() {
                    p.hint { (t.markup("health-update-how", args![], |_, _| html! { code { ".release" } })) }
                }
                ul.cards { @for offer in &updates.offers { (of_offer(offer, &updates.version, (words, t))) } }
            }
        }
    }
}

fn of_offer(offer: &Offer, running: &str, (words, t): Wording<'_>) -> Markup {
    html! {
        li.card {
            h3 { (offer.file) }
            @match (&offer.version, &offer.problem) {
                (Some(version), None) => {
                    p {
                        @match offer.date.as_deref() {
                            Some(date) => (t.format("health-offer", args![version = version.as_str(), date = date])),
                            None => (t.format("health-offer-no-date", args![version = version.as_str()])),
                        }
                    }
                    @for line in offer.notes.iter().flat_map(|notes| notes.lines()) { p.soft { (line) } }
                    @if version == running { p.hint { (t.text("health-runs-already")) } }
                    @else {
                        p { button.main type="button" data-stick=(offer.stick) data-file=(offer.file) { (t.format("health-update-to", args![version = version.as_str()])) } }
                        p.hint { (t.format("health-update-back", args![version = running])) }
                    }
                },
                (_, problem) => p {
                    span.tag.bad { (t.text("health-not-taken")) } " "
                    @match problem { Some(why) => (words.sentence(why)), None => (t.text("health-unreadable")) }
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_app::Lang;
    use imajin_host::upkeep::LastBackup;

    #[test]
    fn what_needs_somebody_comes_first_with_what_to_do() {
        let checks = [
            Check::good("disk", "9 GB are free"),
            Check::bad("clock", "it is 1970", "set the <clock>"),
        ];
        let text = drawn(
            &checks,
            &BackupStanding::default(),
            &Updates::default(),
            (&Words::default(), TEXTS.for_reader(Lang::En)),
        )
        .into_string();
        assert!(text.contains("1 thing needs you"), "{text}");
        let place = |what: &str| text.find(what).unwrap();
        assert!(place("set the &lt;clock&gt;") < place("9 GB are free"));
        assert!(text.contains("No backup yet") && !text.contains("id=\"backup\""));
    }

    #[test]
    fn nothing_is_called_well_above_a_warning() {
        let text = |standing: &BackupStanding| {
            let checks = [Check::good("disk", "9 GB")];
            drawn(
                &checks,
                standing,
                &Updates::default(),
                (&Words::default(), TEXTS.for_reader(Lang::En)),
            )
            .into_string()
        };
        let none = text(&BackupStanding::default());
        assert!(!none.contains("All is well") && none.contains("there is no backup yet"));
        assert!(none.contains("everything on it is gone"));
        let begun = BackupStanding { to: Some("/stick".to_owned()), ..BackupStanding::default() };
        let begun = text(&begun);
        assert!(begun.contains("All is well") && !begun.contains("everything on it is gone"));
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
        let text = drawn(
            &[],
            &standing,
            &Updates::default(),
            (&Words::default(), TEXTS.for_reader(Lang::En)),
        )
        .into_string();
        assert!(text.contains("All is well") && text.contains("3 records"));
        assert!(text.contains("id=\"backup\""), "{text}");
        standing.running = Some((5, 10));
        let text = drawn(
            &[],
            &standing,
            &Updates::default(),
            (&Words::default(), TEXTS.for_reader(Lang::En)),
        )
        .into_string();
        assert!(text.contains("<progress") && !text.contains("id=\"backup\""), "{text}");
    }

    #[test]
    fn an_update_is_offered_where_the_box_can_make_it() {
        let shown = |updates: &Updates| {
            of_updates(updates, (&Words::default(), TEXTS.for_reader(Lang::En))).into_string()
        };
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
        updates.offers = vec![offer(Some("1.0.0"), None), offer(None, Some("a <stranger's>"))];
        let text = shown(&updates);
        assert!(text.contains("already running") && text.contains("a &lt;stranger's&gt;"));
        assert!(!text.contains("<button"));
        updates.last = Some(("1.1.0".to_owned(), Some("it hung".to_owned())));
        assert!(shown(&updates).contains("went back"));
        updates.refused = Some("no room".to_owned());
        assert!(shown(&updates).contains("no room"));
    }
}
