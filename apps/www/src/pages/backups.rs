//! Backups, for the box's owner: their target, whether they work, and the age of the newest.

use axum::response::Response;
use imajin_app::capabilities::KeepsBackups;
use imajin_app::{Answer, Reader, Texts, args};
use imajin_dfos::Timestamp;
use imajin_host::config::UsbConfig;
use imajin_host::prelude::*;
use imajin_host::upkeep::{BackupPlan, BackupStanding, LastBackup, SetBy};
use maud::{Markup, html};

use super::Owner;
use crate::manifest::TEXTS;
use crate::parts::{script_top, with_form};

/// The intervals that the page offers: hours, and the messages that name them.
const INTERVALS: [(u64, &str); 4] = [
    (6, "backups-often-6"),
    (24, "backups-often-24"),
    (168, "backups-often-168"),
    (0, "backups-often-0"),
];

/// `/backups`
pub(crate) async fn page(Owner { node, session }: Owner, reader: Reader) -> Answer<Response> {
    let t = TEXTS.for_reader(reader);
    let (upkeep, usb) = (node.upkeep().cloned(), node.config().usb.clone());
    let here = node.clone();
    let lookup = imajin_app::blocking::run(move || {
        let standing = upkeep.map(|upkeep| upkeep.backups());
        let friends = here.get::<dyn KeepsBackups>();
        let friends = friends.map(|app| app.draw_contracts(&here, reader));
        (standing, sticks(&usb), friends.transpose())
    });
    let (standing, sticks, friends) = lookup.await?;
    let content = match standing {
        Some(mut standing) => {
            if let Some((_, why)) = &mut standing.failure {
                let words = node.services().words().on(t);
                *why = words.sentence(why).into_owned();
            }
            drawn(&standing, &sticks, t)
        }
        None => html! { h1 { (t.text("backups")) } p.soft { (t.text("health-unmanaged")) } },
    };
    let content = html! {
        (content)
        @if let Some(friends) = friends? { (friends) }
        p { a href="/health" { (t.text("health")) } }
    };
    let viewer = node.viewer_of(Some(&session))?;
    let page = t.page("help-backups", t.text("backups"), content).script("/assets/www/backups.js");
    Ok(with_form(page.viewer(viewer)))
}

/// The folders of the plugged-in sticks.
fn sticks(usb: &UsbConfig) -> Vec<String> {
    let all = usb.sticks().list().unwrap_or_default();
    let paths = all.iter().map(|stick| stick.root.display().to_string());
    paths.collect()
}

fn drawn(standing: &BackupStanding, sticks: &[String], t: Texts) -> Markup {
    let name = |name: &str, _| match name {
        "file" => html! { code { "imajin.toml" } },
        "to" => html! { code { "to" } },
        _ => html! { code { "[backup]" } },
    };
    html! {
        (script_top(t))
        h1 { (t.text("backups")) }
        p.lead { (t.text("backups-lead")) }
        (now(standing, t))
        @if standing.plan.set_by == SetBy::Settings {
            section.card {
                h2 { (t.text("backups-settings")) }
                p { (t.markup("backups-settings-why", args![], name)) }
            }
        } @else {
            (form(standing, sticks, t))
        }
    }
}

fn now(standing: &BackupStanding, t: Texts) -> Markup {
    let time = |ms: i64| t.time(Timestamp::from_millis(ms).unwrap_or(Timestamp::MIN));
    html! {
        section.card {
            h2 { (t.text("backups-now")) }
            @match &standing.to {
                Some(to) => p { (plan(standing.plan.friend.as_deref().unwrap_or(to), &standing.plan, t)) },
                None => p { (t.markup("backups-none", args![], |_, inner| html! { strong { (inner) } })) },
            }
            @match (&standing.last, &standing.plan.friend) {
                (Some(last), Some(host)) if Some(&last.to) == standing.to.as_ref() => (at_friend(standing, last, host, t)),
                (Some(last), _) => p #newest {
                    (t.markup("backups-newest", args![size = t.lang.size(last.bytes)], |name, _| match name {
                        "time" => time(last.at_ms),
                        _ => html! { span.mono { (last.to) } },
                    }))
                },
                (None, _) => p #newest { (t.text("backup-none")) },
            }
            @if let Some((ms, why)) = &standing.failure {
                div.notice.bad { p { (t.markup("backups-failed", args![], |_, _| time(*ms))) } @for line in why.lines() { p { (line) } } }
            }
            @if standing.to.is_some() { (controls(standing, t)) }
        }
    }
}

