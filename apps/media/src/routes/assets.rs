//! Lists of the caller's assets, and changes to them by the routes that clients of the network know.

use axum::Json;
use axum::http::Request;
use axum::http::request::Parts;
use imajin_app::extract::{Caller, Page, Path, Person, Query, Visitor};
use imajin_app::operation::{Change, Choice, Int, Line, List, Operation, Paragraphs};
use imajin_app::{Answer, CommandRequest, Node, Problem, Session};
use imajin_dfos::Value;
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AssetShown;
use super::asker::Asker;
use crate::fields::{About, Access, LocalTime, Name};
use crate::ids::{AlbumId, AssetId, Collection, LinkId};
use crate::operations::{ChangeAsset, EndLink, Erase, PutInAlbum, RemoveAssets, SetAccess};
use crate::queries::{self, AssetQuery, Order, State as Standing};
use crate::sight::{self, Viewer};

/// The filter of the caller's assets.
#[derive(Debug, Deserialize)]
pub(crate) struct ListQuery {
    /// photo, video, audio, document or other.
    #[serde(rename = "type")]
    sort: Option<String>,
    search: Option<String>,
    /// newest, oldest, added or name.
    order: Option<String>,
    folder: Option<String>,
    /// kept or trash.
    state: Option<String>,
    /// The service that uses it.
    app: Option<String>,
    feature: Option<String>,
    entity: Option<String>,
}

/// Assets.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetsAnswer {
    /// In the order that was asked for.
    assets: Vec<AssetShown>,
    /// Whether there are more after these.
    has_more: bool,
}

/// The caller's own photos, videos and files.
#[utoipa::path(
    get, path = "/api/assets", tag = "media",
    params(
        ("type" = Option<String>, Query, description = "`photo`, `video`, `audio`, `document` or `other`"),
        ("search" = Option<String>, Query, description = "Words in the name, the title or the text"),
        ("order" = Option<String>, Query, description = "`newest`, `oldest`, `added` or `name`"),
        ("folder" = Option<String>, Query, description = "The id of a folder; empty for those in none"),
        ("state" = Option<String>, Query, description = "`kept` or `trash`"),
        ("app" = Option<String>, Query, description = "The service that uses it, as its `context` says"),
        ("feature" = Option<String>, Query, description = "For what in that service"),
        ("entity" = Option<String>, Query, description = "For which thing of that service"),
        ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query),
    ),
    responses((status = 200, body = AssetsAnswer), (status = 400, description = "There is no such type, order or state")),
)]
pub(crate) async fn list(
    Person(node, session): Person,
    page: Page,
    Query(query): Query<ListQuery>,
) -> Answer<Json<AssetsAnswer>> {
    let sorts = ["photo", "video", "audio", "document", "other"];
    if query.sort.as_deref().is_some_and(|sort| !sorts.contains(&sort)) {
        let text = "type must be photo, video, audio, document or other.";
        return Err(Problem::field("type", text));
    }
    let filter = AssetQuery {
        state: match query.state.as_deref() {
            None | Some("kept") => Some(Standing::Kept),
            Some("trash") => Some(Standing::Trash),
            Some(_) => return Err(Problem::field("state", "state must be kept or trash.")),
        },
        folder: query.folder.as_deref(),
        album: None,
        sort: query.sort.as_deref(),
        words: query.search.as_deref(),
        context: [&query.app, &query.feature, &query.entity].map(Option::as_deref),
        order: match query.order.as_deref() {
            None | Some("newest") => Order::Newest,
            Some("oldest") => Order::Oldest,
            Some("added") => Order::Added,
            Some("name") => Order::Name,
            Some(_) => {
                let text = "order must be newest, oldest, added or name.";
                return Err(Problem::field("order", text));
            }
        },
        limit: page.limit,
        offset: page.offset,
    };
    let (assets, has_more) =
        queries::read(&node, |db| queries::assets(db, session.did.as_str(), &filter))?;
    Ok(Json(AssetsAnswer {
        assets: assets.into_iter().map(AssetShown::to_owner).collect(),
        has_more,
    }))
}

/// The link that a caller has.
#[derive(Debug, Deserialize)]
pub(crate) struct LinkQuery {
    pub(crate) link: Option<String>,
    pub(crate) of: Option<String>,
}

