//! `index.html` of a bundle: opens from a stick in any browser and shows people what the bundle contains.
//!
//! Always: one file with everything inlined and escaped, without scripts or network access. It says that it has
//! verified nothing, and how to verify. It decides nothing: a verifier reads the log, not this page.

mod sections;
mod timeline;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Map, Value};

use super::views::{AUTH, HOME_WORDS, HomeWords, IDENTITY};
use crate::entry::{Sealed, WillKind};
pub(crate) use timeline::Timeline;

/// Rows of the table at most: the newest entries. The log has all of them.
const ROWS_MAX: usize = 1_000;

const CSS: &str = include_str!("html/style.css");
/// The page fetches, runs and sends nothing, whatever the data contains.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The input of the page.
pub(crate) struct Page<'p> {
    pub(crate) did: &'p str,
    pub(crate) exported_at: &'p str,
    pub(crate) node: &'p str,
    pub(crate) head: &'p str,
    pub(crate) sections: &'p Map<String, Value>,
    pub(crate) media: u64,
    pub(crate) media_bytes: u64,
}

/// One row of the table.
pub(crate) struct Row {
    seq: u64,
    at: String,
    op: String,
    will: WillKind,
    by: Option<String>,
    body: &'static str,
}

/// The entries that the page shows.
pub(crate) struct Entries {
    pub(crate) timeline: Timeline,
    rows: std::collections::VecDeque<Row>,
    total: u64,
}

impl Entries {
    /// Starts with the times of the first and the last entry, in milliseconds since 1970.
    pub(crate) fn new(first_ms: i64, last_ms: i64) -> Self {
        Self {
            timeline: Timeline::new(first_ms, last_ms),
            rows: Default::default(),
            total: 0,
        }
    }

    /// Adds the next entry.
    pub(crate) fn take(&mut self, sealed: &Sealed, body_is_there: bool) {
        let header = &sealed.header;
        self.total += 1;
        self.timeline.take(
            header.seq,
            header.at.as_millis(),
            header.service(),
            header.will_kind(),
        );
        if self.rows.len() == ROWS_MAX {
            self.rows.pop_front();
        }
        self.rows.push_back(Row {
            seq: header.seq,
            at: header.at.to_string(),
            op: header.op.clone(),
            will: header.will_kind(),
            by: (header.author != header.did).then(|| header.author.to_string()),
            body: match (header.body, body_is_there) {
                (None, _) => "",
                (Some(_), true) => "kept",
                (Some(_), false) => "erased",
            },
        });
    }

    /// Whether the table has a row for this entry.
    fn shows(&self, seq: u64) -> bool {
        self.rows.front().is_some_and(|first| seq >= first.seq)
    }
}

/// Renders the page.
pub(crate) fn render(page: &Page<'_>, entries: &Entries) -> String {
    let named = sections::display_name(page.sections);
    let name = named.unwrap_or("A copy of your record");
    let words = HomeWords::read(page.sections.get(HOME_WORDS));
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (name) " · Imajin copy" }
                style { (PreEscaped(CSS)) }
            }
            body {
                a.skip href="#main" { "To the content" }
                header {
                    @if named.is_some() { p.kicker { "A copy of your record" } }
                    h1 { (name) }
                    p.address { "Address " code { (page.did) } }
                    p { "Taken on " time datetime=(page.exported_at) { (day(page.exported_at)) } ", from the box " code.short { (page.node) } "." }
                }
                main id="main" {
                    (warning(page))
                    (home_words(&words))
                    (sections::render(page.sections, &words))
                    (record(entries, &words))
                    (sections::others(page.sections, &words))
                    (files(page))
                }
                footer { p { "This page is one file. It contacts nobody and runs no program." } }
            }
        }
    }
    .into_string()
}

fn warning(page: &Page<'_>) -> Markup {
    html! {
        section.card.warn aria-labelledby="unverified" {
            h2 id="unverified" { "This page has checked nothing" }
            p { "It shows what this folder contains. Anyone who changed the folder could have changed this page too. "
                "To know that every entry is signed and none was left out, have it checked by a program that you trust:" }
            ul {
                li { "on a computer: " code { "imajin verify " span.var { "this folder" } } }
                li { "or drop the folder's tar file on “Verify a copy” at your own box." }
            }
            p { "If you know the newest fixed point of the record from elsewhere, compare it with this one:" }
            p { code.long { (page.head) } }
        }
    }
}

