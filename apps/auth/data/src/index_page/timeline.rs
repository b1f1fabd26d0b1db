//! The timeline of a record: time across, services as bands, a dot for each entry, its colour showing whose will it is.
//!
//! Always: its size is bounded, however long the record is: entries that would cover each other share one dot.

use std::collections::BTreeMap;

use imajin_app::args;
use imajin_dfos::Timestamp;
use imajin_log::entry::WillKind;
use maud::{Markup, html};

use super::{Says, will};

/// Columns; a dot is about as wide as one of them.
const PLACES: i64 = 96;
/// Bands at most; further services share the last one.
const BANDS_MAX: usize = 12;
const WIDTH: i64 = 640;
/// Room for the longest name of a service.
const LEFT: i64 = 132;
const BAND_HEIGHT: i64 = 34;
const TOP: i64 = 8;

/// Dots by service, column and will.
pub(super) struct Timeline {
    first_ms: i64,
    last_ms: i64,
    bands: Vec<String>,
    dots: BTreeMap<(usize, i64, u8), Dot>,
}

struct Dot {
    will: WillKind,
    entries: u64,
    newest: u64,
}

impl Timeline {
    /// A timeline of the time between two instants, in milliseconds since 1970.
    pub(super) fn new(first_ms: i64, last_ms: i64) -> Self {
        Self { first_ms, last_ms: last_ms.max(first_ms), bands: Vec::new(), dots: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, seq: u64, at_ms: i64, service: &str, will: WillKind) {
        let band = match self.bands.iter().position(|band| band == service) {
            Some(band) => band,
            None if self.bands.len() < BANDS_MAX => {
                self.bands.push(service.to_owned());
                self.bands.len() - 1
            }
            None => BANDS_MAX - 1,
        };
        let span = (self.last_ms - self.first_ms).max(1);
        let place =
            (at_ms.clamp(self.first_ms, self.last_ms) - self.first_ms) * (PLACES - 1) / span;
        let dot = self.dots.entry((band, place, will as u8)).or_insert(Dot {
            will,
            entries: 0,
            newest: seq,
        });
        dot.entries += 1;
        dot.newest = seq;
    }

    /// Draws the timeline. A dot links to the row of its newest entry if the table has that row.
    pub(super) fn draw(&self, says: &Says, shows: &dyn Fn(u64) -> bool) -> Markup {
        let height = TOP + self.bands.len() as i64 * BAND_HEIGHT + 26;
        html! {
            svg viewBox=(format!("0 0 {WIDTH} {height}")) role="group" aria-label=(says.t.text("index-over-time")) {
                @for (n, band) in self.bands.iter().enumerate() {
                    rect.band x=(LEFT) y=(y(n) - 12) width=(WIDTH - LEFT) height="24" rx="6" {}
                    text x="0" y=(y(n) + 4) { (says.words.service(band)) }
                }
                line.axis x1=(LEFT) y1=(height - 22) x2=(WIDTH) y2=(height - 22) {}
                text x=(LEFT) y=(height - 6) { (date(says, self.first_ms)) }
                text x=(WIDTH) y=(height - 6) text-anchor="end" { (date(says, self.last_ms)) }
                @for ((band, place, _), dot) in &self.dots {
                    @let label = label(says, &self.bands[*band], dot);
                    @if shows(dot.newest) {
                        a href={ "#e" (dot.newest) } aria-label=(label) { (circle(*band, *place, dot, &label)) }
                    } @else {
                        (circle(*band, *place, dot, &label))
                    }
                }
            }
        }
    }
}

fn circle(band: usize, place: i64, dot: &Dot, label: &str) -> Markup {
    let x = LEFT + 10 + place * (WIDTH - LEFT - 20) / (PLACES - 1);
    // Different wills in one column are drawn slightly apart.
    let shift = (dot.will as i64 - 1) * 3;
    let radius = if dot.entries > 20 { 6 } else { 4 };
    html! {
        circle class=(dot.will.as_str()) cx=(x) cy=(y(band) + shift) r=(radius) { title { (label) } }
    }
}

fn label(says: &Says, band: &str, dot: &Dot) -> String {
    let args = args![
        count = dot.entries,
        newest = dot.newest.to_string(),
        service = says.words.service(band),
        will = will(says.t, dot.will)
    ];
    says.t.format("index-dot", args)
}

fn y(band: usize) -> i64 {
    TOP + 14 + band as i64 * BAND_HEIGHT
}

fn date(says: &Says, ms: i64) -> String {
    let at = Timestamp::from_millis(ms);
    at.map_or_else(|_| String::new(), |at| says.t.date(at))
}
