//! Lists of the viewer's files: folders, and the page where files come in.

use axum::response::Redirect;
use imajin_app::extract::{Page as Part, Path, Query};
use imajin_app::{Answer, Icon, Node, Page, Problem, Texts, args};
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::{self, Own, messages, rows, tabs};
use crate::manifest::{OWN_PAGE, TEXTS};
use crate::queries::{self, Asset, AssetQuery, Folder};

pub(super) const SCRIPT: &str = "/assets/media/folder.js";
const FILES_MAX: usize = 200;

/// Folders next to each other.
fn inside(folders: &[Folder], parent: Option<&str>) -> Markup {
    let mut within = folders.iter().filter(|folder| folder.parent.as_deref() == parent).peekable();
    html! {
        @if within.peek().is_some() {
            ul.rows.places { @for folder in within { li {
                a href={ "/media/folders/" (folder.id) } { (Icon::Box.draw()) strong { (folder.name) } }
            } } }
        }
    }
}

/// The viewer's files, this many from a place on, and whether there are more.
pub(super) fn files(
    node: &Node,
    did: &str,
    query: AssetQuery<'_>,
    offset: usize,
) -> Answer<(Vec<Asset>, bool)> {
    let query = AssetQuery { limit: FILES_MAX, offset, ..query };
    queries::read(node, |db| queries::assets(db, did, &query))
}

/// The way to the files after these.
pub(super) fn more(has_more: bool, offset: usize, t: Texts) -> Markup {
    html! {
        @if has_more { div.actions { a.button href={ "?offset=" (offset + FILES_MAX) } { (t.text("more")) } } }
    }
}

/// The outermost folders, and the files that are neither in a folder nor in the timeline: of each sort a part.
pub(crate) async fn folders(part: Part, Own { node, session, t }: Own) -> Answer<Page> {
    let did = session.did.as_str();
    let all = queries::read(&node, |db| queries::folders(db, did))?;
    let (mut loose, mut has_more) = (Vec::new(), false);
    for sort in ["document", "audio", "other"] {
        let query = AssetQuery { folder: Some(""), sort: Some(sort), ..AssetQuery::default() };
        let (found, are_more) = files(&node, did, query, part.offset)?;
        loose.extend(found);
        has_more |= are_more;
    }
    let content = html! {
        (messages(t))
        h1 { (t.text("tab-folders")) }
        (tabs(t, "/media/folders"))
        div.actions.tight {
            button #new-folder.main type="button" { (t.text("new-folder")) }
            a.button href="/media/upload" { (t.text("add-files")) }
            @if !loose.is_empty() { (parts::select(t, "files", "folder,share,download,trash")) }
        }
        (inside(&all, None))
        @if all.is_empty() && loose.is_empty() { p.lead.empty { (t.text("folders-empty")) } }
        @if !loose.is_empty() {
            h2 { (t.text("loose")) }
            div #files data-in="" { (rows(t, &loose)) }
            (more(has_more, part.offset, t))
        }
    };
    let page = Own { node, session, t }.page("help-folders", &t.text("tab-folders"), content)?;
    Ok(page.script(SCRIPT))
}

/// A folder: those in it, and its files.
pub(crate) async fn folder(
    Path(id): Path<String>,
    part: Part,
    Own { node, session, t }: Own,
) -> Answer<Page> {
    let did = session.did.as_str();
    let all = queries::read(&node, |db| queries::folders(db, did))?;
    let here = all.iter().find(|folder| folder.id == id);
    let here = here.ok_or_else(|| Problem::not_found(TEXTS.say("no-such-folder", args![])))?;
    let around = queries::read(&node, |db| queries::folders_around(db, did, &id))?;
    let query = AssetQuery { folder: Some(&id), ..AssetQuery::default() };
    let (found, has_more) = files(&node, did, query, part.offset)?;
    let named = |id: &String| all.iter().find(|folder| folder.id == *id);
    let outer = around.unwrap_or_default();
    let outer = outer.iter().skip(1).rev().filter_map(named);
    let content = html! {
        (messages(t))
        nav.way aria-label=(t.text("folder-way")) {
            a href="/media/folders" { (t.text("tab-folders")) }
            @for folder in outer { " › " a href={ "/media/folders/" (folder.id) } { (folder.name) } }
        }
        h1 { (here.name) }
        div #folder.actions.tight data-id=(here.id) data-name=(here.name) data-parent=[here.parent.as_ref()] {
            a.button.main href={ "/media/upload?folder=" (here.id) } { (t.text("add-files")) }
            button #new-folder type="button" { (t.text("new-folder")) }
            @if !found.is_empty() { (parts::select(t, "files", "folder,album,share,download,trash")) }
            button #folder-edit type="button" { (t.text("edit-folder")) }
            button #folder-remove.danger type="button" { (t.text("folder-remove")) }
        }
        (inside(&all, Some(&id)))
        @if found.is_empty() { p.soft.empty { (t.text("folder-empty")) } }
        div #files data-in=(here.id) { @if !found.is_empty() { (rows(t, &found)) } }
        (more(has_more, part.offset, t))
    };
    let page = Own { node, session, t }.page("help-folders", &here.name, content)?;
    Ok(page.script(SCRIPT))
}

/// Leads what another program shared to the page that asks for it again: this browser had no worker to keep it.
pub(crate) async fn redirect_share() -> Redirect {
    Redirect::to("/media/upload?shared=0")
}

/// The folder for uploaded files.
#[derive(Debug, Deserialize)]
pub(crate) struct UploadQuery {
    folder: Option<String>,
}

pub(crate) async fn upload(
    Query(query): Query<UploadQuery>,
    Own { node, session, t }: Own,
) -> Answer<Page> {
    let did = session.did.as_str();
    let all = queries::read(&node, |db| queries::folders(db, did))?;
    let into = query.folder.as_deref();
    let into = all.iter().find(|folder| Some(folder.id.as_str()) == into);
    let from = match into {
        Some(folder) => (format!("/media/folders/{}", folder.id), folder.name.clone()),
        None => (OWN_PAGE.to_owned(), t.text("home").into_owned()),
    };
    let chooser = |id: &str, text: &str, main: bool, input: Markup| {
        html! { (input) label.button.main[main] for=(id) { (t.text(text)) } }
    };
    let content = html! {
        div #message {}
        noscript { div.notice.bad { p { (t.text("upload-scripts-off")) } } }
        p { a href=(from.0) { "‹ " (from.1) } }
        h1 { (t.text("add")) }
        p.lead { (t.text("upload-lead")) }
        div #choose.drop data-folder=[into.map(|folder| &folder.id)] {
            div.actions {
                (chooser("gallery", "upload-gallery", true, html! { input #gallery.unsaid type="file" multiple accept="image/*,video/*"; }))
                (chooser("camera", "upload-camera", false, html! { input #camera.unsaid type="file" accept="image/*" capture="environment"; }))
                (chooser("any", "upload-any", false, html! { input #any.unsaid type="file" multiple; }))
                (chooser("folder", "upload-folder", false, html! { input #folder.unsaid type="file" webkitdirectory multiple; }))
            }
        }
        section #progress hidden {
            p #state role="status" {}
            progress #all value="0" aria-labelledby="state" {}
            ul #files.rows {}
        }
        p #then hidden { a.button.main href=(from.0) { (t.text("upload-see")) } }
    };
    let page = Own { node, session, t }.page("help-upload", &t.text("add"), content)?;
    Ok(page.script("/assets/media/upload.js"))
}