/// The paragraph about the entries that nobody signed.
fn home_words(words: &HomeWords) -> Markup {
    let (entries, of) = words.counts();
    html! {
        section.card aria-labelledby="words" {
            h2 id="words" { "Whose word it is" }
            @if entries == 0 {
                p { "A key signed what every one of the " (of) " entries says." }
            } @else {
                p {
                    strong { (entries) " of the " (of) " entries" } " are the box's own word: nobody signed what they say, so they are worth as much as you trust the box. "
                    "The other " (of.saturating_sub(entries)) " say what a key signed. The table below marks each."
                }
            }
        }
    }
}

/// The note on how many entries of a section rest on the home's word alone.
pub(super) fn of_section(words: &HomeWords, section: &str) -> Markup {
    let service = if section == IDENTITY { AUTH } else { section };
    html! {
        @match words.of_service(service) {
            0 => {},
            1 => p.soft { "One entry behind this is the box's own word: nobody signed what it says." },
            n => p.soft { (n) " entries behind this are the box's own word: nobody signed what they say." },
        }
    }
}

fn record(entries: &Entries, words: &HomeWords) -> Markup {
    html! {
        section.card aria-labelledby="record" {
            h2 id="record" { "Your record" }
            p { (entries.total) " entries. Each dot is an entry; its place is its time, its band the part of your life, its colour who willed it." }
            (entries.timeline.render(&|seq| entries.shows(seq)))
            (legend())
            details {
                summary { "Show as table" }
                @if (entries.rows.len() as u64) < entries.total {
                    p { "The newest " (entries.rows.len()) " of " (entries.total) ". " code { "imajin log" } " shows all." }
                }
                (table(entries, words))
            }
        }
    }
}

fn legend() -> Markup {
    html! {
        ul.legend {
            @for will in [WillKind::Signed, WillKind::Custodial, WillKind::Derived, WillKind::Node] {
                li { span.dot.(will.as_str()) aria-hidden="true" {} (words(will)) }
            }
        }
    }
}

/// The name of a kind of will, for people.
pub(super) fn words(will: WillKind) -> &'static str {
    match will {
        WillKind::Signed => "signed with a key",
        WillKind::Custodial => "asked for, written by the box",
        WillKind::Derived => "followed from another entry",
        WillKind::Node => "the box's own word",
    }
}

fn table(entries: &Entries, home: &HomeWords) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Entries" {
            table {
                thead { tr { th { "№" } th { "When" } th { "What" } th { "Whose will" } th { "Content" } } }
                tbody {
                    @for row in entries.rows.iter().rev() {
                        tr id={ "e" (row.seq) } {
                            td { (row.seq) }
                            td { time datetime=(row.at) { (day(&row.at)) } }
                            td { code { (row.op) } }
                            td { span.dot.(row.will.as_str()) aria-hidden="true" {} (words(row.will))
                                @if let Some(by) = &row.by { " by " code.short { (by) } }
                                @if home.has(row.seq) && row.will == WillKind::Derived { "; the box's own word" } }
                            td { (row.body) }
                        }
                    }
                }
            }
        }
    }
}

fn files(page: &Page<'_>) -> Markup {
    html! {
        section.card aria-labelledby="files" {
            h2 id="files" { "What is in this folder" }
            dl {
                dt { code { "log.sqlite" } } dd { "your record: every entry, with its signatures" }
                dt { code { "media" } } dd { (page.media) " files, " (size(page.media_bytes)) }
                dt { code { "bundle.json" } } dd { "what this page shows, for programs" }
                dt { code { "manifest.json" } } dd { "the list of all files with their fingerprints, signed" }
            }
            p { "Any Imajin box takes this folder in: " code { "imajin import " span.var { "this folder" } } "." }
        }
    }
}

/// Shows `2026-11-20T09:00:00.000Z` as people write it.
fn day(at: &str) -> String {
    match (at.get(..10), at.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => at.to_owned(),
    }
}

/// A number of bytes with its unit.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

#[cfg(test)]
mod tests;
