//! Folders, albums and links.

use axum::Json;
use imajin_app::Answer;
use imajin_app::extract::{Caller, Page, Path, Person, Query, Visitor};
use imajin_dfos::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AssetShown;
use super::asker::Asker;
use crate::fields::Access;
use crate::queries::{self, Album, Folder, Link};
use crate::sight;

/// A person's folders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoldersAnswer {
    /// The folders by name.
    folders: Vec<Folder>,
}

/// The caller's own folders.
#[utoipa::path(
    get, path = "/api/folders", tag = "media",
    responses((status = 200, body = FoldersAnswer)),
)]
pub(crate) async fn folders(Person(node, session): Person) -> Answer<Json<FoldersAnswer>> {
    let folders = queries::read(&node, |db| queries::folders(db, session.did.as_str()))?;
    Ok(Json(FoldersAnswer { folders }))
}

/// An album.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlbumShown {
    /// Its id.
    id: String,
    /// The owner.
    owner: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The id of the picture that stands for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cover: Option<String>,
    /// How many files are in it.
    count: u64,
    /// Who sees it besides its owner. Only the owner sees this.
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<Access>,
    /// The group whose members see it. Only the owner sees this.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
}

impl AlbumShown {
    fn new(album: Album, is_own: bool) -> Self {
        Self {
            id: album.id,
            owner: album.owner,
            title: album.title,
            text: album.text,
            cover: album.cover,
            count: album.count,
            access: is_own.then_some(album.access),
            to: album.to.filter(|_| is_own),
        }
    }
}

/// A person's albums.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlbumsAnswer {
    /// The newest first.
    albums: Vec<AlbumShown>,
}

/// The caller's own albums.
#[utoipa::path(
    get, path = "/api/albums", tag = "media",
    responses((status = 200, body = AlbumsAnswer)),
)]
pub(crate) async fn albums(Person(node, session): Person) -> Answer<Json<AlbumsAnswer>> {
    let albums = queries::read(&node, |db| queries::albums(db, session.did.as_str()))?;
    let albums = albums.into_iter().map(|album| AlbumShown::new(album, true));
    Ok(Json(AlbumsAnswer { albums: albums.collect() }))
}

/// The query of an album: its owner, and the secret of a link.
#[derive(Debug, Deserialize)]
pub(crate) struct AlbumQuery {
    owner: String,
    link: Option<String>,
}

/// An album and what is in it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlbumAnswer {
    #[serde(flatten)]
    album: AlbumShown,
    /// In its order.
    assets: Vec<AssetShown>,
    /// Whether there are more after these.
    has_more: bool,
}

/// An album, for everybody who may see it.
#[utoipa::path(
    get, path = "/api/albums/{id}", tag = "media",
    params(
        ("id" = String, Path), ("owner" = String, Query, description = "A DID or a short name"),
        ("link" = Option<String>, Query, description = "The secret of a link to it"),
        ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query),
    ),
    responses((status = 200, body = AlbumAnswer), (status = 404, description = "Not there for you")),
)]
pub(crate) async fn album(
    Visitor(node, Caller(session)): Visitor,
    Path(id): Path<String>,
    page: Page,
    Query(query): Query<AlbumQuery>,
) -> Answer<Json<AlbumAnswer>> {
    let owner = node.person(&query.owner)?;
    let asker = Asker::from_session(session).with_link(Some(query.owner), query.link);
    let viewer = asker.viewer(&node)?;
    let album = sight::album(&node, &viewer, (&owner, &id))?;
    let range = (page.limit.saturating_add(1), page.offset);
    let mut assets = queries::read(&node, |db| queries::in_album(db, owner.as_str(), &id, range))?;
    let has_more = assets.len() > page.limit;
    assets.truncate(page.limit);
    let is_own = viewer.is(owner.as_str());
    let mut shown = Vec::with_capacity(assets.len());
    for asset in assets {
        shown.push(if is_own {
            AssetShown::to_owner(asset)
        } else {
            let sight = sight::may(&node, &viewer, &asset)?;
            AssetShown::to(asset, sight)
        });
    }
    Ok(Json(AlbumAnswer { album: AlbumShown::new(album, is_own), assets: shown, has_more }))
}

/// A link that its owner made. Its secret isn't here: only the browser that made the link keeps it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkShown {
    /// Its id.
    id: String,
    /// For whom it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// The id of an asset or an album.
    of: String,
    /// The SHA-256 of its secret: it is said again with a new end.
    digest: String,
    /// When it ends.
    until: String,
    /// Whether it gives the files as they are.
    exact: bool,
    /// Whether it leads somewhere now.
    is_open: bool,
}

/// A person's links.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinksAnswer {
    /// The newest first.
    links: Vec<LinkShown>,
}

/// The caller's own links.
#[utoipa::path(
    get, path = "/api/links", tag = "media",
    responses((status = 200, body = LinksAnswer)),
)]
pub(crate) async fn links(Person(node, session): Person) -> Answer<Json<LinksAnswer>> {
    let links = queries::read(&node, |db| queries::links(db, session.did.as_str()))?;
    let shown = |link: Link| LinkShown {
        is_open: link.is_open(node.now()),
        id: link.id,
        label: link.label,
        of: link.of,
        digest: link.digest,
        until: Timestamp::from_millis(link.until_ms)
            .map_or_else(|_| String::new(), |at| at.to_string()),
        exact: link.exact,
    };
    Ok(Json(LinksAnswer { links: links.into_iter().map(shown).collect() }))
}
