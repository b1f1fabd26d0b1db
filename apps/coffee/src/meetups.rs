//! Meetups: small events with the tag `meetup`, which the app of events keeps.

use imajin_app::{Answer, Node, Texts};
use imajin_dfos::order::Order as _;
use imajin_occasions::{Occasion, Occasions};
use imajin_protocol::Did;
use maud::{Markup, html};

/// The tag of events that are meetups.
const TAG: &str = "meetup";
/// Maximum number of meetups that are looked at.
const LOOKED_AT: usize = 200;
/// Maximum number of meetups of one person on their page.
const SHOWN_MAX: usize = 5;

/// Returns the coming meetups: the viewer's own first, then those of their connections, then all others; each the
/// soonest first. Returns none if the box runs without events.
pub(crate) fn coming(
    node: &Node,
    viewer: Option<&Did>,
    city: Option<&str>,
) -> Answer<Vec<Occasion>> {
    let Some(occasions) = node.get::<dyn Occasions>() else {
        return Ok(Vec::new());
    };
    let all = occasions.tagged(node, TAG, None, LOOKED_AT)?;
    let city = city.map(str::to_lowercase);
    let is_there = |one: &Occasion| {
        let theirs = one.city.as_deref().unwrap_or_default().to_lowercase();
        city.as_deref().is_none_or(|city| theirs.contains(city))
    };
    let mut ranked: Vec<(u8, Occasion)> = Vec::new();
    for one in all.into_iter().filter(is_there) {
        let rank = match viewer {
            Some(viewer) if *viewer == one.organiser => 0,
            Some(viewer) if node.connected(&one.organiser, viewer)? == Some(true) => 1,
            _ => 2,
        };
        ranked.push((rank, one));
    }
    // The sort is stable: within a rank meetups stay in the order of time.
    ranked.order_by_key(|(rank, _)| *rank);
    Ok(ranked.into_iter().map(|(_, one)| one).collect())
}

/// Draws the owner's meetups on their page of jars.
pub(crate) fn of_owner(node: &Node, owner: &Did, is_own: bool, t: Texts) -> Answer<Markup> {
    let Some(occasions) = node.get::<dyn Occasions>() else {
        return Ok(Markup::default());
    };
    let all = occasions.tagged(node, TAG, Some(owner), SHOWN_MAX)?;
    Ok(html! {
        @if is_own || !all.is_empty() {
            section.meetups {
                h2 { (t.text("meetups")) }
                @if all.is_empty() { p.hint { (t.text("meetups-none")) } }
                ul.rows { @for one in &all { (row(one, t)) } }
                @if is_own { div.actions { a.button href=(occasions.page_for_new(TAG)) { (t.text("meetup-new")) } } }
            }
        }
    })
}

fn row(one: &Occasion, t: Texts) -> Markup {
    html! {
        li {
            a href=(one.path) { strong { (one.title) } }
            p.soft { (t.moment_in(one.starts, one.zone)) @if let Some(city) = &one.city { " · " (city) } }
        }
    }
}
