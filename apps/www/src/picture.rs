//! A record as a picture: time across, services as bands, a dot an entry, colour and shape by whose will it is. Inline
//! SVG without its own styles; each dot is a link that the keyboard reaches. Entries that would overlap share a dot.

use imajin_dfos::order::Order as _;
use std::collections::BTreeMap;

use imajin_app::{Texts, Words, Zone, args};
use imajin_dfos::Timestamp;
use imajin_log::WillKind;
use maud::{Markup, html};

use crate::record::Dot;

/// Order of the wills as in the legend, and the messages with their names.
pub(crate) const WILLS: [(WillKind, &str); 4] = [
    (WillKind::Signed, "will-signed"),
    (WillKind::Custodial, "will-custodial"),
    (WillKind::Derived, "will-derived"),
    (WillKind::Node, "will-node"),
];

/// The place of a will in that order.
fn place(will: WillKind) -> usize {
    let place = WILLS.iter().position(|(other, _)| *other == will);
    place.unwrap_or_default()
}

/// The dimensions of a picture. Two are drawn, for narrow and for wide screens, so that words keep a readable size.
struct Frame {
    class: &'static str,
    width: u32,
    left: u32,
    ticks: u32,
}

const FRAMES: [Frame; 2] = [
    Frame { class: "picture narrow", width: 350, left: 66, ticks: 2 },
    Frame { class: "picture broad", width: 700, left: 90, ticks: 4 },
];
const BAND: u32 = 58;
const RIGHT: u32 = 18;
const BOTTOM: u32 = 30;
const RADIUS: u32 = 7;
/// Dots nearer than this, in pixels, share one.
const CELL: u32 = 15;

/// Entries that share a dot.
struct Group<'a> {
    newest: &'a Dot,
    number: u64,
}

/// Draws the entries, oldest first. `href` gives the link of a dot.
pub(crate) fn draw(
    dots: &[Dot],
    of_apps: &Words,
    t: Texts,
    href: &dyn Fn(u64) -> String,
) -> Markup {
    let (Some(first), Some(last)) = (dots.first(), dots.last()) else {
        return html! {};
    };
    let services: Vec<&str> = {
        let mut names: Vec<_> = dots.iter().map(|dot| dot.service.as_str()).collect();
        names.order();
        names.dedup();
        names
    };
    html! {
        @for frame in &FRAMES { (svg(frame, dots, &services, (first.at, last.at), (of_apps, t), href)) }
        ul.legend {
            @for (will, name) in WILLS {
                @if dots.iter().any(|dot| dot.will == will) {
                    li { svg viewBox="0 0 16 16" aria-hidden="true" { (shape(will, 8, 8, 6)) } (t.text(name)) }
                }
            }
        }
    }
}

fn svg(
    frame: &Frame,
    dots: &[Dot],
    services: &[&str],
    (first, last): (Timestamp, Timestamp),
    (of_apps, t): (&Words, Texts),
    href: &dyn Fn(u64) -> String,
) -> Markup {
    let bands = u32::try_from(services.len()).unwrap_or(u32::MAX).min(64);
    let height = bands * BAND + BOTTOM;
    let right = frame.width - RIGHT;
    let groups = group(frame, dots, services, (first, last));
    html! {
        svg class=(frame.class) viewBox={ "0 0 " (frame.width) " " (height) } role="group" aria-label=(t.text("picture-label")) {
            @for (row, service) in (0u32..).zip(services) {
                rect class={ "band" @if row % 2 == 1 { " odd" } } x="0" y=(row * BAND) width=(frame.width) height=(BAND) rx="8" {}
                text x="10" y=(row * BAND + BAND / 2 + 5) { (of_apps.service(service)) }
            }
            @for tick in 0..=frame.ticks {
                @let x = frame.left + (right - frame.left) * tick / frame.ticks.max(1);
                @let anchor = if tick == 0 { "start" } else if tick == frame.ticks { "end" } else { "middle" };
                @if first != last || tick == 0 {
                    line class="tick" x1=(x) x2=(x) y1="0" y2=(bands * BAND + 4) {}
                    text x=(x) y=(height - 8) text-anchor=(anchor) { (tick_label((first, last), tick, frame.ticks, t)) }
                }
            }
            @for ((row, column, level), group) in &groups {
                @let x = frame.left + column * CELL + RADIUS;
                // Draws different wills in one place above each other.
                @let y = row * BAND + BAND / 2 + level * (RADIUS * 2 + 1) - (RADIUS * 2 + 1) * levels(&groups, *row, *column).saturating_sub(1) / 2;
                (dot(group, (x, y), (of_apps, t), href))
            }
        }
    }
}

