//! The settings page of a person's notices. It works without scripts; a script turns on push messages for a browser.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::{Own, Person, Query, form_of};
use imajin_app::notices::About;
use imajin_app::operation::{Choice, Int};
use imajin_app::{
    Answer, CommandRequest, Lang, Node, Page, Problem, Session, Texts, Zone, ZoneName, args,
};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use maud::{Markup, html};
use serde::Deserialize;

use crate::fields::Mail;
use crate::manifest::{SETTINGS, TEXTS};
use crate::operations::Choose;
use crate::wishes::{Quiet, Ways, Wishes};
use crate::{digest, news, stopped};

/// The notification centre, to which every app brings its lines.
const CENTRE: &str = "/notifications";
/// The initial quiet hours: from 22:00 to 7:00.
const NIGHT: Quiet = Quiet { from: 22 * 60, to: 7 * 60 };

/// `/notify`
pub(crate) async fn centre() -> Redirect {
    Redirect::to(CENTRE)
}

/// `/notify/settings`
pub(crate) async fn settings(Own(node, session, viewer): Own, lang: Lang) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let wishes = Wishes::load(&node, &session.did)?;
    let how_often =
        if stopped::is_stopped(&node, &session.did)? { Mail::Off } else { wishes.letters() };
    let has_address = node.address(&session.did)?.is_some();
    let content = html! {
        div #message {}
        h1 { (t.text("home")) }
        p.lead { (t.markup("lead", args![], |_, inner| html! { a href=(CENTRE) { (inner) } })) }
        (this_browser(t))
        form method="post" action="/notify/settings/choose" {
            h2 { (t.text("kinds")) }
            p.hint { (t.text("kinds-hint")) }
            @for about in About::ALL { (kind(about, wishes.ways(about), t)) }
            h2 { (t.text("letters")) }
            @if !has_address { p.hint { (t.markup("letters-no-address", args![], |_, inner| html! { a href="/settings/email" { (inner) } })) } }
            (letters(how_often, t))
            h2 { (t.text("quiet")) }
            (quiet(&wishes, t))
            div.actions { button.main type="submit" { (t.text("save")) } }
        }
    };
    let page = t
        .page("help-settings", t.text("home"), content)
        .script("/assets/notify/settings.js")
        .current(SETTINGS)
        .viewer(Some(viewer));
    let mut response = page.into_response();
    // With `no-referrer`, browsers send a form with the origin `null`.
    let own = HeaderValue::from_static("same-origin");
    response.headers_mut().insert(header::REFERRER_POLICY, own);
    Ok(response)
}

/// Push messages on the browser that shows the page: the script fills it.
fn this_browser(t: Texts) -> Markup {
    html! {
        section #push hidden {
            h2 { (t.text("browser")) }
            p #push-state role="status" {}
            div.actions {
                button.main #push-on type="button" hidden { (t.text("browser-on")) }
                button #push-off type="button" hidden { (t.text("browser-off")) }
            }
        }
    }
}

fn kind(about: About, ways: Ways, t: Texts) -> Markup {
    let word = about.as_str();
    let check = |way: &str, label: &str, is_on: bool| {
        html! {
            label.check { input type="checkbox" name={ (way) "-" (word) } value="1" checked[is_on]; (t.text(label)) }
        }
    };
    html! {
        fieldset {
            legend { (news::kind(about, t.lang)) }
            (check("page", "way-page", ways.page))
            (check("push", "way-push", ways.push))
            (check("mail", "way-mail", ways.mail != Mail::Off))
        }
    }
}

fn letters(chosen: Mail, t: Texts) -> Markup {
    let options =
        [(Mail::Daily, "mail-daily"), (Mail::Hourly, "mail-hourly"), (Mail::Off, "mail-off")];
    html! {
        div.field {
            label for="mail" { (t.text("mail")) }
            select #mail name="mail" {
                @for (mail, id) in options { option value=(mail.name()) selected[mail == chosen] { (t.text(id)) } }
            }
        }
    }
}

