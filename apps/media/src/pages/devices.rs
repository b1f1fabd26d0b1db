//! "Connect a computer": the address of the viewer's drive, how to connect to it, and the computers that are connected.
//!
//! Always: the password is made in the browser and shown there once; the box sees it with each request of the computer, and
//! keeps it nowhere.

use axum::http::HeaderMap;
use axum::http::header;
use imajin_app::{Answer, DelegationRecord, Node, Page, Texts, args};
use maud::{Markup, html};

use super::parts::{Own, day, messages, tabs};
use crate::dav;
use crate::queries::{self, Device};

/// The caller's own computers.
pub(crate) async fn devices(headers: HeaderMap, Own { node, session, t }: Own) -> Answer<Page> {
    let did = &session.did;
    let all = queries::read(&node, |db| queries::devices(db, did.as_str()))?;
    let delegations = if all.is_empty() { Vec::new() } else { node.delegations(did, None)? };
    let rows: Vec<Markup> = all
        .iter()
        .filter_map(|device| {
            let is_its = |given: &&DelegationRecord| given.cid.to_string() == device.delegation;
            let delegation = delegations.iter().find(is_its)?;
            Some(row(&node, t, (device, delegation)))
        })
        .collect();
    let handle = node.card(did)?.and_then(|card| card.handle);
    // Programs take no name with a colon.
    let last = did.as_str().rsplit(':').next().unwrap_or_default();
    let user = handle.unwrap_or_else(|| last.to_owned());
    let host = headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let content = html! {
        (messages(t))
        h1 { (t.text("devices")) }
        (tabs(t, "/media/devices"))
        p.lead { (t.text("devices-lead")) }
        dl.facts {
            dt { (t.text("devices-address")) }
            dd.mono #address data-path=(dav::PREFIX) { (format!("https://{host}{}", dav::PREFIX)) }
            dt { (t.text("devices-user")) }
            dd.mono #user { (user) }
        }
        p { (t.text("devices-password")) " " (t.text("devices-seen")) }
        div.actions.tight { button #connect.main type="button" data-scope=(dav::SCOPE.join(" ")) hidden { (t.text("devices-connect")) } }
        h2 { (t.text("devices-how")) }
        ul.plain {
            @for system in ["devices-windows", "devices-mac", "devices-linux", "devices-rclone"] { li { (t.text(system)) } }
        }
        h2 { (t.text("devices-all")) }
        @if rows.is_empty() { p.soft.empty { (t.text("devices-empty")) } }
        @else { ul.rows { @for row in &rows { (row) } } }
    };
    let page = Own { node, session, t }.page("help-devices", &t.text("devices"), content)?;
    Ok(page.script("/assets/media/devices.js"))
}

fn row(node: &Node, t: Texts, (device, given): (&Device, &DelegationRecord)) -> Markup {
    let unnamed = t.text("devices-unnamed");
    let label = device.label.as_deref().unwrap_or(&unnamed);
    let until = given.delegation.until;
    let is_open = !given.ended && until > node.now();
    let used = dav::last_use(node, &device.delegation);
    html! {
        li { div.row {
            div.grow {
                strong { (label) } br;
                span.hint {
                    @match (is_open, used) {
                        (false, _) => (t.text("devices-ended")),
                        (true, None) => (t.format("devices-until", args![day = t.date(until)])),
                        (true, Some(used)) => (t.format("devices-used", args![used = day(used, t), day = t.date(until)])),
                    }
                }
            }
            @if is_open { button type="button" data-end=(device.delegation) aria-label=(t.format("devices-end-of", args![label = label])) { (t.text("devices-end")) } }
        } }
    }
}