type Groups<'a> = BTreeMap<(u32, u32, u32), Group<'a>>;

/// The number of levels in a place.
fn levels(groups: &Groups<'_>, row: u32, column: u32) -> u32 {
    let levels = groups.range((row, column, 0)..(row, column, u32::MAX));
    u32::try_from(levels.count()).unwrap_or(0)
}

fn group<'a>(
    frame: &Frame,
    dots: &'a [Dot],
    services: &[&str],
    (first, last): (Timestamp, Timestamp),
) -> Groups<'a> {
    let columns = (frame.width - RIGHT - frame.left - RADIUS) / CELL;
    let span = (last.as_millis() - first.as_millis()).max(1);
    // First by will, then the wills of a place get their levels.
    let mut by_will: BTreeMap<(u32, u32, usize), Group<'a>> = BTreeMap::new();
    for dot in dots {
        let row = services
            .iter()
            .position(|service| *service == dot.service)
            .and_then(|row| u32::try_from(row).ok())
            .unwrap_or(0);
        let along = i128::from(dot.at.as_millis() - first.as_millis())
            * i128::from(columns.saturating_sub(1))
            / i128::from(span);
        let column = u32::try_from(along).unwrap_or(0).min(columns.saturating_sub(1));
        let group = by_will
            .entry((row, column, place(dot.will)))
            .or_insert(Group { newest: dot, number: 0 });
        group.newest = dot;
        group.number += 1;
    }
    let mut groups = Groups::new();
    for ((row, column, _), group) in by_will {
        let level = levels(&groups, row, column);
        groups.insert((row, column, level), group);
    }
    groups
}

fn dot(
    group: &Group<'_>,
    (x, y): (u32, u32),
    (of_apps, t): (&Words, Texts),
    href: &dyn Fn(u64) -> String,
) -> Markup {
    let newest = group.newest;
    let will = t.text(WILLS[place(newest.will)].1);
    let label = if group.number == 1 {
        let what = of_apps.operation(&newest.op);
        let at = t.date_time(newest.at);
        t.format(
            "picture-dot",
            args![number = newest.seq.to_string(), what = what, will = will, at = at],
        )
    } else {
        let date = t.date(newest.at);
        t.format(
            "picture-dots",
            args![count = group.number, will = will, date = date, newest = newest.seq.to_string()],
        )
    };
    html! {
        a href=(href(newest.seq)) aria-label=(label) {
            title { (label) }
            circle.halo cx=(x) cy=(y) r=(RADIUS + 4) {}
            (shape(newest.will, x, y, RADIUS))
            @if group.number > 1 { text.number x=(x) y=(y + 4) text-anchor="middle" aria-hidden="true" { (brief(group.number)) } }
        }
    }
}

/// At most two characters fit in a dot; a plus stands for many, which the label counts.
fn brief(number: u64) -> String {
    if number < 100 { number.to_string() } else { "+".to_owned() }
}

/// Shapes differ too, for people who cannot tell the colours apart.
fn shape(will: WillKind, x: u32, y: u32, r: u32) -> Markup {
    match will {
        WillKind::Signed => html! { circle.will-signed cx=(x) cy=(y) r=(r) {} },
        WillKind::Custodial => {
            html! { path.will-custodial d={ "M" (x) " " (y - r) "L" (x + r) " " (y) "L" (x) " " (y + r) "L" (x - r) " " (y) "Z" } {} }
        }
        WillKind::Derived => html! { circle.will-derived cx=(x) cy=(y) r=(r - 1) {} },
        WillKind::Node => {
            html! { rect.will-node x=(x - r + 1) y=(y - r + 1) width=(2 * r - 2) height=(2 * r - 2) {} }
        }
    }
}

