//! `index.html` of a copy: opens from a stick in any browser and shows people in their language what the copy contains.
//!
//! Always: one file with everything inlined and escaped, without scripts or network access. It says that it has verified nothing, and how
//! to verify. It decides nothing: a verifier reads the log, not this page.

mod sections;
mod timeline;

use std::collections::VecDeque;

use imajin_app::{Texts, Words, args};
use imajin_bundle::{About, IndexPage, IndexPages};
use imajin_dfos::Timestamp;
use imajin_log::entry::{Sealed, WillKind};
use imajin_log::format::views::{AUTH, HOME_WORDS, HomeWords, IDENTITY, ThingKind};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::TEXTS;
use timeline::Timeline;

/// Rows of the table at most: the newest entries. The log has all of them.
const ROWS_MAX: usize = 1_000;

const CSS: &str = include_str!("index_page/style.css");
/// The page fetches, runs and sends nothing, whatever the data contains.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The pages `index.html` of copies, in one language.
#[derive(Debug, Clone)]
pub struct IndexPagesIn(
    /// The words of a node's apps, in that language.
    pub Words,
);

impl IndexPages for IndexPagesIn {
    fn begin(&self, first: Timestamp, last: Timestamp) -> Box<dyn IndexPage> {
        Box::new(Drawing {
            says: Says { t: TEXTS.for_reader(self.0.lang), words: self.0.clone() },
            timeline: Timeline::new(first.as_millis(), last.as_millis()),
            rows: VecDeque::new(),
            total: 0,
        })
    }
}

/// The texts of the page, and the apps' words for their operations.
struct Says {
    t: Texts,
    words: Words,
}

/// A page whose entries are being read.
struct Drawing {
    says: Says,
    timeline: Timeline,
    rows: VecDeque<Row>,
    total: u64,
}

struct Row {
    seq: u64,
    at: Timestamp,
    op: String,
    will: WillKind,
    by: Option<String>,
    /// Whether its body is there; nothing where it has none.
    has_body: Option<bool>,
}

impl IndexPage for Drawing {
    fn entry(&mut self, sealed: &Sealed, has_body: bool) {
        let header = &sealed.header;
        let will = header.will_kind();
        self.total += 1;
        let at = header.at.as_millis();
        self.timeline.take(header.seq, at, header.service(), will);
        if self.rows.len() == ROWS_MAX {
            self.rows.pop_front();
        }
        self.rows.push_back(Row {
            seq: header.seq,
            at: header.at,
            op: header.op.clone(),
            will,
            by: (header.author != header.did).then(|| header.author.to_string()),
            has_body: header.body.map(|_| has_body),
        });
    }

    fn finish(self: Box<Self>, about: &About<'_>) -> String {
        self.draw(about).into_string()
    }
}

impl Drawing {
    fn draw(&self, about: &About<'_>) -> Markup {
        let Says { t, .. } = self.says;
        let named = sections::display_name(about.sections);
        let whose = t.text("index-whose");
        let name = named.unwrap_or(&whose);
        let home = HomeWords::read(about.sections.get(HOME_WORDS));
        html! {
            (DOCTYPE)
            html lang=(t.lang.code()) {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    title { (t.format("index-title", args![name = name])) }
                    style { (PreEscaped(CSS)) }
                }
                body {
                    a.skip href="#main" { (t.text("index-skip")) }
                    header {
                        @if named.is_some() { p.kicker { (whose) } }
                        h1 { (name) }
                        p.address { (t.markup("index-address", args![did = about.did.as_str()], mark)) }
                        p { (taken(t, about)) }
                    }
                    main id="main" {
                        (warning(t, about))
                        (whose_word(t, &home))
                        (sections::known(&self.says, about.sections, &home))
                        (self.record(&home))
                        (sections::others(&self.says, about.sections, &home))
                        (files(t, about))
                        (left_out(t, about))
                    }
                    footer { p { (t.text("index-footer")) } }
                }
            }
        }
    }

    /// Whether the table has a row for an entry.
    fn shows(&self, seq: u64) -> bool {
        self.rows.front().is_some_and(|first| seq >= first.seq)
    }

    fn record(&self, home: &HomeWords) -> Markup {
        let t = self.says.t;
        let shown = self.rows.len() as u64;
        html! {
            section.card aria-labelledby="record" {
                h2 id="record" { (t.text("index-record")) }
                p { (t.format("index-entries", args![count = self.total])) }
                (self.timeline.draw(&self.says, &|seq| self.shows(seq)))
                (legend(t))
                details {
                    summary { (t.text("index-as-table")) }
                    @if shown < self.total {
                        p { (t.markup("index-newest", args![shown = shown, of = self.total], mark)) }
                    }
                    (self.table(home))
                }
            }
        }
    }

    fn table(&self, home: &HomeWords) -> Markup {
        let t = self.says.t;
        let columns = [
            "index-column-number",
            "index-column-when",
            "index-column-what",
            "index-column-will",
            "index-column-content",
        ];
        html! {
            div.scroll tabindex="0" role="region" aria-label=(t.text("index-table")) {
                table {
                    thead { tr { @for column in columns { th { (t.text(column)) } } } }
                    tbody { @for row in self.rows.iter().rev() { (self.row(row, home)) } }
                }
            }
        }
    }

    fn row(&self, row: &Row, home: &HomeWords) -> Markup {
        let Says { t, words } = &self.says;
        let label = words.operation(&row.op);
        html! {
            tr id={ "e" (row.seq) } {
                td { (row.seq) }
                td { (t.moment(row.at)) }
                td {
                    @if label == row.op { code { (row.op) } } @else { (label) br; code.soft { (row.op) } }
                }
                td {
                    span.dot.(row.will.as_str()) aria-hidden="true" {} (will(*t, row.will))
                    @if let Some(by) = &row.by { " " (t.markup("index-by", args![did = by.as_str()], mark)) }
                    @if home.has(row.seq) && row.will == WillKind::Derived { (t.text("index-box-says")) }
                }
                td {
                    @match row.has_body {
                        None => {},
                        Some(true) => (t.text("index-kept")),
                        Some(false) => (t.text("index-erased")),
                    }
                }
            }
        }
    }
}