/// Draws what a friend's box has, and how the owner knows.
fn at_friend(standing: &BackupStanding, last: &LastBackup, host: &str, t: Texts) -> Markup {
    let at = |ms: i64| Timestamp::from_millis(ms).unwrap_or(Timestamp::MIN);
    html! {
        p #newest { (t.markup("backups-at-friend", args![host = host, size = t.lang.size(last.bytes)], |_, _| t.time(at(last.at_ms)))) }
        @if let Some(ms) = standing.drilled_ms { p { (t.format("backups-drilled", args![day = t.date(at(ms))])) } }
        @if let Some(ms) = standing.proven_ms { p { (t.markup("backups-proven", args![], |_, _| t.time(at(ms)))) } }
        p.hint { (t.format("backups-friend-sheet", args![host = host])) }
    }
}

/// Draws the target and the interval of backups, as a sentence.
fn plan(to: &str, plan: &BackupPlan, t: Texts) -> Markup {
    let to = |_: &str, _| html! { span.mono { (to) } };
    match (plan.is_paused, plan.every_h) {
        (true, _) => t.markup("backups-paused", args![], to),
        (false, 0) => t.markup("backups-asked", args![], to),
        (false, hours) => t.markup("backups-every", args![hours = hours], to),
    }
}

fn controls(standing: &BackupStanding, t: Texts) -> Markup {
    let (plan, is_running) = (&standing.plan, standing.running.is_some());
    html! {
        p #progress role="status" data-running[is_running] hidden[!is_running] { (t.text("backups-making")) }
        progress #bar aria-labelledby="progress" hidden[!is_running] max="100" value="0" {}
        div.actions {
            button #run.main type="button" { (t.text("backups-run")) }
            button #try type="button" { (t.text("backups-try")) }
            @if plan.set_by == SetBy::Page {
                button #pause type="button" data-paused[plan.is_paused] { @if plan.is_paused { (t.text("backups-resume")) } @else { (t.text("backups-pause")) } }
                button #forget.danger type="button" { (t.text("backups-forget")) }
            }
        }
        @if plan.set_by == SetBy::Page { p.hint { (t.text("backups-forget-hint")) } }
    }
}

fn form(standing: &BackupStanding, sticks: &[String], t: Texts) -> Markup {
    let plan = &standing.plan;
    let is_set = plan.set_by == SetBy::Page;
    let to = standing.to.as_deref().filter(|_| is_set).unwrap_or_default();
    let bucket = to.strip_prefix("s3://");
    let friend = plan.friend.as_deref().filter(|_| is_set);
    let is_folder = bucket.is_none() && friend.is_none();
    let folder = if is_folder { to } else { "" };
    html! {
        form #place {
            h2 { @if is_set { (t.text("backups-choose-other")) } @else { (t.text("backups-choose")) } }
            (t.field("kind", "backups-kind", None, html! {
                select #kind {
                    option value="folder" selected[is_folder] { (t.text("backups-kind-folder")) }
                    option value="friend" selected[friend.is_some()] { (t.text("backups-kind-friend")) }
                    option value="bucket" selected[bucket.is_some()] { (t.text("backups-kind-bucket")) }
                }
            }))
            (of_folder(folder, sticks, t))
            div #of-friend {
                p.hint { (t.text("backups-friend-hint")) }
                (t.field("friend", "backups-friend", None, html! {
                    input #friend type="text" inputmode="url" value=(friend.unwrap_or_default()) placeholder="box.example" autocomplete="off" autocapitalize="none" spellcheck="false";
                }))
                (t.field("code", "backups-code", None, html! {
                    @if friend.is_some() { p.hint id="code-hint" { (t.text("backups-code-keep")) } }
                    input #code type="text" placeholder="7KQ2-M9XT-04RB" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby=[friend.map(|_| "code-hint")];
                }))
            }
            (of_bucket(bucket, plan, t))
            (t.field("every_h", "backups-often", None, html! {
                select #every_h {
                    @for (hours, id) in INTERVALS {
                        @let is_chosen = if is_set { plan.every_h == hours } else { hours == 24 };
                        option value=(hours) selected[is_chosen] { (t.text(id)) }
                    }
                    @if is_set && INTERVALS.iter().all(|(hours, _)| *hours != plan.every_h) {
                        option value=(plan.every_h) selected { (t.format("backups-often-hours", args![count = plan.every_h])) }
                    }
                }
            }))
            div.actions {
                button.main type="submit" { (t.text("backups-save")) }
                button #try-this type="button" { (t.text("backups-try-first")) }
            }
            p.hint { (t.text("backups-try-hint")) }
        }
    }
}