/// The time label below a tick, as precise as the span needs.
fn tick_label((first, last): (Timestamp, Timestamp), tick: u32, ticks: u32, t: Texts) -> String {
    const DAY_MS: i64 = 24 * 3600 * 1000;
    let span = last.as_millis() - first.as_millis();
    let at =
        first.checked_add_millis(span / i64::from(ticks.max(1)) * i64::from(tick)).unwrap_or(last);
    let local = t.zone.unwrap_or_else(Zone::home).local(at);
    let date = t.date(at);
    let short_date = || {
        date.split(' ')
            .take(2)
            .map(|word| word.chars().take(3).collect::<String>())
            .collect::<Vec<_>>()
            .join(" ")
    };
    match span {
        ..=600_000 => local.strftime("%H:%M:%S").to_string(),
        600_001..=DAY_MS => format!("{:02}:{:02}", local.hour(), local.minute()),
        _ if span < 300 * DAY_MS => short_date(),
        _ => format!("{} {}", short_date().split(' ').nth(1).unwrap_or_default(), local.year()),
    }
}

/// The picture's content as a table: a line for each day and service.
pub(crate) fn table(dots: &[Dot], of_apps: &Words, t: Texts) -> Markup {
    let zone = t.zone.unwrap_or_else(Zone::home);
    let mut rows: BTreeMap<(String, &str), [u64; 4]> = BTreeMap::new();
    for dot in dots {
        let day = zone.local(dot.at).date().to_string();
        if let Some(number) =
            rows.entry((day, dot.service.as_str())).or_default().get_mut(place(dot.will))
        {
            *number += 1;
        }
    }
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t.text("picture-table")) {
            table {
                thead {
                    tr { th scope="col" { (t.text("picture-day")) } th scope="col" { (t.text("picture-service")) } @for (_, name) in WILLS { th.number scope="col" { (t.text(name)) } } }
                }
                tbody {
                    @for ((day, service), numbers) in rows.iter().rev() {
                        tr { th scope="row" { (day) } td { (of_apps.service(service)) } @for number in numbers { td.number { (number) } } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::TEXTS;
    use imajin_app::Lang;

    fn dot(seq: u64, millis: i64, op: &str, will: WillKind) -> Dot {
        let service = op.split('.').next().unwrap().to_owned();
        Dot { seq, at: Timestamp::from_millis(millis).unwrap(), service, op: op.to_owned(), will }
    }

    #[test]
    fn one_entry_and_very_many() {
        let href = |seq| format!("#entry-{seq}");
        let t = TEXTS.for_reader(Lang::En);
        assert_eq!(draw(&[], &Words::default(), t, &href).into_string(), "");
        let single = draw(
            &[dot(0, 0, "auth.identity.create", WillKind::Signed)],
            &Words::default(),
            t,
            &href,
        )
        .into_string();
        assert_eq!(single.matches("href=\"#entry-0\"").count(), FRAMES.len());
        let many: Vec<_> = (0..5000)
            .map(|i| {
                dot(
                    i,
                    i64::try_from(i).unwrap() * 60_000,
                    "profile.update",
                    WILLS[i as usize % 4].0,
                )
            })
            .collect();
        let text = draw(&many, &Words::default(), t, &href).into_string();
        assert!(text.matches("<a ").count() < 400, "dots that lie on each other are one");
        assert!(!text.contains("style="));
    }

    #[test]
    fn the_table_counts_all() {
        let dots = [
            dot(0, 0, "auth.identity.create", WillKind::Signed),
            dot(1, 1, "profile.update", WillKind::Signed),
            dot(2, 2, "profile.update", WillKind::Custodial),
        ];
        let text = table(&dots, &Words::default(), TEXTS.for_reader(Lang::En)).into_string();
        assert_eq!(text.matches("<tr>").count(), 3);
        assert!(text.contains("1970-01-01"));
    }

    #[test]
    fn ticks() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let (a, b) = (at("2026-11-20T10:00:00.000Z"), at("2026-11-20T10:02:00.000Z"));
        assert_eq!(tick_label((a, b), 1, 2, TEXTS.for_reader(Lang::En)), "10:01:00");
        let days =
            tick_label((a, at("2026-11-24T10:00:00.000Z")), 2, 4, TEXTS.for_reader(Lang::En));
        assert_eq!(days, "22 Nov");
        let years =
            tick_label((a, at("2028-11-20T10:00:00.000Z")), 4, 4, TEXTS.for_reader(Lang::En));
        assert_eq!(years, "Nov 2028");
    }
}
