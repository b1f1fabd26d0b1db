//! Pictures and videos by month: the viewer's own, and what people share with a group.
//!
//! Always: a page has the newest months up to [`FIRST_MAX`] pictures, or up to [`PART_MAX`] of the month that is asked for; the
//! script takes the rest from these same pages, as it is scrolled to.

use std::collections::BTreeMap;

use imajin_app::extract::Query;
use imajin_app::{Answer, Node, Page, Problem, Role, Texts, args};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::{self, Door, Own, Tile, called, messages, month_name, tabs};
use crate::bytes::zone_of;
use crate::fields::LocalTime;
use crate::manifest::OWN_PAGE;
use crate::queries::{self, Cell, Month, TimelineScope};
use crate::routes::timeline::{cells, group};

/// Pictures on the first page: two screens of a phone.
const FIRST_MAX: usize = 48;
/// Pictures on the page of a month, which may have thousands.
const PART_MAX: usize = 120;
/// Pictures of this day in earlier years.
const ON_THIS_DAY_MAX: usize = 8;
const SCRIPT: &str = "/assets/media/timeline.js";

/// The query of a timeline page: a month, and a position in it.
#[derive(Debug, Deserialize)]
pub(crate) struct TimelineQuery {
    month: Option<String>,
    /// Number of the month's pictures before this part.
    #[serde(default)]
    from: usize,
    with: Option<String>,
}

/// Pictures of a month that follow each other.
struct Run {
    month: String,
    /// Number of the month's pictures before this run.
    from: usize,
    cells: Vec<Cell>,
    /// Number of the month's pictures for this viewer.
    count: usize,
}

impl Run {
    fn end(&self) -> usize {
        self.from + self.cells.len()
    }
}

/// A timeline, as far as a page has it.
struct Part {
    months: Vec<Month>,
    shown: Vec<Run>,
    /// The prefix of a month's URL: the part before `month=…`.
    path: String,
    /// The names of the owners of shared pictures, by DID.
    names: BTreeMap<String, String>,
}

impl Part {
    fn load(node: &Node, viewer: &Did, with: Option<&Did>, query: &TimelineQuery) -> Answer<Self> {
        let whose = TimelineScope::new(viewer, with);
        let months = queries::read(node, |db| queries::months(db, whose))?;
        let group = with.map(Did::as_str);
        let (wanted, before, mut room) = match &query.month {
            Some(month) => (vec![month.as_str()], query.from, PART_MAX),
            None => {
                let all = months.iter().map(|one| one.month.as_str());
                (all.collect(), 0, FIRST_MAX)
            }
        };
        let mut shown = Vec::new();
        for month in wanted {
            let all = cells(node, viewer, group, month)?;
            let (count, from) = (all.len(), before.min(all.len()));
            let cells: Vec<Cell> = all.into_iter().skip(from).take(room).collect();
            room -= cells.len();
            shown.push(Run { month: month.to_owned(), from, cells, count });
            if room == 0 {
                break;
            }
        }
        Ok(Self {
            months,
            shown,
            path: match with {
                Some(group) => format!("/media/family?with={group}&"),
                None => format!("{OWN_PAGE}?"),
            },
            names: BTreeMap::new(),
        })
    }

    fn is_empty(&self) -> bool {
        self.months.is_empty()
    }

    fn href(&self, month: &str) -> String {
        format!("{}month={month}", self.path)
    }

    fn href_from(&self, month: &str, from: usize) -> String {
        match from {
            0 => self.href(month),
            _ => format!("{}&from={from}", self.href(month)),
        }
    }

    /// The months of the newest year, or of the one that is asked for, and the other years.
    fn scrubber(&self, t: Texts) -> Markup {
        let here = self.shown.first().map_or("", |run| run.month.as_str());
        html! {
            nav.scrub aria-label=(t.text("months")) {
                @for of in self.months.chunk_by(|one, other| year(&one.month) == year(&other.month)) {
                    @if let Some(newest) = of.first() {
                        a.year href=(self.href(&newest.month)) data-month=(newest.month) { (year(&newest.month)) }
                        @if year(&newest.month) == year(here) {
                            @for one in of { (self.month_link(&one.month, here, t)) }
                        }
                    }
                }
            }
        }
    }

    fn month_link(&self, month: &str, here: &str, t: Texts) -> Markup {
        let name = month_name(month, t.lang);
        html! {
            a href=(self.href(month)) data-month=(month) aria-current=[(month == here).then_some("true")] aria-label=(name) {
                (name.split(' ').next().unwrap_or_default())
            }
        }
    }

    fn draw(&self, t: Texts) -> Markup {
        let counts = |one: &Month| format!("{} {}", one.month, one.count);
        let counts: Vec<String> = self.months.iter().map(counts).collect();
        html! {
            (self.scrubber(t))
            div #timeline data-months=(counts.join(",")) data-path=(self.path) {
                @for run in &self.shown {
                    section.month id=(run.month) data-from=(run.from) data-count=(run.count) {
                        h2 { (month_name(&run.month, t.lang)) }
                        div.grid { @for cell in &run.cells { (self.cell(cell, t)) } }
                    }
                }
            }
            (self.further(t))
        }
    }

    fn cell(&self, cell: &Cell, t: Texts) -> Markup {
        let label = self.names.get(&cell.owner).cloned();
        Tile { label, ..Tile::from(cell) }.cell(t, Door::Own)
    }

    /// Links to the pictures before and after this part: more of the same month, or the next one.
    fn further(&self, t: Texts) -> Markup {
        let place = |run: &Run| self.months.iter().position(|one| one.month == run.month);
        let newer = self.shown.first().and_then(|run| {
            let month = match run.from {
                0 => self.months.get(place(run)?.checked_sub(1)?)?,
                _ => self.months.get(place(run)?)?,
            };
            Some((month, run.from.saturating_sub(PART_MAX)))
        });
        let older = self.shown.last().and_then(|run| {
            Some(if run.end() < run.count {
                (self.months.get(place(run)?)?, run.end())
            } else {
                (self.months.get(place(run)? + 1)?, 0)
            })
        });
        let link = |(month, from): (&Month, usize)| {
            let arguments = args![month = month_name(&month.month, t.lang), count = month.count];
            html! { a.button href=(self.href_from(&month.month, from)) { (t.format("month-of", arguments)) } }
        };
        html! {
            div #further.actions {
                @if let Some(month) = newer { (link(month)) }
                @if let Some(month) = older { (link(month)) }
            }
        }
    }
}

