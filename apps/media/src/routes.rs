//! HTTP routes of this service. Writes are commands; the routes that write are those that clients of the network know, and
//! uploads, which bring bytes.

mod albums;
mod asker;
mod asset;
mod asset_view;
mod assets;
mod assets_post;
pub(crate) mod disks;
pub(crate) mod download;
mod embed;
mod fair;
mod have;
pub(crate) mod keep;
mod recipes;
mod sale;
pub(crate) mod sticks;
mod storage;
pub(crate) mod timeline;
pub(crate) mod uploads;
mod uses;
pub(crate) mod zip;

use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, get, routes};

use crate::pages;

pub(crate) use asset_view::AssetShown;

/// All routes, relative to `/media`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(assets::list))
        .routes(routes!(assets_post::add))
        .routes(routes!(have::have))
        .routes(routes!(uploads::open::list, uploads::create, uploads::options))
        .routes(routes!(
            uploads::head,
            uploads::patch,
            uploads::delete,
            uploads::overridden,
            uploads::options_of_one
        ))
        .routes(routes!(assets::meta))
        .routes(routes!(storage::storage))
        .routes(routes!(storage::set_quota))
        .routes(routes!(disks::disks))
        .routes(routes!(disks::place))
        .routes(routes!(sticks::sticks))
        .routes(routes!(sticks::folder))
        .routes(routes!(sticks::import, sticks::begin, sticks::end))
        .routes(routes!(sticks::refused))
        .routes(routes!(asset::serve_asset, assets::change, assets::remove))
        .routes(routes!(fair::get, fair::put))
        .routes(routes!(fair::agree))
        .routes(routes!(keep::keep))
        .routes(routes!(sale::quote))
        .routes(routes!(sale::buy))
        .routes(routes!(sale::receipt))
        .routes(routes!(uses::list_uses))
        .routes(routes!(uses::many))
        .routes(routes!(timeline::months))
        .routes(routes!(timeline::month))
        .routes(routes!(albums::folders))
        .routes(routes!(albums::albums))
        .routes(routes!(albums::album))
        .routes(routes!(albums::links))
        .routes(routes!(zip::album))
        .routes(routes!(zip::ask))
        .routes(routes!(zip::fetch))
        .route("/", get(pages::timeline))
        .route("/family", get(pages::family))
        .route("/with/{who}", get(pages::contact))
        .route("/favourites", get(pages::favourites))
        .route("/albums", get(pages::albums))
        .route("/albums/{owner}/{album}", get(pages::album))
        .route("/folders", get(pages::folders))
        .route("/folders/{folder}", get(pages::folder))
        .route("/a/{asset}", get(pages::asset))
        .route("/a/{asset}/buy", get(pages::buy))
        .route("/upload", get(pages::upload).post(pages::redirect_share))
        .route("/import", get(pages::import))
        .route("/trash", get(pages::trash))
        .route("/find", get(pages::find))
        .route("/storage", get(pages::storage))
        .route("/links", get(pages::links))
        .route("/devices", get(pages::devices))
        .route("/agree", get(pages::agree))
        .route("/l/{owner}/{secret}", get(pages::link))
        .route("/l/{owner}/{secret}/{asset}", get(pages::asset_of_link))
        .with_state(node)
}
