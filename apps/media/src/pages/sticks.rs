//! "From a stick": the sticks and their folders, and how far the viewer's import is. Looking needs no scripts; the script of the page signs
//! what the box has read, and shows how far the import is.

use imajin_app::extract::Query;
use imajin_app::{Answer, Node, Page, Problem, Role, Texts, args, blocking};
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::parts::{Own, messages};
use crate::manifest::{OWN_PAGE, TEXTS};
use crate::routes::sticks::{self, ImportShown, ImportState, MediaStick, StickFolderAnswer};
use crate::sticks::MediaCounts;

const HERE: &str = "/media/import";

/// The query of the page: the stick and the folder that it shows.
#[derive(Debug, Deserialize)]
pub(crate) struct StickQuery {
    stick: Option<String>,
    #[serde(default)]
    folder: String,
}

struct PageState {
    import: Option<ImportShown>,
    sticks: Vec<MediaStick>,
    /// Not looked at during an import: the page is asked for again and again, and a stick is slow.
    folder: Option<StickFolderAnswer>,
}

impl PageState {
    fn goes_on(&self) -> bool {
        let import = self.import.as_ref();
        import.is_some_and(|import| import.state != ImportState::Done)
    }
}

/// The viewer's import, and the sticks they can import from.
pub(crate) async fn import(
    Query(query): Query<StickQuery>,
    Own { node, session, t }: Own,
) -> Answer<Page> {
    if !node.is_at_least(&session.did, Role::Member)? {
        return Err(Problem::forbidden(TEXTS.say("stick-for-members", args![])));
    }
    let (here, did) = (node.clone(), session.did.clone());
    let state = blocking::run(move || look(&here, &did, query, t)).await??;
    let content = html! {
        (messages(t))
        p { a href=(OWN_PAGE) { "‹ " (t.text("home")) } }
        h1 { (t.text("stick-title")) }
        @if let Some(import) = &state.import { (progress(import, t)) }
        @if !state.goes_on() { (choice(&state, t)) }
    };
    let page = Own { node, session, t }.page("help-stick", &t.text("stick-title"), content)?;
    Ok(page.script("/assets/media/stick.js"))
}

fn look(node: &Node, did: &imajin_protocol::Did, query: StickQuery, t: Texts) -> Answer<PageState> {
    let mut state = PageState {
        import: sticks::mine(node, did, t)?.import,
        sticks: sticks::plugged_in(node)?,
        folder: None,
    };
    if state.goes_on() {
        return Ok(state);
    }
    let mut ready = state.sticks.iter().filter(|stick| stick.is_ready);
    // The only one needs no choice.
    let only = match (ready.next(), ready.next()) {
        (Some(only), None) => Some(only.name.clone()),
        _ => None,
    };
    if let Some(stick) = query.stick.or(only) {
        state.folder = Some(sticks::look(node, &stick, &query.folder)?);
    }
    Ok(state)
}

/// The address of this page with a folder of a stick.
fn href(stick: &str, folder: &str) -> String {
    let folder = utf8_percent_encode(folder, NON_ALPHANUMERIC);
    format!("{HERE}?stick={stick}&folder={folder}")
}

/// "12 pictures · 3 videos · 4 GB".
fn counted(counted: MediaCounts, t: Texts) -> Markup {
    let words = |message: &str, count: u64| t.format(message, args![count = count]);
    let mut parts = Vec::new();
    if counted.pictures > 0 {
        parts.push(words("stick-pictures", counted.pictures));
    }
    if counted.videos > 0 {
        parts.push(words("stick-videos", counted.videos));
    }
    if parts.is_empty() {
        parts.push(t.text("stick-none-inside").into_owned())
    } else {
        parts.push(t.lang.size(counted.bytes))
    }
    html! { (parts.join(" · ")) }
}

fn choice(state: &PageState, t: Texts) -> Markup {
    html! {
        @if state.sticks.is_empty() {
            p.lead.empty { (t.text("stick-none")) }
            p { a.button href="/media/upload" { (t.text("stick-or-upload")) } }
        }
        @if state.sticks.len() > 1 || state.folder.is_none() {
            ul.rows.places {
                @for stick in &state.sticks { (row(stick, t)) }
            }
        }
        @if let Some(folder) = &state.folder { (render_folder(folder, t)) }
    }
}

fn row(stick: &MediaStick, t: Texts) -> Markup {
    html! {
        li {
            @if stick.is_ready {
                a href=(href(&stick.name, "")) { span.grow {
                    strong { (stick.called) } br;
                    span.hint { (t.lang.size(stick.bytes)) }
                } }
            } @else {
                div.row { div.grow {
                    strong { (stick.called) } br;
                    span.hint { (t.text("stick-unusable")) }
                } }
            }
        }
    }
}