/// Returns the description of a file.
#[utoipa::path(
    get, path = "/api/assets/{id}/meta", tag = "media",
    params(
        ("id" = String, Path),
        ("link" = Option<String>, Query, description = "The secret of a link"),
        ("of" = Option<String>, Query, description = "Whose link: a DID or a short name"),
    ),
    responses((status = 200, body = AssetShown), (status = 404, description = "Not there for you"), (status = 410, description = "In the trash, or erased")),
)]
pub(crate) async fn meta(
    Visitor(node, Caller(session)): Visitor,
    Path(id): Path<String>,
    Query(query): Query<LinkQuery>,
) -> Answer<Json<AssetShown>> {
    let id = AssetId::parse(&id).ok_or_else(sight::none)?;
    let asker = Asker::from_session(session).with_link(query.of, query.link);
    let viewer = asker.viewer(&node)?;
    let (asset, sight) = sight::seen(&node, &viewer, &id)?;
    let mark = queries::read(&node, |db| queries::fair_mark(db, &asset.owner, &asset.id))?;
    let shown = if viewer.is(&asset.owner) {
        AssetShown::to_owner(asset)
    } else {
        AssetShown::to(asset, sight)
    };
    Ok(Json(shown.with_fair(mark.map(|mark| mark.digest))))
}

/// Changes of a file's description: a member that is left out stays as it is, null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangeAsk {
    filename: Option<String>,
    #[serde(default, deserialize_with = "set_or_null")]
    #[schema(value_type = Option<String>)]
    title: Option<Option<String>>,
    /// A description of the picture for people who don't see it.
    #[serde(default, deserialize_with = "set_or_null")]
    #[schema(value_type = Option<String>)]
    alt: Option<Option<String>>,
    #[serde(default, deserialize_with = "set_or_null")]
    #[schema(value_type = Option<String>)]
    text: Option<Option<String>>,
    /// Local time: `YYYY-MM-DDTHH:MM:SS`.
    #[serde(default, deserialize_with = "set_or_null")]
    #[schema(value_type = Option<String>)]
    taken: Option<Option<String>>,
}

/// A member that was sent, null or not.
fn set_or_null<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(from).map(Some)
}

/// Returns the change to a member: absent keeps it, null clears it.
fn changed<T: imajin_app::operation::Field>(
    name: &'static str,
    asked: Option<Option<String>>,
) -> Answer<Change<T>> {
    match asked {
        None => Ok(Change::Keep),
        Some(None) => Ok(Change::Clear),
        Some(Some(text)) => T::read(&Value::from(text.as_str()))
            .map(Change::Set)
            .map_err(|wrong| Problem::field(name, format!("{name}{wrong}."))),
    }
}

/// Changes what is said of a file.
#[utoipa::path(
    patch, path = "/api/assets/{id}", tag = "media",
    params(("id" = String, Path)), request_body = ChangeAsk,
    responses((status = 200, body = AssetShown), (status = 400, description = "A member is not as it must be"), (status = 404, description = "You have no such file")),
)]
pub(crate) async fn change(
    Person(node, session): Person,
    Path(id): Path<String>,
    request: Request<axum::body::Body>,
) -> Answer<Json<AssetShown>> {
    let asset = own(&node, &session.did, &id)?;
    let (parts, body) = request.into_parts();
    let body = imajin_app::extract::read_body(body, &node).await?;
    let ask: ChangeAsk = imajin_app::extract::parse_json(&body)?;
    let name = ask.filename.map(|name| {
        Name::parse(&name).ok_or_else(|| {
            let text = "filename must have 1 to 255 bytes of Unicode (NFC), without / and control characters.";
            Problem::field("filename", text)
        })
    });
    let change = ChangeAsset {
        asset: asset.clone(),
        name: name.transpose()?,
        about: About {
            title: changed::<Line<200>>("title", ask.title)?,
            alt: changed::<Line<1_000>>("alt", ask.alt)?,
            text: changed::<Paragraphs<10_000>>("text", ask.text)?,
            taken: changed::<LocalTime>("taken", ask.taken)?,
            ..About::default()
        },
        props: Change::Keep,
        media: None,
    };
    submit(&node, (&parts, &session), &change).await?;
    let (asset, _) = sight::seen(&node, &Viewer::new(Some(session.did)), &asset)?;
    Ok(Json(AssetShown::to_owner(asset)))
}