/// The caller's own pictures and videos.
pub(crate) async fn timeline(
    Query(query): Query<TimelineQuery>,
    Own { node, session, t }: Own,
) -> Answer<Page> {
    let is_first = query.month.is_none();
    let part = Part::load(&node, &session.did, None, &query)?;
    let is_possible = node.config().usb.sticks().are_possible();
    let has_stick = is_possible && node.is_at_least(&session.did, Role::Member)?;
    let content = html! {
        (messages(t))
        h1 { (t.text("home")) }
        (tabs(t, OWN_PAGE))
        div.actions.tight {
            a.button.main href="/media/upload" { (t.text("add")) }
            @if has_stick { a.button href="/media/import" { (t.text("stick-from")) } }
            @if !part.is_empty() {
                a.button href="/media/favourites" { (t.text("favourites")) }
                (parts::select(t, "timeline", "favourite,album,folder,share,download,trash"))
            }
        }
        @if is_first && !part.is_empty() { (parts::finder(t, "")) }
        @if is_first { (on_this_day(&node, &session.did, t)?) }
        @if part.is_empty() { p.lead.empty { (t.text("timeline-empty")) } }
        @else { (part.draw(t)) }
    };
    let page = Own { node, session, t }.page("help-photos", &t.text("home"), content)?;
    Ok(page.script(SCRIPT))
}

fn year(month: &str) -> &str {
    month.split('-').next().unwrap_or_default()
}

/// Pictures of this day, by the viewer's clock, in earlier years.
fn on_this_day(node: &Node, did: &Did, t: Texts) -> Answer<Markup> {
    let Some(clock) = LocalTime::by_clock(zone_of(node, did)?, node.now()) else {
        return Ok(html! {});
    };
    let assets =
        queries::read(node, |db| queries::on_this_day(db, did.as_str(), &clock, ON_THIS_DAY_MAX))?;
    Ok(html! {
        @if !assets.is_empty() {
            section.strip aria-labelledby="on-this-day" {
                h2 #on-this-day { (t.text("on-this-day")) }
                div.grid {
                    @for asset in &assets {
                        (Tile { label: asset.day.get(..4).map(str::to_owned), ..Tile::from(asset) }.cell(t, Door::Own))
                    }
                }
            }
        }
    })
}

/// The page of a group's timeline: what its members share with it, with their names.
pub(crate) async fn family(
    Query(query): Query<TimelineQuery>,
    Own { node, session, t }: Own,
) -> Answer<Page> {
    let group = group(&node, &session.did, query.with.as_deref())?;
    let part = match &group {
        Some(group) => Some(shared(&node, &session.did, group, &query, t)?),
        None => None,
    };
    let content = html! {
        (messages(t))
        h1 #group data-group=[group.as_ref()] { (t.text("family")) }
        (tabs(t, "/media/family"))
        @match &part {
            Some(part) if part.is_empty() => p.lead.empty { (t.text("family-empty")) },
            Some(part) => {
                div.actions.tight { (parts::select_to_keep(t, "timeline", Door::Own)) }
                (part.draw(t))
            }
            None => {
                p.lead { (t.text("family-lead")) }
                ul #groups.rows.places aria-live="polite" {}
                p { a href="/connections/groups" { (t.text("family-groups")) } }
            }
        }
    };
    let mut page = Own { node, session, t }.page("help-family", &t.text("family"), content)?;
    if part.is_some_and(|part| !part.is_empty()) {
        page = page.script(SCRIPT);
    }
    Ok(page.script("/assets/media/family.js"))
}

fn shared(node: &Node, viewer: &Did, group: &Did, query: &TimelineQuery, t: Texts) -> Answer<Part> {
    let mut part = Part::load(node, viewer, Some(group), query)?;
    let cells = part.shown.iter().flat_map(|run| &run.cells);
    for cell in cells {
        if !part.names.contains_key(&cell.owner) {
            let owner = Did::parse(&cell.owner).map_err(Problem::internal)?;
            let name = called(node, t, &owner)?;
            part.names.insert(cell.owner.clone(), name);
        }
    }
    Ok(part)
}

/// A few pictures in a row, as Home shows them.
pub(crate) fn a_few(assets: &[queries::Asset], t: Texts) -> Markup {
    html! {
        div.preview {
            @for asset in assets {
                @let shown = Tile::from(asset);
                @let (width, height) = shown.fitted(120);
                a href=(Door::Own.page(&asset.id)) {
                    img src=(Door::Own.file(&asset.id, "w=200")) loading="lazy" width=(width) height=(height) alt=(shown.alt(t)) data-name=(asset.name);
                }
            }
        }
    }
}