fn quiet(wishes: &Wishes, t: Texts) -> Markup {
    let chosen = wishes.quiet();
    let is_on = chosen.is_some();
    let Quiet { from, to } = chosen.unwrap_or(NIGHT);
    let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    html! {
        p.hint { (t.text("quiet-hint")) }
        label.check { input type="checkbox" name="quiet" value="1" checked[is_on]; (t.text("quiet-on")) }
        div.field { label for="from" { (t.text("quiet-from")) } input #from type="time" name="from" value=(clock(from)) required; }
        div.field { label for="to" { (t.text("quiet-to")) } input #to type="time" name="to" value=(clock(to)) required; }
        div.field {
            label for="zone" { (t.text("zone")) }
            p.hint { (t.text("zone-hint")) }
            input #zone type="text" name="zone" value=(wishes.zone_name().unwrap_or_default()) autocomplete="off" maxlength="64";
        }
    }
}

/// The query of an unsubscribe link.
#[derive(Debug, Deserialize)]
pub(crate) struct StopQuery {
    who: String,
    key: String,
}

impl StopQuery {
    /// The person, if the link is one of their letters.
    fn person(&self, node: &Node) -> Answer<Did> {
        let person = Did::parse(&self.who).ok();
        let person = person.filter(|person| digest::is_key(node, person, &self.key));
        person.ok_or_else(|| Problem::not_found(TEXTS.say("no-link", args![])))
    }
}

/// `/notify/stop`: asks, since programs that look into letters follow links.
pub(crate) async fn stop(
    State(node): State<Node>,
    lang: Lang,
    Query(query): Query<StopQuery>,
) -> Answer<Page> {
    query.person(&node)?;
    let t = TEXTS.for_reader(lang);
    let content = html! {
        h1 { (t.text("stop")) }
        p.lead { (t.format("stop-lead", args![site = node.name()])) }
        form method="post" action={ (digest::STOP) "?who=" (query.who) "&key=" (query.key) } {
            button.main type="submit" { (t.text("stop-do")) }
        }
    };
    Ok(t.page("help-stop", t.text("stop"), content))
}

/// `POST /notify/stop`: by the button of that page, or by a mail program (RFC 8058), which has no session.
pub(crate) async fn end(
    State(node): State<Node>,
    lang: Lang,
    Query(query): Query<StopQuery>,
) -> Answer<Page> {
    let person = query.person(&node)?;
    stopped::stop(&node, person).await?;
    let t = TEXTS.for_reader(lang);
    let content = html! {
        h1 { (t.text("stopped")) }
        p.lead { (t.markup("stopped-lead", args![], |_, inner| html! { a href=(SETTINGS) { (inner) } })) }
    };
    Ok(t.page("help-stop", t.text("stopped"), content))
}

type Form = HashMap<String, String>;

/// A minute of the day, of `22:00`.
fn minute(form: &Form, name: &'static str) -> Answer<i64> {
    let text = form.get(name).map_or("", String::as_str);
    let parsed = text.split_once(':').and_then(|(hour, minute)| {
        let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
        let is_time = (0..24).contains(&hour) && (0..60).contains(&minute);
        is_time.then_some(hour * 60 + minute)
    });
    parsed.ok_or_else(|| Problem::field(name, TEXTS.say("no-time", args![])))
}

/// `POST /notify/settings/choose`: enters what differs from what was chosen before.
pub(crate) async fn choose(Person(node, session): Person, body: Bytes) -> Answer<Redirect> {
    let form: Form =
        form_of(&body).ok_or_else(|| Problem::bad_request(TEXTS.say("no-form", args![])))?;
    let before = Wishes::load(&node, &session.did)?;
    let all = of_all(&form, &before)?;
    let mail = all.mail.unwrap_or(Mail::Daily);
    // Letters that a link ended begin again with what was chosen now.
    if is_new(&all, &before) || stopped::is_stopped(&node, &session.did)? {
        enter(&node, &session, &all).await?;
    }
    for about in About::ALL {
        let chosen = of_kind(&form, about, mail);
        if chosen != before.ways(about) {
            enter(&node, &session, &choice(about, chosen, mail)).await?;
        }
    }
    Ok(Redirect::to(SETTINGS))
}

/// Reads the choices for all kinds.
fn of_all(form: &Form, before: &Wishes) -> Answer<Choose> {
    let has = |name: &str| form.get(name).is_some_and(|value| value == "1");
    let mail = form.get("mail").and_then(|name| Mail::from_name(name));
    let zone = form.get("zone").map(|zone| zone.trim()).filter(|zone| !zone.is_empty());
    let unknown = || Problem::field("zone", TEXTS.say("no-zone", args![]));
    let zone = zone.map(|name| Zone::find(name).ok_or_else(unknown)).transpose()?;
    let mut all = Choose {
        mail: Some(mail.unwrap_or(before.letters())),
        zone: zone.map(|zone| ZoneName(zone.name().to_owned())),
        ..Choose::default()
    };
    if has("quiet") {
        all.quiet_from = Some(Int(minute(form, "from")?));
        all.quiet_to = Some(Int(minute(form, "to")?));
    }
    Ok(all)
}

fn is_new(all: &Choose, before: &Wishes) -> bool {
    let quiet = all.quiet_from.zip(all.quiet_to).map(|(from, to)| Quiet { from: from.0, to: to.0 });
    let zone = all.zone.as_ref().map(|zone| zone.0.as_str());
    all.mail != Some(before.letters()) || quiet != before.quiet() || zone != before.zone_name()
}

/// Reads the choices for one kind.
fn of_kind(form: &Form, about: About, mail: Mail) -> Ways {
    let has = |way: &str| form.contains_key(&format!("{way}-{}", about.as_str()));
    Ways { page: has("page"), push: has("push"), mail: if has("mail") { mail } else { Mail::Off } }
}

fn choice(about: About, ways: Ways, mail: Mail) -> Choose {
    Choose {
        kind: Some(about),
        page: Some(Int(ways.page.into())),
        push: Some(Int(ways.push.into())),
        // At the interval of letters, which may change later.
        mail: (ways.mail != mail).then_some(Mail::Off),
        ..Choose::default()
    }
}

async fn enter(node: &Node, session: &Session, chosen: &Choose) -> Answer<()> {
    let request = CommandRequest::from_operation(session.did.clone(), chosen)?;
    node.submit_custodial(session, request).await.map(drop)
}