fn render_folder(here: &StickFolderAnswer, t: Texts) -> Markup {
    let stick = &here.stick;
    let parts: Vec<&str> = here.folder.split('/').filter(|part| !part.is_empty()).collect();
    let outer = parts.len().saturating_sub(1);
    let way = |count: usize| parts.get(..count).unwrap_or_default().join("/");
    let name = parts.last().copied().unwrap_or(&stick.called);
    let is_something = |counted: MediaCounts| counted.pictures + counted.videos > 0;
    html! {
        @if !parts.is_empty() {
            nav.way aria-label=(t.text("folder-way")) {
                a href=(href(&stick.name, "")) { (stick.called) }
                @for (at, part) in parts.iter().enumerate().take(outer) {
                    " › " a href=(href(&stick.name, &way(at + 1))) { (part) }
                }
            }
        }
        h2 { (name) }
        p { (counted(here.all, t)) }
        @if here.all.others > 0 { p.hint { (t.format("stick-others", args![count = here.all.others])) } }
        @if here.is_more { p.hint { (t.text("stick-more")) } }
        p.hint { (t.text("stick-lead")) }
        @if is_something(here.all) {
            p { button.main type="button" data-stick=(stick.name) data-folder=(here.folder) hidden { (t.text("stick-import-all")) } }
        }
        @if !here.folders.is_empty() {
            h3 { (t.text("stick-folders")) }
            ul.rows {
                @for folder in &here.folders {
                    li { div.row {
                        div.grow {
                            a href=(href(&stick.name, &folder.folder)) { strong { (folder.name) } } br;
                            span.hint { (counted(folder.counted, t)) }
                        }
                        @if is_something(folder.counted) {
                            button type="button" data-stick=(stick.name) data-folder=(folder.folder) aria-label=(t.format("stick-import-of", args![folder = folder.name.as_str()])) hidden { (t.text("stick-import")) }
                        }
                    } }
                }
            }
        }
    }
}

/// The status of an import, as a sentence.
fn state(import: &ImportShown, t: Texts) -> String {
    if let (ImportState::Waiting, Some(says)) = (import.state, &import.says) {
        return says.clone();
    }
    let done = import.files_done;
    let Some(files) = import.files else {
        return t.text("stick-counting").into_owned();
    };
    let message = match import.state {
        ImportState::Done => return t.text("stick-done").into_owned(),
        ImportState::Signing => "stick-signing",
        ImportState::Reading | ImportState::Waiting => "stick-reading",
    };
    t.format(message, args![done = done, files = files])
}

fn progress(import: &ImportShown, t: Texts) -> Markup {
    let is_done = import.state == ImportState::Done;
    let (bytes, bytes_done) = (import.bytes.unwrap_or_default(), import.bytes_done);
    let what = match import.folder.as_str() {
        "" => import.stick.clone(),
        folder => format!("{} › {}", import.stick, folder.replace('/', " › ")),
    };
    let size = args![done = t.lang.size(bytes_done), bytes = t.lang.size(bytes)];
    html! {
        section #import.card aria-labelledby="import-what" {
            h2 #import-what { (what) }
            p #import-state role="status" { (state(import, t)) }
            @if !is_done {
                progress #import-all value=(bytes_done) max=(bytes.max(1)) aria-labelledby="import-state" {}
            }
            div #import-live {
                p {
                    (t.format("stick-bytes", size))
                    @if !is_done && !import.current.is_empty() { " " (t.format("stick-current", args![folder = import.current.as_str()])) }
                }
                ul {
                    @if import.added > 0 { li { (t.format("stick-added", args![count = import.added])) } }
                    @if import.here > 0 { li { (t.format("stick-here", args![count = import.here])) } }
                    @for left in &import.left { li { (left.says) } }
                }
                @if !import.named.is_empty() {
                    h3 { (t.text("stick-left-out")) }
                    ul.hint { @for named in &import.named { li { (named.path) } } }
                }
            }
            @if is_done {
                div.actions {
                    a.button.main href=(OWN_PAGE) { (t.text("upload-see")) }
                    button #import-end type="button" hidden { (t.text("stick-forget")) }
                }
            } @else {
                p.hint { (t.text("stick-keep-open")) }
                div.actions {
                    button #import-sign.main type="button" hidden { (t.text("stick-go-on")) }
                    button #import-end type="button" data-sure=(t.text("stick-end-sure")) hidden { (t.text("stick-end")) }
                }
            }
        }
    }
}