/// The elements that sentences have.
fn mark(name: &str, inner: Markup) -> Markup {
    match name {
        "var" => html! { span.var { (inner) } },
        "strong" => html! { strong { (inner) } },
        "short" => html! { code.short { (inner) } },
        _ => html! { code { (inner) } },
    }
}

/// Renders the copy's date and node.
fn taken(t: Texts, about: &About<'_>) -> Markup {
    let args = args![when = t.date_time(about.at), node = about.node.as_str()];
    t.markup("index-taken", args, |name, inner| match name {
        "time" => html! { time datetime=(about.at) { (inner) } },
        _ => mark(name, inner),
    })
}

fn warning(t: Texts, about: &About<'_>) -> Markup {
    html! {
        section.card.warn aria-labelledby="unverified" {
            h2 id="unverified" { (t.text("index-unverified")) }
            p { (t.text("index-unverified-why")) }
            ul {
                li { (t.markup("index-verify-here", args![], mark)) " " code { "imajin verify " span.var { (t.text("index-this-folder")) } } }
                li { (t.text("index-verify-there")) }
            }
            p { (t.text("index-head")) }
            p { code.long { (about.head) } }
        }
    }
}

/// Renders the paragraph about entries without a person's signature.
fn whose_word(t: Texts, home: &HomeWords) -> Markup {
    let (entries, of) = home.counts();
    html! {
        section.card aria-labelledby="words" {
            h2 id="words" { (t.text("index-word")) }
            @if entries == 0 {
                p { (t.format("index-word-signed", args![count = of])) }
            } @else {
                p { (t.markup("index-word-of-box", args![count = entries, of = of, others = of.saturating_sub(entries)], mark)) }
            }
        }
    }
}

/// The note on how many entries of a section rest on the home's word alone.
fn of_section(t: Texts, home: &HomeWords, section: &str) -> Markup {
    let service = if section == IDENTITY { AUTH } else { section };
    let count = home.of_service(service);
    html! {
        @if count > 0 { p.soft { (t.format("index-section-of-box", args![count = count])) } }
    }
}

fn legend(t: Texts) -> Markup {
    let wills = [WillKind::Signed, WillKind::Custodial, WillKind::Derived, WillKind::Node];
    html! {
        ul.legend {
            @for kind in wills {
                li { span.dot.(kind.as_str()) aria-hidden="true" {} (will(t, kind)) }
            }
        }
    }
}

/// The name of a kind of will, for people.
fn will(t: Texts, will: WillKind) -> std::borrow::Cow<'static, str> {
    t.text(match will {
        WillKind::Signed => "index-will-signed",
        WillKind::Custodial => "index-will-custodial",
        WillKind::Derived => "index-will-derived",
        WillKind::Node => "index-will-node",
    })
}

fn files(t: Texts, about: &About<'_>) -> Markup {
    let size = t.lang.size(about.media_bytes);
    html! {
        section.card aria-labelledby="files" {
            h2 id="files" { (t.text("index-files")) }
            dl {
                dt { code { "log.sqlite" } } dd { (t.text("index-file-log")) }
                dt { code { "media" } } dd { (t.format("index-file-media", args![count = about.media, size = size])) }
                dt { code { "bundle.json" } } dd { (t.text("index-file-bundle")) }
                dt { code { "manifest.json" } } dd { (t.text("index-file-manifest")) }
            }
            p { (t.text("index-import")) " " code { "imajin import " span.var { (t.text("index-this-folder")) } } }
        }
    }
}

/// The card on the things whose logs are not in the copy.
fn left_out(t: Texts, about: &About<'_>) -> Markup {
    let name = |kind| match kind {
        ThingKind::Event => "index-left-out-event",
        ThingKind::Group => "index-left-out-group",
    };
    html! {
        @if !about.left_out.is_empty() {
            section.card aria-labelledby="left-out" {
                h2 id="left-out" { (t.text("index-left-out")) }
                p { (t.text("index-left-out-why")) }
                ul {
                    @for thing in about.left_out {
                        li { (t.markup(name(thing.kind), args![did = thing.did.as_str()], mark)) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
