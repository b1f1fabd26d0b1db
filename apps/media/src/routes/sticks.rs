//! Photos and videos from a stick: which sticks and folders there are, and the caller's import of one of them.

mod views;

use axum::Json as Told;
use axum::http::StatusCode;
use imajin_app::extract::{Json, Path, Person, Query};
use imajin_app::{Answer, Lang, Problem, args, blocking};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::bytes;
use crate::manifest::TEXTS;
use crate::sticks::{self, Import, Imports, StickMark};
use views::import_view;
pub(crate) use views::{
    ImportAnswer, ImportShown, ImportState, MediaStick, MediaSticksAnswer, StickFolderAnswer, look,
    mine, plugged_in,
};

/// Files that a page says it could not add, at most.
const REFUSED_MAX: usize = 500;

/// The sticks that are plugged into the box, for the people who live on it.
#[utoipa::path(
    get, path = "/api/sticks", tag = "sticks",
    responses((status = 200, body = MediaSticksAnswer), (status = 403, description = "Not a member")),
)]
pub(crate) async fn sticks(Person(node, _): Person) -> Answer<Told<MediaSticksAnswer>> {
    let sticks = blocking::run(move || plugged_in(&node)).await??;
    Ok(Told(MediaSticksAnswer { sticks }))
}

#[derive(Debug, Deserialize)]
pub(crate) struct FolderQuery {
    #[serde(default)]
    folder: String,
}

/// How many pictures and videos are in a folder of a stick, and in the folders in it.
#[utoipa::path(
    get, path = "/api/sticks/{stick}", tag = "sticks",
    params(("stick" = String, Path), ("folder" = Option<String>, Query, description = "From the stick's root on; left out for all of it")),
    responses(
        (status = 200, body = StickFolderAnswer), (status = 400, description = "No such folder"),
        (status = 404, description = "No such stick"), (status = 409, description = "The stick can't be read"),
    ),
)]
pub(crate) async fn folder(
    Person(node, _): Person,
    Path(stick): Path<String>,
    Query(query): Query<FolderQuery>,
) -> Answer<Told<StickFolderAnswer>> {
    blocking::run(move || look(&node, &stick, &query.folder)).await?.map(Told)
}

/// Returns the progress of your import, and the files that wait for your signature.
#[utoipa::path(
    get, path = "/api/import", tag = "sticks",
    responses((status = 200, body = ImportAnswer)),
)]
pub(crate) async fn import(
    Person(node, session): Person,
    lang: Lang,
) -> Answer<Told<ImportAnswer>> {
    blocking::run(move || mine(&node, &session.did, TEXTS.for_reader(lang))).await?.map(Told)
}

/// A request for an import.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportAsk {
    /// The machine's name for the stick.
    #[schema(example = "sda1")]
    stick: String,
    /// The folder on it, from its root on; empty for all of it.
    #[serde(default)]
    #[schema(example = "DCIM")]
    folder: String,
}

/// Begins to import the pictures and videos of a folder: the box reads and stores them while it runs, and you sign what is ready.
#[utoipa::path(
    post, path = "/api/import", tag = "sticks", request_body = ImportAsk,
    responses(
        (status = 201, body = ImportAnswer), (status = 400, description = "No such folder"), (status = 404, description = "No such stick"),
        (status = 409, description = "The stick can't be read, or `busy`: your last import isn't done"),
    ),
)]
pub(crate) async fn begin(
    Person(node, session): Person,
    lang: Lang,
    Json(asked): Json<ImportAsk>,
) -> Answer<(StatusCode, Told<ImportAnswer>)> {
    let begun = blocking::run(move || {
        let did = session.did;
        bytes::check_record(&node, &did)?;
        let stick = sticks::stick(&node, &asked.stick)?;
        sticks::check_folder(&stick.root, &asked.folder)?;
        let mark = StickMark::new(&stick, sticks::called(&stick));
        let import = Import::new(did, node.now().as_millis(), mark, asked.folder);
        let import = Imports::from_node(&node).begin(&node, import)?;
        Ok::<_, Problem>(import_view(import, TEXTS.for_reader(lang)))
    });
    let import = Some(begun.await??);
    Ok((StatusCode::CREATED, Told(ImportAnswer { import })))
}

/// Ends your import. What you signed stays; what waits for your signature goes.
#[utoipa::path(
    delete, path = "/api/import", tag = "sticks",
    responses((status = 204, description = "Ended"), (status = 404, description = "You have none")),
)]
pub(crate) async fn end(Person(node, session): Person) -> Answer<StatusCode> {
    let ended = blocking::run(move || Imports::from_node(&node).end(&node, &session.did)).await??;
    none_is_404(ended)
}

fn none_is_404(is_there: bool) -> Answer<StatusCode> {
    if is_there {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found(TEXTS.say("stick-no-import", args![])))
    }
}

/// Files that could not be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefusedAsk {
    /// At most 500.
    cids: Vec<String>,
}

/// Says that files which waited for your signature could not be added: they are left out, and the import continues.
#[utoipa::path(
    post, path = "/api/import/refused", tag = "sticks", request_body = RefusedAsk,
    responses((status = 204, description = "Noted"), (status = 400, description = "More than 500"), (status = 404, description = "None of them waits")),
)]
pub(crate) async fn refused(
    Person(node, session): Person,
    Json(asked): Json<RefusedAsk>,
) -> Answer<StatusCode> {
    if asked.cids.len() > REFUSED_MAX {
        let message = TEXTS.say("stick-refused-many", args![most = REFUSED_MAX as u64]);
        return Err(Problem::field("cids", message));
    }
    let refuse = move || Imports::from_node(&node).refuse(&node, &session.did, &asked.cids);
    none_is_404(blocking::run(refuse).await??)
}