/// The caller's own asset.
pub(super) fn own(node: &Node, did: &Did, id: &str) -> Answer<AssetId> {
    let id = AssetId::parse(id).ok_or_else(sight::none)?;
    let state = queries::read(node, |db| queries::state(db, did.as_str(), &id))?;
    match state {
        Some(Standing::Kept | Standing::Trash) => Ok(id),
        _ => Err(sight::none()),
    }
}

async fn submit<O: Operation>(
    node: &Node,
    (parts, session): (&Parts, &Session),
    operation: &O,
) -> Answer<()> {
    let request = CommandRequest::from_operation(session.did.clone(), operation)?;
    node.submit(parts, Some(session), request).await.map(drop)
}

/// The query of a removal: its kind.
#[derive(Debug, Deserialize)]
pub(crate) struct RemoveQuery {
    kind: Option<String>,
}

/// The new state of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemoveAnswer {
    id: String,
    /// `private`, `trash` or `erased`.
    state: &'static str,
}

/// Takes a file from others (`withdraw`), puts it in the trash (`soft`, the default), or erases it (`hard`).
#[utoipa::path(
    delete, path = "/api/assets/{id}", tag = "media",
    params(("id" = String, Path), ("kind" = Option<String>, Query, description = "`withdraw`, `soft` or `hard`")),
    responses((status = 200, body = RemoveAnswer), (status = 400, description = "There is no such kind"), (status = 403, description = "Erasing needs the owner's signature"), (status = 404, description = "You have no such file"), (status = 409, description = "It was changed just now")),
)]
pub(crate) async fn remove(
    Person(node, session): Person,
    Path(id): Path<String>,
    Query(query): Query<RemoveQuery>,
    parts: Parts,
) -> Answer<Json<RemoveAnswer>> {
    let asset = own(&node, &session.did, &id)?;
    let by = (&parts, &session);
    let assets = List(vec![asset.clone()]);
    let state = match query.kind.as_deref() {
        Some("withdraw") => {
            let set = SetAccess { assets, access: Access::Private, to: None, exact: None };
            submit(&node, by, &set).await?;
            take_from_others(&node, &session, &asset).await?;
            Access::Private.name()
        }
        None | Some("soft") => {
            submit(&node, by, &RemoveAssets { assets }).await?;
            Standing::Trash.name()
        }
        Some("hard") => {
            let request = CommandRequest::from_operation(session.did.clone(), &Erase { assets })?;
            node.submit_or_request_signature(&parts, &session, request, &[]).await?;
            Standing::Erased.name()
        }
        Some(_) => {
            return Err(Problem::field("kind", "kind must be withdraw, soft or hard."));
        }
    };
    Ok(Json(RemoveAnswer { id: asset.as_str().to_owned(), state }))
}

/// Ends the links to an asset, and takes it out of the albums that others see. A proof that came is for its access alone.
async fn take_from_others(node: &Node, session: &Session, asset: &AssetId) -> Answer<()> {
    let (did, id) = (session.did.as_str(), asset.as_str());
    let (links, albums) =
        queries::read(node, |db| Ok((queries::links(db, did)?, queries::albums_of(db, did, id)?)))?;
    let open: Vec<_> = links.iter().filter(|link| !link.ended).collect();
    for link in open.iter().filter(|link| link.of == id) {
        if let Some(link) = LinkId::parse(&link.id) {
            enter(node, session, &EndLink { link }).await?;
        }
    }
    for album in albums {
        let has_link = open.iter().any(|link| link.of == album.id);
        let is_seen = album.access != Access::Private || has_link;
        if let Some(album) = AlbumId::parse(&album.id).filter(|_| is_seen) {
            let album = Collection::Album(album);
            let assets = List(vec![asset.clone()]);
            enter(node, session, &PutInAlbum { album, assets, out: Some(Int(1)) }).await?;
        }
    }
    Ok(())
}

/// Enters what follows from a request, on the word of its session.
async fn enter<O: Operation>(node: &Node, session: &Session, operation: &O) -> Answer<()> {
    let request = CommandRequest::from_operation(session.did.clone(), operation)?;
    node.submit_custodial(session, request).await.map(drop)
}
