//! Search over everything that a person may see: people, results of apps, their own record, places of the box; and data that only a browser
//! can read, which scripts of the apps search.

use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::capabilities::ProvenHomes;
use imajin_app::extract::{Own, Query};
use imajin_app::page::NavLink;
use imajin_app::{
    Hit, Lang, Node, Page, PagePlacement, Problem, SearchWords, Searchable, Texts, args, blocking,
};
use imajin_ledger::StoredEntry;
use imajin_log::OpTable;
use imajin_protocol::Did;
use maud::{Markup, html};
use serde::Deserialize;

use crate::manifest::TEXTS;
use crate::record::Line;

/// Most hits of each kind.
const HITS_MAX: usize = 20;
/// Entries of a record that are looked through: the newest.
const ENTRIES_MAX: u64 = 2_000;
/// Most letters of what is looked for.
const WORDS_MAX: usize = 100;

/// The query.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SearchForm {
    q: String,
}

impl SearchForm {
    /// The words to look for.
    pub(super) fn words(&self) -> String {
        self.q.trim().chars().take(WORDS_MAX).collect()
    }
}

/// The form that searches at a path. `label` is the message that says what.
pub(super) fn form(path: &str, words: &str, label: &str, t: Texts) -> Markup {
    html! {
        form.search action=(path) role="search" {
            div.with {
                input #q name="q" type="search" value=(words) maxlength=(WORDS_MAX) aria-label=(t.text(label)) autocomplete="off";
                button.main type="submit" { (t.text("search")) }
            }
        }
    }
}

/// `/search?q=`
pub(crate) async fn page(
    Own(node, session, viewer): Own,
    lang: Lang,
    Query(query): Query<SearchForm>,
) -> Result<Response, Problem> {
    if let Some(homes) = node.get::<dyn ProvenHomes>()
        && let Some(page) = homes.page_for(&node, &query.q)
    {
        return Ok(Redirect::to(&page).into_response());
    }
    let t = TEXTS.for_reader(lang);
    let words = query.words();
    let hits = if words.is_empty() {
        None
    } else {
        let (node, did, words) = (node.clone(), session.did.clone(), words.clone());
        // This may read some thousand entries from the disk.
        Some(blocking::run(move || results(&node, &did, &words, lang)).await??)
    };
    let scripts = hits.is_some().then(|| scripts(&node));
    let content = html! {
        h1 { (t.text("search")) }
        (form("/search", &words, "search-what", t))
        @if let Some(found) = hits { (found) }
        @else { p.soft { (t.text("search-hint")) } }
    };
    let page =
        t.page("help-search", t.text("search"), content).current("/search").viewer(Some(viewer));
    let scripts = scripts.into_iter().flatten();
    Ok(scripts.fold(page, Page::script).into_response())
}

/// The scripts that look in this browser.
fn scripts(node: &Node) -> Vec<&'static str> {
    let apps = node.services().offers().all::<dyn Searchable>();
    apps.filter_map(|(_, app)| app.script()).collect()
}

/// Returns the newest entries of a person's record that have these words, in the operation's name or in the body.
fn record(node: &Node, person: &Did, words: &SearchWords, t: Texts) -> Result<Vec<Line>, Problem> {
    let Some(status) = node.ledger().readable_status(person)? else {
        return Ok(Vec::new());
    };
    let ops = OpTable::published().map_err(Problem::internal)?;
    let of_apps = node.services().words().on(t);
    let end = status.seq + 1;
    let start = end.saturating_sub(ENTRIES_MAX);
    let limit = usize::try_from(end - start).unwrap_or(usize::MAX);
    let read = node.ledger().readable(person, start.checked_sub(1), limit)?;
    let line = |stored: &StoredEntry| Line::read(stored, ops);
    let lines = read.entries.iter().rev().map(line);
    Ok(lines.filter(|line| line.has(words, &of_apps)).take(HITS_MAX).collect())
}

fn results(node: &Node, person: &Did, words: &str, lang: Lang) -> Result<Markup, Problem> {
    let t = TEXTS.for_reader(lang);
    let search_words = SearchWords::parse(words);
    let people = node.search(&search_words, HITS_MAX, 0)?;
    let mut hits: Vec<Hit> = Vec::new();
    for (_, app) in node.services().offers().all::<dyn Searchable>() {
        hits.extend(app.search(node, person, &search_words, HITS_MAX, lang)?);
    }
    let all = [PagePlacement::Bar, PagePlacement::Tile, PagePlacement::Setting];
    let lines = record(node, person, &search_words, t)?;
    let of_apps = node.services().words().with_lang(lang);
    let mut places = node.services().navigation(&all);
    places.retain(|place| search_words.are_in([place.text.text(lang)]));
    Ok(html! {
        @if people.is_empty() && hits.is_empty() && lines.is_empty() && places.is_empty() {
            p #nothing { (t.format("search-nothing", args![words = words])) }
        }
        @if !people.is_empty() {
            h2 { (t.text("search-people")) }
            ul.rows { @for card in &people { (super::landing::person(node, card, lang)) } }
        }
        @if !hits.is_empty() {
            h2 { (t.text("search-found")) }
            ul.rows.places { @for hit in &hits { li { a href=(hit.href) { (hit.icon.draw()) span.grow { (hit.title) " " span.soft { (hit.detail) } } } } } }
        }
        div #found-here data-words=(words) {}
        @if !lines.is_empty() {
            h2 { (t.text("search-record")) }
            ul.rows.places { @for line in &lines { li { (line.link(&of_apps, t)) } } }
        }
        @if !places.is_empty() {
            h2 { (t.text("search-places")) }
            ul.rows.places { @for NavLink { href, text, icon, .. } in &places { li { a href=(href) { (icon.draw()) span.grow { (text.text(lang)) } } } } }
        }
    })
}