fn of_folder(folder: &str, sticks: &[String], t: Texts) -> Markup {
    html! {
        div #of-folder {
            (t.field("to", "backups-folder", Some("backups-folder-hint"), html! {
                input #to type="text" list="sticks" aria-describedby="to-hint" value=(folder) autocomplete="off" spellcheck="false";
                datalist #sticks { @for stick in sticks { option value=(stick) {} } }
            }))
            @if sticks.is_empty() { p.hint { (t.text("backups-plug")) } }
            @for stick in sticks {
                p { button type="button" data-stick=(stick) { (t.format("backups-stick", args![name = stick.rsplit('/').next().unwrap_or(stick)])) } }
            }
        }
    }
}

fn of_bucket(bucket: Option<&str>, plan: &BackupPlan, t: Texts) -> Markup {
    html! {
        div #of-bucket {
            (t.field("s3_url", "backups-s3-url", None, html! {
                input #s3_url type="url" value=(plan.s3_url) placeholder="https://s3.eu-central-1.amazonaws.com" autocomplete="off";
            }))
            (t.field("bucket", "backups-s3-bucket", None, html! {
                input #bucket type="text" value=(bucket.unwrap_or_default()) placeholder="my-bucket/my-box" autocomplete="off" spellcheck="false";
            }))
            (t.field("s3_region", "backups-s3-region", None, html! {
                input #s3_region type="text" value=(plan.s3_region) placeholder="us-east-1" autocomplete="off" spellcheck="false";
            }))
            (t.field("s3_key", "backups-s3-key", None, html! { input #s3_key type="text" autocomplete="off" spellcheck="false"; }))
            div.field {
                label for="s3_secret" { (t.text("backups-s3-secret")) }
                p.hint id="secret-hint" {
                    (t.text("backups-s3-secret-hint"))
                    @if bucket.is_some() { " " (t.text("backups-s3-secret-keep")) }
                }
                input #s3_secret type="password" autocomplete="off" aria-describedby="secret-hint";
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_app::Lang;

    fn standing(to: &str, set_by: SetBy) -> BackupStanding {
        BackupStanding {
            to: (!to.is_empty()).then(|| to.to_owned()),
            plan: BackupPlan {
                set_by,
                every_h: 24,
                s3_url: "https://s3.example".to_owned(),
                ..BackupPlan::default()
            },
            ..BackupStanding::default()
        }
    }

    #[test]
    fn what_the_settings_name_is_shown_and_not_offered_to_be_changed() {
        let text = drawn(&standing("/share", SetBy::Settings), &[], TEXTS.for_reader(Lang::En))
            .into_string();
        assert!(text.contains("/share") && text.contains("They take precedence over this page"));
        assert!(!text.contains("<form") && !text.contains("id=\"forget\""));
        assert!(text.contains("id=\"run\"") && text.contains("id=\"try\""));
    }

    #[test]
    fn a_place_is_chosen_from_the_sticks_that_are_in_and_no_key_is_shown_again() {
        let stick = "/run/imajin/sticks/sda1".to_owned();
        let text =
            drawn(&standing("", SetBy::Nobody), &[stick], TEXTS.for_reader(Lang::En)).into_string();
        assert!(text.contains("No backups are made") && text.contains("/run/imajin/sticks/sda1"));
        assert!(!text.contains("id=\"run\"") && text.contains("Use the stick sda1"));
        let unchosen = drawn(&standing("", SetBy::Nobody), &[], TEXTS.for_reader(Lang::En));
        assert!(unchosen.into_string().contains("plug it into the box"));
        let text = drawn(&standing("s3://boxes/ada", SetBy::Page), &[], TEXTS.for_reader(Lang::En))
            .into_string();
        assert!(text.contains("value=\"boxes/ada\"") && text.contains("https://s3.example"));
        let secret = text.split(['<', '>']).find(|tag| tag.contains("id=\"s3_secret\""));
        assert!(!secret.unwrap().contains("value="));
        assert!(text.contains("id=\"pause\"") && text.contains("id=\"forget\""));
    }

    #[test]
    fn a_friend_is_named_by_the_host_with_what_came_back_and_never_by_the_contract() {
        let to = "https://bob.example/away/api/kept/00ff";
        let mut standing = standing(to, SetBy::Page);
        standing.plan.friend = Some("bob.example".to_owned());
        standing.last = Some(LastBackup {
            id: "a".to_owned(),
            at_ms: 0,
            to: to.to_owned(),
            logs: 3,
            bytes: 2_100_000_000,
            added: 5,
        });
        standing.drilled_ms = Some(1_777_800_000_000);
        let text = drawn(&standing, &[], TEXTS.for_reader(Lang::En)).into_string();
        assert!(text.contains("bob.example holds the backup of") && text.contains("2.1"), "{text}");
        assert!(text.contains("all of it came back") && !text.contains("00ff"), "{text}");
        assert!(text.contains("value=\"bob.example\"") && text.contains("id=\"code\""));
    }
}
