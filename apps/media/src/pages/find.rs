//! The page on which words find photos, files and albums of their owner.

use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Query, Visitor};
use imajin_app::{Lang, Problem, SearchWords, args, blocking};
use maud::html;
use serde::Deserialize;

use super::folders::SCRIPT;
use super::parts::{self, Door, Tile, messages, page, sign_in, tabs};
use crate::manifest::{OWN_PAGE, TEXTS};
use crate::search;

/// Files on the page.
const FOUND_MAX: usize = 200;

/// The words to look for.
#[derive(Debug, Deserialize)]
pub(crate) struct FindQuery {
    #[serde(default)]
    q: String,
}

/// `/media/find?q=`
pub(crate) async fn find(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Query(query): Query<FindQuery>,
) -> Result<Response, Problem> {
    let t = TEXTS.for_reader(lang);
    let Some(session) = session else {
        return Ok(sign_in(OWN_PAGE));
    };
    let words: String = query.q.trim().chars().take(parts::WORDS_MAX).collect();
    let search_words = SearchWords::parse(&words);
    let (albums, assets) = if search_words.words().is_empty() {
        (Vec::new(), Vec::new())
    } else {
        let (node, did) = (node.clone(), session.did.clone());
        let find = move || search::find(&node, &did, &search_words, FOUND_MAX, lang);
        blocking::run(find).await??
    };
    let content = html! {
        (messages(t))
        h1 { (t.text("home")) }
        (tabs(t, OWN_PAGE))
        (parts::finder(t, &words))
        @if albums.is_empty() && assets.is_empty() {
            p.lead.empty { @if words.is_empty() { (t.text("find-hint")) } @else { (t.format("found-none", args![words = words.as_str()])) } }
        }
        @if !albums.is_empty() {
            h2 { (t.text("tab-albums")) }
            ul.rows.places { @for album in &albums { li { a href={ "/media/albums/" (album.owner) "/" (album.id) } { span.grow { (album.title) } } } } }
        }
        @if !assets.is_empty() {
            div.actions.tight { (parts::select(t, "found", "album,folder,share,download,trash")) }
            div #found.grid { @for asset in &assets { (Tile::from(asset).cell(t, Door::Own)) } }
        }
    };
    let page = page((&node, t), Some(&session), ("help-find", &t.text("find")), content)?;
    Ok(page.script(SCRIPT).into_response())
}
