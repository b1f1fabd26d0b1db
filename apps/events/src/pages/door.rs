//! The door page: the guest list to tap and to search, and scanning tickets offline.

use imajin_app::extract::{Own, Path};
use imajin_app::{Answer, Lang, Page, Problem, Texts, args, time};
use maud::{Markup, html};

use super::{message, person, title};
use crate::lookup::find;
use crate::manifest::TEXTS;
use crate::operations::CheckIn;

/// `/events/{id}/door`
pub(super) async fn page(
    Own(node, session, viewer): Own,
    lang: Lang,
    Path(id): Path<String>,
) -> Answer<Page> {
    let t = TEXTS.for_reader(lang);
    let event = find(&node, &id, Some(&session.did))?;
    let is_own = event.organiser == session.did;
    if !is_own && !node.may_act(&session.did, &event.organiser, CheckIn::NAME)? {
        return Err(Problem::forbidden(TEXTS.say("door-not-yours", args![])));
    }
    let until = event.over_at.and_then(time::text);
    let content = html! {
        (message(t))
        h1 { (t.text("door")) }
        p.lead { (title(&event, t)) }
        div #door data-id=(event.id) data-event=(event.did) data-organiser=(event.organiser) data-until=[until] data-zone=(event.zone().name()) {
            p { button #scan.main type="button" hidden { (t.text("door-scan")) } }
            form #form-code {
                div.field {
                    label for="code" { (t.text("door-code")) }
                    input #code type="text" autocapitalize="characters" autocomplete="off" spellcheck="false" aria-controls="guests";
                }
                div.actions { button type="submit" { (t.text("door-check")) } }
            }
            div #verdict role="status" aria-live="assertive" {}
        }
        h2 { (t.text("door-guests")) }
        p.hint { (t.text("door-guests-hint")) }
        ul #guests.rows {}
        p #counts.soft {}
        div.actions {
            button #sync type="button" { (t.text("door-send")) }
            button #reload type="button" { (t.text("door-reload")) }
            @if is_own { a.button href={ "/events/" (event.id) "/guests" } { (t.text("guests")) } }
        }
        p #stays.hint {}
        (device(t))
        @if is_own { (lend(t)) (node.known_people(&session.did)?) }
    };
    Ok(t.page("help-door", t.text("door"), content)
        .style("/assets/events/door.css")
        .script("/assets/events/door.js")
        .viewer(Some(viewer)))
}

/// Draws the number of this door, and how the page works without a network.
fn device(t: Texts) -> Markup {
    html! {
        details #device {
            summary { (t.text("door-device")) }
            p { (t.text("door-lead")) }
            div.field {
                label for="door-number" { (t.text("door-number")) }
                p.hint #door-number-hint { (t.text("door-number-hint")) }
                input #door-number type="text" inputmode="numeric" value="1" maxlength="3" aria-describedby="door-number-hint";
            }
        }
    }
}

/// Draws the form that delegates check-ins to another person.
fn lend(t: Texts) -> Markup {
    html! {
        details {
            summary { (t.text("door-lend")) }
            form #form-lend novalidate {
                p { (t.text("door-lend-hint")) }
                ul #keepers.rows {}
                (person("keeper", None, "door-keeper", t))
                div.actions { button #lend type="submit" { (t.text("door-lend-sign")) } }
            }
        }
    }
}
